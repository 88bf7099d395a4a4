"""The tables: an append-only journal of events, and views of it that can be rebuilt at any time."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlite_utils import Database

VERSION = 2

EVENTS = """
create table events (
    seq integer primary key,
    id text not null unique,
    incident text not null,
    device text not null,
    at text not null,
    recorded text not null,
    actor text not null,
    kind text not null,
    body text not null,
    prev text not null,
    hash text not null
) strict;
create index events_by_incident on events (incident, seq);
create index events_by_chain on events (incident, device, id);
create trigger events_stay before update on events
    begin select raise(abort, 'events are append-only'); end;
create trigger events_remain before delete on events
    begin select raise(abort, 'events are append-only'); end;
-- `insert or replace` deletes the row before without asking the trigger above.
create trigger events_are_new before insert on events
    when exists (select 1 from events where id = new.id or seq = new.seq)
    begin select raise(abort, 'events are append-only'); end;
create table meta (key text primary key, value text not null) strict, without rowid;
"""

VIEWS = """
create table lines (
    incident text not null,
    id text not null,
    kind text not null,
    primary key (incident, id)
) strict, without rowid;
create index lines_by_kind on lines (incident, kind, id);
create table tallies (
    incident text not null,
    kind text not null,
    number integer not null,
    primary key (incident, kind)
) strict, without rowid;
create table incidents (
    incident text primary key,
    ref text not null,
    title text not null,
    severity integer not null,
    status text not null,
    declared_at text,
    began_at text,
    resolved_at text,
    commander text,
    version integer not null,
    updated_at text not null
) strict, without rowid;
create table checkpoints (
    incident text primary key,
    rules integer not null,
    last text not null,
    seq integer not null,
    state text not null
) strict, without rowid;
create virtual table words using fts5(text, content='', tokenize='unicode61 remove_diacritics 2');
"""

GISTS = """
create table gists (
    incident text primary key,
    version integer not null,
    rules integer not null,
    edition integer not null,
    gist text not null
) strict;
"""


def migrate(connection: sqlite3.Connection) -> None:
    """Bring the tables of `connection` up to VERSION, each step in a transaction of its own."""
    from sqlite_utils import Database
    from sqlite_utils.migrations import Migrations

    migrations = Migrations("incident-tui")

    @migrations()
    def journal_of_events(database: Database) -> None:
        _run(database, EVENTS + VIEWS)

    @migrations()
    def gists_of_incidents(database: Database) -> None:
        # Left empty: the gists of earlier incidents are made when somebody first measures, not in an outage's way.
        _run(database, GISTS)

    migrations.apply(Database(connection, execute_plugins=False))
    connection.execute(f"pragma user_version = {VERSION}")


def _run(database: Database, script: str) -> None:
    """Statement by statement, because `executescript` would commit the migration's transaction."""
    statement = ""
    for line in script.splitlines():
        statement += line + "\n"
        if sqlite3.complete_statement(statement):
            database.execute(statement)
            statement = ""
