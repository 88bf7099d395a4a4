"""Rules of decisions, as tables."""

from __future__ import annotations

from datetime import timedelta

import pytest

from incident_tui.domain import events as e
from incident_tui.domain.decide import Intent, Refused
from incident_tui.domain.decide import decisions as decide
from tests.strategies import opened

STORY = opened()
BACK = STORY.say(e.DecisionProposed("roll back to 4.11", "3 min of errors", "deploy again", 15, "Lee")).id
DRAIN = STORY.say(e.DecisionProposed("drain eu-west-1", window_seconds=60)).id
GONE = STORY.say(e.DecisionProposed("restart all of it")).id
STORY.say(e.DecisionRuled(GONE, "rejected", "too wide"), after=timedelta(0))
DONE = STORY.say(e.DecisionProposed("tell support"), after=timedelta(0)).id
STORY.say(e.DecisionRuled(DONE, "proceed"), after=timedelta(0))
INCIDENT, NOW = STORY.incident(), STORY.now
LATER = NOW + timedelta(minutes=2)
EARLY = Refused("D2 is open to objections for another 30 s", "wait, or say why not to")
KNOWN = "known are: D1, D2, D3, D4"
WINDOW = Refused("objections are awaited for seconds to hours", "for example 30s")

ACCEPTED: list[tuple[Intent, e.Body]] = [
    (lambda i: decide.propose(i, " roll\nback "), e.DecisionProposed("roll back")),
    (
        lambda i: decide.propose(i, "x", " some  errors", "undo\x07", timedelta(seconds=30), "@Lee"),
        e.DecisionProposed("x", "some errors", "undo^G", 30, "Lee"),
    ),
    (lambda i: decide.propose(i, "x", window=timedelta(0)), e.DecisionProposed("x", window_seconds=0)),
    (lambda i: decide.object_to(i, "d1", "@Kim", "a job runs"), e.ObjectionRaised(BACK, "Kim", "a job runs", "D1")),
    (lambda i: decide.object_to(i, "drain", "Kim", "no"), e.ObjectionRaised(DRAIN, "Kim", "no", "D2")),
    (lambda i: decide.rule(i, "1", "proceed", NOW), e.DecisionRuled(BACK, "proceed", "", "Lee", "D1")),
    (lambda i: decide.rule(i, "D1", "pro", NOW, "@Kim"), e.DecisionRuled(BACK, "proceed", "", "Kim", "D1")),
    (lambda i: decide.rule(i, DRAIN, "proceed", LATER), e.DecisionRuled(DRAIN, "proceed", "", "", "D2")),
    (
        lambda i: decide.rule(i, "D2", "proceed", NOW, reason="no time"),
        e.DecisionRuled(DRAIN, "proceed", "no time", "", "D2"),
    ),
    (
        lambda i: decide.rule(i, "D2", "proceed", NOW, forced=True),
        e.DecisionRuled(DRAIN, "proceed", "", "", "D2"),
    ),
    (
        lambda i: decide.rule(i, "D1", "rejected", NOW, reason=" too\nrisky "),
        e.DecisionRuled(BACK, "rejected", "too risky", "", "D1"),
    ),
    (lambda i: decide.rule(i, "D1", "withdrawn", NOW), e.DecisionRuled(BACK, "withdrawn", "", "", "D1")),
]
REFUSED: list[tuple[Intent, Refused]] = [
    (lambda i: decide.propose(i, " "), Refused("the proposal is empty", "type some text")),
    (lambda i: decide.propose(i, "x", window=timedelta(seconds=-1)), WINDOW),
    (lambda i: decide.propose(i, "x", window=timedelta(days=2)), WINDOW),
    (lambda i: decide.object_to(i, "D1", " ", "no"), Refused("an objection has a name", "say who objects")),
    (lambda i: decide.object_to(i, "D1", "Kim", ""), Refused("the objection is empty", "type some text")),
    (lambda i: decide.object_to(i, "D3", "Kim", "no"), Refused("D3 is rejected", "make another proposal")),
    (
        lambda i: decide.object_to(i, "D1", "x" * 81, "no"),
        Refused("the person's name has 81 characters, 80 are the limit", "make it shorter"),
    ),
    (lambda i: decide.rule(i, "D2", "proceed", NOW), EARLY),
    (lambda i: decide.rule(i, "D2", "proceed", NOW, reason="  "), EARLY),
    (lambda i: decide.rule(i, "D1", "rejected", NOW), Refused("rejecting D1 needs a reason", "say why not")),
    (
        lambda i: decide.rule(i, "D4", "withdrawn", NOW),
        Refused("D4 is decided: it proceeds", "make another proposal"),
    ),
    (
        lambda i: decide.rule(i, "D1", "maybe", NOW),
        Refused("no ruling “maybe”", "it is one of proceed, rejected, withdrawn"),
    ),
    (lambda i: decide.rule(i, "D9", "proceed", NOW), Refused("no proposal “D9”", KNOWN)),
    (lambda i: decide.rule(i, "", "proceed", NOW), Refused("no proposal “”", KNOWN)),
    (lambda i: decide.object_to(i, "ll", "Kim", "no"), Refused("no proposal “ll”", KNOWN)),
]


@pytest.mark.parametrize(("intent", "body"), ACCEPTED)
def test_accepted(intent: Intent, body: e.Body) -> None:
    assert intent(INCIDENT) == (body,)


@pytest.mark.parametrize(("intent", "refusal"), REFUSED)
def test_refused(intent: Intent, refusal: Refused) -> None:
    assert intent(INCIDENT) == refusal


def test_without_proposals_none_is_known() -> None:
    refused = decide.rule(opened().incident(), "D1", "proceed", NOW)

    assert refused == Refused("no proposal “D1”", "known are: none yet")


def test_an_objection_is_answered_before_going_ahead() -> None:
    story = opened()
    story.say(e.DecisionProposed("flip DNS", window_seconds=5))
    proposal = story.events[-1].id
    story.say(e.ObjectionRaised(proposal, "Ada", "the old zone is cached for a day"))
    after = story.now + timedelta(minutes=1)

    refused = decide.rule(story.incident(), "D1", "proceed", after)
    assert refused == Refused("D1 has 1 objection", "say why it is done all the same, or reject it")
    assert decide.rule(story.incident(), "D1", "proceed", after, reason="we wait it out") == (
        e.DecisionRuled(proposal, "proceed", "we wait it out", "", "D1"),
    )
