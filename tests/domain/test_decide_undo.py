"""Rules of taking back: whose act, which one, and what stays."""

from __future__ import annotations

import pytest

from incident_tui.domain import events as e
from incident_tui.domain.decide import Refused
from incident_tui.domain.decide.log import describe_undone, undo
from tests.story import HERE, THERE, Story
from tests.strategies import opened

DECLARED = Refused("the declaration cannot be undone", "resolve and close the incident")
TOUCHED = Refused("it has been changed since by somebody else", "set it by hand")


def undone(story: Story, device: str = HERE) -> str:
    """The id of the act that is taken back next."""
    decision = undo(story.timeline(), device)
    assert not isinstance(decision, Refused)
    (body,) = decision
    assert isinstance(body, e.Undone)
    return body.event


def test_nothing_is_there_to_undo() -> None:
    assert undo(Story().timeline(), HERE) == Refused("there is nothing to undo")
    assert undo(opened().timeline(), THERE) == Refused("there is nothing to undo")


def test_the_declaration_stays() -> None:
    assert undo(opened().timeline(), HERE) == DECLARED


def test_what_was_sent_stays() -> None:
    story = opened()
    message = story.say(e.MessageDrafted("internal", "x"))
    story.say(e.MessageSent(message.id, "by hand"))

    assert undo(story.timeline(), HERE) == Refused("what was sent cannot be taken back", "send a correction")


def test_what_waits_to_be_tried_again_is_given_up_instead() -> None:
    story = opened()
    message = story.say(e.MessageDrafted("internal", "x"))
    way = story.say(e.DeliveryQueued(message.id, "ops", "mattermost", "opening"))
    assert undone(story) == way.id
    story.say(e.DeliveryDelayed(way.id, "no connection"))

    assert undo(story.timeline(), HERE) == Refused(
        "Q1 has been tried already", "give it up, and it is not sent any more"
    )


def test_it_says_exactly_what_is_put_back() -> None:
    story = opened()
    story.say(e.ImpactSet("users", "5"))
    target = story.say(e.StatusSet("identified"))

    decision = undo(story.timeline(), HERE)
    assert isinstance(decision, tuple)
    (body,) = decision
    assert isinstance(body, e.Undone)
    facts: e.JsonObject = {"status": "investigating", "milestones": {"identified": None}, "turns": {"status": None}}
    assert body == e.Undone(target.id, {**facts, "marks": body.restore["marks"]})


def test_the_line_of_what_is_taken_back_says_so() -> None:
    story = opened()
    target = story.say(e.ImpactSet("data", "lost"))
    story.take_back()

    mark = story.incident().marks[target.id]
    assert mark.struck is not None
    assert mark.struck.text == "undone"
    assert "data" not in story.incident().impact


def test_each_undo_goes_further_back() -> None:
    story = opened()
    first = story.say(e.ImpactSet("users", "5"))
    second = story.say(e.ImpactSet("users", "50"))
    assert undone(story) == second.id
    story.take_back()
    assert undone(story) == first.id
    story.take_back()

    assert "users" not in story.incident().impact
    assert undo(story.timeline(), HERE) == DECLARED


def test_after_an_undo_new_acts_are_taken_back_first() -> None:
    story = opened()
    first = story.say(e.ImpactSet("users", "5"))
    story.say(e.ImpactSet("users", "50"))
    story.take_back()
    third = story.say(e.ImpactSet("users", "500"))
    assert undone(story) == third.id
    story.take_back()

    assert undone(story) == first.id


def test_only_acts_of_the_own_device_are_taken_back() -> None:
    story = opened()
    mine = story.say(e.StepChecked("1.1"))
    theirs = story.say(e.StepChecked("1.2"), device=THERE)

    assert (undone(story, HERE), undone(story, THERE)) == (mine.id, theirs.id)


@pytest.mark.parametrize(
    ("act", "change"),
    [
        (e.ImpactSet("users", "5"), e.ImpactSet("users", "6")),
        (e.StepChecked("1.1"), e.StepNoted("1.1", "x")),
        (e.SeveritySet(1), e.SeveritySet(3)),
        (e.RoleTaken("scribe", "Ida"), e.RoleLeft("scribe")),
        (e.IncidentRenamed("x"), e.IncidentRenamed("y")),
    ],
)
def test_what_another_device_has_changed_since_is_theirs(act: e.Body, change: e.Body) -> None:
    story = opened()
    story.say(act)
    story.say(change, device=THERE)

    assert undo(story.timeline(), HERE) == TOUCHED


def test_a_theory_that_somebody_judged_is_theirs() -> None:
    story = opened()
    theory = story.say(e.EntryLogged("theory", "x"))
    story.say(e.TheoryJudged(theory.id, "refuted"), device=THERE)

    assert undo(story.timeline(), HERE) == TOUCHED


def test_other_changes_of_another_device_do_not_matter() -> None:
    story = opened()
    story.say(e.StepChecked("1.1"))
    story.say(e.StepChecked("1.2"), e.SeveritySet(1), device=THERE)
    assert describe_undone(story.timeline()) == "an act"
    story.take_back()
    incident = story.incident()

    assert (incident.step("1.1").status, incident.step("1.2").status, incident.severity) == ("open", "done", 1)
    assert describe_undone(story.timeline()) == "1.1 done"


def test_something_written_is_struck_and_stays_readable() -> None:
    story = opened()
    note = story.say(e.EntryLogged("note", "x"), actor="ida")
    story.take_back()
    fact = story.incident().marks[note.id].struck

    assert fact is not None
    assert (fact.text, fact.by) == ("undone", "ida")


def test_what_others_marked_on_something_written_stays_when_it_is_taken_back() -> None:
    story = opened()
    note = story.say(e.EntryLogged("note", "x"))
    story.say(e.EntryAmended(note.id, "y"), e.EntryStarred(note.id), device=THERE)
    story.take_back()
    incident = story.incident()

    assert incident.struck(note.id)
    assert incident.marks[note.id].starred
    assert incident.text_of(note.id, "x") == "y"


def test_a_reason_that_others_gave_for_striking_stays() -> None:
    story = opened()
    note = story.say(e.EntryLogged("note", "x"))
    story.say(e.EntryStruck(note.id, "wrong graph"), device=THERE)
    story.take_back()
    fact = story.incident().marks[note.id].struck

    assert fact is not None
    assert fact.text == "wrong graph"


@pytest.mark.parametrize(
    ("body", "labels"),
    [
        (e.EntryLogged("theory", "x"), ["H2", "H3"]),
        (e.MessageDrafted("internal", "x"), ["M2", "M3"]),
        (e.ActionItemAdded("x"), ["A2", "A3"]),
    ],
)
def test_a_label_that_was_taken_back_is_not_given_again(body: e.Body, labels: list[str]) -> None:
    story = opened()
    story.say(body)
    story.say(body, device=THERE)
    story.take_back()
    story.say(body)
    story.say(body)
    story.take_back()
    incident = story.incident()
    things = (incident.theories, incident.messages, incident.action_items)

    assert sorted(found.label for thing in things for found in thing.values()) == labels
