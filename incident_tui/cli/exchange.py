"""Verbs that carry events from one machine to another: export and import, as JSON Lines."""

from __future__ import annotations

import re
from argparse import ArgumentParser, Namespace
from collections.abc import Iterable, Iterator
from pathlib import Path

from incident_tui.cli.console import Stop
from incident_tui.cli.desk import Desk
from incident_tui.cli.output import write_new
from incident_tui.cli.verb import Verb
from incident_tui.domain.decide import Refused
from incident_tui.domain.identity import tick_of
from incident_tui.domain.text import clean_line
from incident_tui.journal import Journal, NotAnEvent, Row, from_line, to_line
from incident_tui.journal.codec import from_row

EVENT_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
AHEAD_MILLIS = 24 * 3600 * 1000


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
        if arguments.output is not None:
            text = "".join(f"{line}\n" for line in lines)
            write_new(Path(arguments.output), text.encode("utf-8", "surrogatepass"), force=arguments.force)
            desk.console.done(f"{len(lines):,} events written to {arguments.output}")
            return 0
        for line in lines:
            desk.console.out.write(_printable(desk, line) + "\n")
    return 0


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
    data = desk.stdin.read() if arguments.file == "-" else Path(arguments.file).read_bytes()
    with desk.session() as session:
        rows = list(_rows(data, session.now().timestamp() * 1000))
        _check_chains(session.journal, rows)
        added = session.journal.import_rows(row for _, row in sorted(rows, key=lambda item: item[1].id))
    known = len(rows) - added
    desk.console.done(f"{added:,} events imported, {known:,} were here already")
    return 0


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
            raise _damaged(number, str(error)) from error
        yield number, row


def _check(row: Row, now_millis: float) -> None:
    """The names that order events must be of our making, else they would come before or after all others for ever."""
    for name in (row.id, row.incident):
        if not EVENT_ID.fullmatch(name):
            raise NotAnEvent(f"“{name[:40]}” is not the id of an event")
    if not re.fullmatch(r"[0-9a-f]{8}", row.device):
        raise NotAnEvent(f"“{row.device[:40]}” is not a device")
    if tick_of(row.id).millis > now_millis + AHEAD_MILLIS:
        raise NotAnEvent(f"event {row.id} lies in the future")


def _check_chains(journal: Journal, rows: Iterable[tuple[int, Row]]) -> None:
    """What arrives must continue what is here: same id, same content; and no link of a chain may be missing."""
    numbers = {row.id: number for number, row in reversed(list(rows))}
    found = {row.id: row for _, row in rows}
    for incident in {row.incident for row in found.values()}:
        arriving = [row for row in found.values() if row.incident == incident]
        here = {row.id: row for row in journal.rows(incident)}
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
    parser.add_argument("file", metavar="FILE", help="what `incident-tui export` wrote; - reads standard input")


VERBS = {
    "export": Verb(
        "print all events as JSON Lines, with -i those of one incident",
        "incident-tui export -i k7q -o k7q.jsonl",
        export,
        export_arguments,
    ),
    "import": Verb(
        "read exported events back; those that are here already stay as they are",
        "incident-tui import k7q.jsonl",
        imported,
        import_arguments,
    ),
}
