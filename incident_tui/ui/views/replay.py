"""What replay adds to a room: the stamp in the banner, the line of time, and how it moves."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from msgspec import Struct

from incident_tui.domain.course import STAR, Course, Cursor
from incident_tui.domain.events import Event
from incident_tui.domain.lines import line_of
from incident_tui.domain.playing import Play
from incident_tui.times import clock as clock_words
from incident_tui.ui.text import Line, Span, sides, width
from incident_tui.ui.views.banner import banner
from incident_tui.ui.views.log import GLYPHS, OTHER
from incident_tui.ui.views.scene import Scene

STAMP = 12
"""Cells of the banner that the stamp takes."""

HERE = ("┃", "replay")
BLOCKS = " ▁▂▃▄▅▆▇█"
FULL = 5
"""At least so many events fill a cell to its top."""
MARKS = {
    "started": ("△", "bad"),
    "detected": ("▲", "bad"),
    "acknowledged": ("○", "strong"),
    "identified": ("■", "warn"),
    "mitigated": ("◆", "info"),
    "resolved": ("✓", "good"),
    STAR: ("★", "warn"),
}
TICKS = (60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400, 604800)
TICK_CELLS = 12
KNOWN = "as it was known then, nothing later is shown"
HAPPENED = "as it happened, whenever it became known"


def stamped(course: Course, cursor: Cursor, scene: Scene, cells: int) -> tuple[Line, ...]:
    """The banner with a stamp in front: that it is a replay, of which time, how long after the beginning."""
    since = cursor.now - course.after(1).now
    stamps: tuple[Line, ...] = (
        (("◀◀ REPLAY", "replay"),),
        ((scene.time(cursor.now, seconds=True), "strong"),),
        ((f"+{clock_words(since)}", "muted"),),
    )
    return tuple(
        (*stamp, (" " * max(STAMP - width(stamp), 1), ""), *line)
        for stamp, line in zip(stamps, banner(scene, cells, STAMP), strict=False)
    )


def transport(course: Course, cursor: Cursor, play: Play, cells: int, *, roomy: bool) -> Line:
    """How it plays, how far it is, and what came last."""
    ended = cursor.length == course.length
    mark = ("▶", "good") if play.playing else ("■" if ended else "❚", "replay")
    left: Line = (mark, (f" {play.speed}×", "strong"), (" ★" if play.stars else "  ", "warn"), ("   ", ""))
    right: Line = ()
    if not roomy:
        left = (*left, (f"{cursor.length:,} of {course.length:,}", "replay"), ("   ", ""))
        right = (("   as it happened", "warn"),) if course.happened else (("   as known then", "muted"),)
    late = len(_unknown(course, cursor)) if course.happened else 0
    if late:
        right = ((f"   {late} not known yet", "warn"), *right)
    return sides((*left, *_came(course.event(cursor))), right, cells)


def title(course: Course, cursor: Cursor) -> str:
    """What the line of time is called."""
    return f"Timeline  event {cursor.length:,} of {course.length:,}"


def subtitle(course: Course, cursor: Cursor, zone: ZoneInfo) -> str:
    """In which order things are shown, and of which day."""
    day = cursor.now.astimezone(zone)
    return f"{HAPPENED if course.happened else KNOWN}   {day.day} {day:%b %Y}  {zone.key}"


class Ruler(Struct, frozen=True, eq=False):
    """What of the line of time is the same wherever the cursor is, at a width of `cells`.

    `density` and `axis` are the two lines cell by cell, each once as what has come and once as what is still to come.
    """

    course: Course
    cells: int
    density: tuple[Line, Line]
    axis: tuple[Line, Line]
    marks: dict[int, str]
    times: Sequence[tuple[int, str]]

    @classmethod
    def of(cls, course: Course, zone: ZoneInfo, cells: int) -> Ruler:
        cells = max(cells, 2)
        marks = _marks(course, cells)
        axis = _axis(course, cells, marks)
        return cls(course, cells, _density(course, cells), axis, marks, tuple(_times(course, zone, cells)))

    def drawn(self, cursor: Cursor, lines: int) -> tuple[Line, ...]:
        """Two lines with how much happened and the marks; with four also times above and names below."""
        here = min(round(self.course.part(cursor) * (self.cells - 1)), self.cells - 1)
        drawn = (
            _split(self.density, here, HERE),
            _split(self.axis, here, self.axis[0][here] if here in self.marks else HERE),
        )
        if lines < 4:
            return drawn
        return (_placed(self.times, here), *drawn, _placed(self._names(), here))

    def _names(self) -> Iterator[tuple[int, str]]:
        """The names of the milestones under their marks, as many as fit beside each other."""
        taken = 0
        for cell, name in sorted(self.marks.items()):
            start = min(cell, self.cells - len(name))
            if name != STAR and start >= taken:
                yield start, name
                taken = start + len(name) + 1


def _split(drawn: tuple[Line, Line], here: int, at: Span) -> Line:
    """A line as far as it has come, what stands `here`, and the rest of it."""
    come, ahead = drawn
    return (*come[:here], at, *ahead[here + 1 :])


def _density(course: Course, cells: int) -> tuple[Line, Line]:
    """How many events each cell holds; what is still to come is muted."""
    blocks, late = [BLOCKS[height] for height in _heights(course, cells)], _late_cells(course, cells)
    come = tuple((block, "warn" if cell in late else "info") for cell, block in enumerate(blocks))
    return come, tuple((block, "muted") for block in blocks)


def _axis(course: Course, cells: int, marks: Mapping[int, str]) -> tuple[Line, Line]:
    """The marks on a line, which is broken where idle time is left out."""
    come: list[Span] = []
    ahead: list[Span] = []
    for cell in range(cells):
        glyph, tone = MARKS[marks[cell]] if cell in marks else ("", "replay")
        other = "┈" if course.axis.is_fold(cell / cells, (cell + 1) / cells) else ""
        come.append((glyph or other or "━", tone))
        ahead.append((glyph or other or "─", "muted"))
    return tuple(come), tuple(ahead)


def _came(event: Event) -> Line:
    """The event as one line: its glyph and kind, who it was, and its text."""
    line = line_of(event.body)
    if line is None:
        words = event.body.KIND.replace(".", " ")
        return ((f"▫ {words}", "muted"), (f"  @{event.actor}" if event.actor else "", "muted"))
    glyph, tone = GLYPHS.get(line.kind, OTHER)
    return ((f"{glyph} {line.kind}", tone), (f"  {line.text}", ""))


def _unknown(course: Course, cursor: Cursor) -> list[int]:
    """The places of what has happened by now and was entered only later."""
    come = course.late[: bisect_left(course.late, cursor.length)]
    return [place for place in come if course.timeline.events[place].recorded > cursor.now]


def _marks(course: Course, cells: int) -> dict[int, str]:
    """Which stop stands in which cell; a milestone goes before a star, an earlier one before a later one."""
    found: dict[int, str] = {}
    for stop in sorted(course.stops, key=lambda stop: (stop.name == STAR, stop.length)):
        part = course.part(course.after(stop.length))
        found.setdefault(min(round(part * (cells - 1)), cells - 1), stop.name)
    return found


def _heights(course: Course, cells: int) -> list[int]:
    """How high the block of each cell is, by the square root: one busy minute would flatten all others."""
    counts = course.density(cells)
    most = max(*counts, FULL)
    return [max(1, round((count / most) ** 0.5 * (len(BLOCKS) - 1))) if count else 0 for count in counts]


def _late_cells(course: Course, cells: int) -> frozenset[int]:
    """Where back-dated events stand, in the order in which things happened."""
    if not course.happened:
        return frozenset()
    parts = (course.axis.part(course.stamps[place]) for place in course.late)
    return frozenset(min(int(part * cells), cells - 1) for part in parts)


def _times(course: Course, zone: ZoneInfo, cells: int) -> Iterator[tuple[int, str]]:
    """Round times of day above their cells; where a day begins, its date."""
    step = _tick(course, cells)
    taken, before = 0, _wall(course.axis.stamp(0.0), zone)
    for cell in range(cells):
        now = _wall(course.axis.stamp(cell / (cells - 1)), zone)
        new = cell == 0 or _count(now, step) != _count(before, step)
        word = _word(now, before, step, first=cell == 0) if new else ""
        if word and cell >= taken and cell + len(word) <= cells:
            yield cell, word
            taken = cell + len(word) + 1
        before = now


def _placed(words: Iterable[tuple[int, str]], here: int) -> Line:
    """Words at their cells; those of what is still to come are muted."""
    spans: list[tuple[str, str]] = []
    taken = 0
    for cell, word in words:
        spans += [(" " * (cell - taken), ""), (word, "muted" if cell > here else "")]
        taken = cell + len(word)
    return tuple(spans)


def _tick(course: Course, cells: int) -> int:
    """Seconds from one time to the next, so that the words have room."""
    seconds = course.axis.places[-1] / max(cells, 1) * TICK_CELLS
    return next((tick for tick in TICKS if tick >= seconds), TICKS[-1])


def _wall(stamp: float, zone: ZoneInfo) -> datetime:
    return datetime.fromtimestamp(stamp, UTC).astimezone(zone)


def _count(now: datetime, step: int) -> int:
    """How many steps of wall time have passed."""
    offset = now.utcoffset()
    return int(now.timestamp() + (offset.total_seconds() if offset else 0)) // step


def _word(now: datetime, before: datetime, step: int, *, first: bool) -> str:
    if not first and now.date() != before.date():
        return f"{now.day} {now:%b}"
    if first or step < 60:
        return f"{now:%H:%M}"
    minutes = (now.hour * 60 + now.minute) // (step // 60) * (step // 60)
    return f"{minutes // 60:02}:{minutes % 60:02}"
