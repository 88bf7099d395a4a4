"""The two-key handoff: nothing moves before the incoming has said what they take over."""

from __future__ import annotations

import pytest

from incident_tui.domain import events as e
from incident_tui.domain.decide import TEXT_LIMIT, Refused
from incident_tui.domain.decide.handoff import accept, handoff_meant, labels, offer, withdraw
from incident_tui.domain.incident import COMMANDER
from incident_tui.domain.roles import offered
from incident_tui.domain.teamwork import Handoff
from tests.story import Story, declared


def at_work(*orders: str) -> Story:
    """SEV2 under Mara, with an order to each of the people, the first of them done."""
    story = Story()
    story.say(declared(severity=2))
    story.say(e.RoleTaken(COMMANDER, "Mara"), e.RoleTaken("scribe", "Jonas"))
    for person in orders:
        story.say(e.OrderGiven(person, "look", 600))
    if orders:
        first = next(event.id for event in story.events if isinstance(event.body, e.OrderGiven))
        story.say(e.OrderDone(first, "seen", "O1"))
    return story


def handed(story: Story, person: str = "Noor", role: str = COMMANDER) -> Handoff:
    decided = offer(story.incident(), role, person, "the brief")
    assert not isinstance(decided, Refused), str(decided)
    offered_in = story.say(*decided).id
    return story.incident().handoffs[offered_in]


def test_an_offer_moves_nothing() -> None:
    story = at_work()

    decided = offer(story.incident(), "ic", "@Noor", "# Brief\n\x1b]0;x\x07")

    assert decided == (e.HandoffOffered(COMMANDER, "Noor", "# Brief\n^[]0;x^G"),)
    story.say(*decided)
    assert story.incident().commander == "Mara"
    assert [item.person for item in offered(story.incident())] == ["Noor"]


@pytest.mark.parametrize(
    ("role", "person", "reason"),
    [
        ("ic", "mara", "Mara is incident commander already"),
        ("", "", "the person's name is empty"),
        ("deputy", "Noor", "nobody is deputy, so nobody can hand it over; take it with /role deputy @Noor"),
    ],
)
def test_an_offer_that_makes_no_sense_is_refused(role: str, person: str, reason: str) -> None:
    decided = offer(at_work().incident(), role, person, "brief")

    assert isinstance(decided, Refused)
    assert str(decided).startswith(reason)


def test_a_second_offer_of_the_role_withdraws_the_first() -> None:
    story = at_work()
    first = handed(story)
    other = handed(story, "Kim", "scribe")

    decided = offer(story.incident(), COMMANDER, "Lee", "brief")

    assert decided == (
        e.HandoffWithdrawn(first.id, "offered anew", "Mara → Noor"),
        e.HandoffOffered(COMMANDER, "Lee", "brief"),
    )
    story.say(*decided)
    assert [item.person for item in offered(story.incident())] == ["Kim", "Lee"]
    assert story.incident().handoffs[other.id].open


def test_who_restates_everything_takes_over() -> None:
    story = at_work("Lee", "Kim", "Ada")
    handoff = handed(story)

    decided = accept(story.incident(), handoff.id, "high", ["3", "o2"])

    assert decided == (e.HandoffAccepted(handoff.id, 2, ("O2", "O3"), "Mara → Noor"),)
    story.say(*decided)
    assert story.incident().commander == "Noor"
    assert offered(story.incident()) == []


@pytest.mark.parametrize(
    ("severity", "orders", "reason"),
    [
        ("1", "O2 O3 O4", "the severity is not SEV1"),
        ("2", "O2 O3", "2 of 3 open orders restated"),
        ("2", "", "0 of 3 open orders restated"),
        ("2", "none", "0 of 3 open orders restated"),
        ("2", "O1 O2 O3 O4", "“O1”: no open order"),
        ("2", "O2 O3 O4 O9", "“O9”: no open order"),
        ("3", "O2 lee", "the severity is not SEV3; 1 of 3 open orders restated; “lee”: no open order"),
        ("huge", "O2 O3 O4", "no severity “huge”"),
        ("", "O2 O3 O4", "the severity is not restated"),
    ],
)
def test_what_does_not_match_is_said_without_the_answer(severity: str, orders: str, reason: str) -> None:
    story = at_work("Lee", "Kim", "Ada", "Bo")
    handoff = handed(story)

    decided = accept(story.incident(), handoff.id, severity, orders.split())

    assert isinstance(decided, Refused)
    assert decided.reason == reason
    assert "SEV2" not in decided.reason
    assert "O4" not in decided.reason


