"""The documents about all incidents: the day, the week, the month."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from msgspec import Struct
from msgspec.structs import replace

from incident_tui.domain.gist import ActionGist, Gist
from incident_tui.domain.incident import SEVERITIES
from incident_tui.domain.learning import Again, Task, recurring
from incident_tui.domain.metrics import DEFINITIONS, Trend, local
from incident_tui.domain.policy import Policy
from incident_tui.domain.review import Review
from incident_tui.domain.survey import Survey, survey
from incident_tui.reports.press import press
from incident_tui.reports.record import chains_of
from incident_tui.reports.typeset import Wall

TOP: Final = 3
"""Source: incident response guide, daily summary: the three top errors."""
PRIORITIES: Final = 10
DOWN: Final = 1
"""The severity that means that production is down. Source: incident response guide, severities."""
ZERO: Final = timedelta(0)


class Grade(Struct, frozen=True):
    """How many incidents of a severity began in the period, were resolved in it, and are open now."""

    name: str
    began: int
    resolved: int
    open: int


class Done(Struct, frozen=True):
    """An action item that was done in the period."""

    ref: str
    item: ActionGist


class Day(Struct, frozen=True):
    """One day up to `now`; `down` is how long any SEV1 lasted within it, `cases` are those that touched it."""

    since: datetime
    now: datetime
    down: timedelta
    uptime: str
    grades: tuple[Grade, ...]
    cases: tuple[Gist, ...]
    errors: tuple[Again, ...]
    open: tuple[Task, ...]
    done: tuple[Done, ...]


class Compared(Struct, frozen=True):
    """A metric of the period beside the one before; `better` when its median is the shorter one."""

    title: str
    now: Trend
    before: Trend
    better: bool


def daily(gists: Sequence[Gist], policy: Policy, now: datetime, zone: ZoneInfo) -> str:
    """The day of `now` so far. Source: incident response guide, daily summary."""
    day = day_of(gists, now, zone)
    touched = survey(day.cases, now, zone, policy.calendar)
    wall = Wall(zone, local(now, zone).date())
    return press("daily-summary", wall, day=day, survey=touched, zone=zone.key, chains=chains_of(day.cases))


def weekly(gists: Sequence[Gist], policy: Policy, now: datetime, zone: ZoneInfo) -> str:
    """The week of `now`, from Monday. Source: Sentry debugging workflows, weekly error review."""
    whole = survey(gists, now, zone, policy.calendar)
    return _reviewed("weekly-review", whole.week, whole, gists, policy, zone)


def monthly(gists: Sequence[Gist], policy: Policy, now: datetime, zone: ZoneInfo) -> str:
    """The month of `now`. Source: Sentry debugging workflows, monthly deep dive."""
    whole = survey(gists, now, zone, policy.calendar)
    return _reviewed("monthly-review", whole.month, whole, gists, policy, zone)


def _reviewed(name: str, review: Review, whole: Survey, gists: Sequence[Gist], policy: Policy, zone: ZoneInfo) -> str:
    period = review.period
    mine = survey(gists, whole.now, zone, policy.calendar, since=period.since, until=period.until)
    severities = tuple(
        (f"SEV{level} {SEVERITIES[level]}", *counts)
        for level, counts in zip(SEVERITIES, review.severities, strict=True)
    )
    return press(
        name,
        Wall(zone),
        zone=zone.key,
        review=review,
        survey=mine,
        whole=whole,
        severities=severities,
        compared=tuple(compared(review)),
        priorities=whole.tasks.open[:PRIORITIES],
        chains=chains_of(each.gist for each in mine.incidents),
    )


def compared(review: Review) -> list[Compared]:
    """Each metric of both periods."""
    found: list[Compared] = []
    for definition in DEFINITIONS:
        now, before = review.now.trend(definition.name), review.earlier.trend(definition.name)
        better = now.median is not None and before.median is not None and now.median < before.median
        found.append(Compared(definition.title, now, before, better))
    return found


def day_of(gists: Sequence[Gist], now: datetime, zone: ZoneInfo) -> Day:
    """The day without its drills."""
    gists = [gist for gist in gists if not gist.drill]
    since = datetime.combine(local(now, zone).date(), time(), zone)
    cases = tuple(sorted((gist for gist in gists if _touches(gist, since, now)), key=_order))
    down = _down(cases, since, now)
    today = [(gist, item) for gist in gists for item in gist.actions]
    tasks = survey(gists, now, zone).tasks
    return Day(
        since,
        now,
        down,
        _percent(now - since - down, now - since),
        tuple(_grade(level, cases, since, now) for level in SEVERITIES),
        cases,
        recurring(_erring(cases, since, now), "error", least=1)[:TOP],
        tasks.open,
        tuple(Done(gist.ref, item) for gist, item in today if item.done is not None and since <= item.done <= now),
    )


def _touches(gist: Gist, since: datetime, now: datetime) -> bool:
    """Whether any of it lies in the day."""
    return gist.began is not None and gist.began <= now and (gist.live or (gist.resolved or gist.began) >= since)


def _order(gist: Gist) -> tuple[int, str]:
    return gist.severity, gist.ref


def _erring(cases: Iterable[Gist], since: datetime, now: datetime) -> list[Gist]:
    """The incidents with only those notes that were written in the day."""
    return [replace(gist, notes=tuple(note for note in gist.notes if since <= note.at <= now)) for gist in cases]


def _grade(level: int, cases: Iterable[Gist], since: datetime, now: datetime) -> Grade:
    mine = [gist for gist in cases if gist.severity == level]
    return Grade(
        f"SEV{level} {SEVERITIES[level]}",
        sum(gist.began is not None and gist.began >= since for gist in mine),
        sum(gist.resolved is not None and since <= gist.resolved <= now for gist in mine),
        sum(gist.live for gist in mine),
    )


def _down(cases: Iterable[Gist], since: datetime, now: datetime) -> timedelta:
    """How long at least one SEV1 lasted: from its start, else its detection, to its resolution."""
    spans = sorted(
        (max(began, since), min(gist.resolved or now, now))
        for gist in cases
        if gist.severity == DOWN and (began := gist.milestones.get("started") or gist.began) is not None
    )
    total, reached = ZERO, since
    for begin, end in spans:
        total += max(ZERO, end - max(begin, reached))
        reached = max(reached, end)
    return total


def _percent(part: timedelta, whole: timedelta) -> str:
    """`97.22 %`, cut and not rounded: 100 % means that nothing was down."""
    if whole <= ZERO:
        return "not known"
    return f"{part * 10_000 // whole / 100:.2f} %"
