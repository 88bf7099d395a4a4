"""The middle column: the investigation log with its filter and its search."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeGuard

from textual import on
from textual.app import ComposeResult
from textual.reactive import var
from textual.widgets import Input

from incident_tui.journal import MOST_HITS, Hits
from incident_tui.ui.pages import Source
from incident_tui.ui.screens.live import LiveScreen
from incident_tui.ui.screens.panes import LogPane
from incident_tui.ui.seeking import Seeking
from incident_tui.ui.text import Line
from incident_tui.ui.titles import set_subtitle, set_title
from incident_tui.ui.views.log import FILTERS, HitSource, JournalSource, LogItem, log_lines
from incident_tui.ui.views.scene import Scene
from incident_tui.ui.widgets.area import Area
from incident_tui.ui.widgets.log_view import LogView

if TYPE_CHECKING:
    from incident_tui.ui.widgets.search_field import SearchField

EMPTY = "Nothing is logged yet. Type what you see and press Enter."
LOOKING = "Looking further back …"
NOT_READ = "Older lines could not be looked through. Type on to try again, Esc ends the search."
NOTHING_FOUND = "Nothing like that is logged. Esc ends the search, f shows other kinds."


class LogColumn(Area):
    """Shows the log of `scene()`: the lines that `source` gives for the number of a filter and searched words."""

    filter_number: var[int] = var(0, init=False)
    words: var[str] = var("", init=False)
    running: var[bool] = var(False, init=False)
    """Whether a command of the system runs."""

    def __init__(self, source: Callable[[int, str], Source[LogItem]], scene: Callable[[], Scene]) -> None:
        super().__init__(id="middle")
        self._choice = source
        self._scene = scene
        self._seeking = Seeking(self, self._found, self._failed)
        self._shown = (self.filter_number, self.words)
        self.view = LogPane(self._source(), self._lines, id="log")
        self.field: SearchField | None = None

    def compose(self) -> ComposeResult:
        yield self.view

    def on_mount(self) -> None:
        """Follow the end; the search line comes when it is asked for."""
        self.view.empty = ((EMPTY, ""),)
        for told in ("following", "unseen"):
            self.watch(self.view, told, self.title, init=False)

    def changed(self) -> None:
        """The log, or what is known of its entries, has changed; a `title` follows with the paint of all panes."""
        source = self._source() if self.words or FILTERS[self.filter_number][0] == "starred" else None
        if source is None or self._is_sought(source):
            self.view.changed()
        else:
            self.view.renew(source)
        if self._is_sought(source):
            self._seeking.again(source)

    def title(self) -> None:
        """Say how much there is, of what kind, and whether the end is in sight."""
        source, (number, words) = self.view.source, self._shown
        name = FILTERS[number][0]
        more = isinstance(source, HitSource) and source.hits.more
        parts = [f"Investigation  {source.count()}{'+' if more else ''}"]
        parts += [name] if number else []
        parts += [f"“{words}”"] if words else []
        set_title(self.view, "  ".join(parts))
        new = f"+{self.view.unseen} new, " if self.view.unseen else ""
        state = "following ↓" if self.view.following else f"{new}end ↓"
        left = "▶ a command runs, ^t stops it" if self.running else f"f {name}  / search"
        set_subtitle(self.view, f"{left}  {state}")

    def on_unmount(self) -> None:
        """Nobody waits for what is looked for."""
        self._seeking.close()

    def search(self) -> None:
        """Show the search line and go there."""
        if self.field is None:
            from incident_tui.ui.widgets.search_field import SearchField

            self.field = SearchField(id="search", placeholder="search the log: enter keeps it, esc ends it")
            self.mount(self.field)
        self.field.display = True
        self.field.focus()

    @property
    def searching(self) -> bool:
        """Whether the search line is shown."""
        return self.field is not None and self.field.display

    def end_search(self) -> None:
        """Show everything again."""
        if self.field is not None and self.searching:
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
        """Read the lines anew from where they are now; those that hold words are looked for beside the screen."""
        source = self._source()
        if self._is_sought(source):
            # Of what is read further up than the end, nobody knows whether it is among the newest that are found.
            self._seeking.want(source, max(1, self.view.size.height) if self.view.following else MOST_HITS)
        else:
            self._seeking.forget()
            self._show(source)

    def _is_sought(self, source: Source[LogItem] | None) -> TypeGuard[JournalSource]:
        return isinstance(source, JournalSource) and bool(source.query.words)

    def _found(self, source: JournalSource, hits: Hits) -> None:
        self._show(HitSource(source, hits))
        if isinstance(self.screen, LiveScreen):
            self.screen.show_at_once(self.view)

    def _failed(self, why: str) -> None:
        self.notify(why, severity="error", markup=False)
        if self.view.empty == ((LOOKING, ""),):
            self.view.empty = ((NOT_READ, ""),)

    def _show(self, source: Source[LogItem]) -> None:
        was_shown, self._shown = self._shown, (self.filter_number, self.words)
        nothing = LOOKING if isinstance(source, HitSource) and source.hits.more else NOTHING_FOUND
        self.view.empty = ((nothing if any(self._shown) else EMPTY, ""),)
        if self._shown == was_shown:
            self.view.renew(source)
        else:
            self.view.source = source
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
