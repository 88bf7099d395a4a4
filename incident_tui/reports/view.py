"""The incident as a document sees it: everything prepared, nothing formatted; templates get it as `report`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from incident_tui.domain import events as e
from incident_tui.domain.incident import (
    SEVERITIES,
    Fact,
    Head,
    Incident,
    Term,
    ordered,
)
from incident_tui.domain.lines import line_of
from incident_tui.domain.policy import POST_MORTEM_WITHIN, Policy, post_mortem_reason
from incident_tui.reports import actions, course, measures, theories, written
from incident_tui.reports.actions import ActionView
from incident_tui.reports.course import Audience, PhaseView
from incident_tui.reports.measures import Hours, Measure, Moment, Period
from incident_tui.reports.theories import TheoryView
from incident_tui.reports.typeset import Wall
from incident_tui.reports.written import Group, Item

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
IMPACT_SIDES = ("revenue", "users", "data", "reputation")
COMPONENTS = ("frontend", "backend", "database", "third-party")
READING_MOMENTS = ("before", "during", "after")
LOGGED = ("entry.logged", "command.run", "file.attached")
SUMMARISED = ("milestone", "severity", "status", "role", "title", "impact", "decision", "cause", "fix")


@dataclass(frozen=True, slots=True)
class Turn:
    """A turn of the incident in one line; `undone` when it was taken back."""

    kind: str
    text: str
    at: datetime
    by: str
    late: bool
    recorded: datetime
    undone: bool


@dataclass(frozen=True, slots=True)
class Impact:
    key: str
    fact: Fact


@dataclass(frozen=True, slots=True)
class Measured:
    """A measure of the system's state: its readings under each of the moments, which all rows share."""

    name: str
    cells: tuple[tuple[Item, ...], ...]


@dataclass(frozen=True, slots=True)
class Proof:
    """A file kept as evidence, or the whole output of a command."""

    name: str
    size: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Device:
    name: str
    head: Head


@dataclass(frozen=True, slots=True)
class Cost:
    """What was recorded as cost, and the hours in roles at `rate` whole units of the currency each."""

    recorded: tuple[Item, ...]
    hours: tuple[Hours, ...]
    time: timedelta
    amount: int
    rate: int
    currency: str

    def money(self, amount: int) -> str:
        return measures.money(amount, self.currency)


@dataclass(frozen=True, slots=True)
class Record:
    """What the document rests on: chains of events, evidence, and kinds of events not understood, with their number."""

    devices: tuple[Device, ...]
    proofs: tuple[Proof, ...]
    unrecognised: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that a document about an incident may show. Texts are untrusted."""

    incident: Incident
    severity: str
    declared_severity: str
    zone: str
    now: datetime
    to_last_event: bool
    titles: tuple[str, ...]
    turns: tuple[Turn, ...]
    severities: tuple[Turn, ...]
    roles: tuple[Term, ...]
    leaderless: tuple[Period, ...]
    leaderless_total: timedelta
    moments: tuple[Moment, ...]
    measures: tuple[Measure, ...]
    phases: Mapping[str, tuple[PhaseView, ...]]
    sides: tuple[Impact, ...]
    components: tuple[Impact, ...]
    other_impact: tuple[Impact, ...]
    log: tuple[Item, ...]
    causes: tuple[Item, ...]
    decisions: tuple[Item, ...]
    checks: tuple[Item, ...]
    theories: tuple[TheoryView, ...]
    audiences: tuple[Audience, ...]
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
    history = list(events)
    end = now or max((event.recorded for event in history), default=incident.declared_at or EPOCH)
    undone = {event.body.event: event for event in history if isinstance(event.body, e.Undone)}
    items = written.items_of(incident, history, undone)
    logged = {event.id for event in history if event.body.KIND in LOGGED}
    by_id = {item.id: item for item in items}
    log = tuple(item for item in items if item.id in logged)
    standing = [item for item in log if item.struck is None]
    turns = _turns(incident, history, undone)
    gaps = measures.leaderless(incident, end)
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
        titles=_titles(history, incident.title),
        turns=turns,
        severities=tuple(turn for turn in turns if turn.kind == "severity"),
        roles=tuple(ordered(incident.terms)),
        leaderless=gaps,
        leaderless_total=measures.total(gap.length for gap in gaps),
        moments=measures.moments(incident),
        measures=measures.measures(incident, end, policy),
        phases=_placed(course.phase_views(incident, history, undone, end)),
        sides=_impact(incident, IMPACT_SIDES),
        components=_impact(incident, COMPONENTS),
        other_impact=_impact(incident, sorted(set(incident.impact) - {*IMPACT_SIDES, *COMPONENTS})),
        log=log,
        causes=_of(standing, "cause"),
        decisions=_of(standing, "decision"),
        checks=_of(standing, "health"),
        theories=theories.theory_views(incident, history, undone, by_id),
        audiences=course.audiences(incident, history, undone, end),
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
        record=_record(incident, history, log),
    )


def _of(items: Iterable[Item], kind: str) -> tuple[Item, ...]:
    return tuple(item for item in items if item.kind == kind)


def _graded(severity: int) -> str:
    return f"SEV{severity} {SEVERITIES.get(severity, '')}".strip()


def _first_severity(history: Iterable[e.Event]) -> int:
    declared = (event.body.severity for event in history if isinstance(event.body, e.IncidentDeclared))
    return next(declared, 0)


def _titles(history: Sequence[e.Event], current: str) -> tuple[str, ...]:
    """The titles it had before."""
    found = [event.body.title for event in history if isinstance(event.body, e.IncidentDeclared | e.IncidentRenamed)]
    return tuple(title for title in dict.fromkeys(found) if title != current)


def _turns(incident: Incident, history: Sequence[e.Event], undone: Mapping[str, e.Event]) -> tuple[Turn, ...]:
    found: list[tuple[datetime, str, Turn]] = []
    for event in history:
        line = line_of(event.body)
        if line is None or line.kind not in SUMMARISED or _stands(incident, event):
            continue
        text = line.text
        if isinstance(event.body, e.EntryLogged):
            text = incident.text_of(event.id, event.body.text).partition("\n")[0]
        taken_back = event.id in undone or incident.struck(event.id)
        turn = Turn(line.kind, text, event.at, event.actor, event.late, event.recorded, taken_back)
        found.append((event.at, event.id, turn))
    return tuple(turn for _, _, turn in sorted(found, key=lambda item: item[:2]))


def _stands(incident: Incident, event: e.Event) -> bool:
    """Whether it says what the impact is now, which has its own place with time and name."""
    body = event.body
    if not isinstance(body, e.ImpactSet):
        return False
    return incident.impact.get(body.key) == Fact(body.value, event.at, event.actor)


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


def _record(incident: Incident, history: Iterable[e.Event], log: Iterable[Item]) -> Record:
    devices = tuple(Device(name, incident.heads[name]) for name in sorted(incident.heads))
    kinds = Counter(event.body.kind for event in history if isinstance(event.body, e.Unrecognised))
    return Record(devices, _proofs(log), tuple(sorted(kinds.items())))


def _proofs(log: Iterable[Item]) -> tuple[Proof, ...]:
    found = [Proof(item.file.name, item.file.size, item.file.sha256) for item in log if item.file is not None]
    found += [
        Proof(f"output of {item.output.command}", item.output.size, item.output.sha256)
        for item in log
        if item.output is not None and item.output.sha256
    ]
    return tuple(found)
