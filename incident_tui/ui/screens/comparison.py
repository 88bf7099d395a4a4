"""A drill beside the incident that it repeats."""

from __future__ import annotations

from collections.abc import Iterable

from textual.widget import Widget

from incident_tui.domain.drill import Comparison
from incident_tui.ui.screens.dialog import Dialog
from incident_tui.ui.views.comparison import tables
from incident_tui.ui.views.table import rows
from incident_tui.ui.widgets.board import Board

CELLS = 60
"""So much room for a line is in a dialog on the narrowest terminal with panes."""


class ComparisonScreen(Dialog[None]):
    """Shows both runs; nothing can be done here but reading."""

    def __init__(self, heading: str, found: Comparison) -> None:
        super().__init__(heading)
        self.board = Board(rows(tables(found), CELLS), classes="choices", id="comparison")

    def body(self) -> Iterable[Widget]:
        """One table for each kind of thing."""
        yield self.board

    def on_mount(self) -> None:
        """Arrows and pages scroll at once."""
        self.board.focus()
