"""One incident as far as it is known here, and how it grows by what is recorded, here and elsewhere."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from incident_tui.domain.events import Event
from incident_tui.domain.incident import Incident
from incident_tui.domain.timeline import BeforeBase, Timeline
from incident_tui.journal import Stored, Writing
from incident_tui.journal.stamping import Telling, stamped


class Room(Struct, frozen=True):
    """One incident as far as it is known here: its timeline, and the place of its newest event in the journal.

    A room that stays open holds its newest events only; the journal has them all.

    `checkpoint` is how many events the kept checkpoint is made of.
    """

    timeline: Timeline
    seq: int
    checkpoint: int = 0

    @property
    def incident(self) -> Incident:
        return self.timeline.incident


def caught_up(transaction: Writing, room: Room) -> Room:
    """The room as it is for whoever writes: nobody else does meanwhile."""
    if transaction.newest().seq <= room.seq:
        return grown(room, ())
    try:
        return grown(room, transaction.stored(room.incident.id, room.seq))
    except BeforeBase:
        stored = transaction.stored(room.incident.id, 0)
        return grown(Room(Timeline.of(Incident(room.incident.id)), 0), stored)


def told_into(transaction: Writing, room: Room | None, telling: Telling, now: datetime) -> tuple[Room, Event]:
    """The room with one more event; without a room it begins one."""
    event, seq = stamped(transaction, room.incident if room else None, telling, now)
    room = room or Room(Timeline.of(Incident(event.incident)), 0)
    return replace(room, timeline=room.timeline.then(event), seq=seq), event


def grown(room: Room, stored: Iterable[Stored]) -> Room:
    """The room with events that the journal has; the same one where they say nothing new. Raises BeforeBase."""
    timeline, seq = room.timeline, room.seq
    for item in stored:
        timeline = timeline.then(item.event).recent()  # of a history without a checkpoint not all is held
        seq = max(seq, item.seq)
    timeline = timeline.recent()
    alike = timeline is room.timeline and seq == room.seq
    return room if alike else replace(room, timeline=timeline, seq=seq)
