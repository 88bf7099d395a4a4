"""A line of time: painted as it is given, and sought along by click and drag."""

from collections.abc import Sequence

from textual import events
from textual.geometry import Size
from textual.message import Message
from textual.reactive import var

from incident_tui.ui.text import Line
from incident_tui.ui.widgets.painted import Drawn, Painted


class TimeLine(Painted, can_focus=True):
    """Shows `lines`, whose first cell is the beginning of the time and whose last is its end."""

    HELP = (
        "The whole history from left to right: how much happened when, the milestones, the starred entries, and where "
        "you are. Click or drag to go there; nothing that came later is shown above."
    )

    class Sought(Message):
        """A moment was pointed at: `part` of the way from the beginning (0) to the end (1)."""

        def __init__(self, time_line: "TimeLine", part: float) -> None:
            super().__init__()
            self.time_line = time_line
            self.part = part

        @property
        def control(self) -> "TimeLine":
            """The line, for `@on` selectors."""
            return self.time_line

    lines: var[tuple[Line, ...]] = var(())

    _held = False

    def watch_lines(self) -> None:
        """Repaint the lines whose text has changed."""
        self.redraw()

    def draw(self, size: Size) -> Sequence[Drawn]:
        """The lines that fit."""
        return [Drawn(line) for line in self.lines[: size.height]]

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Go there, and follow the mouse until it is let go."""
        at = event.get_content_offset(self)
        if at is not None:
            self._held = True
            self.capture_mouse()
            self._seek(at.x)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Follow the mouse, also beyond the ends."""
        if self._held:
            self._seek(event.get_content_offset_capture(self).x)

    def on_mouse_up(self, _event: events.MouseUp) -> None:
        """The mouse was let go."""
        self._held = False
        self.release_mouse()

    def _seek(self, cell: int) -> None:
        last = max(self.content_size.width - 1, 1)
        self.post_message(self.Sought(self, max(0.0, min(cell / last, 1.0))))
