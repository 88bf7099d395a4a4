"""From times as they are written to moments: days carried forward, midnight, years, zones, and what does not fit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Final

from msgspec import Struct, field
from msgspec.structs import replace

from incident_tui.domain.text import clean_line
from incident_tui.pasts import zones
from incident_tui.pasts.clock import Clock
from incident_tui.pasts.dates import WEEKDAYS, Day
from incident_tui.pasts.entries import Entry
from incident_tui.pasts.stamps import Stamp
from incident_tui.pasts.told import Precision, Remark, ToldEvent, apart

# A time that is earlier by more than this is of the next day, by less a slip of the author.
_NIGHT: Final = timedelta(hours=6)


SURE: Final = ("its title", "the sentence about its times", "its date")
"""Sources of a day that speak of the incident itself, not of the document."""


class Known(Struct, frozen=True):
    """What a document says outside its entries: a day and where that is from, or at least a year."""

    day: date | None = None
    source: str = ""
    year: int | None = None


class Reckoning(Struct):
    """Dates one entry after the other."""

    known: Known
    remarks: list[Remark] = field(default_factory=list)
    notes: list[Remark] = field(default_factory=list)
    _day: date | None = None
    _last: datetime | None = None

    def events(self, entries: Sequence[Entry]) -> list[tuple[ToldEvent, str]]:
        """Each entry as an event at wall time, with the zone that is written beside it."""
        found = [self._event(entry) for entry in entries]
        return [event for event in found if event is not None]

    def _event(self, entry: Entry) -> tuple[ToldEvent, str] | None:
        stamp = entry.stamp
        if stamp.template:
            self._say(entry, f"“{_shown(stamp)}” is a form to fill in; this entry is left out")
            return None
        if entry.bare:
            self._turn_to(entry)
            return None
        if not entry.text:
            self._say(entry, f"“{_shown(stamp)}” stands there without a text; this entry is left out")
            return None
        day = self._day_of(entry)
        at = self._moment(entry, day)
        event = ToldEvent(at, entry.text, entry.line, _precision(stamp, at), stamp=stamp.text, who=entry.who)
        event = replace(event, end=self._end(entry, at), approximate=stamp.approximate or event.precision == "day")
        self._doubt(entry, event)
        if stamp.other is not None and at is not None:
            self._compare(entry, at, stamp.other)
        return event, stamp.zone

    def _turn_to(self, entry: Entry) -> None:
        """A line that is only a day."""
        self._day = self._day_of(entry)
        self._last = None

    def _day_of(self, entry: Entry) -> date | None:
        """The day that is written, else the one carried forward."""
        stamp = entry.stamp
        if stamp.day is not None:
            found = self._calendar_day(stamp.day)
            if found is None:
                self._say(entry, f"“{_shown(stamp)}” has no day that can be told; none is made up")
                return self._day
            if stamp.weekday and stamp.day.year and WEEKDAYS[found.weekday()] != stamp.weekday:
                self._say(entry, f"{found.isoformat()} was no {stamp.weekday.capitalize()}; the date is kept")
            return found
        day = self._day or self.known.day
        if day is not None and stamp.weekday:
            return day + timedelta(days=(WEEKDAYS.index(stamp.weekday) - day.weekday()) % 7)
        return day

    def _calendar_day(self, day: Day) -> date | None:
        """The day on a calendar; one without a year is near to the one before it, else to the document's."""
        if self._day is not None:
            return day.on(self._day, nearest=True)
        if day.year is None and self.known.day is None and self.known.year is not None:
            day = replace(day, year=self.known.year)
        return day.on(self.known.day)

    def _moment(self, entry: Entry, day: date | None) -> datetime | None:
        stamp = entry.stamp
        if stamp.unknown or day is None:
            self._day = day if stamp.day is not None else self._day
            return None
        if self._day is None and stamp.day is None and self.known.source:
            remark = Remark(0, f"the day is taken from {self.known.source}: {day.isoformat()}")
            (self.notes if self.known.source in SURE else self.remarks).append(remark)
        at = _at(day, stamp.time or Clock(0, 0))
        if at is None:
            return None
        dated = stamp.day is not None or bool(stamp.weekday)
        if self._last is not None and stamp.time is not None:
            at = self._rolled(entry, at, self._last, dated=dated)
        self._day = at.date()
        self._last = at if stamp.time is not None else None
        return at

    def _rolled(self, entry: Entry, at: datetime, last: datetime, *, dated: bool) -> datetime:
        """Over midnight without a date; a clock that runs backwards otherwise is told and left alone."""
        if at >= last:
            return at
        if entry.stamp.time is not None and last - at < entry.stamp.time.spread:
            return last
        if not dated and last - at >= _NIGHT:
            rolled = at + timedelta(days=1)
            self._say(entry, f"{at:%H:%M} after {last:%H:%M} is read as the next day, {rolled.date().isoformat()}")
            return rolled
        form = "%H:%M" if last.date() == at.date() else "%Y-%m-%d %H:%M"
        self._say(
            entry,
            f"the clock runs backwards, from {last:{form}} to {at:{form}}; the order of the document is kept",
        )
        return at

    def _end(self, entry: Entry, at: datetime | None) -> datetime | None:
        stamp = entry.stamp
        if at is None or stamp.end is None:
            return None
        day = stamp.end_day.on(at.date()) if stamp.end_day else at.date()
        end = _at(day or at.date(), stamp.end)
        if end is not None and end < at and stamp.end_day is None:
            end += timedelta(days=1)
        if end is None or end < at or (end - at > timedelta(days=1) - _NIGHT and stamp.end_day is None):
            self._say(entry, f"“{_shown(stamp)}” ends before it starts; only its start is kept")
            return None
        return end

    def _doubt(self, entry: Entry, event: ToldEvent) -> None:
        stamp = entry.stamp
        if stamp.unknown:
            self._say(entry, f"“{_shown(stamp)}” is no known time; the entry keeps its place without one")
        elif event.at is None:
            self._say(entry, f"“{_shown(stamp)}” has no date anywhere; no moment is made up")
        elif event.precision == "day":
            self._say(entry, f"“{_shown(stamp)}” names no time of day")
        elif event.precision == "hour":
            self._say(entry, f"“{_shown(stamp)}” is approximate, kept as {event.at:%H:%M}")
        elif stamp.approximate:
            self._say(entry, f"“{_shown(stamp)}” is approximate")

    def _compare(self, entry: Entry, at: datetime, other: tuple[Clock, str]) -> None:
        """Two zones on a line must mean the same moment, on whichever day it is there."""
        zone = entry.stamp.zone
        moment = zones.placed(zone, at)
        clock, other_zone = other
        walls = [_at(at.date() + timedelta(days=days), clock) for days in (-1, 0, 1)]
        gaps = [abs(zones.placed(other_zone, wall) - moment) for wall in walls if wall]
        if gaps and min(gaps) >= timedelta(minutes=1):
            short = f"{clock.hour:02}:{clock.minute or 0:02} {other_zone}"
            self._say(entry, f"{at:%H:%M} {zone} is not {short}, it differs by {_span(min(gaps))}; {zone} is kept")

    def _say(self, entry: Entry, text: str) -> None:
        self.remarks.append(Remark(entry.line, text))


