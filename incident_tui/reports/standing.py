"""How an incident stands at a moment: what status updates and briefs say beyond its report."""

from __future__ import annotations

from datetime import datetime, timedelta

from msgspec import Struct

from incident_tui.domain import clocks, theories
from incident_tui.domain.decide.messages import GAP
from incident_tui.domain.incident import AUDIENCES, Incident, Message, Theory, ordered
from incident_tui.domain.policy import Policy
from incident_tui.domain.promises import last_sent, owed
from incident_tui.domain.teamwork import Order, Proposal

MARKS = {"investigating": "👀", "identified": "🔧", "monitoring": "🔄", "resolved": "✅", "closed": "✅"}
"""Source: incident response guide, status updates."""
IN_PUBLIC = {
    "investigating": "Investigating",
    "identified": "Identified",
    "monitoring": "Monitoring",
    "resolved": "Resolved",
    "closed": "Resolved",
}


class Update(Struct, frozen=True):
    """Until when an audience is owed the next update."""

    audience: str
    due: datetime
    late: bool


class Standing(Struct, frozen=True):
    """Where things are. `heard` are the messages that went to the public, `every` how often it hears while it lasts.

    `gap` is what a writer has to fill in before a document may leave.
    """

    now: datetime
    mark: str
    in_public: str
    elapsed: timedelta
    began: datetime | None
    ended: datetime | None
    updates: tuple[Update, ...]
    every: timedelta | None
    heard: tuple[Message, ...]
    said: tuple[Message, ...]
    orders: tuple[Order, ...]
    proposals: tuple[Proposal, ...]
    theories: tuple[Theory, ...]
    next_step: str
    gap: str = GAP

    def due(self, audience: str) -> datetime | None:
        """When the next update to an audience is owed; None when none is."""
        return next((update.due for update in self.updates if update.audience == audience), None)


def standing_of(incident: Incident, policy: Policy, now: datetime) -> Standing:
    step = clocks.next_step(incident) if incident.live else None
    ended = None if incident.live else incident.moment("resolved")
    sent = sorted(
        (item for item in ordered(incident.messages) if item.sent_at is not None),
        key=lambda item: (item.sent_at or item.at, item.order),
    )
    elapsed = clocks.elapsed(incident, now).elapsed
    return Standing(
        now,
        MARKS.get(incident.status, ""),
        IN_PUBLIC.get(incident.status, ""),
        elapsed - timedelta(microseconds=elapsed.microseconds),
        incident.moment("started") or incident.began_at,
        ended,
        tuple(_updates(incident, policy, now)),
        _rhythm(incident, policy) if incident.live else None,
        tuple(item for item in sent if item.audience == "external"),
        tuple(item for item in sent if item.audience == "internal"),
        tuple(item for item in ordered(incident.orders) if item.open) if incident.live else (),
        tuple(item for item in ordered(incident.proposals) if item.open),
        tuple(theories.standing(incident)) if incident.live else (),
        step.title if step else "",
    )


def _updates(incident: Incident, policy: Policy, now: datetime) -> list[Update]:
    """The audiences that wait, while it is live."""
    found: list[Update] = []
    for audience in AUDIENCES if incident.live else ():
        clock = clocks.update(incident, audience, now, policy)
        if clock.due is not None and owed(incident, audience):
            found.append(Update(audience, clock.due, clock.late))
    return found


def _rhythm(incident: Incident, policy: Policy) -> timedelta | None:
    """How often the public hears from us: as promised with the last message, else by the severity."""
    last = last_sent(incident, "external")
    if last is not None and last.promised_at is not None and last.sent_at is not None:
        return last.promised_at - last.sent_at
    return policy.of(incident.severity).external
