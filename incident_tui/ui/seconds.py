"""One tick a second for the whole program, when the clock on the wall shows another second."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime


class Seconds:
    """Calls `act` in the event loop from `start` to `stop`; `failed` is told what it raises, which ends the ticks.

    A timer of Textual's is a task, and one for each second would cost a tenth of what forty clocks do.
    """

    def __init__(
        self, now: Callable[[], datetime], act: Callable[[], object], failed: Callable[[Exception], object]
    ) -> None:
        self._now = now
        self._act = act
        self._failed = failed
        self._next: asyncio.TimerHandle | None = None

    def start(self) -> None:
        """Wait for the next second."""
        rest = 1 - self._now().microsecond / 1_000_000
        self._next = asyncio.get_running_loop().call_later(rest, self._pass)

    def stop(self) -> None:
        """Tick no more; the event loop may be over already."""
        if self._next is not None:
            self._next.cancel()

    def _pass(self) -> None:
        try:
            self._act()
        except Exception as error:  # whatever it is, it must end the program in good order  # noqa: BLE001
            self._failed(error)
        else:
            self.start()
