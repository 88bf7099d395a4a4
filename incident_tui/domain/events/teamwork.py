"""Events of people working together: orders, proposals, escalation, handoff, the loop, callouts.

`about` repeats in words what an event answers to, so that a line of the log can be read by itself.
"""

from __future__ import annotations

from typing import ClassVar

from msgspec import Struct


class OrderGiven(Struct, frozen=True):
    """A task for a named person with a time box, counted from the envelope's `at`."""

    KIND: ClassVar[str] = "order.given"
    person: str
    text: str
    box_seconds: int


class OrderUnderstood(Struct, frozen=True):
    """The person has said back what is to be done."""

    KIND: ClassVar[str] = "order.understood"
    order: str
    about: str = ""


class OrderExtended(Struct, frozen=True):
    """More time: the box now ends `box_seconds` after the envelope's `at`."""

    KIND: ClassVar[str] = "order.extended"
    order: str
    box_seconds: int
    reason: str = ""
    about: str = ""


class OrderDone(Struct, frozen=True):
    KIND: ClassVar[str] = "order.done"
    order: str
    result: str
    about: str = ""


class OrderCancelled(Struct, frozen=True):
    KIND: ClassVar[str] = "order.cancelled"
    order: str
    reason: str = ""
    about: str = ""


class DecisionProposed(Struct, frozen=True):
    """What is about to be done, its risk and the way back; objections are asked for during `window_seconds`."""

    KIND: ClassVar[str] = "decision.proposed"
    text: str
    risk: str = ""
    rollback: str = ""
    window_seconds: int = 15
    executor: str = ""


class ObjectionRaised(Struct, frozen=True):
    KIND: ClassVar[str] = "objection.raised"
    proposal: str
    person: str
    text: str
    about: str = ""


class DecisionRuled(Struct, frozen=True):
    """The commander's `ruling`: proceed, rejected or withdrawn; `executor` carries it out."""

    KIND: ClassVar[str] = "decision.ruled"
    proposal: str
    ruling: str
    reason: str = ""
    executor: str = ""
    about: str = ""


class Escalated(Struct, frozen=True):
    """`person` of escalation level `level` (1 to 3) was called in."""

    KIND: ClassVar[str] = "escalation.made"
    level: int
    person: str
    reason: str = ""


class HandoffOffered(Struct, frozen=True):
    """The holder of `role` signs the `brief` and offers the role to `person`; nothing has moved yet."""

    KIND: ClassVar[str] = "handoff.offered"
    role: str
    person: str
    brief: str = ""


class HandoffAccepted(Struct, frozen=True):
    """The incoming person restated the severity and the open orders (by label); the role moves now."""

    KIND: ClassVar[str] = "handoff.accepted"
    handoff: str
    severity: int
    orders: tuple[str, ...] = ()
    about: str = ""


class HandoffWithdrawn(Struct, frozen=True):
    KIND: ClassVar[str] = "handoff.withdrawn"
    handoff: str
    reason: str = ""
    about: str = ""


class LoopMoved(Struct, frozen=True):
    """The commander's loop goes on to `segment`: size-up, stabilize, update or verify."""

    KIND: ClassVar[str] = "loop.moved"
    segment: str


class CalloutAnswered(Struct, frozen=True):
    """A callout was seen; with `until` (ISO 8601) it is to come again then."""

    KIND: ClassVar[str] = "callout.answered"
    callout: str
    until: str | None = None
