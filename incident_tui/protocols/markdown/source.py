"""From the text of a file to clean Markdown on the same lines: front matter, templates and admonitions."""

from __future__ import annotations

import re
from typing import Final

from msgspec import Struct

from incident_tui.domain.text import clean
from incident_tui.protocols.markdown.html import Scanner, closed_tags
from incident_tui.protocols.markdown.inlines import BOXES

_FRONT: Final = re.compile(r"\s*(---|\+\+\+)[ \t]*\n(.*?\n)?(\1|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_FIELD: Final = re.compile(r"^(title|name|about|description)\s*[:=]\s*(.+?)\s*$", re.MULTILINE)
_FENCE: Final = re.compile(r"^((?:[ \t]|>|[-*+][ \t]|\d{1,9}[.)][ \t])*)(`{3,}|~{3,})(.*)$")
_MYST: Final = re.compile(r"\{([\w:-]+)\}\s*(.*)")
_MYST_CODE: Final = ("code", "code-block", "code-cell", "mermaid", "literalinclude", "math", "eval-rst")
_ADMONITION: Final = re.compile(r'^(\s*)(?:!!!|\?\?\?\+?|===)\s*([\w -]*?)\s*(?:"(.*)")?\s*$')
_CONTAINER: Final = re.compile(r"^\s*:{3,}\s*(?:\{?([\w-]+)\}?)?\s*(?:\[(.*)\]|(.*))$")
_ALERT: Final = re.compile(r"^(\s*(?:>\s*)+)\[!(\w+)\][-+]?\s*(.*)$")
_MODULE: Final = re.compile(
    r"^(?:import\s.+\sfrom\s+['\"].*|import\s+['\"].*|export\s+(?:const|default|function)\b.*)$"
)
_LABEL: Final = re.compile(r"^\s{0,3}\([\w:./-]+\)=\s*$")
_ROLE: Final = re.compile(r"\{[\w:+.-]+\}`([^`<\n]*?)\s*(?:<([^>\n]*)>)?`")
_FOOTNOTE: Final = re.compile(r"^\[\^([^\]\s]+)\]:\s*")
_OPTION: Final = re.compile(r"^\s*:[\w-]+:.*$")
_BOX: Final = re.compile(r"^([ \t>]*(?:[-*+]|\d{1,9}[.)])[ \t]+)(\[[ xX]?\])(?=[ \t]|$)")
_HTML_HEADING: Final = re.compile(r"^\s*<h([1-6])[^>]*>(.*)</h\1>\s*$", re.IGNORECASE)
_PRE: Final = re.compile(r"^\s*</?pre[^>]*>\s*$", re.IGNORECASE)
_TABLE: Final = re.compile(r"^\s*<(/?)table\b", re.IGNORECASE)
_DEEP: Final = re.compile(r"^(?:[ \t]{60,}|(?:\s*>){20,})")


class Source(Struct, frozen=True):
    """Markdown to parse; its lines are those of the file. `directives` are the team's own notes by line, from 1."""

    text: str
    title: str
    directives: dict[int, list[str]]


def prepare(text: str) -> Source:
    """The document without what only a machine reads. Never raises."""
    text = clean(text.removeprefix("\ufeff"))
    front = _FRONT.match(text)
    title = ""
    if front and _is_front(front[2] or ""):
        title = _front_title(front[2] or "")
        text = "\n" * front[0].count("\n") + text[front.end() :]
    lines = text.split("\n")
    components = any(_MODULE.match(line) for line in lines)
    scanner = Scanner(components, closed_tags(text) if "</" in text else frozenset())
    chunks = _Chunks(scanner, title)
    for line in lines:
        chunks.take(line)
    return Source(chunks.text(), title, scanner.directives)


def _is_front(inner: str) -> bool:
    """Between two rules stands either data, or an ordinary paragraph."""
    first = next((line for line in inner.splitlines() if line.strip() and not line.lstrip().startswith("#")), "")
    return not first or re.match(r"^['\"]?[\w .$-]+['\"]?\s*[:=]", first) is not None


def _front_title(inner: str) -> str:
    fields = {found[1]: _unquoted(found[2]) for found in _FIELD.finditer(inner)}
    wanted = ("name", "title") if "about" in fields else ("title", "name")
    titles = [fields[name] for name in wanted if fields.get(name)]
    return next((title for title in titles if "{{" not in title), "")


def _unquoted(value: str) -> str:
    if value[0] not in "\"'" or value[-1] != value[0] or len(value) < 2:
        return value
    if value[0] == "'":
        return value[1:-1].replace("''", "'")
    return clean(re.sub(r"\\(U[0-9A-Fa-f]{8}|u[0-9A-Fa-f]{4}|.)", _escape, value[1:-1]))


def _escape(found: re.Match[str]) -> str:
    if len(found[1]) == 1:
        return found[1]
    code = int(found[1][1:], 16)
    return chr(code) if code < 0x110000 else ""


class _Chunks:
    """Collects lines: code as it is, the text between two codes cleaned at once."""

    def __init__(self, scanner: Scanner, title: str) -> None:
        self._scanner = scanner
        self._title = title
        self._done: list[str] = []
        self._prose: list[str] = []
        self._fence = ""
        self._unwrapped: list[str] = []
        self._margin = -1
        self._options = False
        self._table = False
        self._comment = False

    def take(self, line: str) -> None:
        line = self._dedented(line)
        if self._fence:
            self._code(line)
            return
        if self._comment or "<!--" in line:
            self._comment = self._is_open(line)
            self._prose.append(line)
            return
        fence = _FENCE.match(line)
        if fence is None or (fence[2][0] == "`" and "`" in fence[3]):
            self._text(line)
            return
        self._open(line, fence)

    def text(self) -> str:
        self._flush()
        return "\n".join(self._done)

    def _dedented(self, line: str) -> str:
        """The line of an admonition without its margin; a line at the margin ends it."""
        if self._margin < 0 or not line.strip():
            return line
        width = len(line) - len(line.lstrip(" "))
        if width < self._margin + 4:
            self._margin = -1
            return line
        return line[4:]

    def _is_open(self, line: str) -> bool:
        """Whether a comment goes on after this line, so that what looks like code in it is none."""
        opened, closed = line.rfind("<!--"), line.rfind("-->")
        return closed < 0 and self._comment if opened < 0 else opened > closed

    def _open(self, line: str, fence: re.Match[str]) -> None:
        ticks, words = fence[2], fence[3].strip()
        myst = _MYST.fullmatch(words)
        if self._unwrapped and not words and ticks == self._unwrapped[-1]:
            self._unwrapped.pop()
            self._prose.append("")
            return
        if myst and myst[1] not in _MYST_CODE:
            self._unwrapped.append(ticks)
            kind = "" if myst[1] == "admonition" and myst[2] else f"{_named(myst[1])} "
            self._prose.append(f"{fence[1]}{kind}{myst[2]}".rstrip())
            self._options = True
            return
        self._flush()
        self._fence = ticks
        language = (myst[2] or myst[1]) if myst else words
        self._done.append(f"{fence[1]}{ticks}{language}" if myst else line)

    def _code(self, line: str) -> None:
        self._done.append(line)
        closing = line.strip(" \t>")
        if closing.startswith(self._fence) and not closing.strip(self._fence[0]):
            self._fence = ""

    def _text(self, line: str) -> None:
        if self._options and _OPTION.match(line):
            self._prose.append("")
            return
        self._options = False
        self._prose.append(self._read(line))

    def _read(self, line: str) -> str:
        if len(line) > 60 and _DEEP.match(line):
            return line.lstrip(" \t>")
        start = line.lstrip()[:3]
        if start in ("!!!", "???", "===") and (found := _ADMONITION.match(line)) and (found[2] or found[3]):
            self._margin = len(found[1])
            kind = _named(found[2]) if found[2] else ""
            return found[1] + ": ".join(word for word in (kind.rstrip(":"), found[3]) if word)
        if start == ":::" and (found := _CONTAINER.match(line)):
            words = (found[2] or found[3] or "").strip()
            return f"{_named(found[1])} {words}".rstrip() if found[1] else words
        if start[:1] == ">" and "[!" in line and (found := _ALERT.match(line)):
            return f"{found[1]}{_named(found[2])} {found[3]}".rstrip() + "  "
        if start[:1] in ("i", "e") and _MODULE.match(line):
            return ""
        return self._marked(line)

    def _marked(self, line: str) -> str:
        if "[" in line:
            line = _BOX.sub(_box, line, count=1)
        if "<" in line:
            line = self._html(line)
        if "`" in line and "}`" in line:
            line = _ROLE.sub(_role, line)
        if line[:1] == "[":
            line = _FOOTNOTE.sub(r"(\1) ", line)
        if ")=" in line and _LABEL.match(line):
            return ""
        return line

    def _html(self, line: str) -> str:
        if "current_page.data" in line:
            return re.sub(r"<%=.*?%>", lambda _found: self._title, line)
        if table := _TABLE.match(line):
            self._table = not table[1]
        if heading := _HTML_HEADING.match(line):
            return f"{'#' * int(heading[1])} {heading[2]}"
        if _PRE.match(line) and "pre" in self._scanner.closed:
            return ""
        if self._table and line[:1].isspace():
            return line.lstrip()
        return line

    def _flush(self) -> None:
        if self._prose:
            start = len(self._done) + 1
            cleaned = self._scanner.plain("\n".join(self._prose), start)
            self._done += cleaned.split("\n")
            self._prose = []


def _box(found: re.Match[str]) -> str:
    return found[1] + BOXES[found[2]]


def _role(found: re.Match[str]) -> str:
    shown, target = found[1].strip(), (found[2] or "").strip()
    return f"{shown} ({target})" if shown and target else shown or target


def _named(kind: str) -> str:
    word = kind.strip("{}").replace("-", " ").replace("_", " ")
    return f"{word[:1].upper()}{word[1:].lower()}:"
