"""Events of the technical record, lessons, sign-offs and action items."""

from __future__ import annotations

from typing import ClassVar

from msgspec import Struct


class ErrorRecorded(Struct, frozen=True):
    KIND: ClassVar[str] = "error.recorded"
    text: str


class ReadingRecorded(Struct, frozen=True):
    """A reading of the system's state `before`, `during` or `after` the incident."""

    KIND: ClassVar[str] = "reading.recorded"
    measure: str
    moment: str
    value: str


class ConfigurationRecorded(Struct, frozen=True):
    KIND: ClassVar[str] = "configuration.recorded"
    text: str
    language: str = ""


class FixStepRecorded(Struct, frozen=True):
    """A step of the `immediate` or of the `root cause` fix."""

    KIND: ClassVar[str] = "fix_step.recorded"
    fix: str
    text: str


class RecoveryRecorded(Struct, frozen=True):
    """What was done to recover `data` or `service`."""

    KIND: ClassVar[str] = "recovery.recorded"
    scope: str
    text: str


class CostRecorded(Struct, frozen=True):
    KIND: ClassVar[str] = "cost.recorded"
    item: str
    value: str


class LessonRecorded(Struct, frozen=True):
    """What went `wrong`, what went `well`, or what was `luck`."""

    KIND: ClassVar[str] = "lesson.recorded"
    side: str
    text: str


class SignedOff(Struct, frozen=True):
    KIND: ClassVar[str] = "signed.off"
    role: str
    person: str


class ActionItemAdded(Struct, frozen=True):
    """A follow-up. `due` is a date (YYYY-MM-DD), `priority` high, medium or low."""

    KIND: ClassVar[str] = "action_item.added"
    text: str
    owner: str = ""
    due: str | None = None
    priority: str = "medium"


class ActionItemChanged(Struct, frozen=True):
    KIND: ClassVar[str] = "action_item.changed"
    item: str
    text: str
    owner: str = ""
    due: str | None = None
    priority: str = "medium"


class ActionItemDone(Struct, frozen=True):
    KIND: ClassVar[str] = "action_item.done"
    item: str


class ActionItemReopened(Struct, frozen=True):
    KIND: ClassVar[str] = "action_item.reopened"
    item: str
