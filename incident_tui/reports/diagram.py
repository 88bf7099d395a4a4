"""The story of an incident as a Mermaid time line, which GitHub draws; words in it stay words.

Mermaid turns `#58;` into the sign with that number after it has read the structure, so that every sign which could be
structure is written that way.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from incident_tui.domain.text import clean_line, first_line
from incident_tui.reports.markdown import inline
from incident_tui.reports.timelines import Highlight
from incident_tui.reports.typeset import Wall

AT_MOST: Final = 40
"""More moments than that make a picture that nobody reads; the earliest and the latest are drawn."""
WIDTH: Final = 80
# Letters, digits and what is punctuation in Mermaid too, and nothing else; the marks that Mermaid itself puts around
# numbers of signs are not among them.
_ACTS: Final = re.compile(r"[^\w ,.()/+=!?'–—…-]|_|[ﬂ°¶]|s(?=tyle)|c(?=lassdef)", re.IGNORECASE)


def mermaid(ref: str, title: str, rows: Sequence[Highlight], wall: Wall, anchor: str = "") -> str:
    """A Markdown document with the diagram: the moments by day, each with what happened then. `anchor` is its line."""
    drawn, left = _fewer(rows)
    lines = ["```mermaid", "timeline", f"    title {_words(f'{ref} {clean_line(title)}')}"]
    day = None
    for row in drawn:
        local = wall.local(row.at)
        if local.date() != day:
            day = local.date()
            lines.append(f"    section {day.isoformat()}")
        first, *others = row.texts
        lines.append(f"        {local.hour:02}#58;{local.minute:02} : {_words(first)}")
        lines += [f"              : {_words(text)}" for text in others]
    lines.append("```")
    told = f"Times are in {inline(wall.zone.key)}." + (f" {left} moments in between are left out." if left else "")
    record = [inline(anchor), ""] if anchor else []
    return "\n".join([f"# Timeline: {inline(title)}", "", *lines, "", told, "", *record])


def _fewer(rows: Sequence[Highlight]) -> tuple[Sequence[Highlight], int]:
    left = len(rows) - AT_MOST
    if left <= 0:
        return rows, 0
    half = AT_MOST // 2
    return [*rows[:half], *rows[-half:]], left


def _words(text: str) -> str:
    """A text of one line, every sign that could act by its number; a dash where nothing is left."""
    return _ACTS.sub(_numbered, first_line(text, WIDTH)) or "–"


def _numbered(found: re.Match[str]) -> str:
    return f"#{ord(found[0])};"
