"""Replay at 100,000 events: a seek against one at 1,000 and against folding anew, and its start against the room's.

With `--million` painted seeks in 1,000,000 events.
"""

from __future__ import annotations

import asyncio
import random
import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from statistics import median
from typing import NamedTuple

from textual.drivers.headless_driver import HeadlessDriver
from textual.pilot import Pilot

from benchmarks._history import NEWEST, WHOLE, paths, write_history
from benchmarks._measure import WAR_ROOM, Terminal, in_turn, ratio, say, scratch, seconds, spread
from benchmarks._million import COUNT, incident_in, million
from incident_tui.config import Config
from incident_tui.domain.course import Course
from incident_tui.domain.evolve import fold
from incident_tui.domain.incident import Incident
from incident_tui.session import Session
from incident_tui.ui.app import IncidentApp
from incident_tui.ui.screens.replay import ReplayScreen, Start

FEW, MANY = 1_000, 100_000
SEEKS = 200
STARTS = 5
FRAME_MS = 16.7
SIZES = ((120, 36), (200, 50))
WARM = 40
SETTLED = 0.8  # seconds, until what was made on the way to the first frame is put aside
BETWEEN = 0.02
REPLAY = (*WAR_ROOM, "replay")


def state_of(course: Course, places: random.Random) -> float:
    """Seconds for the incident at a random place."""
    cursor = course.after(places.randint(1, course.length))
    return seconds(lambda: course.at(cursor))


class Took(NamedTuple):
    """What a seek took, in seconds: of the processor, and until the terminal had its last byte."""

    cpu: float
    time: float

    def since(self, began: Took) -> Took:
        return Took(self.cpu - began.cpu, self.time - began.time)


def now() -> Took:
    return Took(time.thread_time(), time.perf_counter())


class Mute(HeadlessDriver):
    """A terminal that takes every byte and shows none: all that Textual does for a real one is done for it."""

    last = Took(0.0, 0.0)
    """The moment it was last written to."""

    @property
    def is_headless(self) -> bool:
        return False

    def flush(self) -> None:
        Mute.last = now()


class Seeking:
    """A replay on a screen of its own that seeks when it is told to."""

    def __init__(self, session: Session, incident: str) -> None:
        self.app = IncidentApp(session, session.enter(incident), Start())
        self.app.driver_class = Mute
        self.ready = asyncio.Event()
        self._places = random.Random(7)
        self._shown = asyncio.Event()
        self._asked: asyncio.Queue[bool] = asyncio.Queue()
        self._took: asyncio.Queue[Took] = asyncio.Queue()
        setattr(self.app, "post_display_hook", self._shown.set)  # noqa: B010 - a hook for measuring, a method to mypy

    async def run(self, size: tuple[int, int]) -> None:
        """Show the replay until it is ended."""
        try:
            await self.app.run_async(size=size, auto_pilot=self._drive)
        finally:
            self.app.close()

    async def seek(self) -> Took:
        """Go to a random place, until it is all painted."""
        self._asked.put_nowait(True)
        return await self._took.get()

    def end(self) -> None:
        self._asked.put_nowait(False)

    async def _drive(self, pilot: Pilot[object]) -> None:
        await pilot.pause()
        screen = self.app.screen
        assert isinstance(screen, ReplayScreen)
        await screen.ready.wait()
        await asyncio.sleep(SETTLED)
        self.ready.set()
        while await self._asked.get():
            self._took.put_nowait(await self._painted(screen))
            await asyncio.sleep(BETWEEN)
        self.app.exit()

    async def _painted(self, screen: ReplayScreen) -> Took:
        assert screen.course is not None
        screen.wanted = screen.course.after(self._places.randint(1, screen.course.length))
        self._shown.clear()
        began = now()
        screen.arrive()
        await self._shown.wait()
        return Mute.last.since(began)


