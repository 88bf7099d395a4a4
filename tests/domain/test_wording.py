"""What a message had better not say is remarked, what is well said is not, and only a secret keeps it from going."""

from __future__ import annotations

from datetime import UTC
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incident_tui.demo.live import LIVE
from incident_tui.demo.past import PAST
from incident_tui.domain.drafts import TEMPLATES, About
from incident_tui.domain.incident import AUDIENCES
from incident_tui.domain.text import clean
from incident_tui.domain.wording import forbidding, in_one_line, remarks
from tests.domain.scrubbing.fakes import LETTERS, Maker
from tests.story import checkout_outage

TOKEN = "gh" + "p_" + Maker(4).of(LETTERS, 36)
REFERENCE = Path(__file__).resolve().parents[2].parent / "shared" / "reference"

PROMISED = [
    "It will be fixed by 15:00.",
    "We expect to be back online within 2 hours.",
    "The issue will be resolved in 10 minutes.",
    "Checkout should be working again in about 20 minutes.",
    "We'll have it restored by tomorrow.",
    "Everything will be back to normal soon.",
    "Fixed by 15:00.",
    "ETA 15:30.",
    "Expected resolution: 14:45.",
    "Estimated time to recovery is 30 min.",
    "Within an hour everything will be restored.",
    "Full recovery is expected by end of day.",
    "Payments will be up and running shortly.",
    "It is going to be over in half an hour.",
    "We plan to complete the migration by noon; the repair should be done by Friday.",
    "We’ll be back up in 5 minutes",
]
CERTAIN = [
    "We guarantee that no data is lost.",
    "This will never happen again.",
    "It won't happen again.",
    "The fault is definitely fixed.",
    "We are 100 % sure.",
    "It is permanently fixed.",
    "This solves it once and for all.",
    "It cannot happen again.",
    "We promise that your order counts.",
]
BLAMING = [
    "The cause was human error.",
    "It was Lee's mistake.",
    "A careless change broke the login.",
    "Sam should have known better.",
    "They should've tested it.",
    "The engineer forgot to run the migration.",
    "Lee forgot the index.",
    "An engineer accidentally deleted the table.",
    "Somebody broke the build.",
    "Kim failed to check the alert.",
    "The on-call ignored the alarm.",
    "We blame Sam for it.",
    "The intern's fault, as ever",
    "It was stupid to deploy on Friday.",
    "Operations botched the release.",
    "Noor is to blame.",
]
NAMING = [
    "db-3.prod.internal is down.",
    "10.0.12.7 does not answer.",
    "The pod checkout-7d9f8b6c5d-x2x9z was evicted.",
    "printer.local fails",
    "We restart redis-2 now.",
    "It runs on ip-10-0-3-4.eu-west-1.compute.internal.",
    "orders.abc123.eu-west-1.rds.amazonaws.com is full",
    "node-14 has no memory",
    "See http://localhost:8080/health",
    "fe80::1ff:fe23:4567:890a answers",
    "db3 is slow",
    "checkout.svc.cluster.local times out",
]
FOR_ENGINEERS = [
    "Traceback (most recent call last):",
    "A NullPointerException in the cart",
    "It is a SEV1.",
    "Clients see 5xx.",
    "p95 is 9.8 s",
    "Pods are OOMKilled.",
    "see /var/log/nginx/error.log",
]
UNFILLED = [
    "We will write again at {time}.",
    "Affected: <service name>",
    "Hello [INSERT NAME]",
    "The cause is TBD.",
    "Updates every X minutes.",
    "Since HH:MM it fails.",
    "{{ impact }}",
    "What about ???",
    "Users: ____",
    "‹GitHub token …c3f9 masked› is revoked",
]
BAD = [
    *(("promise", text) for text in PROMISED),
    *(("certainty", text) for text in CERTAIN),
    *(("blame", text) for text in BLAMING),
    *(("host", text) for text in NAMING),
    *(("jargon", text) for text in FOR_ENGINEERS),
    *(("gap", text) for text in UNFILLED),
    ("secret", f"the token {TOKEN} leaked"),
    ("secret", "log in with password=hunt" + "er2"),
]

