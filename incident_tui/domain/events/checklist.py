"""Events of phases and steps of the protocol."""

from __future__ import annotations

from typing import ClassVar

from msgspec import Struct

from incident_tui.domain.events.json import JsonObject


class PhaseBegun(Struct, frozen=True):
    """The commander starts the clock of a phase by hand; `phase` counts from 0."""

    KIND: ClassVar[str] = "phase.begun"
    phase: int


class StepChecked(Struct, frozen=True):
    KIND: ClassVar[str] = "step.checked"
    step: str


class StepReopened(Struct, frozen=True):
    KIND: ClassVar[str] = "step.reopened"
    step: str


class StepSkipped(Struct, frozen=True):
    KIND: ClassVar[str] = "step.skipped"
    step: str
    reason: str


class StepRuledOut(Struct, frozen=True):
    """The step does not apply to this incident."""

    KIND: ClassVar[str] = "step.ruled_out"
    step: str
    reason: str = ""


class StepNoted(Struct, frozen=True):
    KIND: ClassVar[str] = "step.noted"
    step: str
    text: str


class PlaybookAttached(Struct, frozen=True):
    """More phases behind those of the protocol; `playbook` is the snapshot of its document."""

    KIND: ClassVar[str] = "playbook.attached"
    playbook: JsonObject


class StepAdded(Struct, frozen=True):
    """A step more at the end of a phase, which counts from 0."""

    KIND: ClassVar[str] = "step.added"
    phase: int
    title: str
    detail: str = ""
    commands: tuple[str, ...] = ()


class StepSetAside(Struct, frozen=True):
    """What was taken for a step is text to read."""

    KIND: ClassVar[str] = "step.set_aside"
    step: str


class PhaseSetAside(Struct, frozen=True):
    """What was taken for a phase, counted from 0, is text to read."""

    KIND: ClassVar[str] = "phase.set_aside"
    phase: int


class SectionTaken(Struct, frozen=True):
    """What was taken for text to read is a phase: the section of this title in this line of the document."""

    KIND: ClassVar[str] = "section.taken"
    title: str
    line: int


class BudgetSet(Struct, frozen=True):
    """The time for a phase, counted from 0, or for the `step` in it; None takes it away."""

    KIND: ClassVar[str] = "budget.set"
    phase: int
    seconds: int | None
    step: str = ""
