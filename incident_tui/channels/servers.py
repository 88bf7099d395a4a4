"""When a delivery was queued, and whether what a service has may be of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

from incident_tui.domain.identity import tick_of

SKEW: Final = timedelta(minutes=5)
"""The clocks of two machines differ by less."""


def queued_at(key: str) -> datetime | None:
    """When a delivery with this key was queued, by the clock of its device; None where the key does not say."""
    try:
        return datetime.fromtimestamp(tick_of(key).millis / 1000, UTC) if tick_of(key).millis else None
    except (OverflowError, OSError, ValueError):
        return None


def may_be_of(key: str, told: object) -> bool:
    """Whether what has the same words, and is of the moment that is `told`, may have come with this delivery.

    The same words may have been said before, in this incident or in another. Where nothing is told, it may.
    """
    queued = queued_at(key)
    try:
        return queued is None or datetime.fromisoformat(str(told)) >= queued - SKEW
    except (ValueError, TypeError):
        return True
