"""A file system that is read-only, or full: verbs read on, and whoever wants to record is told what is behind it."""

from __future__ import annotations

import json
import os
import sqlite3
from pathlib import Path

import pytest

from incident_tui.journal import JournalError
from incident_tui.journal.errors import FULL, READ_ONLY, state_of
from tests.faults.small_disk import SmallDisk
from tests.faults.test_disk import needs_namespace
from tests.faults.test_terminals import TYPED
from tests.ui.terminal import run

WITHOUT = """
import sys
from incident_tui.journal import connection, errors, lock, store
{}
from incident_tui.__main__ import main
sys.exit(main())
"""
NOT_ASKED = WITHOUT.format("errors.state_of = lambda path: None")
ONLY_TO_WRITE = WITHOUT.format("store._for_reading = lambda path, *_, **__: store.open_to_write(path)")
READING = ["show", "list", "export", "report", "verify", "search first", "due"]


@pytest.fixture
def disk(home: Path, tmp_path: Path) -> SmallDisk:
    """Small, with a live incident and an entry."""
    run(home, "declare", "Checkout fails", "--commander", "dana")
    run(home, "log", "first entry")
    return SmallDisk(tmp_path / "small", home).make()


def reads(disk: SmallDisk, state: str, verb: str, program: str = "") -> None:
    """The same as where all is well."""
    expected = run(disk.template, *verb.split(), env={"INCIDENT_TUI_HOME": str(disk.template)})
    disk.is_to_be(state, state)
    done = disk.run(*verb.split(), program=program)
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    if verb in ("export", "search first", "verify"):  # the others say how late it is
        assert done.stdout == expected
    else:
        assert "Checkout fails" in done.stdout or verb == "due"


@needs_namespace
@pytest.mark.parametrize("verb", READING)
@pytest.mark.parametrize("state", ["read-only", "fill"])
def test_a_verb_that_reads_goes_on(disk: SmallDisk, state: str, verb: str) -> None:
    reads(disk, state, verb)


@needs_namespace
@pytest.mark.parametrize("state", ["read-only", "fill"])
def test_the_test_notices_a_verb_that_wants_to_write(disk: SmallDisk, state: str) -> None:
    with pytest.raises(AssertionError, match="error: "):
        reads(disk, state, "show", ONLY_TO_WRITE)


def refuses(disk: SmallDisk, program: str = "") -> None:
    disk.is_to_be("read-only", "read-only")
    done = disk.run("log", "what is found", program=program)
    reason, hint = READ_ONLY
    assert done.returncode == 1
    assert done.stderr.startswith(f"error: not saved: the journal is open for reading only: {reason}; {hint}; "), (
        done.stderr
    )
    assert disk.kept_elsewhere() == ["what is found"]
    (journal,) = (
        check for check in json.loads(disk.run("doctor", "--json").stdout)["checks"] if check["what"] == "journal"
    )
    assert reason in journal["found"]


@needs_namespace
def test_a_verb_that_records_says_that_the_file_system_is_read_only(disk: SmallDisk) -> None:
    refuses(disk)


@needs_namespace
def test_the_test_notices_that_the_system_is_not_asked(disk: SmallDisk) -> None:
    with pytest.raises(AssertionError, match="check that its folder exists and is yours"):
        refuses(disk, NOT_ASKED)


@needs_namespace
def test_a_screen_says_that_the_file_system_has_become_read_only(disk: SmallDisk) -> None:
    with disk.opened() as terminal:
        terminal.shows("INVESTIGATING")
        disk.is_to_be("seal", "sealed", terminal)
        terminal.type(f"{TYPED}\r")
        terminal.shows("read-only", 20)
        assert disk.kept_elsewhere() == [TYPED]
        terminal.type("\x11")
        assert terminal.ended() == 0
    assert disk.kept_elsewhere() == [TYPED]


@pytest.mark.parametrize(
    ("flag", "free", "error", "words"),
    [
        (os.ST_RDONLY, 7, "attempt to write a readonly database", READ_ONLY[0]),
        (os.ST_RDONLY, 0, "unable to open database file", READ_ONLY[0]),
        (0, 0, "disk I/O error", FULL[0]),
        (0, 7, "disk I/O error", "the disk refuses to read or write"),
        (0, 0, "attempt to write a readonly database", "the database is read-only"),
        (os.ST_RDONLY, 0, "database is locked", "another process holds the database"),
    ],
)
def test_the_system_is_asked_what_is_behind_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, flag: int, free: int, error: str, words: str
) -> None:
    real = os.statvfs(tmp_path)
    fields = list(real)
    fields[2], fields[4], fields[8] = 9, free, flag
    monkeypatch.setattr(os, "statvfs", lambda _: os.statvfs_result(fields))

    assert JournalError.of(sqlite3.OperationalError(error), tmp_path).reason == words


def test_of_what_is_not_there_nothing_is_known(tmp_path: Path) -> None:
    assert state_of(tmp_path / "no") is None
    assert JournalError.of(sqlite3.OperationalError("disk I/O error"), tmp_path / "no").reason.startswith("the disk")