def test_what_changed_since_the_offer_is_to_be_restated() -> None:
    story = at_work()
    handoff = handed(story)
    assert not isinstance(accept(story.incident(), handoff.id, "2", []), Refused)

    story.say(e.SeveritySet(1))

    assert isinstance(accept(story.incident(), handoff.id, "2", []), Refused)
    assert not isinstance(accept(story.incident(), handoff.id, "1", ["none"]), Refused)


def test_only_who_was_asked_takes_over() -> None:
    story = at_work()
    handoff = handed(story)

    wrong = accept(story.incident(), handoff.id, "2", [], "Kim")

    assert wrong == Refused("the incident commander was offered to Noor, not to “Kim”")
    assert not isinstance(accept(story.incident(), handoff.id, "2", [], "@noor"), Refused)


def test_an_offer_of_somebody_who_no_longer_holds_the_role_is_void() -> None:
    story = at_work()
    handoff = handed(story)
    story.say(e.RoleTaken(COMMANDER, "Lee"))

    refused = accept(story.incident(), handoff.id, "2", [])

    assert isinstance(refused, Refused)
    assert refused.reason == "Mara is no longer incident commander"
    assert offered(story.incident()) == []
    assert offer(story.incident(), "ic", "Noor", "b") == (
        e.HandoffWithdrawn(handoff.id, "offered anew", "Mara → Noor"),
        e.HandoffOffered(COMMANDER, "Noor", "b"),
    )


def test_an_offer_is_withdrawn_once() -> None:
    story = at_work()
    handoff = handed(story)

    decided = withdraw(story.incident(), handoff.id, "not\nnow")

    assert decided == (e.HandoffWithdrawn(handoff.id, "not now", "Mara → Noor"),)
    story.say(*decided)
    for again in (withdraw(story.incident(), handoff.id), accept(story.incident(), handoff.id, "2", [])):
        assert again == Refused("the handoff Mara → Noor is withdrawn already")
    assert isinstance(withdraw(story.incident(), "x"), Refused)
    assert story.incident().commander == "Mara"


def test_which_handoff_is_meant() -> None:
    story = at_work()
    assert isinstance(handoff_meant(story.incident()), Refused)
    command = handed(story)
    assert handoff_meant(story.incident()) == command
    scribe = handed(story, "Kim", "scribe")

    assert handoff_meant(story.incident(), "scribe") == scribe
    assert handoff_meant(story.incident(), "", "noor") == command
    assert handoff_meant(story.incident()) == Refused(
        "2 handoffs are offered", "name the role, too: incident commander, scribe"
    )
    assert isinstance(handoff_meant(story.incident(), "deputy"), Refused)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["O1", "o3"], ["O1", "O3"]),
        (["O1,O3"], ["O1", "O3"]),
        (["3 and 1; 3"], ["O3", "O1"]),
        (["O01"], ["O1"]),
        (["none"], []),
        (["Lee"], ["Lee"]),
    ],
)
def test_labels_as_people_write_them(words: list[str], expected: list[str]) -> None:
    assert labels(words) == expected


def test_a_brief_of_any_length_can_be_signed() -> None:
    decided = offer(at_work().incident(), "", "Noor", "line of words\n" * TEXT_LIMIT)

    assert not isinstance(decided, Refused)
    signed = decided[-1]
    assert isinstance(signed, e.HandoffOffered)
    assert len(signed.brief) <= TEXT_LIMIT
    assert signed.brief.endswith("line of words\n\n… the rest is in the record.\n")
