"""Rules of orders, escalation, the loop and callouts, as tables."""

from __future__ import annotations

from datetime import timedelta

import pytest

from incident_tui.domain import events as e
from incident_tui.domain.decide import Intent, Refused, callouts, loop, orders
from incident_tui.domain.decide import escalation as escalations
from incident_tui.domain.teamwork import LOOP
from tests.story import quiet_story
from tests.strategies import opened

TEN = timedelta(minutes=10)
STORY = opened()
STORY.say(e.RoleTaken("incident commander", "Mara"))
COUNT = STORY.say(e.OrderGiven("Lee", "count idle connections", 600)).id
DRAIN = STORY.say(e.OrderGiven("Kim", "prepare to drain the pool", 300)).id
POOL = STORY.say(e.OrderGiven("Ida", "look at the pool of the replica", 300)).id
OLD = STORY.say(e.OrderGiven("Kim", "restart the worker", 300)).id
STORY.say(e.OrderUnderstood(DRAIN), e.OrderDone(OLD, "it runs"), e.LoopMoved("verify"))
STORY.say(e.CalloutAnswered("ten:1"), e.CalloutAnswered("ten:2", STORY.now.isoformat()))
INCIDENT, NOW = STORY.incident(), STORY.now
NAMELESS = Refused("an order is for one named person", "name who does it")
BOX = "for example 10m"
KNOWN = "known are: O1, O2, O3, O4"
SNOOZE = Refused("a callout comes again within minutes to a day", "for example in 10m")

