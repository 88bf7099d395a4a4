"""Rules of escalation: who of which level was called in, and why."""

from __future__ import annotations

from incident_tui.domain.decide import Decision, Refused, person_of, remark, said
from incident_tui.domain.events import Escalated
from incident_tui.domain.incident import Incident
from incident_tui.domain.teamwork import ESCALATION_LEVELS


def escalate(incident: Incident, level: int, person_word: str, reason: str = "") -> Decision:
    """A person of a level (1 to 3) is called in; calling somebody once more is another act."""
    if level not in ESCALATION_LEVELS:
        return Refused(f"no escalation level {level}", f"it is {', '.join(map(str, ESCALATION_LEVELS))}")
    if not person_word.strip():
        return Refused("an escalation calls a person", "name who is called in")
    person = said(person_word, "the person's name", 80)
    return person if isinstance(person, Refused) else (Escalated(level, person_of(person), remark(reason)),)
