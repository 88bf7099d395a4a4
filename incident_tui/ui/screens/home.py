"""Home: what is live, what there was, what is due; and the door to all of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.reactive import var
from textual.widgets import Input

from incident_tui.domain.incident import Incident
from incident_tui.domain.search import EXAMPLES
from incident_tui.journal import JournalError, Summary
from incident_tui.paths import styles
from incident_tui.session import Session
from incident_tui.ui.declaring import declare_dialog
from incident_tui.ui.finder import Finder
from incident_tui.ui.keys import ActiveKeys
from incident_tui.ui.screens.declare import Declaration
from incident_tui.ui.screens.help import help_for
from incident_tui.ui.screens.live import LiveScreen
from incident_tui.ui.shelf import Shelf
from incident_tui.ui.views.due import due_rows, incident_of
from incident_tui.ui.views.home import DECLARE, DEMO
from incident_tui.ui.views.oncall import on_call_rows
from incident_tui.ui.visits import visited
from incident_tui.ui.widgets.board import Board
from incident_tui.ui.widgets.words import Words

WIDE = 150
HELP: tuple[tuple[str, str], ...] = (
    ("All incidents, the live ones first. ", ""),
    ("The clock of a live one runs from its detection. ", ""),
    ("Search looks at references, titles, states and commanders, and at every line of every log; ", ""),
    (f"filters choose incidents: {EXAMPLES}. ", ""),
    ("The best match comes first, with the line in which it was found.", ""),
)


class HomeScreen(LiveScreen):
    """Shows the incidents of `session`; `at` is the incident the cursor starts on."""

    CSS_PATH = styles() / "screens.tcss"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (WIDE, "-wide")]  # noqa: RUF012 - Textual's own declaration
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open_incident", "open", priority=True, id="home.open", tooltip="Enter the incident"),
        Binding("d", "declare", "declare", id="home.declare", tooltip="Declare an incident: one line, started"),
        Binding(
            "R", "report('replay')", "replay", id="home.replay", tooltip="See the incident again as it was known then"
        ),
        Binding(
            "f", "report('drill')", "drill", show=False, id="home.drill", tooltip="Drill this incident, or compare"
        ),
        Binding("r", "report", "report", id="home.report", tooltip="Read and export the report of the incident"),
        Binding("slash", "search(True)", "search", id="home.search", tooltip="Search lists and logs"),
        Binding("f1,question_mark", "help", "help", id="home.help", tooltip="Explain this screen"),
        Binding(
            "ctrl+p", "app.command_palette", "all", priority=True, id="home.palette", tooltip="Every action by name"
        ),
        Binding(
            "g",
            "visit('insights')",
            "insights",
            id="home.insights",
            tooltip="Medians, and what overruns or comes again",
        ),
        Binding("L", "visit('look')", "look", show=False, id="home.look", tooltip="Look outside: what the sources say"),
        Binding(
            "p", "visit('protocols')", "protocols", id="home.protocols", tooltip="Look at protocols, and put them right"
        ),
        Binding("q", "app.quit", "quit", id="home.quit", tooltip="Leave; nothing is lost"),
        Binding("D", "demo", "demo", id="home.demo", tooltip="Open the demo incident"),
        Binding("tab", "app.focus_next", "next pane", show=False, id="home.next"),
        Binding("up", "move(-1)", "up", show=False, id="home.up"),
        Binding("down", "move(1)", "down", show=False, id="home.down"),
        Binding("escape", "search(False)", "end search", id="home.end_search"),
    ]

    class Opened(Message):
        """An incident is to be entered."""

        def __init__(self, incident_id: str) -> None:
            super().__init__()
            self.incident_id = incident_id

    class Declared(Message):
        """An incident is to be declared."""

        def __init__(self, declaration: Declaration) -> None:
            super().__init__()
            self.declaration = declaration

    class DemoWanted(Message):
        """The demo incident is to be made, or entered if there is one."""

    class ReportWanted(Message):
        """The report of an incident is to be shown, or its `replay`, or it is to be drilled (`drill`)."""

        def __init__(self, incident_id: str, what: str = "report") -> None:
            super().__init__()
            self.incident_id = incident_id
            self.what = what

    class Gathered(Message):
        """Incidents have been read as they stand."""

        def __init__(self, incidents: Mapping[str, Incident]) -> None:
            super().__init__()
            self.incidents = incidents

    searching: var[bool] = var(False, init=False, bindings=True)

    def __init__(self, session: Session, at: str = "") -> None:
        super().__init__()
        self.session = session
        self.shelf = Shelf(session)
        self.at = at
        self.stale = True
        self.header = Words(id="home-header")
        self.words = Input(placeholder="search every log, filter the list", compact=True, id="home-search")
        self.filters = Words(id="home-filters")
        self.finder = Finder(
            self, session, self.shelf, self._show, partial(self.notify, severity="error", markup=False)
        )
        self.board = Board(id="incidents")
        self.due = Board(id="due")

    def compose(self) -> ComposeResult:
        yield self.header
        with Horizontal():
            with Vertical():
                yield self.words
                yield self.filters
                yield self.board
            yield self.due
        yield ActiveKeys()

    def on_mount(self) -> None:
        """The list at once; what is due after the first paint."""
        self.words.display = self.filters.display = False
        self.due.border_title = "Due"
        self.due.empty = (("Nothing is due.", ""),)
        self._read()
        self.board.cursor_key = self.at or self.board.cursor_key
        self.board.focus()

    def on_resize(self) -> None:
        """Columns come and go with the width."""
        self.call_after_refresh(self._show)

    def on_screen_resume(self) -> None:
        """Catches up with what has changed meanwhile."""
        if self.stale:
            self._read()

    def catch_up(self) -> None:
        """Reads the list anew, or once it is on the screen again."""
        self.stale = True
        if self.is_active:
            self._read()

    def tick(self, now: datetime) -> None:
        """Moves the clocks on."""
        if now.minute != self.shelf.now.minute:
            self.shelf.now = now
            self._show()
            return
        self.shelf.now = now
        self.header.lines = (self.shelf.header(self.header.size.width),)
        rows = self.shelf.live_rows(self.board.size.width)
        if rows:
            self.board.rows = (*rows, *self.board.rows[len(rows) :])

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what can be done now is offered."""
        match action:
            case "report":
                return bool(self._incident())
            case "search" if parameters == (False,):
                return self.searching
            case "search":
                return bool(self.shelf.summaries)
            case _:
                return True

    def watch_searching(self, searching: bool) -> None:
        """The field is there only while it is used."""
        self.words.display = self.filters.display = searching
        (self.words if searching else self.board).focus()
        if not searching:
            self.words.value = ""

    @on(Input.Changed)
    def narrow_down(self) -> None:
        """Finds as one types."""
        self.finder.want(self.words.value)

    @on(Board.Chosen)
    def action_open_incident(self) -> None:
        """Enters the incident, or does what is chosen on the first run."""
        incident = self._incident()
        if incident:
            self.post_message(self.Opened(incident))
        elif not self.shelf.summaries and self.board.cursor_key == DECLARE:
            self.action_declare()
        elif not self.shelf.summaries and self.board.cursor_key == DEMO:
            self.action_demo()

    @on(Board.Moved)
    def offer(self) -> None:
        """Another row may allow other actions."""
        self.refresh_bindings()

    def action_declare(self, protocol: str = "", link: str = "") -> None:
        """Asks what is wrong, once; `protocol` is the name or path of the one to follow, `link` that of an issue."""
        if not self.is_current:
            return

        def declared(declaration: Declaration | None) -> None:
            if declaration is not None:
                self.post_message(self.Declared(declaration))

        self.app.push_screen(declare_dialog(self.session, self.shelf, protocol, link), declared)

    def action_visit(self, where: str) -> None:
        """Opens the insights, the protocols, or a look outside; what is chosen there is entered or declared with."""

        def chosen(what: str | None) -> None:
            if not what:
                return
            if where == "insights":
                self.call_after_refresh(self.post_message, self.Opened(what))
            else:
                self.call_after_refresh(self.action_declare, **{"link" if where == "look" else "protocol": what})

        if self.is_current:
            self.app.push_screen(visited(self.session, where), chosen)

    def action_demo(self) -> None:
        """Asks for the demo incident."""
        self.post_message(self.DemoWanted())

    def action_report(self, what: str = "report") -> None:
        """Asks for the report, the replay or a drill of the incident under the cursor."""
        self.post_message(self.ReportWanted(self._incident(), what))

    def action_search(self, on: bool) -> None:
        """Opens the field or goes back to it; or shows all incidents again."""
        self.searching = on
        if on:
            self.words.focus()

    def action_move(self, rows: int) -> None:
        """Moves the cursor while the field has the focus."""
        if rows < 0:
            self.board.action_move_up()
        else:
            self.board.action_move_down()

    def action_help(self) -> None:
        """Explains this screen."""
        self.app.push_screen(help_for(self, "Home", HELP))

    @on(Gathered)
    def show_due(self, message: Gathered) -> None:
        """What is owed according to what has been read."""
        message.stop()
        self.shelf.take(message.incidents)
        self._show()

    @work(thread=True, group="dues", exit_on_error=False)
    def _gather(self, wanted: tuple[Summary, ...]) -> None:
        """Reads incidents whole through a connection of this thread's own."""
        try:
            with Session.open(self.session.paths, self.session.config, writable=False) as reading:
                found = {item.incident: reading.enter(item.incident).incident for item in wanted}
        except JournalError:
            return  # the list says already that the journal cannot be read
        self.post_message(self.Gathered(found))

    def _read(self) -> None:
        self.stale = False
        try:
            self.shelf.read()
        except JournalError as error:
            self.notify(str(error), title="The list cannot be read", severity="error", markup=False)
            return
        self.finder.again()
        self._show()
        unread = self.shelf.unread()
        if unread:
            self.call_after_refresh(self._gather, unread)

    def _incident(self) -> str:
        """The incident under the cursor of the list in use, or "" where none is."""
        if self.due.has_focus:
            return incident_of(self.due.cursor_key)
        return self.board.cursor_key if self.shelf.shown else ""

    def _show(self) -> None:
        if not self.is_mounted:
            return
        shelf = self.shelf
        shelf.turn(shelf.now)
        self.header.lines = (shelf.header(self.header.size.width),)
        self.due.rows = (*on_call_rows(shelf.on_call, shelf.now, shelf.zone), *due_rows(shelf.owed, shelf.now))
        self.board.border_title = Content(f"Incidents  {len(shelf.shown)}" if shelf.summaries else "Welcome")
        self.filters.lines = (self.finder.line(max(20, self.words.size.width)),)
        self.board.empty = ((f"Nothing holds “{self.words.value.strip()}”; esc ends the search.", ""),)
        self.board.set_class(not shelf.summaries, "-first")
        self.board.rows = shelf.rows(self.board.size.width)
        self.refresh_bindings()
