"""A question that is answered with one line."""

from collections.abc import Callable, Iterable
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import Input

from incident_tui.domain.text import clean_line
from incident_tui.ui.screens.dialog import Dialog
from incident_tui.ui.widgets.words import Words


def take_it(_answer: str) -> str:
    """Every answer will do."""
    return ""


class AskScreen(Dialog[str]):
    """Enter answers. The dialog stays open while a needed answer is missing, or while `attempt` gives a reason.

    `attempt` is what is tried with the answer before the dialog closes, such as writing a file of that name.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "answer", "done", priority=True, id="ask.answer"),
    ]

    def __init__(
        self,
        title: str,
        label: str,
        value: str = "",
        hint: str = "",
        required: bool = True,
        *,
        attempt: Callable[[str], str] = take_it,
    ) -> None:
        super().__init__(title)
        self.label = label
        self.hint = hint
        self.required = required
        self.attempt = attempt
        # What is only begun goes on behind its last space; a whole value is replaced by the first letter typed.
        self.answer = Input(value, select_on_focus=not value.endswith(" "), compact=True)

    def body(self) -> Iterable[Widget]:
        """The question, the field, the hint."""
        yield Words(((self.label, "strong"),))
        yield self.answer
        if self.hint:
            yield Words(((self.hint, "muted"),), classes="dialog--hint")

    @on(Input.Changed)
    def start_over(self) -> None:
        """What was wrong may be right now."""
        self.object_to("")

    def action_answer(self) -> None:
        """Answers, or says what is missing."""
        self.after_typing(self._answer)

    def _answer(self) -> None:
        answer = clean_line(self.answer.value)
        reason = "Nothing is typed yet; esc closes without an answer" if self.required and not answer else ""
        reason = reason or self.attempt(answer)
        if reason:
            self.object_to(reason)
            return
        self.dismiss(answer)
