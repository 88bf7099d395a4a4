"""The incident as a document sees it: everything prepared, nothing formatted; templates get it as `report`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from operator import attrgetter

from msgspec import Struct

from incident_tui.domain import events as e
from incident_tui.domain.incident import SEVERITIES, Fact, Incident, Term, ordered
from incident_tui.domain.policy import POST_MORTEM_WITHIN, Policy, post_mortem_reason
from incident_tui.domain.promises import Promise, promises
from incident_tui.reports import actions, course, measures, theories, written
from incident_tui.reports.actions import ActionView
from incident_tui.reports.course import Audience, PhaseView
from incident_tui.reports.followed import Followed, followed
from incident_tui.reports.gathered import LONG_AGO, Gathered, gather, history_of
from incident_tui.reports.measures import Hours, Measure, Moment, Period
from incident_tui.reports.record import Record, record_of
from incident_tui.reports.teamwork import Teamwork, teamwork_of
from incident_tui.reports.theories import TheoryView
from incident_tui.reports.turns import Turn, titles_of, turns_of
from incident_tui.reports.typeset import Wall
from incident_tui.reports.written import Group, Item

IMPACT_SIDES = ("revenue", "users", "data", "reputation")
COMPONENTS = ("frontend", "backend", "database", "third-party")
READING_MOMENTS = ("before", "during", "after")


class Impact(Struct, frozen=True):
    key: str
    fact: Fact


class Measured(Struct, frozen=True):
    """A measure of the system's state: its readings under each of the moments, which all rows share."""

    name: str
    cells: tuple[tuple[Item, ...], ...]


class Cost(Struct, frozen=True):
    """What was recorded as cost, and the hours in roles at `rate` whole units of the currency each."""

    recorded: tuple[Item, ...]
    hours: tuple[Hours, ...]
    time: timedelta
    amount: int
    rate: int
    currency: str

    def money(self, amount: int) -> str:
        return measures.money(amount, self.currency)


class Report(Struct, frozen=True):
    """Everything that a document about an incident may show. Texts are untrusted."""

    incident: Incident
    severity: str
    declared_severity: str
    zone: str
    now: datetime
    to_last_event: bool
    titles: tuple[str, ...]
    turns: tuple[Turn, ...]
    roles: tuple[Term, ...]
    leaderless: tuple[Period, ...]
    moments: tuple[Moment, ...]
    measures: tuple[Measure, ...]
    phases: Mapping[str, tuple[PhaseView, ...]]
    followed: Followed
    teamwork: Teamwork
    sides: tuple[Impact, ...]
    components: tuple[Impact, ...]
    other_impact: tuple[Impact, ...]
    log: tuple[Item, ...]
    causes: tuple[Item, ...]
    decisions: tuple[Item, ...]
    checks: tuple[Item, ...]
    theories: tuple[TheoryView, ...]
    audiences: tuple[Audience, ...]
    promises: tuple[Promise, ...]
    errors: tuple[Item, ...]
    configurations: tuple[Item, ...]
    reading_moments: tuple[str, ...]
    readings: tuple[Measured, ...]
    fixes: tuple[Group, ...]
    fix_entries: tuple[Item, ...]
    recoveries: tuple[Group, ...]
    lessons: tuple[Group, ...]
    cost: Cost
    sign_offs: tuple[Item, ...]
    actions: tuple[ActionView, ...]
    post_mortem: str
    post_mortem_due: datetime | None
    record: Record

    @property
    def severities(self) -> tuple[Turn, ...]:
        """The turns of the severity."""
        return tuple(turn for turn in self.turns if turn.kind == "severity")

    @property
    def leaderless_total(self) -> timedelta:
        return measures.total(gap.length for gap in self.leaderless)

    @property
    def starred(self) -> tuple[Item, ...]:
        return tuple(item for item in self.log if item.starred and item.struck is None)

    @property
    def verified(self) -> bool:
        """Whether anything says that the incident is really over."""
        return bool(self.checks) or any(phase.touched for phase in self.phases["verification"])


def prepare(
    incident: Incident, events: Iterable[e.Event], policy: Policy, wall: Wall, now: datetime | None = None
) -> Report:
    """The report of `incident`, the fold of `events` (all of them, in the order of their ids).

    What had not ended runs to `now`, or to the last event. `wall` is the clock that times are shown by.
    """
    log: list[Item] = []
    told = gather(incident, history_of(events), log.append)
    log.sort(key=attrgetter("at", "id"))
    return report_of(incident, told, policy, wall, now, tuple(log))


