"""Verbs that prove the record: verify what is here, print anchors to be kept outside, compare with them later."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path

from msgspec.structs import asdict

from incident_tui.cli.console import Stop, Toned, counted
from incident_tui.cli.desk import Desk
from incident_tui.cli.evidence import missing
from incident_tui.cli.verb import Verb, add_json
from incident_tui.domain.decide import Refused
from incident_tui.domain.events import Json, JsonObject
from incident_tui.journal import JournalError
from incident_tui.journal.anchors import Anchor, Mismatch, anchors_in, anchors_of, mismatch
from incident_tui.journal.blobs import BlobStore
from incident_tui.journal.kept import problems
from incident_tui.journal.verify import Evidence, Problem
from incident_tui.session import Session

MAX_BYTES = 64 * 1024 * 1024


def verify(desk: Desk, arguments: Namespace) -> int:
    anchors = _given(desk, arguments.anchor) if arguments.anchor is not None else []
    with desk.session(reading=True) as session:
        # Of events that are not whole, nothing else can be right.
        found = session.journal.verify() or problems(session.journal.path)
        mismatches = _compared(session, anchors)
        files, elsewhere = _files(session)
    lines = [problem.text for problem in (*found, *files)] + [f"anchor: {item.text}" for item in mismatches]
    if arguments.json:
        desk.console.json(_as_json(found, lines, elsewhere, anchors, mismatches))
    else:
        _say_verified(desk, lines, len(elsewhere), len(anchors))
    if lines:
        hint = "keep the data folder as it is, and restore from a backup or try `incident-tui repair`"
        if len(lines) == sum(problem.wrong == "kept" for problem in found):
            hint = "the events are whole: `incident-tui repair --views` makes the rest anew from them"
        raise Stop(f"{counted(len(lines), 'problem')} found", hint)
    return 0


def _files(session: Session) -> tuple[list[Problem], list[Evidence]]:
    """What is wrong with the files that events name, and which of them are on other devices."""
    found: list[Problem] = []
    elsewhere: list[Evidence] = []
    try:
        ours, elsewhere = missing(session)
        found += [
            Problem("evidence", f"event {item.event}: its evidence {item.sha256} is missing", id=item.event)
            for item in ours
        ]
    except JournalError as error:
        found.append(Problem("evidence", f"the evidence that events name: {error.reason}"))
    damaged = BlobStore(session.paths.blobs).damaged()
    return [*found, *(Problem("evidence", f"evidence {name}: changed since") for name in damaged)], elsewhere


def _as_json(
    found: list[Problem],
    lines: list[str],
    elsewhere: list[Evidence],
    anchors: list[Anchor],
    mismatches: list[Mismatch],
) -> JsonObject:
    """`bad_events` has the first of each chain: `wrong` is content, link, order or missing."""
    return {
        "sound": not lines,
        "problems": list(lines),
        "bad_events": [dict(item._asdict()) for item in found if item.id],
        "evidence_elsewhere": [dict(item._asdict()) for item in elsewhere],
        "anchors": {
            "compared": len(anchors),
            "broken": [{**asdict(item.anchor), "missing": item.missing} for item in mismatches],
        },
    }


def _say_verified(desk: Desk, problems: list[str], elsewhere: int, anchors: int) -> None:
    for problem in problems:
        desk.console.line(Toned(problem, "bad"))
    if not problems:
        which = "the evidence that is here" if elsewhere else "the evidence"
        desk.console.line(f"ok: the database, the chains and {which} are whole")
        if anchors:
            desk.console.line(f"ok: {counted(anchors, 'anchor')} held; nothing that was there then has changed or gone")
    if elsewhere:
        verb = "is" if elsewhere == 1 else "are"
        desk.console.line(f"{counted(elsewhere, 'evidence file')} of other devices {verb} not here")


def _given(desk: Desk, file: str) -> list[Anchor]:
    """The anchors in a file or on standard input. Raises OSError, and Stop where there is none."""
    if file == "-":
        data = desk.stdin.read(MAX_BYTES)
    else:
        with Path(file).open("rb") as source:
            data = source.read(MAX_BYTES)
    found = anchors_in(data.decode("utf-8", "replace"))
    if not found:
        where = "standard input" if file == "-" else file
        raise Stop(
            f"no anchor in {where}",
            "give a report, a handoff brief, a status document or what `incident-tui anchor` printed",
        )
    return found


def _compared(session: Session, anchors: list[Anchor]) -> list[Mismatch]:
    """The anchors that the journal does not hold to."""
    if not anchors:
        return []
    known = {item.ref: item.incident for item in session.summaries()}
    found = []
    for anchor in anchors:
        incident = known.get(anchor.ref, "")
        wrong = mismatch(anchor, incident, session.journal.rows(incident) if incident else ())
        if wrong is not None and not _elsewhere(session, anchor):
            found.append(wrong)
    return found


def _elsewhere(session: Session, anchor: Anchor) -> bool:
    """Whether it holds for an incident that the document named later than another."""
    incident = next((row.incident for row in session.journal.rows() if row.hash == anchor.hash), "")
    return bool(incident) and mismatch(anchor, incident, session.journal.rows(incident)) is None


def anchor(desk: Desk, arguments: Namespace) -> int:
    with desk.session(reading=True) as session:
        if desk.wanted is None:
            items = sorted(session.summaries(), key=lambda item: item.ref)
        else:
            meant = session.find(desk.wanted, reading=True)
            if isinstance(meant, Refused):
                raise Stop.refused(meant)
            items = [meant]
        found = [one for item in items for one in anchors_of(item.ref, session.journal.rows(item.incident))]
    if arguments.json:
        listed: list[Json] = [asdict(item) for item in found]
        desk.console.json(listed)
        return 0
    for item in found:
        desk.console.line(str(item))
    return 0


def verify_arguments(parser: ArgumentParser) -> None:
    text = "compare with the anchors in a report, a brief or lines of `incident-tui anchor` kept outside; - reads stdin"
    parser.add_argument("--anchor", metavar="FILE", help=text)
    add_json(parser)


VERBS = {
    "verify": Verb(
        "check the hash chain and the database; with --anchor also that no end was cut off",
        "incident-tui verify --anchor report.md",
        verify,
        verify_arguments,
        writes=False,
    ),
    "anchor": Verb(
        "print how many events each device recorded and the last hash, to be kept or signed elsewhere",
        "incident-tui anchor > anchors.txt",
        anchor,
        add_json,
        writes=False,
    ),
}
