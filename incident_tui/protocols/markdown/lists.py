"""The steps of a section in lists and tables, and which lists are none."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Final

from incident_tui.protocols.markdown import drafts, tables
from incident_tui.protocols.markdown.drafts import Draft, Found, Marker, text_of
from incident_tui.protocols.markdown.inlines import Inline
from incident_tui.protocols.markdown.tree import Block, Code, Item, Listing, Para, Quote, Table
from incident_tui.protocols.markdown.vocabulary import (
    CHECKLIST,
    asks,
    goes_on_below,
    is_request,
    only_points,
    orders,
)

_DUTIES: Final = re.compile(
    r"(?:the )?(?:(?:\w+ ){0,3}responsibilities|duties|examples?|for example|e\.g\.)\W*$", re.IGNORECASE
)
_QUESTION: Final = re.compile(r"[^.?]{3,200}\?")
_SENTENCES: Final = re.compile(r"(?<=[.!?])\s+(?=[A-Z])")
_ENDPOINT: Final = re.compile(r"(?:GET|POST|PUT|PATCH|DELETE|HEAD) ")
_LONGEST_LABEL: Final = 3
_ENOUGH: Final = 0.4
_CHOICE: Final = re.compile(
    r"\b(?:(?:one|either|any) of (?:the|these|those|two|three|four|five|six|\d)|one of:|one of the following|either:?$"
    r"|(?:choose|pick|select) (?:one|an option|between|the (?:one|option|method))"
    r"|the following (?:options|alternatives|ways)"
    r"|alternatives?:|options:)",
    re.IGNORECASE,
)


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
    if (
        is_request(text)
        or _labelled(text)
        or orders(_SENTENCES.split(text)[-1])
        or any(isinstance(block, Code) for block in item.blocks)
    ):
        return True
    if isinstance(first, Para) and any(map(_is_typed, first.inline.codes)) and len(text) < 120:
        return text.startswith(first.inline.codes[0]) or text.endswith(first.inline.codes[-1])
    return any(isinstance(block, Listing) and share_of(block) >= 0.5 for block in item.blocks)


def _is_typed(code: str) -> bool:
    """Whether a code span has several words and is no address of an interface, as "GET /health" is."""
    return " " in code and _ENDPOINT.match(code) is None


def _labelled(text: str) -> bool:
    """Whether a request stands behind a short label: "Recovery: restore the key"."""
    label, colon, rest = text.partition(": ")
    return bool(colon) and label.count(" ") < _LONGEST_LABEL and asks(rest) and not only_points(rest)


def has_boxes(block: Block) -> bool:
    if isinstance(block, Quote):
        return any(has_boxes(inner) for inner in block.blocks)
    return isinstance(block, Listing) and any(
        item.box or any(has_boxes(inner) for inner in item.blocks) for item in block.items
    )


def is_wished(block: Block) -> bool:
    return isinstance(block, Listing) and any(item.wish == "step" for item in block.items)


def is_step_table(block: Block) -> bool:
    return isinstance(block, Table) and tables.is_checklist(block)


def _linked(listing: Listing) -> bool:
    """Whether the items are nothing but links: contents, references, a choice of places."""
    if any(_has_work_below(item) for item in listing.items):
        return False
    firsts = [item.blocks[0] for item in listing.items if item.blocks]
    return bool(firsts) and all(isinstance(first, Para) and first.inline.linked for first in firsts)


def _has_work_below(item: Item) -> bool:
    """Whether something to do stands below the link that the item is."""
    lists = (block for block in item.blocks[1:] if isinstance(block, Listing))
    return any(share_of(listing) >= 0.5 and not _linked(listing) for listing in lists)


def is_numbered(block: Block) -> bool:
    return isinstance(block, Listing) and block.ordered and not _linked(block) and len(block.items) > 0


def is_sequence(block: Block, intro: str) -> bool:
    """A numbered list that does not end the sentence above it, which tells what something does."""
    return is_numbered(block) and not goes_on_below(intro)


def _bullets(block: Block) -> bool:
    if not isinstance(block, Listing) or block.ordered or _linked(block) or _criteria(block):
        return False
    return share_of(block) >= _ENOUGH or _questions(block)


def may_be_steps(block: Block) -> bool:
    """Whether nothing about a list says that it is none."""
    return isinstance(block, Listing) and not _linked(block) and not _criteria(block)


def _questions(listing: Listing) -> bool:
    """Questions under a heading that asks for something are to be answered, one by one."""
    texts = [text_of(item) for item in listing.items]
    return sum(bool(_QUESTION.match(text)) or is_request(text) for text in texts) * 2 > len(texts)


def _criteria(listing: Listing) -> bool:
    """Items that end with "and" or "or" are conditions, not steps."""
    texts = [text_of(item).rstrip(" ,;").lower() for item in listing.items]
    return any(text.endswith((" and", " or")) for text in texts[:-1])


def _duties(intro: str) -> bool:
    """Whether what follows tells what a role is for, which is never done."""
    return bool(_DUTIES.match(intro))


def is_asking(block: Block, intro: str) -> bool:
    """Whether enough of a bullet list asks for something, or the line above it does for all of it."""
    described = _duties(intro) or goes_on_below(intro)
    return (_bullets(block) and not described) or is_check(block, intro)


def is_check(block: Block, intro: str) -> bool:
    if not isinstance(block, Listing) or block.ordered or _linked(block) or _criteria(block):
        return False
    return bool(CHECKLIST.search(intro)) and (asks(intro) or "things to" in intro)


def last_sentence(inline: Inline) -> str:
    return re.split(r"(?<=[.!?])\s+", inline.line)[-1]


def listed(blocks: Sequence[Block], marker: Marker, wanted: Callable[[Block, str], bool]) -> Found:
    """The items of the wanted lists; what stands between them belongs to the step above it."""
    intros = ["", *(last_sentence(block.inline) if isinstance(block, Para) else "" for block in blocks)]
    flags = [wanted(block, intro) for block, intro in zip(blocks, intros, strict=False)]
    last = max((index for index, flag in enumerate(flags) if flag), default=-1)
    last_code = max((index for index, block in enumerate(blocks) if isinstance(block, Code)), default=-1)
    found = Found(marker)
    lead: Para | None = None
    for index, block in enumerate(blocks):
        below = found.steps[-1].rest if found.steps else found.before
        if flags[index]:
            _take(found, block, lead)
            lead = None
        elif isinstance(block, Para) and index < last and flags[index + 1] and (found.steps or _is_choice(block)):
            lead = block
        elif index > max(last, last_code) and found.steps:
            found.after += blocks[index:]
            break
        else:
            below.append(block)
    items = [
        item
        for block, flag in zip(blocks, flags, strict=True)
        if flag and isinstance(block, Listing)
        for item in block.items
    ]
    found.share = sum(_asks(item) for item in items) / len(items) if items else 1.0
    return found


def _is_choice(block: Para) -> bool:
    """Whether the items that follow are alternatives, of which one is enough."""
    return bool(_CHOICE.search(last_sentence(block.inline)))


def _take(found: Found, block: Block, lead: Para | None) -> None:
    """Adds the steps of a wanted block; `lead` is the paragraph right above it."""
    below = found.steps[-1].rest if found.steps else found.before
    if isinstance(block, Table):
        found.before.append(Para(_header(block), block.line))
    new = _of_block(block, found.marker, below)
    if lead is None:
        found.steps += new
    elif found.marker != "task" and len(new) > 1 and _is_choice(lead):
        draft = drafts.of_inline(lead.inline, lead.line)
        draft.inner = new
        found.steps.append(draft)
    elif new:
        new[0].detail[:0] = drafts.texts_of([lead])
        found.steps += new
    else:
        below.append(lead)


def _header(table: Table) -> Inline:
    text = " | ".join(cell.line for cell in table.head)
    return Inline(text, full=text)


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
    boxed = marker == "task" and any(item.box or item.wish == "step" for item in block.items)
    for item in block.items:
        draft = drafts.of_item(item) if _is_step(item, boxed) else None
        if draft and draft.title:
            found.append(draft)
        else:
            (found[-1].rest if found else above).append(drafts.alone(item, block))
    return found


def _is_step(item: Item, boxed: bool) -> bool:
    """`boxed` says that the list has boxes of its own, so that what has none is no step."""
    if item.wish:
        return item.wish == "step"
    return not boxed or item.box or any(has_boxes(inner) for inner in item.blocks)
