"""The clock on the wall is set, the machine sleeps, a start in the middle: the room says so, and is right."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from incident_tui.domain import clocks
from incident_tui.domain.clock import Clock
from incident_tui.domain.events import EntryLogged
from incident_tui.domain.identity import Tick
from incident_tui.journal import stamping
from incident_tui.times import clock as clock_words
from incident_tui.ui import app, standing
from incident_tui.ui.standing import Standing
from tests.ui.harness import NOW, Desk, Wall, at_the_desk

HOUR, LATER = 3600, 5400
JUMPS = (-HOUR, HOUR, -1_795_000_000, 1_795_000_000, 23 * HOUR, 7 * 24 * HOUR)
BOOT, AWAKE = 7, 1
"""Clocks of a machine that nobody can set; the second one stops while it sleeps."""


@dataclass
class Machine:
    """What its clocks show."""

    wall: Wall = field(default_factory=Wall)
    boot: float = 1000.0
    awake: float = 1000.0

    def read(self, which: int) -> float:
        return {BOOT: self.boot, AWAKE: self.awake}[which]

    def go_on(self, seconds: float) -> None:
        self.awake += seconds
        self.sleep(seconds)

    def sleep(self, seconds: float) -> None:
        self.boot += seconds
        self.wall.move(seconds=seconds)


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Machine:
    made = Machine()

    def read(which: int) -> float:
        return made.read(which)

    here = SimpleNamespace(CLOCK_BOOTTIME=BOOT, CLOCK_MONOTONIC=AWAKE, clock_gettime=read)
    monkeypatch.setattr(standing, "time", here)
    return made


@asynccontextmanager
async def started(folder: Path, machine: Machine) -> AsyncIterator[Desk]:
    async with at_the_desk(folder, wall=machine.wall) as desk:
        desk.app.standing = Standing()
        desk.app._offer()
        await tick(desk)
        yield desk


async def tick(desk: Desk) -> None:
    desk.app._tick()
    await desk.settle()


def shows_elapsed(desk: Desk) -> None:
    """The time since the declaration by the clock as it is now, and never less than none."""
    since = clock_words(max(timedelta(0), desk.wall.now - NOW))
    assert desk.shows(f" {since} since detection")


async def set_again_and_again(folder: Path, machine: Machine) -> None:
    """Set the clock under the room; each time it says so, and an entry has its place behind the ones before."""
    async with started(folder, machine) as desk:
        for number, jump in enumerate(JUMPS):
            desk.hush()
            machine.wall.move(seconds=jump)
            machine.go_on(1)
            await tick(desk)
            way = "ahead" if jump > 0 else "back"
            assert [words for words in desk.said() if f"was set {way} by" in words], "not told"
            shows_elapsed(desk)
            await desk.enter(f"entry {number} after it")
        bodies = [body for body in desk.bodies() if isinstance(body, EntryLogged)]
        assert [body.text for body in bodies] == [f"entry {number} after it" for number in range(len(JUMPS))]


async def sleep_a_minute(folder: Path, machine: Machine) -> None:
    async with started(folder, machine) as desk:
        machine.sleep(60)
        await tick(desk)
        assert [words for words in desk.said() if "stood still for 1m" in words], desk.said()
        shows_elapsed(desk)


async def start_in_the_middle(folder: Path, machine: Machine, later: int) -> None:
    """Start anew so much later by the clock on the wall; what is shown is of the record, not of the program's start."""
    async with started(folder, machine):
        pass
    machine.wall.move(seconds=later)
    async with started(folder, machine) as desk:
        shows_elapsed(desk)
        told = [words for words in desk.said() if "1h behind the newest entry" in words]
        assert bool(told) == (later < 0), "not told" if later < 0 else told


async def test_the_clock_is_set_again_and_again(tmp_path: Path, machine: Machine) -> None:
    await set_again_and_again(tmp_path, machine)


async def test_a_minute_of_sleep(tmp_path: Path, machine: Machine) -> None:
    await sleep_a_minute(tmp_path, machine)


@pytest.mark.parametrize("later", [LATER, -HOUR])
async def test_a_start_in_the_middle(tmp_path: Path, machine: Machine, later: int) -> None:
    await start_in_the_middle(tmp_path, machine, later)


def test_every_second_is_counted_in_which_the_machine_slept(machine: Machine) -> None:
    before = standing.since_boot()
    machine.sleep(60)
    assert standing.since_boot() - before == 60


async def test_the_test_notices_a_jump_that_is_looked_for_with_the_clock_that_was_set(
    tmp_path: Path, machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(machine, "read", lambda _which: machine.wall().timestamp())
    with pytest.raises(AssertionError, match="not told"):
        await set_again_and_again(tmp_path, machine)


async def test_the_test_notices_time_that_is_less_than_none(
    tmp_path: Path, machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clocks, "elapsed", lambda _incident, now: Clock("elapsed", NOW, now - NOW))
    with pytest.raises(AssertionError, match="since detection"):
        await set_again_and_again(tmp_path / "set", machine)
    with pytest.raises(AssertionError, match="since detection"):
        await start_in_the_middle(tmp_path / "started", machine, -HOUR)


async def test_the_test_notices_an_order_that_is_that_of_the_clock(
    tmp_path: Path, machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stamping, "next_tick", lambda _newest, millis: Tick(millis, 0))
    with pytest.raises(AssertionError, match="entry 0 after it"):
        await set_again_and_again(tmp_path, machine)


async def test_the_test_notices_sleep_that_is_looked_for_with_a_clock_that_sleeps_too(
    tmp_path: Path, machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(machine, "read", lambda _which: machine.awake)
    with pytest.raises(AssertionError, match="was set ahead by 1m"):
        await sleep_a_minute(tmp_path, machine)


async def test_the_test_notices_time_that_counts_from_the_start_of_the_program(
    tmp_path: Path, machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clocks, "elapsed", lambda _incident, now: Clock("elapsed", now))
    with pytest.raises(AssertionError, match="01:30:00 since detection"):
        await start_in_the_middle(tmp_path, machine, LATER)


async def test_the_test_notices_a_clock_behind_the_record_of_which_nobody_tells(
    tmp_path: Path, machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app, "behind", lambda _now, _newest: "")
    with pytest.raises(AssertionError, match="not told"):
        await start_in_the_middle(tmp_path, machine, -HOUR)
