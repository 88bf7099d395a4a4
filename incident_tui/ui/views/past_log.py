"""The log as far as it had come at a point of a course, in the order of that course."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence

from msgspec import Struct

from incident_tui.domain.course import Course, Cursor
from incident_tui.domain.events import Event
from incident_tui.domain.incident import Incident
from incident_tui.domain.lines import line_of
from incident_tui.ui.views.log import FILTERS, NO_MARK, LogItem
from incident_tui.ui.views.scene import Scene


class HappenedItem(LogItem, frozen=True):
    """A line of a log that is ordered by when things happened; its key begins with that."""

    stamp: float = 0.0

    @property
    def key(self) -> str:
        return f"{self.stamp:020.6f} {self.event.id}"


class PastSource(Struct, frozen=True):
    """The lines at `places` of a course as far as `cursor` has come; a seek reads nothing from the journal."""

    course: Course
    places: Sequence[int]
    cursor: Callable[[], Cursor]
    scene: Callable[[], Scene]

    def newest(self, limit: int) -> list[LogItem]:
        end = self.count()
        return self._items(self.places[max(0, end - limit) : end])

    def before(self, key: str, limit: int) -> list[LogItem]:
        end = min(bisect_left(self.places, key, key=self._key), self.count())
        return self._items(self.places[max(0, end - limit) : end])

    def after(self, key: str, limit: int) -> list[LogItem]:
        start = bisect_right(self.places, key, key=self._key)
        return self._items(self.places[start : min(start + limit, self.count())])

    def count(self) -> int:
        return bisect_left(self.places, self.cursor().length)

    def _key(self, place: int) -> str:
        event = self.course.timeline.events[place]
        return HappenedItem(event, stamp=self.course.stamps[place]).key if self.course.happened else event.id

    def _items(self, places: Iterable[int]) -> list[LogItem]:
        scene = self.scene()
        return [self._item(scene, self.course.timeline.events[place], self.course.stamps[place]) for place in places]

    def _item(self, scene: Scene, event: Event, stamp: float) -> LogItem:
        mark = scene.incident.marks.get(event.id, NO_MARK)
        theory = scene.incident.theories.get(event.id)
        unfolded = event.id in scene.expanded
        if self.course.happened:
            return HappenedItem(event, mark, theory, unfolded, stamp)
        return LogItem(event, mark, theory, unfolded)


def event_of(key: str) -> str:
    """The event that a key of an item stands for."""
    return key.rpartition(" ")[2]


def key_of(course: Course, cursor: Cursor) -> str:
    """The key of the item that the last event is, if it is a line of the log."""
    if not course.kinds[cursor.length - 1]:
        return ""
    event = course.event(cursor)
    return HappenedItem(event, stamp=course.stamps[cursor.length - 1]).key if course.happened else event.id


def places_of(course: Course, incident: Incident, filter_number: int, words: str) -> list[int]:
    """The places of the lines that a filter leaves, and that hold every one of the searched words by now."""
    name, kinds = FILTERS[filter_number]
    places = course.places(kinds)
    if name == "starred":
        starred = {key for key, mark in incident.marks.items() if mark.starred}
        places = [place for place in places if course.timeline.events[place].id in starred]
    wanted = words.casefold().split()
    return [place for place in places if _holds(incident, course.timeline.events[place], wanted)] if wanted else places


def _holds(incident: Incident, event: Event, wanted: Sequence[str]) -> bool:
    line = line_of(event.body)
    if line is None:
        return False
    text = incident.text_of(event.id, f"{line.text}\n{line.more}").casefold()
    return all(word in text for word in wanted)
