"""The first door for text from outside: no character that a terminal obeys or an eye misses is stored."""

import re
from functools import cache
from typing import Final

_UNSAFE: Final = (
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f"  # C0 but tab and newline, DEL, C1
    r"\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # direction marks, embeddings, overrides, isolates
    r"\u200b\u2060-\u2064\ufeff"  # invisible spaces and operators
    r"\u2028\u2029\ufff9-\ufffb"  # separators that some programs break lines at, annotations
    r"\ud800-\udfff\U000e0000-\U000e007f]"  # lone surrogates, tags
)
# Colours go, the return of a carriage becomes a line of its own, the rest stays to be seen.
_REPLACED: Final = rf"(?:\x1b\[|\x9b)[0-9;:]*m|\r\n?|{_UNSAFE}"
_BREAKS: Final = r"[\n\t]+"
_UNKNOWN: Final = "\ufffd"
_DELETE: Final = "\x7f"
_ELLIPSIS: Final = "…"


def clean(text: str) -> str:
    """The text as it is stored: every control visible, newlines as `\\n`, tabs kept.

    Colour sequences go, as they carry no content. Other C0 controls read `^[`, delete reads `^?`;
    C1 and bidirectional controls, invisible spaces, tags and lone surrogates read U+FFFD.
    Joiners and variation selectors stay: emoji and scripts need them. Cleaning twice changes nothing.
    """
    return _compiled(_REPLACED).sub(_visible, text) if has_controls(text) else text


def clean_line(text: str) -> str:
    """`clean` on one line, for titles, names and cells: runs of newlines and tabs read as one space."""
    line = clean(text)
    return (line if line.isprintable() else _compiled(_BREAKS).sub(" ", line)).strip()


def has_controls(text: str) -> bool:
    """Whether `clean` would change the text."""
    # Nothing that is unsafe is printable, and most texts are, but for their lines: they need no pattern.
    return not text.isprintable() and not _in_line(text).isprintable() and _compiled(_UNSAFE).search(text) is not None


def first_line(text: str, width: int) -> str:
    """The first line with content, in at most `width` characters (not cells), `…` included if it is cut."""
    line = clean_line(clean(text).strip().partition("\n")[0])
    if len(line) <= width:
        return line
    if width < 1:
        return ""
    return line[: width - 1].rstrip() + _ELLIPSIS


def _in_line(text: str) -> str:
    return text.replace("\xa0", " ").replace("\n", " ").replace("\t", " ")


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    """Compiled when a text first needs it: such sets of characters take as long as ten modules do to load."""
    return re.compile(pattern)


def _visible(match: re.Match[str]) -> str:
    found = match[0]
    if found[0] == "\r":
        return "\n"
    if len(found) > 1:
        return ""
    if found < " ":
        return "^" + chr(ord(found) + ord("@"))
    return "^?" if found == _DELETE else _UNKNOWN
