"""Running text without its marks: what is bold, what is a link, what is code."""

from __future__ import annotations

import re
from collections.abc import MutableMapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from msgspec import Struct, field

from incident_tui.domain.text import clean

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

_MARKS: Final = re.compile(r"[*_`\[\]<>&\\!~]|https?:|\n")


BOXES: Final = {"[ ]": "\x01", "[]": "\x02", "[x]": "\x03", "[X]": "\x04"}
"""How boxes at the start of items are marked, which saves the parser from taking each for a link. No clean text has
these characters."""
_STRAY: Final = re.compile(r"[\x01-\x04]")


_MARKED: Final = tuple(BOXES.values())


def unmarked(text: str) -> str:
    """The text with marked boxes as they were written."""
    for box, mark in BOXES.items():
        text = text.replace(mark, box)
    return text


class Inline(Struct):
    """A piece of running text. `text` is plain, with `\\n` at the source's line ends; `links` read `text (url)`.

    `box` says that a box stood before it. `label` is the bold text it starts with; `bold` says that nothing else is in
    it, `linked` that only links are.
    """

    text: str = ""
    label: str = ""
    bold: bool = False
    linked: bool = False
    links: list[str] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)
    full: str = ""
    box: bool = False
    _line: str = ""

    @property
    def line(self) -> str:
        """The text on one line."""
        if not self._line:
            self._line = " ".join(self.text.split())
        return self._line


class Inlines:
    """Reads the running texts of one document, whose link definitions are in `env`."""

    def __init__(self, env: MutableMapping[str, object]) -> None:
        self._env = env

    def read(self, content: str) -> Inline:
        """The plain text of a paragraph, a heading or a cell."""
        if content[:1] in _MARKED:
            inline = self.read(content[1:].strip())
            inline.box = True
            return inline
        if _STRAY.search(content):
            content = unmarked(content)
        if not _MARKS.search(content):
            return Inline(content, full=content)
        parser = _parser()
        tokens: list[Token] = []
        parser.inline.parse(content, parser, self._env, tokens)
        return _Text().read(tokens)


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark", {"html": False}).enable("strikethrough").disable("html_inline")


class _Text:
    """Adds up the pieces of an inline token."""

    def __init__(self) -> None:
        self._out: list[str] = []
        self._full: list[str] = []
        self._inline = Inline()
        self._strong = 0
        self._start = 0
        self._plain = ""
        self._link_start = 0
        self._unlinked = False

    def read(self, tokens: Sequence[Token]) -> Inline:
        href = ""
        for token in tokens:
            kind = token.type
            if kind == "strong_open":
                self._strong += 1
                self._start = len(self._out) if self._strong == 1 else self._start
            elif kind == "strong_close":
                self._strong -= 1
                self._bold()
            elif kind == "link_open":
                href = str(token.attrs.get("href", ""))
                self._link_start = len(self._out)
            elif kind == "link_close":
                self._link(href)
                href = ""
            else:
                self._piece(token, loose=not self._strong, linked=bool(href))
        return self._result()

    def _piece(self, token: Token, *, loose: bool, linked: bool) -> None:
        if token.type in ("softbreak", "hardbreak"):
            self._add("\n")
            return
        text = self._image(token) if token.type == "image" else clean(token.content)
        if not text:
            return
        if token.type == "code_inline":
            self._inline.codes.append(text)
        self._add(text)
        if loose:
            self._plain += text
        if not linked and text.strip(" ,;.|-–—()[]:"):
            self._unlinked = True

    def _image(self, token: Token) -> str:
        source = str(token.attrs.get("src", ""))
        alt = clean(token.content)
        if source.startswith("data:") or not source:
            return alt
        self._inline.links.append(f"{alt} ({source})" if alt else source)
        return alt

    def _add(self, text: str) -> None:
        self._out.append(text)
        self._full.append(text)

    def _bold(self) -> None:
        if self._strong or "".join(self._out[: self._start]).strip() or self._inline.label:
            return
        self._inline.label = "".join(self._out[self._start :]).strip()

    def _link(self, href: str) -> None:
        shown = "".join(self._out[self._link_start :]).strip()
        bare = href.removeprefix("mailto:")
        if not shown:
            self._add(clean(href.lstrip("#")))
            return
        if not href or href.startswith("#") or bare == shown:
            return
        self._inline.links.append(f"{shown} ({clean(href)})")
        self._full.append(f" ({clean(href)})")

    def _result(self) -> Inline:
        inline = self._inline
        inline.text = "".join(self._out).strip()
        inline.full = "".join(self._full).strip()
        inline.bold = bool(inline.label) and not self._plain.strip(" :.\n")
        inline.linked = not self._unlinked and bool(inline.text)
        return inline
