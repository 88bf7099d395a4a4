"""Who took part in an incident: those who recorded something, and those whom an event names."""

from __future__ import annotations

import functools

from incident_tui.domain import events as e
from incident_tui.domain.decide import person_of
from incident_tui.domain.dispatch import DeliveryChange
from incident_tui.domain.text import clean_line


def involved(event: e.Event) -> frozenset[str]:
    """The people of an event, as searches find them."""
    if isinstance(event.body, DeliveryChange):
        return frozenset()  # services answer; whoever wanted it has queued it
    names = [event.actor]
    match event.body:
        case (
            e.RoleTaken() | e.OrderGiven() | e.ObjectionRaised() | e.Escalated() | e.HandoffOffered() | e.SignedOff()
        ) as body:
            names.append(body.person)
        case (e.ActionItemAdded() | e.ActionItemChanged()) as body:
            names.append(body.owner)
        case (e.DecisionProposed() | e.DecisionRuled()) as body:
            names.append(body.executor)
        case _:
            pass
    return frozenset(key for name in names if (key := person_key(name)))


@functools.lru_cache(maxsize=256)
def person_key(name: str) -> str:
    """By what a person is found, however the name was written."""
    return " ".join(person_of(clean_line(name)).casefold().split())
