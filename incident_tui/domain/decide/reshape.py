"""Rules for changing the checklist while it is worked: playbooks, and wrong guesses of the reading put right."""

from __future__ import annotations

from datetime import timedelta

from incident_tui.domain.decide import Decision, Refused, quoted, said
from incident_tui.domain.decide.checklist import step_meant
from incident_tui.domain.events import (
    BudgetSet,
    PhaseSetAside,
    PlaybookAttached,
    SectionTaken,
    StepAdded,
    StepSetAside,
)
from incident_tui.domain.incident import Incident
from incident_tui.domain.protocol import Protocol, Reading
from incident_tui.domain.protocol_json import LONGEST_BUDGET
from incident_tui.domain.protocol_json import to_json as protocol_to_json


def attach(incident: Incident, playbook: Protocol) -> Decision:
    """The phases of a playbook behind those of the checklist, once."""
    if not playbook.phases:
        return Refused(f"there is nothing to do in {quoted(playbook.title or playbook.name)}")
    if any(phase.playbook == (playbook.name or playbook.title) for phase in incident.protocol.phases):
        return Refused(f"{playbook.title} is attached already", "its phases stand at the end of the checklist")
    return (PlaybookAttached(protocol_to_json(playbook)),)


def add_step(incident: Incident, phase_word: str, title_word: str) -> Decision:
    """A step more at the end of a phase."""
    phase, title = phase_meant(incident, phase_word), said(title_word, "the step", 300)
    if isinstance(phase, Refused):
        return phase
    return title if isinstance(title, Refused) else (StepAdded(phase, title),)


def set_aside(incident: Incident, word: str) -> Decision:
    """A step (`2.3`) or a whole phase (`2`) is text to read."""
    if word.strip().isdigit():
        phase = phase_meant(incident, word)
        if isinstance(phase, Refused):
            return phase
        if not incident.protocol.phases[phase].steps:
            return Refused(f"phase {phase + 1} is to be read already")
        return (PhaseSetAside(phase),)
    step = step_meant(incident, word)
    return step if isinstance(step, Refused) else (StepSetAside(step.number),)


def take_section(incident: Incident, word: str) -> Decision:
    """A section to read becomes a phase."""
    reading = reading_meant(incident, word)
    return reading if isinstance(reading, Refused) else (SectionTaken(reading.title, reading.line),)


def set_budget(incident: Incident, word: str, budget: timedelta | None) -> Decision:
    """The time for a phase (`2`) or a step (`2.3`); None takes it away."""
    if budget is not None and not timedelta(0) < budget <= LONGEST_BUDGET:
        return Refused("a time limit is longer than nothing and shorter than ten years", "15m, for example")
    seconds = None if budget is None else int(budget.total_seconds())
    if word.strip().isdigit():
        phase = phase_meant(incident, word)
        return phase if isinstance(phase, Refused) else (BudgetSet(phase, seconds),)
    step = step_meant(incident, word)
    if isinstance(step, Refused):
        return step
    index = next(index for index, item in incident.protocol.all_steps() if item is step)
    if step not in incident.protocol.phases[index].steps:
        return Refused(f"{step.number} is a part of a step", "set the time of the step or of its phase")
    return (BudgetSet(index, seconds, step.number),)


def phase_meant(incident: Incident, word: str) -> int | Refused:
    """The phase of this number, counted from 1, or the only one whose title holds `word`; its index from 0."""
    wanted, phases = word.strip().casefold(), incident.protocol.phases
    if wanted.isascii() and wanted.isdigit() and 1 <= int(wanted[:9]) <= len(phases):
        return int(wanted[:9]) - 1
    found = [index for index, phase in enumerate(phases) if wanted and wanted in phase.title.casefold()]
    if len(found) == 1:
        return found[0]
    return Refused(f"no phase {quoted(word)}", f"give its number, 1 to {len(phases)}, or a part of its title")


def reading_meant(incident: Incident, word: str) -> Reading | Refused:
    """The section to read with this title or a unique part of it, or in this line of the document (`line 40`)."""
    wanted, readings = " ".join(word.split()).casefold(), incident.protocol.readings
    found = [reading for reading in readings if f"line {reading.line}" == wanted]
    found = found or [reading for reading in readings if reading.title.casefold() == wanted]
    found = found or [reading for reading in readings if wanted and wanted in reading.title.casefold()]
    if len(found) == 1:
        return found[0]
    if not readings:
        return Refused("the checklist has no section that is only read")
    return Refused(f"no section {quoted(word)}", f"known are {', '.join(reading.title for reading in readings)[:200]}")
