"""Working time: a calendar of working days and hours, and limits that are counted in them."""

from __future__ import annotations

import itertools
from collections.abc import Container, Iterator
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Self

from msgspec import Struct

DAY = timedelta(days=1)
ZERO = timedelta(0)
MIDNIGHT = time(0)
LONGEST_BREAK = 366
"""So many days without a working day are a mistake in the holidays; the day after them counts as one."""


class Working(Struct, frozen=True):
    """A span of working time: to the end of the `days`-th working day, then so much working time more."""

    days: int = 0
    hours: int = 0
    minutes: int = 0

    @classmethod
    def of(cls, span: timedelta) -> Self:
        """The same span in working time: its days become working days; seconds count as a whole minute."""
        minutes = -(-(span - span.days * DAY) // timedelta(minutes=1))
        return cls(span.days, *divmod(minutes, 60))


Limit = timedelta | Working


class Calendar(Struct, frozen=True):
    """When work is done. `opens` and `closes` are wall time in `zone`, closing at 00:00 is midnight at the day's end;
    `weekdays` counts from 0, Monday. Raises ValueError where no time would be left to work.
    """

    zone: tzinfo = UTC
    opens: time = time(9)
    closes: time = time(17)
    weekdays: frozenset[int] = frozenset(range(5))
    holidays: Container[date] = frozenset()

    def __post_init__(self) -> None:
        if not self.weekdays & frozenset(range(7)):
            raise ValueError("a calendar needs a working day")
        if self.closes <= self.opens and self.closes != MIDNIGHT:
            raise ValueError("a working day closes after it opens")

    def is_working_day(self, day: date) -> bool:
        return day.weekday() in self.weekdays and day not in self.holidays

    def is_working(self, moment: datetime) -> bool:
        day = moment.astimezone(self.zone).date()
        opens, closes = self._hours(day)
        return self.is_working_day(day) and opens <= moment < closes

    def after(self, start: datetime, days: int = 0, hours: int = 0, minutes: int = 0) -> datetime:
        """The end of the `days`-th working day after that of `start`, and so much working time later; in UTC."""
        moment = self._end_of(start, days) if days > 0 else start.astimezone(UTC)
        return self._later(moment, timedelta(hours=hours, minutes=minutes))

    def next_day_end(self, start: datetime) -> datetime:
        """The end of the next working day, which is never the day of `start`."""
        return self.after(start, days=1)

    def worked(self, start: datetime, end: datetime) -> timedelta:
        """The working time between two moments; nothing when they are in the other order."""
        day, last = start.astimezone(self.zone).date(), end.astimezone(self.zone).date()
        total = ZERO
        while day <= last:
            if self.is_working_day(day):
                opens, closes = self._hours(day)
                total += max(ZERO, min(closes, end) - max(opens, start))
            day += DAY
        return total

    def _end_of(self, start: datetime, days: int) -> datetime:
        later = self._working_days(start.astimezone(self.zone).date() + DAY)
        return self._hours(next(itertools.islice(later, days - 1, None)))[1]

    def _later(self, moment: datetime, left: timedelta) -> datetime:
        if left <= ZERO:
            return moment
        for day in self._working_days(moment.astimezone(self.zone).date()):
            opens, closes = self._hours(day)
            since = max(opens, moment)
            if closes - since >= left:
                return since + left
            left -= max(ZERO, closes - since)
        raise AssertionError("working days do not end")

    def _working_days(self, day: date) -> Iterator[date]:
        idle = 0
        while True:
            if self.is_working_day(day) or idle >= LONGEST_BREAK:
                idle = 0
                yield day
            else:
                idle += 1
            day += DAY

    def _hours(self, day: date) -> tuple[datetime, datetime]:
        """Opening and closing in UTC, where a difference is real time even when the clocks are moved in between."""
        last = day + DAY if self.closes == MIDNIGHT else day
        opens, closes = datetime.combine(day, self.opens, self.zone), datetime.combine(last, self.closes, self.zone)
        return opens.astimezone(UTC), closes.astimezone(UTC)


ALWAYS_UTC = Calendar()
"""The calendar of those who have chosen none: Monday to Friday, 09:00 to 17:00 UTC, no holidays."""


def due(limit: Limit, start: datetime, calendar: Calendar) -> datetime:
    """When a limit that counts from `start` is reached."""
    if isinstance(limit, Working):
        return calendar.after(start, limit.days, limit.hours, limit.minutes)
    return start + limit
