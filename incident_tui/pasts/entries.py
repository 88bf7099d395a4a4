"""The entries of a timeline as they are written: rows, bullets, headings, lines, code, chat."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import product
from typing import Final

from msgspec import Struct, field

from incident_tui.pasts.sections import is_headed, one_line, rendered, sections, without_asides
from incident_tui.pasts.stamps import Stamp, stamp_of
from incident_tui.protocols.markdown.tree import Block, Code, Heading, Item, Listing, Para, Quote, Table

_CHAT: Final = re.compile(r"(?P<who>[@\w][\w .'’@-]{0,40}?)\s+\[(?P<time>\d{1,2}:\d{2}(?:\s?[AaPp][Mm])?)\]\s*")
_WHO: Final = re.compile(r"\b(?:who|actor|person|people|owner|author|by|user|responder)\b", re.IGNORECASE)
_LONGEST_DATE_LINE: Final = 40


class Entry(Struct):
    """What follows a stamp. A `bare` one only says the day of the entries that follow it."""

    stamp: Stamp
    line: int
    parts: list[str] = field(default_factory=list)
    who: str = ""
    origin: str = ""
    level: int = 0

    @property
    def bare(self) -> bool:
        return not self.stamp.timed and not any(self.parts)

    @property
    def text(self) -> str:
        return "\n".join(part for part in self.parts if part).strip()


class Timeline(Struct, frozen=True):
    """The entries of a document in its order, and the texts in which its author says how to read them.

    `sections` is False where no heading names a timeline and the whole document was searched.
    """

    entries: tuple[Entry, ...]
    headers: tuple[tuple[str, int], ...] = ()
    sections: bool = True


def timeline_of(blocks: Sequence[Block]) -> Timeline:
    """The timeline's sections if they hold any entry, else whatever looks like one in the document."""
    found = sections(blocks)
    rest = [list(without_asides(blocks))]
    for named, loose in product((True, False), (False, True)):
        parts = found if named else rest
        walk = _walked(parts, loose=loose, headed=any(is_headed(part) for part in parts))
        if not any(entry.stamp.timed for entry in walk.entries) and sum(map(_is_dated, walk.entries)) >= 2:
            walk = _walked(parts, loose=loose, headed=True)
        timed = sum(entry.stamp.time is not None for entry in walk.entries)
        if timed >= (1 if named else 2) or (named and any(not entry.bare for entry in walk.entries)):
            return Timeline(tuple(walk.entries), tuple(walk.headers), named)
    return Timeline((), sections=bool(found))


def _walked(parts: Iterable[Sequence[Block]], *, loose: bool, headed: bool) -> _Walk:
    walk = _Walk(loose=loose, headed=headed)
    for part in parts:
        walk.blocks(part)
        walk.close()
    return walk


def _is_dated(entry: Entry) -> bool:
    return entry.origin == "heading" and entry.bare


