"""Rules of communication, as tables."""

from __future__ import annotations

from datetime import timedelta

import pytest

from incident_tui.domain import events as e
from incident_tui.domain.decide import Intent, Refused
from incident_tui.domain.decide import messages as decide
from incident_tui.domain.incident import Incident
from tests.story import START
from tests.strategies import opened

STORY = opened()
DRAFT = STORY.say(e.MessageDrafted("internal", "we look", "#war", "", 600)).id
SENT = STORY.say(e.MessageDrafted("external", "works")).id
STORY.say(e.MessageSent(SENT, "by hand"))
APPROVED = STORY.say(e.MessageDrafted("external", "soon", "", "", None)).id
STORY.say(e.MessageApproved(APPROVED))
GONE = STORY.say(e.MessageDrafted("management", "all well")).id
STORY.say(e.MessageDiscarded(GONE))
ENDLESS = STORY.say(e.MessageDrafted("internal", "imported", "", "", 10**15)).id
INCIDENT = STORY.incident()
KNOWN = "known are: M1, M2, M3, M4, M5"
MINUTE = timedelta(minutes=1)
PAST = Refused("the next update is promised for a moment that has been", "promise it in 20m, for example")

ACCEPTED: list[tuple[Intent, e.Body]] = [
    (lambda i: decide.draft(i, "INT", " hello\x07 "), e.MessageDrafted("internal", " hello^G ")),
    (
        lambda i: decide.draft(i, "external", "👀 we look", " #a\tb ", 20 * MINUTE),
        e.MessageDrafted("external", "we look", "#a b", "👀", 1200),
    ),
    (lambda i: decide.draft(i, "m", "✅\ufe0f done"), e.MessageDrafted("management", "done", "", "✅")),
    (lambda i: decide.edit(i, "m1", "🔧 fixed", "#b"), e.MessageEdited(DRAFT, "fixed", "#b", "🔧")),
    (lambda i: decide.edit(i, APPROVED, "x", promise=MINUTE), e.MessageEdited(APPROVED, "x", "", "", 60)),
    (lambda i: decide.approve(i, " M1 "), e.MessageApproved(DRAFT)),
    (
        lambda i: decide.mark_sent(i, "M1", " by  mail ", START),
        e.MessageSent(DRAFT, "by mail", "2026-11-21T14:12:00+00:00"),
    ),
    (lambda i: decide.mark_sent(i, "M3", "", START), e.MessageSent(APPROVED, "by hand")),
    (lambda i: decide.mark_sent(i, "M5", "", START), e.MessageSent(ENDLESS, "by hand", "2026-12-21T14:02:00+00:00")),
    (lambda i: decide.discard(i, "m3", "too\nearly"), e.MessageDiscarded(APPROVED, "too early")),
]
REFUSED: list[tuple[Intent, Refused]] = [
    (
        lambda i: decide.draft(i, "press", "x"),
        Refused("no audience “press”", "it is one of internal, management, external"),
    ),
    (lambda i: decide.draft(i, "internal", "👀 "), Refused("the message is empty", "type some text")),
    (
        lambda i: decide.draft(i, "internal", "x" * 16_385),
        Refused("the message has 16,385 characters, 16,384 are the limit", "attach it as a file"),
    ),
    (lambda i: decide.draft(i, "internal", "x", promise=timedelta(0)), PAST),
    (lambda i: decide.edit(i, "M1", "x", promise=-MINUTE), PAST),
    (
        lambda i: decide.draft(i, "internal", "x", promise=timedelta(days=31)),
        Refused("an update is promised within 30 days", "promise it in 20m, for example"),
    ),
    (lambda i: decide.edit(i, "M2", "x"), Refused("M2 is sent", "write another message")),
    (lambda i: decide.edit(i, "M4", "x"), Refused("M4 is discarded", "write another message")),
    (lambda i: decide.edit(i, "M1", ""), Refused("the message is empty", "type some text")),
    (lambda i: decide.approve(i, "M3"), Refused("M3 is approved already")),
    (lambda i: decide.approve(i, "M2"), Refused("M2 is sent already")),
    (lambda i: decide.mark_sent(i, "M2", "x", START), Refused("M2 is sent already")),
    (lambda i: decide.mark_sent(i, "M4", "x", START), Refused("M4 is discarded already")),
    (lambda i: decide.discard(i, "M4"), Refused("M4 is discarded already")),
    *(
        (intent, Refused("no message “M9”", KNOWN))
        for intent in (
            lambda i: decide.edit(i, "M9", "x"),
            lambda i: decide.approve(i, "M9"),
            lambda i: decide.mark_sent(i, "M9", "x", START),
            lambda i: decide.discard(i, "M9"),
        )
    ),
]


