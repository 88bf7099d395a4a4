"""Rules of the checklist: which step is meant, and what may be done with it."""

from __future__ import annotations

from incident_tui.domain.decide import Decision, Refused, quoted, remark, said
from incident_tui.domain.events import (
    PhaseBegun,
    StepChecked,
    StepNoted,
    StepReopened,
    StepRuledOut,
    StepSkipped,
)
from incident_tui.domain.incident import Incident
from incident_tui.domain.protocol import Step, find


def step_meant(incident: Incident, text: str) -> Step | Refused:
    """The one step that `text` means, by its number or a unique part of its title."""
    found = find(incident.protocol, text)
    if len(found) == 1:
        return found[0]
    if not found:
        return Refused(f"no step {quoted(text)}", "give its number such as 2.3, or a part of its title")
    names = ", ".join(f"{step.number} {step.title}" for step in found[:4])
    return Refused(f"{len(found)} steps match", f"be more exact: {names}{' …' if len(found) > 4 else ''}")


def check_step(incident: Incident, text: str) -> Decision:
    step = step_meant(incident, text)
    if isinstance(step, Refused):
        return step
    if incident.step(step.number).status == "done":
        return Refused(f"step {step.number} is done already")
    return (StepChecked(step.number),)


def reopen_step(incident: Incident, text: str) -> Decision:
    step = step_meant(incident, text)
    if isinstance(step, Refused):
        return step
    if incident.step(step.number).status == "open":
        return Refused(f"step {step.number} is open already")
    return (StepReopened(step.number),)


def skip_step(incident: Incident, text: str, reason_word: str) -> Decision:
    """Skip with a reason, which the report repeats."""
    step = step_meant(incident, text)
    if isinstance(step, Refused):
        return step
    reason = said(reason_word, "the reason for skipping")
    if isinstance(reason, Refused):
        return Refused(f"skipping step {step.number} needs a reason", "say why it is left out")
    return (StepSkipped(step.number, reason),)


def rule_out_step(incident: Incident, text: str, reason: str = "") -> Decision:
    step = step_meant(incident, text)
    if isinstance(step, Refused):
        return step
    if incident.step(step.number).status == "not applicable":
        return Refused(f"step {step.number} is not applicable already")
    return (StepRuledOut(step.number, remark(reason)),)


def note_step(incident: Incident, text: str, note_word: str) -> Decision:
    step = step_meant(incident, text)
    if isinstance(step, Refused):
        return step
    note = said(note_word, "the note", 2000)
    return note if isinstance(note, Refused) else (StepNoted(step.number, note),)


def begin_phase(incident: Incident, phase: int) -> Decision:
    """Start a phase's clock by hand; `phase` counts from 0."""
    if not 0 <= phase < len(incident.protocol.phases):
        return Refused(f"there is no phase {phase + 1}", f"the protocol has {len(incident.protocol.phases)}")
    if str(phase) in incident.begun:
        return Refused(f"phase {phase + 1} has begun already")
    return (PhaseBegun(phase),)
