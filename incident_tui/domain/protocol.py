"""The checklist an incident follows: a protocol, its phases and their steps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal, TypeGuard

from incident_tui.domain.events.json import JsonObject

Anchor = Literal["declared", "phase", "resolved"]
"""From when a budget counts: the declaration, the start of the phase, or the resolution."""
Until = Literal["", "resolved"]

# Text read from outside may nest without end or name a budget that no date can hold.
DEEPEST_NESTING = 64
LONGEST_BUDGET = timedelta(days=3650)


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do; `number` is its address such as "2.3", of a sub-step "2.3.1"."""

    number: str
    title: str
    detail: str = ""
    commands: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class Phase:
    """Steps that belong together; `budget` counts from `anchor`, None means open-ended.

    With `until` "resolved" the work of the phase, and so its clock, ends with the resolution at the latest.
    """

    title: str
    group: str = ""
    budget: timedelta | None = None
    anchor: Anchor = "phase"
    steps: tuple[Step, ...] = ()
    until: Until = ""


@dataclass(frozen=True, slots=True)
class Protocol:
    """A whole checklist; `digest` is the SHA-256 (hex) of the document it was read from."""

    name: str
    title: str
    phases: tuple[Phase, ...]
    source: str = ""
    digest: str = ""

    def all_steps(self) -> Iterator[tuple[int, Step]]:
        """Each step with the index (from 0) of its phase, a step before its sub-steps."""
        for index, phase in enumerate(self.phases):
            waiting = list(reversed(phase.steps))
            while waiting:
                step = waiting.pop()
                yield index, step
                waiting.extend(reversed(step.steps))

    def step(self, number: str) -> Step | None:
        """The first step with this number, sub-steps included."""
        return next((step for _, step in self.all_steps() if step.number == number), None)


def find(protocol: Protocol, text: str) -> list[Step]:
    """The steps that `text` may mean: its number, else its whole title, else a part of a title.

    Case does not matter. One step is an answer; none or several are for the caller to explain.
    """
    wanted = text.strip().casefold()
    if not wanted:
        return []
    steps = [step for _, step in protocol.all_steps()]
    numbered = [step for step in steps if step.number.casefold() == wanted]
    titled = [step for step in steps if step.title.casefold() == wanted]
    return numbered or titled or [step for step in steps if wanted in step.title.casefold()]


def to_json(protocol: Protocol) -> JsonObject:
    """JSON-native form; budgets in whole seconds under `budget_seconds`, or None."""
    return {
        "name": protocol.name,
        "title": protocol.title,
        "source": protocol.source,
        "digest": protocol.digest,
        "phases": [_phase_to_json(phase) for phase in protocol.phases],
    }


def from_json(data: object) -> Protocol:
    """The protocol in `data`, a decoded JSON object. Never raises: what is missing or odd gets its default.

    A budget that is negative or above LONGEST_BUDGET counts as none; nesting stops at DEEPEST_NESTING.
    """
    fields = _fields(data)
    return Protocol(
        name=_text(fields.get("name")),
        title=_text(fields.get("title")),
        phases=tuple(_phase(item) for item in _objects(fields.get("phases"))),
        source=_text(fields.get("source")),
        digest=_text(fields.get("digest")),
    )


def _phase_to_json(phase: Phase) -> JsonObject:
    return {
        "title": phase.title,
        "group": phase.group,
        "budget_seconds": None if phase.budget is None else phase.budget // timedelta(seconds=1),
        "anchor": phase.anchor,
        "until": phase.until,
        "steps": [_step_to_json(step) for step in phase.steps],
    }


def _step_to_json(step: Step) -> JsonObject:
    return {
        "number": step.number,
        "title": step.title,
        "detail": step.detail,
        "commands": list(step.commands),
        "steps": [_step_to_json(child) for child in step.steps],
    }


def _phase(fields: Mapping[str, object]) -> Phase:
    anchor = fields.get("anchor")
    return Phase(
        title=_text(fields.get("title")),
        group=_text(fields.get("group")),
        budget=_budget(fields.get("budget_seconds")),
        anchor=anchor if _is_anchor(anchor) else "phase",
        steps=_steps(fields.get("steps"), DEEPEST_NESTING),
        until="resolved" if fields.get("until") == "resolved" else "",
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
        commands=tuple(command for command in _items(fields.get("commands")) if isinstance(command, str)),
        steps=_steps(fields.get("steps"), levels - 1),
    )


def _is_anchor(value: object) -> TypeGuard[Anchor]:
    return isinstance(value, str) and value in ("declared", "phase", "resolved")


def _budget(value: object) -> timedelta | None:
    if not isinstance(value, int) or isinstance(value, bool):
        return None
    if not 0 <= value <= LONGEST_BUDGET.total_seconds():
        return None
    return timedelta(seconds=value)


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _fields(value: object) -> Mapping[str, object]:
    return value if isinstance(value, dict) else {}


def _items(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _objects(value: object) -> list[Mapping[str, object]]:
    return [item for item in _items(value) if isinstance(item, dict)]
