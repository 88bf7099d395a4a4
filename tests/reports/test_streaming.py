"""A long report: few of its events and lines are in memory at a time, and its log is in order all the same."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from weakref import WeakSet

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incident_tui.domain import events as e
from incident_tui.domain.incident import Incident
from incident_tui.domain.policy import Policy
from incident_tui.reports import incident_report, roll
from incident_tui.reports.documents import DEFAULT, OfOne, documents
from incident_tui.reports.gathered import LOGGED, History, history_of, recorded_by
from incident_tui.reports.roll import Roll
from incident_tui.reports.typeset import Safe
from tests.reports.history import every_kind, outage
from tests.story import START, Story, checkout_outage, quiet_story

LINES = 3000
AT_ONCE = 20
MANY = 5 * roll.ABREAST


class Watched(str):
    """A text that can be seen to be gone."""

    __slots__ = ("__weakref__",)


class Telling:
    """A history of so many lines, each made when it is read; counts the most of them that were there at once."""

    def __init__(self, lines: int) -> None:
        self._lines = lines
        self._there: WeakSet[Watched] = WeakSet()
        self.most = 0

    def __call__(self, *kinds: str) -> Iterator[e.Event]:
        for number in range(0 if kinds else self._lines):
            text = Watched(f"line {number} of many, on its own")
            self._there.add(text)
            self.most = max(self.most, len(self._there))
            # Every seventh was entered late.
            at = START + timedelta(seconds=number - (number % 7 == 0) * 300)
            body = e.EntryLogged("note", text) if number % 5 else e.CommandRun("true", 0, 1, text)
            del text
            yield e.Event(f"{number:08}", "x", "d", at, START + timedelta(seconds=number), "mara", body)


def test_few_lines_are_in_memory_while_a_report_is_made() -> None:
    history = Telling(LINES)

    document = "".join(incident_report.stream(Incident("x"), history))

    assert document.count(" of many, on its own") == LINES
    assert history.most <= AT_ONCE


def test_the_count_notices_who_keeps_them() -> None:
    history = Telling(LINES)

    assert len(list(history())) == history.most == LINES


def test_a_long_report_comes_in_pieces() -> None:
    pieces = list(incident_report.stream(Incident("x"), Telling(MANY)))

    whole = sum(map(len, pieces))
    assert max(map(len, pieces)) < whole / 3


def test_nothing_is_put_out_before_all_is_read() -> None:
    def broken(*kinds: str) -> Iterator[e.Event]:
        yield from history_of(quiet_story().events)(*kinds)
        raise OSError("the disk is gone")

    with pytest.raises(OSError, match="gone"):
        incident_report.stream(quiet_story().incident(), broken)


@pytest.mark.parametrize("name", [name for name, document in documents().items() if isinstance(document, OfOne)])
def test_pieces_are_what_is_written(name: str) -> None:
    document = documents()[name]
    assert isinstance(document, OfOne)
    for story in (checkout_outage(), outage(), every_kind(lambda word: word)):
        incident, now = story.incident(), story.now
        pieces = document.pieces(incident, history_of(story.events), Policy(), now)
        rendered = document.render(incident, story.events, Policy(), now)

        assert "".join(pieces).endswith(rendered)


def test_only_the_report_is_long() -> None:
    assert {name for name, item in documents().items() if isinstance(item, OfOne) and item.stream} == {DEFAULT}


def test_what_was_known_at_a_moment_is_told_of_it() -> None:
    story = quiet_story()
    note = story.say(e.EntryLogged("note", "early"))
    story.say(e.EntryLogged("note", "later"), after=timedelta(minutes=5))
    history: History = recorded_by(history_of(story.events), note.recorded)

    assert [event.body for event in history(e.EntryLogged.KIND)] == [note.body]
    assert list(history()) == story.events[:-1]


def test_late_lines_of_all_kinds_stand_where_they_happened() -> None:
    story = Story()
    story.events = quiet_story().events
    for minutes, text in ((9, "c"), (3, "a"), (12, "d"), (6, "b")):
        story.say(e.EntryLogged("note", f"it is {text}"), at=START + timedelta(minutes=minutes))

    document = "".join(incident_report.stream(story.incident(), history_of(story.events)))

    places = [document.index(f"it is {text}") for text in "abcd"]
    assert places == sorted(places)


Places = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 99)), unique=True, max_size=60)


@given(Places)
def test_lines_leave_a_roll_as_they_happened(places: list[tuple[int, int]]) -> None:
    lines = [(START + timedelta(minutes=minutes), f"{number:02}") for minutes, number in places]
    rolled = Roll()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(roll, "ABREAST", 4)
        for at, identifier in lines:
            rolled.add(at, identifier, Safe(f"{at:%H:%M} {identifier}\n"))

    once, again = "".join(rolled), "".join(rolled)

    assert once == again == "".join(f"{at:%H:%M} {identifier}\n" for at, identifier in sorted(lines))
    assert len(rolled) == len(lines)


def test_a_roll_gives_back_what_was_safe() -> None:
    rolled = Roll()
    assert list(rolled) == []
    rolled.add(START, "1", Safe("a\n"))

    assert [type(piece) for piece in rolled] == [Safe]


def test_one_line_from_the_future_keeps_no_other_waiting() -> None:
    rolled = Roll()
    rolled.add(START + timedelta(days=365), "0", Safe("last\n"))
    for number in range(MANY):
        rolled.add(START + timedelta(seconds=number), f"{number:08}", Safe(f"{number}\n"))

    pieces = list(rolled)

    assert "".join(pieces).split() == [*map(str, range(MANY)), "last"]
    assert max(len(piece.split()) for piece in pieces) <= roll.ABREAST + 1


def test_what_is_logged_is_what_has_lines_in_the_log() -> None:
    assert {body.KIND for body in LOGGED} == {"entry.logged", "command.run", "file.attached", "result.kept"}
