"""What is still open at the end, how it is settled, and the post-mortem."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given

from incident_tui.domain import events as e
from incident_tui.domain.closing import END_KINDS, OpenEnd, PostMortem, listed, open_ends, post_mortem
from incident_tui.domain.decide import Refused
from incident_tui.domain.decide.command import set_status
from incident_tui.domain.incident import COMMANDER, MILESTONES
from incident_tui.ui.screens.own_lines import own_line
from incident_tui.verbs.table import verb_meant
from tests.story import START, Story, checkout_outage, declared
from tests.strategies import SMALL, opened, stories

PROMISED = (START + timedelta(minutes=30)).isoformat()


def tidy(severity: int = 3) -> Story:
    """Resolved with nothing left open."""
    story = Story()
    story.say(declared(severity=severity, protocol=SMALL), after=timedelta(0))
    story.say(*(e.MilestoneSet(name) for name in MILESTONES), e.SignedOff(COMMANDER, "Mara"), e.StatusSet("resolved"))
    return story


def ends(story: Story) -> list[str]:
    return [str(end) for end in open_ends(story.incident())]


@pytest.mark.parametrize(
    ("body", "label", "how"),
    [
        (e.OrderGiven("Lee", "look", 600), "O1", "result O1 TEXT"),
        (e.DecisionProposed("roll back"), "D1", "proceed D1"),
        (e.MessageDrafted("internal", "x"), "M1", "send M1, sent M1, or discard M1"),
        (e.EntryLogged("theory", "pool"), "H1", "judge H1 refuted REASON"),
        (e.ActionItemAdded("alert", "", "2026-12-05", "high"), "A1", "assign A1 owner:NAME due:DAY"),
        (e.ActionItemAdded("alert", "lee", None, "high"), "A1", "assign A1 owner:NAME due:DAY"),
        (e.RoleTaken("technical lead", "Lee"), "sign-off technical lead", "sign technical lead Lee"),
        (e.SeveritySet(2), "sign-off management", "sign management NAME"),
    ],
)
def test_an_open_end_and_how_it_is_settled(body: e.Body, label: str, how: str) -> None:
    story = tidy()
    assert ends(story) == []
    story.say(body)
    (end,) = open_ends(story.incident())

    assert (str(end), end.how) == (label, how)


def test_an_offer_is_an_open_end_as_long_as_who_made_it_holds_the_role() -> None:
    story = tidy()
    story.say(e.RoleTaken("scribe", "Mara"), e.HandoffOffered("scribe", "Kim"))
    assert [(str(end), end.how) for end in open_ends(story.incident())] == [("handoff scribe", "keep scribe")]
    story.say(e.RoleTaken("scribe", "Lee"))

    assert ends(story) == []


def test_what_is_settled_is_no_open_end() -> None:
    story = tidy()
    order = story.say(e.OrderGiven("Lee", "look", 600))
    message = story.say(e.MessageDrafted("internal", "x"))
    theory = story.say(e.EntryLogged("theory", "pool"))
    other = story.say(e.EntryLogged("theory", "cache"))
    story.say(e.ActionItemAdded("alert", "lee", "2026-12-05", "high"))
    story.say(e.OrderCancelled(order.id), e.MessageDiscarded(message.id), e.TheoryJudged(theory.id, "refuted"))
    story.say(e.EntryStruck(other.id))

    assert ends(story) == []


def test_a_promise_is_open_while_its_audience_waits() -> None:
    story = opened()
    first = story.say(e.MessageDrafted("internal", "x"))
    story.say(e.MessageSent(first.id, "by hand", PROMISED))
    assert "promise M1" in ends(story)
    second = story.say(e.MessageDrafted("internal", "y"))
    story.say(e.MessageSent(second.id, "by hand"))
    assert not any(name.startswith("promise") for name in ends(story))


def test_a_milestone_without_a_time_is_open() -> None:
    assert [name for name in ends(opened()) if name.startswith("milestone")] == [
        "milestone started",
        *(f"milestone {name}" for name in MILESTONES[2:]),
    ]


def test_a_list_of_open_ends_stays_a_line() -> None:
    found = [OpenEnd("order", f"O{number}", "x", "x") for number in range(1, 16)]

    assert listed(found[:2]) == "O1, O2"
    assert listed(found) == f"{', '.join(f'O{number}' for number in range(1, 13))}, and 3 more"


def test_what_is_tidy_closes_without_a_word() -> None:
    assert set_status(tidy().incident(), "closed") == (e.StatusSet("closed"),)


def test_a_post_mortem_is_due_two_days_after_the_resolution() -> None:
    story = opened()
    assert post_mortem(story.incident()) is None
    story.say(e.SeveritySet(1))
    assert post_mortem(story.incident()) == PostMortem("every SEV1 needs one", None)
    event = story.say(e.StatusSet("resolved"))

    assert post_mortem(story.incident()) == PostMortem("every SEV1 needs one", event.at + timedelta(hours=48))


def known(name: str) -> bool:
    """Whether a line that begins with the name can be typed."""
    return own_line(f"/{name}") is not None or not isinstance(verb_meant(name), Refused)


@given(stories())
def test_open_ends_read_any_incident_and_keep_it_open(story: Story) -> None:
    story.say(e.StatusSet("resolved"))
    incident = story.incident()
    found = open_ends(incident)
    kinds = [END_KINDS.index(end.kind) for end in found]

    assert kinds == sorted(kinds)
    assert [end.how for end in found if not end.text or not known(end.how.split()[0])] == []
    assert isinstance(set_status(incident, "closed"), Refused) == bool(found)
    assert isinstance(set_status(incident, "closed", "left knowingly"), tuple)


def test_the_outage_of_the_stories_leaves_what_it_leaves() -> None:
    assert ends(checkout_outage()) == ["M2", "sign-off management"]
