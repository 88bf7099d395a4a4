"""A wrong guess about a document put right in the document: one comment, and no other byte."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Final

from msgspec import Struct

from incident_tui.domain.lines import duration_words
from incident_tui.domain.protocol import Anchor
from incident_tui.protocols.imported import Imported
from incident_tui.protocols.markdown import read
from incident_tui.protocols.markdown.outline import Section, every, outlined
from incident_tui.protocols.markdown.remarks import times
from incident_tui.protocols.markdown.source import Source, prepare
from incident_tui.protocols.markdown.tree import Block, Heading, Item, Listing, Para, Quote, parse
from incident_tui.protocols.places import ProtocolError

_COMMENT: Final = re.compile(r"<!--\s*incident:\s*(.*?)\s*-->", re.DOTALL)
_ENDING: Final = re.compile(r"\r\n|\r|\n")
_UNDERLINE: Final = re.compile(r" {0,3}(?:=+|-+)[ \t]*")
_SORTS: Final = {
    "steps": "kind",
    "action": "kind",
    "reference": "kind",
    "reading": "kind",
    "step": "item",
    "not a step": "item",
}
_FROM: Final[dict[Anchor, str]] = {"declared": " from declaration", "resolved": " from resolution", "phase": ""}


class Correction(Struct, frozen=True):
    """The new text of a document; `line` is where it differs, `new` how that line reads, `old` how it did.

    `old` is None where the line is a new one.
    """

    text: str
    line: int
    new: str
    old: str | None = None


def budget_wish(budget: timedelta | None, anchor: Anchor = "phase") -> str:
    """The words that give a phase or a step this much time, or none."""
    if budget is None:
        return "no budget"
    return f"budget {duration_words(int(budget.total_seconds()))}{_FROM[anchor]}"


def correct(text: str, line: int, wish: str, *, item: bool = False) -> Correction:
    """The document with a comment that makes a line be read as `wish` says.

    `line` (from 1) is that of a heading, or with `item` of an item of a list. `wish` is "steps" or "reference" of a
    section, "step" or "not a step" of an item, "budget 15m" or "no budget" of either. An earlier comment of the same
    sort goes. Raises ProtocolError where no comment at this place could bring it about.
    """
    prepared = prepare(text)
    sections = every(outlined(parse(prepared.text), prepared.title, ""))
    section = next((each for each in sections if each.line == line), None)
    owner = _item_at(sections, line) if item else None
    if item and owner is None and section is not None:
        wish = {"step": "steps", "not a step": "reference"}.get(wish, wish)
    if owner is None and (section is None or _sort(wish) == "item"):
        one = (
            "only items can be set aside one by one"
            if wish == "not a step"
            else "write it as one: - [ ] and what to do"
        )
        raise ProtocolError(f"line {line} is no item of a list", one)
    earlier = _earlier(prepared, sections, line, wish, owner)
    found = _replaced(text, earlier, wish) if earlier else _added(text, prepared, line, wish, owner)
    if not _holds(read(found.text), line, wish, item=owner is not None):
        raise ProtocolError(f"a comment at line {line} cannot make it so", "write those lines as a list, - [ ] each")
    return found


def items_of(text: str) -> tuple[tuple[int, str], ...]:
    """Every item of every list: its line, from 1, and its first text."""
    root = outlined(parse(prepare(text).text), "", "")
    found = (item for section in every(root) for item in _items(section.blocks))
    return tuple((item.line, first.inline.full) for item in found if isinstance(first := _first(item), Para | Heading))


def _sort(wish: str) -> str:
    return _SORTS.get(wish) or ("budget" if wish.startswith(("budget ", "no budget")) else wish)


def _holds(imported: Imported, line: int, wish: str, *, item: bool) -> bool:
    """Whether the document is read as wished."""
    protocol = imported.protocol
    steps = [step for _, step in protocol.all_steps() if step.line == line]
    phases = [phase for phase in protocol.phases if phase.line == line]
    match wish:
        case "steps":
            return bool(phases)
        case "reference":
            return not phases
        case "step":
            return bool(steps)
        case "not a step":
            return not steps
    wanted = times([wish]).budget
    return any(each.budget == wanted for each in (steps if item else phases))


def _first(item: Item) -> Block | None:
    return item.blocks[0] if item.blocks else None


def _items(blocks: Iterable[Block]) -> Iterator[Item]:
    for block in blocks:
        if isinstance(block, Quote):
            yield from _items(block.blocks)
        elif isinstance(block, Listing):
            for item in block.items:
                yield item
                yield from _items(item.blocks)


def _item_at(sections: Iterable[Section], line: int) -> Item | None:
    """The innermost item that starts at a line: it is the one that a comment there is about."""
    found = [item for section in sections for item in _items(section.blocks) if item.line == line]
    return found[-1] if found else None


def _own_lines(item: Item) -> range:
    """The lines of the item's first paragraph, where a comment about it may stand."""
    first = _first(item)
    more = first.inline.text.count("\n") if isinstance(first, Para | Heading) else 0
    return range(item.line, item.line + more + 1)


