"""Lines that hold words, looked for beside what else is read: the same lines, broken off at will, failures in words."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path

import pytest

from incident_tui.journal import Hits, Journal, JournalError, Lines, Seeker, pages
from tests.journal.journals import tell
from tests.story import checkout_outage


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "incidents.db"


def test_hits_are_found_from_another_thread_as_they_are_from_this(path: Path) -> None:
    story = checkout_outage()
    query = Lines(story.id, words="p")
    with Journal.open(path) as journal, ThreadPoolExecutor() as beside:
        tell(journal, story)
        found = beside.submit(Seeker(path).hits, query, 1_000).result()
        newest = beside.submit(Seeker(path).hits, query, 3).result()

        assert found == Hits([event.id for event in journal.page(query, limit=1_000)])
        assert newest.more
        assert set(newest.lines) <= set(found.lines[-3:])


def test_what_is_looked_for_can_be_broken_off(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def endless(reader: sqlite3.Connection, _query: Lines, _most: int) -> Hits:
        reader.execute("with recursive n(i) as (select 1 union all select i + 1 from n) select count(*) from n")
        return Hits()

    monkeypatch.setattr(pages, "hits", endless)
    Journal.open(path).close()
    seeker = Seeker(path)
    seeker.stop()  # nothing is looked for yet
    with ThreadPoolExecutor() as beside:
        looking = beside.submit(seeker.hits, Lines("one"), 1)
        while not wait([looking], 0.001).done:
            seeker.stop()
    seeker.stop()

    with pytest.raises(JournalError, match="interrupted"):
        looking.result()


@pytest.mark.parametrize("file", ["missing", "text"])
def test_what_cannot_be_looked_for_is_said_in_words(tmp_path: Path, file: str) -> None:
    (tmp_path / "text").write_text("no database " * 1_000)

    with pytest.raises(JournalError):
        Seeker(tmp_path / file).hits(Lines("one", words="p"), 1)
