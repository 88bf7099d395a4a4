"""Several processes on one journal, frozen ones and ones that hold it among them: no gap, no double, nobody stands."""

from __future__ import annotations

import contextlib
import json
import os
import random
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest

from incident_tui.config import Config
from incident_tui.domain.decide import Intent
from incident_tui.domain.decide.log import log_entry
from incident_tui.domain.events import EntryLogged
from incident_tui.journal import JournalError, lock
from incident_tui.rooms import Room
from incident_tui.session import Done, NotSaved, Session
from tests.faults.appender import paths_below, room_in
from tests.faults.writers import HOUSE, acknowledged, appender, sound
from tests.ui.terminal import Terminal, run

EXCLUSIVE = """
import sqlite3, sys
with sqlite3.connect(sys.argv[1], isolation_level=None) as connection:
    connection.execute("begin exclusive")
    print("held", flush=True)
    sys.stdin.readline()
    connection.execute("rollback")
"""
BEATING = "import sys; from tests.faults.beating import run; sys.exit(run())"
WAITING = """
import sys
from incident_tui.ui.writer import Writer
async def do(self, act):
    return act()
Writer.do = do
from tests.faults.beating import run
sys.exit(run())
"""
# What several writers are without that keeps their entries apart:
OF_ITS_OWN_STATE = """
from incident_tui import session
session.caught_up = lambda transaction, room: room
"""
EACH_STEP_ALONE = """
from incident_tui.journal.transaction import Transaction
begin, end = Transaction.__enter__, Transaction.__exit__
def begin_and_let_others_in(self):
    writing = begin(self)
    self._writer.execute("commit")
    return writing
def end_what_is_over(self, *error):
    self._writer.execute("begin")
    end(self, *error)
Transaction.__enter__, Transaction.__exit__ = begin_and_let_others_in, end_what_is_over
"""
WITHOUT_LOCK = """
from incident_tui.journal import lock
lock._got = lambda *_: True
"""
WRITTEN = re.compile(r"writer\d+ \d+\b")
MOMENT = re.compile(r"\d\d:\d\d:\d\d")


@pytest.fixture
def live(home: Path) -> Path:
    """A home with one live incident."""
    run(home, "declare", "Checkout fails", "--commander", "dana")
    return home


def log_pane(terminal: Terminal) -> list[str]:
    """The lines of the log in sight, without the panes beside it."""
    return [line[38:84].rstrip() for line in terminal.picture.display if MOMENT.search(line[38:50])]


def answers_of(child: subprocess.Popen[bytes]) -> tuple[bytes, float]:
    """All that a writer says, and the moment at which it said the last of it."""
    lines, moment = [], 0.0
    with child:
        assert child.stdout is not None
        for line in child.stdout:
            lines.append(line)
            moment = time.monotonic()
    assert child.returncode == 0
    return b"".join(lines), moment


def write_at_once(home: Path, writers: int, count: int, without: str = "") -> tuple[str, float]:
    """Let so many processes record so many entries each; none is missing, none is there twice, each in its order.

    The newest of them, as its writer and number, and when the last answer came.
    """
    labels = [f"writer{number}" for number in range(writers)]
    commands = [appender(home, count, label, without=without) for label in labels]
    children = [subprocess.Popen(command, cwd=HOUSE, stdout=subprocess.PIPE) for command in commands]
    with ThreadPoolExecutor(writers) as readers:
        answers = list(readers.map(answers_of, children))
    expected = set().union(*(acknowledged(answer) for answer, _ in answers))
    assert len(expected) == writers * count
    assert sound(home) == expected
    with Session.open(paths_below(home), Config(), writable=False) as session:
        bodies = [event.body for event in session.journal.events(session.summaries()[0].incident)]
    texts = [body.text.split()[:2] for body in bodies if isinstance(body, EntryLogged)]
    for label in labels:
        assert [int(number) for who, number in texts if who == label] == list(range(count))
    return " ".join(texts[-1]), max(moment for _, moment in answers)


def seen_until(over: threading.Event, terminal: Terminal) -> dict[str, float]:
    """When each entry of a writer was first in sight, up to the one that is shown when it is over."""
    moments: dict[str, float] = {}

    def look(at: Terminal) -> bool:
        for entry in WRITTEN.findall(at.text):
            moments.setdefault(entry, time.monotonic())
        return over.is_set() and "the very last" in at.text

    terminal.until(look, "the very last", 600)
    return moments


def write_under_two_screens(home: Path, writers: int, count: int) -> list[float]:
    """How many seconds after the last answer each of two screens shows the newest of what others have written."""
    over = threading.Event()
    with Terminal(home) as one, Terminal(home) as two, ThreadPoolExecutor(2) as readers:
        for terminal in (one, two):
            terminal.shows("INVESTIGATING")
        seen = [readers.submit(seen_until, over, terminal) for terminal in (one, two)]
        try:
            newest, ended = write_at_once(home, writers, count)
            run(home, "log", "the very last")
        finally:
            over.set()
        late = [moments.result()[newest] - ended for moments in seen]
        assert log_pane(one) == log_pane(two)
        assert len(log_pane(one)) > 2
        for terminal in (one, two):
            terminal.type("\x11")
            assert terminal.ended() == 0
    return late


