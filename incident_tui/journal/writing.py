"""What may be done inside a transaction of the journal: add events, and keep the views that are derived from them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path

from msgspec import Struct

from incident_tui.domain.dispatch import leaves
from incident_tui.domain.encoding import to_json
from incident_tui.domain.events import Event
from incident_tui.domain.evolve import RULES, fold
from incident_tui.domain.incident import Incident
from incident_tui.domain.lines import kind_of
from incident_tui.journal import summaries, tags, words
from incident_tui.journal.codec import COLUMNS, Row, canonical, from_row, to_row
from incident_tui.journal.errors import JournalError
from incident_tui.times import iso

INSERT = f"insert into events (seq, {', '.join(COLUMNS)}) values (?, {', '.join('?' * len(COLUMNS))})"
SELECT = f"select seq, {', '.join(COLUMNS)} from events"
NEWEST = "select coalesce(max(seq), 0), (select coalesce(max(id), '') from events) from events"
SUMMARISE = f"insert or replace into incidents ({summaries.COLUMNS}) values ({summaries.MARKS})"
GO_ON = "update incidents set version = ?, updated_at = ? where incident = ?"
INCIDENTS = "select incident, max(seq) from events group by incident order by incident"
FORGET = (
    *(f"delete from {table}" for table in ("lines", "incidents", "checkpoints", "gists", "tags", "cases")),
    "insert into clues (clues) values ('rebuild')",
    f"insert into {words.INDEX} ({words.INDEX}) values ('delete-all')",
    "insert or replace into meta values ('indexed', '0')",
)
CHECKPOINTED = """
    select json_extract(state, '$.version') from checkpoints
    where incident = ? and rules = ? and json_valid(state) and json_type(state, '$.version') = 'integer'
