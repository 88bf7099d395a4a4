"""Who took part in an incident: those who recorded something, and those whom an event names."""

from __future__ import annotations

import functools

from incident_tui.domain import events as e
from incident_tui.domain.decide import person_of
from incident_tui.domain.dispatch import DeliveryChange
from incident_tui.domain.text import clean_line


def involved(event: e.Event) -> tuple[str, ...]:
    """The names of people in an event; some may be empty."""
    match event.body:
        case e.EntryLogged() | e.CommandRun():  # most events, hence first
            return (event.actor,)
        case (
            e.RoleTaken() | e.OrderGiven() | e.ObjectionRaised() | e.Escalated() | e.HandoffOffered() | e.SignedOff()
        ) as body:
            return event.actor, body.person
        case (e.ActionItemAdded() | e.ActionItemChanged()) as body:
            return event.actor, body.owner or ""
        case (e.DecisionProposed() | e.DecisionRuled()) as body:
            return event.actor, body.executor
        case body if isinstance(body, DeliveryChange):
            return ()  # services answer; whoever wanted it has queued it
        case _:
            return (event.actor,)


@functools.lru_cache(maxsize=256)
def person_key(name: str) -> str:
    """By what a person is found, however the name was written."""
    return " ".join(person_of(clean_line(name)).casefold().split())
