"""The one door to lines: text in spans, measured in cells, fitted and wrapped. What paints them is `strips`."""

import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Final

from rich.cells import cell_len, split_graphemes

from incident_tui.domain.text import clean

Span = tuple[str, str]
"""Text and the name of its tone."""

Line = tuple[Span, ...]
"""Spans from left to right."""

TONES: Final = (
    "",
    "muted",
    "strong",
    "good",
    "warn",
    "bad",
    "info",
    "accent",
    "theory",
    "decision",
    "action",
    "key",
    "replay",
    "drill",
)
"""Every tone there is; a tone is a meaning, and `tones` gives it a colour of the theme."""

ELLIPSIS: Final = "…"
TAB_CELLS: Final = 8
NARROWEST_WRAP: Final = 2  # one wide character


def plain(line: Line) -> str:
    """The text of a line without its tones, as it would be painted."""
    return "".join(text for text, _tone in _clean(line))


def width(line: Line) -> int:
    """The number of cells a line takes when painted."""
    return _measure(_clean(line))


def is_narrow(line: Line) -> bool:
    """Whether each character of the line surely takes one cell, so that there is nothing to measure."""
    return _NARROW.fullmatch("".join([text for text, _tone in line])) is not None


def fit(line: Line, cells: int) -> Line:
    """The line cropped to at most `cells` cells; what was cropped ends with "…"."""
    return _fitted(line, cells)[0]


def pad(line: Line, cells: int) -> Line:
    """The line cropped or filled with spaces to exactly `cells` cells."""
    line, taken = _fitted(line, cells)
    return (*line, *_blank(cells - taken)) if taken < cells else line


def sides(left: Line, right: Line, cells: int) -> Line:
    """`left` and `right` at the two ends of exactly `cells` cells; `right` is kept, `left` is cropped."""
    right, taken = _fitted(right, cells)
    room = cells - taken
    left, taken = _fitted(left, room - 1 if right else room)
    return (*left, *_blank(room - taken), *right)


def bar(done: float, cells: int, tone: str) -> Line:
    """A thin progress bar of `cells` cells, of which the part `done` (0 to 1) is filled."""
    filled = round(min(max(done, 0.0), 1.0) * cells)
    parts = (("━" * filled, tone), ("━" * (cells - filled), "muted"))
    return tuple(part for part in parts if part[0])


def beside(parts: Sequence[Line], cells: int, gap: int = 3) -> tuple[Line, list[range]]:
    """As many whole parts as fit into `cells` cells, `gap` cells apart, and the cells that each one takes."""
    row: Line = ()
    places: list[range] = []
    start = 0
    for part in map(_clean, parts):
        end = start + _measure(part)
        if end > cells:
            break
        row = (*row, *_blank(start - (places[-1].stop if places else 0)), *part)
        places.append(range(start, end))
        start = end + gap
    return row, places


def wrap(line: Line, cells: int, indent: int = 0) -> list[Line]:
    """The line broken between words (and inside words longer than a row) into rows of at most `cells` cells.

    Rows after the first hang by `indent` cells. A newline in the text starts a new row. There is always
    at least one row.
    """
    if cells < NARROWEST_WRAP:
        return [fit(line, cells)]
    if is_narrow(line) and sum([len(text) for text, _tone in line]) <= cells:
        return [_joined(_clean(line))]
    hang = _blank(min(indent, cells - NARROWEST_WRAP))
    rows: list[Line] = []
    for part in _parts(line):
        for row in _rows(_clean(part), cells, cells - _measure(hang) if rows else cells, _measure(hang)):
            rows.append(_joined((*hang, *row) if rows and row else row))
    return rows


_NARROW = re.compile("[ -~\u00a0-\u00ac\u00ae-\u02ff\u2190-\u22ff\u2500-\u25fc★♥✉✓✚]*")
"""Text of which each character takes one cell, whatever stands beside it: ASCII, Latin, arrows, blocks, our glyphs."""
_WORDS = re.compile(" +|[^ ]+")
_NARROW_WORDS = re.compile("[^ ]+")


def _clean(line: Line) -> Line:
    for text, _tone in line:
        if not text or not text.isprintable():
            return tuple([(text, tone) for raw, tone in line if (text := _clean_text(raw))])
    return line


def _clean_text(text: str) -> str:
    if text.isprintable():
        return text
    # A joiner or selector with nothing before it is measured differently by different functions.
    return clean(text).replace("\n", " ").expandtabs(TAB_CELLS).lstrip("\u200d\ufe0f")


