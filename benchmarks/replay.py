"""Replay at 100,000 events: a seek against one at 1,000 and against folding anew, and its start against the room's."""

from __future__ import annotations

import asyncio
import random
import time
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from statistics import median

from benchmarks._history import NEWEST, paths, write_history
from benchmarks._measure import WAR_ROOM, Terminal, in_turn, ratio, say, scratch, seconds
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
FRAME_MS = 16
REPLAY = (*WAR_ROOM, "replay")


def state_of(course: Course, places: random.Random) -> float:
    """Seconds for the incident at a random place."""
    cursor = course.after(places.randint(1, course.length))
    return seconds(lambda: course.at(cursor))


def painted(screen: ReplayScreen, places: random.Random) -> float:
    """Seconds for all panes at a random place, down to the cells of the screen."""
    assert screen.course is not None
    screen.wanted = screen.course.after(places.randint(1, screen.course.length))
    began = time.perf_counter()
    screen.arrive()
    screen._compositor.render_strips(screen.size)
    return time.perf_counter() - began


async def on_screens(homes: dict[int, Path], incidents: dict[int, str]) -> None:
    """Seeks on two real screens in turn."""
    with ExitStack() as open_:
        screens: list[ReplayScreen] = []
        apps: list[IncidentApp] = []

        async def with_next(sizes: list[int]) -> None:
            if not sizes:
                few, many = (partial(painted, screen, random.Random(7)) for screen in screens)
                in_turn(SEEKS // 4, few, many)
                short, long = in_turn(SEEKS, few, many)
                more = f"median {median(long) * 1000:.1f} ms, a frame is {FRAME_MS} ms"
                say("seek, all panes painted, 100,000 events", ratio(long, short), "the same with 1,000 events", more)
                return
            size, *others = sizes
            session = open_.enter_context(Session.open(paths(homes[size]), Config(person="bench")))
            app = IncidentApp(session, incidents[size], Start())
            apps.append(app)
            async with app.run_test(size=(120, 40)) as pilot:
                await pilot.pause()
                screen = app.screen
                assert isinstance(screen, ReplayScreen)
                await screen.ready.wait()
                await pilot.pause()
                screens.append(screen)
                await with_next(others)

        try:
            await with_next([FEW, MANY])
        finally:
            for app in apps:
                app.close()


def until(command: tuple[str, ...], home: Path, needle: str) -> float:
    """Seconds from the start of the process until `needle` is on the screen."""
    with Terminal(command, home) as terminal:
        return terminal.until(needle.encode())


def main() -> None:
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
        asyncio.run(on_screens(homes, incidents))

        def room(size: int) -> float:
            return until(WAR_ROOM, homes[size], NEWEST)

        def replay(size: int) -> float:
            return until(REPLAY, homes[size], f"event {size:,} of")

        def first(size: int) -> float:
            return until(REPLAY, homes[size], NEWEST)

        in_turn(1, partial(replay, FEW), partial(room, FEW))
        mine, base = in_turn(STARTS, partial(first, MANY), partial(room, MANY))
        say("first frame of replay, 100,000 events", ratio(mine, base), "first frame of the war room")
        for size in (FEW, MANY):
            mine, base = in_turn(STARTS, partial(replay, size), partial(room, size))
            more = f"{median(mine) * 1000:.0f} ms of {median(base) * 1000:.0f} ms"
            say(f"start of replay, {size:,} events, all read", ratio(mine, base), "start of the war room", more)


if __name__ == "__main__":
    main()
