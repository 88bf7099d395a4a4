"""Insights: what all incidents say together, as figures and tables, one tab at a time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.reactive import var
from textual.screen import Screen

from incident_tui.domain.gist import Gist
from incident_tui.domain.incident import SEVERITIES
from incident_tui.domain.review import Span
from incident_tui.domain.survey import Survey, survey
from incident_tui.journal import JournalError
from incident_tui.measuring import gather
from incident_tui.paths import styles
from incident_tui.session import Session
from incident_tui.times import zone_named
from incident_tui.ui.keys import ActiveKeys
from incident_tui.ui.screens.help import HelpScreen, sections_of
from incident_tui.ui.views.insights import MEASURE, SECTIONS, Choice, definitions, header, incident_of
from incident_tui.ui.views.table import rows
from incident_tui.ui.widgets.bars import Bars
from incident_tui.ui.widgets.board import Board
from incident_tui.ui.widgets.chart import Chart
from incident_tui.ui.widgets.tab_line import Tab, TabLine
from incident_tui.ui.widgets.words import Words

WIDE, TALL = 130, 34
INTRO = "Medians, and what they teach. On the first tab the metric under the cursor is the one that is drawn. "
FIRST, FIRST_SECTION = "resolve", "times"


class InsightsScreen(Screen[str]):
    """Measures the incidents of `session`; answers with the incident that is to be entered, or with nothing."""

    CSS_PATH = [styles() / "screens.tcss", styles() / "insights.tcss"]  # noqa: RUF012 - Textual's own declaration
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (WIDE, "-wide")]  # noqa: RUF012 - Textual's own declaration
    VERTICAL_BREAKPOINTS = [(0, "-low"), (TALL, "-tall")]  # noqa: RUF012 - as above
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open_incident", "open", priority=True, id="insights.open", tooltip="Enter the incident"),
        Binding("tab,right", "turn(1)", "next", id="insights.next", tooltip="The next tab"),
        Binding("shift+tab,left", "turn(-1)", "previous tab", show=False, id="insights.previous"),
        *(
            Binding(str(place), f"tab('{name}')", title, show=False, id=f"insights.{name}")
            for place, (name, (title, _)) in enumerate(SECTIONS.items(), start=1)
        ),
        Binding("m", "span", "period", id="insights.span", tooltip="By month, or by week"),
        Binding("s", "severity", "severity", id="insights.severity", tooltip="All severities, or one after the other"),
        Binding("r", "read", "read anew", show=False, id="insights.read", tooltip="Measure what has come meanwhile"),
        Binding("f1,question_mark", "help", "help", id="insights.help", tooltip="What each figure means, and why"),
        Binding("escape,q,g", "back", "back", id="insights.back", tooltip="Back to the incidents"),
    ]

    class Read(Message):
        """The incidents have been gathered and measured; or `problem` says why not."""

        def __init__(self, gists: Sequence[Gist], found: Survey | None, problem: str = "") -> None:
            super().__init__()
            self.gists = gists
            self.found = found
            self.problem = problem

    section: var[str] = var(FIRST_SECTION, init=False)
    measure: var[str] = var(FIRST, init=False)
    span: var[Span] = var("month", init=False)
    severity: var[int] = var(0, init=False)
    found: var[Survey | None] = var(None, init=False, bindings=True)

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.zone = zone_named(session.zone)
        self.header = Words(id="insights-header")
        self.tabs = TabLine(id="insights-tabs")
        self.lines = Chart(id="insights-lines")
        self.bars = Bars(id="insights-bars")
        self.board = Board(id="insights-table")
        self._gists: Sequence[Gist] = ()

    def compose(self) -> ComposeResult:
        yield self.header
        yield self.tabs
        with Horizontal(id="insights-body"):
            with Vertical(id="insights-figures"):
                yield self.lines
                yield self.bars
            yield self.board
        yield ActiveKeys()

    def on_mount(self) -> None:
        """Reads in a thread of its own; the screen is there at once."""
        self.board.empty = (("measuring…", "muted"),)
        titles = [(name, title) for name, (title, _) in SECTIONS.items()]
        self.tabs.tabs = tuple(
            Tab(name, ((f"{place} ", "key"), (title, ""))) for place, (name, title) in enumerate(titles, start=1)
        )
        self._show()
        self.board.focus()
        self.action_read()

    def on_resize(self) -> None:
        """Columns come and go with the width."""
        self.call_after_refresh(self._show)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002 - Textual's signature
        """Only what can be done now is offered."""
        match action:
            case "open_incident":
                return bool(incident_of(self.board.cursor_key))
            case "span":
                return self.section in ("times", "command", "review")
            case _:
                return True

    def watch_section(self) -> None:
        """Another tab begins at its top, the one with the metrics where it was left."""
        self.board.rows = ()
        self._show()

    def watch_measure(self) -> None:
        """Another metric is drawn."""
        self._show()

    def watch_span(self) -> None:
        """By month or by week."""
        self._show()

    def watch_severity(self) -> None:
        """Measures anew what is known."""
        self._measure(self._gists, self.severity)

    def watch_found(self) -> None:
        """Shows what was measured."""
        self._show()

    @on(Read)
    def take(self, message: Read) -> None:
        """What was read takes the place of what was shown."""
        message.stop()
        if message.problem:
            self.board.empty = ((message.problem, "bad"),)
            self.notify(message.problem, severity="error", markup=False)
            return
        self._gists = message.gists
        self.found = message.found

    @on(Board.Moved)
    def look(self, message: Board.Moved) -> None:
        """A metric under the cursor is the one that is drawn."""
        if message.key.startswith(MEASURE):
            self.measure = message.key.removeprefix(MEASURE)
        self.refresh_bindings()

    @on(TabLine.Picked)
    def pick(self, message: TabLine.Picked) -> None:
        """A tab was clicked."""
        self.section = message.tab_id

    def action_tab(self, name: str) -> None:
        """Shows a tab."""
        self.section = name

    def action_turn(self, step: int) -> None:
        """Shows the next tab, or the one before."""
        names = list(SECTIONS)
        self.section = names[(names.index(self.section) + step) % len(names)]

    def action_span(self) -> None:
        """Turns from months to weeks and back."""
        self.span = "week" if self.span == "month" else "month"

    def action_severity(self) -> None:
        """Turns to the next severity; after the last all are shown again."""
        self.severity = (self.severity + 1) % (len(SEVERITIES) + 1)

    def action_read(self) -> None:
        """Gathers all incidents anew."""
        self._gather(self.severity)

    @on(Board.Chosen)
    def action_open_incident(self) -> None:
        """Answers with the incident under the cursor."""
        incident = incident_of(self.board.cursor_key)
        if incident and self.is_current:
            self.dismiss(incident)

    def action_back(self) -> None:
        """Closes, once."""
        if self.is_current:
            self.dismiss("")

    def action_help(self) -> None:
        """Keys, and every figure with its meaning and source."""
        sections = (("What the figures mean", definitions()), *sections_of(self))
        self.app.push_screen(HelpScreen("Insights", ((INTRO, ""),), sections))

    @work(thread=True, exclusive=True, group="insights", exit_on_error=False)
    def _gather(self, severity: int) -> None:
        """Reads through a connection of this thread's own."""
        try:
            with Session.open(self.session.paths, self.session.config, writable=False) as reading:
                gists = gather(reading)
        except JournalError as error:
            self.post_message(self.Read((), None, f"the incidents cannot be read: {error}"))
            return
        self.post_message(self.Read(gists, self._surveyed(gists, severity)))

    @work(thread=True, exclusive=True, group="insights", exit_on_error=False)
    def _measure(self, gists: Sequence[Gist], severity: int) -> None:
        """Measures away from the screen, which goes on."""
        self.post_message(self.Read(gists, self._surveyed(gists, severity)))

    def _surveyed(self, gists: Sequence[Gist], severity: int) -> Survey:
        calendar = self.session.policy.calendar
        return survey(gists, self.session.now(), self.zone, calendar, severity=severity or None)

    def _show(self) -> None:
        if not self.is_mounted:
            return
        self.tabs.active = self.section
        self.header.lines = (header(self.found, self.severity, self.zone, self.header.size.width),)
        found = self.found
        if found is None:
            return
        title, make = SECTIONS[self.section]
        shown = make(found, Choice(self.measure, self.span, self.zone))
        self.lines.figure, self.bars.figure = shown.lines, shown.bars
        self.set_class(shown.lines is not None, "-lines")
        self.set_class(shown.bars is not None, "-bars")
        self.board.border_title = title
        self.board.empty = (("No incident to measure.", ""),)
        begins = not self.board.rows
        self.board.rows = rows(shown.tables, self.board.size.width) if found.incidents else ()
        if begins and self.section == FIRST_SECTION:
            self.board.cursor_key = MEASURE + self.measure
        self.refresh_bindings()
