"""Log lines by page: the newest, those before or after one, by kind, by words, up to a moment."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from msgspec import json

from incident_tui.journal.codec import Row
from incident_tui.journal.hits import MOST_HITS, hits
from incident_tui.journal.wanted import Lines, conditions

FEW_KINDS = 5
ROW = ", ".join(f"events.{name}" for name in Row._fields)


def page(reader: sqlite3.Connection, query: Lines, before: str, after: str, limit: int) -> list[Row]:
    """Up to `limit` rows, oldest first: right before one id, right after one, or the newest."""
    if query.words:
        return rows(reader, hits(reader, query, MOST_HITS).page(before, after, limit))
    forward = bool(after)
    kinds = [query.kinds] if len(query.kinds) > FEW_KINDS else [(kind,) for kind in query.kinds]
    found: list[Row] = []
    for some in kinds:
        found += _some(reader, query, some, before, after, limit)
    found.sort()
    return found[:limit] if forward else found[-limit:]


def rows(reader: sqlite3.Connection, ids: Sequence[str]) -> list[Row]:
    """Those with these ids, in their order."""
    text = f"select {ROW} from json_each(?) as wanted cross join events on events.id = wanted.value order by events.id"
    return [Row(*row) for row in reader.execute(text, (json.encode(ids).decode(),))]


def _some(
    reader: sqlite3.Connection, query: Lines, kinds: Sequence[str], before: str, after: str, limit: int
) -> list[Row]:
    """The rows of `kinds`. One kind is found through its own index, many by walking the incident's lines."""
    order = "asc" if after else "desc"
    hint = "indexed by lines_by_kind" if len(kinds) == 1 else "not indexed"
    where, values = conditions(query, kinds)
    bounds = [*(["line < :before"] if before else ()), *(["line > :after"] if after else ())]
    found = f"select lines.id as line from lines {hint} where {where} and {' and '.join(bounds) or 'true'}"
    text = f"select {ROW} from ({found} order by line {order} limit :limit) join events on events.id = line"
    rows = reader.execute(text, {**values, "before": before, "after": after, "limit": limit})
    return [Row(*row) for row in rows]


def count(reader: sqlite3.Connection, query: Lines) -> int:
    """How many lines there are, those that hold words up to MOST_HITS. An incident knows how many it has in all."""
    if query.words:
        return len(hits(reader, query, MOST_HITS).lines)
    where, values = conditions(query, query.kinds)
    (number,) = reader.execute(f"select count(*) from lines where {where}", values).fetchone()
    return int(number)
