"""What a source has answered, as the rows of a panel."""

from __future__ import annotations

from collections.abc import Collection
from zoneinfo import ZoneInfo

from incident_tui.sources.panel import Panel, Question
from incident_tui.times import show
from incident_tui.ui.text import Line
from incident_tui.ui.widgets.board import Row

ASKING: tuple[Row, ...] = (Row("asking", (("asking …", "muted"),), selectable=False),)


def panel_rows(panel: Panel, zone: ZoneInfo, unfolded: Collection[str]) -> tuple[Row, ...]:
    """The answer in rows; the key of one that can be unfolded is its number."""
    rows: list[Row] = []
    if panel.problem:
        rows.append(Row("problem", (("no answer  ", "bad"), (panel.problem, "")), wrap=True, indent=2))
    for number, row in enumerate(panel.rows):
        key = str(number)
        at = f"{show(row.at, zone, panel.asked_at)}  " if row.at else ""
        more = " …" if row.more and key not in unfolded else ""
        line: Line = ((at, "muted"), (row.text, row.tone), (more, "muted"))
        rows.append(Row(key, line, wrap=key in unfolded, indent=2))
        if row.more and key in unfolded:
            rows += [
                Row(f"{key}.{place}", (("    ", ""), (text, "muted")), selectable=False, wrap=True, indent=6)
                for place, text in enumerate(row.more.split("\n"))
            ]
    if not panel.rows and not panel.problem:
        rows.append(Row("nothing", (("nothing", "muted"),)))
    if panel.partial:
        rows.append(Row("partial", (("partial  ", "warn"), (panel.partial, "warn")), wrap=True, indent=2))
    if panel.query:
        rows.append(Row("query", (("asked for  ", "muted"), (panel.query, "muted")), wrap=True, indent=2))
    return tuple(rows)


def panel_title(question: Question, panel: Panel | None, zone: ZoneInfo, *, kept: bool) -> str:
    """Whose answer it is, to what, and when it was given."""
    if panel is None:
        return f"{question.title} · {question.source}"
    state = " ✓ kept" if kept else ""
    more = "+" if panel.following is not None else ""
    at = show(panel.asked_at, zone, panel.asked_at)
    count = "" if panel.problem else f"  {panel.count}{more}"  # none of what was not told
    return f"{question.title} · {question.source}{count}  {at}{state}"
