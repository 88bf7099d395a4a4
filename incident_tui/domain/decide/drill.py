"""Rules of drills: what can be forked, what arrives, and that nothing of a drill leaves."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from incident_tui.domain.decide import Decision, Refused
from incident_tui.domain.drill import Injection, known_at
from incident_tui.domain.events import Event
from incident_tui.domain.evolve import fold
from incident_tui.domain.incident import Incident


def fork_moment(incident: Incident, events: Iterable[Event], at: datetime | None) -> datetime | Refused:
    """The moment of a past incident that a drill begins at: `at`, or its declaration."""
    if incident.drill is not None:
        return Refused(f"{incident.ref} is a drill itself", "fork the incident that it repeats")
    if incident.live:
        return Refused(f"{incident.ref} is live", "only a past incident can be drilled")
    if incident.declared_at is None:
        return Refused(f"{incident.ref or 'the incident'} was never declared")
    moment = at or incident.declared_at
    if moment < incident.declared_at:
        return Refused("that is before it was declared", "name a later moment, or none for the declaration")
    if not fold(known_at(events, moment), Incident(incident.id)).live:
        return Refused("by that moment it was over", "name an earlier one")
    return moment


def inject(incident: Incident, injection: Injection) -> Decision:
    """What arrives from outside, once; nothing does where the drill is over."""
    if incident.drill is None:
        return Refused("this is no drill")
    if not incident.live:
        return Refused("the drill is over")
    if injection.event in incident.injected:
        return Refused("it has arrived already")
    return (injection.body,)


def may_leave(incident: Incident) -> Refused | None:
    """Why no message of this incident goes out to anybody; whatever sends must ask."""
    if incident.drill is None:
        return None
    return Refused("this is a drill: nothing of it is sent", "copy it, and mark it as sent by hand")
