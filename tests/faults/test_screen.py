"""The real screen on a disk that refuses: what it shows as recorded is, and what it could not record stays in sight."""

from __future__ import annotations

import contextlib
from functools import partial
from pathlib import Path

import pytest

from incident_tui.config import Config
from incident_tui.domain.events import EntryLogged
from incident_tui.journal import Lines
from incident_tui.session import Session
from tests.faults.appender import paths_below
from tests.faults.strace import injected, needs_strace
from tests.ui.terminal import Terminal, run

REFUSED = b"not saved"
FAULTS = [
    pytest.param("fdatasync:error=EIO", 1, id="EIO while waiting for the disk"),
    pytest.param("pwrite64:error=EIO", 20, id="EIO while writing", marks=pytest.mark.faults),
    pytest.param("pwrite64:error=ENOSPC", 20, id="full", marks=pytest.mark.faults),
]


LYING = """
import sys
from incident_tui.session import Done, NotSaved, Session
perform = Session.perform
def lying(self, room, *words, **more):
    try:
        return perform(self, room, *words, **more)
    except NotSaved:
        return Done(room, ())
Session.perform = lying
from incident_tui.__main__ import main
sys.exit(main())
"""


def texts(home: Path) -> list[str]:
    """What is recorded, as another process reads it."""
    with Session.open(paths_below(home), Config(), writable=False) as session:
        assert session.journal.verify() == []
        events = session.journal.page(Lines(session.summaries()[0].incident, ("finding",)), limit=1000)
    return [event.body.text for event in events if isinstance(event.body, EntryLogged)]


def spilled(home: Path) -> list[str]:
    """What is kept beside the journal; a file may go while it is read."""
    found = []
    for file in sorted((home / "data" / "spill").glob("*.txt")):
        with contextlib.suppress(FileNotFoundError):
            found.append(file.read_text())
    return found


def enter(terminal: Terminal, home: Path, line: str) -> int:
    """Type a line and press Enter until it is recorded; how often it was not, its text being kept each time."""
    terminal.type(line)
    terminal.shows(line)
    for refused in range(50):
        answered = partial(_answered, home, line, len(terminal.output))
        terminal.type("\r")
        terminal.until(answered, "an answer, or the text is not kept")
        if "Type to log" in terminal.text:
            assert line in texts(home)
            return refused
        assert line in terminal.text
    raise AssertionError("it is never recorded")


def _answered(home: Path, line: str, start: int, terminal: Terminal) -> bool:
    """Whether the composer is empty, or says why it is not and has kept its text beside the journal."""
    return "Type to log" in terminal.text or (REFUSED in terminal.output[start:] and spilled(home) == [line])


def work_on(home: Path, fault: str, every: int, lines: int, program: str = "") -> int:
    """Log so many lines while each `every`-th call about the database fails; how often one was refused."""
    run(home, "declare", "Checkout fails", "--commander", "dana")
    database = paths_below(home).database
    files = [database, database.with_name("incidents.db-wal")]
    typed = [f"line number {number} of what is found" for number in range(lines)]
    before = injected(f"{fault}:when={every + 1}+{every}", [], files)
    with Terminal(home, before=before, program=program) as terminal:
        terminal.shows("INVESTIGATING", 60)
        refused = sum(enter(terminal, home, line) for line in typed)
        terminal.type("\x11")
        assert terminal.ended() == 0
        assert b"Traceback" not in terminal.output
    assert texts(home) == typed
    assert spilled(home) == []
    return refused


@needs_strace
@pytest.mark.parametrize(("fault", "per_line"), FAULTS)
def test_some_lines_are_refused(home: Path, fault: str, per_line: int) -> None:
    assert work_on(home, fault, 2 * per_line, 8) > 0


@needs_strace
@pytest.mark.faults
@pytest.mark.parametrize(("fault", "per_line"), FAULTS)
def test_a_hundred_lines_on_a_disk_that_refuses_again_and_again(home: Path, fault: str, per_line: int) -> None:
    """Some 300 calls for the disk, so that the calls that fail are every one of a transaction's in turn."""
    assert work_on(home, fault, 2 * per_line + 1, 100) > 20


@needs_strace
@pytest.mark.faults
def test_the_test_notices_a_screen_that_says_recorded_of_what_is_not(home: Path) -> None:
    with pytest.raises(AssertionError, match=r"'line number \d"):
        work_on(home, "fdatasync:error=EIO", 2, 4, LYING)
