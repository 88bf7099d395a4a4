"""A team's own notes in a document, which make its reading certain: `<!-- incident: steps -->`."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from typing import Final

from msgspec import Struct

from incident_tui.domain.protocol import Anchor
from incident_tui.protocols.markdown.outline import Section, every
from incident_tui.protocols.markdown.tree import Block, Heading, Item, Listing, Para, Quote

_DURATION: Final = re.compile(r"(?:\d{1,6}\s*[smhdw]\s*)+")
_PART: Final = re.compile(r"(\d+)\s*([smhdw])")
_UNITS: Final = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_LIMIT: Final = re.compile(
    r"(budget|every)\s+([\d\ssmhdw]+?)(?:\s+(?:from|after|since)\s+(?:the\s+)?(declar|resol|phase)\w*)?"
)
_LONGEST: Final = timedelta(days=3650)


class Stated(Struct, frozen=True):
    """What the notes say of times; `none` that there is no limit."""

    budget: timedelta | None = None
    anchor: Anchor = "phase"
    every: timedelta | None = None
    none: bool = False


def hand_out(root: Section, directives: dict[int, list[str]]) -> list[tuple[int, str]]:
    """Gives each note to the item or to the section it stands in. Returns those that nobody understands."""
    if not directives:
        return []
    sections = every(root)
    items = {line: item for section in sections for item in _items(section.blocks) for line in _lines(item)}
    starts = [0, *(section.line for section in sections[1:])]
    unknown: list[tuple[int, str]] = []
    for line, words in directives.items():
        for word in words:
            if not _known(word):
                unknown.append((line, word))
            elif line in items and word not in ("steps", "action", "reference", "reading"):
                _tell(items[line], word)
            else:
                _section_at(sections, starts, line).remarks.append(word)
    return unknown


def times(remarks: Sequence[str]) -> Stated:
    """The limit and the cadence that notes state; the last one counts."""
    stated = Stated(none="no budget" in remarks)
    for remark in remarks:
        found = _LIMIT.fullmatch(remark)
        length = _duration(found[2]) if found else None
        if found is None or length is None:
            continue
        if found[1] == "every":
            stated = Stated(stated.budget, stated.anchor, length, stated.none)
        else:
            anchors: dict[str, Anchor] = {"declar": "declared", "resol": "resolved"}
            stated = Stated(length, anchors.get(found[3] or "", "phase"), stated.every, stated.none)
    return stated


def _duration(text: str) -> timedelta | None:
    if not _DURATION.fullmatch(text.strip()):
        return None
    length = sum((timedelta(**{_UNITS[unit]: int(count)}) for count, unit in _PART.findall(text)), timedelta())
    return length if timedelta() < length <= _LONGEST else None


def _known(word: str) -> bool:
    if word in ("steps", "action", "reference", "reading", "step", "not a step", "no budget"):
        return True
    found = _LIMIT.fullmatch(word)
    return found is not None and _duration(found[2]) is not None


def _tell(item: Item, word: str) -> None:
    if word == "step":
        item.wish = "step"
    elif word == "not a step":
        item.wish = "text"
    else:
        item.remarks.append(word)


def _section_at(sections: Sequence[Section], lines: Sequence[int], line: int) -> Section:
    return sections[max(bisect_right(lines, line) - 1, 0)]


def _items(blocks: Iterable[Block]) -> Iterator[Item]:
    for block in blocks:
        if isinstance(block, Quote):
            yield from _items(block.blocks)
        elif isinstance(block, Listing):
            for item in block.items:
                yield item
                yield from _items(item.blocks)


def _lines(item: Item) -> range:
    """The lines of its first paragraph, where a note on it may stand."""
    first = item.blocks[0] if item.blocks else None
    more = first.inline.text.count("\n") if isinstance(first, Para | Heading) else 0
    return range(item.line, item.line + more + 1)
