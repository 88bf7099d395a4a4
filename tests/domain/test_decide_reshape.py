"""Changing the checklist while it is worked: numbers keep their meaning, no word is lost."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incident_tui.domain import events as e
from incident_tui.domain.decide import Refused
from incident_tui.domain.decide.reshape import add_step, attach, set_aside, set_budget, take_section
from incident_tui.domain.incident import Incident
from incident_tui.domain.protocol import Block, Phase, Protocol, Reading, Step
from tests.story import Story, declared
from tests.strategies import stories

DRAIN = Step("2.2", "Drain the node", "one at a time", ("kubectl drain",), (Step("2.2.1", "Cordon it first"),))
CHECKLIST = Protocol(
    "web",
    "Web",
    (
        Phase("Look", budget=timedelta(minutes=5), steps=(Step("1.1", "Read the graphs"),)),
        Phase("Act", steps=(Step("2.1", "Scale up"), DRAIN, Step("2.3", "Watch"))),
    ),
    readings=(Reading("Impact", "Nobody can pay.", line=3), Reading("Recovery", "Restore.\nCheck.", line=20)),
)
POOL = Protocol("pool", "Pool is empty", (Phase("Relieve", steps=(Step("1.1", "End idle sessions"),)),))


def room(*bodies: e.Body) -> Incident:
    story = Story()
    story.say(declared(protocol=CHECKLIST), *bodies)
    return story.incident()


def after(incident: Incident, decision: tuple[e.Body, ...] | Refused, *before: e.Body) -> Protocol:
    assert not isinstance(decision, Refused), str(decision)
    assert incident.protocol == room(*before).protocol
    return room(*before, *decision).protocol


def words(protocol: Protocol) -> set[str]:
    """Every word of a checklist."""
    texts = [phase.title for phase in protocol.phases] + [phase.text for phase in protocol.phases]
    texts += [block.text for phase in protocol.phases for block in phase.blocks]
    for _, step in protocol.all_steps():
        texts += [step.title, step.detail, *step.commands, *(block.text for block in step.blocks)]
    for reading in protocol.readings:
        texts += [reading.title, reading.text, *(block.text for block in reading.blocks)]
    return {word for text in texts for word in text.split()}


def test_a_playbook_comes_last_under_numbers_of_its_own() -> None:
    protocol = after(room(), attach(room(), POOL))

    assert [phase.title for phase in protocol.phases] == ["Look", "Act", "Relieve"]
    assert (protocol.phases[2].playbook, protocol.phases[2].group) == ("pool", "Pool is empty")
    assert [step.number for step in protocol.phases[2].steps] == ["3.1"]
    assert protocol.phases[:2] == CHECKLIST.phases


def test_a_playbook_is_attached_once() -> None:
    (attached,) = attach(room(), POOL)  # type: ignore[misc]  # a refusal would fail to unpack

    assert isinstance(attach(room(attached), POOL), Refused)
    assert isinstance(attach(room(), Protocol("empty", "Empty", ())), Refused)


def test_a_step_more_gets_the_next_number() -> None:
    protocol = after(room(), add_step(room(), "act", "Tell support"))

    assert protocol.phases[1].steps[-1] == Step("2.4", "Tell support")


def test_the_number_of_a_step_that_was_worked_with_is_not_given_again() -> None:
    gone = (e.StepChecked("2.3"), e.StepSetAside("2.3"))
    protocol = after(room(*gone), add_step(room(*gone), "2", "Tell support"), *gone)

    assert [step.number for step in protocol.phases[1].steps] == ["2.1", "2.2", "2.4"]


def test_a_step_set_aside_is_read_with_all_it_says() -> None:
    protocol = after(room(), set_aside(room(), "2.2"))
    phase = protocol.phases[1]

    assert [step.number for step in phase.steps] == ["2.1", "2.3"]
    assert phase.text == "Drain the node\none at a time\nCordon it first"
    assert phase.blocks == (Block("command", "kubectl drain"),)


def test_a_sub_step_set_aside_becomes_a_part_of_its_step() -> None:
    protocol = after(room(), set_aside(room(), "2.2.1"))

    assert protocol.step("2.2") == Step("2.2", "Drain the node", "one at a time\nCordon it first", ("kubectl drain",))


def test_a_phase_set_aside_keeps_its_place_and_its_words() -> None:
    protocol = after(room(), set_aside(room(), "2"))

    assert [len(phase.steps) for phase in protocol.phases] == [1, 0]
    assert words(protocol) == words(CHECKLIST)


def test_a_section_taken_is_the_last_phase_a_step_for_each_line() -> None:
    protocol = after(room(), take_section(room(), "recov"))

    assert [reading.title for reading in protocol.readings] == ["Impact"]
    assert protocol.phases[2].title == "Recovery"
    assert [(step.number, step.title) for step in protocol.phases[2].steps] == [("3.1", "Restore."), ("3.2", "Check.")]


def test_a_time_limit_is_set_and_taken_away() -> None:
    assert after(room(), set_budget(room(), "2", timedelta(minutes=9))).phases[1].budget == timedelta(minutes=9)
    assert after(room(), set_budget(room(), "1", None)).phases[0].budget is None
    step = after(room(), set_budget(room(), "2.1", timedelta(minutes=2))).step("2.1")
    assert step is not None
    assert step.budget == timedelta(minutes=2)


@pytest.mark.parametrize(
    ("decision", "reason"),
    [
        (add_step(room(), "7", "x"), "no phase “7”"),
        (add_step(room(), "1", " "), "the step is empty"),
        (set_aside(room(), "9.9"), "no step “9.9”"),
        (set_aside(room(), "9"), "no phase “9”"),
        (set_aside(room(e.PhaseSetAside(0)), "1"), "phase 1 is to be read already"),
        (take_section(room(), "nothing"), "no section “nothing”"),
        (set_budget(room(), "2.2.1", timedelta(minutes=1)), "2.2.1 is a part of a step"),
        (set_budget(room(), "2", timedelta(0)), "a time limit is longer than nothing and shorter than ten years"),
    ],
)
def test_what_makes_no_sense_is_refused(decision: object, reason: str) -> None:
    assert isinstance(decision, Refused)
    assert decision.reason == reason


@given(stories(), st.sampled_from(("1.1", "1.2", "2.1", "2.1.1", "3.1", "1", "2", "3")))
def test_setting_aside_loses_no_word(story: Story, what: str) -> None:
    before = story.incident()
    decision = set_aside(before, what)
    if isinstance(decision, Refused):
        return
    story.say(*decision)

    assert words(before.protocol) <= words(story.incident().protocol)
