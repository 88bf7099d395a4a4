"""What can still be read of a damaged database, in a new one: row by row around what is damaged, then byte by byte."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from msgspec import Struct, field

from incident_tui.journal.backup import sync
from incident_tui.journal.carving import carve
from incident_tui.journal.codec import COLUMNS, NotAnEvent, Row, digest, from_row
from incident_tui.journal.connection import connect, lock_path, log_path
from incident_tui.journal.errors import FAILURES, JournalError
from incident_tui.journal.lock import held
from incident_tui.journal.store import Journal
from incident_tui.journal.writing import Writing, summarise_anew

AT_ONCE = 1000
LEAST_BYTES_OF_ONE = 300
ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
DEVICE = re.compile(r"[0-9a-f]{8}")
FIELDS = ", ".join(f"cast({name} as blob)" for name in COLUMNS)


class Lost(NamedTuple):
    """An incident and how many of its events are lost, as far as that is known; `ref` is its id where no better is."""

    ref: str
    events: int


class Changed(NamedTuple):
    """An event that is kept although its content does not fit its hash."""

    seq: int
    id: str


class Salvaged(Struct, frozen=True):
    """What was read, and what was not: `gaps` are the first and last number of what is missing in between."""

    events: int
    changed: tuple[Changed, ...]
    gaps: tuple[tuple[int, int], ...]
    lost: tuple[Lost, ...]


class _Kept(Struct):
    """What is in the new journal so far, and what is only put in when nothing better is found."""

    transaction: Writing
    seqs: set[int] = field(default_factory=set)
    ids: set[str] = field(default_factory=set)
    incidents: dict[str, int] = field(default_factory=dict)
    waiting: dict[str, Row] = field(default_factory=dict)
    doubtful: dict[str, tuple[int, Row]] = field(default_factory=dict)

    def take(self, seq: int, row: Row) -> None:
        """Keep an event that is whole; one that is not, or has no number of its own, has to wait.

        A number is not in the hash: where it is damaged, it may be that of another event.
        """
        if row.id in self.ids or not _plausible(row):
            return
        if digest(row) != row.hash:
            self.doubtful.setdefault(row.id, (seq, row))
        elif not seq or seq in self.seqs:
            self.waiting[row.id] = row
        else:
            self._put(seq, row)

    def settle(self, incidents: dict[int, str]) -> Iterator[Changed]:
        """Keep what waits; `incidents` are those of all known numbers. What takes the next number comes last: it must
        not have that of another."""
        for seq, row in self._fitting(incidents):
            self._put(seq, row)
        yield from self._doubtful(numbered=True)
        for row in sorted(self.waiting.values()):
            if row.id not in self.ids:
                self._put(0, row)
        yield from self._doubtful(numbered=False)

    def _fitting(self, incidents: dict[int, str]) -> list[tuple[int, Row]]:
        """What is whole, with the numbers that are free in its incident, where these are as many."""
        free: dict[str, list[int]] = {}
        for seq in sorted(incidents.keys() - self.seqs):
            free.setdefault(incidents[seq], []).append(seq)
        rows: dict[str, list[Row]] = {}
        for row in sorted(self.waiting.values()):
            if row.id not in self.ids:
                rows.setdefault(row.incident, []).append(row)
        alike = [name for name in rows if len(rows[name]) == len(free.get(name, ()))]
        return [fitting for name in alike for fitting in zip(free[name], rows[name], strict=True)]

    def _doubtful(self, *, numbered: bool) -> Iterator[Changed]:
        for seq, row in sorted(self.doubtful.values()):
            known = row.id in self.ids or row.id in self.waiting or seq in self.seqs
            if bool(seq) == numbered and not known and self._put(seq, row):
                yield Changed(seq, row.id)

    def _put(self, seq: int, row: Row) -> bool:
        try:
            event = from_row(row)
            number = self.transaction.append_row(row, event, seq or None)
        except (NotAnEvent, UnicodeEncodeError):
            return False
        self.seqs.add(number)
        self.ids.add(row.id)
        self.incidents[row.incident] = self.incidents.get(row.incident, 0) + 1
        return True


class _Remembered(NamedTuple):
    """What a damaged database still says about its events: incident by number, and how many each incident has."""

    incidents: dict[int, str]
    counts: dict[str, int]
    refs: dict[str, str]


def salvage(source: Path, target: Path) -> Salvaged:
    """Write what is readable of `source` to the new database `target`; the source and its log stay as they are.

    Numbers stay what they were, so that what is missing shows. Raises JournalError.
    """
    if os.path.lexists(target):
        raise JournalError(f"{target.name} exists already", "name another file")
    try:
        with tempfile.TemporaryDirectory(prefix=".repair-", dir=target.parent) as name:
            copy, made = Path(name) / "copy.db", Path(name) / "made.db"
            _copy(source, copy)
            # Carved from a second copy: SQLite works on the first, and drops what it cannot use.
            bytes_of = _copy(source, Path(name) / "bytes.db")
            with Journal.open(made) as journal, journal.writing() as transaction:
                found = _salvaged(copy, bytes_of, transaction)
            if not found.events:
                raise JournalError(f"no event can be read in {source.name}", "restore it from a backup")
            _settle(made)
            os.link(made, target)
        sync(target.parent)
    except OSError as error:
        raise JournalError(f"nothing can be repaired: {error.strerror}", "check the disk and its rights") from error
    return found


def _copy(source: Path, copy: Path) -> Path:
    """The file with its log, under the lock where there is one, so that nobody writes in between. Raises OSError."""
    with contextlib.ExitStack() as stack:
        if os.access(lock_path(source), os.W_OK):
            stack.enter_context(held(lock_path(source)))
        shutil.copyfile(source, copy)
        if log_path(source).exists():
            shutil.copyfile(log_path(source), log_path(copy))
    return copy


def _settle(made: Path) -> None:
    """All in one file, on the disk."""
    with contextlib.closing(connect(made.as_uri() + "?mode=rw")) as connection:
        connection.execute("pragma journal_mode = delete")
    sync(made)


def _salvaged(copy: Path, bytes_of: Path, transaction: Writing) -> Salvaged:
    kept = _Kept(transaction)
    remembered = _Remembered({}, {}, {})
    connection = _opened(copy)
    if connection is not None:
        with contextlib.closing(connection):
            remembered = _remembered(connection)
            for seq, row in _by_number(connection, copy.stat().st_size // LEAST_BYTES_OF_ONE):
                kept.take(seq if _agreed(connection, seq, row) else 0, row)
    for found in carve(bytes_of, log_path(bytes_of)):
        kept.take(found.seq, found.row)
    changed = tuple(kept.settle(remembered.incidents))
    refs = {name: summarise_anew(transaction, name).ref for name in kept.incidents}
    gaps = _gaps(kept.seqs, max([*kept.seqs, *remembered.incidents], default=0))
    return Salvaged(len(kept.seqs), changed, gaps, _lost(kept, remembered, refs, gaps))


def _opened(copy: Path) -> sqlite3.Connection | None:
    """None where SQLite takes the file for no database."""
    connection = connect(copy.as_uri() + "?mode=rw")
    try:
        connection.execute("pragma cell_size_check = 1")
        connection.execute("select 1 from sqlite_master limit 1").fetchall()
    except FAILURES:
        connection.close()
        return None
    return connection


def _remembered(connection: sqlite3.Connection) -> _Remembered:
    """Of the indexes and the list of incidents, as far as they can be read."""
    incidents: dict[int, str] = {}
    for order in ("", " desc"):
        query = f"select seq, incident from events indexed by events_by_incident order by incident{order}, seq{order}"
        with contextlib.suppress(*FAILURES):
            for seq, incident in connection.execute(query):
                incidents[seq] = incident
    counts: dict[str, int] = {}
    refs: dict[str, str] = {}
    with contextlib.suppress(*FAILURES):
        for incident, ref, version in connection.execute("select incident, ref, version from incidents"):
            counts[incident], refs[incident] = version, ref
    return _Remembered(incidents, counts, refs)


def _by_number(connection: sqlite3.Connection, last: int) -> Iterator[tuple[int, Row]]:
    """All that SQLite can read, a range of numbers at a time; a range that it cannot read is halved."""
    with contextlib.suppress(*FAILURES):
        last = max(last, connection.execute("select max(seq) from events").fetchone()[0] or 0)
    ranges = [(first, min(first + AT_ONCE, last + 1)) for first in range(1, min(last, 10**9) + 1, AT_ONCE)][::-1]
    query = f"select seq, {FIELDS} from events where seq >= ? and seq < ?"
    while ranges:
        first, end = ranges.pop()
        try:
            rows = connection.execute(query, (first, end)).fetchall()
        except FAILURES:
            middle = (first + end) // 2
            ranges += [(middle, end), (first, middle)] if end - first > 1 else []
            continue
        for seq, *values in rows:
            if all(isinstance(value, bytes) for value in values):
                yield seq, Row(*(value.decode("utf-8", "surrogateescape") for value in values))


def _agreed(connection: sqlite3.Connection, seq: int, row: Row) -> bool:
    """Whether the index of ids, where it can be read, has no other number for an event than its own row."""
    with contextlib.suppress(*FAILURES, UnicodeEncodeError):
        found = connection.execute("select seq from events where id = ?", (row.id,)).fetchone()
        return found is None or found[0] == seq
    return True


def _plausible(row: Row) -> bool:
    return bool(ID.fullmatch(row.id) and ID.fullmatch(row.incident) and DEVICE.fullmatch(row.device))


def _gaps(seqs: set[int], last: int) -> tuple[tuple[int, int], ...]:
    gaps, before = [], 0
    for seq in sorted({*seqs, last + 1}):
        if seq > before + 1:
            gaps.append((before + 1, seq - 1))
        before = seq
    return tuple(gaps)


def _lost(
    kept: _Kept, remembered: _Remembered, refs: dict[str, str], gaps: tuple[tuple[int, int], ...]
) -> tuple[Lost, ...]:
    """By the list of incidents, which counts their events, or else by the index."""
    missing: dict[str, int] = {}
    for first, last in gaps:
        for seq in range(first, last + 1):
            incident = remembered.incidents.get(seq, "")
            missing[incident] = missing.get(incident, 0) + 1
    for incident, count in remembered.counts.items():
        missing[incident] = max(missing.get(incident, 0), count - kept.incidents.get(incident, 0))
    named = ((refs.get(name) or remembered.refs.get(name) or name, count) for name, count in missing.items())
    return tuple(sorted(Lost(ref, count) for ref, count in named if ref and count > 0))
