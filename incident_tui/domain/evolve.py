"""How each event changes the incident. Total and pure: it never raises, reads no clock, does no I/O."""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce
from typing import assert_never

from msgspec.structs import force_setattr, replace
from rpds import HashTrieMap

from incident_tui.domain import coordination, dispatch, paperwork, reshaping, roles, undo
from incident_tui.domain import events as e
from incident_tui.domain.encoding import moment_of
from incident_tui.domain.incident import (
    LIVE_STATUSES,
    OPEN,
    SEVERITIES,
    STATUSES,
    Entry,
    Fact,
    Head,
    Incident,
    Mark,
    Milestone,
    Ran,
    Sounded,
    StepState,
    Theory,
    Turn,
)
from incident_tui.domain.involved import involved, person_key
from incident_tui.domain.lines import kind_of
from incident_tui.domain.milestones import reach, set_milestone
from incident_tui.domain.practice import Drill
from incident_tui.domain.protocol_json import from_json as protocol_from_json

RULES = 8
"""Counts the versions of what events mean; a kept checkpoint of another version is not used."""

STATUS_MILESTONES = {"identified": "identified", "monitoring": "mitigated", "resolved": "resolved"}
PILLAR_MILESTONES = {"cause": "identified", "fix": "mitigated"}
PILLARS = ("decision", "cause", "fix")
CARRYING = ("theory", *PILLARS)
Repeating = e.EntryLogged | e.ImpactSet | e.ServiceTagged | e.ServiceUntagged | e.MilestoneSet


def fold(events: Iterable[e.Event], incident: Incident) -> Incident:
    """The incident after `events`, which come in the order of their ids."""
    return reduce(evolve, events, incident)


def evolve(incident: Incident, event: e.Event) -> Incident:
    """The incident after one more event."""
    before = incident.heads.get(event.device)
    head = Head(before.count + 1 if before else 1, event.hash)
    version, heads = incident.version + 1, incident.heads.insert(event.device, head)
    lines, people = _lines(incident, event), _people(incident, event)
    if _only_counts(event.body):
        return _with(incident, version=version, last=event.id, heads=heads, lines=lines, people=people)
    evolved = _evolve(incident, event)
    if isinstance(event.body, Repeating) and event.body.repeats:
        evolved = replace(evolved, injected=evolved.injected.insert(event.body.repeats, event.id))
    return _with(evolved, version=version, last=event.id, heads=heads, lines=lines, people=people)


def _lines(incident: Incident, event: e.Event) -> HashTrieMap[str, int]:
    kind, lines = kind_of(event.body), incident.lines
    return lines.insert(kind, lines.get(kind, 0) + 1) if kind else lines


def _people(incident: Incident, event: e.Event) -> HashTrieMap[str, str]:
    people = incident.people
    for name in involved(event):
        key = person_key(name)
        if key and key not in people:
            people = people.insert(key, name)
    return people


def _only_counts(body: e.Body) -> bool:
    """Whether it is a line like most, of which the incident keeps nothing else than that there is one."""
    if isinstance(body, e.EntryLogged):
        return body.kind not in CARRYING and not (body.supports or body.refutes or body.repeats or body.alert)
    return isinstance(body, e.FileAttached | e.ResultKept) or (isinstance(body, e.CommandRun) and not body.step)


def _with(incident: Incident, **changes: object) -> Incident:
    """`replace`, but many times as fast; every event needs it, and histories are folded in one go."""
    changed = replace(incident)
    for name, value in changes.items():
        force_setattr(changed, name, value)  # nobody else has seen it yet
    return changed


