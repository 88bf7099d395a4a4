"""Tables on a board: a text at the left that gives way, and columns of figures at the right."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from msgspec import Struct, field

from incident_tui.ui.text import Line, pad, width
from incident_tui.ui.widgets.board import Row

GAP: Final = 2
LEAST_LEFT: Final = 24  # cells; columns from the right give way to leave so many to the text


class Entry(Struct, frozen=True):
    """One row; `note` stands below it, muted. Without a key of its own it gets one from its place."""

    key: str
    left: Line
    cells: tuple[Line, ...] = ()
    note: str = ""


class Table(Struct):
    """A heading with the names of its columns, and entries; without any it shows `none`."""

    title: str
    heads: tuple[str, ...] = ()
    none: str = ""
    entries: list[Entry] = field(default_factory=list)

    def add(self, key: str, left: Line | str, *cells: Line | str, note: str = "") -> None:
        """Add an entry."""
        self.entries.append(Entry(key, _line(left), tuple(_line(cell) for cell in cells), note))


def rows(tables: Iterable[Table], cells: int) -> tuple[Row, ...]:
    """The rows of all tables, a blank line between two; tables with neither entries nor `none` are left out."""
    found: list[Row] = []
    for number, table in enumerate(tables):
        if not table.entries and not table.none:
            continue
        if found:
            found.append(Row(f"gap:{number}", (), selectable=False))
        found += _rows(table, number, cells)
    return tuple(found)


def _rows(table: Table, number: int, cells: int) -> Iterator[Row]:
    heads: tuple[Line, ...] = tuple(((head, "muted"),) for head in table.heads if table.entries)
    widths = _widths([heads, *(entry.cells for entry in table.entries)], cells)
    yield Row(f"head:{number}", ((table.title, "strong"),), _right(heads, widths), selectable=False)
    if not table.entries:
        yield Row(f"none:{number}", ((f"  {table.none}", "muted"),), selectable=False, wrap=True, indent=2)
    for place, entry in enumerate(table.entries):
        key = entry.key or f"row:{number}:{place}"
        wraps = not entry.cells
        left: Line = (("  ", ""), *entry.left)
        right = _right(entry.cells, widths)
        yield Row(key, left, right, wrap=wraps, indent=4)
        if entry.note:
            note: Line = ((f"      {entry.note}", "muted"),)
            yield Row(f"note:{number}:{place}", note, selectable=False, wrap=True, indent=6)


def _widths(rows: Sequence[Sequence[Line]], cells: int) -> list[int]:
    """The widths of the columns that have room beside the text."""
    count = max((len(row) for row in rows), default=0)
    every = [max((width(row[at]) for row in rows if at < len(row)), default=0) for at in range(count)]
    while every and sum(every) + GAP * len(every) > cells - LEAST_LEFT:
        every.pop()
    return every


def _right(cells: Sequence[Line], widths: Sequence[int]) -> Line:
    """The cells right-aligned in their columns."""
    parts: list[tuple[str, str]] = []
    for cell, size in zip(cells, widths, strict=False):
        parts += [(" " * (GAP + size - width(cell)), ""), *cell]
    missing = sum(GAP + size for size in widths[len(cells) :]) if cells else 0
    return (*parts, *pad((), missing))


def _line(text: Line | str) -> Line:
    return ((text, ""),) if isinstance(text, str) else text
