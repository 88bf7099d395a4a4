"""The middle column: the investigation log with its filter and its search."""

from __future__ import annotations

from collections.abc import Callable

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.getters import query_one
from textual.reactive import var
from textual.widgets import Input

from incident_tui.journal import MOST_HITS
from incident_tui.ui.pages import Source
from incident_tui.ui.screens.panes import LogPane
from incident_tui.ui.text import Line
from incident_tui.ui.titles import set_subtitle, set_title
from incident_tui.ui.views.log import LogItem, log_lines
from incident_tui.ui.views.room import FILTERS
from incident_tui.ui.views.scene import Scene
from incident_tui.ui.widgets.log_view import LogView

EMPTY = "Nothing is logged yet. Type what you see and press Enter."
NOTHING_FOUND = "Nothing like that is logged. Esc ends the search, f shows other kinds."


class LogColumn(Vertical):
    """Shows the log of `scene()`: the lines that `source` gives for the number of a filter and searched words."""

    BLANK = True  # nothing is painted behind its panes
    view = query_one("#log", LogPane)
    field = query_one("#search", Input)

    filter_number: var[int] = var(0, init=False)
    words: var[str] = var("", init=False)
    running: var[bool] = var(False, init=False)
    """Whether a command of the system runs."""

    def __init__(self, source: Callable[[int, str], Source[LogItem]], scene: Callable[[], Scene]) -> None:
        super().__init__(id="middle")
        self._choice = source
        self._scene = scene

    def compose(self) -> ComposeResult:
        yield LogPane(self._source(), self._lines, id="log")
        yield Input(id="search", placeholder="search the log: enter keeps it, esc ends it")

    def on_mount(self) -> None:
        """Follow the end; the search line comes when it is asked for."""
        self.field.display = False
        self.view.empty = ((EMPTY, ""),)

    def changed(self) -> None:
        """The log, or what is known of its entries, has changed; a `title` follows with the paint of all panes."""
        if self.words or FILTERS[self.filter_number][0] == "starred":
            self.view.source = self._source()
        else:
            self.view.changed()

    def title(self) -> None:
        """Say how much there is, of what kind, and whether the end is in sight."""
        name = FILTERS[self.filter_number][0]
        number = self.view.source.count()
        parts = [f"Investigation  {number}{'+' if self.words and number >= MOST_HITS else ''}"]
        parts += [name] if self.filter_number else []
        parts += [f"“{self.words}”"] if self.words else []
        set_title(self.view, "  ".join(parts))
        new = f"+{self.view.unseen} new, " if self.view.unseen else ""
        state = "following ↓" if self.view.following else f"{new}end ↓"
        left = "▶ a command runs, ^t stops it" if self.running else f"f {name}  / search"
        set_subtitle(self.view, f"{left}  {state}")

    def search(self) -> None:
        """Show the search line and go there."""
        self.field.display = True
        self.field.focus()

    def end_search(self) -> None:
        """Show everything again."""
        if self.field.display:
            self.field.display = False
            self.field.value = ""

    def watch_filter_number(self) -> None:
        """Show another choice of entries."""
        self.choose()

    def watch_words(self) -> None:
        """Show what the search finds, as it is typed."""
        self.choose()

    def watch_running(self) -> None:
        """Say that a command runs."""
        self.title()

    def choose(self) -> None:
        """Read the lines anew from where they are now."""
        chosen = bool(self.words or self.filter_number)
        self.view.empty = ((NOTHING_FOUND if chosen else EMPTY, ""),)
        self.view.source = self._source()
        self.title()

    def _lines(self, item: LogItem, cells: int) -> list[Line]:
        return log_lines(self._scene(), item, cells)

    def _source(self) -> Source[LogItem]:
        return self._choice(self.filter_number, self.words)

    @on(LogView.Moved)
    def _moved(self, event: LogView.Moved) -> None:
        event.stop()
        self.title()

    @on(Input.Changed, "#search")
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self.words = event.value.strip()

    @on(Input.Submitted, "#search")
    def _kept(self, event: Input.Submitted) -> None:
        event.stop()
        self.view.focus()
