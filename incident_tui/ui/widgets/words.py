"""A few painted lines that only say something."""

from collections.abc import Sequence

from textual.geometry import Size
from textual.reactive import var

from incident_tui.ui.text import Line, wrap
from incident_tui.ui.widgets.painted import Drawn, Painted


class Words(Painted):
    """Shows `lines`, each wrapped where it is too long; no lines take no room."""

    lines: var[tuple[Line, ...]] = var(())

    def __init__(self, *lines: Line, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self.set_reactive(Words.lines, lines)

    def watch_lines(self, old: tuple[Line, ...], new: tuple[Line, ...]) -> None:
        """Shows the new lines, and asks for as much room as they need."""
        cells = self.size.width
        if self.is_mounted and len(_laid(old, cells)) != len(_laid(new, cells)):
            self.refresh(layout=True)
        self.redraw()

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002 - Textual's signature
        """As many lines as the wrapped words take, for `height: auto`."""
        return len(_laid(self.lines, width))

    def draw(self, size: Size) -> Sequence[Drawn]:
        """The lines in sight."""
        return [Drawn(line) for line in _laid(self.lines, size.width)[: size.height]]


def _laid(lines: Sequence[Line], cells: int) -> list[Line]:
    return [row for line in lines for row in wrap(line, cells)]
