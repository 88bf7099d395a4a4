"""Gives what is recorded its identity: an id, a place in its device's chain, and times as they will read back."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta

from msgspec import Struct

from incident_tui.domain.events import Body, Event
from incident_tui.domain.identity import event_id, next_tick, tick_of
from incident_tui.domain.incident import Incident
from incident_tui.journal.codec import sealed_row
from incident_tui.journal.writing import Writing

EPOCH, MILLISECOND = datetime(1970, 1, 1, tzinfo=UTC), timedelta(milliseconds=1)


class Telling(Struct, frozen=True):
    """What is to be recorded: when it happened, when it was entered, by whom."""

    body: Body
    at: datetime
    recorded: datetime
    actor: str


def stamped(transaction: Writing, incident: Incident | None, telling: Telling, now: datetime) -> tuple[Event, int]:
    """The event, stored, with its place in the order of arrival; without an incident it begins one."""
    tick = next_tick(tick_of(transaction.newest().id), _millis(now))
    identifier = event_id(tick, transaction.device, int.from_bytes(os.urandom(4)))
    head = incident.heads.get(transaction.device) if incident else None
    recorded = to_the_millisecond(telling.recorded)
    event = Event(
        identifier,
        incident.id if incident else identifier,
        transaction.device,
        recorded if telling.at is telling.recorded else to_the_millisecond(telling.at),
        recorded,
        telling.actor,
        telling.body,
        head.hash if head else "",
    )
    event, row = sealed_row(event)
    return event, transaction.append_row(row, event)


def to_the_millisecond(moment: datetime) -> datetime:
    """In UTC, as the journal keeps it."""
    utc = moment.astimezone(UTC)
    return utc.replace(microsecond=utc.microsecond // 1000 * 1000)


def _millis(moment: datetime) -> int:
    return (moment - EPOCH) // MILLISECOND
