"""Log lines by page: the newest, those before or after one, by kind, by words, up to a moment."""

from __future__ import annotations

import contextlib
import sqlite3
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct, json

from incident_tui.domain.lines import MAIN_KINDS
from incident_tui.journal import words
from incident_tui.journal.codec import Row
from incident_tui.journal.connection import open_to_read
from incident_tui.journal.errors import FAILURES, worded

FEW_KINDS = 5
MOST_HITS = 5_000
"""So many of the newest lines that hold some words are found: nobody reads on, and one letter is in most lines."""
SHORT = 3
"""Letters at the beginning of a word for which the index has lists of their own."""
FEW_WORDS = 16
"""So many words with one beginning are looked for each by itself."""
FEW_EVENTS = 50_000
"""Among so many, two words are looked for at once: as long as they do not meet, each event with one is compared."""
MOMENT = 20_000
"""Steps of SQLite's machine: a page of hits takes a few thousand, and all of them about a millisecond."""
ROW = ", ".join(f"events.{name}" for name in Row._fields)
# All in one row, because of each row a thread would wait for its turn. The plus signs keep from looking through `lines`
# once for each kind, which takes seven times as long.
HITS = """
    select json_group_array(line) from (
        select lines.id as line
        from {table} cross join events on events.seq = {table}.rowid
        cross join lines on lines.incident = events.incident and lines.id =
            case events.kind when 'entry.amended' then json_extract(events.body, '$.entry') else events.id end
        where {table} match :words and events.incident = :incident and (:upto = '' or events.id <= :upto)
            and {table}.rowid >= (select min(seq) from events where incident = :incident)
            and {table}.rowid <= (select max(seq) from events where incident = :incident)
            and {where}
        order by {table}.rowid desc limit :most
    )
"""

NEXT_WORD = "select term from temp.vocabulary where term >= ? and term < ? limit 1"
LEAST, MOST = "0", "\U0010ffff"
"""What letters of words there are, in the order of the index."""


class Lines(Struct, frozen=True):
    """Which lines of an incident: of some kinds, holding `words`, out of `only` these ids, recorded until `upto`."""

    incident: str
    kinds: tuple[str, ...] = MAIN_KINDS
    words: str = ""
    only: tuple[str, ...] | None = None
    upto: str = ""


class Hits(Struct, frozen=True):
    """The ids of the lines that hold some words, oldest first; `more` when older ones may hold them too."""

    lines: Sequence[str] = ()
    more: bool = False

    def page(self, before: str, after: str, limit: int) -> Sequence[str]:
        """Up to `limit` of them: right before one id, right after one, or the newest."""
        start = bisect_right(self.lines, after) if after else 0
        end = bisect_left(self.lines, before) if before else len(self.lines)
        return self.lines[start : min(start + limit, end)] if after else self.lines[max(0, end - limit) : end]


class Seeker:
    """Finds lines by words beside whatever else is read; where it may take long, in any thread till it is stopped."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._near: sqlite3.Connection | None = None
        self._far: sqlite3.Connection | None = None

    def glance(self, query: Lines, most: int) -> Hits | None:
        """The newest `most` lines that hold the words; None where they are not to be had at once, or at all."""
        typed = query.words.split()
        if not typed or not all(word.isalnum() for word in typed):
            return None
        with contextlib.suppress(*FAILURES, OSError):
            if self._near is None:
                self._near = open_to_read(self._path)
            self._near.set_progress_handler(None, MOMENT)
            words.tables(self._near)  # what is newest is indexed once, however long it takes
            # Steps are counted on from what a statement took before, so that the first call may come at any time.
            calls = iter((False,))
            self._near.set_progress_handler(lambda: next(calls, True), MOMENT)
            if len(typed[-1]) > SHORT and _few(self._near, typed) is None:
                return None
            (last,) = self._near.execute("select coalesce(max(seq), 0) from events").fetchone()
            if last * (len(typed) - 1) <= FEW_EVENTS:
                return hits(self._near, query, most)
        return None

    def hits(self, query: Lines, most: int) -> Hits:
        """The newest `most` lines that hold the words. Raises JournalError, also when it is stopped."""
        try:
            with contextlib.closing(open_to_read(self._path)) as self._far:
                return hits(self._far, query, most)
        except (*FAILURES, OSError) as error:
            raise worded(error) from error

    def stop(self) -> None:
        """Break off what is looked for in a thread, if anything is."""
        if self._far is not None:
            with contextlib.suppress(sqlite3.ProgrammingError):  # it has just come to its end
                self._far.interrupt()

    def close(self) -> None:
        """Look for nothing more."""
        self.stop()
        if self._near is not None:
            self._near.close()


def hits(reader: sqlite3.Connection, query: Lines, most: int) -> Hits:
    """The lines that hold the words, of the newest `most` that do; one that was amended counts as often as it does."""
    where, values = _where(query, query.kinds, "+")
    lines: list[str] = []
    for table in words.tables(reader):
        named = _few(reader, query.words.split()) if table == words.INDEX else None
        values |= {"words": named or match_expression(query.words), "most": most - len(lines)}
        (found,) = reader.execute(HITS.format(table=table, where=where), values).fetchone()
        lines += json.decode(found)
    return Hits(sorted(set(lines)), len(lines) >= most)


def page(reader: sqlite3.Connection, query: Lines, before: str, after: str, limit: int) -> list[Row]:
    """Up to `limit` rows, oldest first: right before one id, right after one, or the newest."""
    if query.words:
        return _rows(reader, hits(reader, query, MOST_HITS).page(before, after, limit))
    forward = bool(after)
    kinds = [query.kinds] if len(query.kinds) > FEW_KINDS else [(kind,) for kind in query.kinds]
    found: list[Row] = []
    for some in kinds:
        found += _some(reader, query, some, before, after, limit)
    found.sort()
    return found[:limit] if forward else found[-limit:]


def _rows(reader: sqlite3.Connection, ids: Sequence[str]) -> list[Row]:
    text = f"select {ROW} from json_each(?) as wanted cross join events on events.id = wanted.value order by events.id"
    return [Row(*row) for row in reader.execute(text, (json.encode(ids).decode(),))]


def _some(
    reader: sqlite3.Connection, query: Lines, kinds: Sequence[str], before: str, after: str, limit: int
) -> list[Row]:
    """The rows of `kinds`. One kind is found through its own index, many by walking the incident's lines."""
    order = "asc" if after else "desc"
    hint = "indexed by lines_by_kind" if len(kinds) == 1 else "not indexed"
    where, values = _where(query, kinds)
    bounds = [*(["line < :before"] if before else ()), *(["line > :after"] if after else ())]
    found = f"select lines.id as line from lines {hint} where {where} and {' and '.join(bounds) or 'true'}"
    text = f"select {ROW} from ({found} order by line {order} limit :limit) join events on events.id = line"
    rows = reader.execute(text, {**values, "before": before, "after": after, "limit": limit})
    return [Row(*row) for row in rows]


