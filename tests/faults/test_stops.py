"""The program is stopped and goes on: others can record meanwhile, and terminal, keys and texts are as they were."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import termios
import time
from functools import partial
from pathlib import Path

import pytest

from tests.faults.test_terminals import TYPED, opened, take_spilled
from tests.ui.terminal import RESTORED, Terminal, environ, run

IN_THE_MIDDLE = """
import os, sys, time
from pathlib import Path
from incident_tui.journal.writing import Writing
from incident_tui.ui import pastes
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
        stopped_in_the_middle(live, IN_THE_MIDDLE.format("pastes.finish_recording = lambda _: None"))


def a_verb_stopped_in_the_middle(home: Path, program: str) -> None:
    """Ask a verb to stop while it records, as control-Z does: others can record, and it goes on where it was."""
    begun, go_on = home / "begun", home / "go-on"
    command = [sys.executable, "-c", program, "log", "recorded while it stops"]
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
    assert (verb.returncode, said.count("finding recorded")) == (0, 1)
    assert run(home, "export").count('"entry.logged"') == 2


def test_a_verb_that_is_to_stop_ends_its_transaction_first(live: Path) -> None:
    a_verb_stopped_in_the_middle(live, IN_THE_MIDDLE.format(""))


@pytest.mark.faults
def test_the_test_notices_a_verb_that_stops_in_the_middle(live: Path) -> None:
    with pytest.raises(AssertionError, match="holds the journal"):
        a_verb_stopped_in_the_middle(
            live, IN_THE_MIDDLE.format("from incident_tui.journal import lock; lock.STOP = ()")
        )


def _wait_for(file: Path, process: subprocess.Popen[str]) -> None:
    end = time.monotonic() + 60
    while not file.exists():
        assert process.poll() is None, "it has ended before"
        assert time.monotonic() < end, f"no {file.name}"
        time.sleep(0.01)


def _drawn_anew(start: int, terminal: Terminal) -> bool:
    return b"\x1b[?1049h" in terminal.output[start:] and "Type to log" in terminal.text
