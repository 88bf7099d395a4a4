"""The sections of a document: what stands under which heading, and what the document is called."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from msgspec import Struct, field

from incident_tui.protocols.markdown.inlines import Inline
from incident_tui.protocols.markdown.tree import Block, Heading, Item, Listing, Para

_PSEUDO_LONGEST: Final = 80


class Section(Struct):
    """A heading with its own blocks; `parts` are the sections below it. The document itself has the level 0."""

    title: Inline
    level: int
    line: int
    blocks: list[Block] = field(default_factory=list)
    parts: list[Section] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        return self.title.line.strip()


def outlined(blocks: Sequence[Block], front_title: str, name: str) -> Section:
    """The document as one section; its title is that of its first heading if that stands above all others."""
    blocks = _with_bold_headings(_joined(blocks))
    headings = [block for block in blocks if isinstance(block, Heading)]
    top = _title_heading(headings, front_title)
    root = Section(top.inline if top else Inline(front_title or _readable(name)), 0, top.line if top else 1)
    open_sections = [root]
    for block in blocks:
        if block is top:
            continue
        if not isinstance(block, Heading):
            open_sections[-1].blocks.append(block)
            continue
        section = Section(block.inline, block.level, block.line)
        while len(open_sections) > 1 and open_sections[-1].level >= block.level:
            open_sections.pop()
        open_sections[-1].parts.append(section)
        open_sections.append(section)
    return root


def every(section: Section) -> list[Section]:
    """The section and all below it, in the order of the document."""
    found: list[Section] = []
    waiting = [section]
    while waiting:
        current = waiting.pop()
        found.append(current)
        waiting.extend(reversed(current.parts))
    return found


def _title_heading(headings: Sequence[Heading], front_title: str) -> Heading | None:
    if not headings:
        return None
    first = headings[0]
    top = min(heading.level for heading in headings)
    tops = sum(heading.level == top for heading in headings)
    if first.level != top or not first.inline.text:
        return None
    if tops == 1:
        return first
    return first if top == 1 and not front_title else None


def _readable(name: str) -> str:
    words = re.sub(r"(\.html)?\.(md|mdx|markdown)(\.erb)?$", "", name.rpartition("/")[2])
    words = " ".join(re.split(r"[\s_-]+", words.rpartition("__")[2])).strip()
    return words[:1].upper() + words[1:]


def _with_bold_headings(blocks: Sequence[Block]) -> list[Block]:
    """A document whose only headings are bold lines: these are its headings."""
    headings = [block for block in blocks if isinstance(block, Heading)]
    if len(headings) > 1:
        return list(blocks)
    bold = [id(block) for index, block in enumerate(blocks) if _acts_as_heading(block, blocks[index + 1 : index + 2])]
    if len(bold) < 2:
        return list(blocks)
    chosen = set(bold)
    level = headings[0].level + 1 if headings else 2
    return [
        Heading(block.inline, level, block.line) if isinstance(block, Para) and id(block) in chosen else block
        for block in blocks
    ]


def _acts_as_heading(block: Block, after: Sequence[Block]) -> bool:
    if not isinstance(block, Para) or not block.inline.bold or not after:
        return False
    text = block.inline.text
    return "\n" not in text and len(text) <= _PSEUDO_LONGEST and not (isinstance(after[0], Para) and text[-1:] in ".!?")


def _joined(blocks: Sequence[Block]) -> list[Block]:
    """Numbers that less indented blocks cut apart are one list again; bullets between them belong to the number above.

    GitHub shows one to two blanks under "1." as a list of its own, which is not what its author meant.
    """
    found: list[Block] = []
    numbered: Listing | None = None
    for index, block in enumerate(blocks):
        if isinstance(block, Heading):
            numbered = None
        if not isinstance(block, Listing) or numbered is None:
            numbered = block if isinstance(block, Listing) and block.ordered else numbered
            found.append(block)
            continue
        if not block.ordered and _belongs(block, numbered, found, blocks[index + 1 : index + 2]):
            _append(numbered.items[-1], block)
            continue
        if (
            block.ordered
            and block.margin <= numbered.margin + 1
            and found[-1] is numbered
            and _goes_on(block, numbered)
        ):
            numbered.items += block.items
            continue
        numbered = block if block.ordered else numbered
        found.append(block)
    return found


def _belongs(block: Listing, numbered: Listing, found: Sequence[Block], after: Sequence[Block]) -> bool:
    if not numbered.items or found[-1] is not numbered:
        return False
    if block.margin > numbered.margin:
        return True
    return bool(after) and isinstance(after[0], Listing) and after[0].ordered and _goes_on(after[0], numbered)


def _goes_on(block: Listing, numbered: Listing) -> bool:
    return bool(numbered.items) and bool(block.items) and block.items[0].number == numbered.items[-1].number + 1


def _append(item: Item, block: Block) -> None:
    item.blocks.append(block)
