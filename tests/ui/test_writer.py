"""The thread that writes: what is asked of it, and how threads take turns."""

from __future__ import annotations

import asyncio
import sys
import threading

import pytest

from incident_tui.ui.writer import TURN_SECONDS, Writer, take_turns


async def test_it_is_busy_until_all_that_was_asked_for_is_done() -> None:
    writer = Writer()
    held = threading.Event()
    asked = [asyncio.create_task(writer.do(act)) for act in (held.wait, held.is_set)]
    await asyncio.sleep(0)
    assert writer.busy()
    held.set()
    assert await asyncio.gather(*asked) == [True, True]
    assert not writer.busy()
    writer.close()


async def test_it_is_no_longer_busy_with_what_has_failed() -> None:
    def fail() -> None:
        raise OSError("the disk is full")

    writer = Writer()
    with pytest.raises(OSError, match="full"):
        await writer.do(fail)
    assert not writer.busy()
    writer.close()


def test_threads_take_turns() -> None:
    before = sys.getswitchinterval()
    try:
        take_turns()
        assert sys.getswitchinterval() == pytest.approx(TURN_SECONDS)
    finally:
        sys.setswitchinterval(before)
