"""Room in the log for lines to come: it is there, it is in nobody's way, and it leaves nothing behind."""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from incident_tui.domain import events as e
from incident_tui.journal import Journal, JournalError, headroom
from incident_tui.journal.connection import log_path
from tests.faults.strace import injected, needs_strace
from tests.journal.journals import chained, raw, tell
from tests.story import Story, quiet_story

MAKING = (
    "import sys; from pathlib import Path; from incident_tui.journal import headroom; headroom.make(Path(sys.argv[1]))"
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "incidents.db"


def length(path: Path) -> int:
    return log_path(path).stat().st_size


def told(journal: Journal) -> Story:
    """A story with a few lines, each of them recorded in a transaction of its own."""
    story = quiet_story()
    tell(journal, story)
    tell_more(journal, story)
    return story


def tell_more(journal: Journal, story: Story, count: int = 3) -> None:
    for number in range(count):
        story.say(e.EntryLogged("finding", f"pool {number} is full"))
    for event in chained(story.events)[-count:]:
        with journal.writing() as transaction:
            transaction.append(event)


def copied(path: Path, folder: Path) -> Path:
    """The database and its log as a machine would find them that went down now."""
    folder.mkdir()
    for file in (path, log_path(path)):
        shutil.copyfile(file, folder / file.name)
    return folder / path.name


def test_lines_find_room_in_the_log_and_it_grows_no_more(path: Path) -> None:
    with Journal.open(path) as journal:
        story = told(journal)
        short = length(path)
        headroom.make(path)
        made = length(path)
        assert short < headroom.LOG_BYTES < made < 1.1 * headroom.LOG_BYTES

        headroom.make(path)
        tell_more(journal, story, 400)  # more than the log takes before it is used again from its beginning

        assert length(path) == made
        assert journal.verify() == []
    assert not log_path(path).exists()
    assert raw(path).execute("select 1 from sqlite_master where name = 'headroom'").fetchone() is None


def test_what_stands_in_the_log_before_and_after_is_read_when_the_machine_went_down(path: Path, tmp_path: Path) -> None:
    with Journal.open(path) as journal:
        story = told(journal)
        headroom.make(path)
        first = copied(path, tmp_path / "first")
        tell_more(journal, story)
        second = copied(path, tmp_path / "second")
        rows = list(journal.rows())
    with Journal.open(first) as journal:
        assert list(journal.rows()) == rows[:-3]
        assert journal.verify() == []
    with Journal.open(second) as journal:
        assert list(journal.rows()) == rows
        assert journal.verify() == []


@needs_strace
@pytest.mark.parametrize("number", [1, 2, 700, 4_000])
def test_who_is_killed_while_it_is_made_leaves_a_whole_journal(path: Path, number: int) -> None:
    with Journal.open(path) as journal:
        story = told(journal)
        rows = list(journal.rows())
        made = [sys.executable, "-c", MAKING, str(path)]
        killed = subprocess.run(
            injected(f"pwrite64:signal=SIGKILL:when={number}", made, [log_path(path)]), capture_output=True, check=False
        )
        assert killed.returncode in (-9, 137), killed.stderr.decode()
        assert list(journal.rows()) == rows
        tell_more(journal, story)
        assert journal.verify() == []
        assert len(list(journal.rows())) == len(rows) + 3


@needs_strace
def test_a_disk_that_is_full_says_so_and_takes_the_next_line(path: Path) -> None:
    with Journal.open(path) as journal:
        story = told(journal)
        made = [sys.executable, "-c", MAKING, str(path)]
        full = subprocess.run(
            injected("pwrite64:error=ENOSPC:when=900+", made, [log_path(path)]), capture_output=True, check=False
        )
        assert b"JournalError: the disk is full" in full.stderr
        tell_more(journal, story)
        assert journal.verify() == []


def test_a_disk_with_little_room_keeps_it_for_lines(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Journal.open(path) as journal:
        told(journal)
        short = length(path)
        monkeypatch.setattr(headroom, "FREE_BYTES", 2**62)
        headroom.make(path)
        assert length(path) == short


def test_where_there_is_no_log_none_is_begun(path: Path) -> None:
    with Journal.open(path) as journal:
        told(journal)
    headroom.make(path)
    assert not log_path(path).exists()


def test_who_writes_meanwhile_is_not_in_its_way_nor_it_in_theirs(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("incident_tui.journal.lock.PATIENCE_SECONDS", 0.05)
    with Journal.open(path) as journal:
        story = told(journal)
        short = length(path)
        with journal.writing(), pytest.raises(JournalError, match=f"process {os.getpid()} .* holds the journal"):
            headroom.make(path)
        other = raw(path)  # one that knows nothing of our lock
        monkeypatch.setattr(
            headroom, "connect", lambda uri: sqlite3.connect(uri, uri=True, isolation_level=None, timeout=0)
        )
        with contextlib.closing(other):
            other.execute("begin immediate")
            with pytest.raises(JournalError, match="another process holds the database"):
                headroom.make(path)
            other.execute("rollback")
        assert length(path) == short
        tell_more(journal, story)
