"""What all dialogs have: a frame, one line for what is wrong, and the keys that act."""

from collections.abc import Callable, Iterable
from typing import ClassVar, Generic, TypeVar

from textual.app import ComposeResult
from textual.await_complete import AwaitComplete
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widget import Widget

from incident_tui.domain.text import clean_line
from incident_tui.paths import styles
from incident_tui.ui.keys import ActiveKeys
from incident_tui.ui.text import Line
from incident_tui.ui.widgets.board import Board
from incident_tui.ui.widgets.words import Words

AnswerT = TypeVar("AnswerT")
AROUND = 12  # lines of a dialog above and below its board


class Dialog(ModalScreen[AnswerT | None], Generic[AnswerT]):
    """Answers with None when it is closed with Escape; subclasses give the `body`."""

    CSS_PATH = styles() / "screens.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "close_dialog", "close", id="dialog.close"),
    ]

    def __init__(self, heading: str) -> None:
        super().__init__()
        self.heading = heading
        self.reason = Words(classes="dialog--reason")

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog") as frame:
            frame.border_title = Content(clean_line(self.heading) or "?")
            yield from self.body()
            yield self.reason
            yield ActiveKeys()

    def body(self) -> Iterable[Widget]:
        """What stands in the frame."""
        raise NotImplementedError

    def on_resize(self) -> None:
        """Long boards scroll, so that the keys below stay in sight."""
        for board in self.query(Board):
            board.styles.max_height = self.board_lines()

    def board_lines(self) -> int:
        """How high a board may be."""
        return max(3, self.size.height - AROUND)

    def dismiss(self, result: AnswerT | None = None) -> AwaitComplete:
        """Closes once: a second key that comes meanwhile must not close what lies below."""
        return super().dismiss(result) if self.app.screen is self else AwaitComplete()

    def action_close_dialog(self) -> None:
        """Answers nothing."""
        self.dismiss(None)

    def after_typing(self, act: Callable[[], None]) -> None:
        """Do `act` when the focused field has taken the letters that came before the key."""
        (self.focused or self).call_later(act)

    def object_to(self, reason: str) -> None:
        """Says why the dialog stays open; "" takes that back."""
        self.reason.lines = (((reason, "warn"),),) if reason else ()


def field(label: str, *parts: Widget) -> Horizontal:
    """One line of a form: what it is, and what is typed or chosen."""
    line: Line = ((label, "muted"),)
    return Horizontal(Words(line, classes="field--label"), *parts, classes="field")
