"""How milestones are set and moved."""

from __future__ import annotations

from msgspec.structs import replace

from incident_tui.domain.events import Event
from incident_tui.domain.incident import Incident, Milestone


def set_milestone(incident: Incident, event: Event, name: str) -> Incident:
    """Set it, or move it and keep the value it had."""
    before = incident.milestones.get(name)
    earlier = (*before.earlier, before.at) if before else ()
    milestone = Milestone(event.at, event.recorded, event.actor, earlier)
    return replace(incident, milestones=incident.milestones.insert(name, milestone))


def reach(incident: Incident, event: Event, name: str | None) -> Incident:
    """Set a milestone that an event implies, unless somebody has set it before."""
    if name is None or name in incident.milestones:
        return incident
    return set_milestone(incident, event, name)
