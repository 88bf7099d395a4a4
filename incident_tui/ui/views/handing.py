"""The two keys of a handoff in words: how far it is, and whose turn it is."""

from __future__ import annotations

from incident_tui.domain.incident import COMMANDER
from incident_tui.domain.teamwork import Handoff
from incident_tui.domain.text import clean_line
from incident_tui.ui.text import Line
from incident_tui.ui.views.scene import Scene

SOMEBODY = "who takes over"


def header(scene: Scene, role: str, offered: Handoff | None) -> Line:
    """What is handed over, and who holds it for as long as that takes."""
    giver = scene.incident.holder(role) or "nobody"
    state = f"offered to {offered.person}, {giver} still holds it" if offered else f"{giver} holds it, not signed yet"
    return ((f"Handoff: {role}", "strong"), ("  ·  ", "muted"), (state, "warn"))


def office(role: str) -> str:
    """A role as the object of a sentence."""
    return "command" if role == COMMANDER else f"the role of {role}"


def turns(scene: Scene, role: str, offered: Handoff | None, typed: str) -> tuple[Line, Line]:
    """The first key and the second; `typed` is to whom the role is about to be offered."""
    if offered is not None:
        at = f"{scene.date(offered.at)} {scene.time(offered.at)}".strip()
        return (
            (
                ("✓ ", "good"),
                (f"{offered.giver} signed at {at} and offered {office(role)} to {offered.person}", "muted"),
            ),
            (("2 ", "key"), (f"{offered.person} restates severity and open orders, ", "strong"), ("then it moves", "")),
        )
    giver, person = scene.incident.holder(role) or "nobody", clean_line(typed) or SOMEBODY
    return (
        (("1 ", "key"), (f"{giver} signs the brief ", "strong"), (f"and offers {office(role)} to {person}", "")),
        (("2 ", "muted"), (f"{person} restates severity and open orders; only then it moves", "muted")),
    )
