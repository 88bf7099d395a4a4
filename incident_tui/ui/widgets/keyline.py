"""One line of keys and what they do."""

from collections.abc import Sequence

from textual import events
from textual.geometry import Size
from textual.message import Message
from textual.reactive import var

from incident_tui.ui.text import Line, beside
from incident_tui.ui.widgets.painted import Drawn, Painted

OUT = "esc"


class KeyLine(Painted):
    """Shows as many whole pairs of `keys` (key, description) as fit; put the most important ones first.

    A way out that stands last stays there.
    """

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

    _places: Sequence[tuple[range, tuple[str, str]]] = ()

    def watch_keys(self) -> None:
        """Shows the new pairs."""
        self.redraw()

    def draw(self, size: Size) -> Sequence[Drawn]:
        """The line."""
        shown = list(self.keys)
        line, places = _laid(shown, size.width)
        while len(places) < len(shown) > 1 and shown[-1][0] == OUT:
            del shown[-2]
            line, places = _laid(shown, size.width)
        self._places = tuple(zip(places, shown, strict=False))
        return [Drawn(line)]

    def on_click(self, event: events.Click) -> None:
        """Says which pair was clicked."""
        at = event.get_content_offset(self)
        if at is None:
            return
        for place, (key, _what) in self._places:
            if at.x in place:
                self.post_message(self.Pressed(self, key))


def _laid(keys: Sequence[tuple[str, str]], cells: int) -> tuple[Line, list[range]]:
    return beside([((key, "key"), (f" {what}", "")) for key, what in keys], cells)
