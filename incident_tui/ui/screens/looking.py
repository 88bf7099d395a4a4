"""Asking outside: a link or a name is typed or pasted, and every source fills its own panel as it answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar
from zoneinfo import ZoneInfo

from msgspec.structs import replace
from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import ItemGrid
from textual.screen import Screen
from textual.widgets import Input

from incident_tui.domain.decide import Refused
from incident_tui.domain.events import ResultKept
from incident_tui.domain.text import clean_line
from incident_tui.paths import styles
from incident_tui.sources.panel import Panel, Question
from incident_tui.sources.together import answers, result_of
from incident_tui.ui.clipboard import copy
from incident_tui.ui.keys import ActiveKeys
from incident_tui.ui.text import Line
from incident_tui.ui.titles import set_title
from incident_tui.ui.views.looking import ASKING, panel_rows, panel_title
from incident_tui.ui.widgets.board import Board
from incident_tui.ui.widgets.words import Words

PANEL_CELLS, PANEL_LINES = 56, 7
HINT = "a link, a source by its name, or nothing for how things stand everywhere"


class LookScreen(Screen[str]):
    """Asks what `questions` makes of the typed text; `keep` records an answer as evidence.

    Where there is no incident, one can be declared from what is asked about, if `declares` says so; that is the answer.
    Panels stand still while they fill: each has its place from the moment on that it is asked.
    """

    CSS_PATH = styles() / "screens.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("e", "keep", "keep as evidence", id="look.keep", tooltip="Keep this answer with its question and time"),
        Binding("d", "declare", "declare", id="look.declare", tooltip="Declare an incident from this issue"),
        Binding("m", "more", "more", id="look.more", tooltip="The next page of this answer"),
        Binding("tab", "app.focus_next", "next", id="look.next", tooltip="The next answer"),
        Binding("r", "ask_again", "ask again", id="look.again", tooltip="Ask everything anew"),
        Binding("y", "copy", "copy link", id="look.copy", tooltip="Copy the link to this answer"),
        Binding("slash", "type", "another", id="look.type", tooltip="Ask about something else"),
        Binding("escape", "back", "back", id="look.back"),
    ]
    AUTO_FOCUS = ""

    def __init__(
        self,
        text: str,
        questions: Callable[[str], tuple[Question, ...] | Refused],
        keep: Callable[[ResultKept], None] | None,
        zone: ZoneInfo,
        declares: Callable[[str], bool] | None = None,
    ) -> None:
        super().__init__()
        self.questions = questions
        self.keep = keep
        self.zone = zone
        self.declares = declares
        self.text = ""
        self.asked: tuple[Question, ...] = ()
        self.round = 0
        self.panels: dict[int, Panel] = {}
        self.unfolded: dict[int, set[str]] = {}
        self.kept: set[int] = set()
        self.what = Input(clean_line(text), placeholder=HINT, compact=True, id="look-what")
        self.grid = ItemGrid(min_column_width=PANEL_CELLS, id="look-panels")
        self.reason = Words(id="look-reason")

    def compose(self) -> ComposeResult:
        title: Line = (("Look outside", "strong"),)
        yield Words(title, id="look-header")
        yield self.what
        yield self.reason
        yield self.grid
        yield ActiveKeys()

    def on_mount(self) -> None:
        """Ask at once."""
        self._ask()

    def on_resize(self) -> None:
        """Panels share the height, and scroll where each would get too little of it."""
        self.call_after_refresh(self._share)

    def _share(self) -> None:
        columns = max(1, self.grid.size.width // PANEL_CELLS)
        rows = max(1, -(-len(self.asked) // columns))
        height = self.grid.size.height // rows
        self.grid.styles.grid_rows = "1fr" if height >= PANEL_LINES else str(PANEL_LINES)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002 - Textual's signature
        """Only what is about an answer needs one."""
        panel = self.panels.get(self._place())
        match action:
            case "keep":
                return self.keep is not None and panel is not None and not panel.problem
            case "more":
                return panel is not None and panel.following is not None
            case "declare":
                return self.declares is not None and self.declares(self.text)
            case "copy":
                return panel is not None and bool(panel.url)
            case _:
                return True

    @on(Input.Submitted)
    def submit(self) -> None:
        """Ask about what is typed."""
        self._ask()

    @on(Board.Chosen)
    def unfold(self, message: Board.Chosen) -> None:
        """Show more of a row, or less again."""
        place = self._place()
        self.unfolded.setdefault(place, set()).symmetric_difference_update({message.key})
        self._show(place)

    def on_descendant_focus(self) -> None:
        """Which keys there are depends on the panel."""
        self.refresh_bindings()

    def action_keep(self) -> None:
        """Record the answer under the cursor as evidence, once."""
        place = self._place()
        panel = self.panels.get(place)
        if panel is not None and self.keep is not None and not panel.problem and place not in self.kept:
            self.kept.add(place)
            self.keep(result_of(panel))
            self._show(place)

    def action_declare(self) -> None:
        """Answers with the link that an incident is to be declared from."""
        if self.is_current:
            self.dismiss(self.text)

    def action_more(self) -> None:
        """Ask for the next page."""
        place = self._place()
        following = self.panels[place].following
        if following is not None:
            self._go_on(self.round, place, following)

    def action_ask_again(self) -> None:
        """Ask everything anew."""
        self._ask()

    def action_copy(self) -> None:
        """Put the link to the answer on the clipboard."""
        url = self.panels[self._place()].url

        async def copied() -> None:
            self.notify(await copy(self.app, url), markup=False)

        self.run_worker(copied())

    def action_type(self) -> None:
        """Ask about something else."""
        self.what.focus()

    def action_back(self) -> None:
        """Back to where it was asked for, once."""
        if self.is_current:
            self.dismiss(None)

    def _ask(self) -> None:
        found = self.questions(self.what.value)
        if isinstance(found, Refused) or not found:
            words = str(found) if isinstance(found, Refused) else "no source is configured; docs/sources says how"
            self.reason.lines = (((words, "warn"),),)
            self.what.focus()
            return
        self.reason.lines = ()
        self.round += 1
        self.text = self.what.value.strip()
        self.asked, self.panels, self.unfolded, self.kept = found, {}, {}, set()
        self.run_worker(self._lay_out(), exclusive=True, group="panels")

    async def _lay_out(self) -> None:
        """A place for every answer, then the questions."""
        await self.grid.remove_children()
        await self.grid.mount(*(Board(ASKING, id=f"panel-{place}") for place in range(len(self.asked))))
        self._share()
        for place in range(len(self.asked)):
            self._show(place)
        self._board(0).focus()
        self._gather(self.round, self.asked)

    @work(thread=True, exit_on_error=False)
    def _gather(self, number: int, asked: tuple[Question, ...]) -> None:
        for place, panel in answers(asked):
            self.app.call_from_thread(self._answered, number, place, panel)

    @work(thread=True, exit_on_error=False)
    def _go_on(self, number: int, place: int, following: Question) -> None:
        for _, panel in answers((following,)):
            self.app.call_from_thread(self._continued, number, place, panel)

    def _answered(self, number: int, place: int, panel: Panel) -> None:
        if number == self.round and self.is_mounted:
            self.panels[place] = panel
            self._show(place)
            self.refresh_bindings()

    def _continued(self, number: int, place: int, after: Panel) -> None:
        before = self.panels.get(place)
        if number != self.round or before is None:
            return
        self.kept.discard(place)
        missing = f"the next page is missing: {after.problem}" if after.problem else after.partial
        whole = replace(before, rows=before.rows + after.rows, partial=missing, following=after.following)
        self._answered(number, place, whole)

    def _show(self, place: int) -> None:
        panel, board = self.panels.get(place), self._board(place)
        if panel is not None:
            board.rows = panel_rows(panel, self.zone, self.unfolded.get(place, set()))
        set_title(board, panel_title(self.asked[place], panel, self.zone, kept=place in self.kept))

    def _board(self, place: int) -> Board:
        return self.grid.query_one(f"#panel-{place}", Board)

    def _place(self) -> int:
        """The panel that has the focus; the first where none has."""
        name = (self.focused.id or "") if self.focused is not None else ""
        return int(name.removeprefix("panel-")) if name.startswith("panel-") else 0
