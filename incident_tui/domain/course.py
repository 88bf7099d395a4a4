"""A history laid out to be moved along: when each event comes, where to stop, the incident at any point."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from operator import attrgetter
from typing import NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from incident_tui.domain.axis import Axis
from incident_tui.domain.events import Event, IncidentDeclared
from incident_tui.domain.evolve import evolve
from incident_tui.domain.incident import MILESTONES, Incident
from incident_tui.domain.lines import line_of
from incident_tui.domain.timeline import Timeline

STAR = "star"


class Cursor(NamedTuple):
    """A point of a course: how many of its events have come, and the time on the clock."""

    length: int
    now: datetime


class Stop(NamedTuple):
    """A point worth stopping at, right after an event came: a milestone by its name, or a starred entry."""

    length: int
    now: datetime
    name: str


class Course(Struct, frozen=True, eq=False):
    """A whole history in one of two orders: as it became known, or, if `happened`, as it happened.

    `stamps` says when each event comes, in seconds since 1970, and never goes back. `kinds` holds the kinds of the
    lines that events add to the log, empty where they add none. `late` are the places of back-dated events. There is
    at least one event.
    """

    timeline: Timeline
    stamps: Sequence[float]
    kinds: Sequence[str]
    late: Sequence[int]
    stops: tuple[Stop, ...]
    axis: Axis
    happened: bool

    @classmethod
    def of(cls, incident: str, events: Iterable[Event], *, happened: bool = False) -> Course:
        """The course of all events of an incident, which come in the order of their ids; there is at least one."""
        ordered, base = list(events), Incident(incident)
        if happened:
            ordered.sort(key=lambda event: (event.at, event.id))
            base = _named(base, ordered)
        timeline = Timeline.in_order(base, ordered)
        stamps = _stamps(ordered, happened=happened)
        lines = (line_of(event.body) for event in ordered)
        kinds = [line.kind if line else "" for line in lines]
        late = [place for place, event in enumerate(ordered) if event.late]
        return cls(timeline, stamps, kinds, late, _stops(timeline, stamps), Axis.of(stamps), happened)

    @property
    def length(self) -> int:
        return self.timeline.length

    def at(self, cursor: Cursor) -> Incident:
        """The incident as it stands there; costs a checkpoint and a few evolves."""
        return self.timeline.upto(cursor.length).incident

    def event(self, cursor: Cursor) -> Event:
        """The last event that has come."""
        return self.timeline.events[cursor.length - 1]

    def after(self, length: int) -> Cursor:
        """Right after the event of that number, counted from 1; beyond an end it is that end."""
        length = max(1, min(length, self.length))
        return Cursor(length, _moment(self.stamps[length - 1]))

    def when(self, now: datetime) -> Cursor:
        """At a moment; beyond an end it is that end."""
        stamp = max(self.stamps[0], min(now.timestamp(), self.stamps[-1]))
        length = bisect_right(self.stamps, stamp)
        return Cursor(length, _moment(stamp))

    def part(self, cursor: Cursor) -> float:
        """Where on the axis, from 0 to 1."""
        return self.axis.part(cursor.now.timestamp())

    def along(self, part: float) -> Cursor:
        """The point at a part of the axis, from 0 to 1."""
        return self.when(_moment(self.axis.stamp(part)))

    def moved(self, cursor: Cursor, unit: str, step: int) -> Cursor | None:
        """One event, minute or stop on, or back (-1), or at an end; None where there is nothing more."""
        match unit:
            case "event":
                return self.after(cursor.length + step)
            case "minute":
                return self.when(cursor.now + timedelta(minutes=step))
            case "stop":
                return self.stop(cursor, step)
            case _:
                return self.after(self.length if step > 0 else 1)

    def stop(self, cursor: Cursor, step: int) -> Cursor | None:
        """The stop before (-1) or after (1)."""
        lengths = [stop.length for stop in self.stops]
        place = bisect_left(lengths, cursor.length) - 1 if step < 0 else bisect_right(lengths, cursor.length)
        return self.after(lengths[place]) if 0 <= place < len(lengths) else None

    def star(self, earlier: Cursor, later: Cursor) -> Cursor | None:
        """The first starred entry after the one point and up to the other."""
        found = (stop for stop in self.stops if stop.name == STAR and earlier.length < stop.length <= later.length)
        return next((Cursor(stop.length, stop.now) for stop in found), None)

    def density(self, cells: int) -> list[int]:
        """How many events come in each of `cells` equal parts of the axis."""
        edges = [self.axis.stamp(cell / cells) for cell in range(1, cells)]
        counts = [0, *(bisect_left(self.stamps, edge) for edge in edges), self.length]
        return [later - earlier for earlier, later in pairwise(counts)]

    def places(self, kinds: Iterable[str]) -> list[int]:
        """The places of the events that add lines of these kinds to the log."""
        wanted = frozenset(kinds)
        return [place for place, kind in enumerate(self.kinds) if kind in wanted]


def _named(base: Incident, events: Iterable[Event]) -> Incident:
    """What the incident is called, before it was declared: things had happened by then."""
    first = next((event for event in events if isinstance(event.body, IncidentDeclared)), None)
    if first is None:
        return base
    known = evolve(base, first)
    return replace(base, ref=known.ref, title=known.title, zone=known.zone, protocol=known.protocol)


def _stamps(events: Sequence[Event], *, happened: bool) -> list[float]:
    """When each event comes. A clock that was put back does not turn time around."""
    time = attrgetter("at" if happened else "recorded")
    stamps: list[float] = [time(event).timestamp() for event in events]
    for place in range(1, len(stamps)):
        stamps[place] = max(stamps[place], stamps[place - 1])
    return stamps


def _stops(timeline: Timeline, stamps: Sequence[float]) -> tuple[Stop, ...]:
    """Where a milestone is set for the first time, and where an entry comes that has a star in the end."""
    places = {event.id: place for place, event in enumerate(timeline.events)}
    found = [(places[key], STAR) for key, mark in timeline.incident.marks.items() if mark.starred and key in places]
    found += _milestones(timeline)
    return tuple(Stop(place + 1, _moment(stamps[place]), name) for place, name in sorted(found))


def _milestones(timeline: Timeline) -> Iterable[tuple[int, str]]:
    """The place of the event that set each milestone: searched for, as each is set once and seldom taken back."""
    for name in MILESTONES:
        if name in timeline.incident.milestones:
            places = range(1, timeline.length + 1)
            first = bisect_left(places, True, key=lambda length: name in timeline.upto(length).incident.milestones)
            yield first, name


def _moment(stamp: float) -> datetime:
    return datetime.fromtimestamp(stamp, UTC)
