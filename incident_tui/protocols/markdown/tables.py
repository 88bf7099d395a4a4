"""Tables that are checklists: each row is a step, with its owner and its target time."""

from __future__ import annotations

import re
from typing import Final

from incident_tui.protocols.markdown import drafts
from incident_tui.protocols.markdown.drafts import Draft
from incident_tui.protocols.markdown.inlines import Inline
from incident_tui.protocols.markdown.tree import Table

_TITLE: Final = re.compile(
    r"(?:recommended |required |containment |recovery |corrective )?"
    r"(?:actions?|tasks?|steps?|checks?|activit(?:y|ies)|what to do|items?|procedure|description of action|to-?do)"
    r"(?: ?(?:items?|to take|required|description|name))?",
    re.IGNORECASE,
)
_NUMBER: Final = re.compile(r"#|no\.?|nr\.?|num(?:ber)?|step(?: ?(?:#|no\.?|number))?|order|id|seq", re.IGNORECASE)
_DONE: Final = re.compile(
    r"[☐☑✓✔✅□⬜]\ufe0f?|done\??|status|complete[d]?\??|check(?:ed|box)?|tick|finished", re.IGNORECASE
)
_BOX: Final = re.compile(r"^(?:\[[ xX]?\]|[☐☑□⬜])\ufe0f?$")
_OWNER: Final = re.compile(
    r"(?:owner|responsible(?: (?:party|role|person|team))?|assignee|assigned(?: to)?|role|who"
    r"|team|lead|person|raci|dri)s?",
    re.IGNORECASE,
)
_TARGET: Final = re.compile(
    r"(?:target|target time|time ?(?:frame|limit|target|box)?|sla|deadline|due|within|when|budget|duration)",
    re.IGNORECASE,
)
_COUNT: Final = re.compile(r"\d+(?:\.\d+)*[.)a-z]?")


def is_checklist(table: Table) -> bool:
    """A column of steps, and beside it numbers, boxes or a column to tick."""
    head = _names(table)
    title = _title_column(table)
    if title < 0 or not table.rows:
        return False
    if any(_BOX.match(cell.line) for row in table.rows for cell in row):
        return True
    return any(_DONE.fullmatch(name) for at, name in enumerate(head) if at != title) or _numbers(table, title) >= 0


def steps_of(table: Table) -> list[Draft]:
    """The rows as steps; every cell but boxes and counts is in one of them."""
    names = _names(table)
    title = _title_column(table)
    number = _numbers(table, title)
    found: list[Draft] = []
    for row, line in zip(table.rows, table.lines, strict=True):
        if not any(cell.line for cell in row):
            continue
        draft = drafts.of_inline(row[title], line) if title < len(row) else Draft("", line)
        for at, cell in enumerate(row):
            if at in (title, number) or not cell.line or _BOX.match(cell.line):
                continue
            _add(draft, names[at] if at < len(names) else "", cell)
        draft.title = draft.title or " | ".join(cell.line for cell in row if cell.line)
        found.append(draft)
    return found


def _add(draft: Draft, name: str, cell: Inline) -> None:
    if _OWNER.fullmatch(name) and not draft.assignee:
        draft.assignee = cell.line
        return
    if _TARGET.fullmatch(name) and not draft.target:
        draft.target = cell.line
    text = cell.full.replace("\n", " ")
    draft.detail.append(f"{name}: {text}" if name else text)
    draft.codes += drafts.of_inline(cell, 0).codes


def _names(table: Table) -> list[str]:
    return [cell.line.strip(" *:") for cell in table.head]


def _title_column(table: Table) -> int:
    """The column of the steps; one of bare numbers called "Step" counts them."""
    head = _names(table)
    fitting = [at for at, name in enumerate(head) if _TITLE.fullmatch(name) and not _is_count(table, at)]
    named = [at for at in fitting if not _DONE.fullmatch(head[at])]
    return (named or fitting or [-1])[0]


def _numbers(table: Table, title: int) -> int:
    head = _names(table)
    return next(
        (
            at
            for at, name in enumerate(head)
            if at != title and (_NUMBER.fullmatch(name) or not name) and _is_count(table, at)
        ),
        -1,
    )


def _is_count(table: Table, column: int) -> bool:
    cells = [row[column].line.strip("* ") for row in table.rows if column < len(row)]
    return bool(cells) and all(_COUNT.fullmatch(cell) for cell in cells if cell) and any(cells)
