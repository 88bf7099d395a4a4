"""The one thread that writes, so that a slow disk never stops the screen."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TypeVar

from incident_tui.journal import JournalError
from incident_tui.rooms import Room
from incident_tui.session import Session

Result = TypeVar("Result")


class Writer:
    """Does one thing after the other, in the order asked."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="writer")
        self._asked = 0

    def busy(self) -> bool:
        """Whether something that was asked for is not done yet."""
        return self._asked > 0

    async def do(self, act: Callable[[], Result]) -> Result:
        """Wait for `act`, done in the writing thread; what it raises is raised here."""
        self._asked += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, act)
        finally:
            self._asked -= 1

    def rest(self, session: Session, room: Room) -> None:
        """Do what recording leaves for a moment in which nobody waits, unless something is under way."""
        if not self._asked:
            with contextlib.suppress(RuntimeError):  # all has ended
                self._thread.submit(_rest, session, room)

    def close(self) -> None:
        """Finish what was asked for."""
        self._thread.shutdown(wait=True)


def _rest(session: Session, room: Room) -> None:
    """Where that is impossible now, it is tried again at the next rest, and who records does what cannot wait."""
    for act in (partial(session.rest, room), session.make_headroom):
        with contextlib.suppress(JournalError):
            act()
