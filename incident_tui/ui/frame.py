"""What stands around painted lines, borders and padding, is the same for all lines of a widget."""

from collections.abc import Callable, Hashable
from typing import TypeVar

from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

WhatT = TypeVar("WhatT", bound=Hashable)

LEFT, RIGHT = -2, -1
"""The edges are kept among the lines, with which Textual forgets them when a border, a padding or a colour changes."""


def frame_changed(
    widget: Widget,
    crop: Region,
    drawn: Callable[[int], WhatT],
    paint: Callable[[WhatT], Strip],
    known: dict[WhatT, Strip],
) -> None:
    """Paint the changed lines of `crop` between the edges of a line that Textual has framed.

    Textual asks the styles for every border, outline and padding anew at each line, and that costs more than the line
    itself. A line that is `known` is there at once, with all that Textual has made of it: a scroll moves most of them.
    """
    lines, gutter = widget._styles_cache, widget.styles.gutter
    width, height = widget.outer_size
    inside = range(max(crop.y, gutter.top), min(crop.bottom, height - gutter.bottom))
    if not inside:
        return
    if lines._width != width or gutter.top not in lines._cache:
        lines.render_widget(widget, Region(0, gutter.top, width, 1))
    if LEFT not in lines._cache:
        known.clear()
        framed = lines._cache[gutter.top]
        lines._cache |= {LEFT: framed.crop(0, gutter.left), RIGHT: framed.crop(width - gutter.right)}
    left, right = lines._cache[LEFT], lines._cache[RIGHT]
    for y in inside:
        if y in lines._dirty_lines or y not in lines._cache:
            what = drawn(y - gutter.top)
            if (line := known.get(what)) is None:
                line = known[what] = Strip([*left, *paint(what), *right], width)
            lines._cache[y] = line
    lines._dirty_lines.difference_update(inside)
