"""The likeliest steps of one section."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from incident_tui.protocols.markdown import lists, prose
from incident_tui.protocols.markdown.drafts import Found
from incident_tui.protocols.markdown.shells import greets
from incident_tui.protocols.markdown.tree import Block, Code, Heading, Listing, Para, Quote, parse

_CHECKS: Final = re.compile(r"^\s*(?:[-*+]|\d+[.)])\s+\[[ xX]?\]\s", re.MULTILINE)
_COMMENT_MARKS: Final = re.compile(r"<!--+|--+>")
"""In a fence a comment is text like any other: whoever wrote the fence wanted it to be read."""
_PLAIN_LANGUAGES: Final = ("", "text", "txt", "md", "markdown", "plaintext")


def opened(blocks: Sequence[Block]) -> list[Block]:
    """The blocks with checklists that were put into code fences read as what they are; in a letter boxes are text."""
    found: list[Block] = []
    for block in blocks:
        if isinstance(block, Code) and _is_checklist(block):
            found += _moved(parse(_COMMENT_MARKS.sub("", block.text)), block.line)
        else:
            found.append(block)
    return found


def _is_checklist(code: Code) -> bool:
    return code.language in _PLAIN_LANGUAGES and not greets(code.text) and _CHECKS.search(code.text) is not None


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


def find(blocks: Sequence[Block], *, forced: bool = False) -> Found:
    """The likeliest steps; `forced` says that there must be some."""
    blocks = opened(blocks)
    if any(lists.has_boxes(block) for block in blocks):
        return lists.listed(blocks, "task", lambda block, _intro: lists.has_boxes(block) or lists.is_step_table(block))
    if any(lists.is_step_table(block) for block in blocks):
        return lists.listed(blocks, "table", lambda block, _intro: lists.is_step_table(block))
    if any(lists.is_numbered(block) for block in blocks):
        numbered = lists.listed(
            blocks, "number", lambda block, intro: lists.is_sequence(block, intro) or lists.is_check(block, intro)
        )
        if numbered.steps:
            return numbered
    bullets = lists.listed(blocks, "bullet", lists.is_asking)
    if bullets.steps:
        return bullets
    if any(lists.is_wished(block) for block in blocks):
        return wished(blocks)
    if forced and any(isinstance(block, Listing) for block in blocks):
        return lists.listed(blocks, "bullet", lambda block, _intro: isinstance(block, Listing))
    return prose.paragraphs(blocks, forced=forced)


def wished(blocks: Sequence[Block]) -> Found:
    """The items that their author says by a comment to be steps."""
    return lists.listed(blocks, "task", lambda block, _intro: lists.is_wished(block))
