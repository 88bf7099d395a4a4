"""Zones as people write them: PST, CEST (UTC+2), Pacific Time, Europe/Berlin; what they mean at a wall time."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone, tzinfo
from typing import Final
from zoneinfo import ZoneInfo

# Hours from UTC, and a place whose clocks show this abbreviation for a part of the year or always.
_ABBREVIATIONS: Final[dict[str, tuple[float, str]]] = {
    "UTC": (0, "UTC"),
    "GMT": (0, "UTC"),
    "PST": (-8, "America/Los_Angeles"),
    "PDT": (-7, "America/Los_Angeles"),
    "MST": (-7, "America/Denver"),
    "MDT": (-6, "America/Denver"),
    "CST": (-6, "America/Chicago"),
    "CDT": (-5, "America/Chicago"),
    "EST": (-5, "America/New_York"),
    "EDT": (-4, "America/New_York"),
    "AKST": (-9, "America/Anchorage"),
    "AKDT": (-8, "America/Anchorage"),
    "HST": (-10, "Pacific/Honolulu"),
    "BRT": (-3, "America/Sao_Paulo"),
    "WET": (0, "Europe/Lisbon"),
    "WEST": (1, "Europe/Lisbon"),
    "BST": (1, "Europe/London"),
    "CET": (1, "Europe/Berlin"),
    "CEST": (2, "Europe/Berlin"),
    "MEZ": (1, "Europe/Berlin"),
    "MESZ": (2, "Europe/Berlin"),
    "EET": (2, "Europe/Helsinki"),
    "EEST": (3, "Europe/Helsinki"),
    "SAST": (2, "Africa/Johannesburg"),
    "MSK": (3, "Europe/Moscow"),
    "IST": (5.5, "Asia/Kolkata"),
    "SGT": (8, "Asia/Singapore"),
    "HKT": (8, "Asia/Hong_Kong"),
    "JST": (9, "Asia/Tokyo"),
    "KST": (9, "Asia/Seoul"),
    "AWST": (8, "Australia/Perth"),
    "AEST": (10, "Australia/Sydney"),
    "AEDT": (11, "Australia/Sydney"),
    "NZST": (12, "Pacific/Auckland"),
    "NZDT": (13, "Pacific/Auckland"),
}
_GENERAL: Final[dict[str, str]] = {
    "Pacific Time": "America/Los_Angeles",
    "Mountain Time": "America/Denver",
    "Central European Time": "Europe/Berlin",
    "Eastern European Time": "Europe/Helsinki",
    "Central Time": "America/Chicago",
    "Eastern Time": "America/New_York",
    "Coordinated Universal Time": "UTC",
}
_SHORT: Final[dict[str, str]] = {
    "PT": "America/Los_Angeles",
    "MT": "America/Denver",
    "CT": "America/Chicago",
    "ET": "America/New_York",
}
_AMBIGUOUS: Final = {"CST": "US Central", "IST": "India", "BST": "British Summer", "MST": "US Mountain"}
_OFFSET: Final = r"(?:UTC|GMT|utc)\s?[+\-−–]\s?\d{1,2}(?::?[0-5]\d)?|\+\d{2}:[0-5]\d|[+\-−]\d{4}(?!\d)"
_IANA: Final = r"(?:Africa|America|Asia|Atlantic|Australia|Europe|Pacific)/[A-Z][A-Za-z_]+(?:/[A-Z][A-Za-z_]+)?"
_LONG: Final = "|".join(re.escape(name) for name in _GENERAL)
_NAMES: Final = "|".join(sorted(_ABBREVIATIONS, key=len, reverse=True))
ZONE: Final = rf"(?:{_OFFSET}|{_IANA}|{_LONG}|(?:{_NAMES}|utc|Utc)(?![A-Za-z0-9]))"
"""A zone in running text; `_STATED` adds those of two letters, which are initials elsewhere."""
_STATED: Final = rf"(?:{ZONE}|(?:PT|MT|CT|ET)(?![A-Za-z0-9]))"
_FILLER: Final = (
    r"(?:are|is|in|listed|given|below|here|shown|stated|local|reported|events|of|the|and|all|to|using|expressed|"
    r"recorded|as|sind|times?|zone|otherwise|unless|noted|for|this|document|timeline|section|on)"
)
_STATEMENT: Final = re.compile(
    rf"(?:^\W*|[.(|*_:\-–]\s*|\b(?i:all|the|our|alle)\s+)(?i:all\s+(?:the\s+)?)?"
    rf"(?i:times?|timestamps?|time\s?zone|timeline|dates?\s+and\s+times?|dates?/times?|zeiten|zeitzone|zeit|when)\b"
    rf"(?:[\s:;,()*_/]*(?i:{_FILLER})\b)*[\s:;,()*_/\[\]-]*(?P<zone>{_STATED})"
)
_ONLY: Final = re.compile(rf"\s*\(?(?P<zone>{_STATED})\)?(?:\s+(?i:times?))?\s*")
_SYNONYM: Final = re.compile(rf"\s*\((?P<zone>{_STATED})\)")
_PARTS: Final = re.compile(r"(?:UTC|GMT|utc)?\s?([+\-−–])\s?(\d{1,2}):?(\d{2})?")


def stated(line: str) -> str:
    """The zone that a sentence such as "All times in CEST (UTC+2)" states for a whole document; else empty.

    Of a long name and its abbreviation, the abbreviation is taken.
    """
    found = _STATEMENT.search(line)
    if found is None:
        return ""
    synonym = _SYNONYM.match(line, found.end())
    if synonym and found["zone"] in _GENERAL and synonym["zone"] in _ABBREVIATIONS:
        return synonym["zone"]
    return tidy(found["zone"])


def of_column(header: str) -> str:
    """The zone in the header of a column of times; else empty."""
    only = _ONLY.fullmatch(header)
    return tidy(only["zone"]) if only else stated(header)


def tidy(label: str) -> str:
    """The label in one spelling: `UTC` for Z and utc, `UTC+2` for GMT + 2."""
    plain = label.strip()
    if plain in ("Z", "z", "utc", "Utc", "GMT", "Coordinated Universal Time"):
        return "GMT" if plain == "GMT" else "UTC"
    return re.sub(r"\s", "", plain).replace("−", "-").replace("–", "-") if _PARTS.match(plain) else plain


def in_force(label: str, wall: datetime) -> bool:
    """Whether clocks show this abbreviation at that wall time; True where a label knows no seasons."""
    if label not in _ABBREVIATIONS:
        return True
    hours, place = _ABBREVIATIONS[label]
    return ZoneInfo(place).utcoffset(wall) == timedelta(hours=hours)


def doubt(label: str) -> str:
    """How an abbreviation that several places use is read; empty for others."""
    return f"{label} is read as {_AMBIGUOUS[label]} time" if label in _AMBIGUOUS else ""


def placed(label: str, wall: datetime, *, seasonal: bool = False) -> datetime:
    """The moment of a wall time, aware; `seasonal` takes the other abbreviation of the place when that is in force."""
    offset = _of(label, wall, seasonal=seasonal).utcoffset(wall) or timedelta()
    return wall.replace(tzinfo=timezone(offset))


def zone_name(label: str, *, literal: bool) -> str:
    """The IANA zone in which times read as written; `literal` keeps an abbreviation that was not in force."""
    if label in _ABBREVIATIONS and not literal:
        return _ABBREVIATIONS[label][1]
    if label in _ABBREVIATIONS:
        return _fixed_name(timedelta(hours=_ABBREVIATIONS[label][0]))
    place = _place(label)
    return place or _fixed_name(_offset(label))


def _place(label: str) -> str:
    if label in _GENERAL or label in _SHORT:
        return _GENERAL.get(label) or _SHORT[label]
    return label if "/" in label and known(label) else ""


def known(name: str) -> bool:
    """Whether an IANA zone of this name exists."""
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return True


def _of(label: str, wall: datetime, *, seasonal: bool) -> tzinfo:
    if label in _ABBREVIATIONS:
        hours, place = _ABBREVIATIONS[label]
        return ZoneInfo(place) if seasonal and not in_force(label, wall) else timezone(timedelta(hours=hours))
    place = _place(label)
    return ZoneInfo(place) if place else timezone(_offset(label))


def _offset(label: str) -> timedelta:
    found = _PARTS.fullmatch(label)
    if found is None:
        return timedelta()
    span = timedelta(hours=min(int(found[2]), 14), minutes=int(found[3] or 0))
    return -span if found[1] != "+" else span


def _fixed_name(offset: timedelta) -> str:
    hours, rest = divmod(offset, timedelta(hours=1))
    if rest:
        return "Asia/Kolkata" if offset == timedelta(hours=5, minutes=30) else "UTC"
    if not hours or not -14 <= -hours <= 12:
        return "UTC"
    return f"Etc/GMT{-hours:+d}"
