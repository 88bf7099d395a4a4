"""Up or down: a state that needs more than one bad look to turn, and more than one good one to turn back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incident_tui.domain.health import Pulse, looked

START = datetime(2026, 11, 21, 14, 0, tzinfo=UTC)


def after(looks: str, needed: int = 2, of: int = 3) -> Pulse:
    """The pulse after looks a minute apart: `+` good, `-` bad."""
    pulse = Pulse("api")
    for number, look in enumerate(looks):
        pulse = looked(pulse, START + timedelta(minutes=number), "" if look == "+" else f"why {number}", needed, of)
    return pulse


@pytest.mark.parametrize(
    ("looks", "state", "since"),
    [
        ("", "", None),
        ("+", "up", 0),
        ("-", "", None),
        ("--", "down", 0),
        ("+-", "up", 0),
        ("+-+-", "down", 1),
        ("+--", "down", 1),
        ("+-++-", "up", 0),
        ("--+", "down", 0),
        ("--+-+-+", "down", 0),
        ("--++", "up", 2),
        ("--++-", "up", 2),
    ],
)
def test_a_state_turns_only_after_several_looks(looks: str, state: str, since: int | None) -> None:
    pulse = after(looks)

    assert pulse.state == state
    assert pulse.since == (None if since is None else START + timedelta(minutes=since))


def test_what_is_down_says_why_and_what_is_up_says_nothing() -> None:
    assert after("--").why == "why 1"
    assert after("---+").why == "why 2"
    assert after("--++").why == ""


@given(st.text("+-", max_size=30), st.integers(1, 4), st.integers(0, 3))
def test_it_turns_only_on_looks_of_its_own_kind(looks: str, needed: int, more: int) -> None:
    pulse = Pulse("api")
    for number, look in enumerate(looks):
        before = pulse
        pulse = looked(pulse, START + timedelta(minutes=number), "" if look == "+" else "why", needed, needed + more)
        if pulse.state != before.state:
            assert pulse.state == ("up" if look == "+" else "down")
        assert len(pulse.recent) <= needed + more
    if looks and set(looks) == {"+"}:
        assert (pulse.state, pulse.since) == ("up", START)
