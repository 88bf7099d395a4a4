"""What was looked at, what was found, and what to do about it."""

from __future__ import annotations

from typing import NamedTuple


class Check(NamedTuple):
    """`level` is ok, warn or bad; `cure` says what to do when it is not ok."""

    level: str
    what: str
    found: str
    cure: str = ""
