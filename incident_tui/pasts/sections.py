"""Where a document keeps its timeline, and its blocks as plain text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from incident_tui.pasts.stamps import stamp_of
from incident_tui.protocols.markdown.tree import Block, Code, Heading, Item, Listing, Para, Quote, Table

_TIMELINE: Final = re.compile(
    r"\btime\s?lines?\b|\bchronolog|\bsequence of events\b|\bcourse of events\b|\b(?:event|incident) log\b|"
    r"\bzeitleiste\b|\bzeitlicher (?:ab|ver)lauf\b|タイムライン",
    re.IGNORECASE,
)
_LONGEST_TITLE: Final = 60
_ASIDE: Final = re.compile(
    r"\b(?:action items?|lessons?|appendix|references|follow[- ]?ups?|next steps|attendees|glossary|related)\b",
    re.IGNORECASE,
)


def sections(blocks: Sequence[Block]) -> list[list[Block]]:
    """The sections whose title names a timeline, each without its title; a heading that is a time ends none."""
    found: list[list[Block]] = []
    level = 0
    for block in blocks:
        title = _title(block)
        depth = block.level if isinstance(block, Heading) else 7
        if title and (not level or depth <= level) and not stamp_of(title):
            level = depth if _TIMELINE.search(title) else 0
            if level:
                found.append([])
        elif level:
            found[-1].append(block)
    return found


def without_asides(blocks: Sequence[Block]) -> Iterator[Block]:
    level = 0
    for block in blocks:
        if isinstance(block, Heading) and (not level or block.level <= level):
            level = block.level if _ASIDE.search(block.inline.line) else 0
        if not level:
            yield block


def _title(block: Block) -> str:
    """The text of a heading, or of a line that is written like one."""
    if isinstance(block, Heading):
        return block.inline.line
    if not isinstance(block, Para) or len(block.inline.line) > _LONGEST_TITLE:
        return ""
    line = block.inline.line
    return line if block.inline.bold or (line.endswith(":") and _TIMELINE.search(line)) else ""


def is_headed(blocks: Iterable[Block]) -> bool:
    """Whether headings carry the times: then what stands below them belongs to them."""
    stamps = [stamp_of(block.inline.line) for block in blocks if isinstance(block, Heading)]
    return sum(stamp is not None and stamp.timed for stamp in stamps) >= 2


def rendered(block: Block, lead: str = "") -> str:
    """A block as plain text, for the entry that it belongs to."""
    match block:
        case Para():
            return lead + one_line(block.inline.full)
        case Heading():
            return lead + block.inline.line
        case Code():
            return block.text
        case Quote():
            return "\n".join(rendered(each, f"{lead}> ") for each in block.blocks)
        case Listing():
            return "\n".join(_item_text(block, item, lead) for item in block.items)
        case Table():
            rows = [block.head, *block.rows]
            return "\n".join(lead + " | ".join(cell.line for cell in row) for row in rows)


def _item_text(listing: Listing, item: Item, lead: str) -> str:
    mark = f"{item.number}. " if listing.ordered else "- "
    parts = [rendered(block, lead + "  ") for block in item.blocks]
    return lead + mark + "\n".join(parts).lstrip()


def one_line(text: str) -> str:
    return " ".join(text.split())
