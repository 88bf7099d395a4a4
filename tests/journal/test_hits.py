"""Lines that hold words, looked for beside what else is read: the same lines, broken off at will, failures in words."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from incident_tui.domain import events as e
from incident_tui.domain.lines import MAIN_KINDS
from incident_tui.journal import Hits, Journal, JournalError, Lines, Seeker, hits, vocabulary
from incident_tui.journal.vocabulary import Vocabulary
from tests.journal.journals import tell
from tests.story import checkout_outage, quiet_story


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

    monkeypatch.setattr(hits, "hits", endless)
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


TEXTS = ("pool", "pools", "POOLED", "poolé", "pöol", "spool", "pool9", "cache", "caché", "日本", "a_b", "x-pool")
SOUGHT = (
    "p",
    "poo",
    "pool",
    "POOL",
    "poole",
    "cach",
    "cache",
    "日本",
    "a_b",
    "x-p",
    "pool9",
    "zebra",
    "and",
    "OR",
    "'",
    "\u19b0",  # a letter to Python, and none to FTS5
)


@settings(max_examples=15)
@given(
    st.lists(st.lists(st.sampled_from(TEXTS), min_size=1, max_size=5).map(" ".join), max_size=8),
    st.lists(st.lists(st.sampled_from(SOUGHT), min_size=1, max_size=3).map(" ".join), max_size=8),
)
def test_a_word_whose_endings_are_named_finds_what_an_unfinished_one_finds(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str], queries: list[str]
) -> None:
    path = tmp_path_factory.mktemp("endings") / "incidents.db"
    story = quiet_story()
    for text in texts:
        story.say(e.EntryLogged("finding", text))
    with Journal.open(path) as journal, closing(Seeker(path)) as seeker, pytest.MonkeyPatch.context() as patch:
        tell(journal, story)
        for words in queries:
            query = Lines(story.id, words=words)
            found = seeker.hits(query, 100)
            patch.setattr(vocabulary, "SHORT", 99)
            unfinished = seeker.hits(query, 100)
            patch.undo()

            assert found == unfinished
            assert seeker.glance(query, 100) in (found, None)


def test_what_is_no_word_to_the_index_hides_no_line(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    story = quiet_story()
    story.say(e.EntryLogged("finding", "the pool is full"))
    monkeypatch.setattr(hits, "FEW_EVENTS", 0)
    with Journal.open(path) as journal, closing(Seeker(path)) as seeker:
        tell(journal, story)
        with journal.writing() as transaction:
            transaction.index(1)
        for words in ("\u19b0 poo", "\u19b0 pool", "pool \u19b0 full", "\u19b0 \u19b1 pool", "pool \u19b0"):
            query = Lines(story.id, words=words)

            assert len(seeker.hits(query, 100).lines) == 1
            assert seeker.glance(query, 100) in (seeker.hits(query, 100), None)


@settings(max_examples=15)
@given(
    st.lists(st.lists(st.sampled_from(TEXTS), min_size=1, max_size=5).map(" ".join), max_size=30),
    st.lists(st.lists(st.sampled_from(SOUGHT), min_size=1, max_size=3).map(" ".join), max_size=8),
    st.integers(1, 9),
    st.integers(1, 9),
    st.booleans(),
)
def test_what_is_found_at_once_is_among_what_is_found_in_the_end(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str], queries: list[str], most: int, near: int, indexed: bool
) -> None:
    path = tmp_path_factory.mktemp("at-once") / "incidents.db"
    story = quiet_story()
    for text in texts:
        entry = story.say(e.EntryLogged("finding", text))
        if len(text) % 3 == 0:
            story.say(e.EntryAmended(entry.id, f"{text} pool"))
    with Journal.open(path) as journal, pytest.MonkeyPatch.context() as patch:
        events = tell(journal, story)
        tell(journal, quiet_story(story.now + timedelta(hours=1)))  # hits of another incident are none of this one
        if indexed:
            with journal.writing() as transaction:
                transaction.index(1)
        patch.setattr(hits, "FEW_EVENTS", len(events) // 2)
        patch.setattr(hits, "NEAR_PLACES", near)
        patch.setattr(vocabulary, "FEW_PLACES", near)
        with closing(Seeker(path)) as seeker:
            for words in queries:
                query = Lines(story.id, words=words)
                glance = seeker.glance(query, most)
                if glance is not None and glance != seeker.hits(query, most):
                    assert glance.more
                    assert set(glance.lines) <= set(seeker.hits(query, 1_000).lines)


@settings(max_examples=30)
@given(
    st.lists(
        st.one_of(
            st.sampled_from(("say pool", "say pool orders", "say pools of orders", "say poodle", "say zebra")),
            st.sampled_from(("look po", "look poo", "look pool", "look pools", "look orders poo", "look pool ord")),
            st.sampled_from(("look poodle", "look poold", "look pooldx", "look zeb", "look zebra", "find zeb")),
            st.just("index"),
        ),
        min_size=12,
        max_size=30,
    ),
    st.sampled_from((1, 10_000)),
)
def test_who_remembers_words_finds_what_somebody_new_finds(
    tmp_path_factory: pytest.TempPathFactory, acts: list[str], few: int
) -> None:
    path = tmp_path_factory.mktemp("remembered") / "incidents.db"
    story = quiet_story()
    with Journal.open(path) as journal, closing(Seeker(path)) as seeker, pytest.MonkeyPatch.context() as patch:
        patch.setattr(hits, "FEW_EVENTS", few)
        patch.setattr(hits, "NEAR_PLACES", 2)
        tell(journal, story)
        for act in [*acts, "look pool", "look poodle", "look orders poo", "look zebra"]:
            word, _, text = act.partition(" ")
            if word == "say":
                event = story.say(e.EntryLogged("finding", text))
                with journal.writing() as transaction:
                    transaction.append(event)
            elif word == "index":
                with journal.writing() as transaction:
                    transaction.index(1)
            elif word == "find":
                seeker.hits(Lines(story.id, words=text), 3)
            else:
                query = Lines(story.id, words=text)
                with closing(Seeker(path)) as other:
                    found, anew = seeker.glance(query, 3), other.glance(query, 3)
                    assert found == anew or found == other.hits(query, 3) == Hits([])


def test_more_letters_of_what_is_nowhere_are_not_looked_for(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[str] = []

    def at_once(_known: Vocabulary, query: Lines, _typed: Sequence[str], _most: int) -> Hits:
        looked.append(query.words)
        return Hits(("1",)) if query.words == "pool" else Hits()

    def glances(*texts: str, kinds: tuple[str, ...] = MAIN_KINDS) -> list[str]:
        looked.clear()
        for text in texts:
            seeker.glance(Lines(story.id, kinds, words=text), 3)
        return looked

    monkeypatch.setattr(hits, "_at_once", at_once)
    story = quiet_story()
    with Journal.open(path) as journal, closing(Seeker(path)) as seeker:
        tell(journal, story)
        assert glances("z", "ze", "zebra crossing", "z") == ["z"]
        assert glances("pool", "poolx", "poolxy", "pooly", "poolyz") == ["pool", "poolx", "pooly"]
        assert glances("poolyz", kinds=("note",)) == ["poolyz"], "of other kinds there may be some"
        seeker.hits(Lines(story.id, words="wo"), 3)
        assert glances("wol", "wolf") == [], "nor more of what was in vain in all the log"
        seeker.hits(Lines(story.id, words="\u19b0"), 3)
        assert glances("\u19b0pool") == ["\u19b0pool"], "what is no letter to FTS5 says nothing"
        seeker.hits(Lines(story.id, words="wo"), 3)

        entry = story.say(e.EntryLogged("finding", "wolf"))
        with journal.writing() as transaction:
            transaction.append(entry)
        assert glances("wolf") == ["wolf"], "something has been recorded"


def test_of_words_with_too_many_endings_each_is_found_by_more_of_its_letters(path: Path) -> None:
    story = quiet_story()
    for letter in "abcdefghijklmnopqrstuvwxyz":
        story.say(e.EntryLogged("finding", f"pool{letter}"))
    with Journal.open(path) as journal:
        tell(journal, story)
    with closing(Seeker(path)) as seeker:
        for words, found in (("pool", 26), ("poola", 1), ("poolz", 1), ("poolzz", 0)):
            hits_ = seeker.glance(Lines(story.id, words=words), 30)
            assert hits_ is not None
            assert len(hits_.lines) == found


def test_where_words_meet_often_is_looked_up_anew_once_there_is_more(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hits, "FEW_EVENTS", 1)
    monkeypatch.setattr(hits, "NEAR_PLACES", 2)
    story = quiet_story()
    query = Lines(story.id, words="pool full")
    with Journal.open(path) as journal, closing(Seeker(path)) as seeker:
        tell(journal, story)
        for _ in range(3):
            for _ in range(3):
                entry = story.say(e.EntryLogged("finding", "pool full"))
                with journal.writing() as transaction:
                    transaction.append(entry)
            with journal.writing() as transaction:
                transaction.index(1)
            newest = [event.id for event in story.events[-2:]]
            assert seeker.glance(query, 2) == Hits(newest, more=True)


@pytest.mark.parametrize(
    ("words", "at_once"),
    [
        ("p", True),
        ("poo", True),
        ("pool", True),
        ("Pool", True),
        ("zebra", True),
        ("orders d", True),
        ("pool orders db", True),
        ("orders-d", False),
        ("日本語の", False),
        (" ", False),
    ],
)
def test_one_word_is_found_at_once_unless_it_has_too_many_endings(path: Path, words: str, at_once: bool) -> None:
    story = quiet_story()
    for number in range(20):
        story.say(e.EntryLogged("finding", f"pool of orders-db {number} 日本語の"))
    query = Lines(story.id, words=words)
    with Journal.open(path) as journal, closing(Seeker(path)) as seeker:
        tell(journal, story)

        assert seeker.glance(query, 10) == (seeker.hits(query, 10) if at_once else None)


def test_what_may_take_longer_than_a_moment_is_not_found_at_once(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    story = quiet_story()
    for number in range(20):
        story.say(e.EntryLogged("finding", f"word{number:02}"))
    several, one, rare = (Lines(story.id, words=words) for words in ("word", "word01", "wor"))
    with Journal.open(path) as journal:
        tell(journal, story)
    with Journal.open(path):
        with closing(Seeker(path)) as seeker:
            assert seeker.glance(several, 10) == seeker.hits(several, 10)
            monkeypatch.setattr(vocabulary, "FEW_PLACES", 20)
            assert seeker.glance(several, 10) is None
            assert seeker.glance(one, 10) is not None
            assert seeker.glance(rare, 10) is not None
        monkeypatch.setattr(hits, "MOMENT", 50)
        with closing(Seeker(path)) as seeker:
            assert seeker.glance(rare, 10) is None
            assert len(seeker.hits(rare, 10).lines) == 10


@pytest.mark.parametrize(
    ("words", "at_once"),
    [("pool 3", True), ("pool even", True), ("odd poo", True), ("pool first", True), ("even odd", False)],
)
def test_several_words_are_found_at_once_among_few_events_or_where_they_meet_often(
    path: Path, words: str, at_once: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    story = quiet_story()
    for number in range(20):
        half = "odd" if number % 2 else "even"
        story.say(e.EntryLogged("finding", f"pool {number} {half}" if number else "first pool even"))
    query = Lines(story.id, words=words)
    with Journal.open(path) as journal:
        events = tell(journal, story)
    with Journal.open(path), closing(Seeker(path)) as seeker, closing(Seeker(path)) as other:
        found = other.hits(query, 3)
        assert other.glance(query, 3) == found

        monkeypatch.setattr(hits, "FEW_EVENTS", len(events) - 1)
        monkeypatch.setattr(hits, "NEAR_PLACES", 8)
        assert seeker.glance(query, 3) == (found if at_once else Hits([], more=True))
        assert seeker.glance(Lines(story.id, words="even odd"), 9) is None  # so many are not looked for nearby


def test_what_cannot_be_read_is_not_found_at_once(tmp_path: Path) -> None:
    with closing(Seeker(tmp_path / "missing")) as seeker:
        assert seeker.glance(Lines("one", words="p"), 1) is None
