"""An hour of work: one entry a second under an open screen; memory, files and the log of the database stay flat."""

from __future__ import annotations

import gc
import os
import sys
import time
from functools import partial
from pathlib import Path
from typing import NamedTuple

import pytest
from rich.cells import cached_cell_len

from incident_tui.config import Config
from incident_tui.domain.events import Body, EntryLogged
from incident_tui.domain.incident import Incident
from incident_tui.domain.timeline import Timeline
from incident_tui.session import Done, Session
from incident_tui.ui.widgets.painted import SCREENFULS, Painted
from tests.faults.appender import paths_below
from tests.faults.writers import sound
from tests.ui.harness import Desk, at_the_desk
from tests.ui.terminal import Terminal, run

SECONDS = int(os.environ.get("INCIDENT_TUI_LONG_RUN", "3600"))
WARM = 0.2  # of the time, until everything that is ever loaded is
WAL_LIMIT = 16 << 20
AT_ONCE, EACH = 20, 100
ENTRIES = 4_500
MOST_LEFT = 5  # an event alone has more than ten

needs_proc = pytest.mark.skipif(
    not Path("/proc/self/status").exists(), reason="the system does not tell how large a process is"
)


class Sizes(NamedTuple):
    """Of a process, in kilobytes and files, and of the log of its database in bytes."""

    resident: int
    files: int
    wal: int


def sizes(process: int, database: Path) -> Sizes:
    status = Path(f"/proc/{process}/status").read_text()
    resident = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS:"))
    wal = database.with_name(database.name + "-wal")
    return Sizes(resident, len(os.listdir(f"/proc/{process}/fd")), wal.stat().st_size if wal.exists() else 0)


def work_for(home: Path, seconds: float, each: float) -> list[Sizes]:
    """The sizes after every entry that another process logs, `each` second one, while a screen shows them."""
    run(home, "declare", "Checkout fails", "--commander", "dana")
    database, found, number = paths_below(home).database, [], 0
    with Terminal(home) as terminal:
        terminal.shows("INVESTIGATING")
        begun = time.monotonic()
        while time.monotonic() - begun < seconds:
            number += 1
            run(home, "log", f"entry {number} of a long day")
            terminal.shows(f"entry {number} of a long day")
            found.append(sizes(terminal.process.pid, database))
            terminal.until(partial(_is_over, begun + number * each), "the next entry's time", 60)
        terminal.type("\x11")
        assert terminal.ended() == 0
    assert len(sound(home)) == number
    return found


def _is_over(moment: float, _: Terminal) -> bool:
    return time.monotonic() >= moment


def grown(found: list[Sizes]) -> float:
    """By how much the memory has grown, as a part, from when all is loaded to the end."""
    warm = found[int(len(found) * WARM) :]
    part = max(1, len(warm) // 10)
    first, last = warm[:part], warm[-part:]
    return (sum(item.resident for item in last) / len(last)) / (sum(item.resident for item in first) / len(first)) - 1


@needs_proc
def test_half_a_second(home: Path) -> None:
    found = work_for(home, 0.5, 0.1)
    assert len({item.files for item in found[2:]}) <= 2
    assert max(item.wal for item in found) < WAL_LIMIT


@needs_proc
@pytest.mark.faults
def test_an_hour(home: Path) -> None:
    found = work_for(home, SECONDS, 1.0)
    more, wal = grown(found), max(item.wal for item in found)
    print(
        f"{len(found)} entries in {SECONDS} s: memory {found[0].resident} to {found[-1].resident} kB "
        f"({more:+.1%} after the first fifth), WAL at most {wal >> 10} kB, files {found[-1].files}"
    )
    assert more < 0.05
    assert wal < WAL_LIMIT
    assert max(item.files for item in found[len(found) // 2 :]) <= found[len(found) // 5].files + 2


async def pieces_an_entry(desk: Desk, entries: int) -> float:
    """Pieces of memory that an entry of somebody else leaves behind for good, once it has been painted here.

    What is kept of the newest entries goes up and down, so the highest before is compared with the highest after.
    """
    with Session.open(desk.session.paths, Config(person="ken", zone="UTC"), wall=desk.wall) as other:
        held = [await _pieces_after(desk, other, EACH) for _ in range(entries // EACH)]
    half = len(held) // 2
    return (max(held[half:]) - max(held[:half])) / (entries - half * EACH)


async def _pieces_after(desk: Desk, other: Session, entries: int) -> int:
    room = other.enter(desk.room.room.incident.id)
    for _ in range(entries // AT_ONCE):
        numbers = range(room.incident.entries, room.incident.entries + AT_ONCE)
        bodies = tuple(EntryLogged("note", f"entry {number} of a long day") for number in numbers)
        done = other.perform(room, partial(_said, bodies))
        assert isinstance(done, Done)
        room = done.room
        desk.wall.move(seconds=1)
        await desk.look()
    assert desk.shows(f"entry {room.incident.entries - 1} of a long day")
    cached_cell_len.cache_clear()  # Rich keeps the widths of 4,096 texts, and no more
    for widget in desk.room.query(Painted):
        assert len(widget._strips) <= (SCREENFULS + 1) * widget.size.height, widget
        widget._strips.clear()
    gc.collect()
    return sys.getallocatedblocks()


def _said(bodies: tuple[Body, ...], _: Incident) -> tuple[Body, ...]:
    return bodies


async def test_an_open_room_does_not_grow_with_its_entries(home: Path) -> None:
    async with at_the_desk(home) as desk:
        assert await pieces_an_entry(desk, ENTRIES) < MOST_LEFT


@pytest.mark.faults
async def test_the_test_notices_a_room_that_keeps_its_events(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Timeline, "recent", lambda timeline: timeline)
    async with at_the_desk(home) as desk:
        assert await pieces_an_entry(desk, ENTRIES) > MOST_LEFT


def test_the_test_notices_memory_that_grows() -> None:
    assert grown([Sizes(100_000 + 50 * number, 10, 0) for number in range(1000)]) > 0.05
    assert grown([Sizes(100_000, 10, 0)] * 1000) == 0
