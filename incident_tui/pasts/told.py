"""What a post-mortem tells: its events as they are dated, its milestones and durations, and what is odd in it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Literal

from msgspec import Struct

Precision = Literal["second", "minute", "hour", "day", "none"]
"""How exactly a moment is told; `none` where the document gives no time, or a time without any date."""


class Remark(Struct, frozen=True):
    """A sentence about a line of the document, from 1; 0 is the whole document."""

    line: int
    text: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.text}" if self.line else self.text


class ToldEvent(Struct, frozen=True):
    """An entry of the timeline. `at` and `end` are aware where the document states a zone, else wall time without one.

    `stamp` is the time as it is written. `milestone` is one of the incident's milestones, or `declared`.
    """

    at: datetime | None
    text: str
    line: int
    precision: Precision = "minute"
    end: datetime | None = None
    approximate: bool = False
    stamp: str = ""
    who: str = ""
    milestone: str = ""

    @property
    def occurred(self) -> str | None:
        """ISO 8601 as exactly as it is told, with an offset only where a zone is stated."""
        if self.at is None:
            return None
        if self.precision == "day":
            return self.at.date().isoformat()
        text = self.at.isoformat(timespec="seconds" if self.precision == "second" else "minutes")
        utc = self.at.tzinfo is not None and not self.at.utcoffset()
        return f"{text[: text.rindex('+')]}Z" if utc else text


class Told(Struct, frozen=True):
    """One incident of a document. `timezone` is the zone as it is stated, None where none is.

    `zone` is the name of the IANA zone in which the times read as they are written, empty without `timezone`.
    `stated` are milestones that the document gives apart from its timeline. `digest` tells this incident from all
    others of all documents (SHA-256, hex).
    """

    title: str
    digest: str
    events: tuple[ToldEvent, ...] = ()
    timezone: str | None = None
    zone: str = ""
    severity: int | None = None
    date: datetime | None = None
    stated: tuple[tuple[str, datetime], ...] = ()
    warnings: tuple[Remark, ...] = ()
    notes: tuple[Remark, ...] = ()
    name: str = ""

    @property
    def milestones(self) -> dict[str, datetime]:
        """Each milestone with its moment; what is stated counts before what an event says."""
        found = {event.milestone: event.at for event in self.events if event.milestone and event.at is not None}
        return found | dict(self.stated)


def apart(earlier: datetime, later: datetime) -> timedelta:
    """The time between two moments, of which either may be without a zone."""
    if (earlier.tzinfo is None) != (later.tzinfo is None):
        earlier, later = earlier.replace(tzinfo=UTC), later.replace(tzinfo=UTC)
    return later - earlier
