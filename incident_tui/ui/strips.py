"""Lines as Textual paints them, and the last barrier before the terminal."""

import re
from collections.abc import Callable

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.filter import LineFilter
from textual.strip import Strip

from incident_tui.ui.text import Line, Span, pad


def strip(line: Line, cells: int, style_of: Callable[[str], Style], base: Style) -> Strip:
    """The line as exactly `cells` cells for Textual, painted as `segments` says."""
    return Strip(segments(line, cells, style_of, base), cells)


def segments(line: Line, cells: int, style_of: Callable[[str], Style], base: Style) -> list[Segment]:
    """The line as exactly `cells` cells.

    `base` paints the row from end to end; `style_of(tone)` is laid over it where a span has a tone.
    """
    return [Segment(text, base + style_of(tone) if tone else base) for text, tone in _quiet(pad(line, cells))]


class TerminalFilter(LineFilter):
    """Keeps control characters of any widget from reaching the terminal.

    The second barrier behind `domain.text.clean`: Textual hands ESC, C1 and bidirectional controls of its own
    widgets (fields, Markdown, notifications) to the driver unchanged. It does the work of `others` first, so that
    each line is filtered once. The App gives it in its public `get_line_filters`; Textual caches filtered lines by
    filter, so it has to be the same instance as long as the others are.
    """

    def __init__(self, *others: LineFilter) -> None:
        super().__init__()
        self.others = others

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The segments with every unsafe character shown as U+FFFD, in as many cells as before."""
        for other in self.others:
            segments = other.apply(segments, background)
        if all(_is_safe(segment) for segment in segments):
            return segments
        return [segment if _is_safe(segment) else _made_safe(segment) for segment in segments]


_UNSAFE = re.compile(
    "[\x00-\x1f\x7f-\x9f"  # C0, DEL, C1
    "\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff"  # bidirectional and invisible controls
    "\ud800-\udfff\ufff9-\ufffb\U000e0000-\U000e007f]"  # surrogates, annotations, tags
)


def _is_safe(segment: Segment) -> bool:
    text, style, control = segment
    if control:
        return True
    if style is not None and style.link and not style.link.isprintable():
        return False
    return text.isprintable() or _UNSAFE.search(text) is None


def _made_safe(segment: Segment) -> Segment:
    text, style, _control = segment
    if style is not None and style.link and not style.link.isprintable():
        style = style.update_link(None)
    return Segment(set_cell_size(_UNSAFE.sub("\ufffd", text), cell_len(text)), style)


def _quiet(line: Line) -> Line:
    """The same to the eye: a gap has the tone of what is before it, so that the terminal need not be told another."""
    parts: list[Span] = []
    for text, tone in line:
        if parts and (tone == parts[-1][1] or (not tone and text.isspace())):
            parts[-1] = (parts[-1][0] + text, parts[-1][1])
        else:
            parts.append((text, tone))
    return tuple(parts)
