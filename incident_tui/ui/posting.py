"""The outbox at work while the screen is open: in a thread with a session of its own, as another process would be."""

from __future__ import annotations

import threading
from collections.abc import Callable

from incident_tui.config import ConfigError
from incident_tui.journal import JournalError
from incident_tui.session import Session


def post(session: Session, problem: Callable[[str], None]) -> threading.Event:
    """Begin to send what waits, now and as it comes, until the answer is set; `problem` is told why it cannot.

    What it records comes to the screen as everything does that others record.
    """
    stop = threading.Event()
    if session.config.channels and not session.journal.read_only_because:
        threading.Thread(target=_work, args=(session, stop, problem), name="outbox", daemon=True).start()
    return stop


def _work(session: Session, stop: threading.Event, problem: Callable[[str], None]) -> None:
    from incident_tui.channels.registry import channel_of
    from incident_tui.outbox import Outbox

    try:
        channels = {name: channel_of(name, table) for name, table in session.config.channels.items()}
        with Session.open(session.paths, session.config, wall=session.now) as own:
            Outbox(own, channels).run(stop)
    except (ConfigError, JournalError) as error:
        problem(f"nothing is sent: {error}")
