"""Times between people and the machine: what they type, what they read, what is stored."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

# Not compiled here: most verbs read no time, and those that do pay once, because `re` remembers.
_DURATION = r"(?=[0-9])(?:([0-9]{1,6})\s*d)?\s*(?:([0-9]{1,6})\s*h)?\s*(?:([0-9]{1,6})\s*m)?\s*(?:([0-9]{1,6})\s*s)?"
_MINUTES = r"[0-9]{1,6}"
_AGO = r"-\s*(?P<minus>[^-]+)|(?P<ago>.+?)\s+ago"
_CLOCK = r"(?P<yesterday>yesterday\s+)?(?P<h>[0-9]{1,2}):(?P<m>[0-9]{2})(?::(?P<s>[0-9]{2}))?"
_DATED = r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:.*"
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_SHOWN = 40


class TimeError(ValueError):
    """A text that is no time, no duration or no zone; its message is one line and gives an example."""


def parse_duration(text: str) -> timedelta:
    """`90s`, `20m`, `1h30m`, `2d`; a bare number counts minutes. Raises TimeError."""
    plain = text.strip().lower()
    if re.fullmatch(_MINUTES, plain, re.ASCII):
        return timedelta(minutes=int(plain))
    found = re.fullmatch(_DURATION, plain, re.ASCII)
    if found is None:
        raise TimeError(f"{quoted(text)} is not a duration; write 90s, 20m, 1h30m or 2d")
    days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)


def clock(duration: timedelta) -> str:
    """`02:17`, `01:42:18`, `3 d 04:12:00`, and `-00:31` for overdue; parts of a second are cut off."""
    total = int(abs(duration).total_seconds())
    sign = "-" if duration < timedelta() and total else ""
    minutes, seconds = divmod(total, 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    if days:
        return f"{sign}{days} d {hours:02}:{minutes:02}:{seconds:02}"
    if hours:
        return f"{sign}{hours:02}:{minutes:02}:{seconds:02}"
    return f"{sign}{minutes:02}:{seconds:02}"


def parse_moment(text: str, now: datetime, zone: ZoneInfo) -> datetime:
    """The moment that a person names, in UTC.

    Reads `now`, `10m ago`, `-10m`, `14:05`, `14:05:30`, `yesterday 14:05`, `2026-11-21 14:05` and
    `2026-11-21T14:05+01:00`. What names no zone is wall time in `zone`; a time of day without a date
    is the latest such moment not after `now`. Wall time that the clocks show twice is the first of
    the two; wall time that they skip is read as if they had not yet been moved. Raises TimeError.
    """
    plain = text.strip()
    lower = plain.lower()
    if lower == "now":
        return now.astimezone(UTC)
    try:
        if found := re.fullmatch(_CLOCK, lower, re.ASCII):
            return _time_of_day(found, now, zone)
        if found := re.fullmatch(_AGO, lower, re.ASCII):
            return now.astimezone(UTC) - parse_duration(found["minus"] or found["ago"])
        if re.fullmatch(_DATED, plain, re.ASCII):
            return _dated(plain, zone)
    except (ValueError, OverflowError):
        # All of them mean the same to the person: the parts are there, their values are not possible.
        raise _not_a_time(text) from None
    raise _not_a_time(text)


def moment_within(text: str, span: tuple[datetime, datetime], here: datetime, zone: ZoneInfo) -> datetime:
    """The moment that a person names in a stretch of time, such as that of an incident, where they are `here`.

    `+10m` is after the beginning, `-10m` before here; a time of day is the latest such moment that is not after the
    end. The moment may lie outside. Raises TimeError.
    """
    plain = text.strip()
    if plain.startswith("+"):
        return span[0] + parse_duration(plain[1:])
    if plain.startswith("-") or plain.lower().endswith("ago"):
        return parse_moment(plain, here, zone)
    return parse_moment(plain, span[1], zone)


def zone_named(name: str) -> ZoneInfo:
    """The zone of an IANA name, or the machine's own for `local`. Raises TimeError."""
    from zoneinfo import ZoneInfo

    try:
        return ZoneInfo(local_zone() if name == "local" else name)
    except (KeyError, ValueError, OSError, RecursionError):  # the last one: a name of hundreds of parts
        raise TimeError(f"{quoted(name)} is not a time zone; write one such as Europe/Berlin, or local") from None


