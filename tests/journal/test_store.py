"""One file with one journal: private, durable, gapless; its pages and its search as a plain list would have them."""

from __future__ import annotations

import contextlib
import os
import stat
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from incident_tui.domain import events as e
from incident_tui.domain.events import Event
from incident_tui.domain.evolve import RULES, fold
from incident_tui.domain.incident import Incident
from incident_tui.domain.lines import LINE_KINDS, MAIN_KINDS, line_of, searchable
from incident_tui.domain.search import plain
from incident_tui.domain.timeline import Timeline
from incident_tui.journal import Journal, JournalError, Lines, pages
from tests.journal.journals import chained, raw, tell
from tests.story import START, Story, checkout_outage, declared, quiet_story
from tests.strategies import acts, opened, stories, told


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "incidents.db"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("journals")


NUMBERS = count()


def filled(folder: Path, *stories: Story) -> Journal:
    """A new journal in `folder` that holds the stories."""
    journal = Journal.open(folder / f"{next(NUMBERS)}.db")
    for story in stories:
        tell(journal, story)
    return journal


def fail_after(journal: Journal, story: Story, number: int) -> None:
    """Let a transaction fail after so many events."""
    with contextlib.suppress(RuntimeError), journal.writing() as transaction:
        for event in story.events[:number]:
            transaction.append(event)
        transaction.summarise(story.incident(), story.now)
        raise RuntimeError


def test_only_the_owner_can_read_any_of_its_files(path: Path) -> None:
    before = os.umask(0)
    try:
        with Journal.open(path) as journal:
            tell(journal, checkout_outage())
            modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()}
            modes.pop("home", None)
    finally:
        os.umask(before)

    assert modes == {f"incidents.db{end}": 0o600 for end in ("", "-wal", "-shm", ".lock", ".turn")}


def test_the_settings_that_saved_depends_on_are_in_force(path: Path) -> None:
    with Journal.open(path) as journal:
        assert journal.pragmas() == {
            "journal_mode": "wal",
            "synchronous": 2,
            "busy_timeout": 5000,
            "foreign_keys": 1,
            "trusted_schema": 0,
            "wal_autocheckpoint": 3000,
        }


def test_numbers_have_no_gap_even_after_a_transaction_that_failed(path: Path) -> None:
    story = checkout_outage()
    with Journal.open(path) as journal:
        fail_after(journal, story, 1)
        assert list(journal.rows()) == []
        tell(journal, story)

        numbers = [stored.seq for stored in journal.stored(story.id)]

    assert numbers == list(range(1, len(story.events) + 1))


def test_a_failed_transaction_leaves_no_trace_in_the_views(path: Path) -> None:
    story = checkout_outage()
    with Journal.open(path) as journal:
        fail_after(journal, story, len(story.events))

        assert (journal.summaries(), journal.search(plain("pool")), journal.count(Lines(story.id))) == ([], [], 0)


def test_events_come_back_as_they_were_recorded(path: Path) -> None:
    story = checkout_outage()
    with Journal.open(path) as journal:
        events = tell(journal, story)

        assert list(journal.events(story.id)) == events
        assert [stored.event for stored in journal.stored(story.id)] == events
        assert [journal.these([event.id]) for event in events] == [[event] for event in events]
        assert journal.these([event.id for event in reversed(events)] + ["nowhere"]) == events
        assert [stored.event for stored in journal.stored(story.id, len(events) - 3)] == events[-3:]
        assert list(journal.events("nowhere")) == []
        chosen = [event for event in events if isinstance(event.body, e.StatusSet | e.StepChecked)]
        assert list(journal.events(story.id, e.StatusSet.KIND, e.StepChecked.KIND)) == chosen != []


