"""Log lines by words: the newest that hold them, at once where that takes a moment, else in any thread."""

from __future__ import annotations

import contextlib
import sqlite3
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct, json
from msgspec.structs import replace

from incident_tui.journal import words
from incident_tui.journal.connection import open_to_read
from incident_tui.journal.errors import FAILURES, JournalError, worded
from incident_tui.journal.vocabulary import Vocabulary, match_expression
from incident_tui.journal.wanted import Lines, conditions

MOST_HITS = 5_000
"""So many of the newest lines that hold some words are found: nobody reads on, and one letter is in most lines."""
FEW_EVENTS = 50_000
"""Among so many, two words are looked for at once: as long as they do not meet, each event with one is compared."""
NEAR_PLACES = 128
"""Of more, only so many of the newest places of each word, which is enough for a page where the words meet often."""
MOMENT = 20_000
"""Steps of SQLite's machine: a page of hits takes a few thousand, and all of them about a millisecond."""
# All in one row, because of each row a thread would wait for its turn. The plus signs keep from looking through `lines`
# once for each kind, which takes seven times as long.
HITS = """
    select json_group_array(line) from (
        select lines.id as line
        from {source}
        cross join lines on lines.incident = events.incident and lines.id =
            case events.kind when 'entry.amended' then json_extract(events.body, '$.entry') else events.id end
        where {found} and events.incident = :incident and (:upto = '' or events.id <= :upto) and {where}
        order by {place} desc limit :most
    )
"""
BY_WORDS = {
    "source": "{table} cross join events on events.seq = {table}.rowid",
    "found": """
        {table} match :words
        and {table}.rowid >= (select min(seq) from events where incident = :incident)
        and {table}.rowid <= (select max(seq) from events where incident = :incident)
    """,
    "place": "{table}.rowid",
}
AT_PLACES = {
    "source": "json_each(:places) as known cross join events on events.seq = known.value",
    "found": "true",
    "place": "events.seq",
}


class Hits(Struct, frozen=True):
    """The ids of the lines that hold some words, oldest first; `more` when older ones may hold them too, even if none
    is here.
    """

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
        self._near: Vocabulary | None = None
        self._far: sqlite3.Connection | None = None
        self._in_vain: tuple[words.Reach, Lines] | None = None
        """With what nothing at all was found, when the journal had come so far."""

    def glance(self, query: Lines, most: int) -> Hits | None:
        """The newest lines that hold the words, `most` of them or what was found in a moment, and then there is `more`.

        None where nothing is to be had at once, or at all.
        """
        typed = query.words.split()
        if not typed or not all(word.isalnum() for word in typed):
            return None
        with contextlib.suppress(*FAILURES, JournalError, OSError):
            if self._near is None:
                self._near = Vocabulary(open_to_read(self._path))
            self._near.reader.set_progress_handler(None, MOMENT)
            self._near.renew()  # what is newest is indexed once, however long it takes
            in_vain = self._in_vain  # once: the thread may find something else in vain meanwhile
            if in_vain is not None and self._near.reach == in_vain[0] and _goes_on(query, in_vain[1]):
                return Hits([])
            # Steps are counted on from what a statement took before, so that the first call may come at any time.
            calls = iter((False,))
            self._near.reader.set_progress_handler(lambda: next(calls, True), MOMENT)
            found = _at_once(self._near, query, typed, most)
            self._remember(self._near.reach, query, found)
            return found
        return None

    def hits(self, query: Lines, most: int) -> Hits:
        """The newest `most` lines that hold the words. Raises JournalError, also when it is stopped."""
        try:
            with contextlib.closing(open_to_read(self._path)) as self._far:
                reach = words.reach(self._far)  # first: what comes after it may be among what is found
                found = hits(self._far, query, most)
        except (*FAILURES, JournalError, OSError) as error:
            raise worded(error) from error
        self._remember(reach, query, found)
        return found

    def stop(self) -> None:
        """Break off what is looked for in a thread, if anything is."""
        if self._far is not None:
            with contextlib.suppress(sqlite3.ProgrammingError):  # it has just come to its end
                self._far.interrupt()

    def close(self) -> None:
        """Look for nothing more."""
        self.stop()
        if self._near is not None:
            self._near.reader.close()

    def _remember(self, reach: words.Reach, query: Lines, found: Hits | None) -> None:
        if found is not None and not found.lines and not found.more:
            self._in_vain = (reach, query)


def hits(reader: sqlite3.Connection, query: Lines, most: int) -> Hits:
    """The lines that hold the words, of the newest `most` that do; one that was amended counts as often as it does."""
    known = Vocabulary(reader)
    known.renew()
    return _found(known, query, most, known.few(query.words.split()))


def _found(known: Vocabulary, query: Lines, most: int, sought: str | None, places: Sequence[int] | None = None) -> Hits:
    """In the written index it looks for what is `sought`, or only at these `places`, where that is known."""
    where, values = conditions(query, query.kinds, "+")
    values["places"] = "" if places is None else json.encode(places).decode()
    lines: list[str] = []
    for table in known.tables:
        at_places = places is not None and table == words.INDEX
        text = HITS.format(**(AT_PLACES if at_places else BY_WORDS), where=where)
        named = sought if table == words.INDEX else None
        values |= {"words": named or match_expression(query.words), "most": most - len(lines)}
        (found,) = known.reader.execute(text.format(table=table), values).fetchone()
        lines += json.decode(found)
    return Hits(sorted(set(lines)), len(lines) >= most)


def _at_once(known: Vocabulary, query: Lines, typed: Sequence[str], most: int) -> Hits | None:
    if known.reach.last * (len(typed) - 1) <= FEW_EVENTS:
        whole = known.quick(typed)
        return _found(known, query, most, whole) if whole else None
    ending = known.quick(typed[-1:])
    if not ending:
        return None
    sought = [*(f'"{word}"' for word in typed[:-1]), ending]
    newest = [known.newest(expression, NEAR_PLACES) for expression in sought]
    if any(not places and not word.isascii() for word, places in zip(typed, newest, strict=True)):
        return None  # perhaps no word to FTS5, which the full search passes over
    if any(len(places) < NEAR_PLACES for places in newest):
        # From each place of a rare word FTS5 skips all places of the others up to there.
        return _found(known, query, most, f"{' '.join(sought[:-1])} AND {ending}")
    if most > NEAR_PLACES:
        return None
    since = max(places[-1] for places in newest)
    meeting = sorted(place for place in set(newest[0]).intersection(*newest[1:]) if place >= since)
    # There may be more where nobody has looked yet, even where none was found.
    return Hits(_found(known, query, most, None, meeting[-most:]).lines, more=True)


def _goes_on(query: Lines, before: Lines) -> bool:
    """Whether a query only says more than one before, and so can find nothing else."""
    plain = all(word.isascii() and word.isalnum() for word in before.words.split())
    return plain and query.words.startswith(before.words) and replace(query, words=before.words) == before
