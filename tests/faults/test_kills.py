"""Whatever kills the writer, and whenever: what it has acknowledged is there, and every chain is whole."""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.faults.strace import injected, needs_strace
from tests.faults.writers import HOUSE, acknowledged, appender, sound

CALLS = ("pwrite64", "fdatasync")


def kill_again_and_again(home: Path, kills: int) -> int:
    """Kill a writer so often, each time after a number of answers that nobody can foresee; how many were recorded."""
    chance = random.Random(kills)
    expected: set[str] = set()
    for _ in range(kills):
        with subprocess.Popen(appender(home), cwd=HOUSE, stdout=subprocess.PIPE) as child:
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


def kill_at(home: Path, call: str, number: int) -> None:
    """Kill the writer right at its `number`-th call, in a home that is new; an entry takes at least one call."""
    command = injected(f"{call}:signal=SIGKILL:when={number}", appender(home, number + 5))
    done = subprocess.run(command, cwd=HOUSE, capture_output=True, check=False)
    assert done.returncode in (-9, 137), done.stderr.decode()
    expected = acknowledged(done.stdout)
    found = sound(home)
    assert expected <= found
    assert len(found - expected) <= 1


@needs_strace
@pytest.mark.parametrize("call", CALLS)
def test_kills_at_some_calls(tmp_path: Path, call: str) -> None:
    for number in (1, 3, 9, 14):
        kill_at(tmp_path / f"{call}-{number}", call, number)


@needs_strace
@pytest.mark.faults
@pytest.mark.parametrize("call", CALLS)
def test_kills_at_every_call(tmp_path: Path, call: str) -> None:
    """The first ones hit the making of the tables, the later ones the entries."""
    for number in range(1, 201):
        home = tmp_path / f"{call}-{number}"
        kill_at(home, call, number)
        shutil.rmtree(home)


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
