"""The search index: written for some events at a time; the newest, which it waits for, each reader indexes in memory.

A batch costs hardly more than one event, of which every line that is recorded would wait for the greater part.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator

from incident_tui.domain.lines import searchable
from incident_tui.journal.codec import body_of

BATCH = 16
"""So many events are indexed at once: their commit takes half a millisecond longer, a search a little more."""
INDEX, NEWEST = "words", "newest"
EVENTS = "select seq, kind, body from events where seq > ? order by seq"
DONE = "select cast(value as integer) from meta where key = 'indexed'"
WAITING = f"select ({DONE}), (select coalesce(max(seq), 0) from events)"
REMEMBER = "insert or replace into meta select 'indexed', cast(coalesce(max(seq), 0) as text) from events"
IN_MEMORY = f"""
    create virtual table if not exists temp.{NEWEST} using fts5(
        text, content='', prefix='1 2 3', tokenize='unicode61 remove_diacritics 2'
    )
"""


def index(connection: sqlite3.Connection, after: int) -> None:
    """Put the words of all events after a place in the order of arrival into the index, some 60,000 in a second.

    One that is damaged is not found.
    """
    _fill(connection, INDEX, after)
    connection.execute(REMEMBER)


def tables(reader: sqlite3.Connection) -> tuple[str, ...]:
    """Where to look for words, the newest events first; every event that has any is in one of these tables, or in both.

    What is not indexed yet is put into a table that only this connection has.
    """
    done, last = reader.execute(WAITING).fetchone()
    if done is None or done >= last:  # an older program wrote each event into the index
        return (INDEX,)
    reader.execute(IN_MEMORY)
    reader.execute("begin")
    with reader:
        reader.execute(f"insert into {NEWEST} ({NEWEST}) values ('delete-all')")
        _fill(reader, NEWEST, done)
    return (NEWEST, INDEX)


def _fill(connection: sqlite3.Connection, table: str, after: int) -> None:
    for seq, text in _texts(connection, after):
        connection.execute(f"insert into {table} (rowid, text) values (?, ?)", (seq, text))


def _texts(connection: sqlite3.Connection, after: int) -> Iterator[tuple[int, str]]:
    for seq, kind, body in connection.execute(EVENTS, (after,)):
        with contextlib.suppress(ValueError, RecursionError):
            text = searchable(body_of(kind, body))
            if text:
                yield seq, text
