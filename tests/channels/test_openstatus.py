"""OpenStatus: its calls as the Connect protocol has them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from incident_tui.channels.openstatus import OpenStatus
from incident_tui.channels.outcome import Delivered, Failed, Unknown
from incident_tui.config.table import ConfigError, Table
from incident_tui.domain.letters import Letter
from incident_tui.web import Trouble
from tests.channels.letters import letter
from tests.channels.server import CUT, Answer, Server, serving

TOKEN = "os_9ff30430fbe35eb4c0426574"
WORDS = "Payments by card fail for one customer in five."
SERVICE = "/rpc/openstatus.status_report.v1.StatusReportService"


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setenv("OPENSTATUS_TOKEN", TOKEN)
    with serving() as running:
        running.answer = Answer(200, {"statusReport": {"id": "77", "title": "Checkout fails"}})
        yield running


def page(url: str = "http://127.0.0.1:1", **values: object) -> OpenStatus:
    table = {"page": 12, "token": "env:OPENSTATUS_TOKEN", "url": url, "plain": True, "components": {"payments": "5"}}
    return OpenStatus.configured("public", Table("config.toml", "channels.public", {**table, **values}))


def public(form: str = "opening", **changes: object) -> Letter:
    return letter(form, audience="external", **changes)


def nothing() -> None:
    """A beginning that nobody records."""


def refuse() -> None:
    raise AssertionError("it began")


def test_the_opening_makes_a_report(server: Server) -> None:
    begun: list[int] = []

    outcome = page(server.url).send(public(severity=1), lambda: begun.append(len(server.requests)))

    assert outcome == Delivered("77")
    assert begun == [0]
    assert (server.last.method, server.last.path) == ("POST", f"{SERVICE}/CreateStatusReport")
    assert server.last.headers["x-openstatus-key"] == TOKEN
    assert server.last.headers["content-type"] == "application/json"
    assert server.last.json == {
        "title": "Checkout fails",
        "status": "STATUS_REPORT_STATUS_INVESTIGATING",
        "message": WORDS,
        "date": "2026-11-21T13:30:00.000Z",
        "notify": False,
        "pageId": "12",
        "pageComponentIds": ["5"],
    }


def test_what_follows_is_an_update(server: Server) -> None:
    channel = page(server.url, notify=True)

    outcome = channel.send(public("change", status="closed", card="77"), nothing)

    assert outcome == Delivered("77")
    assert server.last.path == f"{SERVICE}/AddStatusReportUpdate"
    assert server.last.json == {
        "statusReportId": "77",
        "status": "STATUS_REPORT_STATUS_RESOLVED",
        "message": WORDS,
        "date": "2026-11-21T13:30:00.000Z",
        "notify": True,
    }
    shown = channel.preview(public("change", status="closed", card="77"))
    assert shown.parts == (("status", "resolved"), ("text", WORDS))
    assert shown.notes[0] == "mails the subscribers of the page"
    assert shown.act == "resolves the report on the page"


@pytest.mark.parametrize("form", ["card", "item", "document", "test"])
def test_nothing_else_becomes_public(server: Server, form: str) -> None:
    assert isinstance(page(server.url).send(public(form, card="77"), refuse), Failed)
    assert server.requests == []


def test_an_opening_whose_answer_is_lost_is_looked_for(server: Server) -> None:
    server.answers = [CUT]
    lost = page(server.url).send(public(), nothing)
    reports = [{"id": "78", "title": "Other"}, {"id": "79", "title": "Checkout fails"}]
    server.answers = [
        Answer(200, {"statusReports": reports}),
        Answer(200, {"statusReport": {"id": "79", "updates": [{"message": WORDS, "date": "2026-11-21T13:30:00Z"}]}}),
    ]

    again = page(server.url).send(public(again=True), refuse)

    assert isinstance(lost, Unknown)
    assert again == Delivered("79")


def test_an_update_that_is_not_there_is_sent_again(server: Server) -> None:
    told = [{"message": "before"}, {"message": WORDS, "date": "2025-01-01T00:00:00Z"}]
    server.answers = [Answer(200, {"statusReport": {"id": "77", "updates": told}})]

    outcome = page(server.url).send(public("update", card="77", again=True), nothing)

    assert outcome == Delivered("77")
    assert [request.path.rpartition("/")[2] for request in server.requests] == [
        "GetStatusReport",
        "AddStatusReportUpdate",
    ]


@pytest.mark.parametrize(("status", "retryable"), [(400, False), (401, False), (404, False), (429, True)])
def test_what_openstatus_refuses(server: Server, status: int, retryable: bool) -> None:
    server.answers = [Answer(status, {"code": "invalid_argument", "message": f"no {TOKEN}"})]

    outcome = page(server.url).send(public(), nothing)

    assert isinstance(outcome, Failed)
    assert outcome.retryable is retryable
    assert TOKEN not in outcome.reason


def test_check_reads_the_page(server: Server) -> None:
    server.answers = [Answer(200, {"statusPage": {"title": "Example"}}), Answer(403, {"code": "permission_denied"})]

    assert page(server.url).check() == "page “Example” answers"
    with pytest.raises(Trouble, match="403"):
        page(server.url).check()


@pytest.mark.parametrize(
    ("values", "words"), [({"page": "x"}, "page"), ({"token": TOKEN}, "reference"), ({"monitors": {}}, "unknown key")]
)
def test_the_configuration_is_exact(values: dict[str, object], words: str) -> None:
    with pytest.raises(ConfigError, match=words) as caught:
        page(**{"url": "https://api.example.com", **values})  # type: ignore[arg-type]  # the values are of all kinds

    assert TOKEN not in str(caught.value)
