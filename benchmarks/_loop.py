"""The real screen without a terminal, driven by keys, and how long its event loop is held up meanwhile."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from textual.pilot import Pilot

from benchmarks._history import paths
from incident_tui.config import Config
from incident_tui.session import Session
from incident_tui.ui.app import IncidentApp
from incident_tui.ui.screens.war_room import WarRoom

SIZE = (120, 40)
BEAT = 0.001
FRAME = 0.016
"""Longer than this nothing may hold the loop up."""
SETTLED = 0.8  # seconds, until what was made on the way to the first frame is put aside


class Held(Exception):
    """Something did not come about in time."""


class Heart:
    """Beats every millisecond in the event loop; `longest` is the longest that a beat was late, in seconds."""

    def __init__(self) -> None:
        self.longest = 0.0
        self.busy = 0.0
        """The same in seconds of the processor, which other programs do not lengthen."""

    def rest(self) -> None:
        """Forget what has been."""
        self.longest = self.busy = 0.0

    async def beat(self) -> None:
        while True:
            at, used = time.perf_counter(), time.thread_time()
            await asyncio.sleep(BEAT)
            self.longest = max(self.longest, time.perf_counter() - at - BEAT)
            self.busy = max(self.busy, time.thread_time() - used)


class Room:
    """The screen of an incident, its keys, and its heart."""

    def __init__(self, app: IncidentApp, pilot: Pilot[None], heart: Heart) -> None:
        self.app = app
        self.heart = heart
        self._pilot = pilot

    @property
    def screen(self) -> WarRoom:
        assert isinstance(self.app.screen, WarRoom), self.app.screen
        return self.app.screen

    async def press(self, *keys: str) -> None:
        await self._pilot.press(*keys)

    async def until(self, come: Callable[[], bool], patience: float = 60) -> None:
        """Wait until something has come about. Raises Held."""
        deadline = time.perf_counter() + patience
        while not come():
            if time.perf_counter() > deadline:
                raise Held(str(come))
            await asyncio.sleep(BEAT)


@asynccontextmanager
async def open_room(home: Path, incident: str) -> AsyncIterator[Room]:
    """The war room of an incident, once all is at rest."""
    with Session.open(paths(home), Config(person="bench")) as session:
        app = IncidentApp(session, session.enter(incident))
        heart = Heart()
        try:
            async with app.run_test(size=SIZE) as pilot:
                await pilot.pause()
                await asyncio.sleep(SETTLED)
                beating = asyncio.create_task(heart.beat())
                yield Room(app, pilot, heart)
                beating.cancel()
        finally:
            app.close()
