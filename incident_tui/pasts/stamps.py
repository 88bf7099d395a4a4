"""The time at the start of an entry, in any of the forms in which people write it."""

from __future__ import annotations

import re
from typing import Final

from msgspec import Struct

from incident_tui.pasts.clock import Clock, clock_of, halved
from incident_tui.pasts.dates import WEEKDAY, Day, day_at
from incident_tui.pasts.zones import ZONE, tidy

_OPENING: Final = re.compile(r"[\s\[({*_`•·▪‣>|\-–—]*")
_CLOSING: Final = re.compile(r"[\])}*_`]*")
_SEPARATOR: Final = re.compile(r"[\s\])}*_`]*(?:(?:[-–—:|>•→]+|=>|,)(?=\s|$|\w|[@\"'“(\[*#])\s*)?")
_LEAD: Final = re.compile(r"(?:at|on|by|from|since|um|am)\s+(?=[\d~(A-Z]|ca|ap|ar|ab)", re.IGNORECASE)
_BETWEEN: Final = re.compile(r"(?:between|zwischen)\s+", re.IGNORECASE)
_ABOUT: Final = re.compile(
    r"(?:[~≈]|(?:c\.\s?a\.|ca\.?|circa|approximately|approx\.?|around|about|roughly|shortly (?:before|after)|before|"
    r"after|estimated|est\.|gegen|etwa|kurz nach)(?=[\s\d]))\s*",
    re.IGNORECASE,
)
_TIME: Final = re.compile(
    r"(?P<h>[01]?\d|2[0-4]|[012][Xx?])(?P<sep>[:.])(?P<m>[0-5]\d|\?\?|[Xx]{2}|[0-5][Xx?])"
    r"(?:(?P=sep)(?P<s>[0-5]\d)(?:[.,]\d{1,6})?)?"
    r"(?P<half>[AaPp]|\s?[AaPp]\.?[Mm]\.?)?(?P<ish>-?ish\b)?(?![\w%]|[:.]\d)"
)
_ISO: Final = re.compile(
    r"(?P<h>[01]\d|2[0-3]):(?P<m>[0-5]\d)(?::(?P<s>[0-5]\d)(?:[.,]\d{1,9})?)?(?=Z|\+\d{2}|(?<=T.{5})[-−]\d{2}|(?<=T.{8})[-−]\d{2})"
)
_HOUR: Final = re.compile(r"(?P<h>1[0-2]|0?[1-9])(?P<half>\s?[AaPp]\.?[Mm]\.?)(?!\w)")
_TIGHT_ZONE: Final = re.compile(r"(?:Z(?![A-Za-z0-9])|[+\-−]\d{2}:?\d{2}(?!\d))")
_ZONE: Final = re.compile(rf"[\s\])}}*_`,]*[(\[]?(?P<zone>{ZONE})[)\]]?")
# Two letters are a person's initials as well; behind am and pm they are a zone.
_SHORT_ZONE: Final = re.compile(r"\s*\(?(?P<zone>PT|MT|CT|ET)\b\)?")
_OCLOCK: Final = re.compile(r"\s?(?:Uhr|hrs)\b")
_SYNONYM: Final = re.compile(r"\s*\((?:UTC|GMT)\s?[+\-−–]\s?[\d:]+\)")
_UNKNOWN: Final = re.compile(r"(?:\?{2,}(?::\?{2})?|[Xx]{2}:[Xx]{2}|--:--)(?![\w:])")
_TEMPLATE: Final = re.compile(
    r"<?(?:Y{4}[-/]M{2}[-/]D{2}[ T]*)?\[?(?:H{1,2}|h{1,2}):(?:M{2}|m{2})(?::[sS]{2})?\]?>?|<?Y{4}-M{2}-D{2}>?|<time>"
)
_GLUE: Final = re.compile(r"(?:T(?=\d|HH)|[\s,]*(?:(?:at|@|um|[-–—|:])\s*)?)", re.IGNORECASE)
_RANGE: Final = re.compile(r"\s*(?:[-–—→]|->|to|until|till|bis)\s*", re.IGNORECASE)
_AND: Final = re.compile(r"\s*(?:and|und)\s*", re.IGNORECASE)
_SECOND: Final = re.compile(r"\s*[(\[/|]\s*")
_DOUBT: Final = re.compile(
    r"\s*\((?:[^()]{0,60}\b(?:maybe|approx\w*|not sure|unsure|about|around|roughly|estimated?|unknown|exact|ca)\b"
    r"[^()]{0,60}|\?+)\)",
    re.IGNORECASE,
)
_ON: Final = re.compile(r"[\s,]*(?:\bon\s+)?(?=\d{4}-|[A-Z][a-z]{2}|\d{1,2}(?:st|nd|rd|th|\.)?\s[A-Z])")


