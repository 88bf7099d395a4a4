"""A board: rows with a cursor that is bound to a row's key, never to its number."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
from textual.reactive import var

from incident_tui.ui.text import Line, sides, width, wrap
from incident_tui.ui.widgets.painted import Drawn, Painted, thumb_span

WHEEL_LINES = 3
GAP = 2
MOST_LAID = 4096
LEAST_WRAP = 8  # cells; below this a wrapped row gives up its right part


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a board.

    `right` stands at the right edge. `tone` is the tone of the spans that have none. With `wrap` a long
    line goes on below, hanging by `indent` cells; without, it is cropped with "…".
    """

    key: str
    line: Line
    right: Line = ()
    selectable: bool = True
    tone: str = ""
    wrap: bool = False
    indent: int = 0


class Board(Painted, can_focus=True):
    """Shows `rows`; the owner sets them anew whenever they change, and only changed lines are repainted."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move_up", "Up", show=False, id="board.up"),
        Binding("down,j", "move_down", "Down", show=False, id="board.down"),
        Binding("pageup", "page_up", "Page up", show=False, id="board.page_up"),
        Binding("pagedown", "page_down", "Page down", show=False, id="board.page_down"),
        Binding("home", "go_first", "First", show=False, id="board.first"),
        Binding("end", "go_last", "Last", show=False, id="board.last"),
        Binding("enter", "choose_row", "Choose", show=False, id="board.choose"),
    ]

    class Moved(Message):
        """The cursor is on another row; `key` is empty when no row is left to be on."""

        def __init__(self, board: "Board", key: str) -> None:
            super().__init__()
            self.board = board
            self.key = key

        @property
        def control(self) -> "Board":
            """The board, for `@on` selectors."""
            return self.board

    class Chosen(Message):
        """A row was chosen with Enter or a double click."""

        def __init__(self, board: "Board", key: str) -> None:
            super().__init__()
            self.board = board
            self.key = key

        @property
        def control(self) -> "Board":
            """The board, for `@on` selectors."""
            return self.board

    rows: var[tuple[Row, ...]] = var(())
    cursor_key: var[str] = var("", init=False)
    empty: var[Line] = var(())
    """What stands there, muted, when there are no rows."""

    _top = 0
    _cursor_y = 0  # of the cursor row, below the top of the widget
    _held = False  # the next draw keeps the cursor row where it is on the screen
    _revealed = True  # the next draw scrolls the cursor row into sight
    _laid_size = Size(0, 0)

    def __init__(self, rows: tuple[Row, ...] = (), *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._laid: dict[tuple[Row, int], Sequence[Line]] = {}
        self._lines: list[tuple[Row, int]] = []
        self.set_reactive(Board.rows, rows)
        self.set_reactive(Board.cursor_key, _nearest((), rows, ""))

    @property
    def cursor_row(self) -> Row | None:
        """The row under the cursor."""
        return next((row for row in self.rows if row.key == self.cursor_key and row.selectable), None)

    def watch_rows(self, old: tuple[Row, ...], new: tuple[Row, ...]) -> None:
        """Keeps the cursor on its row, or on the nearest one that is left."""
        if len(self._laid) > MOST_LAID:  # rows that were here before may come again: a replay goes to and fro
            self._laid.clear()
        self._held = 0 <= self._cursor_y < self.size.height
        if new:
            self.cursor_key = _nearest(old, new, self.cursor_key)
        self.redraw()

    def watch_cursor_key(self, key: str) -> None:
        """Brings the cursor into sight, and says where it is."""
        if self.rows and key != (near := _nearest((), self.rows, key)):
            self.cursor_key = near
            return
        self._revealed = True
        self.redraw()
        self.post_message(self.Moved(self, key))

    def watch_empty(self) -> None:
        """Shows the new text."""
        self.redraw()

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002 - Textual's signature
        """As many lines as there are, for `height: auto`."""
        return max(1, len(self._flow(width)) or len(wrap(self.empty, width)))

    def draw(self, size: Size) -> Sequence[Drawn]:
        """The rows in sight."""
        if not self.rows:
            return [Drawn(line, "muted") for line in wrap(self.empty, size.width)[: size.height]]
        cells, height = size
        if size != self._laid_size:
            # A pane that was laid out lower before would stay scrolled for no reason that is left.
            self._laid_size, self._top, self._held, self._revealed = size, 0, False, True
        has_bar = len(self.rows) > height or len(self._flow(cells)) > height
        cells -= has_bar
        self._lines = self._flow(cells)
        self._scroll_for_cursor(height)
        thumb = thumb_span(self._top, height, len(self._lines), height)
        return [
            Drawn(
                self._lay(row, cells)[part],
                row.tone,
                row.key == self.cursor_key and row.selectable,
                y in thumb if has_bar else None,
            )
            for y, (row, part) in enumerate(self._lines[self._top : self._top + height])
        ]

    def action_move_up(self) -> None:
        """To the row above."""
        self._step(-1, 1)

    def action_move_down(self) -> None:
        """To the row below."""
        self._step(1, 1)

    def action_page_up(self) -> None:
        """A screenful up."""
        self._step(-1, self.size.height - 1)

    def action_page_down(self) -> None:
        """A screenful down."""
        self._step(1, self.size.height - 1)

    def action_go_first(self) -> None:
        """To the first row."""
        self._step(-1, len(self._lines))

    def action_go_last(self) -> None:
        """To the last row."""
        self._step(1, len(self._lines))

    def action_choose_row(self) -> None:
        """Chooses the row under the cursor."""
        if self.cursor_row is not None:
            self.post_message(self.Chosen(self, self.cursor_key))

    def on_click(self, event: events.Click) -> None:
        """Moves the cursor to the row, chooses it when clicked twice, or scrolls on the scrollbar."""
        at = event.get_content_offset(self)
        if at is None:
            return
        height = self.size.height
        if len(self._lines) > height and at.x == self.size.width - 1:
            self._scroll(round(at.y / max(1, height - 1) * (len(self._lines) - height)) - self._top)
            return
        line = self._top + at.y
        if line >= len(self._lines) or not self._lines[line][0].selectable:
            return
        self.cursor_key = self._lines[line][0].key
        if event.chain == 2:  # a double click
            self.action_choose_row()

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Scrolls without moving the cursor."""
        event.stop()
        self._scroll(WHEEL_LINES)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Scrolls without moving the cursor."""
        event.stop()
        self._scroll(-WHEEL_LINES)

    def _scroll(self, lines: int) -> None:
        self._top += lines
        self.redraw()

    def _step(self, direction: int, distance: int) -> None:
        """Moves the cursor by about `distance` lines, at least by one row if there is one."""
        starts = {row.key: line for line, (row, part) in enumerate(self._lines) if row.selectable and part == 0}
        here = starts.get(self.cursor_key, 0)
        ahead = [line for line in starts.values() if (line - here) * direction > 0]
        if not ahead:
            self._revealed = True
            self.redraw()
            return
        ahead.sort(key=lambda line: line * direction)
        within = [line for line in ahead if (line - here) * direction <= distance]
        self.cursor_key = self._lines[(within or ahead[:1])[-1]][0].key

    def _scroll_for_cursor(self, height: int) -> None:
        on_it = [line for line, (row, _part) in enumerate(self._lines) if row.key == self.cursor_key]
        first, last = (on_it[0], on_it[-1]) if on_it else (0, 0)
        if self._held:
            self._top = first - self._cursor_y
        if self._revealed:
            start, end = self._headed(first, -1), self._headed(last, 1)
            if last - start < height:
                first = start
            if end - first < height:
                last = end
            self._top = min(max(self._top, last - height + 1), first)
        self._held = self._revealed = False
        self._top = max(0, min(self._top, len(self._lines) - height))
        self._cursor_y = (on_it[0] if on_it else 0) - self._top

    def _headed(self, line: int, direction: int) -> int:
        """The furthest of the lines next to `line` that cannot be selected: headings belong to their row."""
        while 0 <= line + direction < len(self._lines) and not self._lines[line + direction][0].selectable:
            line += direction
        return line

    def _flow(self, cells: int) -> list[tuple[Row, int]]:
        """All lines at a width, as (row, number of the line in it)."""
        return [(row, part) for row in self.rows for part in range(len(self._lay(row, cells)) if row.wrap else 1)]

    def _lay(self, row: Row, cells: int) -> Sequence[Line]:
        if (laid := self._laid.get((row, cells))) is None:
            laid = self._laid[row, cells] = _lay(row, cells)
        return laid


def _lay(row: Row, cells: int) -> Sequence[Line]:
    if not row.wrap:
        return [sides(row.line, row.right, cells)]
    room = cells - width(row.right) - GAP if row.right else cells
    if room < LEAST_WRAP:
        return wrap(row.line, cells, row.indent)
    first, *others = wrap(row.line, room, row.indent)
    return [sides(first, row.right, cells), *others]


def _nearest(old: Sequence[Row], new: Sequence[Row], key: str) -> str:
    """The key if its row is still there, else the key of the row that was nearest to it, or ""."""
    keys = {row.key: None for row in new if row.selectable}
    if key in keys or not keys:
        return key if key in keys else ""
    before = [row.key for row in old]
    if key not in before:
        return next(iter(keys))
    at = before.index(key)
    left = [(abs(place - at), -place, other) for place, other in enumerate(before) if other in keys]
    return min(left)[2] if left else next(iter(keys))
