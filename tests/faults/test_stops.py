"""The program is stopped and goes on: others can record meanwhile, and terminal, keys and texts are as they were."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from tests.channels.server import serving
from tests.faults.test_terminals import TYPED, opened, take_spilled
from tests.ui.terminal import RESTORED, Terminal, environ, run

IN_THE_MIDDLE = """
import os, sys, time
from pathlib import Path
from incident_tui.journal.writing import Writing
from incident_tui.ui import driver
{}
append = Writing.append_row
def slow(self, row, event):
    Path(os.environ["BEGUN"]).touch()
    while not Path(os.environ["GO_ON"]).exists():
        time.sleep(0.01)
    return append(self, row, event)
Writing.append_row = slow
from incident_tui.__main__ import main
sys.exit(main())
"""

# The transaction that waits is the one of the thread that sends.
IN_A_THREAD = """
import contextlib, os, sys, threading, time
from pathlib import Path
from incident_tui.cli import stopping
from incident_tui.journal.writing import Writing
{}
append = Writing.append_row
def slow(self, row, event):
    Path(os.environ["BEGUN"]).touch() if threading.current_thread() is not threading.main_thread() else None
    while Path(os.environ["BEGUN"]).exists() and not Path(os.environ["GO_ON"]).exists():
        time.sleep(0.01)
    return append(self, row, event)
Writing.append_row = slow
from incident_tui.__main__ import main
sys.exit(main())
"""
# Here it is the one of the main thread, while another one is there to take the signal.
BESIDE_A_THREAD = """
import os, sys, threading, time
from pathlib import Path
from incident_tui.cli.stopping import stopped_between_transactions
from incident_tui.paths import Paths
from incident_tui.journal.writing import Writing
append = Writing.append_row
def slow(self, row, event):
    Path(os.environ["BEGUN"]).touch()
    while not Path(os.environ["GO_ON"]).exists():
        time.sleep(0.01)
    return append(self, row, event)
Writing.append_row = slow
threading.Thread(target=time.sleep, args=(300,), daemon=True).start()
from incident_tui.__main__ import main
with stopped_between_transactions(Paths.find(os.environ).database) if {} else open(os.devnull):
    code = main()
