"""An incident as it stands: on a page of text, and as JSON with its clocks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from incident_tui.cli.console import Toned
from incident_tui.cli.desk import Work
from incident_tui.domain import clocks, roles
from incident_tui.domain.clocks import Clock, NextEscalation, PhaseProgress, StepClock
from incident_tui.domain.closing import open_ends
from incident_tui.domain.encoding import to_json
from incident_tui.domain.events import Json, JsonObject
from incident_tui.domain.incident import AUDIENCES, SEVERITIES, Incident, Milestone, ordered
from incident_tui.domain.lines import MAIN_KINDS, line_of
from incident_tui.domain.policy import Policy
from incident_tui.domain.promises import owed, promises
from incident_tui.domain.teamwork import Order, Proposal
from incident_tui.domain.text import first_line
from incident_tui.journal import Lines
from incident_tui.times import clock as words

LAST = 15
MOST_OF_A_MESSAGE = 200
TONES = {"idle": "muted", "ok": "", "warn": "warn", "late": "bad", "done": "good"}


def as_json(incident: Incident, now: datetime, policy: Policy) -> JsonObject:
    """The folded incident, under `clocks` what its clocks read at `now`, and under `command` what command lacks.

    Durations are in whole seconds.
    """
    folded = _object(to_json(incident))
    due = clocks.next_update(incident, now, policy)
    step = clocks.next_step(incident)
    return {
        **folded,
        "live": incident.live,
        "commander": incident.commander,
        "began_at": to_json(incident.began_at),
        "next_step": step.number if step else None,
        "orders": {key: order_fields(item, now) for key, item in incident.orders.items()},
        "proposals": {key: _proposal_fields(item, now) for key, item in incident.proposals.items()},
        "command": _command(incident, now),
        "promises": [_object(to_json(item)) for item in promises(incident, now)],
        "open_ends": [_object(to_json(item)) for item in open_ends(incident)],
        "clocks": {
            "now": to_json(now),
            "elapsed": _clock(clocks.elapsed(incident, now)),
            "acknowledge": _clock(clocks.acknowledgement(incident, now, policy)),
            "resolve": _clock(clocks.resolution(incident, now, policy)),
            "next_update": _clock(due) if due else None,
            "updates": {
                name: _clock(clocks.update(incident, name, now, policy)) if owed(incident, name) else None
                for name in AUDIENCES
            },
            "escalation": _escalation(clocks.escalation(incident, now, policy)),
            "phases": [_phase(item) for item in clocks.phases(incident, now, policy.calendar)],
            "steps": [_step(item) for item in clocks.steps(incident, now, policy.calendar)],
        },
    }


def orders_by_time_left(incident: Incident) -> list[Order]:
    """Open orders, the one that is due first in front; then the closed ones as they were given."""
    return sorted(ordered(incident.orders), key=lambda item: (not item.open, item.due if item.open else item.at))


def order_fields(item: Order, now: datetime) -> JsonObject:
    return {"label": item.label, **_object(to_json(item)), "open": item.open, "late": item.late(now)}


def _proposal_fields(item: Proposal, now: datetime) -> JsonObject:
    waits = item.open and now < item.until
    return {"label": item.label, **_object(to_json(item)), "open": item.open, "awaits_objections": waits}


def _command(incident: Incident, now: datetime) -> JsonObject:
    return {
        "vacant_since": to_json(roles.vacant_since(incident)),
        "seconds_without_commander": to_json(roles.gap(incident, now)),
        "span_of_control": roles.span_of_control(incident),
        "span_limit": roles.SPAN,
        "conflicts": [to_json(found) for found in roles.conflicts(incident)],
    }


def _object(value: Json) -> JsonObject:
    return value if isinstance(value, dict) else {}


def _clock(clock: Clock) -> JsonObject:
    return {
        "name": clock.name,
        "started": to_json(clock.started),
        "ended": to_json(clock.ended),
        "elapsed_seconds": to_json(clock.elapsed),
        "budget_seconds": to_json(clock.budget),
        "left_seconds": to_json(clock.left),
        "due": to_json(clock.due),
        "level": clock.level,
        "late": clock.late,
    }


def _phase(progress: PhaseProgress) -> Json:
    return {
        "phase": progress.index + 1,
        "title": progress.phase.title,
        "settled": progress.settled,
        "total": progress.total,
        "complete": progress.complete,
        **_clock(progress.clock),
    }


def _step(item: StepClock) -> Json:
    """A clock of one step, or where `step` is null of its whole phase; `kind` is budget, wait or every."""
    number = item.step.number if item.step else None
    return {"phase": item.phase + 1, "step": number, "kind": item.kind, **_clock(item.clock)}


def _escalation(item: NextEscalation | None) -> Json:
    """Who is called next when nobody acknowledges; null when nothing is due by time."""
    if item is None:
        return None
    return {
        "escalation_level": item.level.level,
        "title": item.level.title,
        "person": item.person,
        "contact": item.contact,
        "reason": item.reason,
        **_clock(item.clock),
    }


Cells = tuple[str | Toned, ...]


def print_incident(work: Work, now: datetime, policy: Policy) -> None:
    """The page; sections without content are left out."""
    from incident_tui.cli.orders import order_row

    incident, console = work.incident, work.console
    severity = f"SEV{incident.severity} {SEVERITIES.get(incident.severity, '')}"
    elapsed = words(clocks.elapsed(incident, now).elapsed)
    console.line(Toned(f"{incident.ref}  {severity}  {incident.status}  {elapsed}", "strong"))
    if incident.drill is not None:
        console.line(Toned("DRILL: nothing of it is real, and nothing of it is sent", "bad"))
    console.line(incident.title)
    began = work.show(incident.began_at) if incident.began_at else "–"
    console.line(f"began {began}, times in {work.zone.key}")
    sections: tuple[tuple[str, Iterable[Cells]], ...] = (
        ("roles", _roles(incident)),
        ("impact", ((key, incident.impact[key].text) for key in sorted(incident.impact))),
        ("services", ((key, f"tagged by {incident.services[key].by}") for key in sorted(incident.services))),
        ("milestones", ((name, work.show(found.at)) for name, found in _by_time(incident))),
        ("clocks", _clock_rows(incident, now, policy)),
        ("checklist", _phase_rows(incident, now, policy)),
        ("orders", (order_row(item, now) for item in orders_by_time_left(incident))),
        ("proposals", _proposals(incident)),
        (
            "theories",
            ((item.label, item.state, incident.text_of(item.id, item.text)) for item in ordered(incident.theories)),
        ),
        (
            "messages",
            (
                (m.label, m.audience, m.state, first_line(f"{m.mark} {m.text}", MOST_OF_A_MESSAGE))
                for m in ordered(incident.messages)
            ),
        ),
        ("action items", _items(incident)),
        (
            "open ends",
            () if incident.live else ((end.kind, end.label, end.text, f"/{end.how}") for end in open_ends(incident)),
        ),
        (f"last {LAST} lines", _lines(work)),
    )
    for title, rows in sections:
        found = list(rows)
        if found:
            console.line()
            console.line(Toned(title, "strong"))
            console.columns([("  " + str(row[0]), *row[1:]) for row in found])


def _proposals(incident: Incident) -> Iterator[Cells]:
    for item in ordered(incident.proposals):
        objections = "; ".join(f"{found.person}: {found.text}" for found in item.objections)
        yield item.label, item.ruling or "open", item.executor or "–", item.text, objections


def _roles(incident: Incident) -> Iterator[Cells]:
    if incident.commander is None and incident.live:
        yield "incident commander", Toned("NO COMMANDER", "bad")
    for role in sorted(incident.roles):
        holder = incident.holder(role)
        if holder:
            yield role, holder


def _by_time(incident: Incident) -> list[tuple[str, Milestone]]:
    return sorted(incident.milestones.items(), key=lambda item: item[1].at)


def _clock_rows(incident: Incident, now: datetime, policy: Policy) -> Iterator[Cells]:
    due = clocks.next_update(incident, now, policy)
    found = [clocks.acknowledgement(incident, now, policy), clocks.resolution(incident, now, policy)]
    for clock in [*found, *([due] if due else [])]:
        if clock.budget is not None:
            name = f"update {clock.name}" if clock is due else clock.name
            yield name, _of(clock.elapsed, clock.budget), Toned(clock.level, TONES[clock.level])
    following = clocks.escalation(incident, now, policy)
    if following is not None and following.clock.level in ("warn", "late"):
        clock, who = following.clock, " ".join(filter(None, (following.person, following.contact)))
        yield (
            clock.name,
            _of(clock.elapsed, clock.budget),
            Toned(clock.level, TONES[clock.level]),
            who,
            following.reason,
        )


def _phase_rows(incident: Incident, now: datetime, policy: Policy) -> Iterator[Cells]:
    for item in clocks.phases(incident, now, policy.calendar):
        level = "done" if item.complete else item.clock.level
        number, progress = str(item.index + 1), f"{item.settled}/{item.total}"
        yield number, item.phase.title, progress, _of(item.clock.elapsed, item.clock.budget), Toned(level, TONES[level])
    step = clocks.next_step(incident)
    if step is not None:
        yield "next", f"{step.number} {step.title}"


def _of(elapsed: timedelta, budget: timedelta | None) -> str:
    return f"{words(elapsed)} of {words(budget)}" if budget is not None else words(elapsed)


def _items(incident: Incident) -> Iterator[Cells]:
    for item in ordered(incident.action_items):
        yield item.label, "done" if item.done_at else "open", item.due or "–", item.owner or "nobody", item.text


def _lines(work: Work) -> Iterator[Cells]:
    for event in work.session.journal.page(Lines(work.incident.id, MAIN_KINDS), limit=LAST):
        line = line_of(event.body)
        if line is None:
            continue
        late = " (entered late)" if event.late else ""
        struck = " (struck)" if work.incident.struck(event.id) else ""
        yield work.show(event.at), line.kind, event.actor, work.incident.text_of(event.id, line.text) + late + struck
