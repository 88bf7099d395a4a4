"""Painting and sending only what has changed: the widgets and cells of a line, and of their looks what is new."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import Final

from rich.color import ColorSystem
from rich.console import Console, RenderableType
from rich.control import Control
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual._compositor import ChopsUpdate, Compositor
from textual.app import App
from textual.geometry import Region
from textual.screen import Screen
from textual.strip import Strip
from textual.widget import Widget

from incident_tui.ui.widgets.painted import Painted

Span = tuple[int, int, int]
"""Cells of a line of the screen: its number, where they begin, where they end."""

Piece = tuple[int, int, Iterable[Segment]]
"""Where something begins on the screen, its column and its line, and what stands there."""

NO_STYLE: Final = Style.null()

_BEGIN: Final = re.compile("(\x1b\\[0m((?:\x1b\\[[0-9;]+H)?))?\x1b\\[([0-9;]+)m")
"""Where a piece of one look begins: perhaps the end of the one before, and a move; its attributes and colours."""
_LOOK: Final = re.compile(
    r"(?P<attributes>(?:(?:[1-9]|21|5[1-3])(?:;|$))*)"
    r"(?P<color>38;2;\d+;\d+;\d+|38;5;\d+|3[0-79]|9[0-7]|);?"
    r"(?P<background>48;2;\d+;\d+;\d+|48;5;\d+|4[0-79]|10[0-7]|)"
)


class Cells(ChopsUpdate):
    """Pieces of a dialog. Textual crops them at the right alone: a clock at the end of a line would send all of it."""

    def render_segments(self, console: Console) -> str:
        """What to write to the terminal."""
        sequences: list[str] = []
        for y, first, end in self.spans:
            for until, (x, strip) in zip(self.chop_ends[y], self.chops[y].items(), strict=True):
                start, stop = max(x, first), min(until, end)
                if strip is not None and start < stop:
                    sequences += Control.move_to(start, y).segment.text, strip.crop(start - x, stop - x).render(console)
        return shortened("".join(sequences))


class Pieces(ChopsUpdate):
    """Pieces of lines: the column and the line where each begins, and what stands there."""

    def __init__(self, pieces: Sequence[Piece]) -> None:
        super().__init__([], [], [])
        self._pieces = pieces

    def render_segments(self, console: Console) -> str:
        """What to write to the terminal."""
        system = console._color_system or ColorSystem.TRUECOLOR
        sequences: list[str] = []
        for x, y, piece in self._pieces:
            sequences.append(f"\x1b[{y + 1};{x + 1}H")
            if isinstance(piece, Strip):
                sequences.append(piece.render(console))
            else:
                sequences += [Strip.render_style(style or NO_STYLE, text, system) for text, style, _ in piece]
        return shortened("".join(sequences))


class SparingCompositor(Compositor):
    """Asks for an update only those widgets that show in it, and for no more than what shows of them.

    Textual asks all in sight for all their lines, and cuts each line to pieces that it never needs.
    """

    def render_partial_update(self) -> Pieces | None:
        """What has changed; None for nothing."""
        left = list(self._regions_to_spans(self._dirty_regions))
        self._dirty_regions.clear()
        pieces: list[Piece] = []
        for widget, (region, clip) in self.visible_widgets.items():  # those in front come first
            seen = region.intersection(clip)
            shown, left = _parted(left, seen)
            if shown:
                pieces += _painted(widget, shown, region, seen)
            if not left:
                break
        return Pieces(sorted(pieces, key=itemgetter(1, 0))) if pieces else None


def _parted(spans: Iterable[Span], seen: Region) -> tuple[list[Span], list[Span]]:
    """What of the spans lies within what is seen, and what does not."""
    left, top, right, bottom = seen.corners
    inside: list[Span] = []
    outside: list[Span] = []
    for span in spans:
        y, start, stop = span
        if not top <= y < bottom or start >= right or stop <= left:
            outside.append(span)
            continue
        inside.append((y, max(start, left), min(stop, right)))
        outside += [(y, one, other) for one, other in ((start, left), (right, stop)) if one < other]
    return inside, outside


def _painted(widget: Widget, spans: Sequence[Span], region: Region, seen: Region) -> Iterator[Piece]:
    """What a widget shows in spans of the screen, where it is at `region` and not more than `seen` is in sight."""
    rest = spans
    if isinstance(widget, Painted):
        rest = []
        pieces = widget.cells([(y - region.y, start - region.x, stop - region.x) for y, start, stop in spans])
        for span, piece in zip(spans, pieces, strict=True):
            if piece is None:
                rest.append(span)
            else:
                yield span[1], span[0], piece
    if not rest:
        return
    first, last = rest[0][0], rest[-1][0]
    lines = widget.render_lines(Region(seen.x, first, seen.width, last + 1 - first).translate(-region.offset))
    for y, start, stop in rest:
        yield start, y, lines[y - first].crop(start - seen.x, stop - seen.x)


class SparingApp(App[None]):
    """Writes to slow lines as little as it can. Who chooses its theme sets the variables of the style sheet, too."""

    def get_css_variables(self) -> dict[str, str]:
        """The colours of the theme; none while the app is made, when its theme has not been chosen."""
        return super().get_css_variables() if hasattr(self, "stylesheet") else {}

    def _display(self, screen: Screen[object], renderable: RenderableType | None) -> None:
        if type(renderable) is ChopsUpdate:
            renderable = Cells(renderable.chops, renderable.spans, renderable.chop_ends)
        super()._display(screen, renderable)

    def on_resize(self, event: events.Resize) -> None:
        """Paint everything where the terminal comes back to the size that a screen is laid out for.

        Nothing is laid out anew for it, and at the sizes meanwhile the terminal has cut off what was there.
        """
        if any(screen.outer_size == event.size for screen in self.screen_stack):
            self.refresh()


def shortened(sequence: str) -> str:
    """The same to a terminal: of each piece after the first only what is different from the one before."""
    look = ""

    def begin(found: re.Match[str]) -> str:
        nonlocal look
        before, look = look, found[3]
        return found[2] + _change(before, look) if found[1] else found[0]

    return _BEGIN.sub(begin, sequence)


@lru_cache(maxsize=1024)
def _change(before: str, after: str) -> str:
    """What turns one look into another."""
    old, new = _LOOK.fullmatch(before), _LOOK.fullmatch(after)
    if not old or not new or old["attributes"] != new["attributes"]:
        return f"\x1b[0;{after}m"
    parts = [(old[name], new[name]) for name in ("color", "background")]
    if any(was and not now for was, now in parts):
        return f"\x1b[0;{after}m"
    told = ";".join(now for was, now in parts if was != now)
    return f"\x1b[{told}m" if told else ""
