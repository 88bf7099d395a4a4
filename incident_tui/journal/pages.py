"""Log lines by page: the newest, those before or after one, by kind, by words, up to a moment."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from msgspec import Struct

from incident_tui.domain.lines import MAIN_KINDS
from incident_tui.journal.codec import Row

FEW_KINDS = 4
ROW = ", ".join(f"events.{name}" for name in Row._fields)
MATCHES = """
    select case kind when 'entry.amended' then json_extract(body, '$.entry') else id end
    from words cross join events on events.seq = words.rowid where words match :words and incident = :incident
    and (:upto = '' or id <= :upto)
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
    kinds = [query.kinds] if len(query.kinds) > FEW_KINDS else [(kind,) for kind in query.kinds]
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
    where, values = _where(query, kinds)
    if before:
        where.append("lines.id < :before")
    if after:
        where.append("lines.id > :after")
    index = "lines_by_kind" if len(kinds) == 1 else "lines"
    hint = "indexed by lines_by_kind" if index == "lines_by_kind" else "not indexed"
    text = f"""
        select {ROW} from (
            select lines.id as line from lines {hint} where {" and ".join(where)} order by lines.id {order} limit :limit
        ) join events on events.id = line
    """
    rows = reader.execute(text, {**values, "before": before, "after": after, "limit": limit})
    return [Row(*row) for row in rows]


def count(reader: sqlite3.Connection, query: Lines) -> int:
    """How many lines there are; without words or other conditions this is read from the kept tallies."""
    marks = ", ".join(f":kind{number}" for number in range(len(query.kinds)))
    where, values = _where(query, query.kinds)
    if query.words or query.only is not None or query.upto:
        text = f"select count(*) from lines where {' and '.join(where)}"
    else:
        text = f"select coalesce(sum(number), 0) from tallies where incident = :incident and kind in ({marks})"
    (number,) = reader.execute(text, values).fetchone()
    return int(number)


def _where(query: Lines, kinds: Sequence[str]) -> tuple[list[str], dict[str, str]]:
    values = {f"kind{number}": kind for number, kind in enumerate(kinds)}
    where = ["lines.incident = :incident", f"lines.kind in ({', '.join(':' + name for name in values)})"]
    values |= {"incident": query.incident, "upto": query.upto}
    if query.words:
        where.append(f"lines.id in ({MATCHES})")
        values["words"] = match_expression(query.words)
    if query.only is not None:
        chosen = {f"only{number}": identifier for number, identifier in enumerate(query.only)}
        where.append(f"lines.id in ({', '.join(':' + name for name in chosen)})")
        values |= chosen
    if query.upto:
        where.append("lines.id <= :upto")
    return where, values


def match_expression(text: str) -> str:
    """A search as FTS5 reads it: every word must occur, the last may be unfinished. No operator can slip in.

    Quoted words are cut by FTS5 itself, the way it cuts the texts; a NUL would end the whole expression.
    """
    plain = text.encode("utf-8", "replace").decode().replace('"', " ").replace("\0", " ")
    return " ".join(f'"{word}"' for word in plain.split()) + "*" if plain.strip() else '""'
