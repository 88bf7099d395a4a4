"""Who is to be called next when nobody acknowledges, and when that is due."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from incident_tui.domain.clock import Clock, clock
from incident_tui.domain.incident import Incident, ordered
from incident_tui.domain.policy import Escalation, Policy


class NextEscalation(Struct, frozen=True):
    """The level to be called when its clock is late, and why; `person` and `contact` are empty where not known."""

    level: Escalation
    person: str
    contact: str
    clock: Clock
    reason: str


def escalation(incident: Incident, now: datetime, policy: Policy) -> NextEscalation | None:
    """The level that is next while the incident is not acknowledged; None when nothing is due by time alone.

    It counts from the call to the level before. Who is called at once, as the first level is, needs no call of ours:
    the declaration itself has reached them.
    """
    began = incident.began_at
    if began is None or not incident.live or incident.moment("acknowledged") is not None:
        return None
    calls = ordered(incident.escalations)
    reached = max((call.level for call in calls), default=0)
    since = max((call.at for call in calls if call.level == reached), default=began)
    timed = (item for item in policy.escalation if item.after and incident.severity <= item.severity)
    level = next((item for item in timed if item.level > reached), None)
    if level is None:
        return None
    limit = policy.limit(incident.severity, level.after)
    read = clock(f"escalate to {level.title}", since, now, limit, calendar=policy.calendar)
    contact = level.contact or policy.contact(level.person)
    return NextEscalation(level, level.person, contact, read, _reason(reached, policy))


def _reason(level: int, policy: Policy) -> str:
    """Why somebody is due to be called after `level` was; level 0 stands for the detection."""
    title = next((item.title for item in policy.escalation if item.level == level), "")
    return f"no acknowledgement since {title} was called" if title else "no acknowledgement since detection"
