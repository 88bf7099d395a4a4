"""Markup of other languages within Markdown: tags, comments and templates become text or nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Final

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


@dataclass(slots=True)
class Scanner:
    """Goes once through a document; `directives` are the texts of `<!-- incident: … -->` by line, from 1."""

    components: bool = False
    closed: frozenset[str] = frozenset()
    directives: dict[int, list[str]] = field(default_factory=dict)

    def plain(self, text: str, line: int) -> str:
        """`text`, which starts at `line`, without foreign markup; it keeps its line breaks and its code spans."""
        if _OPENER.search(text) is None:
            return text
        parts: list[str] = []
        missing: set[str] = set()
        done = 0
        counted = 0
        opener = _OPENER.search(text)
        while opener is not None:
            start = opener.start()
            line += text.count("\n", counted, start)
            counted = start
            end, put = self._read(text, opener, line, missing)
            parts += (text[done:start], put)
            done = end
            opener = _OPENER.search(text, end)
        return "".join([*parts, text[done:]])

    def _read(self, text: str, opener: re.Match[str], line: int, missing: set[str]) -> tuple[int, str]:
        """Where what starts with `opener` ends, and what stands in its place."""
        start, mark = opener.start(), opener[0]
        if mark[0] == "`":
            end = _code_end(text, opener, missing)
            return end, text[start:end]
        if mark == "<!--":
            return self._comment(text, start, line, missing)
        if mark == "<%":
            return _upto(text, start, "%>", missing)
        if mark == "{%":
            return _upto(text, start, "%}", missing)
        if mark.startswith("{{"):
            return _upto(text, start, mark[2].replace("<", ">") + "}}", missing)
        return self._tag(text, start)

    def _comment(self, text: str, start: int, line: int, missing: set[str]) -> tuple[int, str]:
        end, put = _upto(text, start, "-->", missing)
        found = _DIRECTIVE.fullmatch(text[start + 4 : end - 3]) if end - start > 6 else None
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


def _upto(text: str, start: int, closer: str, missing: set[str]) -> tuple[int, str]:
    """Where the markup that `closer` ends is over, and what it prints."""
    end = -1 if closer in missing else text.find(closer, start + 2)
    if end < 0:
        missing.add(closer)
        return start + 1, text[start]
    inner = text[start + 2 : end]
    shown = _liquid(inner) if "}" in closer else ""
    return end + len(closer), shown + "\n" * text.count("\n", start, end)


def _liquid(inner: str) -> str:
    """What a template tag prints: its quoted argument, unless it only steers."""
    words = inner.strip("-<% \n").split(maxsplit=1)
    if not words or _STEERING.match(words[0].strip("/")) or words[0].startswith("/"):
        return ""
    return " ".join(_QUOTED.findall(words[1] if len(words) > 1 else ""))


def _code_end(text: str, opener: re.Match[str], missing: set[str]) -> int:
    """Where the code span ends that these backticks start; the end of the backticks when there is none."""
    ticks = opener[0]
    if len(ticks) > _LONGEST_TICKS or ticks in missing:
        return opener.end()
    blank = text.find("\n\n", opener.end())
    limit = len(text) if blank < 0 else blank
    found = re.compile(rf"(?<!`){ticks}(?!`)").search(text, opener.end(), limit)
    if found is None and blank < 0:
        missing.add(ticks)
    return found.end() if found else opener.end()
