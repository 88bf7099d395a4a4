"""The history of one incident in memory: ordered events over a base, with checkpoints, read at any point."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence

from msgspec import Struct, field

from incident_tui.domain.events import Event
from incident_tui.domain.evolve import evolve, fold
from incident_tui.domain.incident import Incident

CHECKPOINT_EVERY = 40
MOST_HELD = 512


class BeforeBase(LookupError):
    """The history asked for begins earlier than what this timeline holds."""


class Timeline(Struct, frozen=True, eq=False):
    """`base` folded over the first `length` of `events`. Prefixes share their lists; nothing here is ever removed.

    `base` is the incident as of an earlier moment (a stored checkpoint, or nothing yet); events at or before
    `base.last` are not held.
    """

    base: Incident
    incident: Incident
    events: list[Event] = field(default_factory=list)
    checkpoints: list[Incident] = field(default_factory=list)
    length: int = 0

    @classmethod
    def of(cls, base: Incident, events: Iterable[Event] = ()) -> Timeline:
        """A timeline over `base`; `events` may come in any order."""
        timeline = cls(base, base)
        for event in sorted(events, key=lambda item: item.id):
            timeline = timeline.then(event)
        return timeline

    @classmethod
    def in_order(cls, base: Incident, events: Iterable[Event]) -> Timeline:
        """A timeline over `base` of events that are read as they come, whatever their ids say."""
        timeline = cls(base, base)
        for event in events:
            timeline = timeline._append(event)
        return timeline

    def then(self, event: Event) -> Timeline:
        """The timeline with one more event, wherever its id places it; an event it has already changes nothing.

        Raises BeforeBase when the event belongs before the base.
        """
        if event.id > self.incident.last:
            return self._append(event)
        if event.id <= self.base.last:
            raise BeforeBase(event.id)
        place = bisect_left(self.events, event.id, hi=self.length, key=lambda item: item.id)
        if place < self.length and self.events[place].id == event.id:
            return self
        later = self.events[place : self.length]
        timeline = self.upto(place)
        for item in (event, *later):
            timeline = timeline._append(item)
        return timeline

    def upto(self, length: int) -> Timeline:
        """The timeline as it was after its first `length` events above the base; costs at most 39 evolves."""
        length = max(0, min(length, self.length))
        full = min(length // CHECKPOINT_EVERY, len(self.checkpoints))
        start = self.checkpoints[full - 1] if full else self.base
        incident = fold(self.events[full * CHECKPOINT_EVERY : length], start)
        return Timeline(self.base, incident, self.events, self.checkpoints, length)

    def recent(self) -> Timeline:
        """The same incident over a later base when it holds many events: the newest half of them, or a few more."""
        if self.length < MOST_HELD:
            return self
        full = self.length // 2 // CHECKPOINT_EVERY
        start, end = full * CHECKPOINT_EVERY, self.length // CHECKPOINT_EVERY
        events, checkpoints = self.events[start : self.length], self.checkpoints[full:end]
        return Timeline(self.checkpoints[full - 1], self.incident, events, checkpoints, len(events))

    def position(self, identifier: str) -> int:
        """How many events above the base come before `identifier`."""
        return bisect_left(self.events, identifier, hi=self.length, key=lambda item: item.id)

    def since(self, identifier: str) -> Sequence[Event]:
        """The events after the one with this id, oldest first. Raises BeforeBase where not all of them are held."""
        if identifier < self.base.last:
            raise BeforeBase(identifier)
        place = bisect_right(self.events, identifier, hi=self.length, key=lambda item: item.id)
        return self.events[place : self.length]

    def tail(self) -> Sequence[Event]:
        """The events above the base, oldest first."""
        return self.events[: self.length]

    def _append(self, event: Event) -> Timeline:
        """Share the lists while this is their newest reader; copy them where another future has begun."""
        newest = self.length == len(self.events)
        events = self.events if newest else self.events[: self.length]
        checkpoints = self.checkpoints if newest else self.checkpoints[: self.length // CHECKPOINT_EVERY]
        incident = evolve(self.incident, event)
        events.append(event)
        if len(events) % CHECKPOINT_EVERY == 0:
            checkpoints.append(incident)
        return Timeline(self.base, incident, events, checkpoints, self.length + 1)
