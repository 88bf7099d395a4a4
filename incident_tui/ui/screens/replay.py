"""Replay: the war room as it was known at a moment, read-only, with a line of time to move along."""

from __future__ import annotations

import asyncio
import gc
from datetime import datetime
from typing import ClassVar

from msgspec import Struct
from msgspec.structs import replace
from textual import events, on, work
from textual.actions import parse
from textual.binding import BindingType
from textual.widgets import Input

from incident_tui.domain.course import Course, Cursor
from incident_tui.domain.incident import Incident
from incident_tui.domain.playing import Play, played, speed_near
from incident_tui.journal import JournalError
from incident_tui.paths import styles
from incident_tui.rooms import Room
from incident_tui.session import Session
from incident_tui.times import zone_or_local
from incident_tui.ui.pages import Source
from incident_tui.ui.past import read_course
from incident_tui.ui.screens.replay_keys import ACTS, KEYS
from incident_tui.ui.screens.room_screen import RoomScreen
from incident_tui.ui.text import Line
from incident_tui.ui.titles import set_subtitle, set_title
from incident_tui.ui.views import replay
from incident_tui.ui.views.log import LogItem
from incident_tui.ui.views.past_log import PastSource, event_of, key_of, places_of
from incident_tui.ui.views.room import top
from incident_tui.ui.views.scene import Scene
from incident_tui.ui.widgets.board import Board
from incident_tui.ui.widgets.log_view import LogView
from incident_tui.ui.widgets.time_line import TimeLine
from incident_tui.ui.widgets.words import Words

FRAME = 0.1
AT_ONCE = 2_000
"""So many events are read before the first frame; more are read beside it."""
READ_ONLY = "this is a replay: nothing can be changed; esc leaves it"


class Start(Struct, frozen=True):
    """Where a replay begins: at a `moment`, else a live incident at its end and any other at its beginning."""

    moment: datetime | None = None
    speed: int = 60


