"""What the deputy calls out: when, in which words, and until when."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incident_tui.domain import events as e
from incident_tui.domain.callouts import WIDTH, Callout, callouts, due
from incident_tui.domain.incident import COMMANDER
from incident_tui.domain.policy import Policy
from incident_tui.domain.protocol import Phase, Protocol, Step
from tests.story import START, Story, declared
from tests.strategies import SMALL, moments, opened, stories

MINUTE = timedelta(minutes=1)
POLICY = Policy()
QUIET = Protocol("quiet", "Quiet", ())


def commanded(severity: int = 3, protocol: Protocol = QUIET) -> Story:
    """Declared at the start, Mara in command."""
    story = Story()
    story.say(declared(severity=severity, protocol=protocol), e.RoleTaken(COMMANDER, "Mara"), after=timedelta(0))
    return story


def at(story: Story, minutes: float) -> tuple[Callout, ...]:
    return callouts(story.incident(), START + minutes * MINUTE, POLICY)


def keys(story: Story, minutes: float) -> list[str]:
    return [item.key for item in at(story, minutes)]


def texts(story: Story, minutes: float) -> list[str]:
    return [item.text for item in at(story, minutes)]


def minute_of(callout: Callout) -> float:
    return (callout.at - START) / MINUTE


def test_every_ten_minutes_the_question_of_the_loop_is_asked() -> None:
    story = commanded()
    assert (keys(story, 9.9), keys(story, 10), keys(story, 39)) == ([], ["ten:1"], ["ten:3"])
    assert texts(story, 20) == ["20 min, size-up: What is wrong?"]
    story.say(e.LoopMoved("verify"))

    assert texts(story, 20) == ["20 min, verify: Is it done, and did it help?"]
    assert texts(story, 150)[-1].startswith("2h 30m, verify")


def test_an_answer_settles_one_turn_and_a_snooze_puts_it_off() -> None:
    story = commanded()
    story.say(e.CalloutAnswered("ten:1"), e.CalloutAnswered("ten:2", (START + 25 * MINUTE).isoformat()))
    assert keys(story, 15) == []
    (snoozed,) = at(story, 24)
    assert (snoozed.key, snoozed.snoozed) == ("ten:2", START + 25 * MINUTE)
    assert due(story.incident(), START + 24 * MINUTE, POLICY) == ()
    (back,) = due(story.incident(), START + 25 * MINUTE, POLICY)

    assert (back.key, back.snoozed) == ("ten:2", None)


def test_a_missing_commander_is_the_first_thing_said_and_each_gap_is_another() -> None:
    story = opened()
    assert keys(story, 1) == ["commander"]
    story.say(e.CalloutAnswered("commander"), e.RoleTaken(COMMANDER, "Mara"))
    assert keys(story, 1) == []
    story.say(e.RoleLeft(COMMANDER), after=MINUTE)

    assert keys(story, 3) == ["commander:1"]
    assert minute_of(at(story, 3)[0]) == 1.5


def test_a_phase_over_its_time() -> None:
    story = commanded(protocol=SMALL)
    story.say(e.StepChecked("1.1"))

    assert keys(story, 4.9) == []
    assert texts(story, 5) == ["Phase 1 is over its 5m, 1 open: First"]
    story.say(e.StepChecked("1.2"))
    assert keys(story, 6) == []


def test_an_order_is_to_be_understood_and_ends_with_its_time() -> None:
    story = commanded()
    order = story.say(e.OrderGiven("Lee", "count idle connections", 360), after=timedelta(0))
    assert keys(story, 1.9) == []
    assert texts(story, 2) == ["O1 Lee has not said it is understood: count idle connections"]
    assert texts(story, 6) == ["O1 Lee: time is up, done? count idle connections"]
    story.say(e.OrderUnderstood(order.id))
    assert keys(story, 5) == []
    story.say(e.CalloutAnswered("order:O1"))
    assert keys(story, 9) == []
    story.say(e.OrderExtended(order.id, 120), at=START + 6 * MINUTE)
    assert (keys(story, 7), keys(story, 8)) == ([], ["order:O1:1"])
    story.say(e.OrderDone(order.id, "61"))

    assert keys(story, 8) == []


def test_an_update_is_called_at_four_fifths_and_when_it_is_overdue() -> None:
    story = commanded(severity=2)
    assert keys(story, 24)[0] == "soon:internal:declared"
    assert texts(story, 24)[0] == "Update to internal is due in 6m: /update drafts it"
    assert texts(story, 30)[0] == "Update to internal is overdue: /update drafts it"
    message = story.say(e.MessageDrafted("internal", "x"))
    promise = (START + 50 * MINUTE).isoformat()
    story.say(e.MessageSent(message.id, "by hand", promise), at=START + 30 * MINUTE)

    assert "promise:internal:declared" not in keys(story, 31)
    assert f"soon:internal:{message.id}" in keys(story, 46)
    assert texts(story, 50)[0] == "Promised update to internal is overdue: /update drafts it"
    assert keys(story, 50)[0] == f"promise:internal:{message.id}"


def test_management_hears_by_the_clock_only_after_a_promise() -> None:
    story = commanded(severity=1)
    assert not any("management" in key for key in keys(story, 60))
    message = story.say(e.MessageDrafted("management", "x"))
    story.say(e.MessageSent(message.id, "by hand", (START + 5 * MINUTE).isoformat()))

    assert f"promise:management:{message.id}" in keys(story, 60)


def test_acknowledgement_and_escalation() -> None:
    story = Story()
    story.say(declared(severity=1, protocol=QUIET), after=timedelta(0))
    assert "ack:soon" in keys(story, 12)
    found = at(story, 15)
    assert [item.kind for item in found][:3] == ["commander", "acknowledge", "escalate"]
    assert found[1].text == "Nobody has acknowledged it within 15m"
    assert found[2].text == "Escalate to level 2, team lead: no acknowledgement since detection"
    story.say(e.Escalated(2, "Noor"), at=START + 16 * MINUTE)
    assert not any(key.startswith("escalate") for key in keys(story, 30))
    assert "escalate:3" in keys(story, 31)
    story.say(e.RoleTaken(COMMANDER, "Mara"))

    assert not {"ack", "ack:soon", "escalate:3"} & set(keys(story, 31))


def test_more_people_than_one_can_lead() -> None:
    story = commanded()
    story.say(*(e.RoleTaken(f"helper {number}", f"Kim{number}") for number in range(6)))
    story.say(e.OrderGiven("kim1", "x", 3600), e.OrderGiven("Lee", "x", 3600), e.OrderGiven("mara", "x", 3600))
    assert "span:7" not in keys(story, 1.5)
    story.say(e.OrderGiven("Ada", "x", 3600))

    assert "The commander leads 8 people, 7 are the limit: split into teams" in texts(story, 1.5)


def test_steps_that_are_due_wait_or_repeat() -> None:
    steps = (
        Step("1.1", "Look", budget=5 * MINUTE),
        Step("1.2", "Ask again", every=8 * MINUTE),
        Step("1.3", "Retry", wait=3 * MINUTE),
    )
    story = commanded(protocol=Protocol("x", "x", (Phase("First", steps=steps),)))
    assert texts(story, 5) == ["1.1 was to be done within 5m: Look"]
    assert "1.2 again, every 8m: Ask again" in texts(story, 8)
    again = next(key for key in keys(story, 8) if key.startswith("every:1.2:"))
    story.say(e.CalloutAnswered(again), e.StepNoted("1.2", "still slow"), at=START + 9 * MINUTE)
    assert not any(key.startswith("every") for key in keys(story, 16.9))
    assert any(key.startswith("every") for key in keys(story, 17))
    story.say(e.StepChecked("1.2"), at=START + 18 * MINUTE)

    assert "1.3 may be done now, the wait is over: Retry" in texts(story, 21)


def test_after_the_resolution_only_orders_and_checklist_go_on_and_nothing_once_closed() -> None:
    story = commanded(severity=1, protocol=SMALL)
    story.say(e.OrderGiven("Lee", "x", 60), e.StatusSet("resolved"))
    assert keys(story, 60) == ["order:O1", "phase:0"]
    story.say(e.StatusSet("closed"))

    assert keys(story, 60) == []


@pytest.mark.parametrize("text", ["x" * 500, "a\nb", "\x1b[31mred\x1b[0m"])
def test_a_callout_is_one_short_clean_line(text: str) -> None:
    story = commanded()
    story.say(e.OrderGiven(text, text, 0))
    (callout, *_) = at(story, 1)

    assert len(callout.text) <= WIDTH
    assert callout.text.isprintable()
    assert callout.text.startswith("O1 ")


@given(stories(), moments | st.integers(0, 400).map(lambda minutes: START + minutes * MINUTE))
def test_callouts_read_any_incident(story: Story, now: datetime) -> None:
    found = callouts(story.incident(), now, POLICY)

    assert len({item.key for item in found}) == len(found)
    assert all(0 < len(item.text) <= WIDTH for item in found)
    assert set(due(story.incident(), now, POLICY)) <= set(found)


@given(stories(), st.integers(0, 400).map(lambda minutes: START + minutes * MINUTE), st.data())
def test_an_answer_removes_one_callout_and_a_snooze_only_hides_it(
    story: Story, now: datetime, data: st.DataObject
) -> None:
    before = due(story.incident(), now, POLICY)
    if not before:
        return
    callout = data.draw(st.sampled_from(before))
    story.say(e.CalloutAnswered(callout.key, (now + MINUTE).isoformat()))
    assert callout not in due(story.incident(), now, POLICY)
    assert callout.key in {item.key for item in callouts(story.incident(), now, POLICY)}
    story.say(e.CalloutAnswered(callout.key))

    assert set(callouts(story.incident(), now, POLICY)) >= set(before) - {callout}
    assert callout.key not in {item.key for item in callouts(story.incident(), now, POLICY)}