sys.exit(code)
"""
CHANNEL = """
[channels.ops]
kind = "mattermost"
url = "file:{}"
plain = true
audiences = ["internal"]
"""


@pytest.fixture
def live(home: Path) -> Path:
    """A home with one live incident."""
    run(home, "declare", "Checkout fails", "--commander", "dana")
    return home


def test_a_program_that_was_stopped_reads_every_key_and_leaves_the_terminal_as_it_was(live: Path) -> None:
    with opened(live) as terminal:
        terminal.type("recorded before\r")
        terminal.until(lambda _: "recorded before" in run(live, "export"), "the line", 60)  # by now all have begun
        threads = len(os.listdir(f"/proc/{terminal.process.pid}/task")) if Path("/proc").exists() else 0
        for _ in range(3):
            before = len(terminal.output)
            terminal.process.send_signal(signal.SIGSTOP)
            os.waitid(os.P_PID, terminal.process.pid, os.WSTOPPED)
            terminal.process.send_signal(signal.SIGCONT)
            terminal.until(partial(_drawn_anew, before), "the screen")
        terminal.type(TYPED)
        terminal.shows(TYPED)
        if threads:
            assert len(os.listdir(f"/proc/{terminal.process.pid}/task")) < threads + 3, "a reader each time"
        terminal.type("\x11")
        assert terminal.ended() == 0
        assert [end for end in RESTORED if end not in terminal.output[before:]] == []
        assert termios.tcgetattr(terminal.line)[3] & (termios.ECHO | termios.ICANON) == termios.ECHO | termios.ICANON
    assert take_spilled(live) == [TYPED]


def stopped_in_the_middle(home: Path, program: str) -> None:
    """Ask the program to stop while it records: others can record, and it goes on where it was."""
    begun, go_on = home / "begun", home / "go-on"
    with Terminal(home, program=program, env={"BEGUN": str(begun), "GO_ON": str(go_on)}) as terminal:
        terminal.shows("Type to log", 60)
        terminal.type("recorded while it stops\r")
        terminal.until(lambda _: begun.exists(), "a transaction")
        terminal.process.send_signal(signal.SIGTSTP)
        terminal.until(lambda at: b"\x1b[?1049l" in at.output, "the end of the screen")
        go_on.touch()
        os.waitid(os.P_PID, terminal.process.pid, os.WSTOPPED)
        assert termios.tcgetattr(terminal.line)[3] & (termios.ECHO | termios.ICANON) == termios.ECHO | termios.ICANON
        run(home, "log", "recorded by somebody else")

        before = len(terminal.output)
        terminal.process.send_signal(signal.SIGCONT)
        terminal.until(partial(_drawn_anew, before), "the screen")
        terminal.shows("recorded while it stops")
        terminal.shows("recorded by somebody else")
        terminal.type(TYPED)
        terminal.shows(TYPED)
        terminal.type("\x11")
        assert terminal.ended() == 0
    assert take_spilled(home) == [TYPED]
    assert run(home, "export").count('"entry.logged"') == 2


def test_a_program_that_is_to_stop_ends_its_transaction_first(live: Path) -> None:
    stopped_in_the_middle(live, IN_THE_MIDDLE.format(""))


@pytest.mark.faults
def test_the_test_notices_a_program_that_stops_in_the_middle(live: Path) -> None:
    with pytest.raises(AssertionError, match="holds the journal"):
        stopped_in_the_middle(
            live, IN_THE_MIDDLE.format("import contextlib; driver.nobody_records = lambda _: contextlib.nullcontext()")
        )


def a_verb_stopped_in_the_middle(home: Path, program: str, *words: str, says: str = "finding recorded") -> None:
    """Ask a verb to stop while it records, as control-Z does: others can record, and it goes on where it was."""
    begun, go_on = home / "begun", home / "go-on"
    command = [sys.executable, "-c", program, *(words or ("log", "recorded while it stops"))]
    env = environ(home) | {"BEGUN": str(begun), "GO_ON": str(go_on)}
    # A group of its own: where the shell that could let it go on is gone, the system lets nothing be stopped.
    with subprocess.Popen(command, env=env, stdout=subprocess.PIPE, text=True, process_group=0) as verb:
        try:
            _wait_for(begun, verb)
            verb.send_signal(signal.SIGTSTP)
            go_on.touch()
            os.waitid(os.P_PID, verb.pid, os.WSTOPPED)
            run(home, "log", "recorded by somebody else")
        finally:
            verb.send_signal(signal.SIGCONT)
        said, _ = verb.communicate(timeout=60)
    assert (verb.returncode, said.count(says)) == (0, 1)
    assert run(home, "export").count('"entry.logged"') == (1 if words else 2)


def test_a_verb_that_is_to_stop_ends_its_transaction_first(live: Path) -> None:
    a_verb_stopped_in_the_middle(live, IN_THE_MIDDLE.format(""))


@pytest.mark.faults
def test_the_test_notices_a_verb_that_stops_in_the_middle(live: Path) -> None:
    with pytest.raises(AssertionError, match="holds the journal"):
        a_verb_stopped_in_the_middle(
            live, IN_THE_MIDDLE.format("from incident_tui.journal import lock; lock.STOP = ()")
        )


@pytest.fixture
def to_send(live: Path) -> Iterator[Path]:
    """The home with a message, and with a channel that takes it."""
    with serving() as server:
        (live / "config").mkdir(exist_ok=True)
        (live / "config" / "hook").write_text(server.url)
        (live / "config" / "hook").chmod(0o600)
        (live / "config" / "config.toml").write_text(CHANNEL.format(live / "config" / "hook"))
        run(live, "say", "internal", "we look into it")
        yield live
        assert len(server.requests) == 1


def test_a_verb_that_is_to_stop_ends_the_transaction_of_its_thread_first(to_send: Path) -> None:
    a_verb_stopped_in_the_middle(to_send, IN_A_THREAD.format(""), "send", "M1", "--yes", says="arrived")


def test_a_verb_that_is_to_stop_ends_its_own_transaction_beside_a_thread(live: Path) -> None:
    a_verb_stopped_in_the_middle(live, BESIDE_A_THREAD.format(True))


@pytest.mark.faults
def test_the_test_notices_a_verb_whose_thread_is_stopped_in_the_middle(to_send: Path) -> None:
    careless = IN_A_THREAD.format("stopping.stopped_between_transactions = lambda _: contextlib.nullcontext()")
    with pytest.raises(AssertionError, match="holds the journal"):
        a_verb_stopped_in_the_middle(to_send, careless, "send", "M1", "--yes", says="arrived")


@pytest.mark.faults
def test_the_test_notices_a_verb_that_is_stopped_beside_a_thread(live: Path) -> None:
    with pytest.raises(AssertionError, match="holds the journal"):
        a_verb_stopped_in_the_middle(live, BESIDE_A_THREAD.format(False))


def _wait_for(file: Path, process: subprocess.Popen[str]) -> None:
    end = time.monotonic() + 60
    while not file.exists():
        assert process.poll() is None, "it has ended before"
        assert time.monotonic() < end, f"no {file.name}"
        time.sleep(0.01)


def _drawn_anew(start: int, terminal: Terminal) -> bool:
    return b"\x1b[?1049h" in terminal.output[start:] and "Type to log" in terminal.text
