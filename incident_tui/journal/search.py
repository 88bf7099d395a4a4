"""Searches over all incidents: filters choose incidents, ranked full text finds lines in them."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence

from msgspec import Struct

from incident_tui.domain.events import Event
from incident_tui.domain.lines import searchable
from incident_tui.domain.search import Query, Term, fits
from incident_tui.domain.snippets import Snippet, snippet
from incident_tui.journal import tags, words
from incident_tui.journal.codec import COLUMNS, Row, from_row
from incident_tui.journal.summaries import Summary

MOST = 1_000
"""So many lines are ranked, the newest that match: ranking all that hold a common word takes fifty times as long."""
FEW = 20
"""Of so few incidents the first and the last place in the journal are looked up, which spares all other lines."""
ROW = ", ".join(f"events.{name}" for name in COLUMNS)
RANKED = """
    select place, score, {row} from (
        select {table}.rowid as place, bm25({table}) as score from {table} {join}
        where {table} match :words {where} order by {table}.rowid desc limit :most
    ) join events on events.seq = place order by score, place desc limit :limit
"""


class Found(Struct, frozen=True):
    """An event that was found by `terms`; `rank` counts from 1, the best."""

    event: Event
    rank: int
    terms: tuple[Term, ...]

    @property
    def snippet(self) -> Snippet:
        """The part of what was written in which the terms stand; made when it is asked for."""
        return snippet(searchable(self.event.body), self.terms)


def chosen(reader: sqlite3.Connection, query: Query, items: Sequence[Summary]) -> list[Summary]:
    """The incidents that the filters let through."""
    found = [item for item in items if fits(query, item)]
    if not query.people:
        return found
    incidents = tags.with_people(reader, query.people)
    return [item for item in found if item.incident in incidents]


def search(reader: sqlite3.Connection, query: Query, items: Sequence[Summary] | None, limit: int) -> list[Found]:
    """The best lines of the incidents `items` (of all where None) that hold every term, the newest of equals first.

    Without terms it is the declaration of each incident that the filters let through.
    """
    if items is not None and not items:
        return []
    if query.terms:
        rows = _ranked(reader, query.terms, [item.incident for item in items] if items is not None else None, limit)
    else:
        rows = [row for item in (items or ())[:limit] if (row := _first(reader, item.incident)) is not None]
    return [Found(from_row(row), rank, query.terms) for rank, row in enumerate(rows, start=1)]


def expression(terms: Sequence[Term], joint: str = " ") -> str:
    """Terms as FTS5 reads them; the last may be unfinished unless it is exact. No operator can slip in.

    Quoted words are cut by FTS5 itself, the way it cuts the texts; a NUL would end the whole expression.
    """
    texts = [term.text.encode("utf-8", "replace").decode().replace('"', " ").replace("\0", " ") for term in terms]
    kept = [f'"{text}"' for text in texts if text.strip()]
    if not kept:
        return '""'
    return joint.join(kept) + ("" if terms[-1].exact else "*")


def _ranked(
    reader: sqlite3.Connection, terms: Sequence[Term], incidents: Sequence[str] | None, limit: int
) -> list[Row]:
    values: dict[str, object] = {"words": expression(terms), "most": max(MOST, limit), "limit": limit}
    join = where = ""
    if incidents is not None:
        join = "cross join events on events.seq = {table}.rowid"
        where = "and events.incident in (select value from json_each(:incidents))"
        values["incidents"] = json.dumps(list(incidents))
        if len(incidents) <= FEW:
            where += " and {table}.rowid between :first and :last"
            values["first"], values["last"] = _places(reader, incidents)
    text = RANKED.format(row=ROW, join=join, where=where, table="{table}")
    tables = words.tables(reader, words.reach(reader))
    found = {row[0]: row for table in tables for row in reader.execute(text.format(table=table), values)}
    best = sorted(found.values(), key=lambda row: (row[1], -row[0]))[:limit]
    return [Row(*row[2:]) for row in best]


def _places(reader: sqlite3.Connection, incidents: Sequence[str]) -> tuple[int, int]:
    """The first and the last place of the incidents' events in the journal."""
    ends = [
        reader.execute(f"select coalesce({end}(seq), 0) from events where incident = ?", (incident,)).fetchone()[0]
        for incident in incidents
        for end in ("min", "max")
    ]
    return min(ends), max(ends)


def _first(reader: sqlite3.Connection, incident: str) -> Row | None:
    rows = reader.execute(f"select {ROW} from events where incident = ? order by seq limit 1", (incident,))
    return next((Row(*row) for row in rows), None)