def test_summaries_show_live_incidents_first_and_the_newest_of_them_on_top(path: Path) -> None:
    old, ended, new = (quiet_story(checkout_outage().now.replace(hour=hour)) for hour in (1, 3, 2))
    ended.say(e.StatusSet("resolved"), e.RoleTaken("incident commander", "Mara"))
    with Journal.open(path) as journal:
        for story in (old, ended, new):
            tell(journal, story)

        found = journal.summaries()

    assert [summary.incident for summary in found] == [new.id, old.id, ended.id]
    assert [summary.live for summary in found] == [True, True, False]
    last = found[-1]
    assert (last.ref, last.title, last.severity, last.status) == (
        "INC-20261121-K7Q",
        "Checkout fails with 502",
        2,
        "resolved",
    )
    incident = ended.incident()
    assert (last.commander, last.version, last.updated_at) == ("Mara", 3, ended.now)
    assert (last.declared_at, last.began_at, last.resolved_at) == (
        incident.declared_at,
        incident.began_at,
        incident.moment("resolved"),
    )


@settings(max_examples=15)
@given(stories(), st.data())
def test_entering_through_a_checkpoint_equals_folding_everything(
    folder: Path, story: Story, data: st.DataObject
) -> None:
    with filled(folder) as journal:
        events = tell(journal, story)
        kept = data.draw(st.integers(0, len(events)))
        incident = fold(events[:kept], Incident(story.id))
        if kept:
            with journal.writing() as transaction:
                transaction.keep_checkpoint(incident, kept)

        base, seq = journal.checkpoint(story.id)
        rest = [stored.event for stored in journal.stored(story.id, seq)]

    assert (base, seq) == (incident, kept)
    assert Timeline.of(base, rest).incident == fold(events, Incident(story.id))


@pytest.mark.parametrize("change", ["state = '{'", "state = '[]'", "state = '{\"id\": 7}'", f"rules = {RULES + 1}"])
def test_a_checkpoint_that_cannot_be_used_is_as_good_as_none(path: Path, change: str) -> None:
    story = checkout_outage()
    with Journal.open(path) as journal:
        tell(journal, story)
        with journal.writing() as transaction:
            transaction.keep_checkpoint(story.incident(), len(story.events))
        raw(path).execute(f"update checkpoints set {change}")

        assert journal.checkpoint(story.id) == (Incident(story.id), 0)


@dataclass(frozen=True)
class Page:
    """A question for a page and how a plain list answers it."""

    query: Lines
    before: str
    after: str
    limit: int

    def of(self, events: list[Event]) -> list[Event]:
        found = [event for event in self.matching(events) if not self.before or event.id < self.before]
        if self.after:
            return [event for event in found if event.id > self.after][: self.limit]
        return found[-self.limit :]

    def matching(self, events: list[Event]) -> list[Event]:
        return [event for event in sorted(events, key=lambda item: item.id) if self._matches(event, events)]

    def _matches(self, event: Event, events: list[Event]) -> bool:
        line, query = line_of(event.body), self.query
        if line is None or line.kind not in query.kinds or event.incident != query.incident:
            return False
        if query.only is not None and event.id not in query.only:
            return False
        if query.upto and event.id > query.upto:
            return False
        known = [item for item in events if not query.upto or item.id <= query.upto]
        amended = [item for item in known if isinstance(item.body, e.EntryAmended) and item.body.entry == event.id]
        return not query.words or any(_holds(searchable(item.body), query.words) for item in (event, *amended))


def _holds(text: str, words: str) -> bool:
    here = _words(text)
    *whole, last = _words(words)
    return all(word in here for word in whole) and any(word.startswith(last) for word in here)


def _words(text: str) -> list[str]:
    return "".join(char if char.isalnum() else " " for char in text).casefold().split()


class _Plain:
    """Histories in plain words, so that the list and the full-text index cut them alike."""

    words = st.lists(st.sampled_from(("pool", "cache", "Pools", "db", "full", "orders-db")), min_size=1, max_size=4)
    texts = words.map(" ".join)
    entries = st.builds(e.EntryLogged, st.sampled_from(("finding", "note", "theory", "cause")), texts)
    bodies = st.one_of(
        entries,
        entries,
        st.builds(e.StepNoted, st.just("1.1"), texts),
        st.builds(e.ErrorRecorded, texts),
        st.builds(e.SeveritySet, st.integers(1, 4), texts),
        texts,  # amends an earlier entry
    )


def _told_plainly(bodies: list[e.Body | str]) -> Story:
    story = quiet_story()
    for number, body in enumerate(bodies):
        entry = story.events[number * 7 % len(story.events)].id
        story.say(e.EntryAmended(entry, body) if isinstance(body, str) else body)
    return story


