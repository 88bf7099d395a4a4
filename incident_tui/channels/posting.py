"""What channels over HTTP have in common: how an answer, or none, is judged."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final

from incident_tui.channels.outcome import Failed, Unknown
from incident_tui.config.secrets import Secret
from incident_tui.config.table import ConfigError
from incident_tui.domain.text import clean_line
from incident_tui.web import Ask, Reply, Trouble, ask, redacted

LONGEST_WAIT = timedelta(hours=1)
UNDONE: Final = (501, 503, 521, 523, 525, 526)
"""Errors of a server that say that nothing was done; after any other, also those of a proxy before it (520, 524), it
may have been. Source: RFC 9110 §15.6, Cloudflare's own codes.
"""
Waiting = Callable[[Reply], timedelta | None]
"""How long a service asks to be left alone; each says it in its own way."""
Asking = Callable[[Ask], Reply]
"""How a request is made, for services where one answer leads to another request. Raises Trouble."""
Own = Callable[[Reply], bool]
"""Whether an answer that refuses is for the channel itself to judge."""


def unlocked(secret: Secret) -> str:
    """The secret itself. Raises Trouble where it cannot be had, which names only its reference."""
    try:
        return secret.reveal()
    except ConfigError as error:
        raise Trouble(str(error)) from None


def refused(reply: Reply) -> bool:
    """Whether the service has certainly done nothing, and will do nothing when asked again."""
    return 400 <= reply.status < 500 and reply.status not in (408, 420, 425, 429)


def said(reply: Reply, value: object) -> str:
    """A value out of an answer, for a person: one clean line, short, without the secrets of the request."""
    text = str(value or "")[:2_000]
    return " ".join(clean_line(redacted(text, reply.secrets)).split())[:200]


def retry_after(reply: Reply) -> timedelta | None:
    """The header Retry-After: seconds, or a moment (RFC 9110 §10.2.3)."""
    value = reply.headers.get("retry-after", "").strip()
    try:
        if value.replace(".", "", 1).isdigit():
            return min(timedelta(seconds=float(value)), LONGEST_WAIT)
        return min(max(parsedate_to_datetime(value) - datetime.now(UTC), timedelta(0)), LONGEST_WAIT)
    except (ValueError, OverflowError, TypeError):
        return None


def posted(
    asked: Ask,
    *,
    repeatable: bool = False,
    waiting: Waiting = retry_after,
    asking: Asking = ask,
    own: Own | None = None,
) -> Reply | Failed | Unknown:
    """The answer of a service that took the request, or how sending ends.

    `repeatable`: the service knows the request again, so that after a lost answer it can be sent once more.
    """
    try:
        reply = asking(asked)
    except Trouble as trouble:
        if trouble.left and not (repeatable and trouble.passing):
            return Unknown(trouble.reason)
        return Failed(trouble.reason, trouble.passing, trouble.after)
    if reply.ok or (own is not None and own(reply)):
        return reply
    reason = f"{asked.host}: {reply.status} {reply.glimpse}".rstrip()
    if not repeatable and (reply.status == 408 or (reply.status >= 500 and reply.status not in UNDONE)):
        return Unknown(reason)
    passing = reply.status in (408, 420, 425, 429) or reply.status >= 500
    return Failed(reason, passing, waiting(reply) if passing else None)
