"""Statuspage: what becomes public, by its published interface."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from incident_tui.channels.outcome import Delivered, Failed, Unknown
from incident_tui.channels.statuspage import Statuspage
from incident_tui.config.table import ConfigError, Table
from incident_tui.domain.letters import Letter
from incident_tui.web import Trouble
from tests.channels.contracts import agree, body_of, contract
from tests.channels.letters import letter
from tests.channels.server import CUT, Answer, Server, serving

TOKEN = "89a229ce1a8dbcf9ff30430fbe35eb4c"
CREATED = Answer(201, {"id": "p31zjtct2jer", "shortlink": "https://stspg.io/1"})
MARK = {"incident_tui": {"ref": "INC-20261121-K7Q", "letter": letter().key}}


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setenv("STATUSPAGE_TOKEN", TOKEN)
    with serving() as running:
        running.answer = CREATED
        yield running


def page(url: str = "http://127.0.0.1:1", **values: object) -> Statuspage:
    table = {"page": "gytm4qzbx9t6", "token": "env:STATUSPAGE_TOKEN", "url": url, "plain": True}
    table["components"] = {"payments": "8kbf7d35c070"}
    return Statuspage.configured("public", Table("config.toml", "channels.public", {**table, **values}))


def public(form: str = "opening", **changes: object) -> Letter:
    return letter(form, audience="external", **changes)


def nothing() -> None:
    """A beginning that nobody records."""


def refuse() -> None:
    raise AssertionError("it began")


def test_the_opening_makes_an_incident(server: Server) -> None:
    begun: list[int] = []

    outcome = page(server.url).send(public(severity=1, mark="🔥"), lambda: begun.append(len(server.requests)))

    sent = server.last.json["incident"]
    assert outcome == Delivered("p31zjtct2jer", "https://stspg.io/1")
    assert begun == [0]
    assert (server.last.method, server.last.path) == ("POST", "/pages/gytm4qzbx9t6/incidents")
    assert server.last.headers["authorization"] == f"OAuth {TOKEN}"
    assert sent == {
        "name": "Checkout fails",
        "status": "investigating",
        "body": "Payments by card fail for one customer in five.",
        "impact_override": "critical",
        "component_ids": ["8kbf7d35c070"],
        "components": {"8kbf7d35c070": "major_outage"},
        "deliver_notifications": False,
        "metadata": MARK,
    }
    spec = contract("specs/statuspage-swagger.json")
    agree(spec, body_of("/pages/{page_id}/incidents"), server.last.json, ("/incident/components",))


@pytest.mark.parametrize(
    ("form", "status", "components"),
    [
        ("update", "identified", None),
        ("change", "monitoring", {"8kbf7d35c070": "degraded_performance"}),
        ("change", "closed", {"8kbf7d35c070": "operational"}),
    ],
)
def test_what_follows_brings_it_up_to_date(server: Server, form: str, status: str, components: object) -> None:
    page(server.url).send(public(form, status=status, card="p31zjtct2jer"), nothing)

    sent = server.last.json["incident"]
    assert (server.last.method, server.last.path) == ("PATCH", "/pages/gytm4qzbx9t6/incidents/p31zjtct2jer")
    assert sent.get("components") == components
    assert sent["status"] == {"closed": "resolved"}.get(status, status)
    assert "name" not in sent
    spec = contract("specs/statuspage-swagger.json")
    pointer = body_of("/pages/{page_id}/incidents/{incident_id}", "patch")
    agree(spec, pointer, server.last.json, ("/incident/components",))


@pytest.mark.parametrize("notify", [True, False])
def test_whether_subscribers_are_mailed_is_said_and_sent(server: Server, notify: bool) -> None:
    channel = page(server.url, notify=notify)

    channel.send(public(), nothing)

    assert server.last.json["incident"]["deliver_notifications"] is notify
    assert channel.preview(public()).notes[0].startswith("mails the subscribers" if notify else "mails nobody")


def test_a_preview_shows_all_that_becomes_public() -> None:
    shown = page().preview(public(severity=2, text="x" * 25_010))

    assert dict(shown.parts)["components"] == "8kbf7d35c070: partial_outage"
    assert len(dict(shown.parts)["text"]) == 25_000
    assert shown.cut == "the last 11 characters of the text"
    assert shown.act == "makes an incident on the page"
    assert not any(word in str(shown.parts) for word in ("SEV", "dana", "INC-"))


@pytest.mark.parametrize("form", ["card", "item", "document", "test"])
def test_nothing_else_becomes_public(server: Server, form: str) -> None:
    outcome = page(server.url).send(public(form, card="p1"), refuse)

    assert isinstance(outcome, Failed)
    assert page().preview(public(form)).act == outcome.reason
    assert server.requests == []


@pytest.mark.parametrize("status", [420, 429])
def test_too_many_requests_are_tried_again(server: Server, status: int) -> None:
    server.answers = [Answer(status, {"error": "slow down"})]

    outcome = page(server.url).send(public(), nothing)

    assert isinstance(outcome, Failed)
    assert outcome.retryable


@pytest.mark.parametrize("status", [400, 401, 404, 422])
def test_what_statuspage_refuses_has_failed(server: Server, status: int) -> None:
    server.answers = [Answer(status, {"message": f"no, {TOKEN}"})]

    outcome = page(server.url).send(public(), nothing)

    assert isinstance(outcome, Failed)
    assert not outcome.retryable
    assert TOKEN not in outcome.reason


def test_an_opening_whose_answer_is_lost_is_looked_for(server: Server) -> None:
    server.answers = [CUT]
    lost = page(server.url).send(public(), nothing)
    known = {"id": "p31zjtct2jer", "shortlink": "https://stspg.io/1", "metadata": MARK}
    server.answers = [Answer(200, [{"id": "other", "metadata": {}}, {"id": "x", "metadata": None}, known])]

    again = page(server.url).send(public(again=True), refuse)

    assert isinstance(lost, Unknown)
    assert again == Delivered("p31zjtct2jer", "https://stspg.io/1")


def test_one_that_has_not_arrived_is_sent_again(server: Server) -> None:
    server.answers = [Answer(200, [])]

    outcome = page(server.url).send(public(again=True), nothing)

    assert outcome == Delivered("p31zjtct2jer", "https://stspg.io/1")
    assert [request.method for request in server.requests] == ["GET", "POST"]


def test_an_update_that_has_arrived_is_not_sent_again(server: Server) -> None:
    server.answers = [Answer(200, {"id": "p31zjtct2jer", "metadata": MARK})]

    outcome = page(server.url).send(public("update", card="p31zjtct2jer", again=True), refuse)

    assert outcome == Delivered("p31zjtct2jer")
    assert server.last.path == "/pages/gytm4qzbx9t6/incidents/p31zjtct2jer"


def test_an_answer_without_an_id_is_unknown(server: Server) -> None:
    server.answers = [Answer(201, "<html>")]

    assert isinstance(page(server.url).send(public(), nothing), Unknown)


def test_check_reads_the_page(server: Server) -> None:
    server.answers = [Answer(200, {"name": "Example"}), Answer(401, {"error": "Could not authenticate"})]

    assert page(server.url).check() == "page “Example” answers"
    with pytest.raises(Trouble, match="401"):
        page(server.url).check()
    assert {(request.method, request.path) for request in server.requests} == {("GET", "/pages/gytm4qzbx9t6")}


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"page": "../x"}, "the id of a page"),
        ({"notify": "yes"}, "notify"),
        ({"token": TOKEN}, "reference"),
        ({"url": "http://api.example.com", "plain": False}, "not safe"),
        ({"components": ["x"]}, "components"),
    ],
)
def test_the_configuration_is_exact(values: dict[str, object], words: str) -> None:
    with pytest.raises(ConfigError, match=words) as caught:
        page(**{"url": "https://api.example.com", **values})  # type: ignore[arg-type]  # the values are of all kinds

    assert TOKEN not in str(caught.value)
