"""The search index: written for many events at a time; the newest, which it waits for, each reader indexes in memory.

It is written when nobody waits: by a screen at rest, and by who closes the journal. A line that is recorded pays for it
only where so many wait that searches would feel it.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from typing import NamedTuple

from incident_tui.domain.lines import searchable
from incident_tui.journal.codec import body_of

BATCH = 16
"""So many events are worth a commit of half a millisecond when nobody waits."""
MOST = 400
"""No more events ever wait: that takes some four milliseconds, of each reader once and of one line in so many."""
INDEX, NEWEST = "words", "newest"
EVENTS = "select seq, kind, body from events where seq > ? order by seq"
DONE = "select cast(value as integer) from meta where key = 'indexed'"
WAITING = f"select ({DONE}), (select coalesce(max(seq), 0) from events)"
REMEMBER = "insert or replace into meta select 'indexed', cast(coalesce(max(seq), 0) as text) from events"
IN_MEMORY = (
    f"""
    create virtual table if not exists temp.{NEWEST} using fts5(
        text, content='', prefix='1 2 3', tokenize='unicode61 remove_diacritics 2'
    )
    """,
    "create table if not exists temp.reach (only integer primary key, done integer, last integer) strict",
)
"""The index of the newest events, and from where to where it has them."""
REACH = "select done, last from temp.reach"
REACHED = "insert or replace into temp.reach values (1, ?, ?)"


def index(connection: sqlite3.Connection, after: int) -> None:
    """Put the words of all events after a place in the order of arrival into the index, some 60,000 in a second.

    One that is damaged is not found.
    """
    _fill(connection, INDEX, after)
    connection.execute(REMEMBER)


def settle(writer: sqlite3.Connection) -> None:
    """Index what waits in a transaction of its own, where that is worth it; only who holds the lock may."""
    done, last = reach(writer)
    if done is not None and last - done >= BATCH:
        writer.execute("begin immediate")
        with writer:
            index(writer, done)


class Reach(NamedTuple):
    """Up to which place in the order of arrival the index has the events, and how many places there are.

    Of an older program, which wrote each event into the index, it does not say how far it has come.
    """

    done: int | None
    last: int


def reach(reader: sqlite3.Connection) -> Reach:
    """How far the written index has come."""
    return Reach(*reader.execute(WAITING).fetchone())


def tables(reader: sqlite3.Connection, now: Reach) -> tuple[str, ...]:
    """Where to look for words, the newest events first; every event that has any is in one of these tables, or in both.

    What is not indexed yet is put into a table that only this connection has.
    """
    done, last = now
    if done is None or done >= last:
        return (INDEX,)
    for table in IN_MEMORY:
        reader.execute(table)
    if reader.execute(REACH).fetchone() != (done, last):
        reader.execute("begin")
        with reader:
            _go_on(reader)
    return (NEWEST, INDEX)


def _go_on(reader: sqlite3.Connection) -> None:
    """Add what came since the last look; all anew where the written index has gone on."""
    done, last = reach(reader)
    known = reader.execute(REACH).fetchone()
    if known is None or known[0] != done:
        reader.execute(f"insert into {NEWEST} ({NEWEST}) values ('delete-all')")
        known = (done, done)
    _fill(reader, NEWEST, known[1])
    reader.execute(REACHED, (done, last))


def _fill(connection: sqlite3.Connection, table: str, after: int) -> None:
    for seq, text in _texts(connection, after):
        connection.execute(f"insert into {table} (rowid, text) values (?, ?)", (seq, text))


def _texts(connection: sqlite3.Connection, after: int) -> Iterator[tuple[int, str]]:
    for seq, kind, body in connection.execute(EVENTS, (after,)):
        with contextlib.suppress(ValueError, RecursionError):
            text = searchable(body_of(kind, body))
            if text:
                yield seq, text
