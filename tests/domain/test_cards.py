from __future__ import annotations

from incident_tui.domain import events as e
from incident_tui.domain.dispatch import card_of
from tests.story import Story, declared


def arrived(story: Story, form: str, receipt: str) -> None:
    queued = story.say(e.DeliveryQueued("", "ops", "discord", form, True))
    story.say(e.DeliveryBegun(queued.id))
    story.say(e.DeliveryDone(queued.id, receipt))


def receipt_of(story: Story) -> str:
    card = card_of(story.incident(), "ops")
    return card.receipt if card is not None else ""


def test_the_opening_is_the_card() -> None:
    story = Story()
    story.say(declared())
    assert receipt_of(story) == ""
    arrived(story, "opening", "1")
    arrived(story, "update", "2")
    arrived(story, "change", "3")
    assert receipt_of(story) == "1"


def test_a_card_that_was_posted_anew_is_the_card_from_then_on() -> None:
    story = Story()
    story.say(declared())
    arrived(story, "opening", "1")
    arrived(story, "card", "1")
    assert receipt_of(story) == "1"
    arrived(story, "card", "7")
    arrived(story, "update", "8")
    assert receipt_of(story) == "7"


def test_a_card_without_a_receipt_changes_nothing() -> None:
    story = Story()
    story.say(declared())
    arrived(story, "opening", "1")
    arrived(story, "card", "")
    assert receipt_of(story) == "1"
