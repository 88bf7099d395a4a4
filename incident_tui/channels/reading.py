"""Light Markdown read into a tree, for services that want another markup: HTML in it is text like any other."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from incident_tui.domain.text import clean

if TYPE_CHECKING:
    from markdown_it.tree import SyntaxTreeNode

BOXES: Final = {"[ ] ": "☐ ", "[x] ": "☑ ", "[X] ": "☑ "}
_NO_CHARACTERS: Final = re.compile("[\ufffe\uffff]")
_ADDRESS: Final = re.compile(r"https?://[^\s<>\"'`|\\^{}\[\]]*[^\s<>\"'`|\\^{}\[\].,;:!?)]", re.IGNORECASE)


def tree_of(markdown: str) -> SyntaxTreeNode:
    """CommonMark with tables and strikethrough."""
    from markdown_it import MarkdownIt
    from markdown_it.tree import SyntaxTreeNode

    parser = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    return SyntaxTreeNode(parser.parse(readable(markdown)))


def readable(text: str) -> str:
    """Clean text without the characters that XML, and with it these services, cannot hold."""
    return _NO_CHARACTERS.sub("\ufffd", clean(text))


def safe_link(target: object) -> str:
    """The address of a link that only leads to a page or a mailbox, else ""."""
    address = str(target or "")
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    reached = parts.netloc if parts.scheme in ("http", "https") else parts.path if parts.scheme == "mailto" else ""
    return address if reached else ""


def is_blank(node: SyntaxTreeNode) -> bool:
    """Whether nothing is written in it, as in the head of a table that has none."""
    return not _said(node).strip()


def _said(node: SyntaxTreeNode) -> str:
    return "".join(map(_said, node.children)) if node.children else node.content if node.token else ""


def boxed(text: str) -> str:
    """The text of an item with its box drawn, where it is a task."""
    return BOXES[text[:4]] + text[4:] if text[:4] in BOXES else text


def with_addresses(text: str) -> list[tuple[str, str]]:
    """The text in pieces, each with the address that it is itself, or ""."""
    pieces, done = [], 0
    for found in _ADDRESS.finditer(text):
        pieces += [(text[done : found.start()], ""), (found[0], safe_link(found[0]))]
        done = found.end()
    return [(piece, link) for piece, link in [*pieces, (text[done:], "")] if piece]
