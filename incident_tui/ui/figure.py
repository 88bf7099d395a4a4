"""Figures: what charts and bars show, and the round numbers beside them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Final, Literal

from msgspec import Struct

Unit = Literal["time", "count"]
MINUTE, HOUR, DAY = 60.0, 3600.0, 86400.0
TIMES: Final = (
    *(1.0, 5.0, 10.0, 30.0),
    *(each * MINUTE for each in (1, 2, 5, 10, 20, 30)),
    *(each * HOUR for each in (1, 2, 4, 8, 12)),
    *(each * DAY for each in (1, 2, 7, 14, 30, 90, 365)),
)
COUNTS: Final = tuple(each * 10.0**power for power in range(6) for each in (1, 2, 5))
LABEL_GAP: Final = 2
TONES: Final = ("info", "decision", "theory")
"""The tones of the first, second and third series of every figure."""


class Series(Struct, frozen=True):
    """One line, or one bar of each group; None is a gap, over which no line is drawn."""

    name: str
    values: tuple[float | None, ...]


class Figure(Struct, frozen=True):
    """Up to three series over `labels`; times are in seconds."""

    title: str
    labels: tuple[str, ...]
    series: tuple[Series, ...]
    unit: Unit = "time"

    @property
    def most(self) -> float:
        return max((value for series in self.series for value in series.values if value is not None), default=0.0)

    @property
    def empty(self) -> bool:
        return all(value is None for series in self.series for value in series.values)


def runs(values: Sequence[float | None]) -> Iterator[list[tuple[int, float]]]:
    """The values that have no gap between them, with their places."""
    for there, run in groupby(enumerate(values), key=lambda pair: pair[1] is not None):
        if there:
            yield [(at, value) for at, value in run if value is not None]


def some(labels: Sequence[str], cells: int) -> list[int]:
    """As many places as have room for their labels in `cells`, in equal steps back from the newest."""
    longest = max((len(label) for label in labels), default=1) + LABEL_GAP
    step = max(1, -(-len(labels) * longest // max(1, cells)))
    return sorted(range(len(labels) - 1, -1, -step))


def ticks(most: float, unit: Unit, wanted: int) -> list[float]:
    """From 0 up to `most` or above in round steps, about `wanted` of them."""
    steps = TIMES if unit == "time" else COUNTS
    step = next((each for each in steps if most / each <= max(1, wanted)), most / max(1, wanted))
    return [at * step for at in range(max(1, int(-(-most // step))) + 1)]


def said(value: float, unit: Unit) -> str:
    """`0`, `45s`, `20m`, `1h30`, `3d`; or the number."""
    whole = round(value)
    if unit == "count" or not whole:
        return str(whole)
    if whole < MINUTE:
        return f"{whole}s"
    if whole < HOUR:
        return f"{whole // 60}m"
    hours, minutes = divmod(whole // 60, 60)
    if hours >= 48:
        days, hours = divmod(hours, 24)
        return f"{days}d{hours}h" if hours else f"{days}d"
    return f"{hours}h{minutes:02}" if minutes else f"{hours}h"
