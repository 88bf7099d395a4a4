"""What the file says about who is on call: turns of people, or calendar files."""

import re
from datetime import date, datetime, time, timedelta, tzinfo
from pathlib import Path

from incident_tui.config.discipline import day_of, weekday
from incident_tui.config.table import Table
from incident_tui.oncall import Override, Rotation
from incident_tui.oncall.ical import CalendarFile
from incident_tui.times import zone_named

EPOCH = date(2024, 1, 1)
"""A Monday: from here turns are counted where the file names no start, so that they are the same on every machine."""
USUAL = "on-call"
_HANDOVER = r"(?:(?P<day>[A-Za-z]{3,9})\b)?\s*(?P<time>[0-9]{1,2}:[0-9]{2})?"
_HOURS = r"(?P<opens>[0-9]{1,2}:[0-9]{2})\s*[-–]\s*(?P<closes>[0-9]{1,2}:[0-9]{2})"
KEYS = ("people", "days", "handover", "starts", "zone", "backup", "hours", "override")


def rotations(table: Table, folder: Path, zone: str) -> tuple[Rotation | CalendarFile, ...]:
    """The rotation of [oncall], or those of [oncall.NAME], in their order. Files are looked for in `folder`."""
    if not table.values:
        return ()
    if any(not isinstance(value, dict) for value in table.values.values()):
        return (_rotation(USUAL, table, folder, zone),)
    return tuple(_rotation(name, table.below(name), folder, zone) for name in table.values)


def _rotation(name: str, table: Table, folder: Path, zone: str) -> Rotation | CalendarFile:
    place = zone_named(table.zone("zone", zone))
    if "calendar" in table.values:
        table.only(("calendar", "zone"))
        return CalendarFile(name, folder / Path(table.text("calendar", "")).expanduser(), place)
    table.only(KEYS)
    people = table.names("people")
    if not people:
        raise table.wrong("people", 'is missing; write people = ["Ada", "Ben"], or calendar = "oncall.ics"')
    days = table.number("days", 7, 1, 366)
    begins, handover = _handover(table, days)
    overrides = tuple(_override(item, place, handover) for item in table.tables("override"))
    first = _first(table, begins)
    return Rotation(name, people, place, first, days, handover, _backup(table), _hours(table), overrides)


def _handover(table: Table, days: int) -> tuple[int | None, time]:
    """The weekday, where one is named, and the wall time at which turns begin."""
    text = table.text("handover", "09:00")
    found = re.fullmatch(_HANDOVER, text, re.ASCII)
    if found is None or not text:
        raise table.expected("handover", "a time of the week", 'handover = "Mon 09:00"')
    if found["day"] and days % 7:
        raise table.wrong("handover", f"turns of {days} days begin on no fixed day; write a time alone, or starts")
    begins = weekday(table, "handover", found["day"]) if found["day"] else None
    return begins, _wall(table, "handover", found["time"] or "09:00")


def _first(table: Table, begins: int | None) -> date:
    value = table.values.get("starts", EPOCH)
    first = day_of(value)
    if first is None:
        raise table.expected("starts", "a date", "starts = 2026-01-05")
    if begins is None or first.weekday() == begins:
        return first
    if "starts" in table.values:
        raise table.wrong("starts", f"{first} is a {first:%A}, but handover names another day; make them agree")
    return first + timedelta(days=(begins - first.weekday()) % 7)


def _backup(table: Table) -> str | int:
    if isinstance(table.values.get("backup"), str):
        return table.text("backup", "")
    return table.number("backup", 1, 0, 99)


def _hours(table: Table) -> tuple[time, time] | None:
    text = table.text("hours", "")
    if not text:
        return None
    found = re.fullmatch(_HOURS, text, re.ASCII)
    if found is None:
        raise table.expected("hours", "a span of the day", 'hours = "09:00-18:00"')
    return _wall(table, "hours", found["opens"]), _wall(table, "hours", found["closes"])


def _wall(table: Table, key: str, text: str) -> time:
    """A time of day within a longer text of `key`."""
    return Table(table.file, table.place, {key: text}).time_of_day(key, time())


def _override(table: Table, zone: tzinfo, handover: time) -> Override:
    table.only(("from", "until", "person", "backup"))
    person = table.text("person", "")
    if not person:
        raise table.wrong("person", 'is missing; write person = "Ada"')
    since, until = (_moment(table, key, zone, handover) for key in ("from", "until"))
    if until <= since:
        raise table.wrong("until", "is not after from; write a later moment")
    return Override(since, until, person, table.text("backup", ""))


def _moment(table: Table, key: str, zone: tzinfo, handover: time) -> datetime:
    """Wall time in `zone` unless an offset is named; a date alone is its handover."""
    value = table.values.get(key)
    day = day_of(value)
    if day is not None:
        return datetime.combine(day, handover, zone)
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        moment = None
    if not isinstance(moment, datetime):
        raise table.expected(key, "a moment", f"{key} = 2026-12-24 or {key} = 2026-12-24T09:00:00")
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)
