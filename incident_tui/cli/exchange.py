"""Verbs that carry events from one machine to another: export and import, as JSON Lines; and past incidents."""

from __future__ import annotations

import re
from argparse import ArgumentParser, Namespace
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from incident_tui.cli.console import USAGE, Stop, counted
from incident_tui.cli.desk import Desk
from incident_tui.cli.output import write_new
from incident_tui.cli.verb import Verb, add_json
from incident_tui.domain.decide import Refused
from incident_tui.domain.events import IncidentDeclared, Json, JsonObject
from incident_tui.domain.identity import tick_of
from incident_tui.domain.lines import line_of
from incident_tui.domain.text import clean_line
from incident_tui.journal import Journal, NotAnEvent, Row, from_line, to_line
from incident_tui.journal.blobs import BlobStore
from incident_tui.journal.codec import from_row
from incident_tui.session import Session
from incident_tui.times import iso

EVENT_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
AHEAD_MILLIS = 24 * 3600 * 1000
MOST_BYTES = 1024**3
"""Two million events; what is longer has no end, or is no export."""


def export(desk: Desk, arguments: Namespace) -> int:
    with desk.session(reading=True) as session:
        incident = ""
        if desk.wanted is not None:
            meant = session.find(desk.wanted, reading=True)
            if isinstance(meant, Refused):
                raise Stop.refused(meant)
            incident = meant.incident
        # All at once, so that a reader who leaves early leaves no question open in the database.
        lines = [to_line(row) for row in session.journal.rows(incident)]
        left_out = _left_out(session, incident)
        if arguments.output is not None:
            text = "".join(f"{line}\n" for line in lines)
            write_new(Path(arguments.output), [text.encode("utf-8", "surrogatepass")], force=arguments.force)
            desk.console.done(f"{counted(len(lines), 'event')} written to {arguments.output}")
        else:
            for line in lines:
                desk.console.out.write(_printable(desk, line) + "\n")
    if left_out and desk.console.err.isatty() and not desk.console.quiet:
        desk.console.out.flush()
        desk.console.err.write(clean_line(left_out) + "\n")
    return 0


def _left_out(session: Session, incident: str) -> str:
    """What a person must copy in another way, because events only name it; empty when there is nothing."""
    store = BlobStore(session.paths.blobs)
    files = {item.sha256 for item in session.journal.evidence(incident) if store.has(item.sha256)}
    if not files:
        return ""
    which = f"{counted(len(files), 'evidence file')} in {store.folder}"
    return f"{which} {'is' if len(files) == 1 else 'are'} not part of the export; copy that folder too"


def _printable(desk: Desk, line: str) -> str:
    """The same JSON, with escapes where it would act on a terminal or cannot be said in stdout's encoding."""
    if desk.console.can_say(line):
        return line
    import json

    return desk.console.encoded(json.loads(line))


def export_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("-o", "--output", metavar="FILE", help="write a new file instead of standard output")
    parser.add_argument("--force", action="store_true", help="replace the file if it exists")


def imported(desk: Desk, arguments: Namespace) -> int:
    from incident_tui.cli import pasts

    data = _data(desk, arguments.file)
    if pasts.is_document(arguments.file, data):
        return pasts.document(desk, arguments, data)
    if arguments.zone is not None:
        raise Stop("--zone is for Markdown", "events have their zone already", USAGE)
    if arguments.dry_run:
        return _tried(desk, data, machine=arguments.json)
    with desk.session() as session:
        rows = list(_rows(data, session.now().timestamp() * 1000))
        _check_chains(session.journal, rows)
        added = session.journal.import_rows(row for _, row in sorted(rows, key=lambda item: item[1].id))
        absent = _absent(session, {row.id for _, row in rows})
    known = len(rows) - added
    if arguments.json:
        with desk.console.telling():
            desk.console.json({"added": added, "known": known, "evidence_missing": absent})
        return 0
    desk.console.done(f"{counted(added, 'event')} imported, {known:,} {'was' if known == 1 else 'were'} here already")
    if absent:
        verb = "is" if absent == 1 else "are"
        desk.console.done(f"{counted(absent, 'evidence file')} of these events {verb} not here")
    return 0


def _data(desk: Desk, file: str | None) -> bytes:
    if file == "-" or (file is None and not desk.at_keyboard):
        return _limited(desk.stdin.read(MOST_BYTES + 1), "standard input")
    if file is None:
        raise Stop("no file", "name one, or give its content on standard input", USAGE)
    with Path(file).open("rb") as source:
        return _limited(source.read(MOST_BYTES + 1), file)


def _limited(data: bytes, name: str) -> bytes:
    if len(data) > MOST_BYTES:
        raise Stop(f"{name} is longer than {MOST_BYTES >> 20:,} MiB", "export and import one incident at a time")
    return data


def _absent(session: Session, events: set[str]) -> int:
    """How many files that these events name are not here."""
    store = BlobStore(session.paths.blobs)
    named = {item.sha256 for item in session.journal.evidence() if item.event in events}
    return sum(not store.has(sha256) for sha256 in named)


