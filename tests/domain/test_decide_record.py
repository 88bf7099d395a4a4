"""Rules of the technical record, lessons, sign-offs and action items, as tables."""

from __future__ import annotations

from datetime import date

import pytest

from incident_tui.domain import events as e
from incident_tui.domain.decide import Intent, Refused
from incident_tui.domain.decide import record as decide
from tests.strategies import opened

TODAY = date(2026, 11, 21)
STORY = opened()
FIRST = STORY.say(e.ActionItemAdded("alert on the pool", "ida", "2026-12-05", "high")).id
SECOND = STORY.say(e.ActionItemAdded("test declined cards")).id
STORY.say(e.ActionItemDone(SECOND), e.SignedOff("deputy", "Ida"))
INCIDENT = STORY.incident()
KNOWN = "known are: A1, A2"
EMPTY = "type some text"

ACCEPTED: list[tuple[Intent, e.Body]] = [
    (lambda i: decide.record_error(i, "\nE1\n  at x\n"), e.ErrorRecorded("E1\n  at x")),
    (lambda i: decide.record_reading(i, "CPU", "aft", "12 %"), e.ReadingRecorded("cpu", "after", "12 %")),
    (lambda i: decide.record_configuration(i, "a: 1", " yaml\x07 "), e.ConfigurationRecorded("a: 1", "yaml^G")),
    (lambda i: decide.record_fix_step(i, "root", "x"), e.FixStepRecorded("root cause", "x")),
    (lambda i: decide.record_recovery(i, "d", "x"), e.RecoveryRecorded("data", "x")),
    (lambda i: decide.record_cost(i, "Refunds", "$5"), e.CostRecorded("refunds", "$5")),
    (lambda i: decide.record_lesson(i, "we", "x"), e.LessonRecorded("well", "x")),
    (lambda i: decide.sign_off(i, "ic", "@Mara "), e.SignedOff("incident commander", "Mara")),
    (lambda i: decide.sign_off(i, "deputy", "@"), e.SignedOff("deputy", "@")),
    (lambda i: decide.add_action_item(i, "x", TODAY), e.ActionItemAdded("x", "", "2026-12-21", "medium")),
    (
        lambda i: decide.add_action_item(i, "x", TODAY, " @ida ", priority_word="h"),
        e.ActionItemAdded("x", "ida", "2026-12-05", "high"),
    ),
    (
        lambda i: decide.add_action_item(i, "x", TODAY, due=date(2027, 1, 1), priority_word="low"),
        e.ActionItemAdded("x", "", "2027-01-01", "low"),
    ),
    (
        lambda i: decide.change_action_item(i, "a1", owner=""),
        e.ActionItemChanged(FIRST, "alert on the pool", "", "2026-12-05", "high"),
    ),
    (
        lambda i: decide.change_action_item(i, "2", "test all", "@jo", TODAY, "l"),
        e.ActionItemChanged(SECOND, "test all", "jo", "2026-11-21", "low"),
    ),
    (lambda i: decide.finish_action_item(i, "POOL"), e.ActionItemDone(FIRST)),
    (lambda i: decide.reopen_action_item(i, SECOND), e.ActionItemReopened(SECOND)),
]
REFUSED: list[tuple[Intent, Refused]] = [
    (lambda i: decide.record_error(i, ""), Refused("the error is empty", EMPTY)),
    (lambda i: decide.record_reading(i, "", "after", "1"), Refused("the measure is empty", EMPTY)),
    (
        lambda i: decide.record_reading(i, "cpu", "later", "1"),
        Refused("no moment of a reading “later”", "it is one of before, during, after"),
    ),
    (lambda i: decide.record_reading(i, "cpu", "after", " "), Refused("the reading is empty", EMPTY)),
    (lambda i: decide.record_configuration(i, ""), Refused("the configuration is empty", EMPTY)),
    (
        lambda i: decide.record_fix_step(i, "x", "y"),
        Refused("no fix “x”", "it is one of immediate, root cause"),
    ),
    (lambda i: decide.record_fix_step(i, "root", ""), Refused("the step of the fix is empty", EMPTY)),
    (lambda i: decide.record_recovery(i, "x", "y"), Refused("no recovery “x”", "it is one of data, service")),
    (lambda i: decide.record_recovery(i, "data", ""), Refused("the recovery is empty", EMPTY)),
    (lambda i: decide.record_cost(i, "", "5"), Refused("the kind of cost is empty", EMPTY)),
    (lambda i: decide.record_cost(i, "refunds", ""), Refused("the cost is empty", EMPTY)),
    (
        lambda i: decide.record_lesson(i, "w", "x"),
        Refused("no side of a lesson “w”", "it is one of wrong, well, luck"),
    ),
    (lambda i: decide.record_lesson(i, "luck", ""), Refused("the lesson is empty", EMPTY)),
    (lambda i: decide.sign_off(i, "deputy", "@Ida"), Refused("Ida has signed off as deputy already")),
    (lambda i: decide.sign_off(i, "", "Ida"), Refused("the role is empty", EMPTY)),
    (lambda i: decide.sign_off(i, "deputy", ""), Refused("the person's name is empty", EMPTY)),
    (lambda i: decide.add_action_item(i, "", TODAY), Refused("the action item is empty", EMPTY)),
    (
        lambda i: decide.add_action_item(i, "x", TODAY, priority_word="now"),
        Refused("no priority “now”", "it is one of high, medium, low"),
    ),
    (lambda i: decide.change_action_item(i, "A1"), Refused("A1 is like that already")),
    (lambda i: decide.change_action_item(i, "A1", ""), Refused("the action item is empty", EMPTY)),
    (
        lambda i: decide.change_action_item(i, "A1", priority_word="now"),
        Refused("no priority “now”", "it is one of high, medium, low"),
    ),
    (lambda i: decide.finish_action_item(i, "A2"), Refused("A2 is done already")),
    (lambda i: decide.reopen_action_item(i, "A1"), Refused("A1 is open already")),
    *(
        (intent, Refused("no action item “e”", KNOWN))
        for intent in (
            lambda i: decide.change_action_item(i, "e"),
            lambda i: decide.finish_action_item(i, "e"),
            lambda i: decide.reopen_action_item(i, "e"),
        )
    ),
]


@pytest.mark.parametrize(("intent", "body"), ACCEPTED)
def test_accepted(intent: Intent, body: e.Body) -> None:
    assert intent(INCIDENT) == (body,)


@pytest.mark.parametrize(("intent", "refusal"), REFUSED)
def test_refused(intent: Intent, refusal: Refused) -> None:
    assert intent(INCIDENT) == refusal


def test_without_action_items_none_is_known() -> None:
    assert decide.finish_action_item(opened().incident(), "1") == Refused("no action item “1”", "known are: none yet")
