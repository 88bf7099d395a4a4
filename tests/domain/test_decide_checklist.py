"""Rules of the checklist, as tables."""

from __future__ import annotations

import pytest

from incident_tui.domain.decide import Intent, Refused
from incident_tui.domain.decide import checklist as decide
from incident_tui.domain.events import (
    Body,
    PhaseBegun,
    StepChecked,
    StepNoted,
    StepReopened,
    StepRuledOut,
    StepSkipped,
)
from tests.strategies import opened

NO_STEP = "give its number such as 2.3, or a part of its title"
ACCEPTED: list[tuple[Intent, Body]] = [
    (lambda i: decide.check_step(i, "1.1"), StepChecked("1.1")),
    (lambda i: decide.check_step(i, " LOOK "), StepChecked("1.1")),
    (lambda i: decide.check_step(i, "fix it w"), StepChecked("2.1.1")),
    (lambda i: decide.check_step(i, "fix"), StepChecked("2.1")),
    (lambda i: decide.check_step(i, "3.1"), StepChecked("3.1")),
    (lambda i: decide.reopen_step(i, "1.2"), StepReopened("1.2")),
    (lambda i: decide.reopen_step(i, "3.1"), StepReopened("3.1")),
    (lambda i: decide.skip_step(i, "1.1", " no\ttime\n"), StepSkipped("1.1", "no time")),
    (lambda i: decide.rule_out_step(i, "1.1"), StepRuledOut("1.1")),
    (lambda i: decide.rule_out_step(i, "1.1", " no  \x1b[31mcaches "), StepRuledOut("1.1", "no caches")),
    (lambda i: decide.note_step(i, "1.1", "all red"), StepNoted("1.1", "all red")),
    (lambda i: decide.begin_phase(i, 0), PhaseBegun(0)),
    (lambda i: decide.begin_phase(i, 2), PhaseBegun(2)),
]
REFUSED: list[tuple[Intent, Refused]] = [
    (lambda i: decide.check_step(i, "1.2"), Refused("step 1.2 is done already")),
    (lambda i: decide.check_step(i, "9.9"), Refused("no step “9.9”", NO_STEP)),
    (lambda i: decide.check_step(i, ""), Refused("no step “”", NO_STEP)),
    (lambda i: decide.check_step(i, "x" * 900), Refused(f"no step “{'x' * 59}…”", NO_STEP)),
    (lambda i: decide.check_step(i, "\x1b]0;t\x07"), Refused("no step “^[]0;t^G”", NO_STEP)),
    (
        lambda i: decide.check_step(i, "i"),
        Refused("2 steps match", "be more exact: 2.1 Fix, 2.1.1 Fix it well"),
    ),
    (lambda i: decide.reopen_step(i, "1.1"), Refused("step 1.1 is open already")),
    (lambda i: decide.skip_step(i, "1.1", " "), Refused("skipping step 1.1 needs a reason", "say why it is left out")),
    (lambda i: decide.rule_out_step(i, "3.1"), Refused("step 3.1 is not applicable already")),
    (lambda i: decide.note_step(i, "1.1", ""), Refused("the note is empty", "type some text")),
    (
        lambda i: decide.note_step(i, "1.1", "x" * 2001),
        Refused("the note has 2,001 characters, 2,000 are the limit", "attach it as a file"),
    ),
    *(
        (intent, Refused("no step “7”", NO_STEP))
        for intent in (
            lambda i: decide.reopen_step(i, "7"),
            lambda i: decide.skip_step(i, "7", "no time"),
            lambda i: decide.rule_out_step(i, "7"),
            lambda i: decide.note_step(i, "7", "x"),
        )
    ),
    (lambda i: decide.begin_phase(i, 3), Refused("there is no phase 4", "the protocol has 3")),
    (lambda i: decide.begin_phase(i, -1), Refused("there is no phase 0", "the protocol has 3")),
    (lambda i: decide.begin_phase(i, 1), Refused("phase 2 has begun already")),
]
STORY = opened()
STORY.say(StepChecked("1.2"), StepRuledOut("3.1"), PhaseBegun(1))
INCIDENT = STORY.incident()


@pytest.mark.parametrize(("intent", "body"), ACCEPTED)
def test_accepted(intent: Intent, body: Body) -> None:
    assert intent(INCIDENT) == (body,)


@pytest.mark.parametrize(("intent", "refusal"), REFUSED)
def test_refused(intent: Intent, refusal: Refused) -> None:
    assert intent(INCIDENT) == refusal


def test_a_refusal_reads_as_one_line() -> None:
    assert str(Refused("no")) == "no"
    assert str(Refused("no", "do that")) == "no; do that"
