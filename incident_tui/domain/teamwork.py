"""What a commander keeps track of besides the checklist and the log: orders, proposals, escalations, handoffs."""

from __future__ import annotations

from datetime import datetime, timedelta

from msgspec import Struct

LOOP = ("size-up", "stabilize", "update", "verify")
RULINGS = ("proceed", "rejected", "withdrawn")
ESCALATION_LEVELS = (1, 2, 3)


class Order(Struct, frozen=True):
    """A task for a person. `state` is given, understood, done or cancelled; `due` is when its time box ends."""

    order: int
    id: str
    number: int
    person: str
    text: str
    at: datetime
    by: str
    due: datetime
    state: str = "given"
    understood_at: datetime | None = None
    closed_at: datetime | None = None
    result: str = ""
    extended: int = 0

    @property
    def label(self) -> str:
        return f"O{self.number}"

    @property
    def open(self) -> bool:
        return self.state in ("given", "understood")

    @property
    def box(self) -> timedelta:
        return self.due - self.at

    def late(self, now: datetime) -> bool:
        """Whether it was not done, or is not yet, by the end of its time box."""
        return (self.closed_at or now) > self.due and self.state != "cancelled"


class Objection(Struct, frozen=True):
    person: str
    text: str
    at: datetime


class Proposal(Struct, frozen=True):
    """A decision in the making; `ruling` is empty until the commander rules: proceed, rejected or withdrawn."""

    order: int
    id: str
    number: int
    text: str
    risk: str
    rollback: str
    at: datetime
    by: str
    until: datetime
    executor: str = ""
    objections: tuple[Objection, ...] = ()
    ruling: str = ""
    reason: str = ""
    ruled_at: datetime | None = None
    ruled_by: str = ""

    @property
    def label(self) -> str:
        return f"D{self.number}"

    @property
    def open(self) -> bool:
        return not self.ruling


class Escalation(Struct, frozen=True):
    order: int
    id: str
    level: int
    person: str
    reason: str
    at: datetime
    by: str


class Handoff(Struct, frozen=True):
    """A role on its way from `giver` to `person`. `state` is offered, accepted or withdrawn."""

    order: int
    id: str
    role: str
    giver: str
    person: str
    brief: str
    at: datetime
    by: str
    state: str = "offered"
    closed_at: datetime | None = None
    closed_by: str = ""

    @property
    def open(self) -> bool:
        return self.state == "offered"


class Answer(Struct, frozen=True):
    """A callout was seen at `at`; with `until` it comes again then."""

    at: datetime
    by: str
    until: datetime | None = None


class Loop(Struct, frozen=True):
    """Where the commander's loop stands since `at`; `rounds` counts how often it was gone through."""

    segment: str = LOOP[0]
    at: datetime | None = None
    rounds: int = 0
