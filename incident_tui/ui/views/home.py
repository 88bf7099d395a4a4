"""The list of incidents: live ones with a running clock, then history by day; what a search has found."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from msgspec import Struct

from incident_tui.domain.decide import Refused
from incident_tui.domain.search import EXAMPLES, Query
from incident_tui.domain.snippets import Snippet
from incident_tui.domain.text import clean_line
from incident_tui.journal import Summary
from incident_tui.times import clock, show
from incident_tui.ui.text import Line, fit, pad, sides, width
from incident_tui.ui.views.due import Due, counted, when_words
from incident_tui.ui.views.scene import SEVERITY_TONES, STATUS_TONES
from incident_tui.ui.widgets.board import Row

WIDE = 96  # cells from which whole references and commanders have room
LONGEST_NAME = 16
GAP: Line = (("   ", ""),)
BEST = "best match first"
DECLARE, DEMO = "first:declare", "first:demo"


class Hit(Struct, frozen=True):
    """The best line that a search found in an incident, how many there are, and where it found its words."""

    at: datetime
    text: str
    count: int
    marks: tuple[tuple[int, int], ...] = ()


class Columns(Struct, frozen=True):
    """How many cells the columns at the right take; 0 for one that is left out."""

    duration: int
    commander: int
    status: int


def home_rows(
    summaries: Sequence[Summary],
    now: datetime,
    zone: ZoneInfo,
    cells: int,
    hits: Mapping[str, Hit] | None = None,
    owed: Iterable[Due] = (),
    columns: Columns | None = None,
    *,
    ranked: bool = False,
) -> tuple[Row, ...]:
    """Rows whose keys are incident ids; headings and hits cannot be selected. What is `ranked` has no days.

    With the `columns` of the whole list a part of it can be made anew.
    """
    notes = _notes(owed, now, cells)
    columns = columns or columns_of(summaries, now, cells, owed)
    rows: list[Row] = []
    day = ""
    for item in summaries:
        heading = "" if item.live else BEST if ranked else _day(item, now, zone)
        if heading != day:
            if rows and not day:
                rows.append(Row("gap", (), selectable=False))
            rows.append(Row(f"day:{heading}", ((heading, "muted"),), selectable=False))
            day = heading
        rows.append(_row(item, _right(item, now, notes.get(item.incident)), columns, cells))
        if hits and (hit := hits.get(item.incident)):
            rows.append(_hit_row(item.incident, hit, now, zone))
    return tuple(rows)


def columns_of(summaries: Sequence[Summary], now: datetime, cells: int, owed: Iterable[Due] = ()) -> Columns:
    """Columns in which all of `summaries` have room."""
    notes = _notes(owed, now, cells)
    found = [_right(item, now, notes.get(item.incident)) for item in summaries]
    widths = [tuple(width(part) for part in parts) for parts in found]
    duration, commander, status = (max((each[at] for each in widths), default=0) for at in range(3))
    return Columns(duration, commander if cells >= WIDE else 0, status)


def first_rows() -> tuple[Row, ...]:
    """What there is to do where nothing has happened yet."""
    gap = Row("gap", (), selectable=False)
    return (
        Row("first", (("No incident yet.", "strong"),), selectable=False),
        gap,
        Row(DECLARE, ((" d  ", "key"), ("Declare an incident", "strong"))),
        Row("first:1", (("    one line, and the clock runs", "muted"),), selectable=False),
        Row("gap:2", (), selectable=False),
        Row(DEMO, ((" D  ", "key"), ("Open the demo incident", "strong"))),
        Row(
            "first:2",
            (("    a realistic outage, to look around in; nothing leaves this machine", "muted"),),
            selectable=False,
        ),
    )


def header(
    summaries: Sequence[Summary], owed: Iterable[Due], now: datetime, zone: ZoneInfo, cells: int, on_call: str = ""
) -> Line:
    """How many are live, what is owed, who is on call, and the time with its zone."""
    live = sum(item.live for item in summaries)
    parts: list[Line] = [((f"{live} live", "bad" if live else "muted"),)]
    parts += [((words, tone),) for words, tone in counted(owed, now)]
    if on_call:
        parts.append((("on call ", "muted"), (f"@{on_call}", "")))
    left: Line = (("Incidents  ", "strong"),)
    for number, part in enumerate(parts):
        left = (*left, *((("  ·  ", "muted"),) if number else ()), *part)
    wall = show(now, zone, now)
    right: Line = ((wall, "strong"), (f"  {zone.key}", "muted"))
    return sides(left, right if width(left) + width(right) < cells else ((wall, "strong"),), cells)


def filter_line(query: Query | Refused, count: int | None, cells: int) -> Line:
    """What a search was understood as, or why it was not; what can be typed while there is nothing."""
    if isinstance(query, Refused):
        return fit(((str(query), "warn"),), cells)
    if query.empty:
        return fit((("words, and filters: ", "muted"), (EXAMPLES, "muted")), cells)
    chosen = query.shown or ("all incidents",)
    line: Line = ()
    for number, words in enumerate(chosen):
        line = (*line, *((("  ·  ", "muted"),) if number else ()), (words, "accent" if query.shown else "muted"))
    found: Line = (("looking …" if count is None else f"{count} found", "muted"),)
    return sides(line, found, cells)


def _row(item: Summary, right: tuple[Line, Line, Line], columns: Columns, cells: int) -> Row:
    glyph, tone = ("●", SEVERITY_TONES.get(item.severity, "")) if item.live else ("✓", "good")
    ref = item.ref if cells >= WIDE else item.ref.rpartition("-")[2]
    line: Line = (
        (f"{glyph} ", tone),
        *(((" DRILL ", "drill"), (" ", "")) if item.drill else ()),
        (f"{ref}  ", "" if item.live else "muted"),
        (f"SEV{item.severity}", SEVERITY_TONES.get(item.severity, "")),
        (f"  {item.title or 'without a title'}", "strong" if item.live else ""),
    )
    duration, commander, status = right
    ended: Line = ((" ", ""), *_to_the_right(duration, columns.duration), *GAP)
    if columns.commander:
        ended = (*ended, *pad(commander, columns.commander), *GAP)
    return Row(item.incident, line, (*ended, *pad(status, columns.status)))


def _right(item: Summary, now: datetime, note: Line | None) -> tuple[Line, Line, Line]:
    """Duration, commander, status."""
    ended = now if item.live else item.resolved_at
    began = item.began_at or item.declared_at
    words = clock(max(ended, began) - began) if began and ended else "–"
    commander: Line = fit(((clean_line(item.commander or "") or "no commander", "muted"),), LONGEST_NAME)
    status = note or ((item.status, STATUS_TONES.get(item.status, "")),)
    return ((words, "strong" if item.live else ""),), commander, status


def _to_the_right(line: Line, cells: int) -> Line:
    return ((" " * max(0, cells - width(line)), ""), *line)


def _notes(owed: Iterable[Due], now: datetime, cells: int) -> dict[str, Line]:
    """What stands instead of the status where there is room for it."""
    return {due.incident: _note(due, now) for due in owed if due.kind == "post-mortem"} if cells >= WIDE else {}


def _note(due: Due, now: datetime) -> Line:
    late = due.late(now)
    return ((f"post-mortem {'' if late else 'due '}{when_words(due.at, now)}", "bad" if late else "warn"),)


def _day(item: Summary, now: datetime, zone: ZoneInfo) -> str:
    if item.declared_at is None:
        return "never declared"
    day, today = item.declared_at.astimezone(zone), now.astimezone(zone)
    if day.date() == today.date():
        return "today"
    return f"{day:%a} {day.day} {day:%b}" if day.year == today.year else f"{day:%a} {day.day} {day:%b %Y}"


def _hit_row(incident: str, hit: Hit, now: datetime, zone: ZoneInfo) -> Row:
    more = f"  +{hit.count - 1} more" if hit.count > 1 else ""
    line: Line = (("  │ ", "accent"), (f"{show(hit.at, zone, now)}  ", "muted"))
    for text, found in Snippet(hit.text, hit.marks).parts():
        line = (*line, (text, "strong" if found else "muted" if hit.marks else ""))
    return Row(f"hit:{incident}", line, ((more, "muted"),) if more else (), selectable=False)
