"""Which theories are still open, which are eliminated, and what counts for and against each."""

from __future__ import annotations

from incident_tui.domain.incident import Incident, Theory, ordered


def standing(incident: Incident) -> list[Theory]:
    """Open theories: untested or supported; what has more support comes first, then the older."""
    found = [theory for theory in _unstruck(incident) if theory.state in ("untested", "supported")]
    return sorted(found, key=lambda theory: (theory.state != "supported", -weight(incident, theory)))


def eliminated(incident: Incident) -> list[Theory]:
    """Refuted theories in the order in which they came up: nobody need look there again."""
    return [theory for theory in _unstruck(incident) if theory.state == "refuted"]


def confirmed(incident: Incident) -> list[Theory]:
    return [theory for theory in _unstruck(incident) if theory.state == "confirmed"]


def weight(incident: Incident, theory: Theory) -> int:
    """How many entries count for the theory less those against it; struck entries count for nothing."""
    supporting = sum(not incident.struck(entry) for entry in theory.supporting)
    return supporting - sum(not incident.struck(entry) for entry in theory.refuting)


def _unstruck(incident: Incident) -> list[Theory]:
    return [theory for theory in ordered(incident.theories) if not incident.struck(theory.id)]
