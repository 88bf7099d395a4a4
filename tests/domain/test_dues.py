"""What is owed: to whom, until when."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given

from incident_tui.domain import events as e
from incident_tui.domain.dues import dues
from incident_tui.domain.policy import Policy
from tests.story import START, Story
from tests.strategies import moments, opened, stories

POLICY = Policy()


def owed(story: Story) -> list[tuple[str, str, datetime | None]]:
    return [(due.kind, due.text, due.at) for due in dues(story.incident(), story.now, POLICY, UTC)]


def test_a_live_incident_owes_updates_orders_drafts_and_items() -> None:
    story = opened()
    story.say(e.OrderGiven("Lee", "look", 600), e.MessageDrafted("internal", "x"), after=timedelta(0))
    story.say(e.ActionItemAdded("alert", "", "2026-12-05", "high"), e.ActionItemAdded("doc", "kim", "soon", "low"))

    assert owed(story) == [
        ("update", "next update, internal", START + timedelta(minutes=30)),
        ("update", "next update, external", START + timedelta(minutes=60)),
        ("order", "O1 Lee: look", START + timedelta(minutes=10)),
        ("draft", "M1 to internal", None),
        ("action item", "alert (no owner)", datetime(2026, 12, 6, tzinfo=UTC)),
        ("action item", "doc (kim)", None),
    ]


def test_a_resolved_one_owes_its_post_mortem_until_it_is_closed() -> None:
    story = opened()
    story.say(e.SeveritySet(1), after=timedelta(0))
    story.say(e.StatusSet("resolved"), after=timedelta(0))
    assert owed(story) == [("post-mortem", "Checkout fails with 502", START + timedelta(hours=48))]
    story.say(e.StatusSet("closed"))

    assert owed(story) == []


@given(stories(), moments)
def test_dues_read_any_incident(story: Story, now: datetime) -> None:
    incident = story.incident()
    found = dues(incident, now, POLICY, UTC)

    assert all(due.incident == incident.id for due in found)
    assert incident.live or not any(due.kind in ("update", "draft") for due in found)
