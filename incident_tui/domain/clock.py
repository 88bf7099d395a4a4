"""One clock: elapsed, due, warn at 80 %, late at 100 %."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

from msgspec import Struct

from incident_tui.domain.policy import WARN_AT
from incident_tui.domain.working import ALWAYS_UTC, Calendar, Limit, Working

Level = Literal["idle", "ok", "warn", "late", "done"]
ZERO = timedelta(0)


class Clock(Struct, frozen=True):
    """`elapsed` runs against `budget`; `ended` says that it has stopped. Without a budget it only counts.

    Both are real time. `used` is the part of the working time used up, where the budget is a span of that.
    """

    name: str
    started: datetime | None
    elapsed: timedelta = ZERO
    budget: timedelta | None = None
    ended: datetime | None = None
    used: float | None = None

    @property
    def due(self) -> datetime | None:
        return self.started + self.budget if self.started and self.budget is not None else None

    @property
    def left(self) -> timedelta | None:
        """Time to go; negative when late."""
        return None if self.budget is None else self.budget - self.elapsed

    @property
    def part(self) -> float:
        """The part of the budget that is used, 0 without one."""
        if self.used is not None:
            return self.used
        return self.elapsed / self.budget if self.budget else 0.0

    @property
    def late(self) -> bool:
        return self.budget is not None and self.elapsed >= self.budget and self.started is not None

    @property
    def level(self) -> Level:
        if self.ended is not None:
            return "done"
        if self.started is None:
            return "idle"
        if self.late:
            return "late"
        return "warn" if self.budget and self.part >= WARN_AT else "ok"


def clock(
    name: str,
    started: datetime | None,
    now: datetime,
    budget: Limit | None = None,
    ended: datetime | None = None,
    calendar: Calendar = ALWAYS_UTC,
) -> Clock:
    """A clock read at `now`; it never shows negative time and stands still once ended.

    A budget of working time is counted in `calendar`, and its length in real time depends on when it started.
    """
    if started is None:
        return Clock(name, None, ZERO, None if isinstance(budget, Working) else budget, ended)
    reading = ended or now
    spent = max(ZERO, reading - started)
    if not isinstance(budget, Working):
        return Clock(name, started, spent, budget, ended)
    due = calendar.after(started, budget.days, budget.hours, budget.minutes)
    whole = calendar.worked(started, due)
    used = calendar.worked(started, min(reading, due)) / whole if whole else 0.0
    return Clock(name, started, spent, due - started, ended, used)
