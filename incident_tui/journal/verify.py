"""Whether the journal is whole: the file, the sequence, and every chain; the first bad event of each is named."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable, Iterator
from typing import Literal, NamedTuple

from incident_tui.domain.events import CommandRun, FileAttached
from incident_tui.journal.codec import COLUMNS, Row, digest
from incident_tui.journal.errors import FAILURES, JournalError

Wrong = Literal["file", "content", "link", "order", "missing", "evidence", "kept"]
"""What is wrong: with the file, with what an event says, with what it follows, with its place, with what is gone, or
with what is only kept to be fast: see `kept`."""


class Evidence(NamedTuple):
    """A file that an event names by its SHA-256; `device` recorded the event."""

    event: str
    device: str
    sha256: str


class Problem(NamedTuple):
    """One thing that is wrong, in words; with the event (its number and id) and its chain where it is about one."""

    wrong: Wrong
    text: str
    seq: int = 0
    id: str = ""
    incident: str = ""
    device: str = ""


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


def problems(reader: sqlite3.Connection) -> list[Problem]:
    """All that is wrong, the first bad event of each chain named; empty when all is well.

    A cut end that took its traces along is not seen from inside: see `anchors`.
    """
    return [problem for check in (_file, _chains, _sequence, _ends) for problem in _as_far_as_possible(check, reader)]


def _as_far_as_possible(
    check: Callable[[sqlite3.Connection], Iterator[Problem]], reader: sqlite3.Connection
) -> Iterator[Problem]:
    """What a check finds; a file too damaged to be checked to the end is a finding too."""
    try:
        yield from check(reader)
    except FAILURES as error:
        yield Problem("file", f"the file: {JournalError.of(error).reason} ({error})")


def _file(reader: sqlite3.Connection) -> Iterator[Problem]:
    found = (str(row[0]) for row in reader.execute("pragma integrity_check(10)"))
    return (Problem("file", f"the file: {text}") for text in found if text != "ok")


def _chains(reader: sqlite3.Connection) -> Iterator[Problem]:
    heads: dict[tuple[str, str], tuple[str, str]] = {}
    broken: set[tuple[str, str]] = set()
    seq = 0
    # As bytes, because a damaged text need not be UTF-8 any more; from the table itself, not from a copy in an index.
    columns = ", ".join(f"cast({name} as blob)" for name in COLUMNS)
    try:
        for seq, *values in reader.execute(f"select seq, {columns} from events not indexed order by seq"):
            row = Row(*((value or b"").decode("utf-8", "surrogateescape") for value in values))
            chain = (row.incident, row.device)
            wrong = None if chain in broken else _wrong(reader, row, seq, *heads.get(chain, ("", "")))
            if wrong:
                broken.add(chain)
                yield _problem(row, seq, *wrong)
            heads[chain] = (row.id, row.hash)
    except FAILURES as error:
        yield Problem("missing", f"event number {seq + 1} cannot be read ({error})", seq + 1)


def _problem(row: Row, seq: int, wrong: Wrong, why: str) -> Problem:
    identifier, incident, device = (
        text.encode("utf-8", "replace").decode() for text in (row.id, row.incident, row.device)
    )
    return Problem(wrong, f"event {identifier} (number {seq}): {why}", seq, identifier, incident, device)


def _wrong(reader: sqlite3.Connection, row: Row, seq: int, before: str, head: str) -> tuple[Wrong, str] | None:
    """What is wrong with an event that comes after `before` on its device, whose hash is `head`."""
    if digest(row, hashlib.sha256) != row.hash:
        return "content", "its content does not fit its hash"
    if row.prev != head:
        return _astray(reader, row, seq)
    if row.id <= before:
        return "order", f"it has an earlier id than {before}, which it follows"
    return None


def _astray(reader: sqlite3.Connection, row: Row, seq: int) -> tuple[Wrong, str]:
    """Why an event, whole in itself, does not follow the one before it."""
    where = "where incident = ? and device = ? and hash = ?"
    found = reader.execute(f"select seq from events {where}", (row.incident, row.device, row.prev)).fetchone()
    if row.prev and found is None:
        return "missing", "the event before it on its device is missing"
    if found is not None and found[0] > seq:
        return "order", f"it came before number {found[0]}, which it follows"
    return "link", "it does not follow the event before it on its device"


def _sequence(reader: sqlite3.Connection) -> Iterator[Problem]:
    expected = 1
    for (seq,) in reader.execute("select seq from events order by seq"):
        if seq != expected:
            yield Problem("missing", f"events {expected} to {seq - 1} are missing", expected)
            return
        expected += 1


def _ends(reader: sqlite3.Connection) -> Iterator[Problem]:
    """The list of incidents counts their events; one who cuts off an end may not have thought of that."""
    text = """
        select incident, ref, version, (select count(*) from events where events.incident = incidents.incident) as here
        from incidents where version > here order by ref
    """
    for incident, ref, version, here in reader.execute(text):
        yield Problem("missing", f"{ref}: {version - here} of {version} events are missing", incident=incident)
