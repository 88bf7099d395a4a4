"""The part of a text in which a search found its words, and where they stand in it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final

from msgspec import Struct

from incident_tui.domain.search import Term
from incident_tui.domain.text import clean_line

WIDTH: Final = 140
AHEAD: Final = 16
"""So many characters are shown before the first word that was found."""
LONGEST: Final = 20_000
"""So many characters of a text are looked through: what stands after them is shown by opening it."""
MOST_MARKS: Final = 100
_WORD: Final = re.compile(r"(?:[^\W_]|[\u0300-\u036f])+")
_SPAN = tuple[int, int]


class Snippet(Struct, frozen=True):
    """One clean line; `marks` are where what was looked for begins and ends in it, in order."""

    text: str
    marks: tuple[tuple[int, int], ...] = ()

    def parts(self) -> Iterator[tuple[str, bool]]:
        """The line cut into pieces, each with whether it is marked."""
        at = 0
        for start, end in self.marks:
            if start > at:
                yield self.text[at:start], False
            yield self.text[start:end], True
            at = end
        if at < len(self.text):
            yield self.text[at:], False

    def marked(self, before: str = "[", after: str = "]") -> str:
        """The line with marks as text."""
        return "".join(f"{before}{text}{after}" if found else text for text, found in self.parts())


def snippet(text: str, terms: Sequence[Term], width: int = WIDTH) -> Snippet:
    """The part of `text` with the most of `terms`, in about `width` characters; its beginning where there are none."""
    line, terms = " ".join(clean_line(text[:LONGEST]).split()), tuple(dict.fromkeys(terms))
    words = [(found.start(), found.end(), folded(found[0])) for found in _WORD.finditer(line)]
    found = [(span, number) for number, span in _spans(words, terms)]
    found.sort()
    del found[MOST_MARKS:]
    if not found:
        return Snippet(line if len(line) <= width else line[: width - 1].rstrip() + "…")
    start = _best_start(found, line, width)
    end = len(line) if len(line) - start <= width else _last_blank(line, start, start + width)
    head, tail = ("… " if start else ""), (" …" if end < len(line) else "")
    shift = len(head) - start
    marks = _merged((a + shift, min(b, end) + shift) for (a, b), _ in found if start <= a < end)
    return Snippet(f"{head}{line[start:end].rstrip()}{tail}", marks)


@lru_cache(maxsize=4096)
def folded(word: str) -> str:
    """A word as the index compares it: small, without accents."""
    if word.isascii():
        return word.lower()
    apart = unicodedata.normalize("NFKD", word.casefold())
    return "".join(sign for sign in apart if not unicodedata.combining(sign))


def words_of(text: str) -> list[str]:
    """The words of a text, as they are compared."""
    return [folded(word) for word in _WORD.findall(text)]


def _spans(words: Sequence[tuple[int, int, str]], terms: Sequence[Term]) -> Iterator[tuple[int, _SPAN]]:
    """Where each term stands, with its number; a term of several words stands where they follow each other."""
    places: dict[str, list[int]] = {}
    for at, (_, _, key) in enumerate(words):
        places.setdefault(key, []).append(at)
    for number, term in enumerate(terms):
        wanted = words_of(term.text)
        if not wanted:
            continue
        open_ended = not term.exact and number == len(terms) - 1
        ends = [key for key in places if key.startswith(wanted[-1])] if open_ended else wanted[-1:]
        for end in (at for key in ends for at in places.get(key, ())):
            start = end - len(wanted) + 1
            if start >= 0 and [key for _, _, key in words[start:end]] == wanted[:-1]:
                yield number, (words[start][0], words[end][1])


def _best_start(found: Sequence[tuple[_SPAN, int]], line: str, width: int) -> int:
    """Where the part begins that has the most different terms, the first of several."""
    if len(line) <= width:
        return 0
    best, most = 0, 0
    for (start, _), _number in found:
        inside = {number for (a, b), number in found if a >= start and b <= start - AHEAD + width}
        if len(inside) > most:
            best, most = start, len(inside)
    if best <= AHEAD:
        return 0
    blank = line.find(" ", best - AHEAD, best)
    return blank + 1 if blank >= 0 else best


def _last_blank(line: str, start: int, end: int) -> int:
    blank = line.rfind(" ", start + (end - start) // 2, end + 1)
    return blank if blank > start else end


def _merged(spans: Iterator[_SPAN]) -> tuple[_SPAN, ...]:
    """Spans that touch or overlap as one."""
    found: list[_SPAN] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return tuple(found)
