"""One line of keys and what they do."""

from collections.abc import Sequence

from textual import events
from textual.geometry import Size
from textual.message import Message
from textual.reactive import var

from incident_tui.ui.text import beside
from incident_tui.ui.widgets.painted import Drawn, Painted


class KeyLine(Painted):
    """Shows as many whole pairs of `keys` (key, description) as fit; put the most important ones first."""

    class Pressed(Message):
        """A pair was clicked."""

        def __init__(self, line: "KeyLine", key: str) -> None:
            super().__init__()
            self.line = line
            self.key = key

        @property
        def control(self) -> "KeyLine":
            """The line, for `@on` selectors."""
            return self.line

    keys: var[tuple[tuple[str, str], ...]] = var(())

    _places: Sequence[range] = ()

    def watch_keys(self) -> None:
        """Shows the new pairs."""
        self.redraw()

    def draw(self, size: Size) -> Sequence[Drawn]:
        """The line."""
        pairs = [((key, "key"), (f" {what}", "")) for key, what in self.keys]
        line, self._places = beside(pairs, size.width)
        return [Drawn(line)]

    def on_click(self, event: events.Click) -> None:
        """Says which pair was clicked."""
        at = event.get_content_offset(self)
        if at is None:
            return
        for (key, _what), place in zip(self.keys, self._places, strict=False):
            if at.x in place:
                self.post_message(self.Pressed(self, key))