class ReplayScreen(RoomScreen):
    """The room at `cursor`. Every pane is made from the prefix of the history that had come by then."""

    CSS_PATH = styles() / "replay.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [*KEYS]

    course: Course | None = None
    """The history, once it is laid out."""

    def __init__(self, session: Session, room: Room, start: Start | None = None) -> None:
        self.line = TimeLine(id="time-line")
        self.transport = Words(id="transport")
        super().__init__(session, room, self.line, self.transport)
        self.start = start or Start()
        self.play = Play(speed=speed_near(self.start.speed))
        self.cursor = Cursor(0, session.now())
        self.wanted = self.cursor
        self.learned_until = room.incident.declared_at
        self._courses: dict[bool, Course] = {}
        self._known: Incident = room.incident
        self._ruler: replay.Ruler | None = None
        self._moving = False
        self._last_frame = session.now()
        self.ready = asyncio.Event()
        """Whether the history is there."""

    def on_mount(self) -> None:
        """Lay the history out; a long one beside the first frame."""
        self.add_class("-replay")
        self._lay_out(happened=False)
        self.set_interval(FRAME, self.go_on)

    def scene(self, now: datetime | None = None) -> Scene:
        """What the views are functions of: the prefix of the history, and the time at its end."""
        if self.course is None:
            return replace(super().scene(now), past=True)
        zone = zone_or_local(self.room.incident.zone)
        policy, viewer = self.session.policy, self.session.actor
        return Scene(self._known, self.cursor.now, zone, policy, viewer, self.expanded, self.pace, past=True)

    def top(self, scene: Scene, cells: int, *, tiny: bool) -> tuple[Line, ...]:
        """The banner with a stamp that it is a replay."""
        if self.course is None or tiny:
            return top(scene, cells, "", tiny=tiny)
        return replay.stamped(self.course, self.cursor, scene, cells)

    def log_source(self, filter_number: int, words: str) -> Source[LogItem]:
        """The lines of the log that had come; known by words that they had then."""
        if self.course is None:
            return super().log_source(filter_number, words)
        places = places_of(self.course, self._known, filter_number, words)
        return PastSource(self.course, places, lambda: self.cursor, self.scene)

    def paint(self, now: datetime | None = None) -> None:
        """Bring every pane, the line of time and how it plays up to the cursor."""
        super().paint(now)
        if self.course is None or not self.is_mounted:
            return
        roomy = self.has_class("-tall")
        scene, cells = self.scene(), self.line.content_size.width or self.size.width - 4
        if self._ruler is None or (self._ruler.course, self._ruler.cells) != (self.course, cells):
            self._ruler = replay.Ruler.of(self.course, scene.zone, cells)
        self.line.lines = self._ruler.drawn(self.cursor, 4 if roomy else 2)
        set_title(self.line, replay.title(self.course, self.cursor) if roomy else "")
        set_subtitle(self.line, replay.subtitle(self.course, self.cursor, scene.zone) if roomy else "")
        self.transport.lines = (
            replay.transport(self.course, self.cursor, self.play, self.size.width - 2, roomy=roomy),
        )

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002 - Textual's signature
        """No act is offered: this screen has none. In a field Home and End are the field's."""
        if action == "move" and isinstance(self.focused, Input):
            return False
        return hasattr(self, f"action_{action}") or hasattr(self, f"_action_{action}")

    def on_key(self, event: events.Key) -> None:
        """Say why a key of the war room does nothing here."""
        if event.key in self._bindings.key_to_bindings or isinstance(self.focused, Input):
            return
        own = self.focused._bindings.key_to_bindings if self.focused is not None else {}
        acts = (binding.action.startswith("screen.") for binding in own.get(event.key, ()))
        here = any(not self.check_action(parse(binding.action)[1], ()) for binding in own.get(event.key, ()))
        if (any(acts) and here) or event.key in ACTS:
            self.notify(READ_ONLY, severity="warning", markup=False)

    def tick(self, now: datetime) -> None:
        """The clock on the wall says nothing about the past."""

    def catch_up(self) -> None:
        """Lay the history out again when it has grown; the cursor stays where it is."""
        self.room = self.session.catch_up(self.room)
        if self.course is not None and self.room.incident.version > self.course.length:
            self._courses.clear()
            self._lay_out(happened=self.course.happened)

    def seek(self, cursor: Cursor) -> None:
        """Go to a point; of many seeks in one frame only the last is painted."""
        self.wanted = cursor
        if not self._moving:
            self._moving = True
            self.call_after_refresh(self.arrive)

    def arrive(self) -> None:
        """Show the point that was last sought."""
        self._moving = False
        if self.course is None or not self.is_mounted:
            return
        self.cursor = self.wanted
        self._known = self.course.at(self.cursor)
        self.log_column.changed()
        self.paint()
        if self.focused is self.line:
            point(self, self.course, self.checklist.next_step)

    def _lay_out(self, *, happened: bool) -> None:
        """Show the history in one of its orders, and read it first if need be."""
        if happened in self._courses:
            self._show_course(self._courses[happened])
        elif self.room.incident.version <= AT_ONCE:
            self._courses[happened] = Course.of(
                self.room.incident.id, self.session.journal.events(self.room.incident.id), happened=happened
            )
            self._show_course(self._courses[happened])
        else:
            self._read(happened)

    @work(group="history", exit_on_error=False)
    async def _read(self, happened: bool) -> None:
        loop, whole = asyncio.get_running_loop(), self.room.incident.version

        def tell(count: int) -> None:
            words: Line = ((f"reading the history: {count:,} of {whole:,} events", "replay"),)
            loop.call_soon_threadsafe(setattr, self.transport, "lines", (words,))

        incident = self.room.incident.id
        try:
            course = await asyncio.to_thread(read_course, self.session, incident, tell, happened=happened)
        except JournalError as problem:
            self.notify(str(problem), severity="error", markup=False)
            return
        gc.freeze()  # or the collector would walk the whole history again and again, for longer than a frame
        self._courses[happened] = course
        self._show_course(course)

    def _show_course(self, course: Course) -> None:
        """Begin where it was asked for, or go on where the other order stood."""
        first = self.course is None
        self.course = course
        if not first:
            self.seek(course.when(self.wanted.now))
        elif self.start.moment is not None:
            self.seek(course.when(self.start.moment))
        else:
            self.seek(course.after(course.length if self.room.incident.live else 1))
        self.arrive()
        self.log_column.choose()
        self.ready.set()

    def go_on(self) -> None:
        """Time has passed; while it plays the history goes on."""
        now = self.session.now()
        seconds, self._last_frame = (now - self._last_frame).total_seconds(), now
        if self.course is None or not self.play.playing or not self.is_current:
            return
        later = played(self.course, self.wanted, seconds, self.play.speed)
        star = self.course.star(self.wanted, later) if self.play.stars else None
        self.seek(star or later)
        if star or later.length == self.course.length:
            self._set(replace(self.play, playing=False))

    def _set(self, play: Play) -> None:
        """Change how it plays."""
        self.play = play
        self.paint()

    @on(TimeLine.Sought)
    def _sought(self, event: TimeLine.Sought) -> None:
        if self.course is not None:
            self.seek(self.course.along(event.part))

    @on(Board.Chosen)
    @on(LogView.Chosen)
    def _chosen(self, event: Board.Chosen | LogView.Chosen) -> None:
        self.unfold(event_of(event.key))

    def action_play(self) -> None:
        """Play or pause; at the end begin again."""
        if self.course is not None and not self.play.playing and self.wanted.length == self.course.length:
            self.seek(self.course.after(1))
        self._last_frame = self.session.now()
        self._set(replace(self.play, playing=not self.play.playing))

    def action_move(self, unit: str, step: int) -> None:
        """Go on, or back, by one event, minute or mark, or to an end."""
        found = self.course.moved(self.wanted, unit, step) if self.course is not None else None
        if found is not None:
            self.seek(found)

    def action_speed(self, speed: int, step: int) -> None:
        """Play at a speed, or at the next one."""
        self._set(replace(self.play, speed=speed_near(speed or self.play.speed, step)))

    def action_choose(self, what: str) -> None:
        """Stop at starred entries or not; show as known then, or as it happened."""
        if what == "stars":
            self._set(replace(self.play, stars=not self.play.stars))
        elif self.course is not None:
            self._lay_out(happened=not self.course.happened)

    def action_open(self, what: str) -> None:
        """Open something beyond this room."""
        from incident_tui.ui.errands.replay import ERRANDS

        if self.course is not None:
            ERRANDS[what](self.app, self, self.course)

    def action_leave(self) -> None:
        """Back to where one came from; first out of a search."""
        if self.log_column.searching:
            self.action_write()
        elif len(self.app.screen_stack) > 1:
            self.dismiss(None)
        else:
            self.app.call_later(self.app.run_action, "quit")


def point(screen: ReplayScreen, course: Course, next_step: str) -> None:
    """Set off in its pane what came last, and in the checklist the `next_step` if it was none."""
    key = key_of(course, screen.cursor)
    shown = screen.log_pane.source.newest(1)
    screen.log_pane.cursor_key = key if shown and shown[0].key == key else ""
    step = f"step:{getattr(course.event(screen.cursor).body, 'step', '')}"
    rows = {row.key for row in screen.checklist.rows}
    screen.checklist.cursor_key = step if step in rows else next_step
