"""Events of the technical record, lessons, sign-offs and action items."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class ErrorRecorded:
    KIND: ClassVar[str] = "error.recorded"
    text: str


@dataclass(frozen=True, slots=True)
class ReadingRecorded:
    """A reading of the system's state `before`, `during` or `after` the incident."""

    KIND: ClassVar[str] = "reading.recorded"
    measure: str
    moment: str
    value: str


@dataclass(frozen=True, slots=True)
class ConfigurationRecorded:
    KIND: ClassVar[str] = "configuration.recorded"
    text: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class FixStepRecorded:
    """A step of the `immediate` or of the `root cause` fix."""

    KIND: ClassVar[str] = "fix_step.recorded"
    fix: str
    text: str


@dataclass(frozen=True, slots=True)
class RecoveryRecorded:
    """What was done to recover `data` or `service`."""

    KIND: ClassVar[str] = "recovery.recorded"
    scope: str
    text: str


@dataclass(frozen=True, slots=True)
class CostRecorded:
    KIND: ClassVar[str] = "cost.recorded"
    item: str
    value: str


@dataclass(frozen=True, slots=True)
class LessonRecorded:
    """What went `wrong`, what went `well`, or what was `luck`."""

    KIND: ClassVar[str] = "lesson.recorded"
    side: str
    text: str


@dataclass(frozen=True, slots=True)
class SignedOff:
    KIND: ClassVar[str] = "signed.off"
    role: str
    person: str


@dataclass(frozen=True, slots=True)
class ActionItemAdded:
    """A follow-up. `due` is a date (YYYY-MM-DD), `priority` high, medium or low."""

    KIND: ClassVar[str] = "action_item.added"
    text: str
    owner: str = ""
    due: str | None = None
    priority: str = "medium"


@dataclass(frozen=True, slots=True)
class ActionItemChanged:
    KIND: ClassVar[str] = "action_item.changed"
    item: str
    text: str
    owner: str = ""
    due: str | None = None
    priority: str = "medium"


@dataclass(frozen=True, slots=True)
class ActionItemDone:
    KIND: ClassVar[str] = "action_item.done"
    item: str


@dataclass(frozen=True, slots=True)
class ActionItemReopened:
    KIND: ClassVar[str] = "action_item.reopened"
    item: str
