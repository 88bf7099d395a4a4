"""The base of our widgets that paint lines: tones, and repainting only the lines that changed."""

from collections.abc import Sequence
from itertools import zip_longest
from typing import ClassVar, NamedTuple

from msgspec import Struct
from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region, Size
from textual.strip import Strip
from textual.widget import Widget

from incident_tui.ui.text import TONES, Line, segments, width
from incident_tui.ui.widgets.frame import frame_changed

THUMB = "▐"
SCREENFULS = 8  # of painted lines are kept at most: a scroll or a clock shows most of the last one again
FEW_LINES = 3  # of more lines than this nobody counts the cells: they come with a scroll or a seek


class Drawn(Struct, frozen=True, cache_hash=True):
    """One line as it stands on the screen.

    `thumb` is None without a scrollbar, else whether the scrollbar's thumb covers this line; the scrollbar
    takes the last column.
    """

    line: Line = ()
    tone: str = ""
    cursor: bool = False
    thumb: bool | None = None


NOTHING = Drawn()


class Looks(NamedTuple):
    """What the looks of all lines of a widget depend on, besides its component styles."""

    base: Style
    focused: bool
    cells: int


def thumb_span(before: int, shown: int, total: int, height: int) -> range:
    """The lines that the thumb of a scrollbar of `height` lines covers.

    `before`, `shown` and `total` count whatever is scrolled: lines or items.
    """
    if total <= shown or height <= 0:
        return range(0)
    length = max(1, min(height, round(height * shown / total)))
    start = round((height - length) * min(1.0, max(0.0, before / (total - shown))))
    return range(start, start + length)


def _changed_cells(was: Drawn, now: Drawn, cells: int) -> int:
    """How many cells from the left on hold all that differs in a line of `cells` cells; the two are not equal."""
    if (was.tone, was.cursor, was.thumb) != (now.tone, now.cursor, now.thumb):
        return cells
    old, new = list(was.line), list(now.line)
    while old and new and old[-1] == new[-1]:
        old.pop()
        new.pop()
    taken = width(tuple(new))
    return taken if taken and width(tuple(old)) == taken else cells


class Painted(Widget):
    """A widget that is a stack of lines.

    Subclasses give the lines of the moment in `draw`, and call `redraw` when their state has changed.
    """

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        *(f"tone--{tone}" for tone in TONES if tone),
        "painted--cursor",
        "painted--thumb",
    }

    _drawn: Sequence[Drawn] = ()
    _drawn_size: Size | None = None
    _looks: Looks | None = None

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._tones: dict[str, Style] = {}
        self._strips: dict[Drawn, Strip] = {}

    def draw(self, size: Size) -> Sequence[Drawn]:
        """The lines to show in an area of `size` cells, at most `size.height` of them."""
        raise NotImplementedError

    def redraw(self) -> None:
        """Repaints the lines that differ from what is on the screen."""
        size = self.size
        if not size or self._drawn_size != size:
            was_drawn, self._drawn_size = self._drawn_size is not None, None
            if size or was_drawn:  # what is hidden has been told once
                self.refresh()
            return
        old, new = self._drawn, self.draw(size)
        self._drawn = new
        both = enumerate(zip_longest(old, new, fillvalue=NOTHING))
        changed = [(y, was, now) for y, (was, now) in both if was is not now and was != now]
        if len(changed) > FEW_LINES:
            # With the borders, so that nothing has to be cropped.
            left, whole = self.content_offset.x, self.outer_size.width
            self.refresh(*[Region(-left, y, whole, 1) for y, _was, _now in changed])
        elif changed:
            self.refresh(*[Region(0, y, _changed_cells(was, now, size.width), 1) for y, was, now in changed])

    def tone(self, name: str) -> Style:
        """The style of a tone, without a background, so that it can lie over a highlighted line."""
        if (tone := self._tones.get(name)) is None:
            style = self.get_component_rich_style(f"tone--{name}")
            tone = self._tones[name] = style.without_color + Style(color=style.color)
        return tone

    def notify_style_update(self) -> None:
        """Other styles: nothing painted before looks like it any more."""
        self._looks = None
        super().notify_style_update()

    def render_lines(self, crop: Region) -> list[Strip]:
        """The lines of one paint; the size and the styles are the same for all of them."""
        self._prepare()
        frame_changed(self, crop)
        return super().render_lines(crop)

    def render_line(self, y: int) -> Strip:
        """One line for the compositor."""
        if self._drawn_size is None or self._looks is None:
            self._prepare()
        drawn = self._drawn[y] if y < len(self._drawn) else NOTHING
        if (painted := self._strips.get(drawn)) is None:
            painted = self._strips[drawn] = self._paint(drawn)
        return painted

    def _prepare(self) -> Looks:
        """What is painted alike is painted once, as long as the styles and the width are the same."""
        size, focused, looks = self.size, self.has_focus, self._looks
        if self._drawn_size != size:
            self._drawn, self._drawn_size = self.draw(size), size
        if looks is None or looks.focused != focused or looks.cells != size.width:
            # Textual says when styles change, also those of what is around the widget.
            looks = self._looks = Looks(self.rich_style, focused, size.width)
            self._tones, self._strips = {}, {}
        if len(self._strips) > SCREENFULS * len(self._drawn):
            self._strips = {drawn: self._strips[drawn] for drawn in self._drawn if drawn in self._strips}
        return looks

    def _paint(self, drawn: Drawn) -> Strip:
        base, _focused, cells = self._looks or self._prepare()
        if drawn.thumb is None:
            return Strip(self._segments(drawn, cells, base), cells)
        thumb = self.get_component_rich_style("painted--thumb") if drawn.thumb else base
        return Strip([*self._segments(drawn, cells - 1, base), Segment(THUMB if drawn.thumb else " ", thumb)], cells)

    def _segments(self, drawn: Drawn, cells: int, base: Style) -> list[Segment]:
        if not drawn.cursor:
            return segments(drawn.line, cells, self.tone, base + self.tone(drawn.tone) if drawn.tone else base)
        cursor = self.get_component_rich_style("painted--cursor")
        if not self.has_focus:
            return segments(drawn.line, cells, self.tone, cursor)
        # The reversed line keeps one colour: tones chosen for the background are unreadable on it.
        return segments(drawn.line, cells, lambda tone: self.tone(tone).without_color, cursor)
