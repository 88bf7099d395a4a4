"""Horizontal bars with their values, group by group, in as many lines as there are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from textual.content import Content
from textual.geometry import Size
from textual.reactive import var

from incident_tui.ui.figure import TONES, Figure, said
from incident_tui.ui.text import Line, pad, width
from incident_tui.ui.widgets.painted import Drawn, Painted

EIGHTHS: Final = " ▏▎▍▌▋▊▉"
LONGEST_LABEL: Final = 44
VALUE_CELLS: Final = 7
NO_VALUE: Final = "–"


class Bars(Painted):
    """Shows `figure`; groups that have no room are counted at the end."""

    figure: var[Figure | None] = var(None)

    def watch_figure(self, figure: Figure | None) -> None:
        """Shows the new figure."""
        self.border_title = Content(figure.title) if figure else None
        self.refresh(layout=True)
        self.redraw()

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002 - Textual's signature
        """As many lines as all groups take with the gaps between them, for `height: auto`."""
        figure = self.figure
        if figure is None or figure.empty:
            return 1
        each = len(figure.series)
        return len(figure.labels) * (each + (each > 1)) - (each > 1)

    def draw(self, size: Size) -> Sequence[Drawn]:
        """The bars in sight."""
        figure = self.figure
        if figure is None:
            return []
        if figure.empty:
            return [Drawn((("Nothing to draw: no valid value yet.", "muted"),))]
        groups = [list(lines) for lines in _groups(figure, size.width)]
        gap = len(figure.series) > 1 and sum(len(lines) + 1 for lines in groups) - 1 <= size.height
        drawn: list[Line] = []
        for number, lines in enumerate(groups):
            left = len(groups) - number
            last = left == 1
            if len(drawn) + len(lines) + (0 if last else 1) > size.height:
                drawn.append(((f"… {left} more", "muted"),))
                break
            drawn += [*lines, ()] if gap and not last else lines
        return [Drawn(line) for line in drawn[: size.height]]


def _groups(figure: Figure, cells: int) -> Iterator[Iterator[Line]]:
    """The lines of each group: its label, then a bar and a value for each series."""
    label = min(LONGEST_LABEL, cells * 2 // 5, max((width(((text, ""),)) for text in figure.labels), default=0))
    names = [f"{series.name} " if len(figure.series) > 1 else "" for series in figure.series]
    name = max((width(((text, ""),)) for text in names), default=0)
    room = max(1, cells - label - name - VALUE_CELLS - 2)
    for number, text in enumerate(figure.labels):
        yield _lines(figure, number, text, (label, name, room))


def _lines(figure: Figure, number: int, label: str, columns: tuple[int, int, int]) -> Iterator[Line]:
    label_cells, name_cells, room = columns
    for place, (series, tone) in enumerate(zip(figure.series, TONES, strict=False)):
        value = series.values[number]
        name = f"{series.name} " if name_cells else ""
        words = NO_VALUE if value is None else said(value, figure.unit)
        yield (
            *pad(((label if not place else "", ""),), label_cells),
            (" ", ""),
            *pad(((name, "muted"),), name_cells),
            (_bar((value or 0.0) / (figure.most or 1.0), room), tone),
            (f" {words}", "muted" if value is None else ""),
        )


def _bar(part: float, cells: int) -> str:
    """A bar to the eighth of a cell; what is not nothing shows."""
    whole, eighths = divmod(round(part * cells * 8), 8)
    return "█" * whole + (EIGHTHS[eighths] if eighths else "") or ("▏" if part > 0 else "")
