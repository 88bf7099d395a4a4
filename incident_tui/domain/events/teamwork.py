"""Events of people working together: orders, proposals, escalation, handoff, the loop, callouts.

`about` repeats in words what an event answers to, so that a line of the log can be read by itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class OrderGiven:
    """A task for a named person with a time box, counted from the envelope's `at`."""

    KIND: ClassVar[str] = "order.given"
    person: str
    text: str
    box_seconds: int


@dataclass(frozen=True, slots=True)
class OrderUnderstood:
    """The person has said back what is to be done."""

    KIND: ClassVar[str] = "order.understood"
    order: str
    about: str = ""


@dataclass(frozen=True, slots=True)
class OrderExtended:
    """More time: the box now ends `box_seconds` after the envelope's `at`."""

    KIND: ClassVar[str] = "order.extended"
    order: str
    box_seconds: int
    reason: str = ""
    about: str = ""


@dataclass(frozen=True, slots=True)
class OrderDone:
    KIND: ClassVar[str] = "order.done"
    order: str
    result: str
    about: str = ""


@dataclass(frozen=True, slots=True)
class OrderCancelled:
    KIND: ClassVar[str] = "order.cancelled"
    order: str
    reason: str = ""
    about: str = ""


@dataclass(frozen=True, slots=True)
class DecisionProposed:
    """What is about to be done, its risk and the way back; objections are asked for during `window_seconds`."""

    KIND: ClassVar[str] = "decision.proposed"
    text: str
    risk: str = ""
    rollback: str = ""
    window_seconds: int = 15
    executor: str = ""


@dataclass(frozen=True, slots=True)
class ObjectionRaised:
    KIND: ClassVar[str] = "objection.raised"
    proposal: str
    person: str
    text: str
    about: str = ""


@dataclass(frozen=True, slots=True)
class DecisionRuled:
    """The commander's `ruling`: proceed, rejected or withdrawn; `executor` carries it out."""

    KIND: ClassVar[str] = "decision.ruled"
    proposal: str
    ruling: str
    reason: str = ""
    executor: str = ""
    about: str = ""


@dataclass(frozen=True, slots=True)
class Escalated:
    """`person` of escalation level `level` (1 to 3) was called in."""

    KIND: ClassVar[str] = "escalation.made"
    level: int
    person: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class HandoffOffered:
    """The holder of `role` signs the `brief` and offers the role to `person`; nothing has moved yet."""

    KIND: ClassVar[str] = "handoff.offered"
    role: str
    person: str
    brief: str = ""


@dataclass(frozen=True, slots=True)
class HandoffAccepted:
    """The incoming person restated the severity and the open orders (by label); the role moves now."""

    KIND: ClassVar[str] = "handoff.accepted"
    handoff: str
    severity: int
    orders: tuple[str, ...] = ()
    about: str = ""


@dataclass(frozen=True, slots=True)
class HandoffWithdrawn:
    KIND: ClassVar[str] = "handoff.withdrawn"
    handoff: str
    reason: str = ""
    about: str = ""


@dataclass(frozen=True, slots=True)
class LoopMoved:
    """The commander's loop goes on to `segment`: size-up, stabilize, update or verify."""

    KIND: ClassVar[str] = "loop.moved"
    segment: str


@dataclass(frozen=True, slots=True)
class CalloutAnswered:
    """A callout was seen; with `until` (ISO 8601) it is to come again then."""

    KIND: ClassVar[str] = "callout.answered"
    callout: str
    until: str | None = None
