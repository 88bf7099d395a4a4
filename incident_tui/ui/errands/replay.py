"""What a replay asks for beyond itself: a time to go to, documents and copies of the moment, recordings, help."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from textual.app import App

from incident_tui.domain.course import Course, Cursor
from incident_tui.domain.playing import LONGEST_WAIT, wait
from incident_tui.session import Session
from incident_tui.times import TimeError, moment_within, zone_or_local
from incident_tui.ui.errands import basics
from incident_tui.ui.film import cast, drawing, frame, screen_lines
from incident_tui.ui.screens.ask import AskScreen
from incident_tui.ui.screens.help import help_for
from incident_tui.ui.screens.replay import ReplayScreen, Start
from incident_tui.ui.screens.report import unused, write_new

Errand = Callable[[App[None], ReplayScreen, Course], None]

HELP = (
    "The war room as it was known at a moment; nothing later is shown, and nothing can be changed. The line of time "
    "below shows how much happened when: click it, drag along it, or use the keys. 1 to 9 choose a speed. Stretches in "
    "which nothing happened are passed in two seconds at most."
)
SHORTEST_FRAME = 1 / 30
CAST, PICTURE = ".cast", ".svg"


def replay(app: App[None], session: Session, incident: str, start: Start | None = None) -> None:
    """Open the replay of an incident."""
    app.push_screen(ReplayScreen(session, session.enter(incident), start))


def go_to_time(app: App[None], screen: ReplayScreen, course: Course) -> None:
    """Ask for a time, and go there."""
    zone = zone_or_local(screen.room.incident.zone)
    span = (course.after(1).now, course.after(course.length).now)

    def attempt(answer: str) -> str:
        try:
            moment_within(answer, span, screen.wanted.now, zone)
        except TimeError as problem:
            return str(problem)
        return ""

    def chosen(answer: str | None) -> None:
        if answer is not None:
            screen.seek(course.when(moment_within(answer, span, screen.wanted.now, zone)))

    first, last = (moment.astimezone(zone) for moment in span)
    hint = f"from {first:%d %b %H:%M:%S} to {last:%d %b %H:%M:%S}; also +10m after the beginning, -10m from here"
    app.push_screen(AskScreen("Go to a time", "Time", "", hint, attempt=attempt), chosen)


def copy_moment(app: App[None], screen: ReplayScreen, course: Course) -> None:
    """Put what is on the screen on the clipboard, as text."""
    day = course.after(screen.cursor.length).now.astimezone(zone_or_local(screen.room.incident.zone))
    head = (
        f"{screen.room.incident.ref}  replay of {day:%Y-%m-%d} {screen.scene().time(screen.cursor.now, seconds=True)}"
    )
    texts = [line.text.rstrip() for line in screen_lines(app)]
    basics.copy_text(app, "\n".join([head, *texts]))


def export(app: App[None], screen: ReplayScreen, course: Course) -> None:
    """Ask for a file, and write a recording or a picture into it."""
    folder = Path.cwd()
    suggested = unused(folder, f"{screen.room.incident.ref}-replay{CAST}")

    def attempt(answer: str) -> str:
        path = folder / os.path.expanduser(answer)
        if path.suffix not in (CAST, PICTURE):
            return f"the name ends with {CAST} for a recording, or with {PICTURE} for a picture of this moment"
        return f"{path.name} exists already; choose another name" if path.exists() else ""

    def chosen(answer: str | None) -> None:
        if answer is None:
            return
        path = folder / os.path.expanduser(answer)

        async def written() -> None:
            problem = write_new(path, await made(app, screen, course, path.suffix))
            app.notify(problem or f"written to {path}", severity="error" if problem else "information", markup=False)

        screen.run_worker(written(), group="export")

    hint = f"{CAST} is a recording for asciinema, {PICTURE} a picture of this moment; in {folder}"
    app.push_screen(AskScreen("Export the replay", "File", suggested, hint, attempt=attempt), chosen)


async def made(app: App[None], screen: ReplayScreen, course: Course, kind: str) -> str:
    """A recording of the replay, or a picture of the moment, as text; `kind` is CAST or PICTURE."""
    await _painted(screen)
    if kind == PICTURE:
        known = screen.scene().incident  # its title may have become another one later
        return drawing(app, f"{known.ref}  {known.title}")
    name = f"{screen.room.incident.ref}  {screen.room.incident.title}"
    was = screen.wanted
    frames = await film(app, screen, course)
    screen.seek(was)
    return "".join(f"{line}\n" for line in cast(app.size, name, course.after(1).now, LONGEST_WAIT, frames))


async def film(app: App[None], screen: ReplayScreen, course: Course) -> list[tuple[float, str]]:
    """The whole replay as frames of the real screen, one when something has come; empty if the screen is left."""
    frames: list[tuple[float, str]] = []
    before: list[str] = []
    for seconds, cursor in scenes(course, screen.play.speed):
        screen.seek(cursor)
        await _painted(screen)
        if app.screen is not screen:
            return []
        data, before = frame(screen_lines(app), before)
        frames.append((seconds, data))
    return frames


def scenes(course: Course, speed: int) -> Iterator[tuple[float, Cursor]]:
    """The points to show and after how many seconds; of what comes nearly at once only the last is shown."""
    seconds, shown = 0.0, -1.0
    for length in range(1, course.length + 1):
        here = course.after(length)
        pause = wait(here.now, course.after(length + 1).now, speed) if length < course.length else LONGEST_WAIT
        if length in (1, course.length) or seconds + pause - shown >= SHORTEST_FRAME:
            yield seconds, here
            shown = seconds
        seconds += pause


async def _painted(screen: ReplayScreen) -> None:
    """Until what was sought is on the screen."""
    done = asyncio.get_running_loop().create_future()
    screen.call_after_refresh(screen.arrive)
    screen.call_after_refresh(done.set_result, None)
    await done


def report(app: App[None], screen: ReplayScreen, _course: Course) -> None:
    """Read any document as it would have been at this moment."""
    basics.report(app, screen.session, screen.room.incident.id, screen.cursor.now)


def explain(app: App[None], screen: ReplayScreen, _course: Course) -> None:
    """Help for the focused pane, else for replay as a whole."""
    app.push_screen(help_for(screen, "Replay", ((HELP, ""),)))


ERRANDS: Final[dict[str, Errand]] = {
    "time": go_to_time,
    "copy": copy_moment,
    "export": export,
    "report": report,
    "help": explain,
}
"""What each word of the replay's `open` opens."""
