"""What leaves: the rules, and what its events add up to."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from msgspec.structs import replace

from incident_tui.domain import events as e
from incident_tui.domain.anchoring import for_posting, with_anchor, without_anchor
from incident_tui.domain.decide import Decision, Refused
from incident_tui.domain.decide import delivery as decide
from incident_tui.domain.decide.delivery import Target
from incident_tui.domain.decide.log import undo
from incident_tui.domain.delivery import Delivery, promised_by
from incident_tui.domain.dispatch import next_to_go, stale_cards, undelivered
from incident_tui.domain.incident import Head, Incident
from incident_tui.domain.letters import letter_of, letters_for
from incident_tui.domain.permission import refusal
from incident_tui.domain.policy import Policy
from incident_tui.domain.routing import Route, anchored, misdirected, routes_for
from tests.story import HERE, START, THERE, Story
from tests.strategies import opened

OPS = Target("ops", "discord", follows=True)
MAIL = Target("board", "email")


def told(*bodies: e.Body) -> Story:
    story = opened()
    for body in bodies:
        story.say(body)
    return story


def drafted(audience: str = "internal", promise: int | None = 600) -> tuple[Story, str]:
    story = told(e.SeveritySet(2))
    return story, story.say(e.MessageDrafted(audience, "we look into it", "", "👀", promise)).id


def queue(story: Story, message: str, *targets: Target) -> list[str]:
    """Queue a message, and the ids of its deliveries."""
    decision = decide.queue_message(story.incident(), message, targets)
    assert not isinstance(decision, Refused), str(decision)
    events = [story.say(body) for body in decision]
    return [event.id for event in events if isinstance(event.body, e.DeliveryQueued)]


def of(story: Story, identifier: str) -> Delivery:
    return story.incident().deliveries[identifier]


def another(story: Story, text: str, *targets: Target) -> str:
    return queue(story, story.say(e.MessageDrafted("internal", text)).id, *targets)[0]


# Queued


def test_whoever_sends_a_draft_approves_it() -> None:
    story, message = drafted()
    decision = decide.queue_message(story.incident(), "M1", (OPS, MAIL))

    assert decision == (
        e.MessageApproved(message),
        e.DeliveryQueued(message, "ops", "discord", "opening", True),
        e.DeliveryQueued(message, "board", "email", "opening", False),
    )


def test_it_is_the_message_as_it_was_then() -> None:
    story, message = drafted()
    title = story.incident().title
    (sent,) = queue(story, message, OPS)
    story.say(e.IncidentRenamed("now called otherwise"), e.SeveritySet(1))

    assert (of(story, sent).facts.title, of(story, sent).facts.severity) == (title, 2)
    assert (of(story, sent).text, of(story, sent).mark, of(story, sent).label) == ("we look into it", "👀", "Q1")
    assert story.incident().messages[message].state == "queued"


@pytest.mark.parametrize(
    ("change", "form"),
    [
        ((), "update"),
        ((e.SeveritySet(1),), "change"),
        ((e.StatusSet("identified"),), "change"),
        ((e.IncidentRenamed("y"),), "update"),
    ],
)
def test_only_a_change_of_state_is_a_new_post(change: tuple[e.Body, ...], form: str) -> None:
    story, message = drafted()
    queue(story, message, OPS)
    for body in change:
        story.say(body)

    assert of(story, another(story, "more", OPS)).form == form
    assert of(story, another(story, "elsewhere", MAIL)).form == "opening"


REFUSED: list[tuple[str, Callable[[Incident], Decision], str]] = [
    ("nowhere", lambda i: decide.queue_message(i, "M1", ()), "no channel is named"),
    ("unknown", lambda i: decide.queue_message(i, "M9", (OPS,)), "no message “M9”"),
    ("twice", lambda i: decide.queue_message(i, "M2", (OPS,)), "ops has M2 already"),
    ("gap", lambda i: decide.queue_message(i, "M3", (OPS,)), "M3 has a gap"),
    ("nothing new", lambda i: decide.queue_message(i, "M4", (MAIL,)), "M4 says what M2 has said"),
    ("discarded", lambda i: decide.queue_message(i, "M5", (MAIL,)), "M5 is discarded already"),
    ("not begun", lambda i: decide.begin(i, "nothing", HERE), "it is not waiting"),
    ("no item", lambda i: decide.queue_item(i, "A1", (OPS,)), "no action item “A1”"),
    ("arrived", lambda i: decide.drop(i, "Q1", START), "Q1 has arrived already"),
    ("unknown delivery", lambda i: decide.drop(i, "Q7", START), "no delivery “Q7”"),
    ("nothing to try", lambda i: decide.retry(i, "Q1"), "Q1 has arrived already"),
    ("cards", lambda i: decide.refresh_cards(i, HERE), "every card is up to date"),
]


@pytest.mark.parametrize(("intent", "reason"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_what_is_refused_and_why(intent: Callable[[Incident], Decision], reason: str) -> None:
    story, _ = drafted()
    told_already = story.say(e.MessageDrafted("management", "as before")).id
    (sent,) = queue(story, told_already, OPS)
    story.say(e.DeliveryBegun(sent), e.DeliveryDone(sent, "1"))
    story.say(e.MessageDrafted("internal", "we … it"), e.MessageDrafted("management", "as before"))
    gone = story.say(e.MessageDrafted("management", "never")).id
    story.say(e.MessageDiscarded(gone))
    decision = intent(story.incident())

    assert isinstance(decision, Refused)
    assert decision.reason.startswith(reason)


def test_nothing_of_a_drill_leaves() -> None:
    story = Story()
    story.say(e.IncidentDeclared("INC-1", "x", 2, "UTC", drill="INC-0", forked=START.isoformat()))
    message = story.say(e.MessageDrafted("internal", "a")).id
    queued = story.say(e.DeliveryQueued(message, "ops", "discord", "opening", True)).id
    item = story.say(e.ActionItemAdded("b")).id
    for intent in (
        partial(decide.queue_message, word=message, targets=(OPS,)),
        partial(decide.queue_document, word=message, targets=(OPS,)),
        partial(decide.queue_item, word=item, targets=(OPS,)),
        partial(decide.begin, identifier=queued, device=HERE),
    ):
        decision = intent(story.incident())
        assert isinstance(decision, Refused)
        assert "drill" in decision.reason
    assert stale_cards(story.incident(), HERE) == []


def test_external_messages_are_for_those_who_may_approve_them() -> None:
    story, message = drafted("external")
    story.say(e.RoleTaken("incident commander", "Mara"))
    policy = Policy(may={"approve.external": ("incident commander",)})
    decision = decide.queue_message(story.incident(), message, (OPS,))
    assert not isinstance(decision, Refused)
    refused = refusal(story.incident(), decision, "jonas", policy)

    assert refusal(story.incident(), decision, "mara", policy) is None
    assert refused is not None
    assert refused.reason == "jonas may not approve an external message"
    story.say(e.MessageApproved(message))
    approved = decide.queue_message(story.incident(), message, (OPS,))
    assert not isinstance(approved, Refused)
    assert refusal(story.incident(), approved, "jonas", policy) is None


# On its way


def test_in_order_for_each_channel_and_one_at_a_time() -> None:
    story, message = drafted()
    first, mail = queue(story, message, OPS, MAIL)
    second = another(story, "b", OPS)

    assert [item.id for item in next_to_go(story.incident(), HERE)] == [first, mail]
    assert decide.begin(story.incident(), second, HERE) == Refused("something else goes before it")
    story.say(e.DeliveryBegun(first))
    assert [item.id for item in next_to_go(story.incident(), HERE)] == [mail]
    story.say(e.DeliveryDelayed(first, "503"))
    assert [item.id for item in next_to_go(story.incident(), HERE)] == [first, mail]
    story.say(e.DeliveryBegun(first), e.DeliveryUnclear(first, "cut"))
    assert [item.id for item in next_to_go(story.incident(), HERE)] == [mail, second]


def test_only_the_device_that_queued_it_sends_it() -> None:
    story, message = drafted()
    (sent,) = queue(story, message, OPS)

    assert next_to_go(story.incident(), THERE) == []
    assert decide.begin(story.incident(), sent, THERE) == Refused("it is not waiting")


def test_a_message_is_sent_with_the_first_that_arrives_and_promises_from_then() -> None:
    story, message = drafted()
    first, mail = queue(story, message, OPS, MAIL)
    story.say(e.DeliveryBegun(first))
    done = story.say(e.DeliveryDone(first, "77", "https://chat/77"))
    sent = story.incident().messages[message]
    story.say(e.DeliveryDone(mail, note="delivered to 2 of 3"))

    assert (sent.state, sent.sent_at, sent.promised_at) == ("sent", done.at, done.at + timedelta(minutes=10))
    assert story.incident().messages[message].how == "ops (discord), board (email; delivered to 2 of 3)"
    assert story.incident().messages[message].sent_at == done.at
    assert undelivered(story.incident()) == []


def test_given_up_everywhere_it_can_be_sent_again() -> None:
    story, message = drafted()
    first, mail = queue(story, message, OPS, MAIL)
    story.say(e.DeliveryFailed(first, "gone"), e.DeliveryDropped(first))
    assert story.incident().messages[message].state == "queued"
    story.say(e.DeliveryDropped(mail))

    assert story.incident().messages[message].state == "approved"
    (again,) = queue(story, message, OPS)
    assert (of(story, again).form, of(story, again).label) == ("opening", "Q3")


def test_a_person_who_saw_it_there_says_so() -> None:
    story, message = drafted()
    (first,) = queue(story, message, OPS)
    story.say(e.DeliveryBegun(first), e.DeliveryUnclear(first, "cut"))
    decision = decide.drop(story.incident(), "M1", START, arrived=True)

    assert decision == (e.DeliveryDropped(first, True, ""),)
    story.say(*decision)
    assert (of(story, first).state, story.incident().messages[message].state) == ("sent", "sent")
    assert [trouble.text for trouble in of(story, first).troubles] == ["cut"]


def test_what_a_vanished_device_had_begun_is_given_up_only_when_no_answer_can_come() -> None:
    story, message = drafted()
    (first,) = queue(story, message, OPS)
    begun = story.say(e.DeliveryBegun(first)).at

    assert decide.drop(story.incident(), "Q1", begun + timedelta(minutes=14)) == Refused(
        "Q1 is on its way", "wait for its answer"
    )
    decision = decide.drop(story.incident(), "Q1", begun + timedelta(minutes=15))
    assert decision == (e.DeliveryDropped(first, False, ""),)
    story.say(*decision)
    assert of(story, first).state == "dropped"


def test_a_reason_is_recorded_once() -> None:
    story, message = drafted()
    (first,) = queue(story, message, OPS)
    story.say(e.DeliveryDelayed(first, "no connection"))

    assert decide.delayed(story.incident(), first, "no\nconnection") == Refused("that is known")
    assert decide.delayed(story.incident(), first, "refused") == (e.DeliveryDelayed(first, "refused"),)


def test_what_is_settled_is_settled() -> None:
    story, message = drafted()
    (first,) = queue(story, message, OPS)
    story.say(e.DeliveryDone(first, "77"))
    before = of(story, first)
    for body in (e.DeliveryFailed(first, "late"), e.DeliveryBegun(first), e.DeliveryRetried(first)):
        story.say(body)

    assert of(story, first) == before


# Cards


def test_a_card_follows_what_it_says() -> None:
    story, message = drafted()
    (first,) = queue(story, message, OPS)
    story.say(e.StatusSet("identified"))
    assert stale_cards(story.incident(), HERE) == [], "not before it is there"
    story.say(e.DeliveryDone(first, "77"))
    assert [item.id for item in stale_cards(story.incident(), HERE)] == [first]
    assert stale_cards(story.incident(), THERE) == []

    decision = decide.refresh_cards(story.incident(), HERE)
    assert decision == (e.DeliveryQueued("", "ops", "discord", "card", True),)
    card = story.say(*decision).id
    assert stale_cards(story.incident(), HERE) == [], "one is on its way"
    story.say(e.DeliveryBegun(card), e.DeliveryFailed(card, "unknown message"))
    assert stale_cards(story.incident(), HERE) == [], "what failed is not tried over and over"
    story.say(e.DeliveryDropped(card))
    assert stale_cards(story.incident(), HERE) == [], "nor made again once it was given up"
    story.say(e.StatusSet("monitoring"))
    assert len(stale_cards(story.incident(), HERE)) == 1


def test_what_is_to_be_known_of_a_card_is_told_in_the_log() -> None:
    story, message = drafted()
    (first,) = queue(story, message, OPS)
    opened_there = decide.done(story.incident(), first, "77", note="one of two got it")
    assert opened_there == (e.DeliveryDone(first, "77", "", "one of two got it"),), "it stands with the message"
    story.say(e.DeliveryDone(first, "77"))
    changed = story.say(e.StatusSet("identified"))
    card = story.say(e.DeliveryQueued("", "ops", "discord", "card", True)).id
    assert decide.done(story.incident(), card, "77") == (e.DeliveryDone(card, "77"),)

    noted = decide.done(story.incident(), card, "77", note="#12 stays closed")
    assert isinstance(noted, tuple), str(noted)
    done, entry = noted
    assert done == e.DeliveryDone(card, "77", "", "#12 stays closed")
    assert isinstance(entry, e.EntryLogged)
    assert (entry.kind, entry.text) == ("note", "ops: #12 stays closed")
    story.say(done, entry)
    taken_back = undo(story.timeline(), story.device)
    assert isinstance(taken_back, tuple), str(taken_back)
    assert isinstance(taken_back[0], e.Undone)
    assert taken_back[0].event == changed.id, "what a service has told is nobody's act"


def test_after_a_new_post_the_card_gets_the_new_words() -> None:
    story, message = drafted()
    (first,) = queue(story, message, OPS)
    story.say(e.DeliveryDone(first, "77"), e.StatusSet("identified"))
    second = another(story, "found it", OPS)
    story.say(e.DeliveryDone(second, "78"))
    decision = decide.refresh_cards(story.incident(), HERE)
    assert not isinstance(decision, Refused)
    card = of(story, story.say(*decision).id)
    letter = letter_of(story.incident(), card, story.now)

    assert (letter.form, letter.text, letter.card, letter.latest) == ("card", "found it", "77", "78")


def test_letters_tell_what_the_channel_knows() -> None:
    story, message = drafted()
    (first,) = queue(story, message, OPS)
    opening = letter_of(story.incident(), of(story, first), story.now)
    story.say(e.DeliveryBegun(first), e.DeliveryDelayed(first, "503"))
    again = letter_of(story.incident(), of(story, first), story.now)
    story.say(e.DeliveryDone(first, "77"))
    update = letter_of(story.incident(), of(story, another(story, "b", OPS)), story.now)

    assert (opening.words, opening.card, opening.again) == ("👀 we look into it", "", False)
    assert (again.again, again.key) == (True, opening.key)
    assert (update.card, update.latest, update.promised) == ("77", "77", None)


def test_who_gets_it_late_is_promised_what_the_first_were() -> None:
    story, message = drafted()
    first, second = queue(story, message, OPS, MAIL)
    assert letter_of(story.incident(), of(story, second), START).promised == START + timedelta(minutes=10)
    story.say(e.DeliveryBegun(first), e.DeliveryDone(first, "77"))
    late = story.now + timedelta(hours=1)

    assert (
        letter_of(story.incident(), of(story, second), late).promised == story.incident().messages[message].promised_at
    )


def test_what_comes_back_is_tried_at_once_by_a_persons_wish() -> None:
    story, message = drafted()
    (sent,) = queue(story, message, OPS)
    assert decide.retry(story.incident(), "Q1") == Refused(
        "Q1 waits already", "it goes out by itself, after what is before it"
    )
    story.say(e.DeliveryBegun(sent), e.DeliveryDelayed(sent, "no connection"))
    assert (of(story, sent).comes_back, of(story, sent).wanted_at) == (True, None)
    assert decide.retry(story.incident(), "Q1") == (e.DeliveryRetried(sent),)
    story.say(e.DeliveryRetried(sent))

    assert (of(story, sent).comes_back, of(story, sent).wanted_at) == (False, of(story, sent).changed_at)


def test_the_preview_is_what_would_be_recorded() -> None:
    story, message = drafted()
    incident = story.incident()
    decision = decide.queue_message(incident, message, (OPS, MAIL))
    assert not isinstance(decision, Refused)
    shown = letters_for(incident, decision, START, "mara")

    assert [(item.channel, letter.words) for item, letter in shown] == [
        ("ops", "👀 we look into it"),
        ("board", "👀 we look into it"),
    ]
    assert [letter.promised for _, letter in shown] == [START + timedelta(minutes=10)] * 2
    assert incident == story.incident()


LINE = "Record: INC-20261121-K7Q 0000000a 3 " + "a" * 64


def test_the_anchor_of_the_look_goes_with_the_words_and_stays_with_them() -> None:
    story, message = drafted()
    opening, _ = queue(story, message, replace(OPS, record=LINE), MAIL)
    story.say(e.DeliveryBegun(opening), e.DeliveryDone(opening, "17"), e.SeveritySet(1))
    card = story.say(e.DeliveryQueued("", "ops", "discord", "card", follow=True)).id
    incident = story.incident()

    def record(identifier: str) -> str:
        return letter_of(incident, incident.deliveries[identifier], START).record

    assert [item.record for item in incident.deliveries.values() if item.channel == "board"] == [""]
    assert (record(opening), record(card)) == (LINE, LINE)
    assert incident.deliveries[opening].text == "we look into it"


def test_what_has_an_anchor_gets_no_second_one() -> None:
    story = opened()
    message = story.say(e.MessageDrafted("internal", with_anchor("we look into it", LINE))).id
    other = story.say(e.MessageDrafted("internal", "# A document", "", "")).id

    for decision in (
        decide.queue_message(story.incident(), message, [replace(OPS, record=LINE)]),
        decide.queue_document(story.incident(), other, [replace(OPS, record=LINE)]),
    ):
        assert not isinstance(decision, Refused)
        assert [body.record for body in decision if isinstance(body, e.DeliveryQueued)] == [""]


@pytest.mark.parametrize(
    ("text", "without"),
    [
        (f"# Status\n\nFine.\n\n{LINE}\n", "# Status\n\nFine.\n"),
        ("# Status\n\nFine.\n", "# Status\n\nFine.\n"),
        ("Record: of the talk\nis kept", "Record: of the talk\nis kept"),
    ],
)
def test_a_document_loses_the_anchor_at_its_end_and_nothing_else(text: str, without: str) -> None:
    assert without_anchor(text) == without


def test_what_is_copied_for_those_inside_has_the_anchor() -> None:
    story, _ = drafted()
    incident = story.incident()
    chained = replace(incident, heads=incident.heads.insert(HERE, Head(3, "a" * 64)))

    assert for_posting("we look", "internal", incident) == "we look", "nothing of it is recorded"
    assert for_posting("we look", "management", chained).startswith(f"we look\n\nRecord: {incident.ref} {HERE} 3 aaa")
    assert for_posting("we look", "external", chained) == "we look"


# Routes


@pytest.mark.parametrize(
    ("route", "audience", "has"),
    [
        (Route("ops", "discord", "chat", ("internal",)), "internal", True),
        (Route("ops", "discord", "chat", ()), "management", True),
        (Route("ops", "discord", "chat", ()), "external", False),
        (Route("ops", "discord", "chat", ("internal",), anchor=False), "internal", False),
        (Route("all", "discord", "chat", ("internal", "external")), "internal", False),
        (Route("page", "statuspage", "status page", ()), "internal", False),
    ],
)
def test_only_what_those_inside_read_has_an_anchor(route: Route, audience: str, *, has: bool) -> None:
    assert anchored(route, audience) is has


ROUTES = (
    Route("ops", "discord", "chat", ("internal",)),
    Route("mail", "email", "e-mail", ("internal", "management")),
    Route("issues", "github", "issue tracker", ("internal",)),
    Route("page", "statuspage", "status page", ("external",)),
    Route("boss", "ntfy", "chat", ("management",), (1, 2, 3, 4)),
)


@pytest.mark.parametrize(
    ("audience", "severity", "channels"),
    [
        ("internal", 1, ["ops", "mail"]),
        ("internal", 2, ["ops"]),
        ("internal", 4, ["issues"]),
        ("management", 1, ["mail", "boss"]),
        ("management", 4, ["boss"]),
        ("external", 3, ["page"]),
    ],
)
def test_the_severity_says_who_is_notified(audience: str, severity: int, channels: list[str]) -> None:
    assert [route.channel for route in routes_for(ROUTES, audience, severity, Policy())] == channels


@pytest.mark.parametrize(
    ("audiences", "audience", "taken"),
    [
        ((), "internal", True),
        (("internal",), "management", True),
        (("internal",), "external", True),
        (("external",), "external", True),
        (("external",), "internal", False),
        (("management", "external"), "internal", False),
        (("management", "external"), "management", True),
    ],
)
def test_what_people_outside_read_takes_only_words_to_them(
    audiences: tuple[str, ...], audience: str, taken: bool
) -> None:
    assert (misdirected(Route("page", "statuspage", "status page", audiences), audience) == "") == taken


@pytest.mark.parametrize(("seconds", "after"), [(-5, 0), (1200, 1200), (10**30, 30 * 86_400)])
def test_a_promise_is_kept_within_bounds_whatever_was_imported(seconds: int, after: int) -> None:
    at = datetime(2026, 11, 21, 14, 0, tzinfo=UTC)

    assert promised_by(seconds, at) == at + timedelta(seconds=after)
    assert promised_by(None, at) is None
    assert promised_by(60, datetime.max.replace(tzinfo=UTC)) == datetime.max.replace(tzinfo=UTC)
