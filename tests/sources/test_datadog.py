from datetime import timedelta
from typing import Any

import pytest

from incident_tui.config.table import ConfigError
from incident_tui.sources.panel import Panel
from incident_tui.sources.registry import source_of, sources_of
from incident_tui.web import Trouble
from tests.channels.contracts import agree, contract
from tests.channels.server import Answer, Request, Server
from tests.sources.asked import NOW, TOKEN, asked, configured, is_fit, recorded, routes, texts

LOGS = "POST /api/v2/logs/events/search"
MONITORS = "GET /api/v1/monitor/search"


def config(server: Server, **more: object) -> Any:
    keys = {"key": "env:TOKEN", "application_key": "env:APPLICATION_KEY"}
    return configured(dd={"kind": "datadog", "url": server.url, "plain": True, **keys, **more})


def replayed(name: str) -> list[Answer]:
    """The answers of a recorded scenario, in order."""
    return [
        Answer(
            one["response"]["status"],
            one["response"]["body"],
            {key: values[0] for key, values in one["response"]["headers"].items() if key.lower().startswith("x-")},
        )
        for one in recorded(f"datadog/{name}.json")
    ]


def logs(server: Server, **more: object) -> Panel:
    return asked(config(server, **more), "dd", ("checkout",))["Errors in the logs"]


def test_errors_of_the_services_come_page_by_page(server: Server) -> None:
    pages = replayed("v2_search_logs_returns_ok_response_with_pagination")
    server.respond = lambda request: pages.pop(0) if request.method == "POST" else Answer(200, {"monitors": []})

    first = logs(server)
    bodies = [request.json for request in server.requests if request.method == "POST"]
    second = first.following.ask() if first.following else None
    third = second.following.ask() if second and second.following else None

    assert second is not None
    assert third is not None
    assert [len(panel.rows) for panel in (first, second, third)] == [2, 1, 0]
    assert first.partial == "there are more lines"
    assert (third.partial, third.following) == ("", None)
    assert texts(first)[0].startswith("ok · 05f9b9df-ae45-4c8b-66bf-e24c · 169.254.0.1 - - [11/Apr/2022:16:29:47")
    assert first.rows[0].tone == "good"
    assert "env:integrations-lab" in first.rows[0].more
    assert first.until is not None
    assert first.since == first.until - timedelta(minutes=15)
    assert bodies[0]["filter"]["query"] == 'service:("checkout") status:(error OR critical OR alert OR emergency)'
    assert bodies[0]["page"] == {"limit": 50}
    later = [request.json for request in server.requests if request.method == "POST"][1:]
    assert all(body["page"]["cursor"].startswith("eyJhZnRl") for body in later)
    assert {body["filter"]["from"] for body in later} == {bodies[0]["filter"]["from"]}


def test_what_is_asked_is_in_the_published_interface(server: Server) -> None:
    spec = contract("specs/datadog-v2-logs-events.json")
    server.answer = Answer(200, {"data": [], "meta": {"page": {"after": "c"}}})

    first = logs(server)
    assert first.following is not None
    first.following.ask()

    sent = [request.json for request in server.requests if request.method == "POST"]
    assert len(sent) == 2
    for body in sent:
        agree(spec, "/components/schemas/LogsListRequest", body)


def test_the_official_client_asks_the_same(server: Server) -> None:
    (theirs, *_) = recorded("official_client_requests/datadog_api_client.json")
    server.answer = Answer(200, {"data": []})

    logs(server)

    ours = next(request for request in server.requests if request.method == "POST")
    assert (ours.method, ours.path) == (theirs["method"], theirs["path"])
    assert ours.json.keys() == theirs["body"].keys()
    assert ours.json["filter"].keys() >= theirs["body"]["filter"].keys()
    for header in ("DD-API-KEY", "DD-APPLICATION-KEY"):
        assert header in theirs["headers"]
        assert ours.headers[header.lower()].startswith(TOKEN)


def test_a_search_that_ran_out_of_time_is_partial(server: Server) -> None:
    warned = [{"title": "One index was skipped"}]
    server.answer = Answer(200, {"data": [], "meta": {"status": "timeout", "warnings": warned}})

    assert logs(server).partial == "Datadog ran out of time, so lines are missing; One index was skipped"


def test_too_many_requests_say_for_how_long(server: Server) -> None:
    server.answers = replayed("test_retry_rate_limit")[:1]
    server.answer = server.answers[0]

    assert logs(server).problem == "too many requests; it asks to be left alone for 3 s"


