"""The smallest program with Textual that the war room is measured against: one line, repainted by a key."""

from __future__ import annotations

from typing import ClassVar

from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

FIRST = "the first frame"


class Minimal(App[None]):
    """`t` repaints the line."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("t", "repaint", "repaint")]

    def compose(self) -> ComposeResult:
        yield Static(FIRST)

    def action_repaint(self) -> None:
        """Show the other one of two texts."""
        line = self.query_one(Static)
        line.update("another line" if str(line.content) == FIRST else FIRST)


if __name__ == "__main__":
    Minimal().run()