GOOD = [
    "Investigating: some card payments fail. Your cart is kept.",
    "Next update by 14:52 CET.",
    "We will update you in 20 minutes.",
    "You will hear from us by 15:00, also if it is not fixed.",
    "The next update follows within 30 minutes.",
    "Updates every 20 minutes until it is resolved.",
    "Resolved: from 14:31 CET until 15:02 CET. We are sorry.",
    "It was fixed at 15:00.",
    "It was resolved in 10 minutes.",
    "Payments have been restored since 14:58.",
    "The service was restored within 12 minutes.",
    "Resolved after 1 h 32 min.",
    "We know what is wrong and are working on it.",
    "A fix is in place. We keep watching.",
    "We keep watching until tomorrow.",
    "Most card payments work again; some still fail.",
    "We have rolled back to version 2.4.0.",
    "We have rolled back to version 10.2.0.1.",
    "About 1,500 users in Europe cannot log in since 14:05.",
    "100 % of the requests to search fail.",
    "We cannot say yet when it is over.",
    "We cannot guarantee an order placed between 14:00 and 15:00.",
    "No customer data is affected as far as we know.",
    "This was no human error: the form allowed it.",
    "The review is blameless.",
    "The form let anybody delete the table without asking.",
    "The job failed to start twice.",
    "Redis failed to answer.",
    "Last night's failure was of another kind.",
    "Monday's fault is not back.",
    "See https://status.example.com for more.",
    "Write to help@example.com.",
    "Step 2 of 3 is done.",
    "Version 12 of the app is not affected.",
    "Use the web shop; the app cannot pay.",
    "Call +49 30 1234 5678.",
    "Orders 10001 to 10450 are confirmed twice.",
    "Your order counts once, and you will be charged once.",
    "If two parcels come, we collect one for free.",
    "👀 Seen, we are looking into it.",
    "The certificate expired at 00:00 UTC on 1 November.",
    "Reports are late by about two hours.",
    "Search was slow from 9:00 to 9:40.",
    "We are sorry for the trouble.",
    "Our team works on it with the provider.",
    "Mails are sent again from 16:00 on.",
    "It started at 14:05 and affects all regions.",
    "E-mail works, SMS does not.",
    "Please log in again.",
    "We have found the reason and send no more mails twice.",
    "[x] payments, [ ] refunds",
    "The price is < 10 and > 5 EUR.",
    "We expect more traffic tomorrow.",
    "The maintenance will begin at 22:00.",
    "We plan a review on Friday.",
    "Parcels are checked; we will write to everybody concerned.",
    "Our commander is Dana; Lee searches.",
    "The next step is a restart of the search.",
    "The update for the app comes with the next release.",
    "Half of the pages load slowly.",
]


@pytest.mark.parametrize(("kind", "text"), BAD, ids=[text[:40] for _, text in BAD])
def test_what_had_better_not_be_said_outside(kind: str, text: str) -> None:
    found = remarks(text, "external")

    assert [item.kind for item in found][:1] == [kind], found
    assert all(text[item.start : item.end] for item in found)
    assert all(item.words and item.advice for item in found)


@pytest.mark.parametrize("text", GOOD)
@pytest.mark.parametrize("audience", AUDIENCES)
def test_what_is_well_said_is_left_alone(audience: str, text: str) -> None:
    assert remarks(text, audience) == ()


def test_there_are_enough_phrases_of_both_sorts() -> None:
    assert min(len(BAD), len(GOOD)) >= 60


@pytest.mark.parametrize(
    ("text", "inside", "above"),
    [
        ("db-3.prod.internal is down, p95 is 9 s", [], []),
        ("fixed by 15:00", [], ["promise"]),
        ("this will never happen again", [], ["certainty"]),
        ("it was Lee's mistake", ["blame"], ["blame"]),
        ("the cause is TBD", ["gap"], ["gap"]),
        (f"use {TOKEN}", ["secret"], ["secret"]),
    ],
)
def test_our_own_people_are_told_less(text: str, inside: list[str], above: list[str]) -> None:
    assert [item.kind for item in remarks(text, "internal")] == inside
    assert [item.kind for item in remarks(text, "management")] == above


def test_only_a_secret_blocks() -> None:
    found = remarks(f"fixed by 15:00 with {TOKEN}, says db-3", "external")

    assert [item.kind for item in found] == ["promise", "secret", "host"]
    assert [item.kind for item in forbidding(found)] == ["secret"]
    assert in_one_line(found) == "a secret (GitHub token) is in it; leave it out · 2 more"
    assert TOKEN[8:] not in " ".join(map(str, found))


def test_names_of_one_s_own_are_found_as_whole_words() -> None:
    found = remarks("order-worker is slow, the order-workers are not", "external", known_hosts=["order-worker"])

    assert [(item.kind, item.start, item.end) for item in found] == [("host", 0, 12)]
    assert remarks("order-worker is slow", "internal", known_hosts=["order-worker"]) == ()


def test_own_secrets_are_found() -> None:
    assert forbidding(remarks("it is open sesame", "internal", known_secrets=["open sesame"]))


def test_one_line_says_one_thing() -> None:
    assert in_one_line(remarks("fixed by 15:00", "external")) == (
        "“fixed by 15:00” promises an end; promise the next update"
    )
    assert in_one_line(()) == ""


def demo_messages() -> list[tuple[str, str]]:
    lines = [line.text for script in (LIVE, PAST) for line in script.lines if line.text.startswith("@")]
    parted = [line.removeprefix("@").partition(" ") for line in lines]
    return [(audience, text) for audience, _, text in parted if audience in AUDIENCES]


def test_the_demo_speaks_well() -> None:
    said = demo_messages()

    assert len(said) > 10
    assert [(text, remarks(text, audience)) for audience, text in said if remarks(text, audience)] == []


def test_the_templates_speak_well() -> None:
    story = checkout_outage()
    about = About(story.incident(), story.now, UTC)
    for template in TEMPLATES.values():
        assert [item for item in remarks(template.fill(about), template.audience) if item.kind != "gap"] == []


@pytest.mark.skipif(not REFERENCE.is_dir(), reason="the shared folder with documents of others is not here")
def test_the_sources_of_our_messages_raise_few_remarks() -> None:
    lines = [line for file in REFERENCE.glob("*.md") for line in file.read_text("utf-8").splitlines() if line.strip()]

    remarked = [(line[:80], item.words) for line in lines for item in remarks(line, "internal") if item.kind != "gap"]

    assert len(remarked) <= len(lines) / 100, remarked


@given(st.text(max_size=200), st.sampled_from(AUDIENCES))
def test_any_text_can_be_looked_at(text: str, audience: str) -> None:
    for item in remarks(clean(text), audience):
        assert 0 <= item.start < item.end <= len(clean(text))
