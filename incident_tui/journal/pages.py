"""Log lines by page: the newest, those before or after one, by kind, by words, up to a moment."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from msgspec import Struct

from incident_tui.domain.lines import MAIN_KINDS
from incident_tui.journal.codec import Row

FEW_KINDS = 5
MOST_HITS = 5_000
"""So many of the newest lines that hold some words are found: nobody reads on, and one letter is in most lines."""
ROW = ", ".join(f"events.{name}" for name in Row._fields)
HITS = """
    select lines.id as line
    from words cross join events on events.seq = words.rowid
    cross join lines on lines.incident = events.incident and lines.id =
        case events.kind when 'entry.amended' then json_extract(events.body, '$.entry') else events.id end
    where words match :words and events.incident = :incident and (:upto = '' or events.id <= :upto) and {where}
    order by words.rowid desc limit :most
"""


class Lines(Struct, frozen=True):
    """Which lines of an incident: of some kinds, holding `words`, out of `only` these ids, recorded until `upto`."""

    incident: str
    kinds: tuple[str, ...] = MAIN_KINDS
    words: str = ""
    only: tuple[str, ...] | None = None
    upto: str = ""


def page(reader: sqlite3.Connection, query: Lines, before: str, after: str, limit: int) -> list[Row]:
    """Up to `limit` rows, oldest first: right before one id, right after one, or the newest."""
    forward = bool(after)
    whole = query.words or len(query.kinds) > FEW_KINDS
    kinds = [query.kinds] if whole else [(kind,) for kind in query.kinds]
    found: list[Row] = []
    for some in kinds:
        found += _some(reader, query, some, before, after, limit)
    found.sort()
    return found[:limit] if forward else found[-limit:]


def _some(
    reader: sqlite3.Connection, query: Lines, kinds: Sequence[str], before: str, after: str, limit: int
) -> list[Row]:
    """The rows of `kinds`. One kind is found through its own index, many by walking the incident's lines."""
    order = "asc" if after else "desc"
    hint = "indexed by lines_by_kind" if len(kinds) == 1 else "not indexed"
    where, values = _where(query, kinds)
    bounds = [*(["line < :before"] if before else ()), *(["line > :after"] if after else ())]
    place = " and ".join(bounds) or "true"
    if query.words:
        found = f"select distinct line from ({HITS.format(where=where)}) where {place}"
    else:
        found = f"select lines.id as line from lines {hint} where {where} and {place}"
    text = f"select {ROW} from ({found} order by line {order} limit :limit) join events on events.id = line"
    rows = reader.execute(text, {**values, "before": before, "after": after, "limit": limit})
    return [Row(*row) for row in rows]


def count(reader: sqlite3.Connection, query: Lines) -> int:
    """How many lines there are, those that hold words up to MOST_HITS; without a condition from the kept tallies."""
    where, values = _where(query, query.kinds)
    if query.words:
        text = f"select count(distinct line) from ({HITS.format(where=where)})"
    elif query.only is not None or query.upto:
        text = f"select count(*) from lines where {where}"
    else:
        marks = ", ".join(f":kind{number}" for number in range(len(query.kinds)))
        text = f"select coalesce(sum(number), 0) from tallies where incident = :incident and kind in ({marks})"
    (number,) = reader.execute(text, values).fetchone()
    return int(number)


def _where(query: Lines, kinds: Sequence[str]) -> tuple[str, dict[str, str | int]]:
    """What the lines have to be, and the values of that and of HITS."""
    values: dict[str, str | int] = {f"kind{number}": kind for number, kind in enumerate(kinds)}
    where = ["lines.incident = :incident", f"lines.kind in ({', '.join(':' + name for name in values)})"]
    values |= {"incident": query.incident, "upto": query.upto, "most": MOST_HITS}
    if query.words:
        values["words"] = match_expression(query.words)
    if query.only is not None:
        chosen = {f"only{number}": identifier for number, identifier in enumerate(query.only)}
        where.append(f"lines.id in ({', '.join(':' + name for name in chosen)})")
        values |= chosen
    if query.upto:
        where.append("lines.id <= :upto")
    return " and ".join(where), values


def match_expression(text: str) -> str:
    """A search as FTS5 reads it: every word must occur, the last may be unfinished. No operator can slip in.

    Quoted words are cut by FTS5 itself, the way it cuts the texts; a NUL would end the whole expression.
    """
    plain = text.encode("utf-8", "replace").decode().replace('"', " ").replace("\0", " ")
    return " ".join(f'"{word}"' for word in plain.split()) + "*" if plain.strip() else '""'
