"""A time of day as far as it is known."""

from __future__ import annotations

from datetime import timedelta

from msgspec import Struct
from msgspec.structs import replace


class Clock(Struct, frozen=True):
    """A time of day; `minute` and `second` are None where they are not known, `spread` is how much later it may be."""

    hour: int
    minute: int | None
    second: int | None = None
    spread: timedelta = timedelta()

    @property
    def seconds(self) -> int:
        return self.hour * 3600 + (self.minute or 0) * 60 + (self.second or 0)


def clock_of(groups: dict[str, str | None]) -> Clock:
    """The time in the groups `h`, `m` and `s` of a match, of which `m` may say that it is not known."""
    hour, minute, second = groups["h"] or "0", groups.get("m"), groups.get("s")
    if not hour.isdigit():
        return Clock(int(hour[0]) * 10, None, spread=timedelta(hours=4 if hour[0] == "2" else 10))
    if minute is None:
        return Clock(int(hour), 0)
    if not minute.isdigit():
        return Clock(int(hour), None, spread=timedelta(hours=1))
    return Clock(int(hour), int(minute), int(second) if second else None)


def halved(clock: Clock, half: str) -> Clock:
    """The time on a clock of 24 hours."""
    hour = clock.hour
    if half == "p" and hour < 12:
        hour += 12
    elif half == "a" and hour == 12:
        hour = 0
    return replace(clock, hour=hour)
