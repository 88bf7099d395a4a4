"""Who is called next, when, and why; who may change what."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from incident_tui.domain import clocks
from incident_tui.domain import events as e
from incident_tui.domain.decide import Refused
from incident_tui.domain.incident import COMMANDER
from incident_tui.domain.permission import ACTS, act_of, may, refusal
from incident_tui.domain.policy import ESCALATION, Escalation, Policy
from tests.story import START, Story, declared
from tests.strategies import SMALL

MINUTE = timedelta(minutes=1)
NONE = timedelta(0)
POLICY = Policy()


def story_of(severity: int, start: datetime = START) -> Story:
    story = Story(start=start)
    story.say(declared(severity=severity, protocol=SMALL), after=NONE)
    return story


def called(story: Story, level: int, after: timedelta = NONE) -> None:
    story.say(e.Escalated(level, "Lea", "no answer"), after=after)


@pytest.mark.parametrize(("severity", "level"), [(1, 2), (2, 2), (3, None), (4, None)])
def test_without_acknowledgement_the_next_level_is_due_after_a_quarter_of_an_hour(
    severity: int, level: int | None
) -> None:
    found = clocks.escalation(story_of(severity).incident(), START + 15 * MINUTE, POLICY)

    assert (found.level.level if found else None) == level
    if found is not None:
        assert (found.clock.due, found.clock.late) == (START + 15 * MINUTE, True)
        assert found.reason == "no acknowledgement since detection"


def test_it_warns_before_it_is_due() -> None:
    found = clocks.escalation(story_of(1).incident(), START + 12 * MINUTE, POLICY)

    assert found is not None
    assert (found.clock.level, found.clock.left) == ("warn", 3 * MINUTE)


def test_a_call_starts_the_clock_of_the_next_level() -> None:
    story = story_of(1)
    called(story, 2, 20 * MINUTE)
    found = clocks.escalation(story.incident(), START + 30 * MINUTE, POLICY)

    assert found is not None
    assert (found.level.level, found.clock.due) == (3, START + 35 * MINUTE)
    assert found.reason == "no acknowledgement since team lead was called"


def test_stakeholders_are_called_by_time_for_the_most_critical_only() -> None:
    story = story_of(2)
    called(story, 2)

    assert clocks.escalation(story.incident(), START + 60 * MINUTE, POLICY) is None


def test_calling_the_same_level_again_gives_it_its_time_again() -> None:
    story = story_of(1)
    called(story, 2, 20 * MINUTE)
    called(story, 1, 5 * MINUTE)
    called(story, 2, 5 * MINUTE)
    found = clocks.escalation(story.incident(), START, POLICY)

    assert found is not None
    assert found.clock.due == START + 45 * MINUTE


def test_nobody_is_called_after_the_acknowledgement_the_last_level_or_the_end() -> None:
    acknowledged, exhausted, resolved = story_of(1), story_of(1), story_of(1)
    acknowledged.say(e.RoleTaken(COMMANDER, "Ida"))
    called(exhausted, 3)
    resolved.say(e.StatusSet("resolved"))

    for story in (acknowledged, exhausted, resolved):
        assert clocks.escalation(story.incident(), START + 60 * MINUTE, POLICY) is None


def test_a_level_on_request_is_never_due_and_contacts_are_known() -> None:
    levels = (ESCALATION[0], Escalation(2, "lead"), Escalation(3, "boss", 5 * MINUTE, "Ada"))
    policy = Policy(escalation=levels, contacts={"ada": "+49 30"})
    found = clocks.escalation(story_of(4).incident(), START, policy)

    assert found is not None
    assert (found.level.title, found.person, found.contact) == ("boss", "Ada", "+49 30")
    named = replace(policy, escalation=(Escalation(1, "boss", 5 * MINUTE, "Ada", "red phone"),))
    again = clocks.escalation(story_of(4).incident(), START, named)
    assert again is not None
    assert again.contact == "red phone"


def test_nobody_is_woken_where_clocks_stand_still_overnight() -> None:
    friday = datetime(2026, 11, 20, 16, 55, tzinfo=UTC)
    policy = Policy(business_hours_only=frozenset({2}))
    found = clocks.escalation(story_of(2, friday).incident(), friday, policy)

    assert found is not None
    assert found.clock.due == datetime(2026, 11, 23, 9, 10, tzinfo=UTC)


# Permissions

STRICT = Policy(may=dict.fromkeys(ACTS, (COMMANDER, "deputy")))


def commanded() -> tuple[Story, str]:
    story = story_of(2)
    message = story.say(e.MessageDrafted("external", "x"))
    story.say(e.RoleTaken(COMMANDER, "Ida"))
    return story, message.id


@pytest.mark.parametrize("person", ["Ida", "ida", "IDA"])
def test_who_holds_the_role_may(person: str) -> None:
    incident = commanded()[0].incident()

    assert all(may(incident, person, act, STRICT) for act in ACTS)
    assert not any(may(incident, "Bob", act, STRICT) for act in ACTS)


def test_by_default_and_while_nobody_holds_the_role_anyone_may() -> None:
    incident = commanded()[0].incident()

    assert all(may(incident, "Bob", act, POLICY) for act in ACTS)
    assert all(may(story_of(1).incident(), "Bob", act, STRICT) for act in ACTS)


@pytest.mark.parametrize(
    ("body", "act"),
    [
        (e.SeveritySet(1), "severity.raise"),
        (e.SeveritySet(3), "severity.lower"),
        (e.StatusSet("resolved"), "status.resolve"),
        (e.StatusSet("closed"), "status.close"),
        (e.StatusSet("monitoring"), ""),
        (e.MessageApproved("none"), ""),
        (e.StepChecked("1.1"), ""),
    ],
)
def test_the_acts_that_can_be_kept_for_roles(body: e.Body, act: str) -> None:
    incident = commanded()[0].incident()

    assert act_of(incident, body) == act
    assert (refusal(incident, (body,), "Bob", STRICT) is not None) == bool(act)
    assert refusal(incident, (body,), "Ida", STRICT) is None


def test_sending_what_nobody_approved_needs_the_right_to_approve() -> None:
    story, message = commanded()
    sent, approved = e.MessageSent(message, "by hand"), e.MessageApproved(message)
    assert act_of(story.incident(), approved) == act_of(story.incident(), sent) == "approve.external"
    story.say(approved)

    assert refusal(story.incident(), (sent,), "Bob", STRICT) is None


def test_a_refusal_says_whom_to_ask() -> None:
    answer = refusal(commanded()[0].incident(), (e.SeveritySet(4),), "Bob", STRICT)

    expected = Refused("Bob may not lower the severity", "ask the incident commander (Ida), or take the role")
    assert answer == expected
