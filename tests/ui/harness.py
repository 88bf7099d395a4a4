"""The real program on a terminal of any size, worked with keys only, at a wall clock that the test moves."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from textual import events
from textual.keys import _character_to_key
from textual.pilot import Pilot

from incident_tui.config import Config
from incident_tui.domain.decide import Intent, log
from incident_tui.domain.events import Body, Event
from incident_tui.domain.incident import Incident
from incident_tui.paths import Paths
from incident_tui.protocols.library import load_builtin
from incident_tui.session import Done, Session
from incident_tui.ui.app import IncidentApp
from incident_tui.ui.screens.war_room import WarRoom
from tests.ui.rest import at_rest, at_rest_with_workers, until

NOW = datetime(2026, 11, 21, 14, 2, tzinfo=UTC)
ZONE = "Europe/Berlin"
WIDE, NARROW, HUGE = (120, 36), (80, 24), (200, 50)
FEW_SIZES = [WIDE, NARROW, pytest.param(HUGE, marks=pytest.mark.faults)]  # what differs shows in the first two
SIZES = pytest.mark.parametrize("size", FEW_SIZES, ids=lambda size: f"{size[0]}x{size[1]}")


@dataclass
class Wall:
    """The clock on the wall; it stands still until somebody moves it."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now

    def move(self, **by: float) -> None:
        self.now += timedelta(**by)


def character_of(key: str) -> str | None:
    """What a key types."""
    return key if len(key) == 1 else {"space": " ", "slash": "/", "plus": "+", "minus": "-"}.get(key)


def finding(text: str) -> Intent:
    return partial(log.log_entry, kind_word="finding", text_word=text)


def paths_in(folder: Path) -> Paths:
    return Paths(folder / "data", folder / "config")


def declare(session: Session, title: str = "Checkout fails with 502", severity: int = 2) -> str:
    """Declare with the built-in protocol; the incident's id."""
    done = session.declare(title, severity, load_builtin("emergency"), "mara")
    assert isinstance(done, Done)
    return done.room.incident.id


@dataclass
class Desk:
    """Somebody at the keyboard."""

    app: IncidentApp
    pilot: Pilot[Any]
    session: Session
    wall: Wall

    @property
    def room(self) -> WarRoom:
        screen = next(screen for screen in self.app.screen_stack if isinstance(screen, WarRoom))
        assert isinstance(screen, WarRoom)
        return screen

    @property
    def incident(self) -> Incident:
        """As the journal has it, whatever the screen says."""
        return self.session.enter(self.room.room.incident.id).incident

    async def settle(self) -> None:
        """Until every key is dealt with, every act recorded, and all of it painted."""
        await at_rest_with_workers(self.app)

    async def until(self, happened: Callable[[], bool]) -> None:
        """Until it has happened, by other threads or processes, and nothing goes on any more; the screen looks."""
        await self.meanwhile(happened)
        await self.settle()

    async def meanwhile(self, happened: Callable[[], bool]) -> None:
        """Until it has happened, while something else may still go on."""

        def looked() -> bool:
            self.app._look()
            return happened()

        await until(self.app, looked)
        await self.look()  # it may have happened after the last look at it

    async def press(self, *keys: str) -> None:
        for key in keys:
            screen = self.app.screen
            self.app.post_message(events.Key(_character_to_key(key) if len(key) == 1 else key, character_of(key)))
            await at_rest(self.app)
            if self.app.screen is not screen:
                await self.settle()  # a person looks at a new screen before the next key
        await self.settle()

    async def type(self, text: str) -> None:
        """Type without waiting for the screen, as a fast typist does."""
        for sign in text:
            self.app.post_message(events.Key(_character_to_key(sign), sign))
        await at_rest(self.app)

    async def enter(self, text: str) -> None:
        """Type a line and press Enter."""
        await self.type(text)
        await self.press("enter")

    async def paste(self, text: str) -> None:
        self.app.post_message(events.Paste(text))
        await self.settle()

    async def tick(self, **by: float) -> None:
        """Time passes, and the screen notices."""
        self.wall.move(**(by or {"seconds": 1}))
        self.room.tick(self.wall.now)
        await at_rest(self.app)

    async def look(self) -> None:
        """What the tick does, and what is told of a write: see what others have recorded."""
        self.app._look()
        await at_rest(self.app)

    def events(self) -> list[Event]:
        return list(self.session.journal.events(self.room.room.incident.id))

    def bodies(self) -> list[Body]:
        return [event.body for event in self.events()]

    def last(self) -> Body:
        """What was recorded last."""
        return self.bodies()[-1]

    def said(self) -> list[str]:
        """The notices on the screen, oldest first."""
        return [notice.message for notice in self.app._notifications]

    def hush(self) -> None:
        self.app.clear_notifications()

    def lines(self) -> list[str]:
        """What is painted on the screen in front."""
        screen = self.app.screen
        return [
            strip.text.replace("\N{NO-BREAK SPACE}", " ") for strip in screen._compositor.render_strips(screen.size)
        ]

    def painted(self) -> str:
        return "\n".join(self.lines())

    def pane(self, name: str) -> str:
        """What is painted in a pane, as running text: it may be wrapped anywhere."""
        region = self.room.query_one(f"#{name}").content_region
        lines = self.lines()[region.y : region.bottom]
        return " ".join(" ".join(line[region.x : region.right] for line in lines).split())

    def reads(self, name: str, *texts: str) -> bool:
        """Whether a pane holds the texts."""
        painted = self.pane(name)
        missing = [text for text in texts if text not in painted]
        assert not missing, f"not in the pane: {missing}\n{painted}"
        return True

    def shows(self, *texts: str) -> bool:
        """Whether the screen holds the texts, each on one line."""
        painted = self.painted()
        missing = [text for text in texts if text not in painted]
        assert not missing, f"not on the screen: {missing}\n{painted}"
        return True


@contextlib.asynccontextmanager
async def at_the_desk(
    folder: Path,
    size: tuple[int, int] = WIDE,
    *,
    title: str | None = "Checkout fails with 502",
    severity: int = 2,
    config: Config | None = None,
    wall: Wall | None = None,
    writable: bool = True,
) -> AsyncIterator[Desk]:
    """The program in the room of an incident that has just been declared, or at home when there is no `title`."""
    wall = wall or Wall()
    config = config or Config(person="mara", zone=ZONE)
    first = None
    with Session.open(paths_in(folder), config, wall=wall) as session:
        live = [summary for summary in session.summaries() if summary.live]
        if title is not None:
            first = live[0].incident if live else declare(session, title, severity)
    with Session.open(paths_in(folder), config, writable=writable, wall=wall) as session:
        app = IncidentApp(session, session.enter(first) if first else None)
        app.animation_level = "none"
        try:
            async with app.run_test(size=size, notifications=True) as pilot:
                desk = Desk(app, pilot, session, wall)
                await desk.settle()
                yield desk
        finally:
            app.close()