def test_a_wrong_site_looks_like_a_wrong_key(server: Server) -> None:
    server.answer = Answer(403, {"errors": ["Forbidden"]}, {"x-ratelimit-reset": "3"})

    assert "a wrong site looks like a wrong key" in logs(server).problem


def test_a_query_that_is_not_understood_is_told_in_its_words(server: Server) -> None:
    (answer,) = replayed("v1_monitors_search_returns_bad_request_response")
    server.answer = answer

    panel = asked(config(server), "dd")["Monitors that fire"]

    assert panel.problem == "answered 400: Query parsing error: 'notastatus' is not a valid monitor status"


def test_monitors_that_fire(server: Server) -> None:
    (answer,) = replayed("v1_monitors_search_returns_ok_response")
    server.respond = routes({MONITORS: answer, LOGS: {"data": []}})

    panel = asked(config(server), "dd")["Monitors that fire"]

    assert texts(panel)[0] == (
        "No Data · [Synthetics] tf-TestAccDatadogSyntheticsSSLTest_Updated-31891-1605197692-updated"
    )
    assert panel.rows[0].tone == "warn"
    assert panel.partial == "page 1 of 7"
    assert panel.following is not None
    panel.following.ask()
    assert server.last.query == {"query": "status:Alert", "page": "1", "per_page": "50"}


def test_a_link_to_a_monitor(server: Server) -> None:
    answers = replayed("v1_get_a_monitors_details_with_downtime_returns_ok_response")
    server.answer = answers[-1]

    (panel,) = asked(config(server), "https://app.datadoghq.com/monitors/12345?from_ts=1").values()

    assert (server.last.path, server.last.query) == ("/api/v1/monitor/12345", {"with_downtimes": "true"})
    assert panel.problem == ""
    assert panel.url == "https://app.datadoghq.com/monitors/12345"
    is_fit(panel)


def test_a_link_to_a_search_of_logs(server: Server) -> None:
    server.answer = Answer(200, {"data": []})
    link = "https://app.datadoghq.com/logs?query=service%3Apay%20%40http.status%3A500&from_ts=1795269900000&to_ts=1795270800000"

    (panel,) = asked(config(server), link).values()

    assert server.last.json["filter"]["query"] == panel.query == "service:pay @http.status:500"
    assert server.last.json["filter"]["from"] == "2026-11-21T14:05:00.000Z"


def test_a_service_cannot_change_the_query(server: Server) -> None:
    server.answer = Answer(200, {"data": []})

    asked(config(server, query="env:prod"), "dd", ('x" OR *:* OR service:"', "a\\"))

    (sent,) = [request.json for request in server.requests if request.method == "POST"]
    assert sent["filter"]["query"] == (
        'env:prod service:("x? OR *:* OR service:?" OR "a?") status:(error OR critical OR alert OR emergency)'
    )


def test_hostile_lines_of_log_are_harmless(server: Server) -> None:
    line = {"message": f"\x1b]0;owned\x07 {TOKEN}\nsecond \u202eline", "service": ["x"], "status": "error", "tags": [1]}
    server.answer = Answer(200, {"data": [{"attributes": line}, None, 7]})

    panel = logs(server)

    assert len(panel.rows) == 1
    assert panel.rows[0].tone == "bad"
    is_fit(panel)


def test_checking_asks_with_both_keys(server: Server) -> None:
    server.respond = routes({"GET /api/v1/validate": {"valid": True}, MONITORS: {"monitors": []}})
    (source,) = sources_of(config(server))

    assert source.check() == "datadoghq.com accepts both keys"
    server.respond = lambda _request: Answer(403, {"errors": ["Forbidden"]})
    with pytest.raises(Trouble, match="a wrong site"):
        source.check()


def test_keys_go_to_the_configured_address_only(server: Server, stranger: Server) -> None:
    def respond(_request: Request) -> Answer:
        return Answer(302, "", {"location": f"{stranger.url}/api"})

    server.respond = respond
    panels = asked(config(server), "dd")

    assert all(panel.problem for panel in panels.values())
    assert stranger.requests == []


def test_an_unknown_site_is_refused() -> None:
    known = configured(dd={"kind": "datadog", "site": "datadog.evil.com", "key": "env:A", "application_key": "env:B"})

    with pytest.raises(ConfigError, match="is not one of datadoghq"):
        source_of("dd", known.sources["dd"])
    assert asked(known, "")["Configuration"].asked_at >= NOW
