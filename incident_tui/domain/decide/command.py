"""Rules of command: declaring, severity, status, milestones, roles, impact."""

from __future__ import annotations

from datetime import datetime

from incident_tui.domain.closing import listed, open_ends
from incident_tui.domain.decide import Decision, Refused, one_of, person_of, quoted, remark, said
from incident_tui.domain.events import (
    ImpactSet,
    IncidentDeclared,
    IncidentRenamed,
    MilestoneSet,
    RoleLeft,
    RoleTaken,
    SeveritySet,
    StatusSet,
)
from incident_tui.domain.incident import COMMANDER, MILESTONES, ROLES, SEVERITIES, STATUSES, Incident
from incident_tui.domain.protocol import Protocol
from incident_tui.domain.protocol_json import to_json as protocol_to_json

ROLE_WORDS = {"ic": COMMANDER, "commander": COMMANDER, "tech": "technical lead", "comms": "communications lead"}
ANYWAY = " anyway"
"""What is said to take command from somebody who does not hand it over."""


def declare(
    ref: str,
    title: str,
    severity: int,
    zone: str,
    protocol: Protocol,
    detected: datetime | None = None,
    commander: str = "",
) -> Decision:
    """A new incident, and its commander where one is named at once."""
    named = said(title, "the title", 200)
    if isinstance(named, Refused):
        return named
    if severity not in SEVERITIES:
        return _no_severity(str(severity))
    detected_text = detected.isoformat() if detected else None
    declared = IncidentDeclared(ref, named, severity, zone, detected_text, protocol_to_json(protocol))
    if not commander.strip():
        return (declared,)
    person = said(commander, "the commander's name", 80)
    return person if isinstance(person, Refused) else (declared, RoleTaken(COMMANDER, person_of(person)))


def rename(incident: Incident, title: str) -> Decision:
    named = said(title, "the title", 200)
    if isinstance(named, Refused):
        return named
    return Refused("the title is that already") if named == incident.title else (IncidentRenamed(named),)


def severity_of(word: str) -> int | Refused:
    """The severity that a word means: 1, sev1, SEV1, critical, crit."""
    wanted = word.strip().casefold()
    number = wanted.removeprefix("sev").strip()
    if number in ("1", "2", "3", "4"):
        return int(number)
    found = [level for level, name in SEVERITIES.items() if wanted and name.startswith(wanted)]
    if len(found) == 1:
        return found[0]
    return _no_severity(word)


def set_severity(incident: Incident, severity: int, reason: str = "") -> Decision:
    """Raise at once; lower only with a reason."""
    if severity not in SEVERITIES:
        return _no_severity(str(severity))
    if severity == incident.severity:
        return Refused(f"the severity is SEV{severity} already")
    if severity > incident.severity and not reason.strip():
        return Refused(f"lowering to SEV{severity} needs a reason", "say why it is less severe than it was")
    return (SeveritySet(severity, remark(reason)),)


def set_status(incident: Incident, word: str, reason: str = "") -> Decision:
    """Any status may follow any other; an incident is closed only after it was resolved.

    What is still open then keeps it from being closed, unless a reason says why it is left; the record names it.
    """
    status = one_of(word, STATUSES, "status")
    if isinstance(status, Refused):
        return status
    if status == incident.status:
        return Refused(f"the status is {status} already")
    if status == "closed" and incident.live:
        return Refused("a live incident is not closed", "resolve it first")
    ends = open_ends(incident) if status == "closed" else ()
    if ends and not remark(reason):
        return Refused(f"still open: {listed(ends)}", "settle it, or close with a reason why it is left")
    left = f"; left open: {listed(ends)}" if ends else ""
    return (StatusSet(status, f"{remark(reason)}{left}"),)


def set_milestone(incident: Incident, word: str, at: datetime) -> Decision:
    """Set or move a milestone to `at`, which is the event's moment."""
    milestone = one_of(word, MILESTONES, "milestone")
    if isinstance(milestone, Refused):
        return milestone
    if incident.moment(milestone) == at:
        return Refused(f"{milestone} is at that moment already")
    return (MilestoneSet(milestone),)


def role_of(word: str) -> str | Refused:
    """The role that a word means; an unknown one is a custom role."""
    wanted = " ".join(word.split()).casefold()
    if wanted in ROLE_WORDS:
        return ROLE_WORDS[wanted]
    found = [role for role in ROLES if role == wanted] or [role for role in ROLES if wanted and role.startswith(wanted)]
    return found[0] if len(found) == 1 else said(wanted, "the role", 60)


def take_role(incident: Incident, role_word: str, person_word: str) -> Decision:
    """A person holds a role from now on. Command of a live incident is handed over, or taken `anyway`."""
    role, named = role_of(role_word), said(person_word, "the person's name", 80)
    if isinstance(role, Refused):
        return role
    if isinstance(named, Refused):
        return named
    person = named.removesuffix(ANYWAY).rstrip() or named
    holder = incident.holder(role)
    if holder == person_of(person):
        return Refused(f"{person_of(person)} is {role} already")
    if role == COMMANDER and holder is not None and incident.live and person == named:
        return Refused(f"{holder} commands", f"hand it over (F8), or take it at once: /role ic {person}{ANYWAY}")
    return (RoleTaken(role, person_of(person)),)


def leave_role(incident: Incident, role_word: str) -> Decision:
    role = role_of(role_word)
    if isinstance(role, Refused):
        return role
    return (RoleLeft(role),) if incident.holder(role) else Refused(f"nobody is {role}")


def set_impact(incident: Incident, key_word: str, value_word: str) -> Decision:
    key, value = said(key_word, "the kind of impact", 60), said(value_word, "the impact")
    if isinstance(key, Refused):
        return key
    if isinstance(value, Refused):
        return value
    fact = incident.impact.get(key.casefold())
    if fact is not None and fact.text == value:
        return Refused(f"{key.casefold()} is {value} already")
    return (ImpactSet(key.casefold(), value),)


def _no_severity(word: str) -> Refused:
    return Refused(f"no severity {quoted(word)}", "it is SEV1 critical, SEV2 high, SEV3 medium or SEV4 low")
