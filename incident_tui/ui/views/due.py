"""What is owed, as rows and in a count: updates, orders, drafts that wait, post-mortems, action items."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from incident_tui.domain.dues import Due, Kind, dues
from incident_tui.ui.text import Line
from incident_tui.ui.widgets.board import Row

__all__ = ["Due", "counted", "due_rows", "dues", "incident_of", "when_words"]

HEADINGS: dict[Kind, str] = {
    "update": "Updates",
    "order": "Orders",
    "draft": "Unsent drafts",
    "delivery": "Not arrived",
    "post-mortem": "Post-mortems",
    "action item": "Action items",
}
COUNTED: dict[Kind, tuple[str, str]] = {
    "update": ("update overdue", "updates overdue"),
    "order": ("order late", "orders late"),
    "draft": ("unsent draft", "unsent drafts"),
    "delivery": ("message not arrived", "messages not arrived"),
    "post-mortem": ("post-mortem due", "post-mortems due"),
    "action item": ("action item overdue", "action items overdue"),
}


def counted(owed: Iterable[Due], now: datetime) -> tuple[tuple[str, str], ...]:
    """How much of each kind there is to worry about, as (words, tone): what is late, all post-mortems, all drafts."""
    owed = tuple(owed)
    found: list[tuple[str, str]] = []
    for kind, (one, many) in COUNTED.items():
        of_kind = [
            due for due in owed if due.kind == kind and (kind in ("draft", "delivery", "post-mortem") or due.late(now))
        ]
        tone = "bad" if any(due.late(now) for due in of_kind) else "warn"
        if of_kind:
            found.append((f"{len(of_kind)} {one if len(of_kind) == 1 else many}", tone))
    return tuple(found)


def due_rows(owed: Iterable[Due], now: datetime) -> tuple[Row, ...]:
    """Rows by kind, the most urgent first; the key of a row ends with the incident's id."""
    owed = tuple(owed)
    rows: list[Row] = []
    for kind, heading in HEADINGS.items():
        of_kind = sorted(
            (due for due in owed if due.kind == kind), key=lambda due: due.at or datetime.max.replace(tzinfo=now.tzinfo)
        )
        if not of_kind:
            continue
        if rows:
            rows.append(Row(f"gap:{kind}", (), selectable=False))
        rows.append(Row(f"head:{kind}", ((heading, "strong"),), ((str(len(of_kind)), "muted"),), selectable=False))
        rows += [_row(due, number, now) for number, due in enumerate(of_kind)]
    return tuple(rows)


def incident_of(key: str) -> str:
    """The incident that a row of `due_rows` is about."""
    return key.rpartition("/")[2]


def when_words(at: datetime | None, now: datetime) -> str:
    """`in 9 h`, `in 12 min`, `5 d late`; "" without a limit."""
    if at is None:
        return ""
    left = at - now
    return f"in {_rough(left)}" if left > timedelta(0) else f"{_rough(-left)} late"


def _row(due: Due, number: int, now: datetime) -> Row:
    tone = "bad" if due.late(now) else "muted"
    line: Line = ((f"{due.ref.rpartition('-')[2]}  ", "muted"), (due.text, ""))
    return Row(f"due:{due.kind}:{number}/{due.incident}", line, ((when_words(due.at, now), tone),), wrap=True, indent=5)


def _rough(duration: timedelta) -> str:
    minutes = int(duration.total_seconds()) // 60
    if minutes < 60:
        return f"{minutes} min"
    hours = minutes // 60
    return f"{hours} h" if hours < 48 else f"{hours // 24} d"
