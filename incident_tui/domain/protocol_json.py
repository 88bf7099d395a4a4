"""A protocol in JSON-native form, and back without ever raising: it comes from files and from other people."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import TypeGuard

from incident_tui.domain.events.json import Json, JsonObject
from incident_tui.domain.protocol import BLOCK_KINDS, Anchor, Block, BlockKind, Phase, Protocol, Reading, Step

# Text read from outside may nest without end or name a budget that no date can hold.
DEEPEST_NESTING = 64
LONGEST_BUDGET = timedelta(days=3650)


def to_json(protocol: Protocol) -> JsonObject:
    """JSON-native form; durations in whole seconds under `…_seconds`. What is rarely set is left out when it is not."""
    return {
        "name": protocol.name,
        "title": protocol.title,
        "source": protocol.source,
        "digest": protocol.digest,
        "phases": [_phase_to_json(phase) for phase in protocol.phases],
        **_set(
            summary=protocol.summary,
            symptoms=list(protocol.symptoms),
            readings=[_reading_to_json(reading) for reading in protocol.readings],
        ),
    }


def from_json(data: object) -> Protocol:
    """The protocol in `data`, a decoded JSON object. Never raises: what is missing or odd gets its default.

    A duration that is negative or above LONGEST_BUDGET counts as none; nesting stops at DEEPEST_NESTING.
    """
    fields = _fields(data)
    return Protocol(
        name=_text(fields.get("name")),
        title=_text(fields.get("title")),
        phases=tuple(_phase(item) for item in _objects(fields.get("phases"))),
        source=_text(fields.get("source")),
        digest=_text(fields.get("digest")),
        readings=tuple(_reading(item) for item in _objects(fields.get("readings"))),
        summary=_text(fields.get("summary")),
        symptoms=_texts(fields.get("symptoms")),
    )


def _set(**values: Json) -> JsonObject:
    """Those of the values that say something."""
    return {name: value for name, value in values.items() if value}


def _durations(**durations: timedelta | None) -> JsonObject:
    """Those that there are; none at all is one, too."""
    return {name: _seconds(duration) for name, duration in durations.items() if duration is not None}


def _seconds(duration: timedelta | None) -> int | None:
    return None if duration is None else duration // timedelta(seconds=1)


def _phase_to_json(phase: Phase) -> JsonObject:
    return {
        "title": phase.title,
        "group": phase.group,
        "budget_seconds": _seconds(phase.budget),
        "anchor": phase.anchor,
        "until": phase.until,
        "steps": [_step_to_json(step) for step in phase.steps],
        **_set(
            text=phase.text,
            blocks=_blocks_to_json(phase.blocks),
            assignee=phase.assignee,
            every_seconds=_seconds(phase.every),
            working=phase.working,
            playbook=phase.playbook,
            line=phase.line,
        ),
    }


def _step_to_json(step: Step) -> JsonObject:
    return {
        "number": step.number,
        "title": step.title,
        "detail": step.detail,
        "commands": list(step.commands),
        "steps": [_step_to_json(child) for child in step.steps],
        **_set(
            blocks=_blocks_to_json(step.blocks),
            assignee=step.assignee,
        ),
        **_durations(budget_seconds=step.budget, wait_seconds=step.wait, every_seconds=step.every),
        **_set(working=step.working, line=step.line),
    }


def _reading_to_json(reading: Reading) -> JsonObject:
    return {
        "title": reading.title,
        "text": reading.text,
        "blocks": _blocks_to_json(reading.blocks),
        "before": reading.before,
        "level": reading.level,
        "line": reading.line,
    }


def _blocks_to_json(blocks: tuple[Block, ...]) -> list[Json]:
    return [{"kind": block.kind, "text": block.text, "language": block.language} for block in blocks]


def _phase(fields: Mapping[str, object]) -> Phase:
    anchor = fields.get("anchor")
    return Phase(
        title=_text(fields.get("title")),
        group=_text(fields.get("group")),
        budget=_duration(fields.get("budget_seconds")),
        anchor=anchor if _is_anchor(anchor) else "phase",
        steps=_steps(fields.get("steps"), DEEPEST_NESTING),
        until="resolved" if fields.get("until") == "resolved" else "",
        text=_text(fields.get("text")),
        blocks=_blocks(fields.get("blocks")),
        assignee=_text(fields.get("assignee")),
        every=_repeat(fields.get("every_seconds")),
        working=fields.get("working") is True,
        playbook=_text(fields.get("playbook")),
        line=_count(fields.get("line")),
    )


def _steps(data: object, levels: int) -> tuple[Step, ...]:
    if levels == 0:
        return ()
    return tuple(_step(fields, levels) for fields in _objects(data))


def _step(fields: Mapping[str, object], levels: int) -> Step:
    return Step(
        number=_text(fields.get("number")),
        title=_text(fields.get("title")),
        detail=_text(fields.get("detail")),
        commands=_texts(fields.get("commands")),
        steps=_steps(fields.get("steps"), levels - 1),
        blocks=_blocks(fields.get("blocks")),
        assignee=_text(fields.get("assignee")),
        budget=_duration(fields.get("budget_seconds")),
        wait=_duration(fields.get("wait_seconds")),
        every=_repeat(fields.get("every_seconds")),
        working=fields.get("working") is True,
        line=_count(fields.get("line")),
    )


def _reading(fields: Mapping[str, object]) -> Reading:
    return Reading(
        title=_text(fields.get("title")),
        text=_text(fields.get("text")),
        blocks=_blocks(fields.get("blocks")),
        before=_count(fields.get("before")),
        level=_count(fields.get("level")) or 2,
        line=_count(fields.get("line")),
    )


def _blocks(data: object) -> tuple[Block, ...]:
    return tuple(
        Block(_block_kind(fields.get("kind")), _text(fields.get("text")), _text(fields.get("language")))
        for fields in _objects(data)
    )


def _block_kind(value: object) -> BlockKind:
    return next((kind for kind in BLOCK_KINDS if kind == value), "text")


def _is_anchor(value: object) -> TypeGuard[Anchor]:
    return isinstance(value, str) and value in ("declared", "phase", "resolved")


def _duration(value: object) -> timedelta | None:
    if not isinstance(value, int) or isinstance(value, bool):
        return None
    if not 0 <= value <= LONGEST_BUDGET.total_seconds():
        return None
    return timedelta(seconds=value)


def _repeat(value: object) -> timedelta | None:
    """What repeats without a pause would never end."""
    return _duration(value) or None


def _count(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else 0


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _texts(value: object) -> tuple[str, ...]:
    return tuple(item for item in _items(value) if isinstance(item, str))


def _fields(value: object) -> Mapping[str, object]:
    return value if isinstance(value, dict) else {}


def _items(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _objects(value: object) -> list[Mapping[str, object]]:
    return [item for item in _items(value) if isinstance(item, dict)]
