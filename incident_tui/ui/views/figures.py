"""The figures of the insights, made of a survey."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from incident_tui.domain.metrics import Definition, Group, Trend
from incident_tui.domain.review import Review, Span, period_of
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
    labels = list(_back(survey.now, span, zone, PERIODS[span]))
    return tuple(label for label in reversed(labels) if label >= first)


def _back(now: datetime, span: Span, zone: ZoneInfo, count: int) -> Iterator[str]:
    period = period_of(span, now, zone)
    for _ in range(count):
        yield period.label
        period = period_of(span, period.since - timedelta(hours=12), zone)


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
    broken = survey.promised.broken
    if not broken:
        return None
    counts = Counter(period_of(span, item.due, zone).label for item in broken)
    first = min(counts)
    labels = tuple(label for label in reversed(list(_back(survey.now, span, zone, PERIODS[span]))) if label >= first)
    values = tuple(float(counts.get(label, 0)) for label in labels)
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
