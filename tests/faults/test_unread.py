"""A terminal that takes nothing: others go on, memory stays bounded, and what is typed is kept when it hangs up."""

from __future__ import annotations

import os
import select
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.faults.test_terminals import TYPED, WITHOUT, needs_proc, opened, take_spilled
from tests.ui.terminal import DEADLINE, Terminal, run

ROOM = 30
"""So many frames may wait for the terminal; who paints more waits, too."""
TELLING = """
import os, sys
from textual.drivers import _writer_thread
{}
told = os.open(os.environ["TOLD"], os.O_WRONLY)
write = _writer_thread.WriterThread.write
def telling(self, text):
    os.write(told, b"%d %d\\n" % (self._queue.qsize(), self._queue.full()))
    write(self, text)
_writer_thread.WriterThread.write = telling
from incident_tui.__main__ import main
sys.exit(main())
"""


@pytest.fixture
def live(home: Path) -> Path:
    """A home with one live incident."""
    run(home, "declare", "Checkout fails", "--commander", "dana")
    return home


class Told:
    """What the program tells of its frames: how many wait when the next one comes, and whether it has to wait, too."""

    def __init__(self, pipe: int) -> None:
        self._pipe = pipe
        self._text = b""

    def next(self) -> tuple[int, bool]:
        while b"\n" not in self._text:
            assert select.select([self._pipe], [], [], DEADLINE)[0], "nothing is painted"
            more = os.read(self._pipe, 65_536)
            assert more, "the program has ended"
            self._text += more
        line, _, self._text = self._text.partition(b"\n")
        waiting, held_up = line.split()
        return int(waiting), held_up == b"1"


@contextmanager
def telling(home: Path, without: str) -> Iterator[tuple[Terminal, Told]]:
    pipe = home / "told"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        with Terminal(home, program=TELLING.format(without), env={"TOLD": str(pipe)}) as terminal:
            yield terminal, Told(reader)
    finally:
        os.close(reader)


def paint_more_than_fits(home: Path, without: str = "") -> None:
    """Resize a terminal that takes nothing until a frame finds no room; others log, and it is read again."""
    with telling(home, without) as (terminal, told):
        terminal.shows("Type to log", 60)
        waiting, held_up, columns = 0, False, 100
        while not held_up:
            assert waiting <= ROOM, "frames without end"
            columns = 201 - columns
            terminal.resize(columns, 36)
            waiting, held_up = told.next()
        run(home, "log", "recorded by somebody else")
        terminal.resize(120, 36)
        terminal.shows("recorded by somebody else")
        terminal.type("\x11")
        assert terminal.ended() == 0


def test_a_terminal_that_takes_nothing_is_waited_for(live: Path) -> None:
    paint_more_than_fits(live)


def test_the_test_notices_frames_that_are_kept_without_end(live: Path) -> None:
    with pytest.raises(AssertionError, match="frames without end"):
        paint_more_than_fits(live, "_writer_thread.MAX_QUEUED_WRITES = 0")


def hang_up_unread(home: Path, program: str = "") -> None:
    """Hang up when more was painted than fits between the program and the terminal."""
    with opened(home, program) as terminal:
        terminal.type(TYPED)
        terminal.shows(TYPED)
        for columns in range(100, 300):
            terminal.resize(columns, 36)
        terminal.hang_up()
        assert terminal.process.wait(120) == 128 + signal.SIGHUP
    assert take_spilled(home) == [TYPED]


def test_a_terminal_that_takes_nothing_holds_nobody_up(live: Path) -> None:
    hang_up_unread(live)


def test_the_test_notices_a_hang_up_that_is_not_answered(live: Path) -> None:
    with pytest.raises(AssertionError):
        hang_up_unread(live, WITHOUT.format("app.Signals.answer = lambda _: None"))


def resident(process: int) -> int:
    """Kilobytes of memory."""
    status = Path(f"/proc/{process}/status").read_text()
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS:"))


def unread(home: Path, seconds: float, entries: int) -> int:
    """Let others log under a screen whose terminal takes nothing; by how many kilobytes the screen grows."""
    with opened(home) as terminal:
        terminal.shows("Type to log")
        before, end = resident(terminal.process.pid), time.monotonic() + seconds
        for number in range(entries):
            run(home, "log", f"entry {number} that nobody sees")
        for columns in range(100, 200):  # more than fits between the program and the terminal
            terminal.resize(columns, 36)
        while time.monotonic() < end:
            run(home, "log", "time passes")
        grown = resident(terminal.process.pid) - before
        terminal.resize(120, 36)
        run(home, "log", "seen again")
        terminal.shows("seen again", 60)
        terminal.type("\x11")
        assert terminal.ended() == 0
    told = run(home, "export")
    assert [number for number in range(entries) if f"entry {number} that nobody sees" not in told] == []
    return grown


@needs_proc
@pytest.mark.faults
def test_a_minute_of_a_terminal_that_takes_nothing(live: Path) -> None:
    grown = unread(live, 60, 60)
    print(f"the screen grew by {grown} kB in a minute in which nobody read it")
    assert grown < 20_000


def read_slowly(home: Path, seconds: float, entries: int) -> int:
    """Let others log under a screen at the end of a slow line; by how many kilobytes the screen grows."""

    def log() -> None:
        for number in range(entries):
            run(home, "log", f"entry {number} on a slow line")

    with opened(home) as terminal, ThreadPoolExecutor(1) as others:
        terminal.shows("Type to log")
        before, read = resident(terminal.process.pid), len(terminal.output)
        logged = others.submit(log)
        terminal.trickle(seconds)
        logged.result()
        grown = resident(terminal.process.pid) - before
        assert 0 < len(terminal.output) - read <= seconds * 960
        terminal.type("typed meanwhile\r")
        terminal.shows("typed meanwhile", 60)
        terminal.type("\x11")
        assert terminal.ended() == 0
    told = run(home, "export")
    texts = ["typed meanwhile", *(f"entry {number} on a slow line" for number in range(entries))]
    assert [text for text in texts if text not in told] == []
    return grown


@needs_proc
@pytest.mark.faults
def test_a_minute_of_a_line_of_9600_baud(live: Path) -> None:
    grown = read_slowly(live, 60, 60)
    print(f"the screen grew by {grown} kB in a minute at the end of a line of 9,600 baud")
    assert grown < 20_000
