"""One line of tabs."""

from collections.abc import Sequence

from msgspec import Struct
from textual import events
from textual.geometry import Size
from textual.message import Message
from textual.reactive import var

from incident_tui.ui.text import Line, beside, plain
from incident_tui.ui.widgets.painted import Drawn, Painted


class Tab(Struct, frozen=True):
    """One tab: what it is called in messages, and what stands on it."""

    id: str
    line: Line


class TabLine(Painted):
    """Shows `tabs` with the `active` one set off; tabs before it give way when there is no room for it."""

    class Picked(Message):
        """A tab was clicked; it becomes active when the owner says so."""

        def __init__(self, tabs: "TabLine", tab_id: str) -> None:
            super().__init__()
            self.tabs = tabs
            self.tab_id = tab_id

        @property
        def control(self) -> "TabLine":
            """The tabs, for `@on` selectors."""
            return self.tabs

    tabs: var[tuple[Tab, ...]] = var(())
    active: var[str] = var("")

    _first = 0
    _places: Sequence[range] = ()

    def watch_tabs(self) -> None:
        """Shows the new tabs."""
        self.redraw()

    def watch_active(self) -> None:
        """Sets off the active tab."""
        self.redraw()

    def draw(self, size: Size) -> Sequence[Drawn]:
        """The line."""
        parts = [self._part(tab) for tab in self.tabs]
        at = next((at for at, tab in enumerate(self.tabs) if tab.id == self.active), 0)
        self._first = 0
        line, self._places = beside(parts, size.width)
        while self._first < at and self._first + len(self._places) <= at:
            self._first += 1
            line, self._places = beside(parts[self._first :], size.width)
        return [Drawn(line, "muted")]

    def on_click(self, event: events.Click) -> None:
        """Says which tab was clicked."""
        at = event.get_content_offset(self)
        if at is None:
            return
        for tab, place in zip(self.tabs[self._first :], self._places, strict=False):
            if at.x in place:
                self.post_message(self.Picked(self, tab.id))

    def _part(self, tab: Tab) -> Line:
        return ((plain(tab.line), "accent"),) if tab.id == self.active else tab.line