class Stamp(Struct, frozen=True):
    """A time as it is written in `text`; what follows begins at `length`.

    `template` says that it is a form to fill in, `unknown` that the author does not know. `other` is the same time in a
    second zone.
    """

    text: str
    length: int
    day: Day | None = None
    weekday: str = ""
    time: Clock | None = None
    end: Clock | None = None
    end_day: Day | None = None
    zone: str = ""
    other: tuple[Clock, str] | None = None
    approximate: bool = False
    unknown: bool = False
    template: bool = False

    @property
    def timed(self) -> bool:
        """Whether it names a time of day, or says that this is not known."""
        return self.time is not None or self.unknown or self.template


def stamp_of(line: str) -> Stamp | None:
    """The time that a line starts with; None where it starts with anything else."""
    return _Reading(line).stamp()


class _Reading(Struct):
    """Reads from left to right."""

    line: str
    at: int = 0
    day: Day | None = None
    weekday: str = ""
    zone: str = ""
    about: bool = False
    between: bool = False
    dotted: bool = False
    halved: bool = False

    def stamp(self) -> Stamp | None:
        start = self.at = _after(_OPENING, self.line, 0)
        self._lead()
        self._day()
        if template := _TEMPLATE.match(self.line, self.at):
            self.at = template.end()
            return self._whole(start, template=True)
        unknown = _UNKNOWN.match(self.line, self.at)
        if unknown is not None:
            self.at = unknown.end()
            return self._whole(start, unknown=True)
        time, half = self._time()
        if time is None:
            return self._whole(start) if self.day or self.weekday else None
        end_day, end, end_half = self._end(time)
        if end is not None and end_half and not half:
            time = halved(time, end_half)
        elif end is not None and half and not end_half and halved(end, half).seconds >= halved(time, half).seconds:
            end = halved(end, half)
        self._zone()
        other = self._other()
        self._later_day()
        return self._whole(
            start,
            time=halved(time, half),
            end=halved(end, end_half) if end else None,
            end_day=end_day,
            other=other,
        )

    def _whole(
        self,
        start: int,
        *,
        time: Clock | None = None,
        end: Clock | None = None,
        end_day: Day | None = None,
        other: tuple[Clock, str] | None = None,
        unknown: bool = False,
        template: bool = False,
    ) -> Stamp | None:
        if time is None and not template and not unknown and re.match(r"[\w.:/]", self.line[self.at : self.at + 1]):
            rest = self.line[self.at : self.at + 1]
            if rest not in ":.":
                return None
        doubt = _DOUBT.match(self.line, self.at)
        self.at = doubt.end() if doubt else self.at
        text = self.line[start : self.at].strip(" ,:")
        vague = time is not None and time.minute is None
        return Stamp(
            text,
            _after(_SEPARATOR, self.line, self.at),
            self.day,
            self.weekday,
            time,
            end,
            end_day,
            self.zone,
            other,
            approximate=self.about or doubt is not None or vague or unknown,
            unknown=unknown,
            template=template,
        )

    def _lead(self) -> None:
        """Words before the time: at, on, about, between, a weekday."""
        for _ in range(4):
            before = self.at
            self.at = _after(_LEAD, self.line, self.at)
            if between := _BETWEEN.match(self.line, self.at):
                self.between, self.at = True, between.end()
            if about := _ABOUT.match(self.line, self.at):
                self.about, self.at = True, about.end()
            if weekday := WEEKDAY.match(self.line, self.at):
                self.weekday, self.at = weekday["weekday"][:3].casefold(), weekday.end()
            if self.at == before:
                return

    def _day(self) -> None:
        self.day = day_at(self.line, self.at)
        if self.day is None:
            return
        self.at += self.day.length
        after = self.at
        if weekday := re.compile(rf"[\s,(]*{WEEKDAY.pattern}\)?", re.IGNORECASE).match(self.line, self.at):
            self.weekday, after = weekday["weekday"][:3].casefold(), weekday.end()
            self.at = after
        glue = _GLUE.match(self.line, self.at)
        self.at = glue.end() if glue else self.at
        self.at = _after(_CLOSING, self.line, self.at)
        self.at = _after(_OPENING, self.line, self.at)
        about, between = self.about, self.between
        self._lead()
        # Without a time behind it, the glue belongs to what follows.
        if not any(pattern.match(self.line, self.at) for pattern in (_TIME, _ISO, _HOUR, _TEMPLATE, _UNKNOWN)):
            self.at, self.about, self.between = after, about, between

    def _time(self) -> tuple[Clock | None, str]:
        """A time of day, and the half of the day it names."""
        for pattern in (_ISO, _TIME, _HOUR):
            found = pattern.match(self.line, self.at)
            if found is None:
                continue
            groups = found.groupdict()
            if groups.get("half") and not found["h"].isdigit():
                continue
            self.at = found.end()
            self.about = self.about or bool(groups.get("ish"))
            tight = _TIGHT_ZONE.match(self.line, self.at)
            if tight and (pattern is _ISO or tight[0] == "Z"):
                self.zone, self.at = tidy(tight[0]), tight.end()
            self.dotted = groups.get("sep") == "."
            self.halved = bool(groups.get("half"))
            self.at = _after(_OCLOCK, self.line, self.at)
            return clock_of(groups), (groups.get("half") or "").strip().casefold()[:1]
        return None, ""

    def _end(self, time: Clock) -> tuple[Day | None, Clock | None, str]:
        """The end of a range; where there is none, nothing is read."""
        before, about = self.at, self.about
        if not self.zone:
            self._zone()
        joint = (_AND if self.between else _RANGE).match(self.line, self.at)
        if joint is None:
            self.at = before if not self.zone else self.at
            return None, None, ""
        kept = self.at
        self.at = joint.end()
        if found := _ABOUT.match(self.line, self.at):
            self.about, self.at = True, found.end()
        day = day_at(self.line, self.at)
        self.at += day.length if day else 0
        self.at = _after(_GLUE, self.line, self.at) if day else self.at
        dotted = _TIME.match(self.line, self.at)
        if dotted and (dotted["sep"] == ":" or self.dotted or self.between):
            end, half = self._time()
            if end is not None and (end.minute is not None or time.minute is None):
                return day, end, half
        self.at, self.about = kept, about
        return None, None, ""

    def _zone(self) -> None:
        found = None if self.zone else _ZONE.match(self.line, self.at)
        if found is None and self.halved and not self.zone:
            found = _SHORT_ZONE.match(self.line, self.at)
        if found is None:
            return
        self.zone, self.at = tidy(found["zone"]), found.end()
        self.at = _after(_SYNONYM, self.line, self.at)

    def _other(self) -> tuple[Clock, str] | None:
        """The same time in another zone, in brackets or behind a slash."""
        opening = _SECOND.match(self.line, self.at)
        if opening is None or not self.zone:
            return None
        here, zone = self.at, self.zone
        self.at, self.zone = opening.end(), ""
        clock, half = self._time()
        self._zone()
        other, self.zone = self.zone, zone
        if clock is None or not other:
            self.at = here
            return None
        self.at = _after(_CLOSING, self.line, self.at)
        return halved(clock, half), other

    def _later_day(self) -> None:
        """The day behind the time, as in `14:17, 2018-02-20`."""
        if self.day is not None:
            return
        start = _after(_ON, self.line, self.at)
        day = day_at(self.line, start) if start > self.at or start == 0 else None
        if day is not None and (day.year or "on" in self.line[self.at : start]):
            self.day, self.at = day, start + day.length


def _after(pattern: re.Pattern[str], line: str, at: int) -> int:
    found = pattern.match(line, at)
    return found.end() if found else at
