"""The base of our widgets that paint lines: tones, and repainting only the lines that changed."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import takewhile, zip_longest
from operator import eq

from msgspec import Struct
from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.css.styles import RenderStyles
from textual.dom import DOMNode
from textual.geometry import Region, Size
from textual.strip import Strip
from textual.widget import Widget

from incident_tui.ui.differing import differing
from incident_tui.ui.frame import frame_changed
from incident_tui.ui.strips import segments
from incident_tui.ui.text import Line, is_narrow, piece, width
from incident_tui.ui.tones import style_of

THUMB = "▐"
SCREENFULS = 4  # of painted lines are kept at most: a scroll or a clock shows most of the last one again
FEW_LINES = 3  # more lines that begin in another way come with a scroll or a seek: nothing of them stays


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


class Looks(Struct, frozen=True):
    """What the looks of all lines of a widget depend on, besides its component styles."""

    base: Style
    background: Color
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


def _changed_cells(was: Drawn, now: Drawn, cells: int) -> list[range]:
    """Where a line of `cells` cells differs from what it was; the two are not equal."""
    if (was.tone, was.cursor, was.thumb) != (now.tone, now.cursor, now.thumb):
        return [range(cells)]
    parts = _changed_spans(was.line, now.line)
    return [_changed_line(was.line, now.line, cells)] if parts is None else parts


def _changed_spans(was: Line, now: Line) -> list[range] | None:
    """The cells of those spans that are others, where each takes as many cells as before: clocks go on. Else None."""
    if len(was) != len(now):
        return None
    parts: list[range] = []
    x = 0
    for old, new in zip(was, now, strict=True):
        taken = len(new[0]) if new[0].isascii() and new[0].isprintable() else width((new,))
        if old != new:
            if len(old[0]) != len(new[0]) or not old[0].isprintable() or width((old,)) != taken:
                return None
            part = differing(old[0], new[0], taken) if old[1] == new[1] else range(taken)
            joins = bool(parts) and parts[-1].stop == x + part.start
            parts.append(range(parts.pop().start if joins else x + part.start, x + part.stop))
        x += taken
    return parts


def _changed_line(was: Line, now: Line, cells: int) -> range:
    """Where a line begins and ends to differ, of which some spans have come, gone or grown."""
    alike = sum(1 for _ in takewhile(bool, map(eq, was, now)))
    x = width(now[:alike])
    was, now = was[alike:], now[alike:]
    alike = sum(1 for _ in takewhile(bool, map(eq, reversed(was), reversed(now))))
    old, new = (width(line[: len(line) - alike]) for line in (was, now))
    # A line that becomes too long loses its last cell to an ellipsis.
    return range(min(x, cells - 1), x + new if new == old else cells)


def _length(line: Line) -> int:
    return sum(len(text) for text, _tone in line)


def _runs(numbers: Sequence[int]) -> list[range]:
    """Growing numbers, with their neighbours together."""
    runs: list[range] = []
    for number in numbers:
        first = runs.pop().start if runs and runs[-1].stop == number else number
        runs.append(range(first, number + 1))
    return runs


class Painted(Widget):
    """A widget that is a stack of lines.

    Subclasses give the lines of the moment in `draw`, and call `redraw` when their state has changed.
    """

    ALLOW_SELECT = False

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
        kin = sum([was.tone == now.tone and was.line[:1] == now.line[:1] for _y, was, now in changed])
        if len(changed) > FEW_LINES and 2 * kin < len(changed):
            # With the borders, so that nothing has to be cropped.
            left, whole = self.content_offset.x, self.outer_size.width
            rows = _runs([y for y, _was, _now in changed])
            self.repaint(*[Region(-left, run.start, whole, len(run)) for run in rows])
        elif changed:
            parts = [(y, part) for y, was, now in changed for part in _changed_cells(was, now, size.width)]
            self.repaint(*[Region(part.start, y, len(part), 1) for y, part in parts])

    def repaint(self, *regions: Region) -> None:
        """Paint cells with the next frame; `refresh` would forget sizes and styles, and wake up the widget before."""
        self._set_dirty(*regions)
        self.screen._dirty_widgets.add(self)
        self.screen.check_idle()

    def tone(self, name: str) -> Style:
        """The style of a tone, without a background, so that it can lie over a highlighted line."""
        if (tone := self._tones.get(name)) is None:
            tone = self._tones[name] = style_of(name, self.app.theme_variables, self.background_colors[1])
        return tone

    def _component(self, name: str) -> Style:
        """The style of a part, looked up once: Textual forgets it with each repaint."""
        if (style := self._tones.get(name)) is None:
            style = self._tones[name] = self.get_component_rich_style(name)
        return style

    def notify_style_update(self) -> None:
        """Other styles: nothing painted before looks like it any more."""
        self._looks = None
        self._component_styles.clear()
        super().notify_style_update()

    def get_component_styles(self, *names: str) -> RenderStyles:
        """The styles of `painted--cursor`, looked up when it is first painted.

        Among COMPONENT_CLASSES it would be looked up in every rule there is whenever a widget is styled.
        """
        for name in names:
            if name not in self._component_styles:
                part = DOMNode(classes=name)
                part._attach(self)
                self.app.stylesheet.apply(part)
                self._component_styles[name] = part.styles
        return super().get_component_styles(*names)

    def render_lines(self, crop: Region) -> list[Strip]:
        """The lines of one paint; the size and the styles are the same for all of them."""
        self._prepare()
        frame_changed(self, crop, self._at, self._paint, self._strips)
        return super().render_lines(crop)

    def render_line(self, y: int) -> Strip:
        """One line for the compositor."""
        if self._drawn_size is None or self._looks is None:
            self._prepare()
        return self._paint(self._at(y))

    def _at(self, y: int) -> Drawn:
        return self._drawn[y] if 0 <= y < len(self._drawn) else NOTHING

    def cells(self, spans: Iterable[tuple[int, int, int]]) -> Iterator[list[Segment] | None]:
        """What stands in some cells of lines, each told as its line, where they begin, and where they end.

        All are counted from the corner of the border. What is not of our lines, or not to be counted, is None.
        """
        looks, edges, height = self._prepare(), self.gutter, self.size.height
        filters = self.get_line_filters()
        for line, start, stop in spans:
            y, begin, end = line - edges.top, start - edges.left, stop - edges.left
            drawn = self._at(y)
            room = looks.cells if drawn.thumb is None else looks.cells - 1
            inside = 0 <= y < height and begin >= 0 and end <= room
            if not inside or not is_narrow(drawn.line) or _length(drawn.line) > room:
                yield None
                continue
            part = piece(drawn.line, begin, end)
            if len(part) == 1 and len(part[0][0]) == end - begin and not drawn.cursor:  # nearly always: of a clock
                painted = [Segment(part[0][0], self._style(drawn.tone, part[0][1], looks.base))]
            else:
                painted = self._segments(Drawn(part, drawn.tone, drawn.cursor), end - begin, looks.base)
            for lines in filters:
                painted = lines.apply(painted, looks.background)
            yield painted

    def _prepare(self) -> Looks:
        """What is painted alike is painted once, as long as the styles and the width are the same."""
        size, focused, looks = self.size, self.has_focus, self._looks
        if self._drawn_size != size:
            self._drawn, self._drawn_size = self.draw(size), size
        if looks is None or looks.focused != focused or looks.cells != size.width:
            # Textual says when styles change, also those of what is around the widget.
            looks = self._looks = Looks(self.rich_style, self.background_colors[1], focused, size.width)
            self._tones, self._strips = {}, {}
        if len(self._strips) > SCREENFULS * len(self._drawn):
            self._strips = {drawn: self._strips[drawn] for drawn in self._drawn if drawn in self._strips}
        return looks

    def _paint(self, drawn: Drawn) -> Strip:
        looks = self._looks or self._prepare()
        base, cells = looks.base, looks.cells
        if drawn.thumb is None:
            return Strip(self._segments(drawn, cells, base), cells)
        thumb = self._style("info" if looks.focused else "thumb", "", base) if drawn.thumb else base
        return Strip([*self._segments(drawn, cells - 1, base), Segment(THUMB if drawn.thumb else " ", thumb)], cells)

    def _style(self, tone_of_line: str, tone: str, base: Style) -> Style:
        row = base + self.tone(tone_of_line) if tone_of_line else base
        return row + self.tone(tone) if tone else row

    def _segments(self, drawn: Drawn, cells: int, base: Style) -> list[Segment]:
        if not drawn.cursor:
            return segments(drawn.line, cells, self.tone, base + self.tone(drawn.tone) if drawn.tone else base)
        cursor = self._component("painted--cursor")
        if not self.has_focus:
            return segments(drawn.line, cells, self.tone, cursor)
        # The reversed line keeps one colour: tones chosen for the background are unreadable on it.
        return segments(drawn.line, cells, lambda tone: self.tone(tone).without_color, cursor)
