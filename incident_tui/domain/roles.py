"""Who holds which role: how roles are taken and left."""

from __future__ import annotations

from dataclasses import replace

from incident_tui.domain.events import Event
from incident_tui.domain.incident import COMMANDER, Incident, Term
from incident_tui.domain.milestones import reach


def take(incident: Incident, event: Event, role: str, person: str) -> Incident:
    """`person` holds the role; whoever held it before has left it. A commander acknowledges the incident."""
    left = leave(incident, event, role)
    term = Term(incident.version, role, person, event.at)
    taken = replace(left, terms=left.terms.insert(event.id, term), roles=left.roles.insert(role, event.id))
    return reach(taken, event, "acknowledged" if role == COMMANDER else None)


def leave(incident: Incident, event: Event, role: str) -> Incident:
    current = incident.roles.get(role)
    if current is None:
        return incident
    roles = incident.roles.discard(role)
    term = incident.terms.get(current)
    if term is None:
        return replace(incident, roles=roles)
    return replace(incident, roles=roles, terms=incident.terms.insert(current, replace(term, until=event.at)))
