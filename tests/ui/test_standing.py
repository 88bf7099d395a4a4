"""What is said when the clock on the wall was set, the machine slept, or the clock is behind the record."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from incident_tui.domain.identity import Tick, event_id
from incident_tui.ui.standing import Standing, behind, since_boot

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def said(*steps: tuple[float, float]) -> list[str]:
    """What is said after each step of (seconds that pass, seconds that the clock on the wall goes on)."""
    steady, wall = 1000.0, NOON
    standing = Standing(lambda: steady)
    words = [standing.look(wall)]
    for passed, shown in steps:
        steady, wall = steady + passed, wall + timedelta(seconds=shown)
        words.append(standing.look(wall))
    return words[1:]


def test_time_that_passes_evenly_is_nothing_to_speak_of() -> None:
    assert said((1, 1), (1.9, 1), (1, 1.9), (1, 0), (1, 2), (14, 14)) == [""] * 6


@pytest.mark.parametrize(
    ("passed", "shown", "words"),
    [
        (1, 3601, "set ahead by 1h"),
        (1, -3599, "set back by 1h"),
        (1, 1 - 1_795_262_400, "set back by 20778d 12h"),
        (60, 60, "stood still for 1m"),
        (60, 3660, "set ahead by 1h"),
        (3600, 1, "set back by 59m 59s"),
    ],
)
def test_a_clock_that_was_set_and_a_machine_that_slept(passed: float, shown: float, words: str) -> None:
    (found, after) = said((passed, shown), (1, 1))
    assert words in found
    assert after == ""


@pytest.mark.parametrize(("ahead", "words"), [(-60, ""), (0, ""), (1, ""), (3600, "1h behind the newest entry")])
def test_a_clock_behind_the_newest_entry(ahead: int, words: str) -> None:
    newest = event_id(Tick(int((NOON + ahead * SECOND).timestamp() * 1000), 0), "0000000a", 1)
    found = behind(NOON, newest)
    assert words in found
    assert bool(words) == bool(found)


def test_an_id_that_somebody_made_up_does_no_harm() -> None:
    assert behind(NOON, "f" * 32) != ""


def test_without_entries_no_clock_is_behind() -> None:
    assert behind(NOON, "") == ""


def test_seconds_since_the_start_of_the_machine_only_grow() -> None:
    assert since_boot() <= since_boot()
