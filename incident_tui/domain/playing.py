"""Playing a history: how far the clock goes on in a stretch of real time."""

from __future__ import annotations

from datetime import UTC, datetime

from msgspec import Struct

from incident_tui.domain.course import Course, Cursor

SPEEDS = (1, 2, 5, 10, 30, 60, 120, 300, 600)
LONGEST_WAIT = 2.0
"""Seconds of real time that may pass without an event; the clock goes through a longer stretch as fast as needed."""


class Play(Struct, frozen=True):
    """Whether the history plays, how many times faster than it was, and whether it stops at starred entries."""

    playing: bool = False
    speed: int = 60
    stars: bool = True


def played(course: Course, cursor: Cursor, seconds: float, speed: int) -> Cursor:
    """Where the cursor is after `seconds` of real time."""
    stamps, now, place = course.stamps, cursor.now.timestamp(), cursor.length
    while seconds > 0 and place < len(stamps):
        stretch = stamps[place] - stamps[place - 1]
        rate = max(float(speed), stretch / LONGEST_WAIT)
        left = (stamps[place] - now) / rate
        if left > seconds:
            now += seconds * rate
            break
        seconds -= max(left, 0.0)
        now = max(now, stamps[place])
        place += 1
    return Cursor(place, datetime.fromtimestamp(now, UTC))


def wait(earlier: datetime, later: datetime, speed: int) -> float:
    """Seconds of real time from one event to the next."""
    return min((later - earlier).total_seconds() / speed, LONGEST_WAIT)


def speed_near(speed: int, step: int = 0) -> int:
    """The nearest speed there is, or the one `step` places beside it."""
    place = min(range(len(SPEEDS)), key=lambda number: abs(SPEEDS[number] - speed))
    return SPEEDS[max(0, min(place + step, len(SPEEDS) - 1))]
