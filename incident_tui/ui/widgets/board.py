"""A board: rows with a cursor that is bound to a row's key, never to its number."""

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate
from typing import ClassVar

from msgspec import Struct
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
from textual.reactive import var

from incident_tui.ui.text import Line, sides, width, wrap
from incident_tui.ui.widgets.painted import Drawn, Painted, thumb_span

WHEEL_LINES = 3
GAP = 2
MOST_SPARE = 512
LEAST_WRAP = 8  # cells; below this a wrapped row gives up its right part


class Row(Struct, frozen=True, cache_hash=True):
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
    _most = 0  # rows so far

    def __init__(self, rows: tuple[Row, ...] = (), *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._laid: dict[tuple[Row, int], Sequence[Line]] = {}
        self._flow: Sequence[Sequence[Line]] = ()
        self._starts: Sequence[int] = (0,)
        self.set_reactive(Board.rows, rows)
        self.set_reactive(Board.cursor_key, _nearest((), rows, ""))

    @property
    def cursor_row(self) -> Row | None:
        """The row under the cursor."""
        return next((row for row in self.rows if row.key == self.cursor_key and row.selectable), None)

    def watch_rows(self, old: tuple[Row, ...], new: tuple[Row, ...]) -> None:
        """Keeps the cursor on its row, or on the nearest one that is left."""
        # Rows that were here before may come again, as a replay goes to and fro; those of clocks never do.
        self._most = max(self._most, len(new))
        if len(self._laid) > 2 * self._most + MOST_SPARE:
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
        return max(1, sum(map(len, self._flowing(width))) or len(wrap(self.empty, width)))

    def draw(self, size: Size) -> Sequence[Drawn]:
        """The rows in sight."""
        rows = self.rows
        if not rows:
            return [Drawn(line, "muted") for line in wrap(self.empty, size.width)[: size.height]]
        cells, height = size
        if size != self._laid_size:
            # A pane that was laid out lower before would stay scrolled for no reason that is left.
            self._laid_size, self._top, self._held, self._revealed = size, 0, False, True
        has_bar = len(rows) > height or sum(map(len, self._flowing(cells))) > height
        self._flow = self._flowing(cells - has_bar)
        self._starts = tuple(accumulate(map(len, self._flow), initial=0))
        self._scroll_for_cursor(height)
        thumb = thumb_span(self._top, height, self._starts[-1], height)
        at, key = self._row_at(self._top), self.cursor_key
        drawn: list[Drawn] = []
        while at < len(rows) and self._starts[at] < self._top + height:
            row, lines = rows[at], self._flow[at][max(self._top - self._starts[at], 0) :]
            on_it = row.selectable and row.key == key
            for y, line in enumerate(lines, len(drawn)):
                drawn.append(Drawn(line, row.tone, on_it, y in thumb if has_bar else None))
            at += 1
        return drawn[:height]

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
        self._step(-1, self._starts[-1])

    def action_go_last(self) -> None:
        """To the last row."""
        self._step(1, self._starts[-1])

    def action_choose_row(self) -> None:
        """Chooses the row under the cursor."""
        if self.cursor_row is not None:
            self.post_message(self.Chosen(self, self.cursor_key))

    def on_click(self, event: events.Click) -> None:
        """Moves the cursor to the row, chooses it when clicked twice, or scrolls on the scrollbar."""
        at = event.get_content_offset(self)
        if at is None:
            return
        height, total = self.size.height, self._starts[-1]
        if total > height and at.x == self.size.width - 1:
            self._scroll(round(at.y / max(1, height - 1) * (total - height)) - self._top)
            return
        if self._top + at.y >= total:
            return
        row = self.rows[self._row_at(self._top + at.y)]
        if not row.selectable:
            return
        self.cursor_key = row.key
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
        starts = {row.key: start for row, start in zip(self.rows, self._starts, strict=False) if row.selectable}
        here = starts.get(self.cursor_key, 0)
        ahead = [line for line in starts.values() if (line - here) * direction > 0]
        if not ahead:
            self._revealed = True
            self.redraw()
            return
        ahead.sort(key=lambda line: line * direction)
        within = [line for line in ahead if (line - here) * direction <= distance]
        self.cursor_key = self.rows[self._row_at((within or ahead[:1])[-1])].key

    def _scroll_for_cursor(self, height: int) -> None:
        key, starts = self.cursor_key, self._starts
        at = next((place for place, row in enumerate(self.rows) if row.key == key), None)
        start = 0 if at is None else starts[at]
        if self._held:
            self._top = start - self._cursor_y
        if self._revealed and at is not None:
            first, end = start, starts[at + 1]
            if end - starts[self._headed(at, -1)] <= height:
                first = starts[self._headed(at, -1)]
            if starts[self._headed(at, 1) + 1] - first <= height:
                end = starts[self._headed(at, 1) + 1]
            self._top = min(max(self._top, end - height), first)
        elif self._revealed:
            self._top = 0
        self._held = self._revealed = False
        self._top = max(0, min(self._top, starts[-1] - height))
        self._cursor_y = start - self._top

    def _headed(self, at: int, direction: int) -> int:
        """The furthest of the rows next to row `at` that cannot be selected: headings belong to their row."""
        rows = self.rows
        while 0 <= at + direction < len(rows) and not rows[at + direction].selectable:
            at += direction
        return at

    def _row_at(self, line: int) -> int:
        """Which row a line is of."""
        return bisect_right(self._starts, line) - 1

    def _flowing(self, cells: int) -> list[Sequence[Line]]:
        """The lines of each row at a width."""
        laid = self._laid
        return [laid.get((row, cells)) or self._lay(row, cells) for row in self.rows]

    def _lay(self, row: Row, cells: int) -> Sequence[Line]:
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
