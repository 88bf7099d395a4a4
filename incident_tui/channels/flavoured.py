"""Light Markdown for GitHub: what people wrote stays, nothing in it calls, refers, loads or commands."""

from __future__ import annotations

import re
from typing import Final

from msgspec import Struct

from incident_tui.domain.text import clean, clean_line

APART: Final = "\u200b"
_LIVE: Final = re.compile(
    r"(@)(?=\S)"  # mentions
    r"|(\#)(?=\d)|\b(gh-)(?=\d)"  # references, and with them “Fixes #1”
    r"|(<)(?!https?://[^\s<>]+>)(?=[a-z/!?])"  # HTML, comments
    r"|(!)(?=\[)"  # images, which load
    r"|^([ \t>*+-]*/)(?=[a-z][a-z-]*(?:\s|$))",  # commands to bots, which a path is not
    re.IGNORECASE,
)


class _Fence(Struct, frozen=True):
    """From its first line to before `end`; `level` says how deep it is nested."""

    start: int
    end: int
    mark: str
    level: int

    def is_open(self, lines: list[str]) -> bool:
        """Whether it goes on behind the text; a nested one ends with what it is in."""
        last = lines[self.end - 1].strip()
        ended = self.end - 1 > self.start and len(last) >= len(self.mark) and not last.strip(self.mark[0])
        return self.level == 0 and not ended


def inert(text: str) -> str:
    """The text with an invisible space in all that would act; fenced code, where nothing does, stays as it is.

    A fence that is left open is closed, so that what follows is none of its code.
    """
    cleaned = clean(text).strip("\n")
    fences = _fences(cleaned)
    code = {line for fence in fences for line in range(fence.start, fence.end)}
    lines = cleaned.split("\n")
    shown = [line if at in code else _LIVE.sub(_apart, line) for at, line in enumerate(lines)]
    return "\n".join([*shown, *(fence.mark for fence in fences[-1:] if fence.is_open(lines))])


def inert_line(text: str) -> str:
    """`inert` on one line."""
    return _LIVE.sub(_apart, clean_line(text))


def _apart(match: re.Match[str]) -> str:
    return f"{match[0]}{APART}"


def _fences(text: str) -> list[_Fence]:
    if "```" not in text and "~~~" not in text:
        return []
    from markdown_it import MarkdownIt

    tokens = MarkdownIt("commonmark", {"html": False}).parse(text)
    fences = [token for token in tokens if token.type == "fence"]
    return [_Fence(place[0], place[1], token.markup, token.level) for token in fences if (place := token.map)]
