"""The tables: strict, append-only, made once, whole or not at all, and safe from an older program."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from incident_tui.domain import events as e
from incident_tui.journal import Journal, JournalError, Lines, connection, put_off, schema
from incident_tui.journal.codec import COLUMNS
from incident_tui.journal.connection import connect
from tests.journal.journals import aged, raw, tampering, tell
from tests.story import checkout_outage, quiet_story

CHANGES = (
    "update events set actor = 'nobody'",
    "update events set seq = seq + 100",
    "delete from events",
    "insert or replace into events select * from events limit 1",
    "replace into events select seq, 'x', incident, device, at, recorded, actor, kind, body, prev, hash from events",
    "insert into events select * from events where true on conflict do update set actor = 'no'",
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "incidents.db"


def test_tables_take_only_values_of_their_types(path: Path) -> None:
    Journal.open(path).close()

    kinds = raw(path).execute("select name, strict from pragma_table_list where type = 'table' and schema = 'main'")
    ours = {name: strict for name, strict in kinds if not name.startswith(("sqlite_", "_sqlite_"))}

    assert ours == dict.fromkeys(
        ("events", "meta", "lines", "tallies", "incidents", "checkpoints", "gists", "tags", "cases"), 1
    )


@pytest.mark.parametrize("statement", CHANGES)
def test_events_can_be_neither_changed_nor_removed(path: Path, statement: str) -> None:
    with Journal.open(path) as journal:
        tell(journal, checkout_outage())
        before = list(journal.rows())

        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            raw(path).execute(statement)

        assert list(journal.rows()) == before


def test_a_new_journal_carries_its_version(path: Path) -> None:
    with Journal.open(path):
        connection = raw(path)

        assert connection.execute("pragma user_version").fetchone() == (schema.VERSION,)
        assert connection.execute("select count(*) from _sqlite_migrations").fetchone() == (schema.VERSION,)


def test_migrations_run_once(path: Path) -> None:
    with Journal.open(path) as journal:
        tell(journal, quiet_story())
    connection = raw(path)
    connection.execute("pragma user_version = 0")
    connection.close()

    with Journal.open(path) as journal:
        assert journal.read_only_because == ""
        assert journal.summaries()[0].title == "Checkout fails with 502"
        assert journal.verify() == []
    assert raw(path).execute("pragma user_version").fetchone() == (schema.VERSION,)


def test_the_journal_of_a_newer_version_is_read_and_not_written(path: Path) -> None:
    story = checkout_outage()
    with Journal.open(path) as journal:
        tell(journal, story)
    connection = raw(path)
    connection.execute(f"pragma user_version = {schema.VERSION + 1}")
    connection.execute("create table novelties (thing text)")
    connection.close()
    before = path.read_bytes()

    with Journal.open(path) as journal:
        assert "newer incident-tui" in journal.read_only_because
        assert len(list(journal.rows())) == len(story.events)
        assert journal.count(Lines(story.id)) > 0
        assert journal.summaries()[0].status == "resolved"
        with pytest.raises(JournalError, match=r"reading only: .*newer incident-tui"), journal.writing():
            pytest.fail("a newer journal must not be written")
    assert path.read_bytes() == before


@pytest.mark.parametrize("version", [1, 2, 3, 4, 5])
def test_the_journal_of_an_older_version_is_brought_up_to_date(path: Path, version: int) -> None:
    with Journal.open(path) as journal:
        tell(journal, checkout_outage())
        rows, summaries = list(journal.rows()), journal.summaries()
    index, tables = _index(path), _tables(path)
    aged(path, version)
    assert (_index(path) != index) == (version < 4)
    assert (_tables(path) != tables) == (version < 5)

    with Journal.open(path) as journal:
        assert journal.read_only_because == ""
        assert (list(journal.rows()), journal.verify()) == (rows, [])
        assert [item.title for item in journal.summaries()] == [item.title for item in summaries]
        assert (_index(path), _tables(path)) == (index, tables)
        tell(journal, quiet_story(checkout_outage().now))
        assert journal.verify() == []
    assert raw(path).execute("pragma user_version").fetchone() == (schema.VERSION,)


@pytest.mark.parametrize("version", [0, 1, 2, 3, 4, 5])
def test_what_takes_long_is_said_before(path: Path, version: int, monkeypatch: pytest.MonkeyPatch) -> None:
    events = 0
    if version:
        with Journal.open(path) as journal:
            tell(journal, checkout_outage())
            events = len(list(journal.rows()))
        aged(path, version)
        monkeypatch.setattr(connection, "MANY", events)
    heard: list[tuple[str, list[tuple[int]]]] = []

    def told(words: str) -> None:
        heard.append((words, raw(path).execute("pragma user_version").fetchall()))

    for writable in (False, True, True) if version else (True, True):
        with Journal.open(path, writable=writable, tell=told) as journal:
            assert journal.verify() == []

    said = " up to date; this takes about ten seconds, "
    read = [
        (f"bringing a copy of the journal of {events} events{said}each time until something is recorded", [(version,)])
    ]
    once = [(f"bringing the journal of {events} events{said}once", [(version,)])]
    assert heard == (read if 0 < version < 3 else []) + (once if 0 < version < 4 else [])


@pytest.mark.parametrize("version", [1, 3])
def test_of_a_small_journal_nothing_is_said(path: Path, version: int) -> None:
    with Journal.open(path) as journal:
        tell(journal, checkout_outage())
    aged(path, version)

    with Journal.open(path, tell=pytest.fail) as journal:
        assert journal.read_only_because == ""


def test_what_takes_long_can_be_put_off(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Journal.open(path) as journal:
        tell(journal, checkout_outage())
    aged(path, 3)
    monkeypatch.setattr(connection, "MANY", 1)

    with Journal.open(path, tell=put_off) as journal:
        assert "up to date" in journal.read_only_because
    assert raw(path).execute("pragma user_version").fetchone() == (3,)


@pytest.mark.parametrize(
    ("events", "words"),
    [(100_000, "ten seconds"), (1_000_000, "half a minute"), (3_000_000, "a minute"), (9_000_000, "4 minutes")],
)
def test_how_long_it_takes(events: int, words: str) -> None:
    assert connection._about(events / connection.EVENTS_A_SECOND) == words


def _tables(path: Path) -> set[tuple[str, str]]:
    """What there is in the file: tables, indexes, triggers."""
    return set(raw(path).execute("select type, name from sqlite_master").fetchall())


def _index(path: Path) -> list[tuple[object, ...]]:
    """What the search index holds: every word and every beginning of one, and where."""
    connection = raw(path)
    connection.execute("create virtual table temp.terms using fts5vocab(main, words, instance)")
    (made_by,) = connection.execute("select sql from sqlite_master where name = 'words'").fetchone()
    return [(made_by,), *connection.execute("select term, doc, offset from terms")]


def test_a_damaged_event_does_not_stop_an_older_journal_from_being_brought_up_to_date(path: Path) -> None:
    story = quiet_story()
    entry = story.say(e.EntryLogged("finding", "the pool is full"))
    with Journal.open(path) as journal:
        tell(journal, story)
    aged(path, 3)
    tampering(path, f"update events set body = '[' where id <> '{entry.id}'")

    with Journal.open(path) as journal:
        assert journal.read_only_because == ""
        assert [event.id for event in journal.page(Lines(story.id, words="pool"))] == [entry.id]
        assert journal.count(Lines(story.id, words="checkout")) == 0


def test_a_journal_whose_tables_answer_the_same_questions_is_read_where_it_lies(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    story = checkout_outage()
    with Journal.open(path) as journal:
        tell(journal, story)
        found = journal.page(Lines(story.id, words="p"))
    aged(path, schema.ANSWERS)
    monkeypatch.setattr(schema, "migrate", None)

    with Journal.open(path, writable=False) as journal:
        assert journal.page(Lines(story.id, words="p")) == found != []


@pytest.mark.parametrize("version", [1, 2])
def test_the_journal_of_an_older_version_is_read_as_it_is(path: Path, version: int) -> None:
    with Journal.open(path) as journal:
        tell(journal, checkout_outage())
        rows = list(journal.rows())
    aged(path, version)
    before = path.read_bytes()

    with Journal.open(path, writable=False) as journal:
        assert (list(journal.rows()), journal.verify()) == (rows, [])
        assert journal.summaries()[0].status == "resolved"
        assert len(list(journal.gists())) == version - 1  # the second version kept them
        assert journal.cases(["pool"]) == []
        assert journal.outbox() == []
    assert path.read_bytes() == before


def test_a_migration_that_breaks_off_anywhere_leaves_a_usable_file(path: Path) -> None:
    """Let every statement of the migration fail, one after the other; each time the next start goes on from there."""
    number = 0
    while _breaks_off(path.with_name(f"{number}.db"), number):
        with Journal.open(path.with_name(f"{number}.db")) as journal:
            assert journal.read_only_because == ""
            tell(journal, quiet_story())
            assert journal.verify() == []
        number += 1

    assert number > len(COLUMNS)


def _breaks_off(path: Path, number: int) -> bool:
    """Whether a migration that may do only `number` statements breaks off."""
    path.touch(0o600)
    connection = connect(f"{path.as_uri()}?mode=rw")
    allowed = number

    def watch(statement: str) -> None:
        nonlocal allowed
        if statement.lstrip().lower().startswith(("select", "pragma table", "begin", "rollback", "savepoint")):
            return
        allowed -= 1
        if allowed < 0:
            connection.interrupt()

    connection.set_trace_callback(watch)
    try:
        schema.migrate(connection)
    except sqlite3.Error:
        return True
    finally:
        connection.set_trace_callback(None)
        connection.close()
    return False
