"""The screen from its start to its end."""

from __future__ import annotations

import gc
import os
import sys
from typing import TYPE_CHECKING

from incident_tui.loading import load
from incident_tui.session import Session
from incident_tui.ui.first_rows import first_rows, shown
from incident_tui.ui.leaving import let_go_of_the_terminal
from incident_tui.ui.standing import Standing

if TYPE_CHECKING:
    from incident_tui.ui.screens.replay import Start


TURN_SECONDS = 0.0001


def run(session: Session, incident: str | None, start: Start | None = None) -> int:
    """Open the screen, on an incident (its id), its replay or the list; the exit code. Raises JournalError."""
    take_turns()
    gc.disable()  # until `settle`: nearly all that is made before the first frame stays
    standing = Standing()
    standing.look(session.now())  # what happens to the clock before the first tick is noticed by that tick
    room = session.enter(incident) if incident is not None else None
    size = os.get_terminal_size(sys.stderr.fileno())
    rows = first_rows(session, room, *size) if room is not None and start is None else ""
    with shown(rows):
        # The requests of httpx are encrypted by anyio. OpenSSL is 4 MB, and is there with the first of them.
        load("asyncio", without="ssl")
        from incident_tui.ui.app import IncidentApp  # with Textual, which takes longer than all that is before it
        from incident_tui.ui.keys import alt_is_alt

        alt_is_alt()
        app = IncidentApp(session, room, start, rows)
        app.standing = standing
        try:
            app.signals.answer()
            app.run()
        finally:
            gc.freeze()  # all of it goes with the process: none of it need be looked at
            gc.enable()
            app.close()
            app.keeping.give_back()
            let_go_of_the_terminal()
    if app.failure is not None:
        raise app.failure
    return app.return_code or 0


def take_turns() -> None:
    """Have no thread keep the interpreter for long from one that wants it.

    A key that has come, a line on its way to the disk and one on its way to the terminal each have a thread; by
    Python's own setting they would wait for five milliseconds of what the screen has still to paint.
    """
    sys.setswitchinterval(TURN_SECONDS)
