"""The verb that saves what is readable of a damaged database into a new one."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from incident_tui.cli.console import USAGE, Stop, Toned, counted
from incident_tui.cli.desk import Desk
from incident_tui.cli.verb import Verb, add_json
from incident_tui.domain.events import JsonObject
from incident_tui.journal.kept import make_anew
from incident_tui.journal.salvage import Salvaged, salvage

SHOWN = 20


def repair(desk: Desk, arguments: Namespace) -> int:
    if arguments.views:
        return _make_views_anew(desk, arguments)
    source = Path(arguments.file).absolute() if arguments.file is not None else desk.paths.database
    if not source.is_file():
        raise Stop(f"{source} is no file", "name the damaged database")
    target = Path(arguments.output).absolute() if arguments.output is not None else _beside(source)
    found = salvage(source, target)
    with desk.console.telling():
        _say_repaired(desk, arguments, source, target, found)
    return 0


def _say_repaired(desk: Desk, arguments: Namespace, source: Path, target: Path, found: Salvaged) -> None:
    if arguments.json:
        desk.console.json({"file": str(target), **_as_json(found)})
        return
    for line in _losses(found):
        desk.console.line(Toned(line, "warn"))
    desk.console.done(f"{counted(found.events, 'event')} saved in {target}; {source.name} is as it was")
    if source == desk.paths.database:
        old = f"{source.name} and {source.name}-wal"
        desk.console.done(f"to go on with it: end all programs, move {old} away, rename it to {source.name}")


def _make_views_anew(desk: Desk, arguments: Namespace) -> int:
    """In the journal itself: the events are the record, and stay as they are."""
    if arguments.file is not None or arguments.output is not None:
        raise Stop("--views is about the journal itself", "leave out FILE and --output", USAGE)
    with desk.session() as session, session.journal.writing() as transaction:
        number = make_anew(transaction)
    with desk.console.telling():
        if arguments.json:
            desk.console.json({"incidents": number})
        else:
            desk.console.done(f"all that is kept of {counted(number, 'incident')} is made anew from their events")
    return 0


def _as_json(found: Salvaged) -> JsonObject:
    return {
        "events": found.events,
        "gaps": [list(gap) for gap in found.gaps],
        "lost": [dict(item._asdict()) for item in found.lost],
        "changed": [dict(item._asdict()) for item in found.changed],
    }


def _losses(found: Salvaged) -> Iterator[str]:
    """What is not as it was, a line each."""
    for first, last in found.gaps[:SHOWN]:
        yield f"lost: event number {first}" if first == last else f"lost: events number {first} to {last}"
    if len(found.gaps) > SHOWN:
        yield f"lost: in {len(found.gaps) - SHOWN} more places"
    for item in found.lost:
        yield f"lost: {counted(item.events, 'event')} of {item.ref}"
    for event in found.changed[:SHOWN]:
        yield f"changed: event {event.id} (number {event.seq}) is kept, but its content does not fit its hash"
    if len(found.changed) > SHOWN:
        yield f"changed: {len(found.changed) - SHOWN} more"


def _beside(source: Path) -> Path:
    return source.with_name(f"{source.stem}-repaired-{datetime.now():%Y%m%d-%H%M%S}{source.suffix}")


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", nargs="?", help="the damaged database (default: the journal)")
    parser.add_argument("-o", "--output", metavar="NEW", help="the new database (default: beside the damaged one)")
    parser.add_argument(
        "--views",
        action="store_true",
        help="make lists, checkpoints and the search index of the journal anew from its events, in place",
    )
    add_json(parser)


VERBS = {
    "repair": Verb(
        "save all that can be read of a damaged database in a new one, and say what is lost",
        "incident-tui repair -o incidents-repaired.db",
        repair,
        _arguments,
        diagnoses=True,
    )
}