"""


class Stored(Struct, frozen=True):
    """An event and its place in the order of arrival on this machine."""

    seq: int
    event: Event


class Newest(Struct, frozen=True):
    """The greatest place in the order of arrival, 0 in a new journal, and the greatest event id, empty there."""

    seq: int
    id: str


class Writing:
    """What may be done inside a transaction of the journal."""

    def __init__(self, connection: sqlite3.Connection, device: str) -> None:
        self._connection = connection
        self._before: Newest | None = None
        self._newest: Newest | None = None
        self.device = device

    def stored(self, incident: str, after_seq: int) -> Iterator[Stored]:
        return stored_events(self._connection, incident, after_seq)

    def newest(self) -> Newest:
        """The ends of both orders; nobody but this transaction moves them."""
        if self._newest is None:
            self._before = self._newest = Newest(*self._connection.execute(NEWEST).fetchone())
        return self._newest

    def append(self, event: Event) -> int:
        """Store one event with its views; its place in the order of arrival."""
        return self.append_row(to_row(event), event)

    def append_row(self, row: Row, event: Event, number: int | None = None) -> int:
        """Store the row as it is, with the views of the event that it is read as; next in the order of arrival, or as
        `number`, which must be free."""
        seq = self._connection.execute(INSERT, (number, *row)).lastrowid or 0
        if self._newest is not None:
            known = self._newest
            self._newest = Newest(max(known.seq, seq), max(known.id, row.id))
        kind = kind_of(event.body)
        if kind:
            self._connection.execute("insert into lines values (?, ?, ?)", (event.incident, event.id, kind))
        return seq

    def has(self, identifier: str) -> bool:
        return self._connection.execute("select 1 from events where id = ?", (identifier,)).fetchone() is not None

    def summarise(self, incident: Incident, updated_at: datetime, before: Incident | None = None) -> None:
        """Keep the line that lists of incidents show, and its tags; those that are kept are of `before`, if given."""
        alike = before is not None and summaries.shown_alike(incident, before)
        more = (incident.version, iso(updated_at), incident.id)
        if not (alike and self._connection.execute(GO_ON, more).rowcount):
            self._connection.execute(SUMMARISE, summaries.summary_values(incident, updated_at))
        tags.keep(self._connection, incident, before, self.device)
        if not incident.live:
            self.keep_gist(incident)
            self.keep_case(incident)

    def index(self, least: int) -> None:
        """Index the words of the newest events, where at least so many wait for it; searches see to the rest."""
        indexed, last = self._connection.execute(words.WAITING).fetchone()
        if last - indexed >= least:
            words.index(self._connection, indexed)

    def index_many(self) -> None:
        """Index them where so many wait that searches would feel it; that is looked at once for so many events."""
        before, newest = self._before, self._newest
        if before is None or newest is None or before.seq // words.BATCH != newest.seq // words.BATCH:
            self.index(words.MOST)

    def keep_gist(self, incident: Incident) -> None:
        """Keep what metrics need of the incident, if its summary is of the same version."""
        from incident_tui.journal.gists import keep

        keep(self._connection, incident)

    def keep_case(self, incident: Incident) -> None:
        """Keep what makes later incidents like this one."""
        from incident_tui.journal.cases import keep

        keep(self._connection, incident)

    def keep_checkpoint(self, incident: Incident, seq: int) -> None:
        """Keep the folded incident so that opening it again need not fold from the start."""
        state = canonical(to_json(incident))
        values = (incident.id, RULES, incident.last, seq, state)
        self._connection.execute("insert or replace into checkpoints values (?, ?, ?, ?, ?)", values)

    def checkpointed(self, incident: Incident) -> int:
        """Of how many of its events the kept checkpoint is made, 0 where there is none that can be."""
        found = self._connection.execute(CHECKPOINTED, (incident.id, RULES)).fetchone()
        return int(found[0]) if found and found[0] <= incident.version else 0

    def make_headroom(self) -> Path | None:
        """Have room in the log for what comes; the log, where it is to be put on the disk then: see `headroom`."""
        from incident_tui.journal.headroom import make

        return make(self._connection)

    def forget_all(self) -> list[tuple[str, int]]:
        """Drop all that is kept but the events, and list their lines again; each incident, and where its last one is.

        Who does so makes the rest anew: see `kept`.
        """
        for statement in FORGET:
            self._connection.execute(statement)
        events = (from_row(Row(*row[1:])) for row in self._connection.execute(SELECT))
        lines = ((event.incident, event.id, kind_of(event.body)) for event in events)
        self._connection.executemany("insert into lines values (?, ?, ?)", (line for line in lines if line[2]))
        return self._connection.execute(INCIDENTS).fetchall()

    def drop_checkpoint(self, incident: str) -> None:
        self._connection.execute("delete from checkpoints where incident = ?", (incident,))


def stored_events(connection: sqlite3.Connection, incident: str, after_seq: int) -> Iterator[Stored]:
    rows = connection.execute(f"{SELECT} where incident = ? and seq > ? order by id", (incident, after_seq))
    return (Stored(row[0], from_row(Row(*row[1:]))) for row in rows)


def merge(transaction: Writing, rows: Iterable[Row]) -> int:
    """Add rows from elsewhere that are not here yet; how many were new.

    A row stays as it came: a newer version may have written fields that this one does not know. Raises JournalError
    where something would leave from here that nobody has sent here: the name of this device is in all that it exports.
    """
    touched: dict[str, bool] = {}
    added = 0
    for row in rows:
        if not transaction.has(row.id):
            transaction.append_row(row, from_row(row))
            touched[row.incident] = touched.get(row.incident, False) or row.device == transaction.device
            added += 1
    for identifier, ours in touched.items():
        incident = summarise_anew(transaction, identifier)
        if ours and leaves(incident, transaction.device):
            raise JournalError(
                f"{incident.ref} says that something is to be sent from this device, which does not know of it",
                "only what was queued here leaves from here; import it with another INCIDENT_TUI_HOME to read it",
            )
    return added


def summarise_anew(transaction: Writing, incident: str) -> Incident:
    """Make the kept views of an incident from all its events, of which there must be one."""
    transaction.drop_checkpoint(incident)
    latest: datetime | None = None

    def events() -> Iterator[Event]:
        nonlocal latest
        for stored in transaction.stored(incident, 0):
            latest = max(latest or stored.event.recorded, stored.event.recorded)
            yield stored.event

    folded = fold(events(), Incident(incident))
    assert latest is not None, "an incident has at least one event"
    transaction.summarise(folded, latest)
    return folded