class _Walk:
    """Goes once through the blocks; `loose` also takes code and chat for entries, `headed` only headings."""

    def __init__(self, *, loose: bool, headed: bool) -> None:
        self.entries: list[Entry] = []
        self.headers: list[tuple[str, int]] = []
        self._loose = loose
        self._headed = headed
        self._open: Entry | None = None

    def close(self) -> None:
        self._open = None

    def blocks(self, blocks: Iterable[Block]) -> None:
        for block in blocks:
            self._block(block)

    def _block(self, block: Block) -> None:
        match block:
            case Heading():
                self._heading(block)
            case _ if self._headed and self._open is not None and self._open.origin == "heading":
                self._open.parts.append(rendered(block))
            case _ if self._headed and self._open is None and not isinstance(block, Para):
                pass
            case Table():
                self._table(block)
            case Listing():
                for item in block.items:
                    self._item(item)
            case Para():
                self._para(block)
            case Quote():
                self.blocks(block.blocks)
            case Code():
                self._code(block)

    def _heading(self, block: Heading) -> None:
        stamp = stamp_of(block.inline.line)
        if stamp is not None and (stamp.timed or not block.inline.line[stamp.length :].strip()):
            self._open = self._add(stamp, block.line, block.inline.full.replace("\n", " "), "heading")
            self._open.level = block.level
            return
        if self._open is not None and self._open.origin == "heading" and block.level > self._open.level:
            self._open.parts.append(block.inline.line)
            return
        self._open = None

    def _add(self, stamp: Stamp, line: int, text: str, origin: str) -> Entry:
        """A new entry; `text` is the line that the stamp starts."""
        entry = Entry(stamp, line, [_rest(stamp, text)], origin=origin)
        self.entries.append(entry)
        return entry

    def _item(self, item: Item) -> None:
        """An item with a time is an entry with all below it, but for items below it that have their own time."""
        first = item.blocks[0] if item.blocks else None
        if not isinstance(first, Para):
            self.blocks(item.blocks)
            return
        text = one_line(first.inline.full)
        stamp = stamp_of(text)
        numbered = stamp_of(f"{item.number}. {text}") if item.number else None
        if numbered is not None and numbered.day is not None and numbered.timed:
            # `20. April, 11:00` is a list that starts at 20, by the letter.
            stamp, text = numbered, f"{item.number}. {text}"
        if stamp is None:
            for block in item.blocks[1:]:
                self._nested(block, None)
            return
        entry = self._add(stamp, first.line, text, "item")
        for block in item.blocks[1:]:
            self._nested(block, entry)
        self._open = entry

    def _nested(self, block: Block, entry: Entry | None) -> None:
        if isinstance(block, Listing) and (entry is None or _has_stamps(block)):
            for item in block.items:
                self._item(item)
        elif entry is None:
            if not isinstance(block, Code):
                self._block(block)
        elif isinstance(block, Table) and not any(entry.parts):
            self._table(block)
        else:
            entry.parts.append(rendered(block))

    def _para(self, block: Para) -> None:
        if block.inline.bold and stamp_of(block.inline.line) is None:
            self._open = None
            return
        lines = block.inline.full.split("\n")
        current: Entry | None = None
        for offset, line in enumerate(lines):
            chat = _CHAT.match(line) if self._loose else None
            stamp = stamp_of(chat["time"]) if chat else stamp_of(line)
            if stamp is not None and not chat and not stamp.timed and not _is_date_line(stamp, line):
                stamp = None
            if stamp is None:
                self._continue(current, line, first=offset == 0)
                continue
            current = self._add(stamp, block.line + offset, "" if chat else line, "line")
            if chat:
                current.who = chat["who"].strip()
                current.parts.append(line[chat.end() :])
            self._open = current

    def _continue(self, current: Entry | None, line: str, *, first: bool) -> None:
        """A line without a time belongs to the entry it follows, if that is made of lines too."""
        if current is not None:
            current.parts[-1] = f"{current.parts[-1]} {line}".strip(" :") if not current.who else current.parts[-1]
            if current.who:
                current.parts.append(line)
        elif self._open is not None and self._open.origin == "line" and not self._open.bare:
            if first:
                self._open.parts.append(line)
            else:
                self._open.parts[-1] = f"{self._open.parts[-1]} {line}".strip()

    def _code(self, block: Code) -> None:
        """Code belongs to the entry above it; a timeline may also be written as code."""
        lines = block.text.split("\n")
        stamps = [stamp_of(line) for line in lines]
        timed = sum(stamp is not None and stamp.timed for stamp in stamps)
        if self._loose and timed and timed * 3 >= sum(bool(line.strip()) for line in lines):
            for offset, (line, stamp) in enumerate(zip(lines, stamps, strict=True), start=1):
                if stamp is not None and (stamp.timed or _is_date_line(stamp, line)):
                    self._open = self._add(stamp, block.line + offset, line, "code")
                elif self._open is not None and line.strip():
                    self._open.parts.append(line.strip())
        elif self._open is not None and not self._open.bare:
            self._open.parts.append(block.text)

    def _table(self, table: Table) -> None:
        """One column has the times, another may have the days; the other columns are the text."""
        rows = [[one_line(cell.full) for cell in row] for row in table.rows]
        head = [one_line(cell.full) for cell in table.head]
        lines = list(table.lines)
        if any((stamp := stamp_of(cell)) and stamp.time for cell in head[:2]):
            rows, lines, head = [head, *rows], [table.line, *lines], []
        columns = _columns(rows)
        if not columns:
            return
        self.headers += [(head[at], table.line) for at in columns if at < len(head) and head[at]]
        self._open = None
        for row, line in zip(rows, lines, strict=True):
            self._row(row, line, columns, head)

    def _row(self, row: list[str], line: int, columns: Sequence[int], head: Sequence[str]) -> None:
        time = " ".join(row[at] for at in columns if at < len(row)).strip()
        others = [(at, cell) for at, cell in enumerate(row) if at not in columns and cell]
        text = " — ".join(cell for at, cell in others if at >= len(head) or not _WHO.search(head[at]))
        who = ", ".join(cell for at, cell in others if at < len(head) and _WHO.search(head[at]))
        stamp = stamp_of(time)
        if stamp is not None:
            entry = self._add(stamp, line, time, "row")
            entry.parts.append(text or who)
            entry.who = who if text else ""
            self._open = entry
        elif self._open is not None and not time:
            self._open.parts.append(text)


def _columns(rows: Sequence[Sequence[str]]) -> list[int]:
    """The column of times, and before it that of days if there is one; empty where no column holds times."""
    width = max((len(row) for row in rows), default=0)
    for at in range(min(width, 4)):
        cells = [row[at] for row in rows if at < len(row) and row[at]]
        stamps = [stamp for cell in cells if (stamp := stamp_of(cell))]
        if not cells or len(stamps) * 2 < len(cells):
            continue
        if any(stamp.timed for stamp in stamps):
            return [at]
        following = [stamp for row in rows if at + 1 < len(row) and (stamp := stamp_of(row[at + 1]))]
        if any(stamp.timed and stamp.day is None for stamp in following):
            return [at, at + 1]
        return [at]
    return []


def _has_stamps(listing: Listing) -> bool:
    firsts = [item.blocks[0] for item in listing.items if item.blocks]
    stamps = [stamp_of(first.inline.line) for first in firsts if isinstance(first, Para)]
    return any(stamp is not None and stamp.timed for stamp in stamps)


def _is_date_line(stamp: Stamp, line: str) -> bool:
    """Whether a line is only a day, or begins like an entry with one; prose may begin with a day too."""
    rest = line[stamp.length :].strip(" :.*_)")
    apart = line[: stamp.length].rstrip()[-1:] in ":-–—|"
    return (not rest and len(line) <= _LONGEST_DATE_LINE) or apart


def _rest(stamp: Stamp, text: str) -> str:
    """What follows the stamp; where the stamp does not end its brackets, they stay closed."""
    return text[stamp.length :].strip()
