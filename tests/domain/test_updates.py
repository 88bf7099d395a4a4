"""What has changed since the last update, and the draft that says it to each audience."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incident_tui.domain import events as e
from incident_tui.domain.decide.messages import GAP, draft, has_gap
from incident_tui.domain.incident import AUDIENCES, COMMANDER
from incident_tui.domain.protocol import Phase, Protocol, Step
from incident_tui.domain.updates import FILLING, Changes, draft_update, since_last
from incident_tui.protocols.filling import KNOWN
from tests.story import START, Story, checkout_outage, declared
from tests.strategies import opened, stories

BERLIN = ZoneInfo("Europe/Berlin")
SECRETS = ("orders-db", "pool", "Lee", "Mara", "O1", "O2", "H1", "D1", "leak", "3,400")


def sent(story: Story, audience: str) -> None:
    message = story.say(e.MessageDrafted(audience, "said"))
    story.say(e.MessageSent(message.id, "by hand"))


def next_draft(story: Story, audience: str, text: str = "") -> str:
    return draft_update(story.incident(), audience, story.now + timedelta(minutes=5), BERLIN, text)


def busy(audience: str) -> Story:
    """Everything that counts has changed since the last update to the audience."""
    story = opened()
    old = story.say(e.EntryLogged("theory", "the cache lost its warm keys"))
    gone = story.say(e.OrderGiven("Kim", "drain orders-db", 300))
    sent(story, audience)
    story.say(e.RoleTaken(COMMANDER, "Mara"), e.SeveritySet(1), e.StatusSet("identified"))
    story.say(e.ImpactSet("users", "about 1,200"), e.StepChecked("1.1"), e.TheoryJudged(old.id, "refuted"))
    story.say(e.EntryLogged("cause", "orders-db leaks connections"), e.EntryLogged("decision", "roll back to 4.11"))
    ruled = story.say(e.DecisionProposed("drain the pool", executor="Lee"))
    story.say(e.DecisionRuled(ruled.id, "proceed"), e.DecisionProposed("double the pool"))
    story.say(e.OrderDone(gone.id, "drained"), e.OrderGiven("Lee", "count connections", 600))
    return story


def test_only_what_came_after_the_last_update_to_the_audience_is_new() -> None:
    story = busy("internal")
    changes, others = since_last(story.incident(), "internal"), since_last(story.incident(), "external")

    assert changes.since == START + timedelta(seconds=120)
    assert [item.label for item in changes.judged] == ["H1"]
    assert [item.label for item in changes.ruled] == ["D1"]
    assert [item.label for item in (*changes.closed, *changes.opened)] == ["O1", "O2"]
    assert [step.number for step in changes.steps] == ["1.1"]
    assert (changes.status and changes.status.before, changes.severity and changes.severity.before) == (
        "investigating",
        "2",
    )
    assert changes.milestones == ("acknowledged", "identified")
    assert others.since is None
    assert "detected" in others.milestones
    sent(story, "internal")
    assert since_last(story.incident(), "internal").nothing
    assert not since_last(story.incident(), "external").nothing


def test_a_thing_counts_from_when_it_was_entered() -> None:
    story = opened()
    sent(story, "internal")
    story.say(e.EntryLogged("decision", "restart"), at=START)

    assert [item.text for item in since_last(story.incident(), "internal").decisions] == ["restart"]


def test_what_was_taken_back_is_not_told() -> None:
    story = opened()
    sent(story, "internal")
    story.say(e.StatusSet("identified"))
    story.take_back()
    story.say(e.SeveritySet(1))
    story.take_back()
    struck = story.say(e.EntryLogged("decision", "restart"))
    story.say(e.EntryStruck(struck.id))

    assert since_last(story.incident(), "internal").nothing


def test_the_team_reads_the_detail() -> None:
    assert next_draft(busy("internal"), "internal").splitlines() == [
        "🔍 SEV1 critical, identified: Checkout fails with 502",
        "Now: identified, was investigating; SEV1 critical, was SEV2.",
        "Impact: users about 1,200.",
        "Found: cause: orders-db leaks connections.",
        "Theories: H1 refuted, the cache lost its warm keys.",
        "Decided: roll back to 4.11; D1 drain the pool, Lee carries it out.",
        "Done: 1.1 Look.",
        "Orders done: O1 Kim, done: drained.",
        "Open orders: O2 Lee, count connections.",
        "Next: Ask.",
    ]


def test_management_reads_impact_decisions_and_what_comes_next() -> None:
    assert next_draft(busy("management"), "management").splitlines() == [
        "Checkout fails with 502 (INC-20261121-K7Q): SEV1 critical, identified.",
        "Now: identified, was investigating; SEV1 critical, was SEV2.",
        "Impact: users about 1,200.",
        "Decided: roll back to 4.11; drain the pool.",
        "To be decided: double the pool.",
        "Mara commands.",
    ]


def test_outward_goes_only_how_far_it_is() -> None:
    text = next_draft(busy("external"), "external")

    assert text == "Identified: we know what is wrong and are working on it."


@pytest.mark.parametrize("told", [busy("external"), busy("internal"), checkout_outage()])
def test_no_name_and_no_cause_goes_outward(told: Story) -> None:
    assert not [word for word in SECRETS if word in next_draft(told, "external")]


@pytest.mark.parametrize("audience", AUDIENCES)
def test_without_news_the_draft_says_so_and_asks_for_a_fact(audience: str) -> None:
    story = busy(audience)
    sent(story, audience)
    text = next_draft(story, audience)

    assert "Nothing new since 15:08 CET.\n… (one new fact" in text
    assert has_gap(text)
    filled = next_draft(story, audience, "two of three nodes are drained")
    assert "two of three nodes are drained" in filled
    assert not has_gap(filled)


def test_the_first_public_message_asks_what_readers_notice() -> None:
    text = next_draft(opened(), "external")

    assert text.startswith("Investigating: we are looking into it.\nSince 15:02 CET: …")
    assert has_gap(text)


def test_more_than_a_reader_takes_in_is_counted() -> None:
    story = opened()
    story.say(*(e.EntryLogged("decision", f"number {number}") for number in range(9)))

    assert "number 5; and 3 more." in next_draft(story, "internal")


def test_a_cut_text_leaves_no_gap() -> None:
    story = opened()
    story.say(e.EntryLogged("decision", "roll " * 90))

    assert GAP in next_draft(story, "internal")
    assert not has_gap(next_draft(story, "internal"))


@given(stories(), st.sampled_from((*AUDIENCES, "press")))
def test_every_incident_gives_a_draft_that_can_be_kept(story: Story, audience: str) -> None:
    incident = story.incident()
    changes = since_last(incident, audience)
    text = next_draft(story, audience)

    assert isinstance(changes, Changes)
    assert text.strip()
    assert isinstance(draft(incident, "internal", text), tuple)
    if changes.since is not None and changes.nothing:
        assert has_gap(text)


def test_what_fills_commands_is_not_told_as_impact() -> None:
    assert frozenset(KNOWN) == FILLING
    story = opened()
    story.say(e.ImpactSet("namespace", "shop"), e.ImpactSet("users", "1,200"))
    told = draft_update(story.incident(), "internal", story.now, BERLIN)
    assert "users 1,200" in told
    assert "shop" not in told


def test_a_runbook_s_sentence_ends_once() -> None:
    protocol = Protocol("x", "X", (Phase("Do", steps=(Step("1.1", "Contain damage first."),)),))
    story = Story()
    story.say(declared(protocol=protocol))

    assert "Next: Contain damage first.\n" in draft_update(story.incident(), "internal", story.now, BERLIN) + "\n"
