"""A log of any length: only what is in sight is fetched, wrapped and painted."""

from collections.abc import Callable, Sequence
from typing import ClassVar, Generic

from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
from textual.reactive import var
from textual.widget import Widget

from incident_tui.ui.pages import MOST_HELD, ItemT, Source
from incident_tui.ui.text import Line, wrap
from incident_tui.ui.viewport import Viewport
from incident_tui.ui.widgets.painted import Drawn, Painted, thumb_span

WHEEL_LINES = 3


class LogView(Painted, Generic[ItemT], can_focus=True):
    """Shows the items of a source, each as the lines that `render(item, cells)` gives it.

    It follows the end until the user scrolls away; then nothing moves, and `unseen` counts what has come
    since. A focused view also stops following before the selected item would leave the screen. The
    owner calls `changed` when the source has changed, and swaps the source to search or to filter.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move_up", "Up", show=False, id="log.up"),
        Binding("down,j", "move_down", "Down", show=False, id="log.down"),
        Binding("pageup", "page_up", "Page up", show=False, id="log.page_up"),
        Binding("pagedown", "page_down", "Page down", show=False, id="log.page_down"),
        Binding("home", "go_first", "First", show=False, id="log.first"),
        Binding("end,G", "follow_end", "Follow the end", show=False, id="log.follow"),
        Binding("enter", "choose_item", "Choose", show=False, id="log.choose"),
    ]

    class Moved(Message):
        """Another item is selected; `key` is empty when none is."""

        def __init__(self, view: Widget, key: str) -> None:
            super().__init__()
            self.view = view
            self.key = key

        @property
        def control(self) -> Widget:
            """The view, for `@on` selectors."""
            return self.view

    class Chosen(Message):
        """An item was chosen with Enter or a double click."""

        def __init__(self, view: Widget, key: str) -> None:
            super().__init__()
            self.view = view
            self.key = key

        @property
        def control(self) -> Widget:
            """The view, for `@on` selectors."""
            return self.view

    cursor_key: var[str] = var("", init=False)
    """The selected item; it stays selected wherever it is."""
    unseen: var[int] = var(0)
    """How many items have come since the view stopped following."""
    following: var[bool] = var(True)
    """Whether the end is in sight; set by the view."""
    empty: var[Line] = var(())
    """What stands there, muted, when there are no items."""

    def __init__(
        self,
        source: Source[ItemT],
        render: Callable[[ItemT, int], list[Line]],
        *,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self._port = Viewport(source, render)
        self._seen = 0
        self._end = ""
        """The key of the last item that was seen when the end was in sight, or when the source was another."""

    @property
    def source(self) -> Source[ItemT]:
        """Where the items come from."""
        return self._port.pages.source

    @source.setter
    def source(self, source: Source[ItemT]) -> None:
        self._port = self._port.over(source)
        self._port.reload()
        self._seen = self._port.pages.count
        self._show()
        if not self.following:
            self._end = next((item.key for item in source.newest(1)), "")

    def renew(self, source: Source[ItemT]) -> None:
        """The same choice of items, read anew: as `changed`, but what is found further back is not new.

        Of what is new it counts no more than MOST_HELD.
        """
        self._port.pages.source = source
        if not self.following:
            self._seen = source.count() - len(source.after(self._end, MOST_HELD))
        self.changed()

    def changed(self) -> None:
        """The source has changed: shows what is new, or counts it while the view is scrolled away."""
        port, key = self._port, self.cursor_key
        was_in_sight = key and self.has_focus and port.shows(key)
        port.reload()
        if was_in_sight and not port.shows(key):
            port.reveal(key)
        self._show()

    def refresh_item(self, key: str) -> None:
        """Reads and renders one item again."""
        self._port.forget(key)
        self.changed()

    def goto(self, key: str) -> None:
        """Selects an item and brings it into sight."""
        if self.cursor_key == key:
            self._port.reveal(key)
            self._show()
        else:
            self.cursor_key = key

    def watch_cursor_key(self, key: str) -> None:
        """Brings the selected item into sight, and says which it is."""
        if key:
            self._port.reveal(key)
        self._show()
        self.post_message(self.Moved(self, key))

    def watch_empty(self) -> None:
        """Shows the new text."""
        self.redraw()

    def draw(self, size: Size) -> Sequence[Drawn]:
        """The lines in sight."""
        port = self._port
        cells = max(1, size.width - 1)
        if (port.cells, port.height) != (cells, size.height):
            self._resize(cells, size.height)
        if not port.spots:
            return [Drawn(line, "muted") for line in wrap(self.empty, size.width)[: size.height]]
        shown = len({spot.item.key for spot in port.spots})
        total = port.pages.count
        above = total - shown if port.following else port.preceding
        thumb = thumb_span(above, shown, total, size.height)
        selected = self.cursor_key
        return [Drawn(spot.line, "", spot.item.key == selected, y in thumb) for y, spot in enumerate(port.spots)]

    def action_move_up(self) -> None:
        """Selects the item before."""
        self._step(-1)

    def action_move_down(self) -> None:
        """Selects the item after."""
        self._step(1)

    def action_page_up(self) -> None:
        """Scrolls up by a screenful, and selects what stands at the top."""
        self._port.scroll(1 - self.size.height)
        self._select_at(0)
        self.call_after_refresh(self._port.look_up)

    def action_page_down(self) -> None:
        """Scrolls down by a screenful, and selects what stands at the bottom."""
        self._port.scroll(self.size.height - 1)
        self._select_at(-1)

    def action_go_first(self) -> None:
        """Goes to the start of the log."""
        self._port.to_start()
        self._select_at(0)

    def action_follow_end(self) -> None:
        """Selects the last item and follows the end again."""
        self._port.to_end()
        self._select_at(-1)

    def action_choose_item(self) -> None:
        """Chooses the selected item; one that is out of sight is shown first."""
        key = self.cursor_key
        if not key:
            return
        if self._port.shows(key):
            self.post_message(self.Chosen(self, key))
        else:
            self.goto(key)

    def on_click(self, event: events.Click) -> None:
        """Selects an item, chooses it when clicked twice, follows the end when the lower border is clicked."""
        at = event.get_content_offset(self)
        if at is None:
            if event.y >= self.outer_size.height - 1:
                self._port.to_end()
                self._show()
            return
        if at.y >= len(self._port.spots):
            return
        self._select_at(at.y)
        if event.chain == 2:  # a double click
            self.action_choose_item()

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Scrolls without selecting."""
        event.stop()
        self._port.scroll(WHEEL_LINES)
        self._show()

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Scrolls without selecting."""
        event.stop()
        self._port.scroll(-WHEEL_LINES)
        self._show()

    def _step(self, step: int) -> None:
        if not self.cursor_key:
            self._select_at(-1)
            return
        item = self._port.neighbour(self.cursor_key, step)
        if item is not None:
            self.cursor_key = item.key

    def _select_at(self, y: int) -> None:
        """Selects the item at a line of the screen, -1 for the last one in use."""
        key = self._port.spots[y].item.key if self._port.spots else self.cursor_key
        if key == self.cursor_key:
            self._show()
        else:
            self.cursor_key = key

    def _resize(self, cells: int, height: int) -> None:
        first = not self._port.height
        self._port.resize(cells, height)
        if first:
            self._port.reload()
            if self.cursor_key:
                self._port.reveal(self.cursor_key)
        self._publish()

    def _show(self) -> None:
        self._publish()
        self.redraw()

    def _publish(self) -> None:
        if not self._port.height:
            return
        self.following = self._port.following
        if self.following:
            self._seen = self._port.pages.count
            self._end = self._port.pages.items[-1].key if self._port.pages.items else ""
        self.unseen = max(0, self._port.pages.count - self._seen)
