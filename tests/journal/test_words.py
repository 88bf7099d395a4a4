"""The search index is written for some events at a time; no event is ever left out of a search."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from unittest import mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from incident_tui.domain import events as e
from incident_tui.domain.search import plain
from incident_tui.journal import Journal, Lines, Seeker, words
from tests.journal.journals import raw, tell
from tests.story import Story, quiet_story


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "incidents.db"


def indexed(connection: sqlite3.Connection) -> int:
    (done,) = connection.execute(words.DONE).fetchone()
    return int(done)


def told(journal: Journal, texts: list[str]) -> Story:
    """A story with these entries, each of them recorded in a transaction of its own."""
    story = quiet_story()
    tell(journal, story)
    for text in texts:
        with journal.writing() as transaction:
            transaction.append(story.say(e.EntryLogged("finding", text)))
    return story


def lines(journal: Journal, story: Story, text: str) -> list[str]:
    return [event.body.text for event in journal.page(Lines(story.id, words=text)) if hasattr(event.body, "text")]


@given(st.integers(0, 40), st.integers(1, 24))
@settings(max_examples=12)
def test_every_line_is_found_however_many_wait_for_the_index(
    tmp_path_factory: pytest.TempPathFactory, count: int, most: int
) -> None:
    path = tmp_path_factory.mktemp("journal") / "incidents.db"
    texts = [f"pool {number} is full" for number in range(count)]
    with mock.patch.object(words, "MOST", most), Journal.open(path) as journal:
        story = told(journal, texts)
        seeker = Seeker(path)

        assert lines(journal, story, "full") == texts[-64:]
        assert journal.count(Lines(story.id, words="poo")) == count
        assert len(seeker.hits(Lines(story.id, words="pool full"), 5_000).lines) == count
        assert sorted(item.event.body.text for item in journal.search(plain("full"))) == sorted(texts)  # type: ignore[union-attr]
        assert len(list(journal.rows())) - indexed(raw(path)) < most


@pytest.mark.parametrize("together", [1, 2, 3, 5])
def test_while_nobody_rests_only_so_many_wait_for_the_index(
    path: Path, together: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(words, "MOST", 40)
    story, waiting = quiet_story(), list[int]()
    with Journal.open(path) as journal:
        tell(journal, story)
        for number in range(60):
            with journal.writing() as transaction:
                assert transaction.newest().seq == len(story.events)
                for _ in range(together):
                    transaction.append(story.say(e.EntryLogged("finding", f"pool {number}")))
            waiting.append(len(story.events) - indexed(raw(path)))

    assert max(waiting) < 40 + words.BATCH + together


@given(st.lists(st.sampled_from(["say", "look", "index"]), max_size=30))
@settings(max_examples=12)
def test_a_reader_goes_on_with_what_it_has_indexed(tmp_path_factory: pytest.TempPathFactory, acts: list[str]) -> None:
    path = tmp_path_factory.mktemp("journal") / "incidents.db"
    with Journal.open(path) as journal, Journal.open(path, writable=False) as reader:
        story, texts = told(journal, []), list[str]()
        for act in [*acts, "look"]:
            if act == "look":
                assert lines(reader, story, "full") == texts
                continue
            with journal.writing() as transaction:
                if act == "index":
                    transaction.index(1)
                else:
                    texts.append(f"pool {len(texts)} is full")
                    transaction.append(story.say(e.EntryLogged("finding", texts[-1])))


@pytest.mark.parametrize("count", [words.BATCH - 4, words.BATCH])
def test_who_closes_the_journal_indexes_what_is_worth_it(path: Path, count: int) -> None:
    with Journal.open(path) as journal:
        story = told(journal, [f"pool {number} is full" for number in range(count - len(quiet_story().events))])
        assert (len(story.events), indexed(raw(path))) == (count, 0)

    assert indexed(raw(path)) == (count if count >= words.BATCH else 0)
    with Journal.open(path, writable=False) as journal:
        assert len(lines(journal, story, "full")) == count - len(quiet_story().events)


def test_an_index_that_fails_does_not_keep_from_closing(path: Path) -> None:
    with Journal.open(path) as journal:
        told(journal, [f"pool {number}" for number in range(words.BATCH)])
        connection = raw(path)
        connection.execute("drop table words_docsize")
        connection.close()

    assert not path.with_name(f"{path.name}-wal").exists()
    connection = raw(path)
    assert indexed(connection) == 0
    assert connection.execute("select count(*) from events").fetchone()[0] > words.BATCH


def test_a_line_is_found_by_who_only_reads_and_changes_nothing(path: Path) -> None:
    with Journal.open(path) as journal:
        story = told(journal, ["the pool is full"])
        assert indexed(raw(path)) == 0
    before = path.read_bytes()

    with Journal.open(path, writable=False) as journal:
        assert lines(journal, story, "pool") == ["the pool is full"]
        assert [item.event.id for item in journal.search(plain("pool"))] == [story.events[-1].id]
    assert path.read_bytes() == before


def test_what_another_reader_has_indexed_meanwhile_is_found_once(path: Path) -> None:
    with Journal.open(path) as journal, Journal.open(path) as other:
        story = told(journal, ["the pool is full"])
        assert lines(other, story, "pool") == ["the pool is full"]
        with journal.writing() as transaction:
            transaction.index(1)

        assert indexed(raw(path)) == len(story.events)
        assert lines(other, story, "pool") == ["the pool is full"]
        assert len(other.search(plain("pool"))) == 1


def test_events_that_come_at_once_are_indexed_at_once(path: Path) -> None:
    story = quiet_story()
    for number in range(words.MOST):
        story.say(e.EntryLogged("finding", f"pool {number}"))
    with Journal.open(path) as journal:
        tell(journal, story)

        assert indexed(raw(path)) == len(story.events)
        assert journal.count(Lines(story.id, words="pool")) == words.MOST


def test_an_index_that_fails_takes_its_line_with_it(path: Path) -> None:
    """All or nothing: a line is not there for some readers only."""
    with Journal.open(path) as journal:
        told(journal, ["the pool is full"])
        count = len(list(journal.rows()))
        raw(path).execute("drop table words_docsize")

        with pytest.raises(Exception, match="database"), journal.writing() as transaction:
            transaction.index(1)
        assert (len(list(journal.rows())), indexed(raw(path))) == (count, 0)
