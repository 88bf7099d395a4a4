"""The tick of the program: on the second, again and again, until it is stopped or fails."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest

from incident_tui.ui.seconds import Seconds

NEARLY = datetime(2026, 11, 21, 12, 0, 0, 999_000, tzinfo=UTC)


@pytest.fixture(autouse=True)
def unhurried() -> None:
    """Seconds pass by themselves here."""


async def test_it_ticks_until_it_fails() -> None:
    ended = asyncio.Event()
    acts: list[int] = []
    failures: list[Exception] = []

    def act() -> None:
        acts.append(len(acts))
        if len(acts) == 3:
            raise ValueError("the third")

    def failed(error: Exception) -> None:
        failures.append(error)
        ended.set()

    Seconds(lambda: NEARLY, act, failed).start()
    await asyncio.wait_for(ended.wait(), 10)
    assert acts == [0, 1, 2]
    assert [str(error) for error in failures] == ["the third"]


async def test_the_next_tick_is_on_the_second_and_can_be_stopped() -> None:
    seconds = Seconds(lambda: NEARLY.replace(microsecond=250_000), lambda: None, lambda _error: None)
    before = asyncio.get_running_loop().time()
    seconds.start()
    assert seconds._next is not None
    assert seconds._next.when() - before >= 0.75
    seconds.stop()
    assert seconds._next.cancelled()
