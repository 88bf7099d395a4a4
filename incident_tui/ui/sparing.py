"""Painting and sending only what has changed: the widgets and cells of a line, and of their looks what is new."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Final

from rich.console import Console, RenderableType
from rich.control import Control
from textual._compositor import ChopsUpdate, Compositor
from textual.app import App
from textual.geometry import Region
from textual.screen import Screen
from textual.strip import Strip

_BEGIN: Final = re.compile("(\x1b\\[0m((?:\x1b\\[[0-9;]+H)?))?\x1b\\[([0-9;]+)m")
"""Where a piece of one look begins: perhaps the end of the one before, and a move; its attributes and colours."""
_LOOK: Final = re.compile(
    r"(?P<attributes>(?:(?:[1-9]|21|5[1-3])(?:;|$))*)"
    r"(?P<color>38;2;\d+;\d+;\d+|38;5;\d+|3[0-79]|9[0-7]|);?"
    r"(?P<background>48;2;\d+;\d+;\d+|48;5;\d+|4[0-79]|10[0-7]|)"
)


class Cells(ChopsUpdate):
    """Pieces of lines. Textual crops them at the right alone: a clock at the end of a line would send all of it."""

    def render_segments(self, console: Console) -> str:
        """What to write to the terminal."""
        sequences: list[str] = []
        for y, first, end in self.spans:
            for until, (x, strip) in zip(self.chop_ends[y], self.chops[y].items(), strict=True):
                start, stop = max(x, first), min(until, end)
                if strip is not None and start < stop:
                    sequences += Control.move_to(start, y).segment.text, strip.crop(start - x, stop - x).render(console)
        return shortened("".join(sequences))


class SparingCompositor(Compositor):
    """Asks for an update only those widgets that show in it; Textual asks all in sight for all their lines."""

    _wanted: Sequence[Region] | None = None

    def render_partial_update(self) -> ChopsUpdate | None:
        """What has changed; None for nothing."""
        self._wanted = tuple(self._dirty_regions)
        try:
            return super().render_partial_update()
        finally:
            self._wanted = None

    def _get_renders(self, crop: Region | None = None) -> Iterable[tuple[Region, Region, list[Strip]]]:
        if self._wanted is None:
            yield from super()._get_renders(crop)
            return
        wanted = self._wanted
        for widget, (region, clip) in self.visible_widgets.items():  # those in front come first
            seen = region.intersection(clip)
            parts = [part for part in wanted if part.overlaps(seen)]
            if parts:
                around = Region.from_union(parts)
                lines = Region(seen.x, around.y, seen.width, around.height).intersection(seen)
                yield lines, clip, widget.render_lines(lines.translate(-region.offset))
                wanted = [part for part in wanted if not seen.contains_region(part)]


class SparingApp(App[None]):
    """Writes to slow lines as little as it can."""

    def _display(self, screen: Screen[object], renderable: RenderableType | None) -> None:
        if isinstance(renderable, ChopsUpdate):
            renderable = Cells(renderable.chops, renderable.spans, renderable.chop_ends)
        super()._display(screen, renderable)


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
