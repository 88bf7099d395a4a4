"""Before something is changed outside: what exactly, where, and then an act of its own."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widget import Widget

from incident_tui.ui.screens.dialog import Dialog
from incident_tui.ui.text import Line
from incident_tui.ui.widgets.words import Words


class ConsentScreen(Dialog[bool]):
    """Enter begins what `lines` tell; `act` gives "" once it is done, or why not, and then it can be tried again.

    What has begun goes on when the dialog is closed.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "close_dialog", "leave it", id="dialog.close"),
        Binding("enter", "agree", "yes, mark it", priority=True, id="consent.agree"),
    ]

    def __init__(
        self, heading: str, lines: tuple[Line, ...], act: Callable[[], Awaitable[str]], asking: str = "asking …"
    ) -> None:
        super().__init__(heading)
        self.lines = lines
        self.act = act
        self.asking = asking
        self.busy = False

    def body(self) -> Iterable[Widget]:
        """What would be done."""
        yield Words(*self.lines)

    def action_agree(self) -> None:
        """Begin, once at a time."""
        if self.busy or not self.is_current:
            return
        self.busy = True
        self.reason.lines = (((self.asking, "info"),),)
        self.app.run_worker(self._carry_out(), group="outside")

    async def _carry_out(self) -> None:
        why_not = await self.act()
        self.busy = False
        if why_not and self.is_current:
            self.object_to(why_not)
        elif self.is_current:
            self.dismiss(True)
