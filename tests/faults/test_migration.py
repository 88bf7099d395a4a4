"""A migration that is killed at any call loses nothing; the next start goes on from there, and readers read on."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from incident_tui.journal import Journal, JournalError
from tests.faults.appender import paths_below
from tests.faults.strace import injected, needs_strace
from tests.faults.writers import HOUSE, appender, sound
from tests.journal.journals import aged

CALLS = ("pwrite64", "fdatasync", "fsync", "ftruncate", "unlink")
OPEN = """
import sys; from pathlib import Path; from incident_tui.journal import Journal, JournalError
Journal.open(Path(sys.argv[1])).close()
"""


# Each statement is committed at once, and of the version that a journal has reached nobody is told.
CARELESS = """
from incident_tui.journal import schema
def run(database, script):
    database.conn.execute("commit")
    for statement in script.split(";\\n"):
        database.conn.execute(statement)
    database.conn.execute("begin")
schema._run = run
"""


@pytest.fixture(params=[1, 2])
def old(home: Path, request: pytest.FixtureRequest) -> Path:
    """A home with the journal of an older program."""
    subprocess.run(appender(home, 5), cwd=HOUSE, check=True, capture_output=True)
    aged(paths_below(home).database, request.param)
    return home


def killed_at(old: Path, home: Path, call: str, number: int, code: str = OPEN) -> bool:
    """Kill the migration of a copy at its `number`-th call; whether it made so many."""
    shutil.copytree(old, home)
    database = paths_below(home).database
    command = [sys.executable, "-c", code, str(database)]
    done = subprocess.run(
        injected(f"{call}:signal=SIGKILL:when={number}", command), cwd=HOUSE, capture_output=True, check=False
    )
    assert done.returncode in (-9, 137, 0), done.stderr.decode()
    with closing(sqlite3.connect(paths_below(old).database)) as untouched:
        found = untouched.execute("select id from events where kind = 'entry.logged'").fetchall()
    expected = {identifier for (identifier,) in found}
    with Journal.open(database, writable=False) as journal:
        assert {row.id for row in journal.rows() if row.kind == "entry.logged"} == expected
        assert len(journal.summaries()) == 1
    assert sound(home) == expected
    shutil.rmtree(home)
    return done.returncode != 0


@needs_strace
def test_a_migration_killed_at_some_calls(old: Path, tmp_path: Path) -> None:
    kills = [killed_at(old, tmp_path / "copy", call, number) for call, number in (("pwrite64", 2), ("fdatasync", 1))]

    assert kills == [True, True]


@needs_strace
@pytest.mark.faults
@pytest.mark.parametrize("call", CALLS)
def test_a_migration_killed_at_every_call(old: Path, tmp_path: Path, call: str) -> None:
    number = 1
    while killed_at(old, tmp_path / "copy", call, number):
        number += 1

    assert number > (1 if call in ("pwrite64", "fdatasync") else 0)


@needs_strace
def test_the_test_notices_a_migration_that_is_not_one_transaction(old: Path, tmp_path: Path) -> None:
    def everywhere() -> None:
        for number in range(2, 40):
            killed_at(old, tmp_path / f"copy {number}", "pwrite64", number, CARELESS + OPEN)

    assert not killed_at(old, tmp_path / "copy", "pwrite64", 10_000, CARELESS + OPEN), "left alone it works"
    with pytest.raises((AssertionError, JournalError, sqlite3.Error)):
        everywhere()
