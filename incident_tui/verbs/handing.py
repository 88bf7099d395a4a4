"""Commands of the two-key handoff: offer a role with its brief, accept it, keep it after all."""

from __future__ import annotations

from typing import Final

from incident_tui.domain.decide import Decision, Intent, Refused
from incident_tui.domain.decide import handoff as rules
from incident_tui.domain.decide.handoff import handoff_meant
from incident_tui.domain.incident import COMMANDER, Incident
from incident_tui.verbs.phrases import word
from incident_tui.verbs.readers import ROLE_NAMES, Context
from incident_tui.verbs.verb import Verb


def person_and_role(text: str) -> tuple[str, str]:
    """Whom a role is offered to, and which one: the commander's where none is named."""
    person, rest = word(text)
    role = " ".join(rest.split()).casefold()
    return person, ROLE_NAMES.get(role, role) or COMMANDER


def _offer(text: str, context: Context) -> Intent:
    person, role = person_and_role(text)

    def intent(incident: Incident) -> Decision:
        from incident_tui.reports.handoff import render_handoff

        return rules.offer(incident, role, person, render_handoff(incident, context.policy, context.now))

    return intent


def _accept(text: str, context: Context) -> Intent:
    severity, rest = word(text)
    if severity.casefold() == "sev":
        severity, rest = word(rest)
    words = [part for part in rest.split() if not part.casefold().startswith("by:")]
    named = next((part[3:] for part in rest.split() if part.casefold().startswith("by:")), context.actor)
    orders, role = _role_at_the_end(words)

    def intent(incident: Incident) -> Decision:
        meant = handoff_meant(incident, role, named)
        return meant if isinstance(meant, Refused) else rules.accept(incident, meant.id, severity, orders, named)

    return intent


def _role_at_the_end(words: list[str]) -> tuple[list[str], str]:
    """The words before the name of a role, and that role; it is needed where several are offered."""
    for place in range(len(words)):
        role = ROLE_NAMES.get(" ".join(words[place:]).casefold())
        if role is not None:
            return words[:place], role
    return words, ""


def _keep(text: str, _context: Context) -> Intent:
    words = text.split()
    place = next((n for n in range(len(words), 0, -1) if " ".join(words[:n]).casefold() in ROLE_NAMES), 0)
    role, reason = " ".join(words[:place]), " ".join(words[place:])

    def intent(incident: Incident) -> Decision:
        meant = handoff_meant(incident, ROLE_NAMES.get(role.casefold(), ""))
        return meant if isinstance(meant, Refused) else rules.withdraw(incident, meant.id, reason)

    return intent


TABLE: Final[tuple[Verb, ...]] = (
    Verb(
        "handoff",
        "handoff PERSON [ROLE]",
        "offer your role to somebody, with a brief of how things stand",
        "handoff Kim scribe",
        _offer,
    ),
    Verb(
        "accept",
        "accept SEVERITY [ORDERS…] [ROLE] [by:NAME]",
        "take over what was offered: restate the severity and every open order",
        "accept SEV1 O1 by:Kim",
        _accept,
    ),
    Verb("keep", "keep [ROLE] [REASON]", "take an offered handoff back", "keep not before the rollback", _keep),
)
