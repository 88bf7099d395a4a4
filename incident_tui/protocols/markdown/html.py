"""Markup of other languages within Markdown: tags, comments and templates become text or nothing."""

from __future__ import annotations

import re
from importlib.resources import files
from typing import Final

from msgspec import Struct, field

_OPENER: Final = re.compile(r"`+|<!--|<%|\{%|\{\{[<%]|</?[A-Za-z]")
_TAG: Final = re.compile(r"</?([A-Za-z][\w.:-]{0,60})((?:\s[^<>]{0,2000})?)>")
_NAMES: Final = frozenset((files(__package__) / "tags.txt").read_text(encoding="utf-8").split())
_ALONE: Final = frozenset(("br", "col", "hr", "img", "input", "p", "wbr", "details", "summary"))
_ATTRIBUTE: Final = re.compile(r"""(\w+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_QUOTED: Final = re.compile(r"""["']([^"']+)["']""")
# Tags of these kinds steer what is printed and print nothing of their own.
_STEERING: Final = re.compile(
    r"(?:end)?(?:assign|block|capture|case|comment|else|elsif|extends|for|highlight|hint|if|import|include|include_relative|layout|raw|render|tab|tabs|unless|when)$"
)
_DIRECTIVE: Final = re.compile(r"\s*incident:\s*(.*?)\s*", re.DOTALL)
_LONGEST_TICKS: Final = 10


class Scanner(Struct):
    """Goes once through a document; `directives` are the texts of `<!-- incident: … -->` by line, from 1."""

    components: bool = False
    closed: frozenset[str] = frozenset()
    directives: dict[int, list[str]] = field(default_factory=dict)

    def plain(self, text: str, line: int) -> str:
        """`text`, which starts at `line`, without foreign markup; it keeps its line breaks and its code spans."""
        opener = _OPENER.search(text)
        if opener is None:
            return text
        parts: list[str] = []
        ends = _Ends(text)
        done = 0
        counted = 0
        while opener is not None:
            start = opener.start()
            line += text.count("\n", counted, start)
            counted = start
            end, put = self._read(opener, line, ends)
            parts += (text[done:start], put)
            done = end
            opener = _OPENER.search(text, end)
        return "".join([*parts, text[done:]])

    def _read(self, opener: re.Match[str], line: int, ends: _Ends) -> tuple[int, str]:
        """Where what starts with `opener` ends, and what stands in its place."""
        start, mark = opener.start(), opener[0]
        if mark[0] == "`":
            end = ends.of_code(opener)
            return end, opener.string[start:end]
        if mark == "<!--":
            return self._comment(start, line, ends)
        if mark == "<%":
            return ends.upto(start, "%>")
        if mark == "{%":
            return ends.upto(start, "%}")
        if mark.startswith("{{"):
            return ends.upto(start, mark[2].replace("<", ">") + "}}")
        return self._tag(opener.string, start)

    def _comment(self, start: int, line: int, ends: _Ends) -> tuple[int, str]:
        end, put = ends.upto(start, "-->")
        found = _DIRECTIVE.fullmatch(ends.text[start + 4 : end - 3]) if end - start > 6 else None
        if found:
            self.directives.setdefault(line, []).append(" ".join(found[1].split()))
        return end, put

    def _tag(self, text: str, start: int) -> tuple[int, str]:
        tag = _TAG.match(text, start)
        if tag is None or not self._is_markup(tag):
            return start + 1, text[start]
        name, end = tag[1].lower(), tag.end()
        attributes = {found[1].lower(): found[2] or found[3] or "" for found in _ATTRIBUTE.finditer(tag[2])}
        if name == "a" and "href" in attributes:
            close = text.find("</a>", end, end + 500)
            inner = text[end:close]
            if close >= 0 and "\n" not in inner:
                shown = _TAG.sub("", inner).strip()
                return close + 4, f"[{shown}]({attributes['href']})" if shown else ""
        put = {"img": attributes.get("alt", ""), "br": " ", "td": " ", "th": " ", "code": "`"}.get(name, "")
        return end, put + "\n" * tag[0].count("\n")

    def _is_markup(self, tag: re.Match[str]) -> bool:
        """Whether this is a tag and not a placeholder such as `<pod>`."""
        name = tag[1]
        if name.lower() not in _NAMES:
            return self.components and name[0].isupper() and not name.isupper()
        return name.lower() in _ALONE or "=" in tag[2] or name.lower() in self.closed


def closed_tags(text: str) -> frozenset[str]:
    """Names of tags that are closed somewhere in `text`."""
    return frozenset(name.lower() for name in re.findall(r"</([A-Za-z][\w]{0,20})\s*>", text))


def _liquid(inner: str) -> str:
    """What a template tag prints: its quoted argument, unless it only steers."""
    words = inner.strip("-<% \n").split(maxsplit=1)
    if not words or _STEERING.match(words[0].strip("/")) or words[0].startswith("/"):
        return ""
    return " ".join(_QUOTED.findall(words[1] if len(words) > 1 else ""))


class _Ends:
    """Finds where markup ends in a text that is read from its start on; what is missing is sought only once."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._missing: set[str] = set()
        self._blank = -1

    def upto(self, start: int, closer: str) -> tuple[int, str]:
        """Where the markup that `closer` ends is over, and what it prints."""
        end = -1 if closer in self._missing else self.text.find(closer, start + 2)
        if end < 0:
            self._missing.add(closer)
            return start + 1, self.text[start]
        shown = _liquid(self.text[start + 2 : end]) if "}" in closer else ""
        return end + len(closer), shown + "\n" * self.text.count("\n", start, end)

    def of_code(self, opener: re.Match[str]) -> int:
        """Where the code span ends that these backticks start; the end of the backticks when there is none."""
        ticks, start = opener[0], opener.end()
        if len(ticks) > _LONGEST_TICKS or ticks in self._missing:
            return start
        limit = self._paragraph_end(start)
        found = re.compile(rf"(?<!`){ticks}(?!`)").search(self.text, start, limit)
        if found is None and limit == len(self.text):
            self._missing.add(ticks)
        return found.end() if found else start

    def _paragraph_end(self, start: int) -> int:
        if self._blank < start:
            self._blank = self.text.find("\n\n", start)
            self._blank = len(self.text) if self._blank < 0 else self._blank
        return self._blank
