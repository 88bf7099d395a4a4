"""The turns of an incident: its time line in one line each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from msgspec import Struct

from incident_tui.domain import events as e
from incident_tui.domain.incident import Fact, Incident
from incident_tui.domain.lines import LogLine, line_of

SUMMARISED = (
    "milestone",
    "severity",
    "status",
    "role",
    "title",
    "impact",
    "decision",
    "cause",
    "fix",
    "escalation",
)


class Turn(Struct, frozen=True):
    """A turn of the incident in one line; `undone` when it was taken back."""

    kind: str
    text: str
    at: datetime
    by: str
    late: bool
    recorded: datetime
    undone: bool


def turns_of(incident: Incident, history: Sequence[e.Event], undone: Mapping[str, e.Event]) -> tuple[Turn, ...]:
    """All turns in the order in which they happened, those that were taken back among them."""
    found: list[tuple[datetime, str, Turn]] = []
    for event in history:
        line = _line(incident, event)
        if line is None or line.kind not in SUMMARISED or _stands(incident, event):
            continue
        taken_back = event.id in undone or incident.struck(event.id)
        turn = Turn(line.kind, line.text, event.at, event.actor, event.late, event.recorded, taken_back)
        found.append((event.at, event.id, turn))
    return tuple(turn for _, _, turn in sorted(found, key=lambda item: item[:2]))


def titles_of(history: Sequence[e.Event], current: str) -> tuple[str, ...]:
    """The titles it had before."""
    found = [event.body.title for event in history if isinstance(event.body, e.IncidentDeclared | e.IncidentRenamed)]
    return tuple(title for title in dict.fromkeys(found) if title != current)


def _line(incident: Incident, event: e.Event) -> LogLine | None:
    """The line of an event, in the words that hold now; a ruling and a handoff say what they are about."""
    body = event.body
    match body:
        case e.EntryLogged():
            line = line_of(body)
            text = incident.text_of(event.id, body.text).partition("\n")[0]
            return LogLine(line.kind, text) if line else None
        case e.DecisionRuled():
            proposal = incident.proposals.get(body.proposal)
            return LogLine("decision", f"{proposal.label} {body.ruling}: {proposal.text}") if proposal else None
        case e.HandoffAccepted():
            handoff = incident.handoffs.get(body.handoff)
            return LogLine("role", f"{handoff.person} is {handoff.role}") if handoff else None
        case _:
            return line_of(body)


def _stands(incident: Incident, event: e.Event) -> bool:
    """Whether it says what the impact is now, which has its own place with time and name."""
    body = event.body
    if not isinstance(body, e.ImpactSet):
        return False
    return incident.impact.get(body.key) == Fact(body.value, event.at, event.actor)
