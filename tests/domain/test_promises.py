"""Promises of the next update: kept, broken, open, ended."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given

from incident_tui.domain import events as e
from incident_tui.domain.clocks import updates
from incident_tui.domain.incident import AUDIENCES
from incident_tui.domain.policy import Policy
from incident_tui.domain.promises import broken, last_sent, owed, promises
from tests.story import START, Story
from tests.strategies import moments, opened, stories

MINUTE = timedelta(minutes=1)


def sent(story: Story, audience: str = "internal", promised: int | None = None, at: int = 0) -> str:
    """A message that is sent `at` minutes after the start and promises the next by minute `promised`."""
    message = story.say(e.MessageDrafted(audience, "x")).id
    promise = None if promised is None else (START + promised * MINUTE).isoformat()
    story.say(e.MessageSent(message, "by hand", promise), at=START + at * MINUTE)
    return message


def one(story: Story, minutes: int) -> tuple[str, int | None, int]:
    """The first promise read at a minute: its state, the minute it was answered in, and by how many it is broken."""
    promise = promises(story.incident(), START + minutes * MINUTE)[0]
    answered = None if promise.answered_at is None else (promise.answered_at - START) // MINUTE
    return promise.state, answered, promise.over // MINUTE


def test_a_promise_is_open_until_it_is_due_and_then_broken() -> None:
    story = opened()
    sent(story, promised=10)

    assert [one(story, minute) for minute in (1, 10, 11)] == [("open", None, 0), ("open", None, 0), ("broken", None, 1)]


@pytest.mark.parametrize(("at", "told"), [(10, ("kept", 10, 0)), (14, ("broken", 14, 4))])
def test_the_next_message_to_the_same_audience_answers_it(at: int, told: tuple[str, int, int]) -> None:
    story = opened()
    sent(story, promised=10)
    sent(story, "external", at=5)
    sent(story, at=at)
    sent(story, at=at + 5)

    assert one(story, 60) == told


def test_a_resolution_ends_what_is_not_due_yet() -> None:
    story = opened()
    sent(story, promised=10)
    sent(story, "external", promised=3)
    story.say(e.StatusSet("resolved"), at=START + 5 * MINUTE)
    states = [(item.audience, item.state) for item in promises(story.incident(), START + 60 * MINUTE)]

    assert states == [("internal", "ended"), ("external", "broken")]
    assert broken(story.incident(), START + 60 * MINUTE) == 1


def test_no_promise_comes_from_a_draft_or_a_message_without_one() -> None:
    story = opened()
    sent(story)
    story.say(e.MessageDrafted("internal", "x", "", "", 600))

    assert promises(story.incident(), START) == ()


def test_management_is_owed_only_what_it_was_promised() -> None:
    story = opened()
    sent(story, "management")
    assert [owed(story.incident(), name) for name in ("internal", "external", "management")] == [True, True, False]
    last = sent(story, "management", promised=9, at=2)
    found = last_sent(story.incident(), "management")

    assert owed(story.incident(), "management")
    assert found is not None
    assert found.id == last
    assert last_sent(story.incident(), "internal") is None


@given(stories(), moments)
def test_a_promise_has_one_end(story: Story, now: datetime) -> None:
    found = promises(story.incident(), now)

    assert len({promise.id for promise in found}) == len(found)
    assert broken(story.incident(), now) == sum(promise.over > timedelta(0) for promise in found)
    for promise in found:
        assert (promise.kept_at is not None) == (promise.state == "kept")
        assert promise.state != "kept" or (promise.kept_at is not None and promise.kept_at <= promise.due)


@given(stories(), moments, moments)
def test_time_alone_breaks_a_promise_and_never_mends_one(story: Story, now: datetime, later: datetime) -> None:
    now, later = sorted((now, later))
    before, after = (promises(story.incident(), moment) for moment in (now, later))

    assert all(
        old.state == new.state or (old.state, new.state) == ("open", "broken")
        for old, new in zip(before, after, strict=True)
    )


@given(stories())
def test_the_last_message_is_the_one_sent_last(story: Story) -> None:
    incident = story.incident()
    for audience in AUDIENCES:
        mine = [item for item in incident.messages.values() if item.audience == audience]
        sent = [item for item in mine if item.sent_at is not None]
        last = max(sent, key=lambda item: (item.sent_at or item.at, item.order), default=None)
        assert last_sent(incident, audience) == last
        assert owed(incident, audience) == (audience != "management" or any(item.promised_at for item in mine))
    told = [item.audience for item in updates(incident, story.now, Policy())]
    assert told == [audience for audience in AUDIENCES if owed(incident, audience)]
