"""Ids whose order is the order of events, and references that can be said aloud."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from incident_tui.domain.identity import (
    COUNTER_LIMIT,
    CROCKFORD,
    REFERENCE_SPACE,
    Tick,
    event_id,
    next_tick,
    reference,
    tick_of,
)

ticks = st.builds(Tick, st.integers(0, (1 << 48) - 1), st.integers(0, COUNTER_LIMIT - 1))
close_ticks = st.builds(Tick, st.integers(5, 6), st.integers(7, 8))
devices = st.integers(0, (1 << 32) - 1).map("{:08x}".format)
randoms = st.integers(0, (1 << 30) - 1)
keys = st.tuples(ticks | close_ticks, devices | st.sampled_from(("0000000a", "0000000b")), randoms)


@given(ticks, devices, st.integers(0, 1 << 80))
def test_an_id_is_a_uuid_of_version_7(tick: Tick, device: str, random_bits: int) -> None:
    identifier = event_id(tick, device, random_bits)
    read = uuid.UUID(identifier)

    assert str(read) == identifier
    assert (read.version, read.variant) == (7, uuid.RFC_4122)
    assert read.int >> 80 == tick.millis


@given(keys, keys)
def test_the_order_of_ids_is_the_order_of_clock_device_and_chance(one: Any, other: Any) -> None:
    assert (event_id(*one) < event_id(*other)) == (one < other)
    assert (event_id(*one) == event_id(*other)) == (one == other)


@given(ticks, devices, randoms)
def test_an_id_tells_its_tick(tick: Tick, device: str, random_bits: int) -> None:
    assert tick_of(event_id(tick, device, random_bits)) == tick


@given(st.text())
@example("")
@example("-")
@example("not an id")
@example("f" * 10_000)
@example("-1")
def test_any_text_has_a_tick_that_fits_an_id(text: str) -> None:
    tick = tick_of(text)

    assert 0 <= tick.millis < 1 << 48
    assert 0 <= tick.counter < COUNTER_LIMIT


@given(ticks, st.lists(st.integers(0, 1 << 47), max_size=20))
def test_the_clock_never_goes_back(last: Tick, walls: list[int]) -> None:
    for wall in walls:
        tick = next_tick(last, wall)
        assert tick > last
        assert tick.millis >= wall
        assert 0 <= tick.counter < COUNTER_LIMIT
        last = tick


def test_the_clock_follows_the_wall_and_counts_within_a_millisecond() -> None:
    assert next_tick(Tick(5, 9), 6) == Tick(6, 0)
    assert next_tick(Tick(5, 9), 5) == Tick(5, 10)
    assert next_tick(Tick(5, 9), 1) == Tick(5, 10)
    assert next_tick(Tick(5, COUNTER_LIMIT - 1), 5) == Tick(6, 0)


def test_a_reference_names_the_day_and_three_speakable_letters() -> None:
    assert reference(date(2026, 11, 21), 0) == "INC-20261121-000"
    assert reference(date(2026, 11, 21), REFERENCE_SPACE - 1) == "INC-20261121-ZZZ"
    assert reference(date(2026, 11, 21), REFERENCE_SPACE + 1) == "INC-20261121-001"


def test_the_letters_of_references_are_never_mistaken_for_another() -> None:
    assert len({reference(date(2026, 1, 2), number) for number in range(REFERENCE_SPACE)}) == REFERENCE_SPACE
    assert set("ILOU") & set(CROCKFORD) == set()
