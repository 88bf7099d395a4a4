"""Notices at once what other processes record, where the system tells of it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable

from incident_tui.journal import Journal, JournalError
from incident_tui.journal.watching import Watch

FIRST_SECONDS = 0.0003
OWN_SECONDS = 0.005
LAST_SECONDS = 0.3


class Noticing:
    """Calls `look` when something was recorded, here or by others, from `start` to `stop`.

    The system tells while somebody still writes, and what is written counts only once it is on the disk. So the
    journal is asked again and again, after pauses that double. What takes longer, or is not told, is for a slower look.
    While `writing` says that this program itself writes, it is left alone a little longer: that is shown anyhow.
    """

    def __init__(self, journal: Journal, look: Callable[[], object], writing: Callable[[], bool] = bool) -> None:
        self._journal = journal
        self._look = look
        self._writing = writing
        self._watch: Watch | None = None
        self._next: asyncio.TimerHandle | None = None

    def start(self) -> None:
        """Begin, in the event loop that runs, with what was recorded before."""
        self._watch = Watch.of(self._journal.path)
        if self._watch is not None:
            asyncio.get_running_loop().add_reader(self._watch, self._told, self._watch)
            self._ask_after(FIRST_SECONDS)

    def stop(self) -> None:
        """Be told nothing more; the event loop may be over already, and has then forgotten all of this."""
        if self._next is not None:
            self._next.cancel()
        if self._watch is None:
            return
        with contextlib.suppress(RuntimeError):
            asyncio.get_running_loop().remove_reader(self._watch)
        self._watch.close()
        self._watch = None

    def _told(self, watch: Watch) -> None:
        if watch.drain():
            self._ask_after(OWN_SECONDS if self._writing() else FIRST_SECONDS)

    def _ask_after(self, seconds: float) -> None:
        if self._next is not None:
            self._next.cancel()
        self._next = asyncio.get_running_loop().call_later(seconds, self._ask, seconds)

    def _ask(self, waited: float) -> None:
        self._next = None
        with contextlib.suppress(JournalError):  # the slower look meets it too, and says so
            if self._journal.changed(peek=True):
                self._look()
        if waited < LAST_SECONDS:
            self._ask_after(2 * waited)
