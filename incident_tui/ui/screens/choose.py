"""One of many, found by typing a part of it."""

from collections.abc import Iterable
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import Input

from incident_tui.ui.screens.dialog import Dialog
from incident_tui.ui.text import plain
from incident_tui.ui.widgets.board import Board, Row
from incident_tui.ui.widgets.words import Words


class ChooseScreen(Dialog[str]):
    """Answers with the key of the chosen row; the cursor starts `at` a key.

    Letters narrow the rows down, arrows move, Enter chooses.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "choose_row", "choose", priority=True, id="choose.take"),
        Binding("up", "move('up')", "up", show=False, id="choose.up"),
        Binding("down", "move('down')", "down", show=False, id="choose.down"),
        Binding("pageup", "move('page_up')", "page up", show=False, id="choose.page_up"),
        Binding("pagedown", "move('page_down')", "page down", show=False, id="choose.page_down"),
    ]

    def __init__(self, title: str, options: tuple[Row, ...], hint: str = "", *, at: str = "") -> None:
        super().__init__(title)
        self.options = options
        self.hint = hint
        self.words = Input(placeholder="type to filter", compact=True)
        self.board = Board(options, classes="choices")
        self.at = at
        self.board.can_focus = False  # the field above keeps the keys

    def body(self) -> Iterable[Widget]:
        """The filter above what is left by it."""
        if self.hint:
            yield Words(((self.hint, "muted"),))
        yield self.words
        yield self.board

    def on_mount(self) -> None:
        """Starts at the row that stands for how things are."""
        self.board.cursor_key = self.at or self.board.cursor_key

    @on(Input.Changed)
    def narrow_down(self, message: Input.Changed) -> None:
        """Shows the rows that hold every word; headings only as long as nothing is typed."""
        message.stop()
        self.board.empty = ((f"Nothing holds “{message.value}”", ""),)
        self.board.rows = matching(self.options, message.value)

    @on(Board.Chosen)
    def action_choose_row(self) -> None:
        """Answers with the row under the cursor."""
        self.after_typing(self._choose_row)

    def _choose_row(self) -> None:
        row = self.board.cursor_row
        if row is None:
            self.object_to("Nothing is left to choose; take some letters back")
            return
        self.dismiss(row.key)

    @on(Board.Moved)
    def settle(self) -> None:
        """There is something to choose again."""
        self.object_to("")

    def action_move(self, where: str) -> None:
        """Moves the cursor while the field has the focus."""
        moves = {
            "up": self.board.action_move_up,
            "down": self.board.action_move_down,
            "page_up": self.board.action_page_up,
            "page_down": self.board.action_page_down,
        }
        moves[where]()


def matching(rows: tuple[Row, ...], words: str) -> tuple[Row, ...]:
    """The rows that hold every one of `words`, whatever the case."""
    wanted = words.casefold().split()
    if not wanted:
        return rows
    return tuple(row for row in rows if row.selectable and all(word in _text(row) for word in wanted))


def _text(row: Row) -> str:
    return f"{plain(row.line)} {plain(row.right)}".casefold()
