"""What replay adds to a room: the stamp in the banner, the line of time, and how it moves."""

from __future__ import annotations

from bisect import bisect_left
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from incident_tui.domain.course import STAR, Course, Cursor
from incident_tui.domain.events import Event
from incident_tui.domain.lines import line_of
from incident_tui.domain.playing import Play
from incident_tui.times import clock as clock_words
from incident_tui.ui.text import Line, fit, sides, width
from incident_tui.ui.views.banner import banner
from incident_tui.ui.views.log import GLYPHS, OTHER
from incident_tui.ui.views.scene import Scene

STAMP = 12
"""Cells of the banner that the stamp takes."""

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


def ruler(course: Course, cursor: Cursor, zone: ZoneInfo, cells: int, lines: int) -> tuple[Line, ...]:
    """The line of time: two lines with how much happened and the marks; with four also times and names."""
    here = min(round(course.part(cursor) * (cells - 1)), cells - 1)
    marks = _marks(course, cells)
    drawn = (_density(course, here, cells), _axis(course, marks, here, cells))
    if lines < 4:
        return drawn
    return (_times(course, here, zone, cells), *drawn, _names(marks, here, cells))


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


def _density(course: Course, here: int, cells: int) -> Line:
    """How many events each cell holds, by the height of a block; what is still to come is muted."""
    counts = course.density(cells)
    most = max(*counts, FULL)
    late = _late_cells(course, cells)
    spans: list[tuple[str, str]] = []
    for cell, count in enumerate(counts):
        if cell == here:
            spans.append(("┃", "replay"))
            continue
        # By the square root: one busy minute would flatten all others.
        level = max(1, round((count / most) ** 0.5 * (len(BLOCKS) - 1))) if count else 0
        tone = "muted" if cell > here else ("warn" if cell in late else "info")
        spans.append((BLOCKS[level], tone))
    return tuple(spans)


def _late_cells(course: Course, cells: int) -> frozenset[int]:
    """Where back-dated events stand, in the order in which things happened."""
    if not course.happened:
        return frozenset()
    parts = (course.axis.part(course.stamps[place]) for place in course.late)
    return frozenset(min(int(part * cells), cells - 1) for part in parts)


def _axis(course: Course, marks: dict[int, str], here: int, cells: int) -> Line:
    spans: list[tuple[str, str]] = []
    for cell in range(cells):
        if cell in marks:
            glyph, tone = MARKS[marks[cell]]
            spans.append((glyph, tone if cell <= here else "muted"))
        elif cell == here:
            spans.append(("┃", "replay"))
        else:
            fold = course.axis.is_fold(cell / cells, (cell + 1) / cells)
            spans.append(("┈" if fold else ("━" if cell < here else "─"), "replay" if cell < here else "muted"))
    return tuple(spans)


def _times(course: Course, here: int, zone: ZoneInfo, cells: int) -> Line:
    """Round times of day above their cells; where a day begins, its date."""
    step = _tick(course, cells)
    spans: list[tuple[str, str]] = []
    taken, before = 0, _wall(course.axis.stamp(0.0), zone)
    for cell in range(cells):
        now = _wall(course.axis.stamp(cell / max(cells - 1, 1)), zone)
        new = cell == 0 or _count(now, step) != _count(before, step)
        word = _word(now, before, step, first=cell == 0) if new else ""
        if word and cell >= taken and cell + len(word) <= cells:
            spans += [(" " * (cell - taken + (1 if taken else 0)), ""), (word, "muted" if cell > here else "")]
            taken = cell + len(word) + 1
        before = now
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


def _names(marks: dict[int, str], here: int, cells: int) -> Line:
    """The names of the milestones under their marks, as many as fit beside each other."""
    spans: list[tuple[str, str]] = []
    taken = 0
    for cell, name in sorted(marks.items()):
        start = min(cell, cells - len(name))
        if name == STAR or start < taken:
            continue
        spans += [(" " * (start - taken), ""), (name, "" if cell <= here else "muted"), (" ", "")]
        taken = start + len(name) + 1
    return fit(tuple(spans), cells)
