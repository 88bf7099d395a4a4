"""Events of phases and steps of the protocol."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from incident_tui.domain.events.json import JsonObject


@dataclass(frozen=True, slots=True)
class PhaseBegun:
    """The commander starts the clock of a phase by hand; `phase` counts from 0."""

    KIND: ClassVar[str] = "phase.begun"
    phase: int


@dataclass(frozen=True, slots=True)
class StepChecked:
    KIND: ClassVar[str] = "step.checked"
    step: str


@dataclass(frozen=True, slots=True)
class StepReopened:
    KIND: ClassVar[str] = "step.reopened"
    step: str


@dataclass(frozen=True, slots=True)
class StepSkipped:
    KIND: ClassVar[str] = "step.skipped"
    step: str
    reason: str


@dataclass(frozen=True, slots=True)
class StepRuledOut:
    """The step does not apply to this incident."""

    KIND: ClassVar[str] = "step.ruled_out"
    step: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class StepNoted:
    KIND: ClassVar[str] = "step.noted"
    step: str
    text: str


@dataclass(frozen=True, slots=True)
class PlaybookAttached:
    """More phases behind those of the protocol; `playbook` is the snapshot of its document."""

    KIND: ClassVar[str] = "playbook.attached"
    playbook: JsonObject


@dataclass(frozen=True, slots=True)
class StepAdded:
    """A step more at the end of a phase, which counts from 0."""

    KIND: ClassVar[str] = "step.added"
    phase: int
    title: str
    detail: str = ""
    commands: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StepSetAside:
    """What was taken for a step is text to read."""

    KIND: ClassVar[str] = "step.set_aside"
    step: str


@dataclass(frozen=True, slots=True)
class PhaseSetAside:
    """What was taken for a phase, counted from 0, is text to read."""

    KIND: ClassVar[str] = "phase.set_aside"
    phase: int


@dataclass(frozen=True, slots=True)
class SectionTaken:
    """What was taken for text to read is a phase: the section of this title in this line of the document."""

    KIND: ClassVar[str] = "section.taken"
    title: str
    line: int


@dataclass(frozen=True, slots=True)
class BudgetSet:
    """The time for a phase, counted from 0, or for the `step` in it; None takes it away."""

    KIND: ClassVar[str] = "budget.set"
    phase: int
    seconds: int | None
    step: str = ""
