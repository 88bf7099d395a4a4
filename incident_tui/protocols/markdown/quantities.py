"""Amounts of time as people write them: `15 min`, `1h30m`, `half an hour`, `3 working days`, `0–15 minutes`."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import timedelta

from msgspec import Struct

LONGEST = timedelta(days=366)
"""What is longer is a policy, not a clock."""
_LONGEST_TEXT = 2000
_WORDS: Mapping[str, float] = (
    {"a": 1, "an": 1, "half": 0.5, "half a": 0.5, "half an": 0.5, "ein": 1, "eine": 1, "einer": 1, "einem": 1}
    | {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10}
    | {"twelve": 12, "fifteen": 15, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "ninety": 90}
    | {"twenty-four": 24, "forty-five": 45, "forty-eight": 48, "seventy-two": 72, "zwei": 2, "drei": 3}
)
_SECONDS: Mapping[str, int] = {
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds", "sekunde", "sekunden", "秒"), 1),
    **dict.fromkeys(("m", "min", "mins", "minute", "minutes", "minuten", "分", "分間"), 60),
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours", "std", "stunde", "stunden", "時間"), 3600),
    **dict.fromkeys(("d", "day", "days", "tag", "tage", "tagen", "日", "日間"), 86400),
    **dict.fromkeys(("w", "wk", "wks", "week", "weeks", "woche", "wochen", "週間"), 604800),
}


def _any_of(words: Mapping[str, float]) -> str:
    return "|".join(sorted(words, key=len, reverse=True))


NUMBER = rf"(?:(?<![a-z0-9_.,/$€£#])\d{{1,4}}(?:[.,]\d{{1,2}})?|(?<!\w)(?:{_any_of(_WORDS)})(?=[ -]))"
UNIT = rf"(?:{_any_of(_SECONDS)})(?![a-z_])\.?"
_DAYS = r"(?:working|business|calendar|full|werk|arbeits|営業)[ -]?"
_PART = rf"{NUMBER}[ -]?(?:{_DAYS})?{UNIT}"
_MORE = rf"\d{{1,2}} ?{UNIT}"
QUANTITY = rf"{_PART}(?:(?: and a half)(?!\w)|(?:,? (?:and )?)?{_MORE}(?: ?{_MORE})?)?"
"""A regular expression without groups for one amount of time in `plain` text; every repetition in it is bounded."""
_TO = r"(?: ?(?:-|–|—|‑|−|~|〜|to|bis|until) ?)"
_T = r"(?:t ?\+ ?)?"
RANGE = (
    rf"{_T}{NUMBER}(?: ?{UNIT})?{_TO}{_T}{NUMBER}[ -]?(?:{_DAYS})?{UNIT}|(?:minutes?|hours?) \d{{1,3}}{_TO}\d{{1,3}}"
)
"""The same for a range, `0-15 minutes`, `15 min to 1 h`, `T+15m–T+1h`, `hours 1-4`."""

_PARTS = re.compile(
    rf"(?P<number>{NUMBER}|\d{{1,2}})[ -]?(?P<days>{_DAYS})?(?P<unit>{UNIT})(?P<half> and a half)?", re.IGNORECASE
)
_WHOLE = re.compile(QUANTITY)
_WHOLE_RANGE = re.compile(
    rf"{_T}(?P<low>{NUMBER})(?: ?(?P<lower>{UNIT}))?{_TO}{_T}(?P<high>{NUMBER}[ -]?(?:{_DAYS})?(?P<unit>{UNIT}))"
    rf"|(?P<before>minutes?|hours?) (?P<from>\d{{1,3}}){_TO}(?P<until>\d{{1,3}})"
)
_CODE = re.compile(r"`[^`]{0,300}`")
_LINK = re.compile(r"!?\[([^\[\]]{0,300})\]\([^()\s]{0,500}\)")
_ADDRESS = re.compile(r"https?://\S{1,2000}")
_HALF = re.compile(r"(\d)?½")


class Amount(Struct, frozen=True):
    """A length of time; `working` says that its days are working days. `low` is the lower bound of a range."""

    high: timedelta
    low: timedelta | None = None
    working: bool = False
    step: timedelta = timedelta(minutes=1)
    """One of the unit that the range counts in: 0-15 and 16-60 are neighbours."""


def plain(text: str) -> str:
    """One line in small letters, without code spans, addresses and the marks of emphasis; at most 2,000 characters."""
    cut = _HALF.sub(lambda half: f"{half[1]}.5" if half[1] else "half an", text[:_LONGEST_TEXT])
    bare = _ADDRESS.sub(" ", _LINK.sub(r"\1", _CODE.sub(" ` ", cut)))
    line = unicodedata.normalize("NFKC", bare).lower().replace("*", "").replace("__", "").replace("’", "'")
    return " ".join(line.split())


def amount_of(text: str) -> Amount | None:
    """The amount that the whole of `text` (already plain) is, None if it is none, zero or longer than a year."""
    if _WHOLE.fullmatch(text) is None:
        return None
    seconds, working = 0.0, False
    smallest = float("inf")
    for part in _PARTS.finditer(text):
        unit = _SECONDS[part["unit"].rstrip(".")]
        if unit >= smallest:
            return None
        smallest = unit
        if len(part["unit"].rstrip(".")) == 1 and part["number"] in _WORDS and part["unit"].isascii():
            return None
        days = (part["days"] or "").rstrip(" -")
        if days and unit != 86400:
            return None
        working = working or days in {"working", "business", "werk", "arbeits", "営業"}
        seconds += (_number(part["number"]) + (0.5 if part["half"] else 0)) * unit
    span = timedelta(seconds=seconds)
    return Amount(span, working=working) if timedelta() < span <= LONGEST else None


def range_of(text: str) -> Amount | None:
    """The range that the whole of `text` (already plain) is, its bounds in order."""
    found = _WHOLE_RANGE.fullmatch(text)
    if found is None:
        return None
    if found["before"]:
        unit = 60 if found["before"].startswith("minute") else 3600
        low, high = (timedelta(seconds=int(found[name]) * unit) for name in ("from", "until"))
        return Amount(high, low, step=timedelta(seconds=unit)) if low < high <= LONGEST else None
    top = amount_of(found["high"])
    if top is None:
        return None
    unit = _SECONDS[found["unit"].rstrip(".")]
    lower = _SECONDS[(found["lower"] or found["unit"]).rstrip(".")]
    bottom = timedelta(seconds=_number(found["low"]) * lower)
    return Amount(top.high, bottom, top.working, timedelta(seconds=unit)) if bottom < top.high else None


def parse_span(text: str) -> timedelta | None:
    """The length that a directive names: `15m`, `1h30m`, `2d`, `1 hour`; a bare number counts minutes.

    None for everything else. Of `2 working days` it is two days: the caller sees the words.
    """
    line = plain(text)
    if re.fullmatch(r"[0-9]{1,4}", line):
        line = f"{line} min"
    found = amount_of(line)
    return found.high if found else None


def words_of(span: timedelta) -> str:
    """`15 min`, `1.5 h`, `3 d`: for a sentence about it."""
    seconds = span.total_seconds()
    if seconds < 60:
        return f"{seconds:g} s"
    if seconds < 3600:
        return f"{seconds / 60:g} min"
    if seconds <= 72 * 3600 or seconds % 86400:
        return f"{seconds / 3600:g} h"
    return f"{seconds / 86400:g} d"


def _number(text: str) -> float:
    return _WORDS[text] if text in _WORDS else float(text.replace(",", "."))
