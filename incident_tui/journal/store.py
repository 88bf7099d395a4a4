"""The journal: one SQLite file, one writing connection, one reading connection."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from msgspec import json

from incident_tui.domain.encoding import NotReadable, from_json
from incident_tui.domain.events import Event
from incident_tui.domain.evolve import RULES
from incident_tui.domain.incident import Incident
from incident_tui.journal import pages, summaries, tags, words
from incident_tui.journal.codec import COLUMNS, Row, from_row
from incident_tui.journal.connection import PRAGMAS, Tell, connect, lock_path, nobody, open_to_read, open_to_write
from incident_tui.journal.errors import FAILURES, IN_WORDS, JournalError, worded
from incident_tui.journal.lock import held, in_one_go
from incident_tui.journal.transaction import Transaction
from incident_tui.journal.wanted import Lines
from incident_tui.journal.writing import Stored, merge, stored_events

if TYPE_CHECKING:
    from incident_tui.domain.gist import Gist
    from incident_tui.domain.likeness import Case
    from incident_tui.domain.search import Query
    from incident_tui.journal.search import Found
    from incident_tui.journal.verify import Evidence, Problem

NEVER = -1
"""No version of the data: what it is compared with has changed."""
LAST = 2**63 - 1
"""No place in the order of arrival comes after it."""


class Journal:
    """Reads on any one thread, writes on any one thread; the two need not be the same."""

    def __init__(
        self, path: Path, reader: sqlite3.Connection, writer: sqlite3.Connection | None, why: str, *, tries: bool = True
    ) -> None:
        self.path = path
        self.read_only_because = why
        self._reader = reader
        self._writer = writer
        self._tries = tries
        self._former: sqlite3.Connection | None = None
        self._seen = _data_version(self._reader)
        self.device = _meta(reader, "device")

    @classmethod
    def open(cls, path: Path, *, writable: bool = True, tell: Tell = nobody) -> Journal:
        """Open the journal at `path`, creating it if need be; where writing is impossible, for reading only.

        `tell` is told what is about to be done where that takes long; where it raises a JournalError, it is not done.
        Raises JournalError when it can be neither written nor read.
        """
        if not writable and path.exists():
            return _for_reading(path, "it was asked for reading only", tell, tries=False)
        try:
            writer = open_to_write(path, tell)
        except (*FAILURES, JournalError, OSError) as error:
            if not path.exists():
                raise worded(error, path.parent) from error
            return _for_reading(path, str(worded(error, path)), tell)
        try:
            return cls(path, connect(f"{path.absolute().as_uri()}?mode=ro"), writer, "")
        except sqlite3.Error as error:
            writer.close()
            raise JournalError.of(error, path) from error

    def summaries(self, query: Query | None = None) -> list[summaries.Summary]:
        """The incidents that the filters of a query let through, or all: live ones first, then the newest first."""
        rows = _read(self._reader, f"select {summaries.COLUMNS} from incidents order by coalesce(declared_at, '') desc")
        with IN_WORDS:
            services, drills = tags.services(self._reader), tags.drills(self._reader)
            found = [summaries.summary_of(row, services.get(row[0], ()), drills.get(row[0], "")) for row in rows]
            found.sort(key=lambda item: not item.live)
        if query is None or not query.filters:
            return found
        from incident_tui.journal.search import chosen

        with IN_WORDS:
            return chosen(self._reader, query, found)

    def gists(self) -> Iterator[Gist]:
        """What metrics need of the incidents that are over, as far as it is kept: see `gists`."""
        from incident_tui.journal.gists import gists

        with IN_WORDS:
            yield from gists(self._reader)

    def stored(self, incident: str, after_seq: int = 0) -> Iterator[Stored]:
        """The events of an incident that arrived after `after_seq`, in the order of their ids, one at a time."""
        with IN_WORDS:
            yield from stored_events(self._reader, incident, after_seq)

    def events(self, incident: str, *kinds: str, upto: int = LAST) -> Iterator[Event]:
        """All events of an incident, or those of these kinds, in the order of their ids, one at a time.

        Only those that have arrived up to a place: what is read again is then what it was.
        """
        with IN_WORDS:
            yield from map(from_row, self.rows(incident, *kinds, upto=upto))

    def rows(self, incident: str = "", *kinds: str, upto: int = LAST) -> Iterator[Row]:
        """The rows of one incident, or of all, in the order of their ids; with kinds only those."""
        of_incident = "incident = ?" if incident else "true"
        of_kinds = f" and kind in ({', '.join('?' * len(kinds))})" if kinds else ""
        # With `+` all rows come by their ids; else they would be found by their place, and sorted.
        text = f"select {', '.join(COLUMNS)} from events where {of_incident}{of_kinds} and +seq <= ? order by id"
        values = (*((incident,) if incident else ()), *kinds, upto)
        return (Row(*row) for row in _read(self._reader, text, values))

    def page(self, query: Lines, *, before: str = "", after: str = "", limit: int = 64) -> list[Event]:
        """Up to `limit` lines, oldest first: right before one id, right after one, or the newest."""
        with IN_WORDS:
            return [from_row(row) for row in pages.page(self._reader, query, before, after, limit)]

    def these(self, ids: Sequence[str]) -> list[Event]:
        """The events with these ids, in their order; what is not here is left out."""
        with IN_WORDS:
            return [from_row(row) for row in pages.rows(self._reader, ids)]

    def count(self, query: Lines) -> int:
        with IN_WORDS:
            return pages.count(self._reader, query)

    def search(self, query: Query, incident: str = "", limit: int = 50) -> list[Found]:
        """The best of the newest lines that a query finds, in one incident or in all; an empty query finds none."""
        from incident_tui.journal.search import search

        items = self.summaries(query) if query.filters or incident else None
        if items is not None and incident:
            items = [item for item in items if item.incident == incident]
        with IN_WORDS:
            return [] if query.empty else search(self._reader, query, items, limit)

    def cases(self, words: Sequence[str], *, typing: bool = False, limit: int = 50) -> list[Case]:
        """Past incidents with any of these words in what is kept of them; see `cases`."""
        from incident_tui.journal import cases

        with IN_WORDS:
            return cases.find(self._reader, words, typing=typing, limit=limit)

    def caseless(self) -> list[str]:
        """The incidents that are over and of which nothing true is kept; see `cases`."""
        from incident_tui.journal import cases

        with IN_WORDS:
            return cases.missing(self._reader)

    def outbox(self) -> list[str]:
        """The incidents of which something is still to go out."""
        with IN_WORDS:
            return tags.outbox(self._reader)

    def checkpoint(self, incident: str) -> tuple[Incident, int]:
        """The incident as of the kept checkpoint and its place, or an empty one and 0."""
        rows = _read(
            self._reader, "select state, seq from checkpoints where incident = ? and rules = ?", (incident, RULES)
        )
        for state, seq in rows:
            with contextlib.suppress(NotReadable, ValueError):
                return from_json(Incident, json.decode(state)), int(seq)
        return Incident(incident), 0

    def changed(self, *, peek: bool = False) -> bool:
        """Whether something was committed since the last call that was no `peek`; costs a few microseconds."""
        with IN_WORDS:
            version = _data_version(self._reader)
        changed = version != self._seen
        if not peek:
            self._seen = version
        return changed

    def verify(self) -> list[Problem]:
        """What is wrong with the file and the chains; empty when all is well."""
        from incident_tui.journal.verify import problems

        with IN_WORDS:
            return problems(self._reader)

    def evidence(self, incident: str = "") -> list[Evidence]:
        """The files that events name, of one incident or of all."""
        from incident_tui.journal.verify import evidence

        with IN_WORDS:
            return evidence(self._reader, incident)

    def backup(self, target: Path) -> None:
        """A consistent copy at `target`, made while others write; the name appears only once the copy is whole."""
        from incident_tui.journal.backup import copy

        copy(self.path, target)

    def pragmas(self) -> dict[str, int | str]:
        """The settings in force on the writing connection, else on the reading one."""
        connection = self._writer or self._reader
        return {name: connection.execute(f"pragma {name}").fetchone()[0] for name in PRAGMAS}

    def writing(self) -> Transaction:
        """A transaction that is durable when its block has ended, and has not happened when that raises."""
        return Transaction(self._writer or _opened_again(self), lock_path(self.path), self.device)

    def import_rows(self, rows: Iterable[Row]) -> int:
        """Add rows from elsewhere that are not here yet, all or none; how many were new."""
        with self.writing() as transaction:
            return merge(transaction, rows)

    def close(self) -> None:
        """Close both connections, and index what waits; the last one out checkpoints, which is a write, too."""
        self._reader.close()
        if self._former is not None:
            self._former.close()
        if self._writer is not None:
            with contextlib.suppress(JournalError), in_one_go(), held(lock_path(self.path)):
                with contextlib.suppress(*FAILURES):
                    words.settle(self._writer)
                self._writer.close()

    def __enter__(self) -> Journal:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()


def _for_reading(path: Path, why: str, tell: Tell = nobody, *, tries: bool = True) -> Journal:
    try:
        return Journal(path, open_to_read(path, tell), None, why, tries=tries)
    except (*FAILURES, OSError) as error:
        raise worded(error, path) from error


def _opened_again(journal: Journal) -> sqlite3.Connection:
    """What could not be written at the start may be writable now, such as a disk that was full.

    Raises JournalError when it is not. The reader is renewed, as it may have only a copy in memory.
    """
    if not journal._tries:
        raise JournalError(f"the journal is open for reading only: {journal.read_only_because}")
    try:
        writer = open_to_write(journal.path)
        reader = connect(f"{journal.path.absolute().as_uri()}?mode=ro")
        device = _meta(reader, "device")
    except (*FAILURES, JournalError, OSError) as error:
        journal.read_only_because = str(worded(error, journal.path))
        raise JournalError(f"the journal is open for reading only: {journal.read_only_because}") from error
    journal._former = journal._reader  # another thread may be reading from it
    journal._reader, journal._writer, journal.device = reader, writer, device
    journal.read_only_because, journal._seen = "", NEVER
    return writer


def _read(reader: sqlite3.Connection, text: str, values: tuple[object, ...] = ()) -> Iterator[tuple[Any, ...]]:
    with IN_WORDS:
        yield from reader.execute(text, values)


def _meta(reader: sqlite3.Connection, key: str) -> str:
    with IN_WORDS:
        rows = reader.execute("select value from meta where key = ?", (key,))
        return next((str(value) for (value,) in rows), "")


def _data_version(reader: sqlite3.Connection) -> int:
    return int(reader.execute("pragma data_version").fetchone()[0])
