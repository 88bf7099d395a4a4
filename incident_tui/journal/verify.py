"""Whether the journal is whole: the file, the sequence, and every chain."""

from __future__ import annotations

import sqlite3

from incident_tui.journal.codec import COLUMNS, Row, digest


def problems(reader: sqlite3.Connection) -> list[str]:
    """One line for each thing that is wrong, the first bad event of each chain named; empty when all is well."""
    found = [f"the file: {row[0]}" for row in reader.execute("pragma integrity_check(10)") if row[0] != "ok"]
    expected = 1
    heads: dict[tuple[str, str], str] = {}
    broken: set[tuple[str, str]] = set()
    query = f"select seq, {', '.join(COLUMNS)} from events order by incident, device, id"
    for seq, *columns in reader.execute(query):
        row = Row(*columns)
        chain = (row.incident, row.device)
        wrong = _wrong(row, heads.get(chain, ""))
        if wrong and chain not in broken:
            broken.add(chain)
            found.append(f"event {row.id} (number {seq}): {wrong}")
        heads[chain] = row.hash
    for (seq,) in reader.execute("select seq from events order by seq"):
        if seq != expected:
            found.append(f"events {expected} to {seq - 1} are missing")
            break
        expected += 1
    return found


def _wrong(row: Row, head: str) -> str:
    if digest(row) != row.hash:
        return "its content does not fit its hash"
    if row.prev != head:
        return "it does not follow the event before it on its device"
    return ""
