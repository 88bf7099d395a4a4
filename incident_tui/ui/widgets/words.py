"""A few painted lines that only say something."""

from collections.abc import Sequence

from textual.geometry import Size
from textual.reactive import var

from incident_tui.ui.text import Line, wrap
from incident_tui.ui.widgets.painted import Drawn, Painted


class Words(Painted):
    """Shows `lines`, each wrapped where it is too long and hanging by `hang` cells; no lines take no room."""

    lines: var[tuple[Line, ...]] = var(())

    def __init__(self, *lines: Line, hang: int = 0, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self.hang = hang
        self.set_reactive(Words.lines, lines)

    def watch_lines(self, old: tuple[Line, ...], new: tuple[Line, ...]) -> None:
        """Shows the new lines, and asks for as much room as they need."""
        cells, height = self.size.width, self.styles.height
        grows = height is not None and height.is_auto
        if grows and self.is_mounted and len(self._laid(old, cells)) != len(self._laid(new, cells)):
            self.refresh(layout=True)
        self.redraw()

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002 - Textual's signature
        """As many lines as the wrapped words take, for `height: auto`."""
        return len(self._laid(self.lines, width))

    def draw(self, size: Size) -> Sequence[Drawn]:
        """The lines in sight."""
        return [Drawn(line) for line in self._laid(self.lines, size.width)[: size.height]]

    def _laid(self, lines: Sequence[Line], cells: int) -> list[Line]:
        return [row for line in lines for row in wrap(line, cells, self.hang)]
