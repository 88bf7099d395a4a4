"""What channels over HTTP have in common: how an answer, or none, is judged."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from incident_tui.channels.outcome import Failed, Unknown
from incident_tui.web import Ask, Reply, Trouble, ask

LONGEST_WAIT = timedelta(hours=1)
Waiting = Callable[[Reply], timedelta | None]
"""How long a service asks to be left alone; each says it in its own way."""
Asking = Callable[[Ask], Reply]
"""How a request is made, for services where one answer leads to another request. Raises Trouble."""


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
    asked: Ask, *, repeatable: bool = False, waiting: Waiting = retry_after, asking: Asking = ask
) -> Reply | Failed | Unknown:
    """The answer of a service that took the request, or how sending ends.

    `repeatable`: the service knows the request again, so that after a lost answer it can be sent once more.
    """
    try:
        reply = asking(asked)
    except Trouble as trouble:
        if trouble.left and not repeatable:
            return Unknown(trouble.reason)
        return Failed(trouble.reason, trouble.passing, trouble.after)
    if reply.ok:
        return reply
    reason = f"{asked.host}: {reply.status} {reply.glimpse}".rstrip()
    if reply.status in (408, 500, 502, 504) and not repeatable:
        return Unknown(reason)
    passing = reply.status in (408, 420, 425, 429) or reply.status >= 500
    return Failed(reason, passing, waiting(reply) if passing else None)
