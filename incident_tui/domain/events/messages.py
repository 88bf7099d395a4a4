"""Events of messages to the audiences."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class MessageDrafted:
    KIND: ClassVar[str] = "message.drafted"
    audience: str
    text: str
    channel: str = ""
    mark: str = ""
    promise_seconds: int | None = None


@dataclass(frozen=True, slots=True)
class MessageEdited:
    KIND: ClassVar[str] = "message.edited"
    message: str
    text: str
    channel: str = ""
    mark: str = ""
    promise_seconds: int | None = None


@dataclass(frozen=True, slots=True)
class MessageApproved:
    KIND: ClassVar[str] = "message.approved"
    message: str


@dataclass(frozen=True, slots=True)
class MessageSent:
    """It left: `how` says by what means. `promised` is when the audience hears from us next."""

    KIND: ClassVar[str] = "message.sent"
    message: str
    how: str
    promised: str | None = None


@dataclass(frozen=True, slots=True)
class MessageDiscarded:
    KIND: ClassVar[str] = "message.discarded"
    message: str
    reason: str = ""
