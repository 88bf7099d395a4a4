"""The lines at the top of the war room."""

from __future__ import annotations

from collections.abc import Sequence

from textual.geometry import Size
from textual.reactive import var

from incident_tui.ui.text import Line
from incident_tui.ui.widgets.painted import Drawn, Painted


class Banner(Painted):
    """Shows `lines` as they are given."""

    lines: var[tuple[Line, ...]] = var(())

    def watch_lines(self) -> None:
        """Repaint the lines whose text has changed."""
        self.redraw()

    def draw(self, size: Size) -> Sequence[Drawn]:
        """The lines that fit."""
        return [Drawn(line) for line in self.lines[: size.height]]
