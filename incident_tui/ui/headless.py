"""The real screen without a terminal, to write down what it shows."""

from __future__ import annotations

from textual.pilot import Pilot

from incident_tui.config import Config
from incident_tui.paths import Paths
from incident_tui.session import Session
from incident_tui.ui.app import IncidentApp
from incident_tui.ui.errands.replay import made
from incident_tui.ui.screens.replay import ReplayScreen, Start

SIZE = (120, 36)


def exported(paths: Paths, config: Config, incident: str, start: Start, kind: str) -> str:
    """The replay of an incident as a recording (`.cast`) or its moment as a picture (`.svg`). Raises JournalError."""
    texts: list[str] = []

    async def written(pilot: Pilot[object]) -> None:
        await pilot.pause()
        screen = app.screen
        if isinstance(screen, ReplayScreen):
            await screen.ready.wait()
            if screen.course is not None:
                texts.append(await made(app, screen, screen.course, kind))
        app.exit()

    with Session.open(paths, config, writable=False) as session:
        app = IncidentApp(session, session.enter(incident), start)
        app.animation_level = "none"
        try:
            app.run(headless=True, size=SIZE, auto_pilot=written)
        finally:
            app.close()
    if app.failure is not None:
        raise app.failure
    return "".join(texts)
