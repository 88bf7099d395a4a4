"""The screen from its start to its end."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

from incident_tui.config import Config
from incident_tui.paths import Paths
from incident_tui.session import Session
from incident_tui.ui.app import IncidentApp
from incident_tui.ui.keys import alt_is_alt
from incident_tui.ui.leaving import let_go_of_the_terminal
from incident_tui.ui.standing import Standing
from incident_tui.ui.writer import take_turns

if TYPE_CHECKING:
    from incident_tui.ui.screens.replay import Start


def run(paths: Paths, config: Config, incident: str | None, start: Start | None = None) -> int:
    """Open the screen, on an incident (its id), its replay or the list; the exit code. Raises JournalError."""
    take_turns()
    gc.disable()  # until `settle`: nearly all that is made before the first frame stays
    with Session.open(paths, config) as session:
        alt_is_alt()
        app = IncidentApp(session, incident, start)
        app.standing = Standing()
        try:
            app.run()
        finally:
            gc.freeze()  # all of it goes with the process: none of it need be looked at
            gc.enable()
            app.close()
            let_go_of_the_terminal()
        if app.failure is not None:
            raise app.failure
        return app.return_code or 0
