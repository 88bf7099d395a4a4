"""A course: where a cursor comes to stand, what is known there, and how fast the clock goes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incident_tui.domain import events as e
from incident_tui.domain.axis import Axis
from incident_tui.domain.course import STAR, Course, Cursor
from incident_tui.domain.evolve import fold
from incident_tui.domain.incident import Incident
from incident_tui.domain.playing import LONGEST_WAIT, SPEEDS, played, speed_near
from tests.story import START, Story, checkout_outage, declared

OUTAGE = checkout_outage()
COURSE = Course.of(OUTAGE.id, OUTAGE.events)
HAPPENED = Course.of(OUTAGE.id, OUTAGE.events, happened=True)
STAMPS = st.lists(st.integers(0, 200_000), min_size=1, max_size=40).map(sorted)
PARTS = st.floats(0, 1)


def test_each_point_is_the_fold_of_a_prefix() -> None:
    for length in range(1, COURSE.length + 1):
        cursor = COURSE.after(length)
        assert cursor == Cursor(length, OUTAGE.events[length - 1].recorded)
        assert COURSE.at(cursor) == fold(OUTAGE.events[:length], Incident(OUTAGE.id))


def test_what_happened_by_a_moment_is_what_is_shown_there() -> None:
    events = HAPPENED.timeline.events
    assert sorted(event.id for event in events) == [event.id for event in OUTAGE.events]
    assert HAPPENED.at(HAPPENED.after(1)).title == "Checkout fails with 502"
    for length in range(1, HAPPENED.length + 1):
        cursor = HAPPENED.when(HAPPENED.after(length).now)
        assert {event.id for event in events[: cursor.length]} == {
            event.id for event in OUTAGE.events if event.at <= cursor.now
        }


def test_beyond_an_end_is_that_end() -> None:
    assert COURSE.after(-3) == COURSE.after(1)
    assert COURSE.after(10_000) == COURSE.after(COURSE.length)
    assert COURSE.when(START - timedelta(days=1)).length >= 1
    assert COURSE.when(START - timedelta(days=1)).now == START
    assert COURSE.when(START + timedelta(days=9)) == COURSE.after(COURSE.length)
    assert COURSE.moved(COURSE.after(1), "event", -1) == COURSE.after(1)
    assert COURSE.moved(COURSE.after(1), "stop", -1) is None
    assert COURSE.moved(COURSE.after(COURSE.length), "minute", 1) == COURSE.after(COURSE.length)


def test_it_stops_where_milestones_are_set_and_at_starred_entries() -> None:
    for stop in COURSE.stops:
        before, after = COURSE.at(COURSE.after(stop.length - 1)), COURSE.at(COURSE.after(stop.length))
        if stop.name == STAR:
            identifier = COURSE.event(COURSE.after(stop.length)).id
            assert COURSE.timeline.incident.marks[identifier].starred
        else:
            assert stop.name in after.milestones
            assert stop.length == 1 or stop.name not in before.milestones
    assert {stop.name for stop in COURSE.stops} == {*COURSE.timeline.incident.milestones, STAR}


def test_a_clock_that_was_put_back_does_not_turn_time_around() -> None:
    story = Story()
    story.say(declared(), after=timedelta(0))
    story.say(e.EntryLogged("finding", "by a clock that is fast"), after=timedelta(minutes=9))
    story.say(e.EntryLogged("finding", "by one that is right"), after=timedelta(minutes=-8))
    course = Course.of(story.id, story.events)
    assert list(course.stamps) == sorted(course.stamps)
    assert course.after(3).now == story.events[1].recorded


@given(STAMPS, PARTS, PARTS)
def test_an_axis_goes_one_way_and_back(stamps: list[float], one: float, other: float) -> None:
    axis = Axis.of([float(stamp) for stamp in stamps])
    first, second = sorted((one, other))
    assert stamps[0] <= axis.stamp(first) <= axis.stamp(second) <= stamps[-1]
    assert axis.part(axis.stamp(0.0)) <= axis.part(axis.stamp(1.0)) <= 1.0
    if stamps[0] < stamps[-1]:
        assert axis.part(axis.stamp(first)) == pytest.approx(first, abs=1e-6)


def test_idle_time_takes_little_room() -> None:
    day = 86_400.0
    axis = Axis.of([0.0, 60.0, 120.0, 30 * day])
    assert axis.folded
    assert axis.part(120.0) > 0.1
    assert axis.is_fold(0.5, 0.6)
    assert not axis.is_fold(0.0, 0.05)
    assert not Axis.of([0.0, 60.0, 120.0]).folded


@given(st.integers(1, 400))
def test_every_event_is_counted_in_one_cell(cells: int) -> None:
    assert sum(COURSE.density(cells)) == COURSE.length
    assert len(COURSE.density(cells)) == cells


@given(st.lists(st.floats(0.001, 5), min_size=1, max_size=30), st.sampled_from(SPEEDS))
def test_played_in_pieces_or_at_once_it_comes_as_far(pieces: list[float], speed: int) -> None:
    cursor = COURSE.after(1)
    for seconds in pieces:
        later = played(COURSE, cursor, seconds, speed)
        assert (later.length, later.now) >= (cursor.length, cursor.now)
        cursor = later
    whole = played(COURSE, COURSE.after(1), sum(pieces), speed)
    assert abs(whole.now - cursor.now) <= timedelta(milliseconds=5)


@pytest.mark.parametrize("speed", SPEEDS)
def test_the_end_comes_within_two_seconds_for_each_event(speed: int) -> None:
    end = played(COURSE, COURSE.after(1), LONGEST_WAIT * COURSE.length, speed)
    assert end == COURSE.after(COURSE.length)


def test_speeds_are_those_there_are() -> None:
    assert [speed_near(speed) for speed in (1, 3, 61, 10_000)] == [1, 2, 60, 600]
    assert speed_near(600, 1) == 600
    assert speed_near(1, -1) == 1
    assert speed_near(60, 1) == 120


def test_one_event_is_a_course() -> None:
    story = Story(start=datetime(2026, 11, 21, tzinfo=UTC))
    story.say(declared(), after=timedelta(0))
    course = Course.of(story.id, story.events)
    assert course.part(course.after(1)) == 0.0
    assert course.along(0.7) == course.after(1)
    assert course.density(10)[-1] + course.density(10)[0] == 1
    assert played(course, course.after(1), 9, 60) == course.after(1)
