"""How long what did not arrive is left alone before it is tried again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from msgspec import Struct

FIRST, LONGEST = timedelta(seconds=1), timedelta(minutes=5)


class Wait(Struct, frozen=True):
    """How often in a row something did not arrive, and until when it is left alone."""

    attempts: int
    until: float


class Patience:
    """Waits twice as long each time, more or less, and as long as a service asks for.

    `clock` counts seconds and `chance` draws from 0 to 1.
    """

    def __init__(self, clock: Callable[[], float], chance: Callable[[], float]) -> None:
        self._clock = clock
        self._chance = chance
        self._waits: dict[str, Wait] = {}
        self._wishes: dict[str, datetime] = {}

    def put_off(self, thing: str, after: timedelta | None = None) -> None:
        """Leave a thing alone for a while, for `after` at the least."""
        known = self._waits.get(thing)
        attempts = known.attempts + 1 if known else 1
        seconds = min(FIRST * 2 ** min(attempts - 1, 20), LONGEST).total_seconds() * (0.75 + self._chance() / 2)
        if after is not None:
            seconds = max(seconds, after.total_seconds())
        self._waits[thing] = Wait(attempts, self._clock() + seconds)

    def is_due(self, thing: str, wish: datetime | None = None) -> bool:
        """Whether its time has come; or somebody wants it at once, since the moment `wish`: that counts once."""
        if wish is not None and self._wishes.get(thing) != wish:
            self._wishes[thing] = wish
            self.settle(thing)
        wait = self._waits.get(thing)
        return wait is None or self._clock() >= wait.until

    def settle(self, thing: str) -> None:
        """It need not be tried again."""
        self._waits.pop(thing, None)

    def lose(self) -> None:
        """Everything is due at once."""
        self._waits.clear()

    def left(self, most: float) -> float:
        """Seconds until the next thing is due, at most so many."""
        now = self._clock()
        return min((wait.until - now for wait in list(self._waits.values()) if wait.until > now), default=most)
