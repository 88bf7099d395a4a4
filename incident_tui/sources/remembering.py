"""An answer that is good for a while, for several askers at once."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Lock
from typing import Generic, TypeVar

from incident_tui.web import Trouble

Value = TypeVar("Value")


class Remembered(Generic[Value]):
    """What `load` answered at most `seconds` ago, else what it answers now.

    A refusal of the service is remembered as well, so that nobody knocks at once again; a lost connection is not.
    """

    def __init__(self, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._clock = clock
        self._lock = Lock()
        self._until: float | None = None
        self._known: tuple[Value] | None = None
        self._trouble: Trouble | None = None

    def value(self, load: Callable[[], Value]) -> Value:
        """Raises whatever `load` raises."""
        with self._lock:
            if self._until is None or self._clock() >= self._until:
                self._load(load)
            if self._known is not None:
                return self._known[0]
            assert self._trouble is not None, "what was loaded is a value or a trouble"
            raise Trouble(self._trouble.reason, status=self._trouble.status, after=self._trouble.after)

    def _load(self, load: Callable[[], Value]) -> None:
        self._until, self._known, self._trouble = None, None, None
        try:
            self._known = (load(),)
        except Trouble as trouble:
            if not trouble.status:
                raise
            self._trouble = trouble
        self._until = self._clock() + self._seconds
