"""What the written index knows of words: how they end and where they stand, looked up once while nothing changes."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from msgspec import json

from incident_tui.journal import words

SHORT = 3
"""Letters at the beginning of a word for which the index has lists of their own."""
FEW_WORDS = 16
"""So many words with one beginning are looked for each by itself."""
FEW_PLACES = 500
"""Words with one beginning that stand in so few places altogether are put together in no time."""
NEWEST = """
    select json_group_array(place) from (
        select rowid as place from words where words match ? order by rowid desc limit ?
    )
"""
VOCABULARY = "create virtual table if not exists temp.vocabulary using fts5vocab(main, words, instance)"
NEXT_WORD = "select term from temp.vocabulary where term >= ? and term < ? limit 1"
PLACES = "select count(*) from (select 1 from temp.vocabulary where term >= ? and term < ? limit ?)"
LEAST, MOST = "0", "\U0010ffff"
"""What letters of words there are, in the order of the index."""


class Vocabulary:
    """The words in the journal as one reader finds them; `renew` comes before all else.

    A few words with one beginning, and where they stand last, are looked up once until an event is recorded or indexed:
    a word is typed letter by letter, and those that begin so become fewer.
    """

    def __init__(self, reader: sqlite3.Connection) -> None:
        self.reader = reader
        self.reach = words.Reach(None, 0)
        """How far the index and the journal have come."""
        self.tables: Sequence[str] = ()
        """Where to look for words, the newest events first."""
        self._endings: dict[str, list[str]] = {}
        self._newest: dict[tuple[str, int], list[int]] = {}

    def renew(self) -> None:
        """Go on with what was recorded since."""
        reach = words.reach(self.reader)
        self.tables = words.tables(self.reader, reach)
        if reach != self.reach:
            self.reach = reach
            self._endings.clear()
            self._newest.clear()

    def quick(self, typed: Sequence[str]) -> str | None:
        """A search for words that FTS5 answers at once; None where it may take long."""
        beginning = typed[-1].lower()
        if len(beginning) <= SHORT:
            return match_expression(" ".join(typed))
        named = self.few(typed)
        if named is None and beginning.isascii():
            self.reader.execute(VOCABULARY)
            (places,) = self.reader.execute(PLACES, (beginning, beginning + MOST, FEW_PLACES)).fetchone()
            return match_expression(" ".join(typed)) if places < FEW_PLACES else None
        return named

    def few(self, typed: Sequence[str]) -> str | None:
        """A search for FTS5 that names every word with which the last may end; None where it is short, or has too many.

        The places of words that are named are read from their ends. Those of an unfinished one are first put together,
        which takes a hundredth of a second where they are in every sixth of a million lines.
        """
        if not (typed and all(word.isascii() and word.isalnum() for word in typed) and len(typed[-1]) > SHORT):
            return None
        *whole, beginning = [word.lower() for word in typed]
        found = self._words_with(beginning)
        if len(found) > FEW_WORDS:
            return None
        ends = " OR ".join(f'"{word}"' for word in found) or '""'
        return " AND ".join([*(f'"{word}"' for word in whole), f"({ends})"])

    def newest(self, expression: str, most: int) -> Sequence[int]:
        """The newest places at which a search finds something, newest first."""
        known = self._newest.get((expression, most))
        if known is None:
            (found,) = self.reader.execute(NEWEST, (expression, most)).fetchone()
            known = self._newest[expression, most] = json.decode(found, type=list[int])
        return known

    def _words_with(self, beginning: str) -> list[str]:
        """All words with a beginning, or more than FEW_WORDS of them."""
        for letters in range(len(beginning), SHORT, -1):
            known = self._endings.get(beginning[:letters])
            if known is not None:
                return [word for word in known if word.startswith(beginning)]
        found = self._looked_up(beginning)
        if len(found) <= FEW_WORDS:
            self._endings[beginning] = found
        return found

    def _looked_up(self, beginning: str) -> list[str]:
        self.reader.execute(VOCABULARY)
        least, found = beginning, list[str]()
        while row := self.reader.execute(NEXT_WORD, (least, beginning + MOST)).fetchone():
            found.append(row[0])
            least = found[-1] + LEAST
            if len(found) > FEW_WORDS:
                break
        return found


def match_expression(text: str) -> str:
    """A search as FTS5 reads it: every word must occur, the last may be unfinished. No operator can slip in.

    Quoted words are cut by FTS5 itself, the way it cuts the texts; a NUL would end the whole expression.
    """
    plain = text.encode("utf-8", "replace").decode().replace('"', " ").replace("\0", " ")
    return " ".join(f'"{word}"' for word in plain.split()) + "*" if plain.strip() else '""'