def _evolve(incident: Incident, event: e.Event) -> Incident:  # noqa: PLR0911, PLR0912 - one arm for each kind of event
    body = event.body
    if isinstance(body, paperwork.Paper):
        return paperwork.evolve(incident, event, body)
    if isinstance(body, coordination.Teamwork):
        return coordination.evolve(incident, event, body)
    if isinstance(body, dispatch.Dispatch):
        return dispatch.evolve(incident, event, body)
    if isinstance(body, reshaping.Reshaped):
        return reshaping.evolve(incident, body)
    match body:
        case e.EntryLogged():
            return _log(incident, event, body)
        case e.CommandRun():
            return _ran(incident, event, body)
        case e.FileAttached() | e.ResultKept():
            return incident
        case e.IncidentDeclared():
            return _declare(incident, event, body)
        case e.IncidentRenamed():
            return replace(incident, title=body.title)
        case e.SeveritySet():
            return _set_severity(incident, event, body.severity)
        case e.StatusSet():
            return _set_status(incident, event, body.status)
        case e.MilestoneSet():
            return set_milestone(incident, event, body.milestone)
        case e.RoleTaken():
            return roles.take(incident, event, body.role, body.person)
        case e.RoleLeft():
            return roles.leave(incident, event, body.role)
        case e.ImpactSet():
            fact = Fact(body.value, event.at, event.actor)
            return replace(incident, impact=incident.impact.insert(body.key, fact))
        case e.ServiceTagged():
            fact = Fact(body.service, event.at, event.actor)
            return replace(incident, services=incident.services.insert(body.service, fact))
        case e.ServiceUntagged():
            return replace(incident, services=incident.services.discard(body.service))
        case e.PhaseBegun():
            return replace(incident, begun=incident.begun.insert(str(body.phase), event.at))
        case e.StepChecked() | e.StepReopened() | e.StepSkipped() | e.StepRuledOut():
            return _settle(incident, event, body)
        case e.StepNoted():
            return _note_step(incident, event, body)
        case e.EntryAmended() | e.EntryStruck() | e.EntryStarred():
            return _mark(incident, event, body)
        case e.TheoryJudged():
            return _judge(incident, event, body)
        case e.EvidenceWeighed():
            return _weigh(incident, body.entry, body.theory, body.stance)
        case e.Undone():
            return undo.restore(incident, body.restore)
        case e.Unrecognised():
            return incident
        case _:
            assert_never(body)


def _declare(incident: Incident, event: e.Event, body: e.IncidentDeclared) -> Incident:
    detected = moment_of(body.detected) or event.at
    milestone = Milestone(detected, event.recorded, event.actor)
    return replace(
        incident,
        ref=body.ref,
        title=body.title,
        severity=body.severity if body.severity in SEVERITIES else 3,
        zone=body.zone,
        declared_at=event.at,
        declared_by=event.actor,
        protocol=protocol_from_json(body.protocol),
        milestones=incident.milestones.insert("detected", milestone),
        drill=_drill(event, body),
    )


def _drill(event: e.Event, body: e.IncidentDeclared) -> Drill | None:
    """What is marked as a drill stays one, even where its moments cannot be read."""
    if not body.drill:
        return None
    return Drill(body.drill, moment_of(body.forked) or event.at, moment_of(body.opened) or event.at)


def _set_severity(incident: Incident, event: e.Event, severity: int) -> Incident:
    if severity not in SEVERITIES:
        return incident
    turns = incident.turns.insert("severity", Turn(event.at, str(incident.severity)))
    return replace(incident, severity=severity, turns=turns)


def _set_status(incident: Incident, event: e.Event, status: str) -> Incident:
    """A status implies its milestone; what is reopened is no longer resolved."""
    if status not in STATUSES:
        return incident
    milestones = incident.milestones
    if status in LIVE_STATUSES and not incident.live:
        milestones = milestones.discard("resolved")
    turns = incident.turns.insert("status", Turn(event.at, incident.status))
    changed = replace(incident, status=status, milestones=milestones, turns=turns)
    return reach(changed, event, STATUS_MILESTONES.get(status))