@st.composite
def questions(draw: st.DrawFn, story: Story) -> Page:
    ids = [event.id for event in story.events]
    some_id = st.sampled_from(("", *ids))
    kinds = draw(st.sampled_from((MAIN_KINDS, LINE_KINDS, ("finding",), ("finding", "note"), ("error", "step"), ())))
    only = draw(st.none() | st.lists(st.sampled_from(ids), max_size=5).map(tuple))
    words = draw(st.sampled_from(("", "", "pool", "poo", "pool db", "db po", "orders-db", "POOL", "missing")))
    return Page(
        Lines(story.id, kinds, words, only, draw(some_id)), draw(some_id), draw(some_id), draw(st.integers(1, 6))
    )


@settings(max_examples=20)
@given(st.lists(_Plain.bodies, max_size=25).map(_told_plainly), st.data())
def test_pages_are_those_of_a_plain_list(folder: Path, story: Story, data: st.DataObject) -> None:
    with filled(folder, checkout_outage(START - timedelta(days=1))) as journal:
        events = tell(journal, story)
        for _ in range(8):
            page = data.draw(questions(story))

            found = journal.page(page.query, before=page.before, after=page.after, limit=page.limit)

            assert found == page.of(events)
            assert journal.count(page.query) == len(page.matching(events))


def test_of_words_in_many_lines_the_newest_are_found(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "MOST_HITS", 3)
    story = quiet_story()
    for number in range(5):
        story.say(e.EntryLogged("finding", f"pool {number}"), e.EntryLogged("note", "pool"))
    with filled(folder) as journal:
        lines = [event.id for event in tell(journal, story) if event.body == e.EntryLogged("note", "pool")]
        query = Lines(story.id, ("note",), "pool")

        assert [event.id for event in journal.page(query, limit=9)] == lines[-3:]
        assert [event.id for event in journal.page(query, before=lines[-1], limit=9)] == lines[-3:-1]
        assert journal.count(query) == 3


@settings(max_examples=15)
@given(st.lists(acts, max_size=20).map(lambda drawn: told(drawn, opened())), st.integers(1, 7))
def test_paging_through_odd_histories_shows_every_line_once(folder: Path, story: Story, limit: int) -> None:
    query = Lines(story.id, LINE_KINDS)
    with filled(folder) as journal:
        expected = [event for event in tell(journal, story) if line_of(event.body)]
        up: list[Event] = []
        while found := journal.page(query, before=up[0].id if up else "", limit=limit):
            up = found + up
        down = journal.page(query, after="0", limit=limit)
        while found := journal.page(query, after=down[-1].id if down else "0", limit=limit):
            down += found

        assert up == expected
        assert down == expected
        assert journal.count(query) == len(expected)


OPERATORS = ('"', '""', "*", "-", "NEAR(", "NEAR(a b)", "a AND", "NOT pool", "text:pool", "^pool", "(", "+", "{a}")
ODD = ("'; drop", "\\", "\0", "pool\0", "\ud800", "%", "_", "\n", "🦆", "e\u0301", "a" * 10_000, "a " * 2_000)


@pytest.mark.parametrize("text", [*OPERATORS, *ODD], ids=count())
def test_a_search_is_only_ever_words(path: Path, text: str) -> None:
    story = quiet_story()
    entry = story.say(e.EntryLogged("finding", f"before {text.replace(chr(0xD800), '')} after".replace("\0", " ")))
    with Journal.open(path) as journal:
        tell(journal, story)

        found = journal.search(plain(f"before {text}"))
        lines = journal.page(Lines(story.id, words=f"before {text}"))

        assert {event.id for event in (*(item.event for item in found), *lines)} <= {entry.id}
        assert journal.count(Lines(story.id, words=text)) <= 1


