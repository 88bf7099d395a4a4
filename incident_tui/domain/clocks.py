"""Clocks as pure functions of (incident, now): those of the incident as a whole, and the door to all others."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from msgspec import Struct

from incident_tui.domain.checklist_clocks import PhaseProgress, StepClock, StepClockKind, next_step, phases, steps
from incident_tui.domain.clock import ZERO, Clock, Level, clock
from incident_tui.domain.escalating import NextEscalation, escalation
from incident_tui.domain.incident import AUDIENCES, Incident, Message
from incident_tui.domain.maps import values
from incident_tui.domain.policy import Policy
from incident_tui.domain.promises import heard, last_sent

__all__ = [
    "ZERO",
    "Clock",
    "Level",
    "NextEscalation",
    "Owed",
    "PhaseProgress",
    "StepClock",
    "StepClockKind",
    "acknowledgement",
    "clock",
    "elapsed",
    "escalation",
    "next_step",
    "next_update",
    "phases",
    "resolution",
    "steps",
    "update",
    "updates",
]


def elapsed(incident: Incident, now: datetime) -> Clock:
    """The incident's own clock: from detection until it is resolved."""
    ended = None if incident.live else incident.moment("resolved")
    return clock("elapsed", incident.began_at, now, ended=ended)


def acknowledgement(incident: Incident, now: datetime, policy: Policy) -> Clock:
    budget = policy.limit(incident.severity, policy.of(incident.severity).acknowledge)
    ended = incident.moment("acknowledged")
    return clock("acknowledge", incident.began_at, now, budget, ended, policy.calendar)


def resolution(incident: Incident, now: datetime, policy: Policy) -> Clock:
    budget = policy.limit(incident.severity, policy.of(incident.severity).resolve)
    ended = None if incident.live else incident.moment("resolved")
    return clock("resolve", incident.began_at, now, budget, ended, policy.calendar)


class Owed(Struct, frozen=True):
    """The next update to an audience: the last message that went to it, if any, and when the next one is due.

    `promised` says that it was ever promised one.
    """

    audience: str
    last: Message | None
    promised: bool
    clock: Clock


def update(incident: Incident, audience: str, now: datetime, policy: Policy) -> Clock:
    """When `audience` is owed the next update: as promised with the last one sent, else by the severity's cadence."""
    return _update(incident, audience, last_sent(incident, audience), now, policy)


def updates(
    incident: Incident, now: datetime, policy: Policy, messages: Iterable[Message] | None = None
) -> tuple[Owed, ...]:
    """The next update to each audience that is to hear from us by the clock; its `messages` may have been read."""
    told = heard(values(incident.messages) if messages is None else messages)
    return tuple(
        Owed(
            audience,
            last := told.last.get(audience),
            audience in told.promised,
            _update(incident, audience, last, now, policy),
        )
        for audience in AUDIENCES
        if told.owed(audience)
    )


def next_update(incident: Incident, now: datetime, policy: Policy) -> Clock | None:
    """The update that is due first; None when nobody is owed one."""
    if not incident.live:
        return None
    clocks = [item.clock for item in updates(incident, now, policy) if item.clock.due is not None]
    return min(clocks, key=lambda item: item.due or now, default=None)


def _update(incident: Incident, audience: str, last: Message | None, now: datetime, policy: Policy) -> Clock:
    started = last.sent_at if last else incident.declared_at
    budget = policy.limit(incident.severity, policy.of(incident.severity).cadence(audience))
    if last and last.promised_at and started:
        budget = last.promised_at - started
    ended = None if incident.live else incident.moment("resolved")
    return clock(audience, started, now, budget, ended, policy.calendar)