Settlement = e.StepChecked | e.StepReopened | e.StepSkipped | e.StepRuledOut
SETTLED: dict[type[Settlement], str] = {
    e.StepChecked: "done",
    e.StepReopened: "open",
    e.StepSkipped: "skipped",
    e.StepRuledOut: "not applicable",
}


def _settle(incident: Incident, event: e.Event, body: Settlement) -> Incident:
    before = incident.step(body.step)
    reason = body.reason if isinstance(body, e.StepSkipped | e.StepRuledOut) else ""
    state = StepState(SETTLED[type(body)], event.at, event.actor, reason, before.notes, before.ran)
    return replace(incident, steps=incident.steps.insert(body.step, state))


def _ran(incident: Incident, event: e.Event, body: e.CommandRun) -> Incident:
    if not body.step:
        return incident
    before = incident.steps.get(body.step, OPEN)
    ran = (*before.ran, Ran(event.id, body.command, body.exit_code, event.at))
    return replace(incident, steps=incident.steps.insert(body.step, replace(before, ran=ran)))


def _note_step(incident: Incident, event: e.Event, body: e.StepNoted) -> Incident:
    before = incident.steps.get(body.step, OPEN)
    notes = (*before.notes, Fact(body.text, event.at, event.actor))
    return replace(incident, steps=incident.steps.insert(body.step, replace(before, notes=notes)))


def _log(incident: Incident, event: e.Event, body: e.EntryLogged) -> Incident:
    logged = incident
    if body.kind == "theory":
        number = incident.next_number("theory")
        theory = Theory(incident.version, event.id, number, body.text, "untested", event.at, event.actor)
        numbers = incident.numbers.insert("theory", number)
        logged = replace(logged, theories=incident.theories.insert(event.id, theory), numbers=numbers)
    elif body.kind in PILLARS:
        entry = Entry(incident.version, event.id, body.kind, body.text, event.at, event.recorded, event.actor)
        logged = replace(logged, pillars=incident.pillars.insert(event.id, entry))
        logged = reach(logged, event, PILLAR_MILESTONES.get(body.kind))
    elif body.alert:
        known = Sounded(incident.version, event.id, body.group, event.at, body.over)
        logged = replace(logged, alerts=incident.alerts.insert(body.alert, known))
    if body.supports:
        logged = _weigh(logged, event.id, body.supports, "for")
    if body.refutes:
        logged = _weigh(logged, event.id, body.refutes, "against")
    return logged


def _mark(incident: Incident, event: e.Event, body: e.EntryAmended | e.EntryStruck | e.EntryStarred) -> Incident:
    """Note on something written what was done to it."""
    mark = incident.marks.get(body.entry, Mark())
    match body:
        case e.EntryAmended():
            mark = replace(mark, amendments=(*mark.amendments, Fact(body.text, event.at, event.actor)))
        case e.EntryStruck():
            mark = replace(mark, struck=Fact(body.reason, event.at, event.actor))
        case e.EntryStarred():
            mark = replace(mark, starred=body.starred)
        case _:
            assert_never(body)
    return replace(incident, marks=incident.marks.insert(body.entry, mark))


def _judge(incident: Incident, event: e.Event, body: e.TheoryJudged) -> Incident:
    theory = incident.theories.get(body.theory)
    if theory is None:
        return incident
    judged = replace(theory, state=body.state, reason=body.reason, judged_at=event.at)
    return replace(incident, theories=incident.theories.insert(theory.id, judged))


def _weigh(incident: Incident, entry: str, theory_id: str, stance: str) -> Incident:
    theory = incident.theories.get(theory_id)
    if theory is None:
        return incident
    supporting = tuple(item for item in theory.supporting if item != entry)
    refuting = tuple(item for item in theory.refuting if item != entry)
    if stance == "for":
        supporting = (*supporting, entry)
    elif stance == "against":
        refuting = (*refuting, entry)
    weighed = replace(theory, supporting=supporting, refuting=refuting)
    return replace(incident, theories=incident.theories.insert(theory_id, weighed))
