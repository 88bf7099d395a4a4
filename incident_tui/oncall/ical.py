"""A rotation from an iCalendar file, as schedulers export them: each event is somebody's shift."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from incident_tui.domain.text import clean_line
from incident_tui.oncall import Shift

if TYPE_CHECKING:
    from icalendar import Component, Event

LARGEST = 4 * 1024 * 1024
HORIZON = timedelta(days=400)
"""How far ahead a shift is looked for."""
TOO_OFTEN = frozenset({"SECONDLY", "MINUTELY", "HOURLY"})
LONGEST_NAME = 80
_BACKUP = r"^\W*(?:backup|secondary|level 2|l2)\b\W*|\W*\b(?:backup|secondary|level 2|l2)\W*$"
_LEADING = r"^\W*(?:on[- ]?call|primary|level 1|l1)\b[\s:,–\]-]*|\W*\b(?:is )?on[- ]?call\W*$|\W*\bprimary\W*$"
_SCHEDULE = r"\s+[-–]\s+.*$"


class CalendarError(Exception):
    """The file gives no rotation; the message is one line: file, what is wrong, what to do."""


class _Turn(Struct, frozen=True):
    person: str
    backup: bool
    since: datetime
    until: datetime


class CalendarFile(Struct, frozen=True):
    """The events of `path` as shifts; moments without a zone are wall time in `zone`.

    The person is the one attendee, else the summary without words such as "on call"; an event that says backup,
    secondary, level 2 or L2 is the backup's. Of several primaries at once the one who began last answers and the other
    is the backup. All methods raise CalendarError.
    """

    name: str
    path: Path
    zone: tzinfo

    def who(self, moment: datetime) -> Shift | None:
        return _shift_at(self._turns(moment), moment)

    def upcoming(self, moment: datetime, count: int) -> tuple[Shift, ...]:
        turns = self._turns(moment)
        edges = sorted({edge for turn in turns for edge in (turn.since, turn.until) if edge > moment})
        found: list[Shift] = []
        for edge in edges:
            shift = _shift_at(turns, edge)
            if shift is not None and len(found) < count:
                found.append(shift)
        return tuple(found)

    def _turns(self, moment: datetime) -> list[_Turn]:
        """All turns that end after `moment`, as far as the horizon."""
        data = _read(self.path)
        try:
            from icalendar import Calendar
            from recurring_ical_events import of
        except ImportError:
            extra = "calendar files need the extra “calendar”; pip install '.[calendar]' in its clone"
            raise CalendarError(f"{self.path.name}: {extra}") from None
        try:
            calendar = Calendar.from_ical(data)
            if any(_too_often(event) for event in calendar.walk("VEVENT")):
                raise ValueError("an event repeats more often than daily")
            events = of(calendar).between(moment, moment + HORIZON)
            turns = [turn for event in events for turn in self._turn(event)]
        except Exception as error:  # the libraries raise what they like on a file that is odd
            what = f"is no calendar of shifts: {_words(error)}"
            raise CalendarError(f"{self.path.name}: {what}; export it anew") from error
        return [turn for turn in turns if turn.since < turn.until and turn.until > moment]

    def _turn(self, event: Event) -> Iterator[_Turn]:
        person, backup = person_of(event)
        if person:
            yield _Turn(person, backup, self._moment(event.start), self._moment(event.end))

    def _moment(self, value: date) -> datetime:
        if not isinstance(value, datetime):
            value = datetime(value.year, value.month, value.day)
        return (value if value.tzinfo else value.replace(tzinfo=self.zone)).astimezone(UTC)


def person_of(event: Event) -> tuple[str, bool]:
    """Who an event is about, and whether as the backup; an empty name where nobody is named."""
    summary = clean_line(str(event.get("SUMMARY", "")))
    bare = re.sub(_BACKUP, "", summary, flags=re.IGNORECASE)
    attendees = event.get("ATTENDEE", [])
    attendees = attendees if isinstance(attendees, list) else [attendees]
    if len(attendees) == 1:
        address = re.sub(r"^mailto:", "", str(attendees[0]), flags=re.IGNORECASE)
        named = clean_line(str(attendees[0].params.get("CN", ""))) or clean_line(address)
    else:
        stripped = re.sub(_LEADING, "", bare, flags=re.IGNORECASE).strip()
        named = re.sub(_SCHEDULE, "", stripped) or stripped
    return " ".join(named.split())[:LONGEST_NAME], bare != summary


def _shift_at(turns: list[_Turn], moment: datetime) -> Shift | None:
    now = sorted(
        (turn for turn in turns if turn.since <= moment < turn.until), key=lambda turn: turn.since, reverse=True
    )
    if not now:
        return None
    ranked = [turn for turn in now if not turn.backup] or now
    primary = ranked[0].person
    others = [turn.person for turn in (*(turn for turn in now if turn.backup), *ranked[1:]) if turn.person != primary]
    edges = [edge for turn in turns for edge in (turn.since, turn.until)]
    since = max(edge for edge in edges if edge <= moment)
    until = min(edge for edge in edges if edge > moment)
    return Shift(primary, others[0] if others else "", since, until)


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    except OSError as error:
        raise CalendarError(f"{path}: {error.strerror}; check oncall in the configuration") from None
    if len(data) > LARGEST:
        raise CalendarError(f"{path.name}: is larger than {LARGEST // 1024 // 1024} MiB; export fewer events")
    return data


def _too_often(event: Component) -> bool:
    """Whether a rule repeats by the hour or faster, which could keep us busy for ever."""
    rules = event.get("RRULE", [])
    found = rules if isinstance(rules, list) else [rules]
    return any(TOO_OFTEN & {str(word).upper() for word in rule.get("FREQ", [])} for rule in found)


def _words(error: Exception) -> str:
    return clean_line(str(error))[:120] or type(error).__name__
