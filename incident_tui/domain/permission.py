"""Who may change what: acts that the policy keeps for certain roles."""

from __future__ import annotations

from collections.abc import Iterable

from incident_tui.domain import events as e
from incident_tui.domain.decide import Refused
from incident_tui.domain.incident import Incident
from incident_tui.domain.policy import Policy

ACTS = {
    "severity.raise": "raise the severity",
    "severity.lower": "lower the severity",
    "status.resolve": "resolve the incident",
    "status.close": "close the incident",
    "approve.internal": "approve an internal message",
    "approve.management": "approve a message to management",
    "approve.external": "approve an external message",
}
"""What can be kept for roles, by its name in the configuration."""


def may(incident: Incident, person: str, act: str, policy: Policy) -> bool:
    """Whether `person` may do it: one of the roles is theirs, or nobody holds any of them, so that nothing stands still
    for want of a commander.
    """
    holders = [holder for role in policy.may.get(act, ()) if (holder := incident.holder(role))]
    return not holders or any(holder.casefold() == person.casefold() for holder in holders)


def refusal(incident: Incident, bodies: Iterable[e.Body], person: str, policy: Policy) -> Refused | None:
    """Why `person` may not record what was decided; None when they may."""
    for body in bodies if policy.may else ():
        act = act_of(incident, body)
        refused = forbidden(incident, person, act, policy) if act else None
        if refused is not None:
            return refused
    return None


def forbidden(incident: Incident, person: str, act: str, policy: Policy) -> Refused | None:
    """Why `person` may not do what ACTS names; None when they may, or when it is everybody's."""
    if may(incident, person, act, policy):
        return None
    roles = " or ".join(f"{role} ({holder})" for role in policy.may[act] if (holder := incident.holder(role)))
    return Refused(f"{person} may not {ACTS[act]}", f"ask the {roles}, or take the role")


def act_of(incident: Incident, body: e.Body) -> str:
    """The act of ACTS that an event is; empty for all that is everybody's. Sending what nobody approved approves it."""
    match body:
        case e.SeveritySet():
            return "severity.lower" if body.severity > incident.severity else "severity.raise"
        case e.StatusSet(status="resolved" | "closed"):
            return "status.resolve" if body.status == "resolved" else "status.close"
        case e.MessageApproved() | e.MessageSent():
            message = incident.messages.get(body.message)
            if message is None or (isinstance(body, e.MessageSent) and message.state == "approved"):
                return ""
            act = f"approve.{message.audience}"
            return act if act in ACTS else ""
        case e.DeliveryQueued():
            message = incident.messages.get(body.subject)
            act = f"approve.{message.audience}" if message is not None and message.state == "drafted" else ""
            return act if act in ACTS else ""
        case _:
            return ""
