"""Forty clocks as one would write them first: each a widget with a timer of its own."""

from __future__ import annotations

import time
from datetime import timedelta

from textual.app import App, ComposeResult
from textual.widgets import Static

CLOCKS = 40
FIRST = "clock 40"


class Clock(Static):
    """Counts up from the moment it is shown."""

    def __init__(self, name: str) -> None:
        super().__init__(name, markup=False)
        self._name_of_it = name
        self._began = time.monotonic()

    def on_mount(self) -> None:
        """Go."""
        self.set_interval(1, self._go_on)

    def _go_on(self) -> None:
        self.update(f"{self._name_of_it}  {timedelta(seconds=int(time.monotonic() - self._began))}")


class Naive(App[None]):
    """Nothing but the clocks, one below the other."""

    def compose(self) -> ComposeResult:
        for number in range(1, CLOCKS + 1):
            yield Clock(f"clock {number}")


if __name__ == "__main__":
    Naive().run()
