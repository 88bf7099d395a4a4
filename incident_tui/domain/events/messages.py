"""Events of messages to the audiences."""

from __future__ import annotations

from typing import ClassVar

from msgspec import Struct


class MessageDrafted(Struct, frozen=True):
    KIND: ClassVar[str] = "message.drafted"
    audience: str
    text: str
    channel: str = ""
    mark: str = ""
    promise_seconds: int | None = None


class MessageEdited(Struct, frozen=True):
    KIND: ClassVar[str] = "message.edited"
    message: str
    text: str
    channel: str = ""
    mark: str = ""
    promise_seconds: int | None = None


class MessageApproved(Struct, frozen=True):
    KIND: ClassVar[str] = "message.approved"
    message: str


class MessageSent(Struct, frozen=True):
    """It left: `how` says by what means. `promised` is when the audience hears from us next."""

    KIND: ClassVar[str] = "message.sent"
    message: str
    how: str
    promised: str | None = None


class MessageDiscarded(Struct, frozen=True):
    KIND: ClassVar[str] = "message.discarded"
    message: str
    reason: str = ""
