"""A drill beside its incident, as tables: when each thing was reached, and how many there were."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from incident_tui.domain.drill import Comparison, Timed
from incident_tui.times import clock
from incident_tui.ui.text import Line
from incident_tui.ui.views.table import Table

HEADS = ("then", "drill", "difference")
NONE: Line = (("–", "muted"),)


def tables(found: Comparison) -> tuple[Table, ...]:
    """Milestones, steps and counts; times are since the detection."""
    counts = Table("count", HEADS)
    for row in found.counts:
        counts.add("", row.name, str(row.theirs), str(row.ours), f"{row.difference:+}" if row.difference else "0")
    milestones = _timed(f"since detection, drilled from {clock(found.fork)}", found.milestones)
    return (milestones, _timed("step done", found.steps), counts)


def _timed(title: str, rows: Iterable[Timed]) -> Table:
    table = Table(title, HEADS)
    for row in rows:
        table.add("", row.name, _time(row.theirs), _time(row.ours), difference(row.difference))
    return table


def _time(time: timedelta | None) -> Line:
    return NONE if time is None else ((clock(time), ""),)


def difference(time: timedelta | None) -> Line:
    """Later is marked as such, and not only by its colour."""
    if time is None:
        return NONE
    if time > timedelta():
        return ((f"+{clock(time)}", "warn"),)
    return ((clock(time), "good"),)
