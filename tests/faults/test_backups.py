"""Backups while others write and while the one who makes them is killed: under the final name there is a whole one."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from incident_tui.journal import Journal, JournalError
from tests.faults.appender import paths_below
from tests.faults.writers import HOUSE, acknowledged, appender
from tests.ui.terminal import environ

PROGRAM = "import sys; from incident_tui.__main__ import main; sys.exit(main())"
STRAIGHT = "from incident_tui.journal import backup; backup.copy = backup._copy; "


def backup(home: Path, target: Path, patience: float | None, before: str) -> bool:
    """Make a backup on the command line, or kill it in the middle; whether it was said to be written."""
    command = [sys.executable, "-c", before + PROGRAM, "backup", str(target)]
    with subprocess.Popen(command, env=environ(home), stdout=subprocess.PIPE) as child:
        try:
            out, _ = child.communicate(timeout=patience)
        except subprocess.TimeoutExpired:
            child.kill()
            out, _ = child.communicate()
    return b"backup written to" in out


def beginning_of(copy: Path, whole: list[str]) -> int:
    """How many events the copy has, which verifies and holds a beginning of what there is."""
    with Journal.open(copy, writable=False) as journal:
        assert journal.verify() == []
        found = [row.id for row in journal.rows()]
    assert found == whole[: len(found)]
    return len(found)


def back_up_again_and_again(home: Path, folder: Path, times: int, before: str = "") -> tuple[int, int]:
    """So many backups while another process writes, three of four killed; how many are whole, how many are not there.

    None is there in part.
    """
    folder.mkdir()
    chance, said = random.Random(times), {}
    with subprocess.Popen(appender(home), cwd=HOUSE, stdout=subprocess.PIPE) as writer:
        assert writer.stdout is not None
        said_before = [writer.stdout.readline() for _ in range(10)]
        try:
            begun = time.monotonic()
            said[folder / "0"] = backup(home, folder / "0", None, before)
            whole_takes = time.monotonic() - begun
            for number in range(1, times):
                patience = None if number % 4 == 0 else chance.uniform(0.3, 1.1) * whole_takes
                target = folder / str(number)
                said[target] = backup(home, target, patience, before)
        finally:
            writer.kill()
        acked = acknowledged(b"".join([*said_before, writer.stdout.read()]))
    with Journal.open(paths_below(home).database) as journal:
        whole = [row.id for row in journal.rows()]
    assert acked <= set(whole)
    sizes = [beginning_of(target, whole) for target in said if target.exists()]
    assert sizes == sorted(sizes)  # each later one holds at least as much
    assert [target for target, done in said.items() if done and not target.exists()] == []
    return len(sizes), times - len(sizes)


def test_some_backups_under_load(home: Path, tmp_path: Path) -> None:
    whole, none = back_up_again_and_again(home, tmp_path / "copies", 2)
    assert whole + none == 2
    assert whole > 0


@pytest.mark.faults
def test_two_hundred_backups_under_load(home: Path, tmp_path: Path) -> None:
    whole, none = back_up_again_and_again(home, tmp_path / "copies", 200)
    print(f"{whole} whole backups, {none} killed before they had a name, none in part")
    assert whole >= 50, "nobody kills the fourth part of them"
    assert none > 0


@pytest.mark.faults
def test_the_test_notices_a_backup_that_is_written_under_its_final_name(home: Path, tmp_path: Path) -> None:
    with pytest.raises((AssertionError, JournalError)):
        back_up_again_and_again(home, tmp_path / "copies", 60, STRAIGHT)
