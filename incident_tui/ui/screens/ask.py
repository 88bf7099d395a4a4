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


def no_objection(_answer: str) -> str:
    """Every answer will do."""
    return ""


class AskScreen(Dialog[str]):
    """Enter answers; an answer that is missing, or to which `check` gives a reason, is refused in the dialog."""

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
        check: Callable[[str], str] = no_objection,
    ) -> None:
        super().__init__(title)
        self.label = label
        self.hint = hint
        self.required = required
        self.check = check
        self.answer = Input(value, compact=True)

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
        answer = clean_line(self.answer.value)
        reason = "Nothing is typed yet; esc closes without an answer" if self.required and not answer else ""
        reason = reason or self.check(answer)
        if reason:
            self.object_to(reason)
            return
        self.dismiss(answer)
