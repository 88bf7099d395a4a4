"""How a checklist is changed while it is worked: playbooks attached, wrong guesses of the reading put right.

No number ever changes its meaning: what is added comes last, and what is taken away leaves its number unused.
"""

from __future__ import annotations

import re
from collections.abc import Container
from datetime import timedelta
from typing import assert_never

from msgspec.structs import replace

from incident_tui.domain import events as e
from incident_tui.domain.incident import Incident
from incident_tui.domain.protocol import Block, Phase, Protocol, Reading, Step
from incident_tui.domain.protocol_json import LONGEST_BUDGET
from incident_tui.domain.protocol_json import from_json as protocol_from_json

Reshaped = e.PlaybookAttached | e.StepAdded | e.StepSetAside | e.PhaseSetAside | e.SectionTaken | e.BudgetSet

SHORT_NUMBER = r"[0-9]{1,9}"


def evolve(incident: Incident, body: Reshaped) -> Incident:
    """The incident with its checklist changed; it never raises."""
    protocol = incident.protocol
    match body:
        case e.PlaybookAttached():
            changed = attach(protocol, protocol_from_json(body.playbook))
        case e.StepAdded():
            step = Step("", body.title, body.detail, body.commands)
            changed = add_step(protocol, body.phase, step, incident.steps)
        case e.StepSetAside():
            changed = set_step_aside(protocol, body.step)
        case e.PhaseSetAside():
            changed = set_phase_aside(protocol, body.phase)
        case e.SectionTaken():
            changed = take_section(protocol, body.title, body.line)
        case e.BudgetSet():
            changed = set_budget(protocol, body.phase, _budget(body.seconds), body.step)
        case _:
            assert_never(body)
    return incident if changed is protocol else replace(incident, protocol=changed)


def numbered(steps: tuple[Step, ...], above: str) -> tuple[Step, ...]:
    """The steps with numbers by position below `above`."""
    return tuple(
        replace(step, number=number, steps=numbered(step.steps, number))
        for number, step in ((f"{above}.{position}", step) for position, step in enumerate(steps, start=1))
    )


def attach(protocol: Protocol, playbook: Protocol) -> Protocol:
    """The protocol with the phases of a playbook behind its own."""
    name = playbook.name or playbook.title
    first = len(protocol.phases) + 1
    phases = tuple(
        replace(phase, steps=numbered(phase.steps, str(position)), group=playbook.title or name, playbook=name)
        for position, phase in enumerate(playbook.phases, start=first)
    )
    readings = tuple(replace(reading, before=reading.before + first - 1) for reading in playbook.readings)
    return replace(protocol, phases=(*protocol.phases, *phases), readings=(*protocol.readings, *readings))


def add_step(protocol: Protocol, phase: int, step: Step, worked: Container[str] = ()) -> Protocol:
    """A step more in a phase; `worked` holds the numbers that something was done with, even of steps that are gone."""
    if not 0 <= phase < len(protocol.phases):
        return protocol
    steps, lead = protocol.phases[phase].steps, f"{phase + 1}."
    used = [item.number.removeprefix(lead) for item in steps if item.number.startswith(lead)]
    position = max((int(number) for number in used if re.fullmatch(SHORT_NUMBER, number)), default=0) + 1
    while f"{lead}{position}" in worked:
        position += 1
    number = f"{lead}{position}"
    added = replace(step, number=number, steps=numbered(step.steps, number))
    return _with_phase(protocol, phase, replace(protocol.phases[phase], steps=(*steps, added)))


def set_step_aside(protocol: Protocol, number: str) -> Protocol:
    """What the step says is read above the steps of its phase; a sub-step becomes a part of its step's detail."""
    for index, phase in enumerate(protocol.phases):
        step = next((item for item in phase.steps if item.number == number), None)
        if step is not None:
            kept = tuple(item for item in phase.steps if item is not step)
            text = _joined(phase.text, text_of(step))
            changed = replace(phase, steps=kept, text=text, blocks=(*phase.blocks, *blocks_of(step)))
            return _with_phase(protocol, index, changed)
        steps = tuple(_without_child(item, number) for item in phase.steps)
        if any(after is not before for after, before in zip(steps, phase.steps, strict=True)):
            return _with_phase(protocol, index, replace(phase, steps=steps))
    return protocol


