"""The verb that lists protocols, shows the checklist that a document becomes, and says how it was read."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from incident_tui.cli.console import USAGE, Stop, Toned, counted
from incident_tui.cli.desk import Desk
from incident_tui.cli.verb import Verb, add_json
from incident_tui.domain.events import Json, JsonObject
from incident_tui.domain.lines import duration_words
from incident_tui.domain.protocol import Block, Phase, Protocol, Reading, Step
from incident_tui.domain.text import first_line

if TYPE_CHECKING:
    from incident_tui.protocols.imported import Imported, Note
    from incident_tui.protocols.places import Listed, Places

ACTS = ("list", "show", "lint", "stats")
FROM = {"declared": "from the declaration", "phase": "from its start", "resolved": "from the resolution"}
OWNERS = {"builtin": "built in", "yours": "yours", "project": "this project's"}


def protocols(desk: Desk, arguments: Namespace) -> int:
    if arguments.act == "list":
        return _list(desk, as_json=arguments.json)
    if not arguments.name:
        raise Stop(f"no protocol to {arguments.act}", "give its name, or the path of a file", USAGE)
    if arguments.act == "stats":
        from incident_tui.cli.protocol_stats import stats

        return stats(desk, arguments)
    imported = loaded(desk, arguments.name)
    if arguments.act == "lint":
        return _lint(desk, imported, arguments)
    if arguments.json:
        desk.console.json(as_json(imported))
    else:
        _show(desk, imported.protocol, full=arguments.full)
    return 0


def places(desk: Desk) -> Places:
    """Where this user, in this folder, finds protocols and playbooks."""
    from incident_tui.protocols.places import Places

    return Places.around(desk.paths.config, Path.cwd())


def loaded(desk: Desk, word: str) -> Imported:
    """The protocol, else the playbook, that a word names. Raises Stop."""
    from incident_tui.protocols.places import ProtocolError

    where = places(desk)
    try:
        known = {item.name for item in where.listed("protocol")}
        playbooks = {item.name for item in where.listed("playbook")}
        only_playbook = not any(name.startswith(word) for name in known) and any(
            name.startswith(word) for name in playbooks
        )
        return where.load(word, "playbook" if only_playbook else "protocol")
    except ProtocolError as error:
        raise Stop(error.reason, error.hint) from error


def chosen(desk: Desk, word: str) -> Protocol:
    """The protocol to declare with. Raises Stop where there is none, or nothing to do in it."""
    from incident_tui.protocols.places import ProtocolError, usable

    try:
        return usable(places(desk).load(word), word)
    except ProtocolError as error:
        raise Stop(error.reason, error.hint) from error


def _list(desk: Desk, *, as_json: bool) -> int:
    where = places(desk)
    items = (*where.listed("protocol"), *where.listed("playbook"))
    if as_json:
        desk.console.json([_item(item) for item in items])
        return 0
    desk.console.columns([(Toned(item.name, "strong"), item.kind, OWNERS[item.owner], _path(item)) for item in items])
    return 0


def _item(item: Listed) -> JsonObject:
    return {"name": item.name, "kind": item.kind, "owner": item.owner, "path": _path(item) or None}


def _path(item: Listed) -> str:
    return str(item.path) if item.path else ""


def as_json(imported: Imported) -> JsonObject:
    """The contract of `show --json`, and beside it all else that was read."""
    protocol = imported.protocol
    return {
        "name": protocol.name,
        "title": protocol.title,
        "source": protocol.source,
        "digest": protocol.digest,
        "summary": protocol.summary,
        "phases": [_phase_json(phase) for phase in protocol.phases],
        "readings": [_reading_json(reading) for reading in protocol.readings],
        "warnings": [_warning(note) for note in imported.notes if note.kind == "doubt"],
    }


def _warning(note: Note) -> str:
    return f"line {note.line}: {note.text}" if note.line else note.text


def _phase_json(phase: Phase) -> JsonObject:
    return {
        "title": phase.title,
        "group": phase.group,
        "budget_seconds": _seconds(phase.budget),
        "budget_from": phase.anchor,
        "every_seconds": _seconds(phase.every),
        "working_days": phase.working,
        "assignee": phase.assignee,
        "text": phase.text,
        "blocks": [_block_json(block) for block in phase.blocks],
        "line": phase.line,
        "steps": [_step_json(step) for step in phase.steps],
    }


def _step_json(step: Step) -> JsonObject:
    return {
        "number": step.number,
        "text": step.title,
        "detail": step.detail,
        "commands": list(step.commands),
        "blocks": [_block_json(block) for block in step.blocks],
        "assignee": step.assignee,
        "budget_seconds": _seconds(step.budget),
        "wait_seconds": _seconds(step.wait),
        "every_seconds": _seconds(step.every),
        "working_days": step.working,
        "line": step.line,
        "steps": [_step_json(child) for child in step.steps],
    }


def _reading_json(reading: Reading) -> JsonObject:
    return {
        "title": reading.title,
        "text": reading.text,
        "blocks": [_block_json(block) for block in reading.blocks],
        "before_phase": reading.before + 1,
        "line": reading.line,
    }


def _block_json(block: Block) -> Json:
    return {"kind": block.kind, "language": block.language, "text": block.text}


def _seconds(duration: timedelta | None) -> int | None:
    return None if duration is None else int(duration.total_seconds())


def _show(desk: Desk, protocol: Protocol, *, full: bool) -> None:
    """The checklist as it will stand; what is only to be read is named, and with `full` printed."""
    console = desk.console
    console.line(Toned(protocol.title or protocol.name, "strong"), Toned(f"  sha256 {protocol.digest[:12]}", "muted"))
    if protocol.summary:
        console.block(protocol.summary)
    for index, phase in enumerate(protocol.phases):
        for reading in protocol.readings:
            if reading.before == index:
                _show_reading(desk, reading, full=full)
        console.line(Toned(f"{index + 1} {phase.title}", "strong"), Toned(_phase_words(phase), "warn"))
        if full and phase.text:
            _indented(desk, phase.text, "    ")
        for step in phase.steps:
            _show_step(desk, step, "  ", full=full)
    for reading in protocol.readings:
        if reading.before >= len(protocol.phases):
            _show_reading(desk, reading, full=full)


def _phase_words(phase: Phase) -> str:
    """Its time and who does it; empty where neither is said."""
    words = []
    if phase.budget is not None:
        words.append(f"{_span(phase.budget, working=phase.working)} {FROM[phase.anchor]}")
    if phase.every is not None:
        words.append(f"every {_span(phase.every)}")
    if phase.assignee:
        words.append(phase.assignee)
    return f"  {', '.join(words)}" if words else ""


def _step_words(step: Step) -> str:
    words = [step.assignee] if step.assignee else []
    if step.budget is not None:
        words.append(f"within {_span(step.budget, working=step.working)}")
    if step.wait is not None:
        words.append(f"wait {_span(step.wait)}")
    if step.every is not None:
        words.append(f"every {_span(step.every)}")
    return f"  ({', '.join(words)})" if words else ""


def _span(duration: timedelta, *, working: bool = False) -> str:
    if working:
        return f"{counted(duration.days, 'working day')}"
    return duration_words(int(duration.total_seconds()))


def _show_step(desk: Desk, step: Step, lead: str, *, full: bool) -> None:
    desk.console.line(f"{lead}{step.number} {first_line(step.title, 160)}", Toned(_step_words(step), "warn"))
    below = f"{lead}    "
    if full and step.detail:
        _indented(desk, step.detail, below)
    for command in step.commands:
        first, _, rest = command.partition("\n")
        desk.console.line(f"{below}$ {first}")
        _indented(desk, rest, f"{below}  ")
    if full:
        for block in step.blocks:
            _indented(desk, block.text, f"{below}| ")
    for child in step.steps:
        _show_step(desk, child, f"{lead}  ", full=full)


def _show_reading(desk: Desk, reading: Reading, *, full: bool) -> None:
    desk.console.line(Toned(f"· {reading.title or 'before the first section'} (to read)", "muted"))
    if not full:
        return
    _indented(desk, reading.text, "    ")
    for block in reading.blocks:
        _indented(desk, block.text, "    | ")


def _indented(desk: Desk, text: str, lead: str) -> None:
    for line in text.splitlines():
        desk.console.line(f"{lead}{line}")


def _lint(desk: Desk, imported: Imported, arguments: Namespace) -> int:
    """How each part was read, and what was doubtful; with --strict a doubt is a failure."""
    doubts = [note for note in imported.notes if note.kind == "doubt"]
    if arguments.json:
        found = imported.protocol
        desk.console.json(
            {
                **_counts(found),
                "notes": [
                    {"line": note.line, "kind": note.kind, "text": note.text, "hint": note.hint}
                    for note in imported.notes
                ],
            }
        )
    else:
        for note in imported.notes:
            hint = f"; {note.hint}" if note.hint else ""
            mark = Toned("?", "warn") if note.kind == "doubt" else Toned("·", "muted")
            desk.console.line(f"{note.line or '–':>5} ", mark, f" {note.text}", Toned(hint, "muted"))
        words = [counted(number, name) if number else f"no {name}" for name, number in _numbers(imported)]
        desk.console.line(f"{imported.protocol.title or imported.protocol.name}: {', '.join(words)}")
    if arguments.strict and doubts:
        raise Stop(f"{counted(len(doubts), 'doubt')} about {arguments.name}", "write those lines as the hints say")
    return 0


def _numbers(imported: Imported) -> Iterator[tuple[str, int]]:
    protocol = imported.protocol
    steps = [step for _, step in protocol.all_steps()]
    limited = [*(phase.budget for phase in protocol.phases), *(step.budget for step in steps)]
    yield "phase", len(protocol.phases)
    yield "step", len(steps)
    yield "command", sum(len(step.commands) for step in steps)
    yield "time limit", sum(budget is not None for budget in limited)
    yield "reading section", len(protocol.readings)
    yield "doubt", sum(note.kind == "doubt" for note in imported.notes)


def _counts(protocol: Protocol) -> JsonObject:
    return {"name": protocol.name, "title": protocol.title, "digest": protocol.digest}


def protocol_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("act", choices=ACTS, help="what to do")
    parser.add_argument("name", metavar="NAME|FILE", nargs="?", default="", help="a protocol, a playbook, or any file")
    parser.add_argument("--full", action="store_true", help="show: with all there is to read")
    parser.add_argument("--strict", action="store_true", help="lint: fail where something was doubtful")
    add_json(parser)


VERBS = {
    "protocols": Verb(
        "list protocols, show and check the checklist that a document becomes",
        "incident-tui protocols show emergency",
        protocols,
        protocol_arguments,
        writes=False,
    )
}