def zone_or_local(name: str) -> ZoneInfo:
    """The zone of an incident; the machine's own where it does not know that one, as other machines know others.

    The name comes with events of elsewhere: from newer tables of zones, or from anybody.
    """
    try:
        return zone_named(name)
    except TimeError:
        return zone_named("local")


def local_zone(environ: Mapping[str, str] = os.environ, localtime: Path = Path("/etc/localtime")) -> str:
    """The IANA name of the machine's zone: TZ, else the link /etc/localtime, else `UTC`."""
    from zoneinfo import ZoneInfo

    setting = environ.get("TZ")
    if setting is None:
        setting = str(localtime.resolve()) if localtime.is_symlink() else ""
    name = setting.removeprefix(":").rpartition("zoneinfo/")[2]
    try:
        return ZoneInfo(name).key
    except (KeyError, ValueError, OSError):
        return "UTC"


def is_wall_time(zone: str, environ: Mapping[str, str] = os.environ, localtime: Path = Path("/etc/localtime")) -> bool:
    """Whether the link /etc/localtime says that this machine's wall shows the time of `zone`.

    The system tells such times by itself, without what loading the tables of all zones takes.
    """
    linked = "TZ" not in environ and localtime.is_symlink() and localtime.exists()
    return linked and str(localtime.resolve()).endswith(f"/zoneinfo/{zone}")


def show(moment: datetime, zone: ZoneInfo | None, now: datetime) -> str:
    """`14:05:07` in `zone`, None for the machine's; `20 Nov 14:05:07` on other days, with the year in other years."""
    local, today = moment.astimezone(zone), now.astimezone(zone)
    wall = f"{local.hour:02}:{local.minute:02}:{local.second:02}"
    if local.date() == today.date():
        return wall
    day = f"{local.day} {_MONTHS[local.month - 1]}"
    return f"{day} {wall}" if local.year == today.year else f"{day} {local.year} {wall}"


def iso(moment: datetime) -> str:
    """`2026-11-21T14:05:07.123Z`: UTC, cut off at milliseconds. Raises ValueError without a zone."""
    if moment.tzinfo is None:
        raise ValueError("a moment without a zone cannot be stored")
    utc = moment if moment.tzinfo is UTC else moment.astimezone(UTC)
    return utc.isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"


def from_iso(text: str) -> datetime:
    """What `iso` wrote, and any other ISO 8601 moment with an offset, in UTC. Raises TimeError."""
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is not None:
            return moment if moment.tzinfo is UTC else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        pass  # the sentence below says it for all cases
    raise TimeError(f"{quoted(text)} is not a stored moment; expected one like 2026-11-21T14:05:07.123Z")


def quoted(text: str) -> str:
    """Foreign text within a message: one line, short, without anything that acts on a terminal."""
    short = text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
    return '"' + "".join(sign if sign.isprintable() else ascii(sign)[1:-1] for sign in short) + '"'


def _time_of_day(found: re.Match[str], now: datetime, zone: ZoneInfo) -> datetime:
    wall = time(int(found["h"]), int(found["m"]), int(found["s"] or 0))
    today = now.astimezone(zone).date()
    if found["yesterday"]:
        return _at(today - timedelta(days=1), wall, zone)
    # Where clocks go back over midnight, tomorrow's date has already been; where a whole day is left
    # out, yesterday's wall time may still be to come.
    nearby = (_at(today + timedelta(days=days), wall, zone) for days in (1, 0, -1, -2))
    return next(moment for moment in nearby if moment <= now)


def _dated(text: str, zone: ZoneInfo) -> datetime:
    import pendulum

    no_zone = pendulum.FixedTimezone(0, "none given")
    parsed = pendulum.parse(text, exact=True, tz=no_zone)
    if not isinstance(parsed, pendulum.DateTime):
        raise _not_a_time(text)
    if parsed.tzinfo is no_zone:
        return _at(parsed.date(), parsed.time(), zone)
    return datetime.combine(parsed.date(), parsed.time(), parsed.tzinfo).astimezone(UTC)


def _at(day: date, wall: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, wall.replace(tzinfo=None, fold=0), zone).astimezone(UTC)


def _not_a_time(text: str) -> TimeError:
    return TimeError(f"{quoted(text)} is not a time; write 14:05, 10m ago, yesterday 14:05 or 2026-11-21 14:05")
