"""The outbox at work while the screen is open: in a thread with a session of its own, as another process would be."""

from __future__ import annotations

import threading
from collections.abc import Callable

from incident_tui.journal import JournalError
from incident_tui.session import Session

LAST_SECONDS = 3.0


class Posting:
    """Sends what waits, and what comes, until it is stopped; `problem` is told why nothing can be sent.

    What it records comes to the screen as everything does that others record.
    """

    def __init__(self, session: Session, problem: Callable[[str], None]) -> None:
        self._session = session
        self._problem = problem
        self._stop = threading.Event()
        self._moved = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin, where there is a channel and something can be recorded."""
        if self._session.config.channels and not self._session.journal.read_only_because:
            self._thread = threading.Thread(target=self._work, name="outbox", daemon=True)
            self._thread.start()

    def look(self) -> None:
        """Something was recorded, and may be to go out."""
        self._moved.set()

    def stop(self) -> None:
        """Begin nothing more, and wait a moment for the answers of what is on its way: else nobody knows of it."""
        self._stop.set()
        self._moved.set()
        if self._thread is not None:
            self._thread.join(LAST_SECONDS)

    def _work(self) -> None:
        from incident_tui.channels.registry import channels_of
        from incident_tui.outbox import Outbox

        session = self._session
        try:
            with Session.open(session.paths, session.config, wall=session.now) as own:
                Outbox(own, channels_of(session.config.channels), moved=self._moved).run(self._stop)
        except JournalError as error:
            self._problem(f"nothing is sent: {error}")
