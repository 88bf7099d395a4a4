"""The steps of one section: lists, tables, lettered and bold paragraphs, prose with code."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final, Literal

from incident_tui.protocols.markdown import drafts, tables
from incident_tui.protocols.markdown.drafts import Draft, text_of
from incident_tui.protocols.markdown.tree import Block, Code, Heading, Inline, Item, Listing, Para, Quote, Table, parse
from incident_tui.protocols.markdown.vocabulary import (
    CHECKLIST,
    asks,
    first_sentence,
    is_request,
    only_points,
    request_in,
)

Marker = Literal["", "task", "table", "number", "bullet", "letter", "label", "code", "prose", "heading"]

_CHECKS: Final = re.compile(r"^\s*(?:[-*+]|\d+[.)])\s+\[[ xX]?\]\s", re.MULTILINE)
_PLAIN_LANGUAGES: Final = ("", "text", "txt", "md", "markdown", "plaintext")
_DUTIES: Final = re.compile(
    r"(?:the )?(?:(?:\w+ ){0,3}responsibilities|duties|examples?|for example|e\.g\.)\W*$", re.IGNORECASE
)
_LETTER: Final = re.compile(r"^\(?([A-Za-z]|\d{1,2}[a-z]?)[.)]\s+(?=\S)")


@dataclass(slots=True)
class Found:
    """What a section holds: its steps, what stands above and below them, and how much speaks for them (0 to 1)."""

    marker: Marker = ""
    steps: list[Draft] = field(default_factory=list)
    before: list[Block] = field(default_factory=list)
    after: list[Block] = field(default_factory=list)
    share: float = 0.0


def opened(blocks: Sequence[Block]) -> list[Block]:
    """The blocks with checklists that were put into code fences read as what they are."""
    found: list[Block] = []
    for block in blocks:
        if isinstance(block, Code) and block.language in _PLAIN_LANGUAGES and _CHECKS.search(block.text):
            found += _moved(parse(block.text), block.line)
        else:
            found.append(block)
    return found


def _moved(blocks: Sequence[Block], line: int) -> list[Block]:
    for block in blocks:
        block.line += line
        if isinstance(block, Listing):
            for item in block.items:
                item.line += line
                _moved(item.blocks, line)
        elif isinstance(block, Quote):
            _moved(block.blocks, line)
    return [Para(block.inline, block.line) if isinstance(block, Heading) else block for block in blocks]


def find(blocks: Sequence[Block], *, doing: bool, forced: bool = False) -> Found:
    """The likeliest steps; `doing` says that the heading asks for something, `forced` that there must be some."""
    blocks = opened(blocks)
    if any(_boxes(block) for block in blocks):
        return _listed(blocks, "task", lambda block, _intro: _boxes(block) or _is_step_table(block))
    if any(_is_step_table(block) for block in blocks):
        return _listed(blocks, "table", lambda block, _intro: _is_step_table(block))
    lists = [block for block in blocks if isinstance(block, Listing)]
    if any(item.wish == "step" for block in lists for item in block.items) and not any(map(_numbered, lists)):
        return _listed(blocks, "task", lambda block, intro: _bullets(block, doing) or _wished(block))
    if any(_numbered(block) for block in lists):
        return _listed(blocks, "number", lambda block, intro: _numbered(block) or _checks(block, intro))
    if any(_bullets(block, doing) for block in _without_duties(blocks)) or _has_checks(blocks):
        return _listed(
            blocks,
            "bullet",
            lambda block, intro: (_bullets(block, doing) and not _duties(intro)) or _checks(block, intro),
        )
    if forced and lists:
        return _listed(blocks, "bullet", lambda block, _intro: isinstance(block, Listing))
    return _paragraphs(blocks, doing=doing, forced=forced)


def share_of(listing: Listing) -> float:
    """How many of the items ask for something, 0 to 1; a bold label with such items below it counts too."""
    if not listing.items:
        return 0.0
    return sum(_asks(item) for item in listing.items) / len(listing.items)


def _asks(item: Item) -> bool:
    text = text_of(item)
    first = item.blocks[0] if item.blocks else None
    if isinstance(first, Para) and first.inline.label:
        label = first.inline.label
        if is_request(text[len(label) :].lstrip(" :–—-")) or is_request(label):
            return True
    if is_request(text) or any(isinstance(block, Code) for block in item.blocks):
        return True
    if isinstance(first, Para) and any(code.count(" ") for code in first.inline.codes) and len(text) < 120:
        return text.startswith(first.inline.codes[0]) or text.endswith(first.inline.codes[-1])
    return any(isinstance(block, Listing) and share_of(block) >= 0.5 for block in item.blocks)


def _boxes(block: Block) -> bool:
    if isinstance(block, Quote):
        return any(_boxes(inner) for inner in block.blocks)
    return isinstance(block, Listing) and any(
        item.box or any(_boxes(inner) for inner in item.blocks) for item in block.items
    )


def _wished(block: Block) -> bool:
    return isinstance(block, Listing) and any(item.wish == "step" for item in block.items)


def _is_step_table(block: Block) -> bool:
    return isinstance(block, Table) and tables.is_checklist(block)


def _linked(listing: Listing) -> bool:
    """Whether the items are nothing but links: contents, references, a choice of places."""
    firsts = [item.blocks[0] for item in listing.items if item.blocks]
    return bool(firsts) and all(isinstance(first, Para) and first.inline.linked for first in firsts)


def _numbered(block: Block) -> bool:
    return isinstance(block, Listing) and block.ordered and not _linked(block) and len(block.items) > 0


def _bullets(block: Block, doing: bool) -> bool:
    if not isinstance(block, Listing) or block.ordered or _linked(block) or _criteria(block):
        return False
    return share_of(block) >= (0.4 if doing else 0.6)


def _criteria(listing: Listing) -> bool:
    """Items that end with "and" or "or" are conditions, not steps."""
    texts = [text_of(item).rstrip(" ,;").lower() for item in listing.items]
    return any(text.endswith((" and", " or")) for text in texts[:-1])


def _duties(intro: str) -> bool:
    """Whether what follows tells what a role is for, which is never done."""
    return bool(_DUTIES.match(intro))


def _checks(block: Block, intro: str) -> bool:
    if not isinstance(block, Listing) or block.ordered or _linked(block) or _criteria(block):
        return False
    return bool(CHECKLIST.search(intro)) and is_request(intro)


def _without_duties(blocks: Sequence[Block]) -> list[Block]:
    above = [None, *blocks]
    return [
        block
        for before, block in zip(above, blocks, strict=False)
        if not (isinstance(before, Para) and _duties(_last(before.inline)))
    ]


def _has_checks(blocks: Sequence[Block]) -> bool:
    return any(isinstance(before, Para) and _checks(block, _last(before.inline)) for before, block in pairwise(blocks))


def _last(inline: Inline) -> str:
    return re.split(r"(?<=[.!?])\s+", inline.line)[-1]


def _listed(blocks: Sequence[Block], marker: Marker, wanted: Callable[[Block, str], bool]) -> Found:
    """The items of the wanted lists; what stands between them belongs to the step above it."""
    found = Found(marker)
    last = _last_wanted(blocks, wanted)
    lead: list[Block] = []
    intro = ""
    lists: list[Listing] = []
    for index, block in enumerate(blocks):
        if wanted(block, intro):
            new = _of_block(block, marker, found.steps[-1].rest if found.steps else found.before)
            if new and lead:
                new[0].detail[:0] = drafts.texts_of(lead)
            found.steps += new
            lists += [block] if isinstance(block, Listing) else []
            found.before += [Para(_header(block), block.line)] if isinstance(block, Table) else []
            lead = []
        elif not found.steps:
            found.before.append(block)
        elif isinstance(block, Para) and index + 1 < len(blocks) and wanted(blocks[index + 1], _last(block.inline)):
            lead = [block]
        elif index > last and not _still_belongs(blocks[index:], found):
            found.after += blocks[index:]
            break
        else:
            found.steps[-1].rest.append(block)
        intro = _last(block.inline) if isinstance(block, Para) else ""
    items = [item for listing in lists for item in listing.items]
    found.share = sum(_asks(item) for item in items) / len(items) if items else 1.0
    return found


def _header(table: Table) -> Inline:
    text = " | ".join(cell.line for cell in table.head)
    return Inline(text, full=text)


def _last_wanted(blocks: Sequence[Block], wanted: Callable[[Block, str], bool]) -> int:
    last = -1
    for index, block in enumerate(blocks):
        above = blocks[index - 1] if index else None
        if wanted(block, _last(above.inline) if isinstance(above, Para) else ""):
            last = index
    return last


def _still_belongs(rest: Sequence[Block], found: Found) -> bool:
    """Below the last step: code that follows it directly, and all the way to a later code, is part of it."""
    return not found.after and any(isinstance(block, Code) for block in rest)


def _of_block(block: Block, marker: Marker, above: list[Block]) -> list[Draft]:
    """The steps of a wanted block; items that are none go to the step before them, or `above` the first."""
    if isinstance(block, Table):
        return tables.steps_of(block)
    if isinstance(block, Quote):
        return [draft for inner in block.blocks for draft in _of_block(inner, marker, above)]
    if not isinstance(block, Listing):
        above.append(block)
        return []
    found: list[Draft] = []
    for item in block.items:
        if _is_step(item, marker):
            found.append(drafts.of_item(item))
        else:
            (found[-1].rest if found else above).append(drafts.alone(item, block))
    return found


def _is_step(item: Item, marker: Marker) -> bool:
    if item.wish:
        return item.wish == "step"
    return marker != "task" or item.box or any(_boxes(inner) for inner in item.blocks)


def _paragraphs(blocks: Sequence[Block], *, doing: bool, forced: bool) -> Found:
    lettered = _lettered(blocks)
    if len(lettered.steps) > 1:
        return lettered
    labelled = _labelled(blocks)
    if len(labelled.steps) > 1:
        return labelled
    return _prose(blocks, doing=doing, forced=forced)


def _lettered(blocks: Sequence[Block]) -> Found:
    """Paragraphs "A. …", "B. …" or "4a) …", also within one paragraph on lines of their own."""
    found = Found("letter", share=1.0)
    previous = ""
    for block in blocks:
        lines = block.inline.text.split("\n") if isinstance(block, Para) else []
        marks = [match[1] for line in lines if (match := _LETTER.match(line))]
        if not isinstance(block, Para) or not marks or not _follows(previous, marks[0]):
            (found.steps[-1].rest if found.steps else found.before).append(block)
            continue
        found.steps += _split(block, lines)
        previous = marks[-1]
    return found


def _follows(previous: str, mark: str) -> bool:
    if not previous:
        return mark.lower() in ("a", "1", "1a") or mark[:-1].isdigit()
    return mark.lower() > previous.lower() or len(mark) > len(previous)


def _split(block: Para, lines: Sequence[str]) -> list[Draft]:
    parts: list[list[str]] = []
    for line in lines:
        if _LETTER.match(line) or not parts:
            parts.append([])
        parts[-1].append(line)
    found = [drafts.of_inline(Inline("\n".join(part)), block.line) for part in parts]
    found[-1].detail += block.inline.links
    found[-1].codes += drafts.of_inline(block.inline, block.line).codes
    return found


def _labelled(blocks: Sequence[Block]) -> Found:
    """Paragraphs that start with a bold request, each with what follows it."""
    found = Found("label", share=1.0)
    for block in blocks:
        label = block.inline.label if isinstance(block, Para) else ""
        if isinstance(block, Para) and label and asks(label):
            found.steps.append(drafts.of_inline(block.inline, block.line))
            continue
        (found.steps[-1].rest if found.steps else found.before).append(block)
    return found


def _prose(blocks: Sequence[Block], *, doing: bool, forced: bool) -> Found:
    """Paragraphs that ask for something or introduce code; code without words is a step of its own."""
    found = Found("code" if any(isinstance(block, Code) for block in blocks) else "prose")
    paragraphs = [block for block in blocks if isinstance(block, Para)]
    requests = {id(block): request_in(block.inline.line) for block in paragraphs}
    imperatives = {each for each in requests.values() if asks(each)}
    for index, block in enumerate(blocks):
        after = blocks[index + 1] if index + 1 < len(blocks) else None
        request = requests.get(id(block), "")
        wanted = bool(request) and (request in imperatives or not imperatives)
        if isinstance(block, Para) and (wanted or isinstance(after, Code) or (forced and not found.steps)):
            found.steps.append(_of_paragraph(block, request))
        elif isinstance(block, Code) and not found.steps:
            found.steps.append(Draft(_first_line(block), block.line, rest=[block]))
        else:
            (found.steps[-1].rest if found.steps else found.before).append(block)
    asking = [
        bool(request) and (doing or (request in imperatives and not only_points(request)))
        for request in (requests[id(block)] for block in paragraphs)
    ]
    found.share = max(sum(asking) / len(asking), 0.5 * _opens(paragraphs[0], imperatives)) if asking else 0.0
    return found


def _opens(first: Para, imperatives: set[str]) -> bool:
    """Whether the very first sentence asks for something."""
    sentence = first_sentence(first.inline.line)
    return bool(imperatives) and asks(sentence) and not only_points(sentence)


def _first_line(code: Code) -> str:
    lines = [line.strip() for line in code.text.split("\n") if line.strip()]
    return next((line for line in lines if not line.startswith("#")), lines[0] if lines else "")


def _of_paragraph(block: Para, request: str) -> Draft:
    draft = drafts.of_inline(block.inline, block.line)
    if request and not draft.text.startswith(request) and len(draft.text) > len(request) + 20:
        draft.title = request
        draft.detail = [draft.text, *block.inline.links]
    return draft