def _blank(cells: int) -> Line:
    return ((" " * cells, ""),) if cells > 0 else ()


def _measure(line: Line) -> int:
    """The cells of a line whose text is clean."""
    texts = [text for text, _tone in line]
    if _NARROW.fullmatch("".join(texts)):
        return sum(map(len, texts))
    return sum([len(text) if text.isascii() else cell_len(text) for text in texts])


def _fitted(line: Line, cells: int) -> tuple[Line, int]:
    """The line as `fit` gives it, and how many cells it takes."""
    line = _clean(line)
    taken = _measure(line)
    if taken <= cells:
        return line, taken
    if cells <= 0:
        return (), 0
    head, tail = _cut(line, cells - 1)
    cropped = (*head, (ELLIPSIS, tail[0][1]))
    return cropped, _measure(cropped)


def _cut(line: Line, cells: int) -> tuple[Line, Line]:
    """The line in two: as much as fits into `cells` cells, and the rest."""
    used = 0
    for index, (text, tone) in enumerate(line):
        size = cell_len(text)
        if used + size > cells:
            at = _offset(text, cells - used)
            head = (*line[:index], (text[:at], tone)) if at else line[:index]
            return head, ((text[at:], tone), *line[index + 1 :])
        used += size
    return line, ()


def _offset(text: str, cells: int) -> int:
    """How many characters of `text` fit into `cells` cells without splitting what is drawn as one."""
    if _NARROW.fullmatch(text):
        return cells
    used = 0
    for start, _end, size in split_graphemes(text)[0]:
        if used + size > cells:
            return start
        used += size
    return len(text)


def _parts(line: Line) -> Iterator[Line]:
    """The line split where its text has a newline."""
    part: list[Span] = []
    for text, tone in line:
        first, *others = clean(text).split("\n")
        part.append((first, tone))
        for other in others:
            yield tuple(part)
            part = [(other, tone)]
    yield tuple(part)


def _tokens(line: Line) -> Iterator[tuple[bool, Line]]:
    """Gaps and words in turn; a word may change its tone in the middle."""
    pieces = ((match.group(), tone) for text, tone in line for match in _WORDS.finditer(text))
    for is_gap, group in groupby(pieces, key=lambda piece: piece[0].startswith(" ")):
        yield is_gap, tuple(group)


def _joined(line: Line) -> Line:
    """The same line with neighbours of one tone in one span: fewer segments to paint."""
    parts: list[Span] = []
    for span in line:
        if parts and parts[-1][1] == span[1]:
            parts[-1] = (parts[-1][0] + span[0], span[1])
        else:
            parts.append(span)
    return tuple(parts)


def _breaks(text: str, first: int, others: int) -> Iterator[tuple[int, int]]:
    """Where the rows of a narrow text begin and end, as `_rows` has it, in a fraction of the time."""
    room, start, end = first, 0, 0
    for word in _NARROW_WORDS.finditer(text):
        at, until = word.span()
        if until - start <= room:
            end = until
            continue
        if end > start:
            yield start, end
            room = others
        start = at
        while until - start > room:
            yield start, start + room
            start, room = start + room, others
        end = until
    if end > start:
        yield start, end


def piece(line: Line, start: int, end: int) -> Line:
    """The characters of the line from `start` to before `end`."""
    parts: list[Span] = []
    for text, tone in line:
        if start < len(text) and end > 0:
            parts.append((text[max(start, 0) : end], tone))
        start, end = start - len(text), end - len(text)
    return tuple(parts)


def _rows(line: Line, cells: int, first: int, hang: int) -> Iterator[Line]:
    """Rows without their hanging indent: the first of `first` cells, the others of `cells - hang`."""
    if _measure(line) <= first:
        yield line
        return
    text = "".join(text for text, _tone in line)
    if _NARROW.fullmatch(text):
        yield from (piece(line, start, end) for start, end in _breaks(text, first, cells - hang))
        return
    room, used = first, 0
    row: Line = ()
    gap: Line = ()
    for is_gap, token in _tokens(line):
        if is_gap:
            gap = token
            continue
        word, blank, size = token, _measure(gap), _measure(token)
        if used + blank + size > room:
            if row:
                yield row
                room, row, used = cells - hang, (), 0
            gap, blank = (), 0
            while size > room:
                head, word = _cut(word, room)
                yield head
                room, size = cells - hang, _measure(word)
        row = (*row, *gap, *word)
        used, gap = used + blank + size, ()
    if row:
        yield row
