"""Whatever kills the writer, and whenever: what it has acknowledged is there, and every chain is whole."""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.faults.strace import injected, needs_strace
from tests.faults.writers import HOUSE, acknowledged, appender, sound

CALLS = ("pwrite64", "fdatasync")
BEFORE_THE_COMMIT = """
import time
from incident_tui.session import Session
append_events = Session._append
def hasty(self, transaction, room, *more):
    done = append_events(self, transaction, room, *more)
    if room is not None:  # the declaration is no entry
        appender.say(f"ACK {done.events[0].id}")
        time.sleep(0.01)  # a disk that takes its time over the commit
    return done
Session._append = hasty
"""


def kill_again_and_again(home: Path, kills: int, without: str = "") -> int:
    """Kill a writer so often, each time after a number of answers that nobody can foresee; how many were recorded."""
    chance = random.Random(kills)
    expected: set[str] = set()
    for _ in range(kills):
        with subprocess.Popen(appender(home, without=without), cwd=HOUSE, stdout=subprocess.PIPE) as child:
            assert child.stdout is not None
            answers = [child.stdout.readline() for _ in range(chance.randint(1, 12))]
            child.kill()
            answers += child.stdout.readlines()
        expected |= acknowledged(b"".join(answers))
    found = sound(home)
    assert expected <= found, f"{len(expected - found)} of {len(expected)} are lost"
    # Per kill at most one was recorded and could not be acknowledged any more.
    assert len(found - expected) <= kills + 1
    return len(expected)


def test_twenty_kills(home: Path) -> None:
    assert kill_again_and_again(home, 20) > 20


@pytest.mark.faults
def test_a_thousand_kills(home: Path) -> None:
    assert kill_again_and_again(home, 1000) > 1000


def test_the_test_notices_an_answer_that_comes_before_the_commit(home: Path) -> None:
    with pytest.raises(AssertionError, match=r"^\d+ of \d+ are lost"):
        kill_again_and_again(home, 20, BEFORE_THE_COMMIT)


@pytest.fixture
def begun(tmp_path: Path) -> Path:
    """A home with one entry: the calls that make the tables are over, what comes now are those of entries."""
    home = tmp_path / "begun"
    subprocess.run(appender(home, 1), cwd=HOUSE, check=True, capture_output=True)
    return home


def kill_at(home: Path, call: str, number: int, without: str = "") -> None:
    """Kill the writer right at its `number`-th call; an entry takes at least one call."""
    before = sound(home) if home.exists() else set()
    command = injected(f"{call}:signal=SIGKILL:when={number}", appender(home, number + 5, without=without))
    done = subprocess.run(command, cwd=HOUSE, capture_output=True, check=False)
    assert done.returncode in (-9, 137), done.stderr.decode()
    expected = acknowledged(done.stdout)
    found = sound(home) - before
    assert expected <= found, f"{len(expected - found)} of {len(expected)} are lost"
    assert len(found - expected) <= 1


def kill_at_each(begun: Path, call: str, numbers: Iterable[int], without: str = "") -> None:
    """Each in a copy of its own of a home that was begun."""
    for number in numbers:
        home = begun.with_name(f"{call}-{number}")
        shutil.copytree(begun, home)
        kill_at(home, call, number, without)
        shutil.rmtree(home)


@needs_strace
@pytest.mark.parametrize("call", CALLS)
def test_kills_at_some_calls(tmp_path: Path, begun: Path, call: str) -> None:
    for number in (1, 3, 9, 14):
        kill_at(tmp_path / "new", call, number)
        shutil.rmtree(tmp_path / "new")
    kill_at_each(begun, call, (2, 12, 17, 30))


@needs_strace
def test_the_test_notices_an_answer_before_the_commit_at_a_call(begun: Path) -> None:
    """Not at each one: what is killed while it waits for the disk has written all of its entry."""
    with pytest.raises(AssertionError, match=r"^1 of \d+ are lost"):
        kill_at_each(begun, "pwrite64", (9, 12, 17, 30, 45), BEFORE_THE_COMMIT)


@needs_strace
@pytest.mark.faults
@pytest.mark.parametrize("call", CALLS)
def test_kills_at_every_call(tmp_path: Path, begun: Path, call: str) -> None:
    """In a home that is new most writes are those that make the tables; where it is begun they are those of entries."""
    for number in range(1, 201):
        kill_at(tmp_path / "new", call, number)
        shutil.rmtree(tmp_path / "new")
    kill_at_each(begun, call, range(1, 201))


@pytest.mark.faults
def test_kills_of_the_command_line(home: Path) -> None:
    chance = random.Random(1)
    environ = {"INCIDENT_TUI_HOME": str(home), "PATH": "/usr/bin:/bin", "PYTHONPATH": str(HOUSE)}
    program = [sys.executable, "-m", "incident_tui"]
    subprocess.run([*program, "declare", "Everything fails"], env=environ, check=True, capture_output=True)
    said = []
    for number in range(200):
        with subprocess.Popen([*program, "log", f"entry {number}"], env=environ, stdout=subprocess.PIPE) as child:
            try:
                child.wait(chance.uniform(0.05, 0.4))
            except subprocess.TimeoutExpired:
                child.kill()
            assert child.stdout is not None
            if b"recorded at" in child.stdout.read():
                said.append(f"entry {number}")

    exported = subprocess.run([*program, "export"], env=environ, check=True, capture_output=True).stdout.decode()
    assert said != []
    assert [text for text in said if f'"{text}"' not in exported] == []
    subprocess.run([*program, "verify"], env=environ, check=True, capture_output=True)