def count(reader: sqlite3.Connection, query: Lines) -> int:
    """How many lines there are, those that hold words up to MOST_HITS; without a condition from the kept tallies."""
    if query.words:
        return len(hits(reader, query, MOST_HITS).lines)
    where, values = _where(query, query.kinds)
    if query.only is not None or query.upto:
        text = f"select count(*) from lines where {where}"
    else:
        marks = ", ".join(f":kind{number}" for number in range(len(query.kinds)))
        text = f"select coalesce(sum(number), 0) from tallies where incident = :incident and kind in ({marks})"
    (number,) = reader.execute(text, values).fetchone()
    return int(number)


def _where(query: Lines, kinds: Sequence[str], sign: str = "") -> tuple[str, dict[str, str | int]]:
    """What the lines have to be, with a `sign` before what must not choose an index, and the values of that."""
    values: dict[str, str | int] = {f"kind{number}": kind for number, kind in enumerate(kinds)}
    where = ["lines.incident = :incident", f"{sign}lines.kind in ({', '.join(':' + name for name in values)})"]
    values |= {"incident": query.incident, "upto": query.upto}
    if query.only is not None:
        chosen = {f"only{number}": identifier for number, identifier in enumerate(query.only)}
        where.append(f"{sign}lines.id in ({', '.join(':' + name for name in chosen)})")
        values |= chosen
    if query.upto:
        where.append("lines.id <= :upto")
    return " and ".join(where), values


def _few(reader: sqlite3.Connection, words: Sequence[str]) -> str | None:
    """A search for FTS5 that names every word with which the last may end; None where it is short, or has too many.

    The places of words that are named are read from their ends. Those of an unfinished one are first put together,
    which takes a hundredth of a second where they are in every sixth of a million lines.
    """
    if not (words and all(word.isascii() and word.isalnum() for word in words) and len(words[-1]) > SHORT):
        return None
    reader.execute("create virtual table if not exists temp.vocabulary using fts5vocab(main, words, instance)")
    *whole, beginning = [word.lower() for word in words]
    least, found = beginning, list[str]()
    while row := reader.execute(NEXT_WORD, (least, beginning + MOST)).fetchone():
        found.append(row[0])
        least = found[-1] + LEAST
        if len(found) > FEW_WORDS:
            return None
    ends = " OR ".join(f'"{word}"' for word in found) or '""'
    return " AND ".join([*(f'"{word}"' for word in whole), f"({ends})"])


def match_expression(text: str) -> str:
    """A search as FTS5 reads it: every word must occur, the last may be unfinished. No operator can slip in.

    Quoted words are cut by FTS5 itself, the way it cuts the texts; a NUL would end the whole expression.
    """
    plain = text.encode("utf-8", "replace").decode().replace('"', " ").replace("\0", " ")
    return " ".join(f'"{word}"' for word in plain.split()) + "*" if plain.strip() else '""'