async def on_screens(homes: dict[int, Path], incidents: dict[int, str], size: tuple[int, int]) -> None:
    """Seeks on two screens in turn: of few events, and of many."""
    most = max(homes)
    with ExitStack() as open_:
        running: list[tuple[Seeking, asyncio.Task[None]]] = []
        for count in sorted(homes):
            session = open_.enter_context(Session.open(paths(homes[count]), Config(person="bench"), writable=False))
            seeking = Seeking(session, incidents[count])
            running.append((seeking, asyncio.create_task(seeking.run(size))))
            await seeking.ready.wait()
        few, many = (seeking for seeking, _ in running)
        took = [(await few.seek(), await many.seek()) for _ in range(WARM + SEEKS)][WARM:]
        for seeking, task in reversed(running):
            seeking.end()
            await task
    for what in ("cpu", "time"):
        short, long = ([getattr(pair[place], what) for pair in took] for place in (0, 1))
        more = f"{_ms(long)}; with 1,000 events {_ms(short)}"
        name = f"seek, painted, {most:,} events, {size[0]}x{size[1]}, {what}"
        say(name, ratio(long, short), "the same with 1,000 events", f"{more}; a frame is {FRAME_MS} ms")


def _ms(seconds_: Sequence[float]) -> str:
    return f"{spread(seconds_)}, most {max(seconds_) * 1000:.1f} ms"


def until(command: tuple[str, ...], home: Path, needle: str) -> float:
    """Seconds from the start of the process until `needle` is on the screen."""
    with Terminal(command, home) as terminal:
        return terminal.until(needle.encode())


def longest() -> None:
    """Painted seeks in 1,000,000 events."""
    with scratch() as folder:
        homes = {FEW: folder / "few", COUNT: million()}
        incidents = {FEW: write_history(homes[FEW], FEW), COUNT: incident_in(homes[COUNT])}
        for cells in SIZES:
            asyncio.run(on_screens(homes, incidents, cells))


def main() -> None:
    if "--million" in sys.argv[1:]:
        longest()
        return
    with scratch() as folder:
        homes = {size: folder / str(size) for size in (FEW, MANY)}
        incidents = {size: write_history(home, size) for size, home in homes.items()}
        courses: dict[int, Course] = {}
        for size, home in homes.items():
            with Session.open(paths(home), Config(person="bench"), writable=False) as session:
                courses[size] = Course.of(incidents[size], session.journal.events(incidents[size]))
        events = courses[MANY].timeline.events
        few, many = (partial(state_of, courses[size], random.Random(7)) for size in (FEW, MANY))
        short, long = in_turn(SEEKS, few, many)
        more = f"median {median(long) * 1000:.2f} ms"
        say("seek, the incident alone, 100,000 events", ratio(long, short), "the same with 1,000 events", more)
        anew = seconds(lambda: fold(events, Incident(incidents[MANY])))
        say("seek, the incident alone, 100,000 events", median(long) / anew, "folding the history anew")
        for cells in SIZES:
            asyncio.run(on_screens(homes, incidents, cells))

        def room(size: int) -> float:
            return until(WAR_ROOM, homes[size], WHOLE)

        def replay(size: int) -> float:
            return until(REPLAY, homes[size], f"event {size:,} of")

        def first(size: int) -> float:
            return until(REPLAY, homes[size], NEWEST)

        in_turn(1, partial(replay, FEW), partial(room, FEW))
        mine, base = in_turn(STARTS, partial(first, MANY), partial(room, MANY))
        say("first text of replay, 100,000 events", ratio(mine, base), "first frame of the war room")
        for size in (FEW, MANY):
            mine, base = in_turn(STARTS, partial(replay, size), partial(room, size))
            more = f"{median(mine) * 1000:.0f} ms of {median(base) * 1000:.0f} ms"
            say(f"start of replay, {size:,} events, all read", ratio(mine, base), "start of the war room", more)


if __name__ == "__main__":
    main()
