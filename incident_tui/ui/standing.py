"""Notices that the clock on the wall was set, or that the program stood still, as with a machine that slept."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from incident_tui.domain.identity import tick_of
from incident_tui.domain.lines import duration_words

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SET_BY = timedelta(seconds=2)
STOOD_FOR = timedelta(seconds=15)


def since_boot() -> float:
    """Seconds that nobody can set; where the system tells, those are counted in which the machine slept."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


def behind(now: datetime, newest: str) -> str:
    """What a person should know when the clock is behind the id of the newest event, or ""."""
    late = timedelta(milliseconds=tick_of(newest).millis) - (now - EPOCH)
    if late < SET_BY:
        return ""
    words = duration_words(round(late.total_seconds()))
    return f"the clock of this machine is {words} behind the newest entry: set it, or times will not fit"


class Standing:
    """Compares the clock on the wall with one that nobody can set, from one look to the next."""

    def __init__(self, steady: Callable[[], float] = since_boot) -> None:
        self._steady = steady
        self._before: tuple[datetime, float] | None = None

    def look(self, now: datetime) -> str:
        """What a person should know of the time since the last look, or ""; it is expected about every second."""
        steady = self._steady()
        before, self._before = self._before, (now, steady)
        if before is None:
            return ""
        passed = timedelta(seconds=steady - before[1])
        set_by = now - before[0] - passed
        if abs(set_by) >= SET_BY:
            way = "ahead" if set_by > timedelta(0) else "back"
            by = duration_words(round(abs(set_by).total_seconds()))
            return f"the clock of this machine was set {way} by {by}: times from before do not fit those from now on"
        if passed >= STOOD_FOR:
            return f"this program or its machine stood still for {duration_words(round(passed.total_seconds()))}"
        return ""
