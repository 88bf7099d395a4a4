"""The tables: an append-only journal of events, and views of it that can be rebuilt at any time."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

from incident_tui.domain.involved import person_key

if TYPE_CHECKING:
    from sqlite_utils import Database

VERSION = 6
ANSWERS = 3
"""Tables of this version and later answer the same questions; some only more slowly."""
INDEXED = 4
"""Since this version the index of words is as it is now."""

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
-- For older programs, which write it and ask it: an incident knows how many lines it has.
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

TAGS = """
create table tags (
    incident text not null,
    kind text not null,
    word text not null,
    primary key (incident, kind, word)
) strict, without rowid;
create index tags_by_word on tags (kind, word, incident);
insert or ignore into tags select incident, 'person', person_key(name) from (
    select distinct incident, actor as name from events
    union
    select incident, coalesce(
        json_extract(body, '$.person'), json_extract(body, '$.owner'), json_extract(body, '$.executor')
    ) from events where json_valid(body)
) where coalesce(person_key(name), '') <> '';
"""

CASES = """
create table cases (
    number integer primary key,
    incident text not null unique,
    version integer not null,
    edition integer not null,
    title text not null,
    causes text not null,
    symptoms text not null,
    services text not null,
    playbooks text not null
) strict;
create virtual table clues using fts5(
    title, causes, symptoms, services, content='cases', content_rowid='number',
    tokenize='unicode61 remove_diacritics 2'
);
"""

WORDS = """
drop table words;
-- What begins with one, two or three letters has a list of its own: without, those of all such words would first be put
-- together, which takes 30 ms for a letter in a million lines. A page from its end takes a tenth of one.
create virtual table words using fts5(
    text, content='', prefix='1 2 3', tokenize='unicode61 remove_diacritics 2'
);
"""


def migrate(connection: sqlite3.Connection) -> None:
    """Bring the tables of `connection` up to VERSION, each step in a transaction of its own."""
    from sqlite_utils import Database
    from sqlite_utils.migrations import Migrations

    from incident_tui.journal.words import REMEMBER, index

    migrations = Migrations("incident-tui")

    @migrations()
    def journal_of_events(database: Database) -> None:
        _run(database, EVENTS + VIEWS)

    @migrations()
    def gists_of_incidents(database: Database) -> None:
        # Left empty: the gists of earlier incidents are made when somebody first measures, not in an outage's way.
        _run(database, GISTS)

    @migrations()
    def tags_and_cases_of_incidents(database: Database) -> None:
        # No event of an earlier program tags a service. Cases are left empty, as gists are.
        connection.create_function("person_key", 1, _key, deterministic=True)
        _run(database, TAGS + CASES)

    @migrations()
    def words_by_their_first_letters(database: Database) -> None:
        _run(database, WORDS)
        index(connection, 0)

    @migrations()
    def chains_without_an_index(database: Database) -> None:
        # Only a chain that is broken is looked up, once; every line that was recorded paid for it.
        _run(database, "drop index if exists events_by_chain;\n")

    @migrations()
    def words_of_several_events_at_once(database: Database) -> None:
        database.execute(REMEMBER)

    migrations.apply(Database(connection, execute_plugins=False))
    connection.execute(f"pragma user_version = {VERSION}")


def _key(name: object) -> str | None:
    return person_key(name) if isinstance(name, str) else None


def _run(database: Database, script: str) -> None:
    """Statement by statement, because `executescript` would commit the migration's transaction."""
    statement = ""
    for line in script.splitlines():
        statement += line + "\n"
        if sqlite3.complete_statement(statement):
            database.execute(statement)
            statement = ""