def _earlier(
    prepared: Source, sections: Iterable[Section], line: int, wish: str, owner: Item | None
) -> list[tuple[int, str]]:
    """The comments (line, words) of the same sort about the same item or section."""
    sections = list(sections)
    owners = {at: item for each in sections for item in _items(each.blocks) for at in _own_lines(item)}
    starts = [each.line for each in sections]
    found: list[tuple[int, str]] = []
    for at, words in prepared.directives.items():
        for word in words:
            holder = None if _sort(word) == "kind" else owners.get(at)
            above = max((start for start in starts if start <= at), default=1)
            same = holder is owner if owner is not None else (holder is None and above == line)
            if same and _sort(word) == _sort(wish):
                found.append((at, word))
    return found


def _replaced(text: str, earlier: list[tuple[int, str]], wish: str) -> Correction:
    """The first of the earlier comments says the wish, the others go."""
    first, *others = earlier
    for at, word in sorted(others, reverse=True):
        start, end = _span(text, at, word)
        text = text[:start].rstrip(" \t") + text[end:]
    start, end = _span(text, *first)
    changed = f"{text[:start]}{_comment(wish)}{text[end:]}"
    return Correction(changed, first[0], _line(changed, first[0]), _line(text, first[0]))


def _span(text: str, line: int, word: str) -> tuple[int, int]:
    """From where to where the comment with these words stands that starts at a line."""
    start, end = _bounds(text, line)
    spans = [
        found.span()
        for found in _COMMENT.finditer(text, start)
        if found.start() < end and " ".join(found[1].split()) == word
    ]
    if not spans:
        raise ProtocolError(f"the comment at line {line} is written in a way of its own", "correct it in the file")
    return spans[-1]


def _added(text: str, prepared: Source, line: int, wish: str, owner: Item | None) -> Correction:
    if owner is not None:
        return _at_the_end(text, line, wish)
    old = _line(text, line)
    if line == 1 and not _is_heading(old, _line(text, 2)):
        return _inserted(text, _first_line(prepared), wish)
    underlined = not old.lstrip().startswith(("#", "<")) and _UNDERLINE.fullmatch(_line(text, line + 1))
    return _inserted(text, line + (2 if underlined else 1), wish)


def _is_heading(line: str, after: str) -> bool:
    line = line.strip().removeprefix("\ufeff")
    return line.startswith(("#", "<h", "<H", "**", "__")) or bool(line and _UNDERLINE.fullmatch(after))


def _first_line(prepared: Source) -> int:
    """The first line with content behind what only a machine reads."""
    lines = prepared.text.split("\n")
    return next((number for number, line in enumerate(lines, start=1) if line.strip()), 1)


def _at_the_end(text: str, line: int, wish: str) -> Correction:
    """Behind the words of a line, before the blanks or the backslash that break it."""
    start, end = _bounds(text, line)
    old = text[start:end]
    words = old.rstrip()
    if (len(words) - len(words.rstrip("\\"))) % 2:
        words = words[:-1].rstrip()
    new = f"{words} {_comment(wish)}{old[len(words) :]}"
    return Correction(f"{text[:start]}{new}{text[end:]}", line, new, old)


def _inserted(text: str, line: int, wish: str) -> Correction:
    """A new line, which ends as the others do."""
    found = _ENDING.search(text)
    ending = found[0] if found else "\n"
    start = _start(text, line)
    new = _comment(wish)
    if start is None:
        return Correction(f"{text}{ending}{new}", line, new)
    start += line == 1 and text.startswith("\ufeff")
    return Correction(f"{text[:start]}{new}{ending}{text[start:]}", line, new)


def _start(text: str, line: int) -> int | None:
    """Where a line starts; None when the one before it is the last and has no end."""
    at = 0
    for _ in range(line - 1):
        found = _ENDING.search(text, at)
        if found is None:
            return None
        at = found.end()
    return at


def _bounds(text: str, line: int) -> tuple[int, int]:
    """From where to where a line goes, its ending left out."""
    start = _start(text, line)
    if start is None:
        return len(text), len(text)
    found = _ENDING.search(text, start)
    return start, found.start() if found else len(text)


def _line(text: str, line: int) -> str:
    start, end = _bounds(text, line)
    return text[start:end]


def _comment(wish: str) -> str:
    return f"<!-- incident: {wish} -->"
