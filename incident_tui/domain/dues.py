"""What is owed in an incident: updates, orders, drafts that wait, a post-mortem, action items."""

from __future__ import annotations

from datetime import datetime, time, timedelta, tzinfo
from typing import Literal

from msgspec import Struct

from incident_tui.domain import clocks
from incident_tui.domain.closing import post_mortem
from incident_tui.domain.dispatch import undelivered
from incident_tui.domain.incident import AUDIENCES, Incident, ordered
from incident_tui.domain.policy import Policy
from incident_tui.domain.promises import owed

Kind = Literal["update", "order", "draft", "delivery", "post-mortem", "action item"]


class Due(Struct, frozen=True):
    """One thing that is owed; `at` is None where there is no limit."""

    kind: Kind
    incident: str
    ref: str
    text: str
    at: datetime | None

    def late(self, now: datetime) -> bool:
        return self.at is not None and self.at <= now


def dues(incident: Incident, now: datetime, policy: Policy, zone: tzinfo) -> tuple[Due, ...]:
    """All that is owed. Audiences are owed updates while it is live, a post-mortem is until the incident is closed.

    An action item is due at the end of its day in `zone`. It is all that a drill owes to anybody.
    """
    found: list[Due] = []

    def owe(kind: Kind, text: str, at: datetime | None) -> None:
        found.append(Due(kind, incident.id, incident.ref, text, at))

    practice = incident.drill is not None
    for audience in AUDIENCES if incident.live and not practice else ():
        update = clocks.update(incident, audience, now, policy)
        if update.due is not None and owed(incident, audience):
            owe("update", f"next update, {audience}", update.due)
    for order in ordered(incident.orders):
        if order.open and not practice and incident.status != "closed":
            owe("order", f"{order.label} {order.person}: {order.text}", order.due)
    for message in ordered(incident.messages):
        if message.waiting and incident.live and not practice:
            owe("draft", f"{message.label} to {message.audience}", None)
    for delivery in undelivered(incident) if not practice else ():
        if not delivery.waiting or delivery.reason:
            owe("delivery", f"{delivery.label} to {delivery.channel}: {delivery.reason or delivery.state}", None)
    review = post_mortem(incident)
    if incident.status == "resolved" and review is not None and review.due is not None:
        owe("post-mortem", incident.title, review.due)
    for item in ordered(incident.action_items):
        if item.done_at is None and not incident.struck(item.id):
            owe("action item", f"{item.text} ({item.owner or 'no owner'})", end_of_day(item.due, zone))
    return tuple(found)


def end_of_day(day: str | None, zone: tzinfo) -> datetime | None:
    """The end of a day that is named as 2026-12-01; None for what names no day."""
    try:
        return datetime.combine(datetime.fromisoformat(day or "").date() + timedelta(days=1), time(), zone)
    except (ValueError, OverflowError):
        return None