ACCEPTED: list[tuple[Intent, e.Body]] = [
    (lambda i: orders.give(i, " @Lee  Ann ", TEN, "look\nat it"), e.OrderGiven("Lee Ann", "look at it", 600)),
    (lambda i: orders.give(i, "Kim", timedelta(days=30), "x"), e.OrderGiven("Kim", "x", 30 * 86_400)),
    (lambda i: orders.understood(i, "o1"), e.OrderUnderstood(COUNT, "O1 Lee")),
    (lambda i: orders.understood(i, "@lee"), e.OrderUnderstood(COUNT, "O1 Lee")),
    (lambda i: orders.extend(i, "2", TEN, NOW, " slow\x07 "), e.OrderExtended(DRAIN, 780, "slow^G", "O2 Kim")),
    (lambda i: orders.extend(i, "2", TEN, NOW + TEN), e.OrderExtended(DRAIN, 600, "", "O2 Kim")),
    (lambda i: orders.finish(i, COUNT, " 61 idle "), e.OrderDone(COUNT, "61 idle", "O1 Lee")),
    (lambda i: orders.cancel(i, "drain  the"), e.OrderCancelled(DRAIN, "", "O2 Kim")),
    (lambda i: orders.cancel(i, "O3", "no use"), e.OrderCancelled(POOL, "no use", "O3 Ida")),
    (lambda i: orders.finish(i, "kim", "ready"), e.OrderDone(DRAIN, "ready", "O2 Kim")),
    (lambda i: escalations.escalate(i, 2, "@Noor", " no  order "), e.Escalated(2, "Noor", "no order")),
    (loop.move, e.LoopMoved("size-up")),
    (lambda i: loop.move(i, "Up"), e.LoopMoved("update")),
    (lambda i: callouts.answer(i, " ten:3 "), e.CalloutAnswered("ten:3")),
    (lambda i: callouts.answer(i, "ten:2"), e.CalloutAnswered("ten:2")),
    (
        lambda i: callouts.snooze(i, "ten:1", NOW + TEN, NOW),
        e.CalloutAnswered("ten:1", (NOW + TEN).isoformat()),
    ),
]
REFUSED: list[tuple[Intent, Refused]] = [
    *(
        (lambda i, person=person: orders.give(i, person, TEN, "x"), NAMELESS)
        for person in ("", "  ", "@", "\t\n", "someone", "@Anybody")
    ),
    (
        lambda i: orders.give(i, "x" * 81, TEN, "x"),
        Refused("the person's name has 81 characters, 80 are the limit", "make it shorter"),
    ),
    (
        lambda i: orders.give(i, "Lee", None, "x"),
        Refused("an order has a time box", "say how long it may take, for example 10m"),
    ),
    (lambda i: orders.give(i, "Lee", timedelta(0), "x"), Refused("a time box is longer than nothing", BOX)),
    (lambda i: orders.give(i, "Lee", -TEN, "x"), Refused("a time box is longer than nothing", BOX)),
    (
        lambda i: orders.give(i, "Lee", timedelta(days=31), "x"),
        Refused("a time box is at most 30 days", "make it an action item"),
    ),
    (lambda i: orders.give(i, "Lee", TEN, " "), Refused("the order is empty", "type some text")),
    (
        lambda i: orders.give(i, "@mara", TEN, "x"),
        Refused("mara is in command", "give it to somebody else, or hand over command first"),
    ),
    (lambda i: orders.understood(i, "O2"), Refused("O2 is understood already")),
    (lambda i: orders.understood(i, "O4"), Refused("O4 is done already", "give another order")),
    (lambda i: orders.extend(i, "worker", TEN, NOW), Refused("O4 is done already", "give another order")),
    (lambda i: orders.extend(i, "O1", timedelta(0), NOW), Refused("a time box is longer than nothing", BOX)),
    (
        lambda i: orders.extend(i, "O1", timedelta(days=30), NOW),
        Refused("a time box is at most 30 days", "make it an action item"),
    ),
    (lambda i: orders.finish(i, "O1", "  "), Refused("closing O1 asks for its result", "say what came of it")),
    (
        lambda i: orders.finish(i, "O1", "x" * 2001),
        Refused("the result has 2,001 characters, 2,000 are the limit", "attach it as a file"),
    ),
    (lambda i: orders.cancel(i, "pool"), Refused("2 orders match", "be more exact: O2 Kim, O3 Ida")),
    *(
        (intent, Refused("no order “nothing”", KNOWN))
        for intent in (
            lambda i: orders.understood(i, "nothing"),
            lambda i: orders.extend(i, "nothing", TEN, NOW),
            lambda i: orders.finish(i, "nothing", "x"),
            lambda i: orders.cancel(i, "nothing"),
        )
    ),
    (lambda i: orders.cancel(i, " "), Refused("no order “”", KNOWN)),
    (
        lambda i: escalations.escalate(i, 4, "Noor"),
        Refused("no escalation level 4", "it is 1, 2, 3"),
    ),
    (lambda i: escalations.escalate(i, 1, " "), Refused("an escalation calls a person", "name who is called in")),
    (lambda i: loop.move(i, "ver"), Refused("the loop is at verify already")),
    (
        lambda i: loop.move(i, "x"),
        Refused("no segment of the loop “x”", "it is one of size-up, stabilize, update, verify"),
    ),
    (lambda i: callouts.answer(i, "ten:1"), Refused("callout “ten:1” is answered already")),
    (lambda i: callouts.answer(i, ""), Refused("the callout is empty", "type some text")),
    (lambda i: callouts.snooze(i, "", NOW + TEN, NOW), Refused("the callout is empty", "type some text")),
    (lambda i: callouts.snooze(i, "ten:1", NOW, NOW), SNOOZE),
    (lambda i: callouts.snooze(i, "ten:1", NOW + timedelta(days=2), NOW), SNOOZE),
]


@pytest.mark.parametrize(("intent", "body"), ACCEPTED)
def test_accepted(intent: Intent, body: e.Body) -> None:
    assert intent(INCIDENT) == (body,)


@pytest.mark.parametrize(("intent", "refusal"), REFUSED)
def test_refused(intent: Intent, refusal: Refused) -> None:
    assert intent(INCIDENT) == refusal


def test_without_orders_none_is_known() -> None:
    assert orders.cancel(opened().incident(), "1") == Refused("no order “1”", "known are: none yet")


def test_without_a_commander_anybody_takes_orders() -> None:
    assert orders.give(opened().incident(), "Mara", TEN, "x") == (e.OrderGiven("Mara", "x", 600),)


def test_the_loop_goes_round_and_each_segment_has_its_question() -> None:
    story = quiet_story()
    seen = []
    for _ in range(5):
        decided = loop.move(story.incident())
        assert not isinstance(decided, Refused)
        story.say(*decided)
        seen.append(story.incident().loop.segment)

    assert seen == ["stabilize", "update", "verify", "size-up", "stabilize"]
    assert story.incident().loop.rounds == 1
    assert tuple(loop.QUESTIONS) == LOOP


def test_the_loop_can_be_begun_at_its_start() -> None:
    assert loop.move(quiet_story().incident(), "size-up") == (e.LoopMoved("size-up"),)