def set_phase_aside(protocol: Protocol, index: int) -> Protocol:
    """A phase without steps: its words stay to be read."""
    if not 0 <= index < len(protocol.phases) or not protocol.phases[index].steps:
        return protocol
    phase = protocol.phases[index]
    text = _joined(phase.text, *(text_of(step) for step in phase.steps))
    blocks = (*phase.blocks, *(block for step in phase.steps for block in blocks_of(step)))
    return _with_phase(protocol, index, replace(phase, steps=(), text=text, blocks=blocks, budget=None, every=None))


def take_section(protocol: Protocol, title: str, line: int) -> Protocol:
    """A section to read becomes the last phase; each of its paragraphs is a step."""
    reading = next((item for item in protocol.readings if (item.title, item.line) == (title, line)), None)
    if reading is None:
        return protocol
    readings = tuple(item for item in protocol.readings if item is not reading)
    steps = numbered(steps_of(reading), str(len(protocol.phases) + 1))
    phase = Phase(reading.title, steps=steps, line=reading.line)
    return replace(protocol, phases=(*protocol.phases, phase), readings=readings)


def steps_of(reading: Reading) -> tuple[Step, ...]:
    """The lines of a section as steps; its commands and blocks belong to the last of them."""
    texts = [line.strip() for line in reading.text.splitlines() if line.strip()] or [reading.title]
    commands = tuple(block.text for block in reading.blocks if block.kind == "command")
    blocks = tuple(block for block in reading.blocks if block.kind != "command")
    steps = [Step("", text, line=reading.line) for text in texts]
    return (*steps[:-1], replace(steps[-1], commands=commands, blocks=blocks))


def set_budget(protocol: Protocol, index: int, budget: timedelta | None, number: str = "") -> Protocol:
    """Another time for a phase, or for one of its steps."""
    if not 0 <= index < len(protocol.phases):
        return protocol
    phase = protocol.phases[index]
    if not number:
        return _with_phase(protocol, index, replace(phase, budget=budget, working=False))
    steps = tuple(
        replace(step, budget=budget, working=False) if step.number == number else step for step in phase.steps
    )
    return _with_phase(protocol, index, replace(phase, steps=steps))


def text_of(step: Step) -> str:
    """All words of a step and its sub-steps, commands apart."""
    return _joined(step.title, step.detail, *(text_of(child) for child in step.steps))


def blocks_of(step: Step) -> tuple[Block, ...]:
    """The commands and blocks of a step and its sub-steps, to be read."""
    commands = (Block("command", command) for command in step.commands)
    return (*commands, *step.blocks, *(block for child in step.steps for block in blocks_of(child)))


def _without_child(step: Step, number: str) -> Step:
    child = next((item for item in step.steps if item.number == number), None)
    if child is not None:
        kept = tuple(item for item in step.steps if item is not child)
        detail = _joined(step.detail, text_of(child))
        return replace(step, steps=kept, detail=detail, blocks=(*step.blocks, *blocks_of(child)))
    steps = tuple(_without_child(item, number) for item in step.steps)
    changed = any(after is not before for after, before in zip(steps, step.steps, strict=True))
    return replace(step, steps=steps) if changed else step


def _with_phase(protocol: Protocol, index: int, phase: Phase) -> Protocol:
    return replace(protocol, phases=(*protocol.phases[:index], phase, *protocol.phases[index + 1 :]))


def _budget(seconds: int | None) -> timedelta | None:
    if seconds is None or not 0 < seconds <= LONGEST_BUDGET.total_seconds():
        return None
    return timedelta(seconds=seconds)


def _joined(*texts: str) -> str:
    return "\n".join(text for text in texts if text)
