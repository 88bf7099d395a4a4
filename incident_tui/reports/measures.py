"""What an incident took: milestones, durations against targets, time without a commander, hours and their cost."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from msgspec import Struct

from incident_tui.domain import clocks
from incident_tui.domain.incident import COMMANDER, MILESTONES, Incident, Milestone, ordered
from incident_tui.domain.policy import Policy

HOUR = timedelta(hours=1)
ZERO = timedelta(0)


class Moment(Struct, frozen=True):
    """A milestone by name; `late` when it was entered a minute or more after it happened."""

    name: str
    milestone: Milestone

    @property
    def late(self) -> bool:
        return self.milestone.recorded - self.milestone.at >= timedelta(minutes=1)


class Measure(Struct, frozen=True):
    """A duration and its target; `running` when it had not ended, `verdict` is met, missed or empty."""

    name: str
    start: str
    end: str
    took: timedelta
    running: bool
    target: timedelta | None = None
    verdict: str = ""


class Period(Struct, frozen=True):
    since: datetime
    until: datetime

    @property
    def length(self) -> timedelta:
        return max(ZERO, self.until - self.since)


class Hours(Struct, frozen=True):
    """A person's time in any role, counted once where roles overlap, and what it costs in whole units."""

    person: str
    time: timedelta
    cost: int


def moments(incident: Incident) -> tuple[Moment, ...]:
    """The milestones that were set, in their usual order, then any other by name."""
    names = (*MILESTONES, *sorted(set(incident.milestones) - set(MILESTONES)))
    return tuple(Moment(name, found) for name in names if (found := incident.milestones.get(name)) is not None)


def measures(incident: Incident, now: datetime, policy: Policy) -> tuple[Measure, ...]:
    """The durations between milestones; one that had not ended runs to `now`."""
    began = "started" if incident.moment("started") else "detected"
    wanted = (
        ("detection", "started", "detected", None),
        ("response", "detected", "acknowledged", clocks.acknowledgement(incident, now, policy)),
        ("identification", "detected", "identified", None),
        ("mitigation", "detected", "mitigated", None),
        ("resolution", "detected", "resolved", clocks.resolution(incident, now, policy)),
        ("total downtime", began, "resolved", None),
    )
    found: list[Measure] = []
    for name, start, end, clock in wanted:
        since, until = incident.moment(start), incident.moment(end)
        if since is None:
            continue
        if end == "resolved" and incident.live:
            until = None
        target = clock.budget if clock is not None else None
        verdict = ""
        if clock is not None and target is not None and (clock.late or until is not None):
            verdict = "missed" if clock.late else "met"
        took = (until or max(now, since)) - since
        found.append(Measure(name, start, end, took, until is None, target, verdict))
    return tuple(found)


def ended_at(incident: Incident, now: datetime) -> datetime:
    """When the incident's own time ends: its resolution, else `now`."""
    resolved = None if incident.live else incident.moment("resolved")
    return resolved or now


def leaderless(incident: Incident, now: datetime) -> tuple[Period, ...]:
    """The periods without a commander, from the declaration to the end."""
    if incident.declared_at is None:
        return ()
    end = ended_at(incident, now)
    held = [Period(t.since, t.until or end) for t in ordered(incident.terms) if t.role == COMMANDER]
    gaps: list[Period] = []
    since = incident.declared_at
    for period in sorted(held, key=lambda item: item.since):
        if period.since > since:
            gaps.append(Period(since, min(period.since, end)))
        since = max(since, period.until)
    gaps.append(Period(since, end))
    return tuple(gap for gap in gaps if gap.length > ZERO)


def hours(incident: Incident, policy: Policy) -> tuple[Hours, ...]:
    """What each person's time cost, from the roles held until the resolution; nothing before that."""
    end = None if incident.live else incident.moment("resolved")
    if end is None:
        return ()
    held: dict[str, list[Period]] = {}
    for term in ordered(incident.terms):
        held.setdefault(term.person, []).append(Period(term.since, min(term.until or end, end)))
    times = {person: _union(periods) for person, periods in held.items()}
    return tuple(Hours(person, time, cost_of(time, policy)) for person, time in times.items() if time > ZERO)


def cost_of(time: timedelta, policy: Policy) -> int:
    """Hours times the rate, in whole units, halves up."""
    return (2 * time * policy.rate_per_hour + HOUR) // (2 * HOUR)


def money(amount: int, currency: str) -> str:
    """An amount in whole units: `$38`, `EUR 1,250`."""
    return f"{currency}{' ' if currency[-1:].isalpha() else ''}{amount:,}"


def total(periods: Iterable[timedelta]) -> timedelta:
    return sum(periods, ZERO)


def _union(periods: Iterable[Period]) -> timedelta:
    time, reached = ZERO, None
    for period in sorted(periods, key=lambda item: item.since):
        since = period.since if reached is None else max(period.since, reached)
        time += max(ZERO, period.until - since)
        reached = period.until if reached is None else max(reached, period.until)
    return time