class Zoned(Struct, frozen=True):
    """Events with their zones, the label for all of them, and the IANA zone in which they read as written."""

    events: tuple[ToldEvent, ...]
    label: str | None
    zone: str
    remarks: tuple[Remark, ...]


def zoned(pairs: Sequence[tuple[ToldEvent, str]], stated: str) -> Zoned:
    """The events as moments where a zone is stated: on the line, else for all, else the only one that lines name."""
    own = Counter(label for _, label in pairs if label)
    common = stated or (next(iter(own)) if len(own) == 1 else "")
    label = common or (own.most_common(1)[0][0] if own else "")
    if not label:
        return Zoned(tuple(event for event, _ in pairs), None, "", ())
    remarks: list[Remark] = []
    if doubt := zones.doubt(label):
        remarks.append(Remark(0, doubt))
    if len(own) > 1 or (stated and own and set(own) != {stated}):
        named = ", ".join(sorted({*own, *([stated] if stated else [])}))
        remarks.append(Remark(0, f"several zones are stated: {named}; each time keeps its own"))
    moments = [event.at for event, zone in pairs if event.at is not None and zone in ("", common)]
    fitting = sum(zones.in_force(common, at) for at in moments) if common else 0
    # Who writes PDT of a day in March and means a day in December as well, tells what the clock on the wall showed.
    seasonal = fitting * 2 >= len(moments)
    events = tuple(_placed(event, zone or common, bool(common) and seasonal, remarks) for event, zone in pairs)
    if common and not seasonal:
        remarks.append(Remark(0, f"{common} is not in force on these days; it is kept as it is written"))
    return Zoned(events, label, zones.zone_name(label, literal=bool(common) and not seasonal), tuple(remarks))


def _placed(event: ToldEvent, label: str, seasonal: bool, remarks: list[Remark]) -> ToldEvent:
    if event.at is None or not label:
        return event
    if seasonal and not zones.in_force(label, event.at):
        remarks.append(Remark(event.line, f"{label} is not in force on that day; the time that was is taken"))
    at = zones.placed(label, event.at, seasonal=seasonal)
    return replace(event, at=at, end=zones.placed(label, event.end, seasonal=seasonal) if event.end else None)


def _precision(stamp: Stamp, at: datetime | None) -> Precision:
    if at is None:
        return "none"
    if stamp.time is None:
        return "day"
    if stamp.time.minute is None:
        return "hour"
    return "second" if stamp.time.second is not None else "minute"


def _at(day: date, clock: Clock) -> datetime | None:
    try:
        start = datetime.combine(day, time())
        return start + timedelta(seconds=clock.seconds)
    except OverflowError:
        return None


def _span(gap: timedelta) -> str:
    minutes = gap // timedelta(minutes=1)
    return f"{minutes // 60} h {minutes % 60:02} min" if minutes >= 60 else f"{minutes} min"


def _shown(stamp: Stamp) -> str:
    return clean_line(stamp.text)[:60]


def length(events: Sequence[ToldEvent]) -> timedelta | None:
    """From the first moment to the last in the document's order."""
    moments = [event.at for event in events if event.at is not None]
    return apart(moments[0], moments[-1]) if moments else None
