"""Whether the journal is whole: the file, the sequence, and every chain."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from typing import NamedTuple

from incident_tui.domain.events import CommandRun, FileAttached
from incident_tui.journal.codec import COLUMNS, Row, digest
from incident_tui.journal.errors import JournalError


class Evidence(NamedTuple):
    """A file that an event names by its SHA-256; `device` recorded the event."""

    event: str
    device: str
    sha256: str


def evidence(reader: sqlite3.Connection, incident: str = "") -> list[Evidence]:
    """The files that events name, of one incident or of all, in the order of the events."""
    # A body that is no JSON is found by its hash; here it must not hide the others.
    where = " and incident = ?" if incident else ""
    text = f"""
        select id, device, cast(sha256 as text) from (
            select id, device, case when json_valid(body) then json_extract(body, '$.sha256') end as sha256
            from events where kind in (?, ?){where}
        ) where sha256 <> '' order by id
    """
    rows = reader.execute(text, (CommandRun.KIND, FileAttached.KIND, *((incident,) if incident else ())))
    return [Evidence(*row) for row in rows]


def problems(reader: sqlite3.Connection) -> list[str]:
    """One line for each thing that is wrong, the first bad event of each chain named; empty when all is well."""
    return [problem for check in (_file, _chains, _sequence) for problem in _as_far_as_possible(check, reader)]


def _as_far_as_possible(check: Callable[[sqlite3.Connection], Iterator[str]], reader: sqlite3.Connection) -> list[str]:
    """What a check finds; a file too damaged to be checked to the end is a finding too."""
    found: list[str] = []
    try:
        found.extend(check(reader))
    except sqlite3.DatabaseError as error:
        found.append(f"the file: {JournalError.of(error).reason} ({error})")
    return found


def _file(reader: sqlite3.Connection) -> Iterator[str]:
    return (f"the file: {row[0]}" for row in reader.execute("pragma integrity_check(10)") if row[0] != "ok")


def _chains(reader: sqlite3.Connection) -> Iterator[str]:
    heads: dict[tuple[str, str], str] = {}
    broken: set[tuple[str, str]] = set()
    # As bytes, because a damaged text need not be UTF-8 any more.
    columns = ", ".join(f"cast({name} as blob)" for name in COLUMNS)
    for seq, *values in reader.execute(f"select seq, {columns} from events order by incident, device, id"):
        row = Row(*(value.decode("utf-8", "surrogateescape") for value in values))
        chain = (row.incident, row.device)
        wrong = _wrong(row, heads.get(chain, ""))
        if wrong and chain not in broken:
            broken.add(chain)
            yield f"event {row.id.encode('utf-8', 'replace').decode()} (number {seq}): {wrong}"
        heads[chain] = row.hash


def _sequence(reader: sqlite3.Connection) -> Iterator[str]:
    expected = 1
    for (seq,) in reader.execute("select seq from events order by seq"):
        if seq != expected:
            yield f"events {expected} to {seq - 1} are missing"
            return
        expected += 1


def _wrong(row: Row, head: str) -> str:
    if digest(row) != row.hash:
        return "its content does not fit its hash"
    if row.prev != head:
        return "it does not follow the event before it on its device"
    return ""
