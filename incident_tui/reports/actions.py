"""The action items of an incident: what they said before, and whether they were struck or are overdue."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from msgspec import Struct

from incident_tui.domain import events as e
from incident_tui.domain.delivery import Delivery
from incident_tui.domain.incident import PRIORITIES, ActionItem, Fact, Incident, ordered
from incident_tui.reports.course import deliveries_of


class ActionView(Struct, frozen=True):
    item: ActionItem
    earlier: tuple[str, ...]
    struck: Fact | None
    overdue: bool
    deliveries: tuple[Delivery, ...] = ()


def action_views(
    incident: Incident, history: Sequence[e.Event], undone: Mapping[str, e.Event], today: date
) -> tuple[ActionView, ...]:
    """The most important ones first; those whose adding was undone are among them, without a number."""
    texts: dict[str, list[str]] = {}
    withdrawn: list[ActionItem] = []
    for event in history:
        body = event.body
        if isinstance(body, e.ActionItemAdded):
            texts[event.id] = [body.text]
            if event.id in undone:
                withdrawn.append(ActionItem(0, event.id, 0, body.text, body.owner, body.due, body.priority, event.at))
        elif isinstance(body, e.ActionItemChanged):
            texts.setdefault(body.item, []).append(body.text)
    items = [*ordered(incident.action_items), *(item for item in withdrawn if item.id not in incident.action_items)]
    views = [_action(incident, item, texts.get(item.id, []), undone, today) for item in items]
    grades = {grade: place for place, grade in enumerate(PRIORITIES)}
    return tuple(sorted(views, key=lambda view: grades.get(view.item.priority, len(grades))))


def _action(
    incident: Incident, item: ActionItem, texts: Iterable[str], undone: Mapping[str, e.Event], today: date
) -> ActionView:
    mark = incident.marks.get(item.id)
    struck = mark.struck if mark else None
    undoing = undone.get(item.id)
    if undoing is not None:
        struck = Fact("undone", undoing.at, undoing.actor)
    due = _day(item.due)
    overdue = item.done_at is None and due is not None and due < today
    earlier = tuple(text for text in dict.fromkeys(texts) if text != item.text)
    return ActionView(item, earlier, struck, overdue, deliveries_of(incident, item.id))


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None