@pytest.mark.parametrize("text", ["", " ", '"', "*", "- -"])
def test_a_search_for_nothing_finds_nothing(path: Path, text: str) -> None:
    with Journal.open(path) as journal:
        tell(journal, checkout_outage())

        assert journal.search(plain(text)) == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("the connection pool of orders-db is full", "pool full"),
        ("the connection pool of orders-db is full", "orders-d"),
        ("the connection pool of orders-db is full", '"pool" (full)'),
        ("Zürich und Köln", "zurich"),
        ("cafe\u0301s are closed", "cafés"),
        ("cafés are closed", "cafe\u0301s"),
        ("at api/orders.py:81", "orders.py:81"),
        ("at api/orders.py:81", "orders.py 8"),
        ("connection_pool", "connection_pool"),
        ("ПУЛ соединений", "пул"),
    ],
)
def test_an_entry_is_found_by_its_words(path: Path, text: str, words: str) -> None:
    story = quiet_story()
    entry = story.say(e.EntryLogged("finding", text))
    with Journal.open(path) as journal:
        tell(journal, story)

        assert [found.event.id for found in journal.search(plain(words))] == [entry.id]
        assert [event.id for event in journal.page(Lines(story.id, words=words))] == [entry.id]


def test_an_amended_entry_is_found_by_its_old_and_its_new_words(path: Path) -> None:
    story = quiet_story()
    entry = story.say(e.EntryLogged("finding", "the pool is empty"))
    amendment = story.say(e.EntryAmended(entry.id, "the cache is cold"))
    with Journal.open(path) as journal:
        tell(journal, story)

        assert [event.id for event in journal.page(Lines(story.id, words="cold"))] == [entry.id]
        assert [event.id for event in journal.page(Lines(story.id, words="pool"))] == [entry.id]
        assert [found.event.id for found in journal.search(plain("cold"))] == [amendment.id]


def test_a_search_stays_in_the_incident_that_it_is_for_and_shows_the_newest_first(path: Path) -> None:
    one, two = quiet_story(), Story(start=checkout_outage().now)
    two.say(declared("Another outage"))
    mine = [one.say(e.EntryLogged("note", f"pool {number}")).id for number in range(5)]
    other = two.say(e.EntryLogged("note", "pool")).id
    with Journal.open(path) as journal:
        for story in (one, two):
            tell(journal, story)

        assert [found.event.id for found in journal.search(plain("pool"), one.id)] == mine[::-1]
        assert [found.event.id for found in journal.search(plain("pool"), limit=2)] == [other, mine[-1]]


def test_changed_tells_of_other_connections_only(path: Path) -> None:
    with Journal.open(path) as mine, Journal.open(path) as other:
        mine.changed()
        assert not mine.changed()
        tell(other, checkout_outage())
        assert mine.changed()
        assert not mine.changed()


def test_a_journal_opened_for_reading_refuses_to_write(path: Path) -> None:
    Journal.open(path).close()
    with Journal.open(path, writable=False) as journal:
        assert journal.pragmas()["trusted_schema"] == 0
        with pytest.raises(JournalError, match="reading only: it was asked for"), journal.writing():
            pytest.fail("nothing can be written")


@pytest.mark.parametrize("content", [b"not a database" * 100, b"SQLite format 3\0" + b"\xff" * 5000])
def test_a_file_that_is_no_journal_is_refused_in_words(path: Path, content: bytes) -> None:
    path.write_bytes(content)

    with pytest.raises(JournalError, match=r"not an incident database|damaged|cannot be opened|disk refuses"):
        Journal.open(path)

    assert path.read_bytes() == content


def test_a_folder_where_the_journal_should_be_is_refused_in_words(path: Path) -> None:
    path.mkdir()

    with pytest.raises(JournalError, match="cannot be opened"):
        Journal.open(path)


@pytest.mark.parametrize("copied", [True, False])
def test_a_copy_of_the_file_writes_under_another_name(path: Path, copied: bool) -> None:
    with Journal.open(path) as journal:
        first = journal.device
        tell(journal, quiet_story())
    other = path.with_name("other.db")
    if copied:
        other.write_bytes(path.read_bytes())
    else:
        path.rename(other)

    with Journal.open(other) as journal:
        assert (journal.device != first) is copied


def test_two_stories_of_the_same_device_are_two_chains(path: Path) -> None:
    one, two = checkout_outage(), quiet_story(checkout_outage().now)
    with Journal.open(path) as journal:
        tell(journal, one)
        tell(journal, two)

        assert journal.verify() == []
        found = [*journal.events(one.id), *journal.events(two.id)]
        assert sorted(found, key=lambda event: event.id) == chained([*one.events, *two.events])
