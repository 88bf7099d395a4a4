"""A journal whose file was emptied, moved or replaced under a program: said, and nothing that is left is removed."""

from __future__ import annotations

from pathlib import Path

import pytest

from incident_tui.journal import Journal, JournalError
from incident_tui.journal.connection import log_path
from incident_tui.journal.salvage import salvage
from tests.journal.journals import tell
from tests.story import checkout_outage, quiet_story


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "incidents.db"


def test_a_file_that_was_emptied_is_begun_anew_and_says_so(path: Path) -> None:
    with Journal.open(path) as journal:
        tell(journal, quiet_story())
    path.write_bytes(b"")
    with pytest.raises(JournalError, match="is empty; restore it from a backup"):
        Journal.open(path, writable=False)
    told: list[str] = []
    for _ in range(2):
        with Journal.open(path, tell=told.append) as journal:
            assert journal.summaries() == []

    assert told == ["incidents.db was empty and is begun anew; if it held incidents, restore it from a backup"]


def test_nothing_is_told_where_a_journal_begins(path: Path) -> None:
    told: list[str] = []
    Journal.open(path, tell=told.append).close()

    assert told == []


@pytest.mark.parametrize("writable", [True, False])
def test_a_log_whose_file_was_emptied_is_left_for_the_repair(path: Path, tmp_path: Path, writable: bool) -> None:
    story = quiet_story()
    with Journal.open(path) as journal:
        tell(journal, story)
        log = log_path(path).read_bytes()
    path.write_bytes(b"")
    log_path(path).write_bytes(log)
    with pytest.raises(JournalError, match="is empty, but its log is not; `incident-tui repair` reads what is left"):
        Journal.open(path, writable=writable)

    assert log_path(path).read_bytes() == log
    assert salvage(path, tmp_path / "repaired.db").events == len(story.events)


def test_nothing_is_recorded_into_a_file_that_is_no_longer_there(path: Path) -> None:
    story, other = checkout_outage(), quiet_story(checkout_outage().now)
    with Journal.open(path) as journal:
        tell(journal, story)
        moved = path.rename(path.with_name("old.db"))
        with pytest.raises(JournalError, match="was replaced or moved; end all programs and start again"):
            tell(journal, other)
        with pytest.raises(JournalError, match=r"incidents\.db is gone, but its log is here; put it back"):
            Journal.open(path)
        moved.rename(path)
        tell(journal, other)
    with Journal.open(path) as journal:
        assert {item.incident for item in journal.summaries()} == {story.id, other.id}
        assert journal.verify() == []


def test_a_backup_that_is_put_in_its_place_is_left_alone_by_who_had_opened_the_old_file(path: Path) -> None:
    story, other = checkout_outage(), quiet_story(checkout_outage().now)
    with Journal.open(path) as journal:
        tell(journal, story)
        journal.backup(path.with_name("backup.db"))
        path.with_name("backup.db").replace(path)
        log_path(path).unlink()
        with pytest.raises(JournalError, match="was replaced or moved"):
            tell(journal, other)
        with Journal.open(path) as restored:
            tell(restored, other)
            with pytest.raises(JournalError, match="was replaced or moved"), journal.writing():
                pass
    with Journal.open(path) as journal:
        assert {item.incident for item in journal.summaries()} == {story.id, other.id}
        assert journal.verify() == []