@pytest.mark.parametrize(("intent", "body"), ACCEPTED)
def test_accepted(intent: Intent, body: e.Body) -> None:
    assert intent(INCIDENT) == (body,)


@pytest.mark.parametrize(("intent", "refusal"), REFUSED)
def test_refused(intent: Intent, refusal: Refused) -> None:
    assert intent(INCIDENT) == refusal


def waiting(text: str, audience: str = "external") -> tuple[Incident, str]:
    """A message that waits after “works”, with the promise of a next update, went to external readers."""
    story = opened()
    before = story.say(e.MessageDrafted("external", "Works.  Next update at 14:52 CET.", "", "👀"))
    story.say(e.MessageSent(before.id, "by hand"))
    story.say(e.MessageDrafted(audience, text))
    return story.incident(), "M2"


@pytest.mark.parametrize(
    "text", ["works", "👀 WORKS", " works\n", "Works. The next update at 15:10", "works; next update by 15:10."]
)
def test_what_was_said_already_is_sent_only_by_force(text: str) -> None:
    incident, label = waiting(text)
    refusal = Refused("M2 says what M1 has said", "say what is new, or send it anyway")
    assert decide.mark_sent(incident, label, "", START) == refusal
    sent = decide.mark_sent(incident, label, "", START, force=True)

    assert isinstance(sent, tuple)


@pytest.mark.parametrize(
    ("text", "audience"), [("Works for two of three", "external"), ("works", "internal"), ("works not", "external")]
)
def test_what_is_new_to_the_audience_is_sent(text: str, audience: str) -> None:
    incident, label = waiting(text, audience)

    assert isinstance(decide.mark_sent(incident, label, "", START), tuple)


@pytest.mark.parametrize("text", ["…", "Since 14:02 … we look", "Now:\n…\nThen."])
def test_a_gap_is_to_be_filled(text: str) -> None:
    incident, label = waiting(text)
    refusal = Refused("M2 has a gap, …, to be filled", "say what is missing, or send it anyway")

    assert decide.has_gap(text)
    assert decide.mark_sent(incident, label, "", START) == refusal
    assert isinstance(decide.mark_sent(incident, label, "", START, force=True), tuple)


@pytest.mark.parametrize("text", ["we look…", "…and so on", ""])
def test_three_dots_at_a_word_are_no_gap(text: str) -> None:
    assert not decide.has_gap(text)


def test_without_messages_none_is_known() -> None:
    assert decide.approve(opened().incident(), "") == Refused("no message “”", "known are: none yet")


@pytest.mark.parametrize("mark", decide.MARK_MEANINGS)
def test_every_mark_is_found_at_the_front_only(mark: str) -> None:
    assert decide.split_mark(f" {mark}  text {mark}") == (mark, f"text {mark}")
    assert decide.split_mark(f"text {mark}") == ("", f"text {mark}")


def test_every_mark_has_a_word_and_a_meaning() -> None:
    assert set(decide.MARKS.values()) == set(decide.MARK_MEANINGS)


def test_an_edited_message_needs_its_approval_again() -> None:
    story = opened()
    message = story.say(e.MessageDrafted("internal", "x")).id
    story.say(e.MessageApproved(message), e.MessageEdited(message, "y"))
    found = story.incident().messages[message]

    assert (found.state, found.approved_by, found.text) == ("drafted", "", "y")


def test_what_was_read_is_changed_only_while_it_says_that() -> None:
    story = opened()
    draft = story.say(e.MessageDrafted("internal", "we look", "#war", "", 600)).id
    read = story.incident().messages[draft]
    change = decide.as_read(lambda i: decide.edit(i, draft, "we fix"), read)
    assert change(story.incident()) == (e.MessageEdited(draft, "we fix"),)
    story.say(e.MessageApproved(draft))
    assert change(story.incident()) == (e.MessageEdited(draft, "we fix"),)

    for other in (("we wait", "#war", "", 600), ("we look", "", "", 600), ("we look", "#war", "👀", 600)):
        story.say(e.MessageEdited(draft, *other))
        assert change(story.incident()) == Refused(
            "M1 says something else by now: others have changed it", "look at it once more"
        )
    story.say(e.MessageEdited(draft, "we look", "#war", "", 600))
    assert change(story.incident()) == (e.MessageEdited(draft, "we fix"),)
