"""What is owed: updates that were promised, drafts that wait, post-mortems, action items."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from incident_tui.domain import clocks
from incident_tui.domain.incident import Incident, ordered
from incident_tui.domain.policy import POST_MORTEM_WITHIN, Policy, post_mortem_reason
from incident_tui.ui.text import Line
from incident_tui.ui.widgets.board import Row

Kind = Literal["update", "draft", "post-mortem", "action item"]
HEADINGS: dict[Kind, str] = {
    "update": "Updates",
    "draft": "Unsent drafts",
    "post-mortem": "Post-mortems",
    "action item": "Action items",
}
COUNTED: dict[Kind, tuple[str, str]] = {
    "update": ("update overdue", "updates overdue"),
    "draft": ("unsent draft", "unsent drafts"),
    "post-mortem": ("post-mortem due", "post-mortems due"),
    "action item": ("action item overdue", "action items overdue"),
}


@dataclass(frozen=True, slots=True)
class Due:
    """One thing that is owed; `at` is None where there is no limit."""

    kind: Kind
    incident: str
    ref: str
    text: str
    at: datetime | None

    def late(self, now: datetime) -> bool:
        return self.at is not None and self.at <= now


def dues(incident: Incident, now: datetime, policy: Policy, zone: ZoneInfo) -> tuple[Due, ...]:
    """All that is owed in an incident. A post-mortem is owed until the incident is closed."""
    found: list[Due] = []

    def owe(kind: Kind, text: str, at: datetime | None) -> None:
        found.append(Due(kind, incident.id, incident.ref, text, at))

    update = clocks.next_update(incident, now, policy)
    if update is not None:
        owe("update", f"next update, {update.name}", update.due)
    for message in ordered(incident.messages):
        if message.waiting and incident.live:
            owe("draft", f"{message.label} to {message.audience}", None)
    resolved, reason = incident.moment("resolved"), post_mortem_reason(incident)
    if incident.status == "resolved" and resolved is not None and reason is not None:
        owe("post-mortem", incident.title, resolved + POST_MORTEM_WITHIN)
    for item in ordered(incident.action_items):
        if item.done_at is None and not incident.struck(item.id):
            owe("action item", f"{item.text} ({item.owner or 'no owner'})", _end_of(item.due, zone))
    return tuple(found)


def counted(owed: Iterable[Due], now: datetime) -> tuple[tuple[str, str], ...]:
    """How much of each kind there is to worry about, as (words, tone): what is late, all post-mortems, all drafts."""
    owed = tuple(owed)
    found: list[tuple[str, str]] = []
    for kind, (one, many) in COUNTED.items():
        of_kind = [due for due in owed if due.kind == kind and (kind in ("draft", "post-mortem") or due.late(now))]
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


def _end_of(day: str | None, zone: ZoneInfo) -> datetime | None:
    """The end of a day that is named as 2026-12-01; None for what names no day."""
    try:
        return datetime.combine(datetime.fromisoformat(day or "").date() + timedelta(days=1), time(), zone)
    except (ValueError, OverflowError):
        return None
