"""A chart of lines over time, drawn by plotext in the colours of our theme."""

from __future__ import annotations

from typing import ClassVar, Final

from textual.app import RenderResult
from textual.content import Content
from textual.reactive import var
from textual_plotext import PlotextPlot

from incident_tui.ui.figure import Figure, runs, said, some, ticks

ROWS_PER_TICK: Final = 2
SMALLEST: Final = (20, 4)
AXIS_CELLS: Final = 10
HALF_LABEL: Final = 5
PLACES: Final = ("first", "second", "third")
Colour = tuple[int, int, int]


class Chart(PlotextPlot):
    """Shows `figure`, whose labels are our own words; where there is no value it says so."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"chart--first", "chart--second", "chart--third"}

    figure: var[Figure | None] = var(None)

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.theme = "clear"  # plotext's own colours would be those of no theme of ours

    def watch_figure(self, figure: Figure | None) -> None:
        """Shows the new figure."""
        self.border_title = Content(figure.title) if figure else None
        self.border_subtitle = self._legend(figure) if figure else None
        self.refresh()

    def notify_style_update(self) -> None:
        """The legend has the colours of the theme."""
        super().notify_style_update()
        self.border_subtitle = self._legend(self.figure) if self.figure else None

    def render(self) -> RenderResult:
        """The chart as text, or why there is none."""
        figure, (width, height) = self.figure, self.size
        if figure is None or width < SMALLEST[0] or height < SMALLEST[1]:
            return Content()
        if figure.empty:
            return Content("Nothing to draw: no valid value yet.")
        self._draw(figure, width, height)
        return super().render()

    def _draw(self, figure: Figure, width: int, height: int) -> None:
        plot = self.plt
        plot.clear_figure()
        # The first series is drawn last: where two are equal, it is the one that is seen.
        for series, colour in reversed(list(zip(figure.series, self._colours(), strict=False))):
            for run in runs(series.values):
                places, values = [at for at, _ in run], [value for _, value in run]
                if len(run) > 1:
                    plot.plot(places, values, color=colour, marker="braille")
                else:
                    plot.scatter(places, values, color=colour, marker="●")
        shown = some(figure.labels, width - AXIS_CELLS)
        last = max(1, len(figure.labels) - 1)
        plot.xlim(0, last * (1 + HALF_LABEL / (width - AXIS_CELLS)))  # plotext leaves out a label that would hang over
        plot.xticks([float(at) for at in shown], [figure.labels[at] for at in shown])
        marks = ticks(figure.most, figure.unit, height // ROWS_PER_TICK)
        plot.ylim(0, marks[-1])
        plot.yticks(marks, [said(mark, figure.unit) for mark in marks])
        plot.frame(False)

    def _colours(self) -> list[Colour]:
        return [self.get_component_styles(f"chart--{place}").color.rgb for place in PLACES]

    def _legend(self, figure: Figure) -> Content | None:
        if not self.is_attached or len(figure.series) == 1:
            return None
        styles = [self.get_component_styles(f"chart--{place}").color.hex for place in PLACES]
        names = zip(figure.series, styles, strict=False)
        return Content("  ").join([Content.styled(f"━ {series.name}", style) for series, style in names])
