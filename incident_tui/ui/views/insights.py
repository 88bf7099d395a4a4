"""Insights as rows and figures: times, protocol, promises and command, causes, action items, the review."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import Final
from zoneinfo import ZoneInfo

from msgspec import Struct

from incident_tui.domain.incident import SEVERITIES
from incident_tui.domain.metrics import DEFINITIONS, Definition, Group, Trend
from incident_tui.domain.review import Review, Span
from incident_tui.domain.survey import NOTES, Survey
from incident_tui.times import clock, show
from incident_tui.ui.figure import Figure
from incident_tui.ui.text import Line, sides, width
from incident_tui.ui.views import figures
from incident_tui.ui.views.table import Table

MEASURE: Final = "measure:"
OPEN: Final = "open:"
HEADS: Final = ("median", "p90", "valid", "missing", "invalid")
MOST_SERVICES, MOST_PERIODS, MOST_INVALID, MOST = 12, 12, 50, 100
REFS: Final = 5


class Choice(Struct, frozen=True):
    """What is looked at: which metric, by week or by month, in which zone."""

    measure: str
    span: Span
    zone: ZoneInfo

    @property
    def definition(self) -> Definition:
        return next(item for item in DEFINITIONS if item.name == self.measure)


class Section(Struct, frozen=True):
    """What one tab shows."""

    tables: tuple[Table, ...]
    lines: Figure | None = None
    bars: Figure | None = None


def times(survey: Survey, choice: Choice) -> Section:
    """Every metric; and the chosen one by severity, service and time, with what is invalid by name."""
    measures = Table("All incidents", HEADS)
    for definition, trend in zip(DEFINITIONS, survey.overall.trends, strict=True):
        here = definition.name == choice.measure
        left: Line = ((definition.title, "accent" if here else ""),)
        measures.add(MEASURE + definition.name, left, *_figures(trend))
    title = choice.definition.title.capitalize()
    services = sorted(survey.services, key=lambda group: -group.incidents)[:MOST_SERVICES]
    periods = survey.months if choice.span == "month" else survey.weeks
    tables = (
        measures,
        _grouped(f"{title}, by severity", survey.severities, choice.measure),
        _grouped(f"{title}, by service", services, choice.measure),
        _grouped(f"{title}, by {choice.span}", tuple(reversed(periods))[:MOST_PERIODS], choice.measure),
        _invalid(survey),
    )
    lines = figures.over_time(survey, choice.definition, choice.span, choice.zone)
    return Section(tables, lines, figures.by_severity(survey, choice.definition))


def _grouped(title: str, groups: tuple[Group, ...] | list[Group], measure: str) -> Table:
    table = Table(title, HEADS)
    for group in groups:
        table.add("", group.key, *_figures(group.trend(measure)))
    return table


def _figures(trend: Trend) -> tuple[Line, ...]:
    return (
        _time(trend.median, "strong"),
        _time(trend.p90),
        _number(trend.valid, ""),
        _number(trend.missing, "warn"),
        _number(trend.invalid, "bad"),
    )


def _invalid(survey: Survey) -> Table:
    table = Table("Invalid: milestones out of order, in no figure above")
    for number, (item, reading) in enumerate(survey.invalid[:MOST_INVALID]):
        words: Line = ((f"{item.gist.ref}  ", ""), (f"{reading.name}: {reading.why}", "bad"))
        table.add(_open(item.gist.incident, f"invalid{number}"), words)
    if (more := len(survey.invalid) - MOST_INVALID) > 0:
        table.add("", ((f"and {more} more", "muted"),))
    return table


def protocol(survey: Survey, choice: Choice) -> Section:  # noqa: ARG001 - every section is made of the same two
    """The phases that overrun and the steps that are skipped."""
    ids = survey.ids
    heads, none = ("overran", "median", "worst", "in"), "No phase took longer than its budget."
    late = Table("Phases that overrun", heads, none)
    for number, item in enumerate(survey.overruns[:MOST]):
        often = 2 * item.overran > item.worked > 1
        share: Line = ((f"{item.overran}/{item.worked}", "bad" if often else "warn"),)
        over = (((f"+{clock(item.median)}", "strong"),), f"+{clock(item.worst)}", ((item.ref, "muted"),))
        late.add(_open(ids.get(item.ref, ""), f"late{number}"), _titled(item.phase, item.playbook), share, *over)
    skipped = Table("Steps skipped", ("skipped",), none="No step was skipped.")
    for number, step in enumerate(survey.skipped[:MOST]):
        left: Line = ((step.step, ""), (f"  {step.phase}", "muted"))
        note = "; ".join(step.reasons)
        skipped.add(f"skipped:{number}", left, ((f"{step.times}/{step.runs}", "warn"),), note=note)
    return Section((late, skipped), bars=figures.overrunning(survey))


def command(survey: Survey, choice: Choice) -> Section:
    """Promises of the next update, and time without a commander."""
    ids, promised, gaps = survey.ids, survey.promised, survey.command
    about = Table("Promises of the next update")
    tone = "bad" if promised.broken else "good"
    ended = promised.made - promised.kept - promised.open - len(promised.broken)
    parts = (f"{promised.made} made", f"{promised.kept} kept", f"{promised.open} open", f"{ended} ended by resolution")
    counts: Line = (("  ·  ".join((*parts, "")), ""), (f"{len(promised.broken)} broken", tone))
    about.add("", counts)
    broken = Table("Broken", ("late by", "was due"))
    for number, item in enumerate(promised.broken[:MOST]):
        left: Line = ((f"{item.ref}  ", "muted"), (f"{item.message} to {item.audience}", ""))
        due = show(item.due, choice.zone, survey.now)
        broken.add(_open(item.incident, f"broken{number}"), left, ((f"+{clock(item.over)}", "bad"),), due)
    without = Table("Time without a commander", none="Somebody commanded all the time.")
    if gaps.incidents:
        of = f"{gaps.incidents} of {len(survey.incidents)} incidents"
        median = clock(gaps.median) if gaps.median is not None else "–"
        without.add("", f"{clock(gaps.total)} in {of}; median {median}")
        worst: Line = (("worst ", ""), (clock(gaps.worst), "bad"), (f" in {gaps.ref}", "muted"))
        without.add(_open(ids.get(gaps.ref, ""), "gap"), worst)
    return Section((about, broken, without), figures.broken_promises(survey, choice.span, choice.zone))


def causes(survey: Survey, choice: Choice) -> Section:
    """The causes that came again."""
    ids = survey.ids
    table = Table("Recurring causes", ("incidents", "last"), none="No cause was found in two incidents.")
    for number, item in enumerate(survey.causes[:MOST]):
        more = len(item.refs) - REFS
        note = ", ".join(item.refs[:REFS]) + (f" and {more} more" if more > 0 else "")
        last = show(item.last, choice.zone, survey.now)
        count: Line = ((str(len(item.refs)), "bad"),)
        table.add(_open(ids.get(item.refs[0], ""), f"cause{number}"), item.text, count, last, note=note)
    return Section((table,), bars=figures.recurring(survey))


def actions(survey: Survey, choice: Choice) -> Section:  # noqa: ARG001 - as above
    """Action items that are open, the late ones first."""
    tasks = survey.tasks
    table = Table(
        f"{len(tasks.open)} open, {len(tasks.late)} late, {tasks.done} done",
        ("state", "due", "priority", "owner"),
        none="No action item is open.",
    )
    for number, task in enumerate(tasks.open[:MOST]):
        item = task.item
        state: Line = (("late", "bad"),) if task.late is not None else (("open", ""),)
        left: Line = ((f"{task.ref.rpartition('-')[2]} {item.label}  ", "muted"), (item.text, ""))
        owner: Line = ((item.owner, ""),) if item.owner else (("nobody", "warn"),)
        table.add(_open(task.incident, f"task{number}"), left, state, item.due or "–", item.priority, owner)
    if (more := len(tasks.open) - MOST) > 0:
        table.add("", ((f"and {more} more: incident-tui metrics --json has them all", "muted"),))
    return Section((table,), bars=figures.open_tasks(survey))


def review(survey: Survey, choice: Choice) -> Section:
    """What the weekly error review and the monthly deep dive ask for."""
    found = survey.week if choice.span == "week" else survey.month
    ids = survey.ids
    return Section((*_compared(found), *_noted(found, ids)), bars=figures.severities(found))


def _compared(found: Review) -> Iterator[Table]:
    now, before = found.now, found.earlier
    counts = Table(f"Review of the {found.period.span} {found.period.label}", ("now", "before"))
    counts.add("", "incidents", str(now.incidents), str(before.incidents))
    for definition, mine, earlier in zip(DEFINITIONS, now.trends, before.trends, strict=True):
        better = mine.median is not None and earlier.median is not None and mine.median < earlier.median
        title, tone = f"{definition.title}, median", "good" if better else ""
        counts.add("", title, _time(mine.median, tone), _time(earlier.median))
    yield counts
    wins = Table("Wins")
    if found.resolved:
        some = ", ".join(found.resolved[:REFS]) + (" …" if len(found.resolved) > REFS else "")
        wins.add("", ((f"{len(found.resolved)} resolved  ", "good"), (some, "muted")))
    if found.actions_done:
        wins.add("", ((f"{found.actions_done} action items done", "good"), (f", {found.actions_added} new", "muted")))
    yield wins


def _noted(found: Review, ids: Mapping[str, str]) -> Iterator[Table]:
    for title, items in (("Top errors", found.errors), ("Recurring causes", found.causes)):
        table = Table(title, ("incidents",))
        for number, item in enumerate(items):
            table.add(_open(ids.get(item.refs[0], ""), f"{title}{number}"), item.text, str(len(item.refs)))
        yield table
    lessons = Table("Lessons")
    for number, lesson in enumerate(found.lessons[:MOST]):
        words: Line = ((lesson.text, ""), (f"  {lesson.ref}", "muted"))
        lessons.add(_open(ids.get(lesson.ref, ""), f"lesson{number}"), words)
    yield lessons
    unknown = Table("Not in the journal")
    unknown.add("", ((f"{', '.join(found.unknown)}: ask the error tracker", "muted"),))
    yield unknown


SECTIONS: Final[Mapping[str, tuple[str, Callable[[Survey, Choice], Section]]]] = MappingProxyType(
    {
        "times": ("Times", times),
        "protocol": ("Protocol", protocol),
        "command": ("Command", command),
        "causes": ("Causes", causes),
        "actions": ("Actions", actions),
        "review": ("Review", review),
    }
)


def header(survey: Survey | None, severity: int, zone: ZoneInfo, cells: int) -> Line:
    """How many are measured, what is chosen, and the moment of which all of it speaks."""
    if survey is None:
        return (("Insights  ", "strong"), ("measuring…", "muted"))
    count, live = len(survey.incidents), f", {survey.live} live" if survey.live else ""
    level = f"SEV{severity} {SEVERITIES[severity]}" if severity else "all severities"
    left: Line = (
        ("Insights  ", "strong"),
        (f"{count:,} {'incident' if count == 1 else 'incidents'}{live}", ""),
        ("  ·  ", "muted"),
        (level, "info" if severity else "muted"),
    )
    if survey.invalid:
        left = (*left, ("  ·  ", "muted"), (f"{len(survey.invalid)} invalid", "bad"))
    moment: Line = (("as of ", "muted"), (show(survey.now, zone, survey.now), "strong"))
    right: Line = (*moment, (f"  {zone.key}", "muted"))
    return sides(left, right if width(left) + width(right) < cells else moment, cells)


def definitions() -> tuple[tuple[str, str], ...]:
    """What each figure means and where that comes from, for the help."""
    measures = (
        (item.name, f"{item.title.capitalize()}, {item.start} → {item.end}. {item.meaning} Source: {item.source}.")
        for item in DEFINITIONS
    )
    return *measures, *((name, f"{meaning} Source: {source}.") for name, meaning, source in NOTES)


def incident_of(key: str) -> str:
    """The incident that a row leads to, or "" where it leads to none."""
    return key.removeprefix(OPEN).partition(":")[0] if key.startswith(OPEN) else ""


def _open(incident: str, what: str) -> str:
    return f"{OPEN}{incident}:{what}"


def _titled(phase: str, playbook: str) -> Line:
    return ((phase, ""), (f"  {playbook}", "muted")) if playbook else ((phase, ""),)


def _time(duration: timedelta | None, tone: str = "") -> Line:
    return (("–", "muted"),) if duration is None else ((clock(duration), tone),)


def _number(number: int, tone: str) -> Line:
    return ((f"{number:,}", tone),) if number else (("–", "muted"),)
