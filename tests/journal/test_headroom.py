"""Room in the log for lines to come: it is there, it is in nobody's way, and it leaves nothing behind."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from incident_tui.domain import events as e
from incident_tui.journal import Journal, headroom
from incident_tui.journal.connection import log_path
from tests.faults.strace import injected, needs_strace
from tests.journal.journals import chained, raw, tell
from tests.story import Story, quiet_story

MAKING = """
import sys
from pathlib import Path
from incident_tui.journal import Journal
with Journal.open(Path(sys.argv[1])) as journal, journal.writing() as transaction:
    transaction.make_headroom()
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "incidents.db"


def length(path: Path) -> int:
    return log_path(path).stat().st_size


def make(journal: Journal) -> None:
    with journal.writing() as transaction:
        transaction.make_headroom()


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
        make(journal)
        made = length(path)
        assert short < headroom.LOG_BYTES < made < 1.1 * headroom.LOG_BYTES

        make(journal)
        tell_more(journal, story, 800)  # more than the log takes before it is used again from its beginning

        assert length(path) == made
        assert journal.verify() == []


def test_however_long_the_log_is_it_becomes_no_longer_than_with_room(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The limit for the log is that of SQLite's own, which a test does not write."""
    monkeypatch.setattr(headroom, "LOG_BYTES", 400 * headroom.PAGE)
    with Journal.open(path) as journal:
        story = told(journal)
        while length(path) < 0.4 * headroom.LOG_BYTES:
            tell_more(journal, story)
        make(journal)

        assert headroom.LOG_BYTES < length(path) < 1.1 * headroom.LOG_BYTES
    assert not log_path(path).exists()
    assert raw(path).execute("select 1 from sqlite_master where name = 'headroom'").fetchone() is None


def test_what_stands_in_the_log_before_and_after_is_read_when_the_machine_went_down(path: Path, tmp_path: Path) -> None:
    with Journal.open(path) as journal:
        story = told(journal)
        make(journal)
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
        make(journal)
        assert length(path) == short


def test_without_a_log_none_is_begun(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("incident_tui.journal.connection.network_of", lambda _folder: "nfs")
    with Journal.open(path) as journal:
        told(journal)
        make(journal)
        assert journal.pragmas()["journal_mode"] == "delete"
        assert not log_path(path).exists()


def test_a_quota_is_asked_before(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_file: int, _begin: int, _length: int) -> None:
        raise OSError(errno.EDQUOT, "Disk quota exceeded")

    with Journal.open(path) as journal:
        told(journal)
        short = length(path)
        monkeypatch.setattr(os, "posix_fallocate", refuse)
        make(journal)
        assert length(path) == short


def test_what_else_the_transaction_did_is_recorded_and_its_memory_is_as_before(path: Path) -> None:
    with Journal.open(path) as journal:
        story = told(journal)
        story.say(e.EntryLogged("finding", "the pool is empty"))
        with journal.writing() as transaction:
            usual = transaction._connection.execute("pragma cache_size").fetchone()
            transaction.append(chained(story.events)[-1])
            transaction.make_headroom()
            assert transaction._connection.execute("pragma cache_size").fetchone() == usual
        assert length(path) > headroom.LOG_BYTES
        assert len(list(journal.rows())) == len(story.events)
        assert journal.verify() == []


def test_the_log_of_a_link_is_found_beside_the_file(path: Path, tmp_path: Path) -> None:
    with Journal.open(path) as journal:
        story = told(journal)
    link = tmp_path / "link" / "incidents.db"
    link.parent.mkdir()
    link.symlink_to(path)
    with Journal.open(link) as journal:
        make(journal)
        tell_more(journal, story)
        make(journal)
        assert length(path) > headroom.LOG_BYTES


def test_a_folder_that_is_named_in_no_unicode_is_found(tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(b"h\xe9me") / "incidents.db"
    path.parent.mkdir()
    with Journal.open(path) as journal:
        told(journal)
        make(journal)
        assert length(path) > headroom.LOG_BYTES
