"""Events of phases and steps of the protocol."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


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
