"""The program on the screen: opens screens, keeps the time, notices others, leaves in good order."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from rich.console import RenderableType
from textual import on
from textual.app import App
from textual.binding import Binding, BindingType
from textual.filter import LineFilter
from textual.screen import ModalScreen
from textual.worker import WorkerFailed

from incident_tui.domain.decide import Refused
from incident_tui.journal import JournalError
from incident_tui.paths import styles
from incident_tui.rooms import Room
from incident_tui.session import NotSaved, Session
from incident_tui.ui import palette
from incident_tui.ui.drilling import attend
from incident_tui.ui.leaving import Signals
from incident_tui.ui.measure import take_size
from incident_tui.ui.memory import collect, settle
from incident_tui.ui.noticing import Noticing
from incident_tui.ui.pastes import driver_with_pastes
from incident_tui.ui.posting import Posting
from incident_tui.ui.probing import Probing
from incident_tui.ui.recorder import Recorder
from incident_tui.ui.screens.live import LiveScreen
from incident_tui.ui.screens.war_room import WarRoom
from incident_tui.ui.seconds import Seconds
from incident_tui.ui.standing import Standing, behind
from incident_tui.ui.strips import TerminalFilter
from incident_tui.ui.theme import THEME
from incident_tui.ui.type_ahead import PatientApp
from incident_tui.ui.writer import Writer

if TYPE_CHECKING:
    from incident_tui.ui.screens.home import HomeScreen
    from incident_tui.ui.screens.replay import Start
    from incident_tui.ui.screens.report import ReportScreen

SETTLE_SECONDS = 0.5
SHEETS = ("tones", "widgets", "composer", "war_room")  # any other is named by the screens that it is for
GRACE_SECONDS = 0.7
BEGINS = "begins"


class IncidentApp(PatientApp):
    """`first` is the room to open, as a replay if it has a `start`; without it the list comes first.

    `rows` are what the terminal shows until the first frame.
    """

    TITLE = "incident-tui"
    ENABLE_COMMAND_PALETTE = True
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+q", "quit", "quit", show=False, priority=True, id="app.quit"),
        Binding("ctrl+p", "command_palette", "all", priority=True, id="app.palette", key_display="^p"),
    ]
    COMMANDS = App.COMMANDS | {palette.commands}

    def __init__(self, session: Session, first: Room | None = None, start: Start | None = None, rows: str = "") -> None:
        driver = driver_with_pastes(session.journal.path, rows)
        super().__init__(driver, [styles() / f"{name}.tcss" for name in SHEETS])
        self.register_theme(THEME)
        # Before the style sheets are read, or they would have to be read again.
        wanted = session.config.theme
        self.set_reactive(App.theme, wanted if wanted in self.available_themes else THEME.name)
        self.stylesheet.set_variables(self.get_css_variables())
        self.session = session
        self.signals = Signals()
        self._first = first
        self._start = start
        self._writer = Writer()
        self.is_recording = self._writer.busy
        self._filter = TerminalFilter()
        self._recorder = Recorder(session, self._writer)
        self.keeping = self._recorder.keeping
        complain = partial(self.notify, severity="error", markup=False, timeout=10)
        self._seconds = Seconds(session.now, self._tick, self._handle_exception)
        self._noticing = Noticing(session.journal, partial(self.call_later, self._look), self._writer.busy)
        self._posting = Posting(session, partial(self.call_from_thread, complain))
        self._probing = Probing(session, complain)
        self.failure: Exception | None = None
        """What has ended the program although nobody asked for it."""
        self.standing: Standing | None = None

    def get_line_filters(self) -> list[LineFilter]:
        """The second barrier against control sequences in data; the first is where text is stored."""
        others = tuple(super().get_line_filters())
        if self._filter.others != others:
            self._filter = TerminalFilter(*others)
        return [self._filter]

    def on_mount(self) -> None:
        """Open the first screen, and be ready to leave in good order."""
        self.set_keymap(dict(self.session.config.keys))
        loop = asyncio.get_running_loop()

        def told_to_leave(code: int) -> None:
            self.keeping.keep_all(self.screen_stack)
            loop.call_soon_threadsafe(self._leave, code)

        self.call_after_refresh(self._offer)
        wanted = self.session.config.theme
        if wanted and wanted not in self.available_themes:
            self.notify(f"config.toml: there is no theme “{wanted}”; ^p lists them", severity="warning", markup=False)

        def begin_to_look() -> None:
            """What goes on beside the screen begins once the screen is there."""
            self._posting.start()
            self._probing.start()
            self._seconds.start()
            self.set_timer(SETTLE_SECONDS, self._noticing.start)
            self.set_timer(SETTLE_SECONDS, settle)

        self.call_after_refresh(self.read_keys)
        self.call_after_refresh(begin_to_look)
        self.call_after_refresh(self.signals.hear, told_to_leave)

    def _tick(self) -> None:
        """The clocks of the screen in front go on, and of the one that is seen behind a dialog."""
        if not self.is_running or self._exit:
            return
        self._look()  # the system does not tell of all that others record
        now = self.session.now()
        seen = next((screen for screen in reversed(self.screen_stack) if not isinstance(screen, ModalScreen)), None)
        self._probing.show_on(self.screen_stack)
        if isinstance(seen, LiveScreen):
            seen.tick(now)
        for screen in self.screen_stack:
            if isinstance(screen, WarRoom):
                attend(screen, now)
        take_size(self)
        _warn(self, self.standing.look(now) if self.standing else "")
        collect(now.second)

    def _look(self) -> None:
        """Show what other processes have recorded."""
        if not self.is_running:
            return  # the panes are being taken down
        try:
            if self.session.journal.changed():
                self._posting.look()
                for screen in self.screen_stack:
                    if isinstance(screen, LiveScreen):
                        screen.catch_up()
                    if isinstance(screen, WarRoom):
                        self._recorder.rest_soon(screen.room)
        except JournalError as problem:
            self.notify(str(problem), severity="error", markup=False)

    def get_default_screen(self) -> LiveScreen:
        """What the program begins with, as if it had been pushed; Textual's own screen would be laid out first."""
        screen: LiveScreen
        if self._first is None:
            screen = _home(self.session)
        elif self._start is None:
            screen = WarRoom(self.session, self._recorder, self._first)
        else:
            from incident_tui.ui.screens.replay import ReplayScreen

            screen = ReplayScreen(self.session, self._first, self._start)
        self._load_screen_css(screen)
        screen._push_result_callback(self, None)
        return screen

    def _open(self, incident: str) -> None:
        self.push_screen(WarRoom(self.session, self._recorder, self.session.enter(incident)), callback=None)
        self.call_after_refresh(self._offer)

    def _offer(self) -> None:
        """Say if the clock is off, and put kept text into the composer, unless somebody types already."""
        if not isinstance(self.screen, WarRoom):
            return
        _warn(self, behind(self.session.now(), self.screen.room.incident.last) if self.standing else "")
        if self.screen.composer.text:
            return
        text, failed = self.keeping.offered(self.screen.room.incident.id)
        if text:
            self.screen.composer.set_text(text)
            said = "this was not saved when it was written" if failed else "you were typing this when you left"
            self.notify(f"{said}; Enter logs it", markup=False, timeout=10)

    def _leave(self, code: int) -> None:
        """Leave at once; what is typed is kept for the next start.

        Who may stay is told first where nothing takes it.
        """
        self.keeping.keep_all(self.screen_stack)
        if not code and self.keeping.objects():
            words = "what is typed cannot be kept anywhere; free some space, or ctrl+q again leaves without it"
            self.notify(words, severity="error", markup=False, timeout=10)
        elif self._recorder.running is None:
            self.exit(return_code=code)
        else:
            self.run_worker(self._leave_recorded(code), group="leaving")

    async def _leave_recorded(self, code: int) -> None:
        """End the command that runs; what it has said so far is evidence, and is recorded before the screen goes."""
        for number in (signal.SIGTERM, signal.SIGKILL):
            running = self._recorder.running
            if running is not None:
                running.send(number)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._recorder.idle(), GRACE_SECONDS)
        self.exit(return_code=code)

    def _handle_exception(self, error: Exception) -> None:
        """Keep what is typed and end; `run` raises the error once the terminal is restored."""
        if self.failure is None:
            self.failure = error
            if isinstance(error, WorkerFailed) and isinstance(error.error, Exception):
                self.failure = error.error
            self.keeping.keep_all(self.screen_stack)
            running = self._recorder.running
            if running is not None:  # its end would have to be waited for
                running.send(signal.SIGKILL)
        super()._handle_exception(error)

    def _fatal_error(self) -> None:
        """Print nothing: a traceback with the values of variables is no answer in the middle of an outage."""
        self._close_messages_no_wait()

    def panic(self, *renderables: RenderableType) -> None:  # noqa: ARG002 - Textual's signature
        """Print nothing, as with any other failure."""
        self._close_messages_no_wait()

    async def action_quit(self) -> None:
        """Leave; what is typed is kept for the next start."""
        self._leave(0)

    def close(self) -> None:
        """Finish what is being written, and give the signals back."""
        self._seconds.stop()
        self._noticing.stop()
        self._posting.stop()
        self._probing.stop()
        self._writer.close()
        self.keeping.close()
        self.signals.give_back()

    def on_home_screen_opened(self, event: HomeScreen.Opened) -> None:
        """Enter an incident of the list."""
        if self._at_home():
            self._open(event.incident_id)

    def on_home_screen_declared(self, event: HomeScreen.Declared) -> None:
        """Record a new incident and enter it."""
        from incident_tui.ui.declaring import declared

        self.run_worker(self._begin(partial(declared, self.session, event.declaration)), group=BEGINS)

    def on_home_screen_demo_wanted(self) -> None:
        """Make the example and enter it."""
        from incident_tui.demo import create

        if self._at_home():
            self.run_worker(self._begin(partial(create, self.session)), group=BEGINS)

    def on_home_screen_report_wanted(self, event: HomeScreen.ReportWanted) -> None:
        """Show the report of an incident of the list, or its replay; or drill it."""
        from incident_tui.ui.errands import basics, drill, replay

        def begin(act: Callable[[], Room | Refused]) -> None:
            self.run_worker(self._begin(act), group=BEGINS)

        if not self._at_home():
            return
        match event.what:
            case "replay":
                replay.replay(self, self.session, event.incident_id)
            case "drill":
                drill.drill(self, self.session, event.incident_id, begin)
            case _:
                basics.report(self, self.session, event.incident_id, recorder=self._recorder)

    def _at_home(self) -> bool:
        """Whether the list is in front and no incident is about to be; a second key must open nothing more."""
        from incident_tui.ui.screens.home import HomeScreen

        beginning = any(worker.group == BEGINS and not worker.is_finished for worker in self.workers)
        return isinstance(self.screen, HomeScreen) and not beginning

    def on_report_screen_copy_wanted(self, event: ReportScreen.CopyWanted) -> None:
        """Put a report on the clipboard."""
        from incident_tui.ui.errands import basics

        basics.copy_text(self, event.text)

    @on(WarRoom.Asked)
    def _asked(self, event: WarRoom.Asked) -> None:
        from incident_tui.ui.errands.asked import ERRANDS

        room = event.war_room
        if room is not self.screen:
            return  # the key before this one has led elsewhere, and was meant
        match event.what:
            case "home":
                self._go_home()
            case "quit":
                self._leave(0)
            case what:
                ERRANDS[what](self, room, event.text)

    def _go_home(self) -> None:
        """Back to the list; a line begun in the composer waits there."""
        self.keeping.keep_all(self.screen_stack)
        self.keeping.remember_unkept()
        if len(self.screen_stack) > 1:  # it was opened from the list
            self.pop_screen()
        else:
            self.switch_screen(_home(self.session))

    async def _begin(self, act: Callable[[], Room | Refused]) -> None:
        """Enter the incident that `act`, done by the writer, makes."""
        try:
            made = await self._writer.do(act)
        except (NotSaved, JournalError) as problem:
            self.notify(str(problem), severity="error", markup=False, timeout=10)
            return
        if isinstance(made, Refused):
            self.notify(str(made), severity="warning", markup=False)
        else:
            self._open(made.incident.id)


def _home(session: Session) -> HomeScreen:
    from incident_tui.ui.screens.home import HomeScreen

    return HomeScreen(session)


def _warn(app: App[None], words: str) -> None:
    if words:
        app.notify(words, severity="warning", markup=False, timeout=12)
