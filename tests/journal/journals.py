"""Journals for tests: opened, filled with a story, and touched behind the program's back."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from pathlib import Path

from incident_tui.domain.events import Event
from incident_tui.domain.evolve import fold
from incident_tui.domain.incident import Incident
from incident_tui.domain.lines import searchable
from incident_tui.journal import Journal
from incident_tui.journal.codec import from_row, sealed
from incident_tui.journal.words import DONE, index
from tests.story import Story


def chained(events: Iterable[Event]) -> list[Event]:
    """The events with the hashes that their devices would have given them."""
    heads: dict[tuple[str, str], str] = {}
    found = []
    for event in sorted(events, key=lambda item: item.id):
        chain = (event.incident, event.device)
        link = sealed(event, heads.get(chain, ""))
        heads[chain] = link.hash
        found.append(link)
    return found


def tell(journal: Journal, story: Story) -> list[Event]:
    """Record the whole story as the session would; the events as recorded."""
    events = chained(story.events)
    with journal.writing() as transaction:
        for event in events:
            transaction.append(event)
        if events:
            incident = fold(events, Incident(story.id))
            transaction.summarise(incident, max(event.recorded for event in events))
    return events


OPENED: list[sqlite3.Connection] = []


def raw(path: Path) -> sqlite3.Connection:
    """The database without any of our care; `conftest` closes it when the test is over."""
    connection = sqlite3.connect(path, isolation_level=None)
    OPENED.append(connection)
    return connection


def tampering(path: Path, *statements: str) -> None:
    """Change a closed journal as somebody would who knows SQLite: the triggers that forbid it are dropped first."""
    connection = raw(path)
    names = connection.execute("select name from sqlite_master where type = 'trigger'").fetchall()
    for statement in (*(f"drop trigger {name}" for (name,) in names), *statements):
        connection.execute(statement)
    connection.close()


NEWER = {1: ("gists", "tags", "cases", "clues"), 2: ("tags", "cases", "clues"), 3: (), 4: (), 5: ()}
"""The tables that a program of each version did not know yet."""


WORDS_OF_OLD = "create virtual table words using fts5(text, content='', tokenize='unicode61 remove_diacritics 2')"


def aged(path: Path, version: int) -> None:
    """Make a closed journal what an older program would have left."""
    with Journal.open(path, writable=False) as journal:
        texts = [
            (seq, text) for seq, row in enumerate(journal.rows(), start=1) if (text := searchable(from_row(row).body))
        ]
    connection = raw(path)
    if version < 5:
        connection.execute("create index events_by_chain on events (incident, device, id)")
    index(connection, int(connection.execute(DONE).fetchone()[0]))
    connection.execute("delete from meta where key = 'indexed'")
    for table in NEWER[version]:
        connection.execute(f"drop table {table}")
    if version < 4:
        connection.execute("drop table words")
        connection.execute(WORDS_OF_OLD)
        connection.executemany("insert into words (rowid, text) values (?, ?)", texts)
    connection.execute("delete from _sqlite_migrations where id > ?", (version,))
    connection.execute(f"pragma user_version = {version}")
    connection.execute("vacuum")
    connection.close()
