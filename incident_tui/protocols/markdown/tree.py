"""Markdown as a tree of blocks with plain texts: what the parser's flat tokens mean together."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Final, Literal

from msgspec import Struct, field

from incident_tui.domain.text import clean
from incident_tui.protocols.markdown.inlines import Inline, Inlines, unmarked

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

_BOX: Final = re.compile(r"\[([ xX]?)\](?=\s|$)\s*|[☐☑⬜□]\ufe0f?(?=\s)\s*")
_TICKED: Final = re.compile(r"✅\ufe0f?(?=\s)\s*")
"""A box beside other boxes; alone it tells of what is done or good, not of what is to do."""
_STRAY_BOX: Final = re.compile(r"\s*\[ ?\]\s*$")
_DEEPEST: Final = 100
Wish = Literal["", "step", "text"]
"""What the author of an item says it is."""


class Para(Struct):
    inline: Inline
    line: int


class Heading(Struct):
    inline: Inline
    level: int
    line: int


class Code(Struct):
    text: str
    language: str
    line: int


class Quote(Struct):
    blocks: list[Block]
    line: int


class Item(Struct):
    blocks: list[Block]
    line: int
    box: bool = False
    number: int = 0
    wish: Wish = ""
    remarks: list[str] = field(default_factory=list)


class Listing(Struct):
    ordered: bool
    items: list[Item]
    line: int
    margin: int = 0


class Table(Struct):
    head: list[Inline]
    rows: list[list[Inline]]
    lines: list[int]
    line: int


Block = Para | Heading | Code | Quote | Listing | Table


def parse(text: str) -> list[Block]:
    """The blocks of a document without raw HTML; lines count from 1."""
    env: dict[str, object] = {}
    tokens = _parser().parse(text, env)
    return _Reader(tokens, text.split("\n"), Inlines(env)).blocks("")


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    """Blocks only: most lines have no marks, so that their text needs no parser."""
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark", {"html": False, "maxNesting": _DEEPEST})
    return parser.enable("table").disable(["html_block", "inline", "text_join"])


class _Reader:
    """Reads the tokens one after the other."""

    def __init__(self, tokens: Sequence[Token], lines: Sequence[str], inlines: Inlines) -> None:
        self._tokens = tokens
        self._lines = lines
        self._inlines = inlines
        self._at = 0

    def blocks(self, until: str) -> list[Block]:
        """The blocks up to the token type `until`, which is read too."""
        found: list[Block] = []
        while self._at < len(self._tokens):
            token = self._tokens[self._at]
            self._at += 1
            if token.type == until:
                break
            block = self._block(token)
            if block is not None:
                found.append(block)
        return found

    def _block(self, token: Token) -> Block | None:
        line = token.map[0] + 1 if token.map else 0
        match token.type:
            case "paragraph_open":
                return Para(self._inline(), line)
            case "heading_open":
                return self._heading(token, line)
            case "fence" | "code_block":
                return Code(clean(unmarked(token.content)).rstrip("\n"), (token.info.split() or [""])[0].lower(), line)
            case "blockquote_open":
                return Quote(self.blocks("blockquote_close"), line)
            case "bullet_list_open" | "ordered_list_open":
                return self._listing(token, line)
            case "table_open":
                return self._table(line)
        return None

    def _inline(self) -> Inline:
        """The text within an opening and a closing token."""
        token = self._tokens[self._at]
        self._at += 2
        return self._inlines.read(token.content)

    def _heading(self, token: Token, line: int) -> Block:
        inline = self._inline()
        setext = token.markup in ("=", "-")
        # A rule right below a paragraph makes it a heading by the letter, yet nobody writes such headings.
        if setext and ("\n" in inline.text or len(inline.text) > 100):
            return Para(inline, line)
        return Heading(inline, int(token.tag[1:]), line)

    def _listing(self, token: Token, line: int) -> Listing:
        first = self._lines[line - 1] if 0 < line <= len(self._lines) else ""
        listing = Listing(token.type == "ordered_list_open", [], line, len(first) - len(first.lstrip()))
        closing = token.type.replace("_open", "_close")
        while self._at < len(self._tokens):
            token = self._tokens[self._at]
            self._at += 1
            if token.type == closing:
                break
            number = int(token.info) if token.info.isdigit() else 0
            start = token.map[0] + 1 if token.map else line
            listing.items.append(_boxed(Item(self.blocks("list_item_close"), start, number=number), _BOX))
        if any(item.box for item in listing.items):
            listing.items = [_boxed(item, _TICKED) for item in listing.items]
        return listing

    def _table(self, line: int) -> Table:
        table = Table([], [], [], line)
        cells: list[Inline] = []
        while self._at < len(self._tokens):
            token = self._tokens[self._at]
            self._at += 1
            if token.type == "table_close":
                break
            if token.type == "tr_open":
                cells = []
                start = token.map[0] + 1 if token.map else line
            elif token.type == "inline":
                cells.append(self._inlines.read(token.content))
            elif token.type == "tr_close" and not table.head:
                table.head = cells
            elif token.type == "tr_close":
                table.rows.append(cells)
                table.lines.append(start)
        return table


def _boxed(item: Item, mark: re.Pattern[str]) -> Item:
    """The item without the box it starts with, and without one that was left at its end."""
    first = item.blocks[0] if item.blocks else None
    if not isinstance(first, Para):
        return item
    inline = first.inline
    box = mark.match(inline.text)
    if item.box or (box is None and not inline.box):
        return item
    item.box = True
    start = box.end() if box and not inline.box else 0
    inline.text = _STRAY_BOX.sub("", inline.text[start:])
    inline.full = inline.full[start:]
    return item
