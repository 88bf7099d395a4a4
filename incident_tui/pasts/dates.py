"""Calendar days as people write them, often without their year."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Final

from msgspec import Struct

_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_GERMAN: Final = {"mär": 3, "mai": 5, "okt": 10, "dez": 12}
_MONTH: Final = (
    r"(?:Jan(?:uary?)?|Feb(?:ruary?)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|"
    r"Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?|Januar|Februar|März|Mai|Juni|Juli|Okt(?:ober)?|Dez(?:ember)?)\b\.?"
)
WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WEEKDAY: Final = r"(?:Mon|Tues?|Wed(?:nes)?|Thu(?:rs?)?|Fri|Sat(?:ur)?|Sun)(?:day)?\b\.?"
WEEKDAY: Final = re.compile(rf"(?P<weekday>{_WEEKDAY}),?\s*", re.IGNORECASE)
_NUMBERED: Final = re.compile(r"(?P<y>(?:19|20)\d{2})(?P<s>[-/.])(?P<m>\d{1,2})(?P=s)(?P<d>\d{1,2})(?!\d)")
_NAMED: Final = re.compile(
    rf"(?P<name>{_MONTH})\s+(?P<d>\d{{1,2}})(?!\d|:\d)(?:st|nd|rd|th)?(?:,?\s+(?P<y>(?:19|20)\d{{2}})(?!\d|:\d))?",
    re.IGNORECASE,
)
_DAY_FIRST: Final = re.compile(
    rf"(?P<d>\d{{1,2}})(?:st|nd|rd|th|\.)?(?:\s+of)?[\s-]+(?P<name>{_MONTH})"
    rf"(?:(?:,?\s+|-)(?P<y>(?:19|20)\d{{2}})(?!\d|:\d))?",
    re.IGNORECASE,
)
_DOTTED: Final = re.compile(r"(?P<d>\d{1,2})\.(?P<m>\d{1,2})\.(?P<y>(?:19|20)\d{2})?(?!\d)(?=\s|$|,|\))")
_SLASHED: Final = re.compile(r"(?P<a>\d{1,2})/(?P<b>\d{1,2})(?:/(?P<y>(?:20)?\d{2}))?(?![\d/])")
_SHORT: Final = re.compile(r"(?P<m>\d{2})-(?P<d>\d{2})(?=[ T]+(?:\d{1,2}[:.][\dXx?]{2}|[Hh]{2}:))")
_COMPACT: Final = re.compile(r"(?<!\d)(?P<y>20\d{2})(?P<m>[01]\d)(?P<d>[0-3]\d)(?!\d)")
# What follows a document by more than this is of the year before.
_AFTERMATH: Final = timedelta(days=92)


class Day(Struct, frozen=True):
    """A day as it is written, with its length in the text; `swapped` is the other reading of 03/04."""

    month: int
    day: int
    year: int | None
    length: int
    swapped: bool = False

    def on(self, reference: date | None, *, nearest: bool = False) -> date | None:
        """The calendar day; None where there is none.

        Without a year it is the latest that is not long after `reference`, or the `nearest` to it.
        """
        readings = [_dated(self.year, self.month, self.day, reference, nearest=nearest)]
        if self.swapped:
            readings.append(_dated(self.year, self.day, self.month, reference, nearest=nearest))
        days = [found for found in readings if found]
        if len(days) > 1 and reference is not None:
            return min(days, key=lambda found: abs(found - reference))
        return days[0] if days else None


def day_at(text: str, at: int = 0) -> Day | None:
    """The day that is written at this place of the text."""
    for pattern in (_NUMBERED, _NAMED, _DAY_FIRST, _DOTTED, _SLASHED, _SHORT):
        found = pattern.match(text, at)
        if found is not None:
            return _day(found)
    return None


def day_in(text: str) -> Day | None:
    """The first whole day, with its year, anywhere in a title, a sentence or the name of a file."""
    found = [match for pattern in (_NUMBERED, _NAMED, _DAY_FIRST, _COMPACT) for match in pattern.finditer(text)]
    days = [(match.start(), day) for match in found if (day := _day(match)) and day.year and day.on(None)]
    return min(days, key=lambda item: item[0])[1] if days else None


def year_in(text: str) -> int | None:
    """A year as a part of a path."""
    found = re.search(r"(?<![\d])(20\d{2})(?![\d])", text)
    return int(found[1]) if found else None


def _day(found: re.Match[str]) -> Day | None:
    groups = found.groupdict()
    year = int(groups["y"]) if groups.get("y") else None
    if year is not None and year < 100:
        year += 2000
    length = found.end() - found.start()
    if "name" in groups:
        return Day(_month(found["name"]), int(found["d"]), year, length)
    if "a" in groups:
        first, second = int(found["a"]), int(found["b"])
        if first > 12 or second > 12:
            return Day(min(first, second), max(first, second), year, length) if min(first, second) <= 12 else None
        return Day(first, second, year, length, swapped=first != second)
    month, day = int(found["m"]), int(found["d"])
    if month > 12 >= day and year is None:
        month, day = day, month
    return Day(month, day, year, length) if 1 <= month <= 12 and 1 <= day <= 31 else None


def _month(name: str) -> int:
    start = name.casefold()[:3]
    return _GERMAN.get(start) or _MONTHS.index(start) + 1


def _dated(year: int | None, month: int, day: int, reference: date | None, *, nearest: bool) -> date | None:
    if year is not None:
        return _date(year, month, day)
    if reference is None:
        return None
    years = (reference.year + 1, reference.year, reference.year - 1, reference.year - 2, reference.year - 3)
    days = (_date(each, month, day) for each in years if 1 < each < 9998)
    if nearest:
        return min((found for found in days if found), key=lambda found: abs(found - reference), default=None)
    return next((found for found in days if found and found - reference <= _AFTERMATH), None)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