@pytest.mark.faults
def test_three_processes_write_at_once(live: Path) -> None:
    write_at_once(live, 3, 30)


@pytest.mark.faults
@pytest.mark.parametrize(
    "without",
    [
        pytest.param(OF_ITS_OWN_STATE, id="decided on what was known before"),
        # Each of the two is enough to keep others out of a transaction: with one of them nothing is lost.
        pytest.param(EACH_STEP_ALONE + WITHOUT_LOCK, id="neither SQLite's transaction nor the lock"),
    ],
)
def test_the_test_notices_writers_that_come_between_each_other(live: Path, without: str) -> None:
    with pytest.raises(AssertionError, match="does not follow the event before it"):
        write_at_once(live, 3, 150, without)


@pytest.mark.faults
def test_eight_processes_write_a_thousand_entries_each_under_two_screens(live: Path) -> None:
    late = write_under_two_screens(live, 8, 1000)
    print(f"both screens alike {max(late):.2f} s after the last entry was acknowledged")
    assert max(late) < 1.0


def stop(child: subprocess.Popen[bytes]) -> None:
    """Freeze a child, and be sure that it is."""
    child.send_signal(signal.SIGSTOP)
    os.waitid(os.P_PID, child.pid, os.WSTOPPED)


def attempt(session: Session, room: Room, entry: Intent) -> Done | str:
    """What was recorded, or why it was not."""
    try:
        done = session.perform(room, entry)
    except NotSaved as problem:
        return problem.reason
    assert isinstance(done, Done)
    return done


def goes_on_reading(session: Session, room: Room) -> bool:
    """Whether the incident is read, or why it is not is said: for some microseconds of a commit nobody can read."""
    try:
        return session.enter(room.incident.id).incident.version >= room.incident.version
    except JournalError as problem:
        return problem.reason == "another process stands still within a commit"


def write_beside(session: Session, peer: subprocess.Popen[bytes], times: int) -> int:
    """Record so many entries, each while the peer is frozen or right after; how often it had the journal then."""
    chance, frozen_with_it, room = random.Random(times), 0, room_in(session)
    held = f"process {peer.pid} on {socket.gethostname()} holds the journal"
    for number in range(times):
        time.sleep(chance.uniform(0, 0.02))  # at any moment of its work
        stop(peer)
        entry = partial(log_entry, kind_word="note", text_word=f"mine {number}")
        done = attempt(session, room, entry)
        if isinstance(done, str):
            frozen_with_it += 1
            assert done == held
            assert goes_on_reading(session, room)
        peer.send_signal(signal.SIGCONT)
        while isinstance(done, str):  # beside a peer that writes without a pause, a turn may be long in coming
            done = attempt(session, room, entry)
            # One that writes on may let go between being waited for and being looked up.
            assert not isinstance(done, str) or done in (held, "another process holds the journal")
        room = done.room
    return frozen_with_it


def stop_again_and_again(home: Path, times: int, without: str = "") -> int:
    """Freeze a writer so often while another wants to write; how often it was frozen with the journal in its hands."""
    with (
        Session.open(paths_below(home), Config(person="lee")) as session,
        subprocess.Popen(appender(home, without=without), cwd=HOUSE, stdout=subprocess.PIPE) as peer,
        ThreadPoolExecutor(1) as reader,
    ):
        assert peer.stdout is not None
        peer.stdout.readline()
        said = reader.submit(peer.stdout.read)
        try:
            frozen_with_it = write_beside(session, peer, times)
        finally:
            peer.kill()
        answers = acknowledged(said.result())
    found = sound(home)
    assert answers <= found
    assert len(found) - len(answers) - times in (0, 1)
    return frozen_with_it


def test_a_frozen_peer_is_named_and_loses_nobody_anything(live: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lock, "PATIENCE_SECONDS", 0.05)
    assert stop_again_and_again(live, 12) > 0


