"""Closing an incident: what is still open is settled one by one, or left knowingly and with a reason."""

from collections.abc import Callable, Iterable
from typing import ClassVar, Literal

from msgspec import Struct
from textual import on
from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import Input

from incident_tui.domain.closing import OpenEnd
from incident_tui.domain.text import clean_line
from incident_tui.ui.screens.dialog import Dialog, field
from incident_tui.ui.text import Line
from incident_tui.ui.widgets.board import Board, Row
from incident_tui.ui.widgets.words import Words

ISSUE = "issue:"
TONES = {"order": "bad", "proposal": "decision", "message": "warn", "promise": "warn"}


class Wish(Struct, frozen=True):
    """`settle` an open end with a command line, or `close`, for `text` as the reason where ends are left.

    Or `resolve` an issue outside, by its place in the list.
    """

    what: Literal["settle", "close", "resolve"]
    text: str


class ClosingScreen(Dialog[Wish]):
    """Enter begins the command that settles the end under the cursor; closing asks why the rest is left."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "close_dialog", "back", id="dialog.close"),
        Binding("enter", "settle", "settle it", priority=True, id="closing.settle"),
        Binding("ctrl+s", "close_incident", "close the incident", priority=True, id="closing.close"),
        Binding("tab", "app.focus_next", "next", show=False, id="closing.next"),
    ]

    def __init__(
        self,
        heading: str,
        ends: Callable[[], tuple[OpenEnd, ...]],
        about: tuple[Line, ...],
        issues: tuple[str, ...] = (),
    ) -> None:
        super().__init__(heading)
        self.ends = ends()
        self.about = about
        rows = [_row(number, end) for number, end in enumerate(self.ends)]
        rows += [_issue_row(number, issue) for number, issue in enumerate(issues)]
        self.board = Board(tuple(rows), classes="choices")
        self.why = Input(placeholder="why the rest is left open", compact=True)

    def body(self) -> Iterable[Widget]:
        """What the rule asks for after the end, what is open, and why it may stay so."""
        yield Words(*self.about)
        if not self.ends:
            yield Words((("✓ ", "good"), ("nothing is left open", "")))
        if self.board.rows:
            yield self.board
            yield Words(((" ", ""),))
        if self.ends:
            yield field("Left knowingly", self.why)

    @on(Input.Changed)
    def start_over(self) -> None:
        """What was wrong may be right now."""
        self.object_to("")

    def action_settle(self) -> None:
        """Answers with the command that settles what is under the cursor."""
        self.after_typing(self._settle)

    def _settle(self) -> None:
        row = self.board.cursor_row
        if self.why.has_focus or row is None:
            self.object_to("ctrl+s closes the incident" + (" with this reason" if self.ends else ""))
            return
        if row.key.startswith(ISSUE):
            self.dismiss(Wish("resolve", row.key.removeprefix(ISSUE)))
        else:
            self.dismiss(Wish("settle", self.ends[int(row.key)].how))

    @on(Board.Chosen)
    def settle_clicked(self) -> None:
        """A click on an end settles it."""
        self._settle()

    def action_close_incident(self) -> None:
        """Answers that the incident is to be closed, with the reason that is needed."""
        self.after_typing(self._close_incident)

    def _close_incident(self) -> None:
        why = clean_line(self.why.value).strip()
        if self.ends and not why:
            self.why.focus()
            self.object_to("Say why these are left open; the reason and the list are recorded")
            return
        self.dismiss(Wish("close", why))


def _row(number: int, end: OpenEnd) -> Row:
    line: Line = ((f"{end.kind:<12}", TONES.get(end.kind, "muted")), (f"{end.label}  ", "strong"), (end.text, ""))
    return Row(str(number), line, ((f"/{end.how}", "muted"),))


def _issue_row(number: int, issue: str) -> Row:
    """Only offered: an issue outside that stays as it is keeps nothing open here."""
    line: Line = ((f"{'Sentry':<12}", "info"), (issue, "strong"))
    return Row(f"{ISSUE}{number}", line, (("mark as resolved there …", "muted"),))
