"""Time as a length: in proportion, but a long idle stretch takes no more room than a short one."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from itertools import pairwise

from msgspec import Struct

IDLE = 600.0
"""Seconds that a stretch without an event may take on an axis with folds."""

WORTH = 2.0
"""Stretches are folded where the whole becomes shorter by at least this factor."""


class Axis(Struct, frozen=True, eq=False):
    """`places` says how far along each of `stamps` is, in seconds; both never go back."""

    stamps: Sequence[float]
    places: Sequence[float]
    folded: bool = False

    @classmethod
    def of(cls, stamps: Sequence[float]) -> Axis:
        """The axis of at least one stamp."""
        places = [0.0]
        for before, after in pairwise(stamps):
            places.append(places[-1] + min(after - before, IDLE))
        if stamps[-1] - stamps[0] < WORTH * places[-1]:
            return cls(stamps, [stamp - stamps[0] for stamp in stamps])
        return cls(stamps, places, folded=True)

    def part(self, stamp: float) -> float:
        """Where a moment is, from 0 to 1."""
        place = bisect_right(self.stamps, stamp) - 1
        whole = self.places[-1]
        if place < 0 or not whole:
            return 0.0
        if place == len(self.stamps) - 1:
            return 1.0
        stretch = self.stamps[place + 1] - self.stamps[place]
        inside = (stamp - self.stamps[place]) / stretch * (self.places[place + 1] - self.places[place])
        return (self.places[place] + inside) / whole

    def stamp(self, part: float) -> float:
        """The moment at a place from 0 to 1."""
        wanted = max(0.0, min(part, 1.0)) * self.places[-1]
        place = min(bisect_right(self.places, wanted), len(self.places)) - 1
        if place == len(self.places) - 1:
            return self.stamps[-1]
        room = self.places[place + 1] - self.places[place]
        inside = (wanted - self.places[place]) / room * (self.stamps[place + 1] - self.stamps[place])
        return self.stamps[place] + inside

    def is_fold(self, earlier: float, later: float) -> bool:
        """Whether a stretch between two places from 0 to 1 leaves out idle time."""
        drawn = (later - earlier) * self.places[-1]
        return self.folded and self.stamp(later) - self.stamp(earlier) > 1.5 * drawn
