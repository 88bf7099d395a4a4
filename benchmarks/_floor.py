"""A small program with Textual that keys of the war room are measured against: a log of 1,000 lines, and one line."""

from __future__ import annotations

from typing import ClassVar

from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Log, Static

from benchmarks._minimal import FIRST

LINES = 1_000


class Floor(App[None]):
    """`t` repaints the line; the log stands below it."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("t", "repaint", "repaint")]

    def compose(self) -> ComposeResult:
        yield Static(FIRST)
        yield Log()

    def on_mount(self) -> None:
        """Fill the log."""
        self.query_one(Log).write_lines(f"{number} the queue of pool B grows" for number in range(LINES))

    def action_repaint(self) -> None:
        """Show the other one of two texts."""
        line = self.query_one(Static)
        line.update("another line" if str(line.content) == FIRST else FIRST)


if __name__ == "__main__":
    Floor().run()
