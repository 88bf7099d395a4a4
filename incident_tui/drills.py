"""Drills at work: what is to arrive, how it arrives once, and the two runs that are compared."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial

from msgspec.structs import replace

from incident_tui.domain.decide import Refused
from incident_tui.domain.decide.drill import inject
from incident_tui.domain.drill import Comparison, Injection, compare, injections
from incident_tui.domain.incident import Incident
from incident_tui.domain.practice import Drill
from incident_tui.journal import Journal
from incident_tui.rooms import Room
from incident_tui.session import Done, Session

ACTOR = "drill"
"""Who records what arrives from outside."""


def planned(session: Session, drill: Drill) -> tuple[Injection, ...]:
    """What is to arrive in a drill; nothing where the incident that it repeats is not here. Raises JournalError.

    It reads through a connection of its own, so that it may run in any thread.
    """
    with Journal.open(session.paths.database, writable=False) as journal:
        return injections(journal.events(drill.source), drill.forked)


def span(incident: Incident) -> tuple[datetime, datetime]:
    """From the declaration of a past incident until it was over: a drill begins somewhere in it."""
    first = incident.declared_at or datetime.fromtimestamp(0, UTC)
    return first, max(first, incident.moment("resolved") or first)


def arrive(session: Session, room: Room, injection: Injection) -> Done | Refused:
    """Let it happen in the drill at the moment that it is due, whoever is at the screen. Raises NotSaved.

    Refused where it has arrived, here or at another screen: that is looked at in the transaction that records it.
    """
    drill = room.incident.drill
    if drill is None:
        return Refused("this is no drill")
    outside = Session(session.paths, session.config, session.journal, session.now)
    outside.actor = ACTOR
    outside.policy = replace(session.policy, may={})
    return outside.perform(room, partial(inject, injection=injection), at=drill.opened + injection.happened)


def beside(session: Session, drill: Incident) -> Comparison | Refused:
    """A drill beside the incident that it repeats. Raises JournalError."""
    if drill.drill is None:
        return Refused(f"{drill.ref} is no drill", "`incident-tui drill REF` makes one of a past incident")
    source = session.enter(drill.drill.source).incident
    if source.declared_at is None:
        return Refused("the incident that this drill repeats is not here", "import it first")
    return compare(source, drill)
