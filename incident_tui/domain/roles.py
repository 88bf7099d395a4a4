"""Who holds which role: how roles are taken and left, the time without a commander, too much for one person."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from incident_tui.domain.events import Event
from incident_tui.domain.incident import COMMANDER, ROLES, Incident, Term, ordered
from incident_tui.domain.maps import values
from incident_tui.domain.milestones import reach
from incident_tui.domain.teamwork import Handoff

SPAN: Final = 7
"""How many people one commander leads at most. Source: ICS, span of control of 3 to 7."""
APART: Final[Mapping[str, frozenset[str]]] = {
    COMMANDER: frozenset({"technical lead", "scribe", "communications lead"}),
}
"""Roles that one person does not hold beside another. Source: PagerDuty incident response, training of commanders: who
commands does not repair, write the log or draft messages."""


class Conflict(Struct, frozen=True):
    """A person with roles that do not go together."""

    person: str
    roles: tuple[str, ...]


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


def gap(incident: Incident, now: datetime) -> timedelta:
    """How long in total nobody commanded, from the declaration until the incident was resolved, or until `now`."""
    start, end = incident.declared_at, _end(incident, now)
    if start is None or end <= start:
        return timedelta()
    return uncovered(start, end, [(term.since, term.until) for term in _command(incident)])


def uncovered(start: datetime, end: datetime, spans: Iterable[tuple[datetime, datetime | None]]) -> timedelta:
    """The time from `start` to `end` that none of the spans covers; one without an end lasts."""
    missing, covered = timedelta(), start
    for since, until in sorted(spans, key=lambda span: span[0]):
        missing += max(min(since, end) - covered, timedelta())
        covered = max(covered, min(until or end, end))
    return missing + max(end - covered, timedelta())


def vacant_since(incident: Incident) -> datetime | None:
    """Since when nobody commands a live incident; None while somebody does."""
    if incident.commander is not None or not incident.live:
        return None
    left = [term.until for term in _command(incident) if term.until is not None]
    return max(left, default=incident.declared_at)


def conflicts(incident: Incident, apart: Mapping[str, frozenset[str]] = APART) -> tuple[Conflict, ...]:
    """Who holds roles that do not go together; roles in their usual order."""
    found: list[Conflict] = []
    for roles in _held(incident).values():
        clashing = {name for role in roles for other in apart.get(role, frozenset()) & roles for name in (role, other)}
        if clashing:
            names = tuple(sorted(clashing, key=_place))
            found.append(Conflict(incident.holder(names[0]) or "", names))
    return tuple(sorted(found, key=lambda conflict: conflict.person))


def span_of_control(incident: Incident) -> int:
    """How many people the commander leads: who has an open order, or a role other than commander and deputy."""
    led = {person for person, roles in _held(incident).items() if roles - {COMMANDER, "deputy"}}
    led |= {order.person.casefold() for order in values(incident.orders) if order.open}
    return len(led - {(incident.commander or "").casefold()})


def offered(incident: Incident) -> list[Handoff]:
    """The offers that can be accepted as things stand, oldest first."""
    return [item for item in ordered(incident.handoffs) if item.open and standing(incident, item)]


def standing(incident: Incident, handoff: Handoff) -> bool:
    """Whether who signed the brief still holds the role."""
    return incident.holder(handoff.role) == handoff.giver


def _held(incident: Incident) -> dict[str, set[str]]:
    """The roles by their holder's name in small letters."""
    held: dict[str, set[str]] = {}
    for role in incident.roles:
        if holder := incident.holder(role):
            held.setdefault(holder.casefold(), set()).add(role)
    return held


def _command(incident: Incident) -> list[Term]:
    return [term for term in values(incident.terms) if term.role == COMMANDER]


def _end(incident: Incident, now: datetime) -> datetime:
    resolved = None if incident.live else incident.moment("resolved")
    return min(resolved, now) if resolved else now


def _place(role: str) -> tuple[int, str]:
    return (ROLES.index(role) if role in ROLES else len(ROLES)), role
