"""The second door: text from people and machines enters a Markdown document as words, never as structure.

The reader is GitHub (tables, tasks, autolinks, strikethrough, footnotes, mathematics, mentions, emoji) and,
just as often, somebody who looks at the raw file in a terminal: only what would act is escaped. Words that
act after rendering too, where a backslash is gone (addresses, `@name`, `#123`, `:name:`, `$`), become code.
"""

import re
from typing import Final

from incident_tui.domain.text import clean

NEWLINE: Final = " ⏎ "
"""What a newline reads as where the text has to stay on one line."""

_ACTS: Final = re.compile(
    r"@\S|\S@|\$|//|www\.|\#\d|\bgh-\d"  # mentions, mail, mathematics, addresses, references
    r"|:(?=[\w+-]*[a-z])[\w+-]+:|:(?:[+-]1|100|1234):",  # emoji; a time of day is none
    re.IGNORECASE,
)
# Code never has to hold one of these, so a single backtick always delimits it, in tables too.
_WORD: Final = re.compile(r"[^\s`\\|<>\[\]]+")
# The last: a heading of ours would take it for its own end.
_MARK: Final = re.compile(r"\\(?![A-Za-z0-9 ])|[`\[\]]|\*+|_+|~+|<(?![\s\d=<-])|&(?=#?\w+;)|(?<!\S)#+$")
_MARKS: Final = re.compile(r"[\\`*_\[\]<&~#]")
"""With none of these there is no mark, and most texts have none."""
_START: Final = re.compile(
    r"(?:#{1,6}|[-+]+)(?=\s|$)|-+(?=[:|])|=+$|[>|]|:(?=-)"  # heading, item, rule, table, quote
    r"|\d{1,9}(?=[.)](?:\s|$))"  # numbered item
)
_PIPE: Final = re.compile(r"(\\?)\|")
_FENCE: Final = re.compile(r"`{3,}")
_NOT_LANGUAGE: Final = re.compile(r"[^a-z0-9+-]")
_DRAWN: Final = frozenset({"geojson", "math", "mermaid", "stl", "suggestion", "topojson"})
_FORMULA: Final = ("=", "+", "-", "@", "＝", "＋", "－", "＠")  # spreadsheets read both widths
_OPENING: Final = "({\"'*_~,;"
_QUOTES: Final = ("'", '"')
_PAIRS: Final = {")": "(", "}": "{"}
_CLOSING: Final = ")}\"'*_~.,;:!?"


def inline(text: str) -> str:
    """Prose on one line, after words of ours: not at the start of a line, an item or a quote.

    Lines are joined by `NEWLINE` (blank ones left out), tabs read as spaces.
    """
    # Most texts are printable: there is nothing to clean, no tab, and one line.
    words = text.strip() if text.isprintable() else _one_line(text)
    if _may_act(words) and _ACTS.search(words) is not None:
        return _with_code(words)
    return words if _MARKS.search(words) is None else _MARK.sub(_escaped, words)


def line(text: str) -> str:
    """`inline` that is safe at the start of a line, an item or a quote, too."""
    escaped = inline(text)
    start = _START.match(escaped)
    if start is None:
        return escaped
    # A number is no escapable character: there the mark behind it is escaped.
    at = start.end() if escaped[0].isdigit() else 0
    return f"{escaped[:at]}\\{escaped[at:]}"


def cell(text: str) -> str:
    """`inline` for one cell of a table, whose rows start with a `|`."""
    escaped = _PIPE.sub(_escaped_pipe, inline(text))
    # Parsers disagree on a pipe behind two backslashes, so neither of ours nor of theirs stands there.
    return f"{escaped[:-2]}&#92;" if escaped.endswith("\\\\") else escaped


def block(text: str, language: str = "") -> str:
    """A fenced block, without a newline at its end, that holds the text literally.

    Languages that GitHub draws instead of showing (`mermaid`, `math`, …) are left out.
    """
    body = clean(text).removesuffix("\n")
    fence = "`" * max(3, 1 + max(map(len, _FENCE.findall(body)), default=0))
    shown = _NOT_LANGUAGE.sub("", language.lower())
    return f"{fence}{'' if shown in _DRAWN else shown}\n{body}\n{fence}"


def csv_cell(text: str) -> str:
    """The value of a CSV cell that no spreadsheet takes for a formula; quoting is the csv writer's.

    Source: OWASP, CSV injection.
    """
    cleaned = clean(text)
    guarded = cleaned.lstrip().startswith(_FORMULA) or cleaned.startswith(("\t", "\n"))
    return f"'{cleaned}" if guarded else cleaned


def _one_line(text: str) -> str:
    cleaned = clean(text).replace("\t", " ").strip()
    if "\n" not in cleaned:
        return cleaned
    return NEWLINE.join(part for part in map(str.strip, cleaned.split("\n")) if part)


def _may_act(words: str) -> bool:
    """Whether there is anything that all words which act have: most texts need not be searched for them."""
    if "@" in words or "$" in words or "#" in words or "//" in words or words.count(":") > 1:
        return True
    small = words.lower()
    return "www." in small or "gh-" in small


def _with_code(words: str) -> str:
    pieces: list[str] = []
    done = 0
    for word in _WORD.finditer(words):
        if _ACTS.search(word[0]) is None:
            continue
        start, end = _core(word)
        pieces += [_MARK.sub(_escaped, words[done:start]), f"`{words[start:end]}`"]
        done = end
    return "".join([*pieces, _MARK.sub(_escaped, words[done:])])


def _core(word: re.Match[str]) -> tuple[int, int]:
    """Where the part that acts is: without the punctuation around it, unless that acts too."""
    body = word[0].lstrip(_OPENING)
    core = body.rstrip(_CLOSING)
    if _ACTS.search(core) is None:
        return word.span()
    for closing in body[len(core) : len(core) + 4]:
        if not _leaves_open(core, closing):
            break
        core += closing
    start = word.end() - len(body)
    return start, start + len(core)


def _leaves_open(core: str, closing: str) -> bool:
    opening = _PAIRS.get(closing)
    if opening is None:
        return closing in _QUOTES and core.count(closing) % 2 == 1
    return core.count(opening) > core.count(closing)


def _escaped(match: re.Match[str]) -> str:
    """The mark with backslashes, or as it is where it has nothing to pair with."""
    mark, text = match[0], match.string
    before = text[match.start() - 1 : match.start()]
    after = text[match.end() : match.end() + 1]
    match mark[0]:
        case "*" | "_" if before == after == " ":
            return mark
        case "_" if before.isalnum() and after.isalnum():
            return mark
        case "~" if mark == "~" and _about(before, after):
            return mark
        case _:
            return "".join([f"\\{char}" for char in mark])


def _about(before: str, after: str) -> bool:
    """Whether a tilde can only open (`~5 min`, ` ~/logs`): as no other one can close, it means itself."""
    return (before in ("", " ") and after.isalnum()) or (before == " " and after == "/")


def _escaped_pipe(match: re.Match[str]) -> str:
    return "\\&#124;" if match[1] else "\\|"
