"""The steps of a section without lists: lettered and bold paragraphs, text with code."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from incident_tui.protocols.markdown import drafts, lists
from incident_tui.protocols.markdown.drafts import Draft, Found
from incident_tui.protocols.markdown.inlines import Inline
from incident_tui.protocols.markdown.tree import Block, Code, Listing, Para
from incident_tui.protocols.markdown.vocabulary import (
    asks,
    is_request,
    request_in,
)

_CASES: Final = re.compile(
    r"\b(?:if|when|where|unless|either|(?:any|one) of|examples?|such as|e\.g\.|using|via)(?!.*,)[^,]*:$", re.IGNORECASE
)
"""What ends so is followed by conditions, examples or means to choose from, not by work."""
_LETTER: Final = re.compile(r"^\(?([A-Za-z]|\d{1,2}[a-z]?)[.)]\s+(?=\S)")


def paragraphs(blocks: Sequence[Block], *, forced: bool) -> Found:
    lettered = _lettered(blocks)
    if len(lettered.steps) > 1:
        return lettered
    labelled = _labelled(blocks)
    if len(labelled.steps) > 1:
        return labelled
    return _prose(blocks, forced=forced)


def _lettered(blocks: Sequence[Block]) -> Found:
    """Paragraphs "A. …", "B. …" or "4a) …", also within one paragraph on lines of their own."""
    found = Found("letter")
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
    found = Found("label")
    for block in blocks:
        label = block.inline.label if isinstance(block, Para) else ""
        if isinstance(block, Para) and label and asks(label):
            found.steps.append(drafts.of_inline(block.inline, block.line))
            continue
        (found.steps[-1].rest if found.steps else found.before).append(block)
    return found


def _prose(blocks: Sequence[Block], *, forced: bool) -> Found:
    """Paragraphs that ask for something or introduce code; code without words is a step of its own."""
    found = Found("code" if any(isinstance(block, Code) for block in blocks) else "prose")
    paragraphs = [block for block in blocks if isinstance(block, Para)]
    requests = {id(block): request_in(block.inline.line) for block in paragraphs}
    imperatives = {each for each in requests.values() if asks(each)}
    # Beside many imperatives a "should" describes; where imperatives are the exception it is how the author asks.
    few = len(imperatives) * 2 < sum(map(bool, requests.values()))
    for index, block in enumerate(blocks):
        after = blocks[index + 1] if index + 1 < len(blocks) else None
        request = requests.get(id(block), "")
        wanted = bool(request) and (request in imperatives or few)
        wanted = wanted or isinstance(after, Code) or (forced and not found.steps)
        if wanted and isinstance(block, Para) and block.inline.line:
            found.steps.append(_of_paragraph(block, request))
        elif isinstance(block, Code) and block.text.strip() and not found.steps:
            found.steps.append(Draft(_first_line(block), block.line, rest=[block]))
        elif found.steps and index and isinstance(block, Listing) and _opens_list(blocks[index - 1], block):
            found.steps[-1].inner += drafts.inner_of(block)
        else:
            (found.steps[-1].rest if found.steps else found.before).append(block)
    return found


def _opens_list(block: Block, listing: Listing) -> bool:
    """Whether a request ends with a colon, so that it takes the items below it to say what is asked for."""
    if not isinstance(block, Para) or not block.inline.line.endswith(":"):
        return False
    sentence = lists.last_sentence(block.inline)
    return is_request(sentence) and not _CASES.search(sentence) and lists.may_be_steps(listing)


def _first_line(code: Code) -> str:
    lines = [line.strip() for line in code.text.split("\n") if line.strip()]
    return next((line for line in lines if not line.startswith("#")), lines[0] if lines else "")


def _of_paragraph(block: Para, request: str) -> Draft:
    draft = drafts.of_inline(block.inline, block.line)
    if request and not draft.text.startswith(request) and len(draft.text) > len(request) + 20:
        draft.title = request
        draft.detail = [draft.text, *block.inline.links]
    return draft
