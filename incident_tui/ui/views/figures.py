"""The figures of the insights, made of a survey."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from incident_tui.domain.metrics import Definition, Group, Trend
from incident_tui.domain.review import Period, Review, Span, period_of
from incident_tui.domain.survey import Survey
from incident_tui.ui.figure import Figure, Series

PERIODS: Final = {"month": 24, "week": 26}
MOST: Final = 12
NOBODY: Final = "nobody"


def over_time(survey: Survey, definition: Definition, span: Span, zone: ZoneInfo) -> Figure:
    """Median and p90 of the latest months or weeks; one without a valid value is a gap."""
    known = {group.key: group for group in (survey.months if span == "month" else survey.weeks)}
    labels = _periods(survey, known, span, zone)
    trends = [_trend(known.get(label), definition.name) for label in labels]
    return Figure(f"{definition.title.capitalize()} by {span}", labels, _median_and_p90(trends))


def _periods(survey: Survey, known: dict[str, Group], span: Span, zone: ZoneInfo) -> tuple[str, ...]:
    """The latest periods up to now, from the first one in which anything began."""
    first = min(known, default="")
    return tuple(period.label for period in _latest(survey.now, span, zone) if period.label >= first)


def _latest(now: datetime, span: Span, zone: ZoneInfo) -> list[Period]:
    """The months or weeks up to `now`, oldest first."""
    found = [period_of(span, now, zone)]
    while len(found) < PERIODS[span]:
        found.append(period_of(span, found[-1].since - timedelta(hours=12), zone))
    return found[::-1]


def by_severity(survey: Survey, definition: Definition) -> Figure:
    """Median and p90 of each severity."""
    labels = tuple(group.key for group in survey.severities)
    trends = [group.trend(definition.name) for group in survey.severities]
    return Figure(f"{definition.title.capitalize()} by severity", labels, _median_and_p90(trends))


def _trend(group: Group | None, name: str) -> Trend | None:
    return group.trend(name) if group is not None else None


def _median_and_p90(trends: list[Trend] | list[Trend | None]) -> tuple[Series, ...]:
    return (
        Series("median", tuple(_seconds(trend.median if trend else None) for trend in trends)),
        Series("p90", tuple(_seconds(trend.p90 if trend else None) for trend in trends)),
    )


def _seconds(duration: timedelta | None) -> float | None:
    return duration.total_seconds() if duration is not None else None


def overrunning(survey: Survey) -> Figure | None:
    """By how much the phases overrun."""
    found = survey.overruns[:MOST]
    if not found:
        return None
    series = (
        Series("median", tuple(item.median.total_seconds() for item in found)),
        Series("worst", tuple(item.worst.total_seconds() for item in found)),
    )
    return Figure("Over the budget, by phase", tuple(item.phase for item in found), series)


def broken_promises(survey: Survey, span: Span, zone: ZoneInfo) -> Figure | None:
    """How many promises were broken in the latest months or weeks."""
    periods = _latest(survey.now, span, zone)
    edges = [period.since for period in periods]
    dues = [item.due for item in survey.promised.broken]
    if not dues:
        return None
    counts = Counter(bisect_right(edges, due) - 1 for due in dues)
    first = max(0, bisect_right(edges, min(dues)) - 1)
    labels = tuple(period.label for period in periods[first:])
    values = tuple(float(counts.get(at, 0)) for at in range(first, len(periods)))
    return Figure(f"Broken promises by {span}", labels, (Series("broken", values),), "count")


def recurring(survey: Survey) -> Figure | None:
    """How many incidents had the causes that came again."""
    found = survey.causes[:MOST]
    if not found:
        return None
    values = tuple(float(len(item.refs)) for item in found)
    return Figure("Incidents by cause", tuple(item.text for item in found), (Series("incidents", values),), "count")


def open_tasks(survey: Survey) -> Figure | None:
    """Late and open action items by owner."""
    if not survey.tasks.open:
        return None
    every = Counter(task.item.owner.strip() or NOBODY for task in survey.tasks.open)
    late = Counter(task.item.owner.strip() or NOBODY for task in survey.tasks.late)
    owners = tuple(owner for owner, _ in every.most_common(MOST))
    series = (
        Series("open", tuple(float(every[owner]) for owner in owners)),
        Series("late", tuple(float(late[owner]) for owner in owners)),
    )
    return Figure("Action items by owner", owners, series, "count")


def severities(found: Review) -> Figure:
    """Incidents of the period and of the one before, by severity."""
    labels = tuple(f"SEV{level}" for level in range(1, len(found.severities) + 1))
    series = (
        Series("now", tuple(float(now) for now, _ in found.severities)),
        Series("before", tuple(float(before) for _, before in found.severities)),
    )
    return Figure(f"Incidents, {found.period.label} and {found.before.label}", labels, series, "count")
