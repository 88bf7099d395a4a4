"""The address of a service that a team rents or runs itself, and why one could not be spoken to."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

from incident_tui.config.table import Table
from incident_tui.domain.identity import tick_of

SKEW: Final = timedelta(minutes=5)
"""The clocks of two machines differ by less."""


def base_of(table: Table, default: str = "", example: str = "https://example.com") -> str:
    """The address under `url` that paths are added to, without a slash at its end. Raises ConfigError."""
    address = table.text("url", default)
    try:
        parts = urlsplit(address)
        usable = parts.scheme in ("https", "http") and parts.hostname and not (parts.query or parts.fragment)
    except ValueError:
        usable = False
    if not usable:
        raise table.expected("url", "an address", f'url = "{example}"')
    if "@" in parts.netloc:
        raise table.wrong("url", "is to be without a name and a password")
    if parts.scheme == "http" and not table.flag("plain", False):
        raise table.wrong("url", "http:// is not safe; use https://, or allow it with plain = true")
    return address.rstrip("/")


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
