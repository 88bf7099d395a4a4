"""Drills: a past incident from one of its moments on, what of it comes from outside, and both runs side by side."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from msgspec import Struct
from msgspec.structs import replace

from incident_tui.domain import events as e
from incident_tui.domain.dispatch import Dispatch
from incident_tui.domain.encoding import moment_of
from incident_tui.domain.evolve import Repeating, evolve
from incident_tui.domain.incident import MILESTONES, Incident
from incident_tui.domain.practice import Drill

OUTSIDE_KINDS: Final = ("alert", "health")
OUTSIDE_MILESTONES: Final = ("started", "detected")
Commanding = (
    e.RoleTaken
    | e.RoleLeft
    | e.OrderGiven
    | e.OrderUnderstood
    | e.OrderExtended
    | e.OrderDone
    | e.OrderCancelled
    | e.HandoffOffered
    | e.HandoffAccepted
    | e.HandoffWithdrawn
    | e.LoopMoved
    | e.CalloutAnswered
)
"""What those who were there did with each other. It is not told: whoever is in the drill commands it."""
REFERENCES: Final = ("entry", "theory", "supports", "refutes", "message", "item", "proposal")
"""The fields of bodies that name an earlier event of the same incident."""


class Injection(Struct, frozen=True):
    """Something from outside that happens again: `after` the fork it arrives, `happened` after it it was."""

    event: str
    after: timedelta
    happened: timedelta
    body: e.Body


class Retold(Struct, frozen=True):
    """What was known at the fork, as an event of the drill: `event` is the id that it had."""

    event: str
    at: datetime
    recorded: datetime
    actor: str
    body: e.Body


class Timed(Struct, frozen=True):
    """When something was reached in the incident and in its drill, since the detection; None where it never was."""

    name: str
    theirs: timedelta | None
    ours: timedelta | None

    @property
    def difference(self) -> timedelta | None:
        """How much later it was in the drill; negative where it was earlier."""
        return None if self.theirs is None or self.ours is None else self.ours - self.theirs


class Counted(Struct, frozen=True):
    """How many there were in the incident and in its drill."""

    name: str
    theirs: int
    ours: int

    @property
    def difference(self) -> int:
        return self.ours - self.theirs


class Comparison(Struct, frozen=True):
    """A past incident beside a drill of it; `steps` are those that were settled in either, `fork` is when it began."""

    fork: timedelta
    milestones: tuple[Timed, ...]
    steps: tuple[Timed, ...]
    counts: tuple[Counted, ...]


def known_at(events: Iterable[e.Event], moment: datetime) -> list[e.Event]:
    """What was known at a moment, of all events of an incident in the order of their ids."""
    came = _came(events)
    return [event for event, at in came if at <= moment]


def injections(events: Iterable[e.Event], forked: datetime) -> tuple[Injection, ...]:
    """What came from outside after the fork, in the order in which it came.

    That is alerts, readings of health, impact, affected services, and when it started and was detected. What was taken
    back or struck later was a mistake, and is left out.
    """
    came = _came(events)
    mistakes = {
        event.body.event if isinstance(event.body, e.Undone) else event.body.entry
        for event, _ in came
        if isinstance(event.body, e.Undone | e.EntryStruck)
    }
    found = [
        Injection(event.id, at - forked, event.at - forked, body)
        for event, at in came
        if at > forked and event.id not in mistakes and (body := _from_outside(event)) is not None
    ]
    return tuple(sorted(found, key=lambda injection: (injection.after, injection.event)))


def due(planned: Sequence[Injection], arrived: Collection[str], elapsed: timedelta) -> tuple[Injection, ...]:
    """Those that should have arrived `elapsed` after the fork, and are not among the `arrived` events."""
    return tuple(item for item in planned if item.after <= elapsed and item.event not in arrived)


def retold(events: Iterable[e.Event], source: str, forked: datetime, now: datetime, ref: str) -> tuple[Retold, ...]:
    """What was known at the fork, moved so that the fork is now: how a drill with the reference `ref` begins.

    What was taken back by then is not told, nor what people did with each other; a milestone that such an act reached
    is told instead. Bodies still name each other by the ids of the source, see `renamed`.
    """
    drill = Drill(source, forked, now)
    told: list[Retold] = []
    prefix = known_at(events, forked)
    gone = {event.body.event for event in prefix if isinstance(event.body, e.Undone)}
    incident = Incident(source)
    for event in prefix:
        before, incident = incident, evolve(incident, event)
        if event.id in gone or isinstance(event.body, e.Undone):
            continue
        recorded = min(drill.here(event.recorded), now)
        for body in _told(event.body, drill, ref, before, incident):
            told.append(Retold(event.id, drill.here(event.at), recorded, event.actor, body))
    return tuple(told)


def renamed(body: e.Body, names: dict[str, str]) -> e.Body:
    """The body with the events of the source that it names replaced by those that repeat them."""
    changed: dict[str, Any] = {
        name: names[value]
        for name in REFERENCES
        if isinstance(value := getattr(body, name, None), str) and value in names
    }
    return replace(body, **changed) if changed else body


def compare(source: Incident, drill: Incident) -> Comparison:
    """Both runs, each moment since the detection; `drill` is one of `source`, or nothing is reached in it."""
    mark, base = drill.drill, source.began_at
    if mark is None or base is None:
        return Comparison(timedelta(), (), (), ())

    def since(name: str, theirs: datetime | None, ours: datetime | None) -> Timed:
        here = ours - mark.here(base) if ours else None
        return Timed(name, theirs - base if theirs else None, here)

    steps = [
        since(f"{step.number} {step.title}", _settled(source, step.number), _settled(drill, step.number))
        for _, step in source.protocol.all_steps()
    ]
    return Comparison(
        mark.forked - base,
        tuple(since(name, _reached(source, name), _reached(drill, name)) for name in MILESTONES),
        tuple(row for row in steps if row.theirs is not None or row.ours is not None),
        tuple(
            Counted(name, theirs, ours)
            for (name, theirs), (_, ours) in zip(_counts(source), _counts(drill), strict=True)
        ),
    )


def _came(events: Iterable[e.Event]) -> list[tuple[e.Event, datetime]]:
    """The events as they became known. A history that was written down afterwards is told as it happened."""
    known = list(events)
    afterwards = any(isinstance(event.body, e.IncidentDeclared) and event.late for event in known)
    if not afterwards:
        return [(event, event.recorded) for event in known]
    known.sort(key=lambda event: (not isinstance(event.body, e.IncidentDeclared), event.at, event.id))
    return [(event, event.at) for event in known]


def _from_outside(event: e.Event) -> e.Body | None:
    """The body of an event that nobody in the room brought about, as the drill repeats it."""
    match event.body:
        case e.EntryLogged() as body if body.kind in OUTSIDE_KINDS:
            return replace(body, supports=None, refutes=None, repeats=event.id)
        case e.MilestoneSet() as body if body.milestone in OUTSIDE_MILESTONES:
            return replace(body, repeats=event.id)
        case (e.ImpactSet() | e.ServiceTagged() | e.ServiceUntagged()) as body:
            return replace(body, repeats=event.id)
        case _:
            return None


def _told(body: e.Body, drill: Drill, ref: str, before: Incident, after: Incident) -> tuple[e.Body, ...]:
    """What stands for one event of the source at the beginning of its drill."""
    match body:
        case e.IncidentDeclared():
            return (
                replace(
                    body,
                    ref=ref,
                    detected=_moved(body.detected, drill),
                    drill=drill.source,
                    forked=drill.forked.isoformat(),
                    opened=drill.opened.isoformat(),
                ),
            )
        case e.MessageSent():
            return (replace(body, promised=_moved(body.promised, drill)),)
        case _ if isinstance(body, Dispatch):
            return tuple(
                e.MessageSent(message.id, message.how, _moved(message.promised_at.isoformat(), drill))
                if message.promised_at
                else e.MessageSent(message.id, message.how)
                for message in after.messages.values()
                if message.state == "sent" and before.messages[message.id].state != "sent"
            )
        case _ if isinstance(body, Commanding):
            return tuple(
                e.MilestoneSet(name)
                for name in MILESTONES
                if name in after.milestones and name not in before.milestones
            )
        case _ if isinstance(body, Repeating):
            return (replace(body, repeats=""),)
        case _:
            return (body,)


def _moved(text: str | None, drill: Drill) -> str | None:
    moment = moment_of(text)
    return drill.here(moment).isoformat() if moment else text


def _reached(incident: Incident, milestone: str) -> datetime | None:
    """A live incident is not resolved, whatever its milestones say."""
    return None if milestone == "resolved" and incident.live else incident.moment(milestone)


def _settled(incident: Incident, number: str) -> datetime | None:
    state = incident.step(number)
    return state.at if state.status == "done" else None


def _counts(incident: Incident) -> tuple[tuple[str, int], ...]:
    states = [state.status for state in incident.steps.values()]
    decisions = [item for item in incident.pillars.values() if item.kind == "decision" and not incident.struck(item.id)]
    sent = [message for message in incident.messages.values() if message.state == "sent"]
    return (
        ("steps done", states.count("done")),
        ("steps skipped", states.count("skipped")),
        ("theories", len(incident.theories)),
        ("decisions", len(decisions) + len(incident.proposals)),
        ("orders", len(incident.orders)),
        ("messages sent", len(sent)),
        ("log entries", incident.entries),
    )