def _rows(data: bytes, now_millis: float) -> Iterator[tuple[int, Row]]:
    """Each event with the number of its line. Raises Stop at the first that is damaged."""
    for number, line in enumerate(data.split(b"\n"), 1):
        if not line.strip():
            continue
        try:
            row = from_line(line.decode())
            _check(row, now_millis)
            from_row(row)
        except UnicodeDecodeError as error:
            raise _damaged(number, "not UTF-8") from error
        except RecursionError as error:
            raise _damaged(number, "nested too deeply") from error
        except NotAnEvent as error:
            raise _damaged(number, _why(error)) from error
        yield number, row


def _why(error: NotAnEvent) -> str:
    """Why a line is no event; of a number that is too long Python says which of its own settings to change."""
    plain = type(error.__cause__) is ValueError
    return "not JSON: a number in it has too many digits" if plain else str(error)


def _check(row: Row, now_millis: float) -> None:
    """The names that order events must be of our making, else they would come before or after all others for ever."""
    for name in (row.id, row.incident):
        if not EVENT_ID.fullmatch(name):
            raise NotAnEvent(f"“{name[:40]}” is not the id of an event")
    if not re.fullmatch(r"[0-9a-f]{8}", row.device):
        raise NotAnEvent(f"“{row.device[:40]}” is not a device")
    if tick_of(row.id).millis > now_millis + AHEAD_MILLIS:
        raise NotAnEvent(f"event {row.id} lies in the future")


def _tried(desk: Desk, data: bytes, *, machine: bool) -> int:
    """What an import of events would do; nothing is created, not even a journal."""
    rows = list(_rows(data, datetime.now(UTC).timestamp() * 1000))
    known: set[str] = set()
    if desk.paths.database.exists():
        with desk.session(reading=True) as session:
            _check_chains(session.journal, rows)
            for incident in {row.incident for _, row in rows}:
                known |= {row.id for row in session.journal.rows(incident)}
    else:
        _check_chains(None, rows)
    found = {row.id: row for _, row in sorted(rows, key=lambda item: item[1].id)}
    if machine:
        named = dict.fromkeys(row.incident for row in found.values())
        outlines = [_outline([row for row in found.values() if row.incident == name], known) for name in named]
        desk.console.json({"incidents": [*outlines]})
        return 0
    new = sum(name not in known for name in found)
    already = len(rows) - new
    verb = "is" if already == 1 else "are"
    desk.console.line(
        f"{counted(new, 'event')} would be imported, {already:,} {verb} here already; nothing was entered"
    )
    return 0


def _outline(rows: list[Row], known: set[str]) -> JsonObject:
    """The incident of these events as `import --dry-run --json` shows it."""
    events = [from_row(row) for row in rows]
    declared = next((event.body for event in events if isinstance(event.body, IncidentDeclared)), None)
    shown: list[Json] = [
        {"occurred": iso(event.at), "text": line.text} for event in events if (line := line_of(event.body)) is not None
    ]
    here = sum(event.id in known for event in events)
    return {
        "title": declared.title if declared else "",
        "timezone": declared.zone if declared else None,
        "events": shown,
        "warnings": [f"{here:,} of {counted(len(events), 'event')} would change nothing: here already"] if here else [],
    }


def _check_chains(journal: Journal | None, rows: Iterable[tuple[int, Row]]) -> None:
    """What arrives must continue what is here: same id, same content; and no link of a chain may be missing."""
    numbers = {row.id: number for number, row in reversed(list(rows))}
    found = {row.id: row for _, row in rows}
    for incident in {row.incident for row in found.values()}:
        arriving = [row for row in found.values() if row.incident == incident]
        here = {row.id: row for row in journal.rows(incident)} if journal else {}
        for row in arriving:
            if row.id in here and here[row.id].hash != row.hash:
                raise _damaged(numbers[row.id], f"event {row.id} is here with another content")
        heads: dict[str, str] = {}
        for row in sorted({**{row.id: row for row in arriving}, **here}.values()):
            if row.prev != heads.get(row.device, ""):
                place = numbers.get(row.id)
                if place is not None:
                    raise _damaged(place, f"event {row.id} does not follow the event before it on its device")
            heads[row.device] = row.hash


def _damaged(number: int, reason: str) -> Stop:
    return Stop(f"line {number}: {clean_line(reason)}", "nothing was imported")


def import_arguments(parser: ArgumentParser) -> None:
    text = "what `incident-tui export` wrote, or a post-mortem in Markdown; - or nothing reads standard input"
    parser.add_argument("file", metavar="FILE", nargs="?", help=text)
    zone = "Markdown: the time zone of a document that states none (default: yours)"
    parser.add_argument("--zone", metavar="ZONE", help=zone)
    parser.add_argument("--dry-run", action="store_true", help="show what would be created, and create nothing")
    add_json(parser)


VERBS = {
    "export": Verb(
        "print all events as JSON Lines, with -i those of one incident",
        "incident-tui export -i k7q -o k7q.jsonl",
        export,
        export_arguments,
    ),
    "import": Verb(
        "read exported events back, or a Markdown time line as a past incident; what is here already stays as it is",
        "incident-tui import k7q.jsonl",
        imported,
        import_arguments,
    ),
}
