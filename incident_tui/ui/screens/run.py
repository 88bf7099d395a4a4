"""A command of several lines, seen whole and edited before it runs."""

from collections.abc import Iterable
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import TextArea

from incident_tui.protocols.filling import left_open
from incident_tui.ui.screens.dialog import Dialog
from incident_tui.ui.widgets.words import Words


class RunScreen(Dialog[str]):
    """Answers with the text to run; Enter is a new line, so a key that types nothing runs it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f9,ctrl+enter", "run", "run it", priority=True, id="run.start"),
    ]

    def __init__(self, step: str, title: str, command: str) -> None:
        super().__init__(f"Run for {step}")
        self.about = title
        self.text = TextArea(command, tab_behavior="focus", classes="boxed")

    def body(self) -> Iterable[Widget]:
        """What it is for, the text, and where the output goes."""
        yield Words(((self.about, "strong"),))
        yield self.text
        yield Words((("Exactly this text goes to the shell. Its output is kept with the step.", "muted"),))

    def on_mount(self) -> None:
        """The text is there to be edited."""
        self.text.focus()

    @on(TextArea.Changed)
    def start_over(self) -> None:
        """What was wrong may be right now."""
        self.object_to("")

    def action_run(self) -> None:
        """Answers with the text as it stands."""
        self.after_typing(self._run)

    def _run(self) -> None:
        text = self.text.text.strip("\n")
        if not text.strip():
            self.object_to("Nothing is left to run; esc closes without running")
            return
        if asked := left_open(text):
            self.object_to(f"{asked} is still to be filled in")
            return
        self.dismiss(text)