def report_of(
    incident: Incident, told: Gathered, policy: Policy, wall: Wall, now: datetime | None, log: tuple[Item, ...] = ()
) -> Report:
    """The report by what the events told; where its `log` went elsewhere, without that and all that is from it."""
    end = now or (told.last if told.last > LONG_AGO else incident.declared_at or LONG_AGO)
    history, undone, items = told.events, told.undone, told.items
    by_id = {item.id: item for item in items}
    standing = [item for item in log if item.struck is None]
    readings = _of(items, "reading")
    reading_moments = tuple(dict.fromkeys((*READING_MOMENTS, *(item.extra for item in readings))))
    resolved = None if incident.live else incident.moment("resolved")
    return Report(
        incident=incident,
        severity=_graded(incident.severity),
        declared_severity=_graded(first) if (first := _first_severity(history)) else "",
        zone=wall.zone.key,
        now=end,
        to_last_event=now is None,
        titles=titles_of(history, incident.title),
        turns=turns_of(incident, history, undone),
        roles=tuple(ordered(incident.terms)),
        leaderless=measures.leaderless(incident, end),
        moments=measures.moments(incident),
        measures=measures.measures(incident, end, policy),
        phases=_placed(course.phase_views(incident, history, undone, end, policy.calendar)),
        followed=followed(incident, history, undone, end, policy.calendar),
        teamwork=teamwork_of(incident, history, undone, end),
        sides=_impact(incident, IMPACT_SIDES),
        components=_impact(incident, COMPONENTS),
        other_impact=_impact(incident, sorted(set(incident.impact) - {*IMPACT_SIDES, *COMPONENTS})),
        log=log,
        causes=_of(standing, "cause"),
        decisions=_of(standing, "decision"),
        checks=_of(standing, "health"),
        theories=theories.theory_views(incident, history, undone, by_id),
        audiences=course.audiences(incident, history, undone, end),
        promises=promises(incident, end),
        errors=_of(items, "error"),
        configurations=_of(items, "configuration"),
        reading_moments=reading_moments,
        readings=_measured(readings, reading_moments),
        fixes=written.grouped(_of(items, "fix step"), ("immediate", "root cause")),
        fix_entries=_of(standing, "fix"),
        recoveries=written.grouped(_of(items, "recovery"), ("data", "service")),
        lessons=written.grouped(_of(items, "lesson"), ("wrong", "well", "luck")),
        cost=_cost(incident, _of(items, "cost"), policy),
        sign_offs=_of(items, "sign-off"),
        actions=actions.action_views(incident, history, undone, wall.local(end).date()),
        post_mortem=post_mortem_reason(incident) or "",
        post_mortem_due=resolved + POST_MORTEM_WITHIN if resolved else None,
        record=record_of(incident, history, told.proofs),
    )


def _of(items: Iterable[Item], kind: str) -> tuple[Item, ...]:
    return tuple(item for item in items if item.kind == kind)


def _graded(severity: int) -> str:
    return f"SEV{severity} {SEVERITIES.get(severity, '')}".strip()


def _first_severity(history: Iterable[e.Event]) -> int:
    declared = (event.body.severity for event in history if isinstance(event.body, e.IncidentDeclared))
    return next(declared, 0)


def _placed(phases: Iterable[PhaseView]) -> dict[str, tuple[PhaseView, ...]]:
    """The phases by the part of the document that they belong to."""
    placed: dict[str, tuple[PhaseView, ...]] = dict.fromkeys((course.PROTOCOL, *course.PLACES.values()), ())
    for phase in phases:
        placed[phase.place] = (*placed[phase.place], phase)
    return placed


def _impact(incident: Incident, keys: Iterable[str]) -> tuple[Impact, ...]:
    return tuple(Impact(key, fact) for key in keys if (fact := incident.impact.get(key)) is not None)


def _measured(readings: Sequence[Item], moments: Sequence[str]) -> tuple[Measured, ...]:
    found: dict[str, dict[str, list[Item]]] = {}
    for item in readings:
        found.setdefault(item.label, {}).setdefault(item.extra, []).append(item)
    return tuple(
        Measured(name, tuple(tuple(cells.get(moment, ())) for moment in moments)) for name, cells in found.items()
    )


def _cost(incident: Incident, recorded: tuple[Item, ...], policy: Policy) -> Cost:
    hours = measures.hours(incident, policy)
    time = measures.total(item.time for item in hours)
    amount = sum(item.cost for item in hours)
    return Cost(recorded, hours, time, amount, policy.rate_per_hour, policy.currency)
