"""PagerDuty: what is sent, by its published interface and by what its own client sends."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incident_tui.channels.outcome import Delivered, Failed, Unknown
from incident_tui.channels.pagerduty import PagerDuty
from incident_tui.config.table import ConfigError, Table
from incident_tui.domain.letters import Letter
from incident_tui.domain.text import clean
from incident_tui.web import Trouble
from tests.channels.contracts import agree, body_of, contract
from tests.channels.letters import letter
from tests.channels.server import CUT, Answer, Server, serving

KEY = "R0UTINGKEY0123456789012345678901"
REF = "INC-20261121-K7Q"
TAKEN = Answer(202, {"status": "success", "message": "Event processed", "dedup_key": REF})


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as running:
        running.answer = TAKEN
        yield running


@pytest.fixture(autouse=True)
def keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PD_KEY", KEY)
    monkeypatch.setenv("PD_TOKEN", "apikey-of-a-user")


def pager(url: str = "http://127.0.0.1:1", **values: object) -> PagerDuty:
    table = {"routing_key": "env:PD_KEY", "events_url": url, "api_url": url, "plain": True, **values}
    return PagerDuty.configured("oncall", Table("config.toml", "channels.oncall", table))


def with_notes(url: str) -> PagerDuty:
    return pager(url, api_token="env:PD_TOKEN", **{"from": "oncall@example.com"})


def nothing() -> None:
    """A beginning that nobody records."""


def refuse() -> None:
    raise AssertionError("it began")


def test_the_opening_pages_once_by_the_key_of_the_incident(server: Server) -> None:
    begun: list[int] = []

    outcome = pager(server.url).send(letter(severity=1), lambda: begun.append(len(server.requests)))

    body = server.last.json
    assert outcome == Delivered(REF)
    assert begun == [0]
    assert (server.last.method, server.last.path) == ("POST", "/v2/enqueue")
    assert (body["event_action"], body["dedup_key"], body["routing_key"]) == ("trigger", REF, KEY)
    assert body["payload"]["severity"] == "critical"
    assert body["payload"]["custom_details"]["message"] == "Payments by card fail for one customer in five."


@pytest.mark.parametrize(
    ("form", "status", "action"),
    [
        ("opening", "identified", "trigger"),
        ("change", "identified", "trigger"),
        ("change", "resolved", "resolve"),
        ("update", "monitoring", "trigger"),
        ("card", "identified", "acknowledge"),
        ("card", "monitoring", "acknowledge"),
        ("card", "resolved", "resolve"),
        ("card", "closed", "resolve"),
    ],
)
def test_each_letter_is_one_event(server: Server, form: str, status: str, action: str) -> None:
    given_ = letter(form, status=status, card="" if form == "opening" else REF)

    outcome = pager(server.url).send(given_, nothing)

    assert outcome == Delivered(REF)
    assert [request.json["event_action"] for request in server.requests] == [action]
    agree(contract("specs/pagerduty-events-v2.json"), body_of("/enqueue"), server.last.json)


def test_a_card_under_investigation_tells_nothing(server: Server) -> None:
    outcome = pager(server.url).send(letter("card", card=REF), refuse)

    assert outcome == Delivered(REF)
    assert server.requests == []


@pytest.mark.parametrize(
    "given_",
    [
        letter(status="resolved"),
        letter("change", status="closed"),
        letter("update", status="resolved", card=REF),
        letter("item", card=REF),
        letter("document", card=REF),
    ],
    ids=["opening", "change", "update", "item", "document"],
)
def test_nobody_is_paged_for_what_is_over(server: Server, given_: Letter) -> None:
    outcome = pager(server.url).send(given_, refuse)

    assert isinstance(outcome, Failed)
    assert not outcome.retryable
    assert pager().preview(given_).act == outcome.reason
    assert server.requests == []


def test_a_test_notifies_nobody(server: Server) -> None:
    pager(server.url).send(letter("test"), nothing)

    assert server.last.path == "/v2/change/enqueue"
    assert server.last.json["payload"]["summary"].startswith("[TEST] ")
    agree(contract("specs/pagerduty-events-v2.json"), body_of("/change/enqueue"), server.last.json)


def test_the_events_are_those_of_the_official_client(server: Server) -> None:
    trigger, acknowledge, resolve, _ = contract("samples/official_client_requests/pagerduty_events_v2.json")

    for form, status in (("opening", "investigating"), ("card", "identified"), ("card", "resolved")):
        pager(server.url).send(letter(form, status=status, card="inc-42" if form == "card" else ""), nothing)

    ours = [request.json for request in server.requests]
    assert ours[1] == acknowledge["body"]
    assert ours[2] == resolve["body"]
    assert trigger["body"].keys() - ours[0].keys() == {"links"}
    assert trigger["body"]["payload"].keys() <= ours[0]["payload"].keys()
    assert {request.path for request in server.requests} == {trigger["path"]}


def test_words_become_a_note_as_the_official_client_writes_it(server: Server) -> None:
    recorded = contract("samples/official_client_requests/pagerduty_rest.json")[1]
    server.answers = [Answer(200, {"incidents": [{"id": "PT4KHLK", "html_url": "https://x.pagerduty.com/i/1"}]})]

    outcome = with_notes(server.url).send(letter("update", card=REF, text="hello"), nothing)

    looked, wrote = server.requests
    assert outcome == Delivered(REF, "https://x.pagerduty.com/i/1")
    assert (looked.path, looked.query["incident_key"]) == ("/incidents", REF)
    assert (wrote.method, wrote.path, wrote.json) == (recorded["method"], recorded["path"], recorded["body"])
    assert wrote.headers["from"] == recorded["headers"]["From"]
    assert wrote.headers["accept"] == recorded["headers"]["Accept"]
    assert wrote.headers["authorization"] == "Token token=apikey-of-a-user"


def test_a_note_whose_answer_is_lost_is_looked_for(server: Server) -> None:
    found = Answer(200, {"incidents": [{"id": "P1"}]})
    update = letter("update", card=REF, text="hello")
    server.answers = [found, CUT]
    lost = with_notes(server.url).send(update, nothing)

    server.answers = [found, Answer(200, {"notes": [{"content": "other"}, {"content": "hello"}]})]
    again = with_notes(server.url).send(letter("update", card=REF, text="hello", again=True), refuse)

    assert isinstance(lost, Unknown)
    assert again == Delivered(REF)


def test_the_same_words_of_an_earlier_note_are_not_this_one(server: Server) -> None:
    found = Answer(200, {"incidents": [{"id": "P1"}]})
    earlier = {"content": "hello", "created_at": "2025-01-01T00:00:00Z"}
    server.answers = [found, Answer(200, {"notes": [earlier]}), Answer(201, {})]
    again = with_notes(server.url).send(letter("update", card=REF, text="hello", again=True), nothing)

    assert again == Delivered(REF)
    assert server.last.method == "POST"


def test_an_incident_that_pagerduty_does_not_know_gets_no_note(server: Server) -> None:
    server.answers = [Answer(200, {"incidents": []})]

    outcome = with_notes(server.url).send(letter("update", card=REF), refuse)

    assert outcome == Failed(f"PagerDuty knows no incident {REF}")


def test_an_event_whose_answer_is_lost_is_sent_again(server: Server) -> None:
    server.answers = [CUT]

    outcome = pager(server.url).send(letter(), nothing)

    assert isinstance(outcome, Failed)
    assert outcome.retryable


@pytest.mark.parametrize(
    ("answer", "retryable"),
    [
        (Answer(400, {"status": "invalid event", "message": f"bad {KEY}", "errors": []}), False),
        (Answer(429), True),
        (Answer(500, "oops"), True),
    ],
)
def test_what_pagerduty_refuses(server: Server, answer: Answer, retryable: bool) -> None:
    server.answers = [answer]

    outcome = pager(server.url).send(letter(), nothing)

    assert isinstance(outcome, Failed)
    assert outcome.retryable is retryable
    assert KEY not in repr(outcome)


def test_patience_is_as_long_as_pagerduty_says(server: Server) -> None:
    server.answers = [Answer(429, {"error": {"code": 2020}}, {"ratelimit-reset": "12"})]

    outcome = with_notes(server.url).send(letter("update", card=REF), refuse)

    assert isinstance(outcome, Failed)
    assert (outcome.retryable, outcome.after) == (True, timedelta(seconds=12))


def test_a_preview_warns_of_paging_anew() -> None:
    shown = pager().preview(letter("change", card=REF, severity=1))

    assert "pages people anew" in shown.notes[0]
    assert dict(shown.parts)["dedup_key"] == REF
    assert dict(shown.parts)["message"] == "Payments by card fail for one customer in five."


def test_check_reads_and_pages_nobody(server: Server) -> None:
    server.answer = Answer(200, {"incidents": []})

    assert "may read" in with_notes(server.url).check()
    assert [(request.method, request.path) for request in server.requests] == [("GET", "/incidents")]


def test_check_tells_a_key_that_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PD_KEY", "https://events.pagerduty.com")

    with pytest.raises(Trouble, match="32 letters"):
        pager().check()


def test_a_secret_that_is_not_there_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PD_KEY")

    outcome = pager().send(letter(), refuse)

    assert isinstance(outcome, Failed)
    assert "channels.oncall.routing_key" in outcome.reason
    assert "PD_KEY" in outcome.reason


def test_regions_have_their_own_hosts() -> None:
    table = {"routing_key": "env:PD_KEY", "region": "eu"}

    channel = PagerDuty.configured("oncall", Table("config.toml", "channels.oncall", table))

    assert (channel.events, channel.rest) == ("https://events.eu.pagerduty.com", "https://api.eu.pagerduty.com")


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"region": "de"}, "one of us, eu"),
        ({"api_token": "env:PD_TOKEN"}, "belong together"),
        ({"routing_key": KEY}, "reference"),
        ({"routing": "env:X"}, "did you mean"),
    ],
)
def test_the_configuration_is_exact(values: dict[str, object], words: str) -> None:
    with pytest.raises(ConfigError, match=words) as caught:
        pager(**{"url": "http://127.0.0.1:1", **values})  # type: ignore[arg-type]  # the values are of all kinds

    assert KEY not in str(caught.value)


@given(st.text().map(clean), st.text(max_size=3000).map(clean))
def test_any_words_fit(title: str, text: str) -> None:
    shown = dict(pager().preview(letter(title=title * 50, text=text * 30)).parts)

    assert len(shown["summary"]) <= 1024
    assert len(shown.get("message", "").encode()) <= 200_004