def test_the_test_notices_writers_without_a_lock(live: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """SQLite keeps them apart, too, but cannot say who has the journal."""
    monkeypatch.setattr(lock, "_got", lambda *_: True)
    with pytest.raises(AssertionError, match="another process holds the database"):
        stop_again_and_again(live, 12, WITHOUT_LOCK)


@pytest.mark.faults
def test_a_peer_frozen_five_hundred_times(live: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lock, "PATIENCE_SECONDS", 0.3)
    frozen = stop_again_and_again(live, 500)
    print(f"{frozen} of 500 stops held the journal")
    assert frozen > 0


@pytest.mark.faults
def test_the_screen_names_the_frozen_peer_keeps_the_text_and_records_it_when_it_goes_on(live: Path) -> None:
    holder = "import sys; from pathlib import Path; from incident_tui.journal.lock import held\n"
    holder += "with held(Path(sys.argv[1])): print('held', flush=True); sys.stdin.readline()"
    place = paths_below(live).database.with_name("incidents.db.lock")
    command = [sys.executable, "-c", holder, str(place)]
    with Terminal(live) as terminal, contextlib.ExitStack() as ends:
        terminal.shows("INVESTIGATING")  # to open the journal takes its lock, too
        peer = ends.enter_context(subprocess.Popen(command, cwd=HOUSE, stdin=subprocess.PIPE, stdout=subprocess.PIPE))
        ends.callback(peer.kill)  # nobody waits for the end of a frozen one
        assert peer.stdout is not None
        assert peer.stdout.readline() == b"held\n"
        stop(peer)
        terminal.type("error rate climbs\r")
        terminal.shows(f"process {peer.pid}")
        assert "error rate climbs" in terminal.text
        peer.send_signal(signal.SIGCONT)
        peer.kill()
        terminal.type("\r")
        terminal.shows("Type to log")
        terminal.type("\x11")
        assert terminal.ended() == 0
    assert "error rate climbs" in run(live, "export")


def release(child: subprocess.Popen[bytes]) -> None:
    child.communicate(b"\n")


def test_the_screen_goes_on_while_its_entry_waits_for_the_database(live: Path) -> None:
    with Terminal(live) as terminal:
        terminal.shows("INVESTIGATING")
        command = [sys.executable, "-c", EXCLUSIVE, str(paths_below(live).database)]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
            assert holder.stdout is not None
            assert holder.stdout.readline() == b"held\n"
            terminal.type("error rate climbs\r")
            terminal.type("\x1b[15~")  # a new message: another screen opens while the entry waits
            terminal.shows("Next update in")
            assert "error rate climbs" not in run(live, "export")
            terminal.type("\x1b")  # read together with the next key it would be one with Alt
            terminal.until(lambda at: "Next update in" not in at.text, "the room")
            release(holder)
        terminal.until(partial(_recorded, live), "the entry")
        terminal.type("\x11")
        assert terminal.ended() == 0


@pytest.mark.faults
def test_thirty_seconds_of_an_exclusive_lock_freeze_no_frame(live: Path, tmp_path: Path) -> None:
    longest, before = pauses_of(live, tmp_path / "beats.json", 30)
    print(
        f"longest pause of the screen in 30 s: {longest * 1000:.0f} ms; with the database free {before * 1000:.0f} ms"
    )
    assert longest <= max(0.1, 1.5 * before)


@pytest.mark.faults
def test_the_test_notices_a_screen_that_waits_for_the_database(live: Path, tmp_path: Path) -> None:
    longest, before = pauses_of(live, tmp_path / "beats.json", 6, WAITING)
    assert longest > max(1, 1.5 * before)


def read_on(terminal: Terminal, end: float) -> None:
    """Open and close the help until then."""
    while time.monotonic() < end:
        terminal.type("\x1bOP")
        terminal.shows("esc close")  # its last line: what is read may end in the middle of a frame
        terminal.type("\x1b")
        terminal.until(lambda at: "esc close" not in at.text, "the end of the help")


def pauses_of(live: Path, beats: Path, seconds: float, program: str = BEATING) -> tuple[float, float]:
    """The longest pause of the screen while another process has the database, and while none has; 0 below 0.1 s."""
    with Terminal(live, program=program, env={"INCIDENT_TUI_BEATS": str(beats)}) as terminal:
        terminal.shows("INVESTIGATING")
        read_on(terminal, time.monotonic() + seconds / 3)
        command = [sys.executable, "-c", EXCLUSIVE, str(paths_below(live).database)]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
            assert holder.stdout is not None
            assert holder.stdout.readline() == b"held\n"
            begun = time.monotonic()
            terminal.type("error rate climbs\r")
            terminal.shows("another process holds the database")
            assert "error rate climbs" in terminal.text
            read_on(terminal, begun + seconds)
            ended = time.monotonic()
            release(holder)
        terminal.until(partial(_recorded, live), "the entry")
        terminal.type("\x11")
        assert terminal.ended() == 0
    pauses = json.loads(beats.read_text())
    locked = [end - start - excused for start, end, excused in pauses if begun < end and start <= ended]
    free = [end - start - excused for start, end, excused in pauses if end <= begun]
    return max(locked, default=0.0), max(free, default=0.0)


def _recorded(home: Path, terminal: Terminal) -> bool:
    """Whether the entry is recorded; Enter asks for it again."""
    if "Type to log" in terminal.text:
        return "error rate climbs" in run(home, "export")
    terminal.type("\r")
    return False
