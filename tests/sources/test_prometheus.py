"""Prometheus and Alertmanager by their recorded answers, and whatever may come instead."""

from __future__ import annotations

import math
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incident_tui.config.table import ConfigError
from incident_tui.sources.prometheus_api import SPARKS, named, shown, sparkline, value_of
from incident_tui.sources.registry import source_of
from tests.channels.server import Answer, Server
from tests.sources.asked import TOKEN, asked, configured, is_fit, meant, recorded, routes, texts

JSON = {"content-type": "application/json"}


def config(server: Server, kind: str = "prometheus", path: str = "", **more: object) -> Any:
    values = {"kind": kind, "url": f"{server.url}{path}", "plain": True}
    return configured(lab={**values, **more})


def answer(path: str) -> Answer:
    """A recorded answer with its status."""
    told = recorded(path)
    return Answer(told["status"], told["body"], {"content-type": told["headers"].get("Content-Type", "")})


def prometheus(path: str) -> Answer:
    return answer(f"prometheus-2.42/{path}.json")


def test_the_alerts_that_fire_and_the_targets_that_are_down(server: Server) -> None:
    server.respond = routes({"GET /api/v1/alerts": prometheus("alerts"), "GET /api/v1/targets": prometheus("targets")})

    panels = asked(config(server, token="env:TOKEN"))

    assert texts(panels["Alerts that fire"]) == ["firing · critical · TargetDown · 127.0.0.1:19999 of job dead down"]
    assert panels["Alerts that fire"].rows[0].tone == "bad"
    assert texts(panels["Targets that are down"])[0] == "down · dead · 127.0.0.1:19999"
    assert "connection refused" in panels["Targets that are down"].rows[0].more
    assert server.last.headers["authorization"] == f"Bearer {TOKEN}"
    for panel in panels.values():
        is_fit(panel)


@pytest.mark.parametrize(
    ("path", "row"),
    [
        ("query_vector", '0 · up{instance="127.0.0.1:19999", job="dead"}'),
        ("query_matrix", '0 · up{instance="127.0.0.1:19999", job="dead"}'),
        ("query_nan", "NaN · {}"),
        ("query_inf", "+Inf · {}"),
        ("query_scalar", "2"),
        ("query_string", "s"),
        ("query_empty", "no series has it"),
    ],
)
def test_a_query(server: Server, path: str, row: str) -> None:
    server.respond = routes({"GET /api/v1/query": prometheus(path)})

    panel = asked(config(server), 'up{job="dead"}')["Query"]

    assert texts(panel)[-1] == row
    assert server.last.query["query"] == 'up{job="dead"}'
    is_fit(panel)


def test_the_course_of_the_last_hour_is_drawn_small(server: Server) -> None:
    def course(request: Any) -> object:
        assert float(request.query["step"]) == 60
        start = datetime.fromisoformat(request.query["start"]).timestamp()
        series: list[list[object]] = [[start + 60 * number, str(number % 10)] for number in range(61)]
        series[5][1] = "NaN"
        return {
            "status": "success",
            "data": {"resultType": "matrix", "result": [{"metric": {"__name__": "load"}, "values": series}]},
            "warnings": ["one store did not answer"],
        }

    server.respond = routes({"GET /api/v1/query_range": course})

    panel = asked(config(server, queries=["load"]), "lab")["Course: load"]

    assert panel.problem == ""
    (row,) = texts(panel)
    drawn, _, rest = row.partition(" ")
    assert (len(drawn), set(drawn) - set(SPARKS)) == (40, set())
    assert rest == "0 (from 0, lowest 0, highest 9) · load"
    assert panel.partial == "one store did not answer"
    assert panel.until is not None
    assert panel.since is not None
    is_fit(panel)


@pytest.mark.parametrize(
    ("path", "problem"),
    [
        ("err_400_bad_data", "the query is not understood: invalid parameter"),
        ("err_422_execution", "the query cannot be worked out: invalid regular expression"),
        ("err_404_plaintext", "no Prometheus answers at this address; a proxy may want a prefix"),
        ("err_400_resolution", "the query is not understood: exceeded maximum resolution"),
    ],
)
def test_errors(server: Server, path: str, problem: str) -> None:
    server.answer = prometheus(path)

    panels = asked(config(server), "up{")

    assert all(panel.problem.startswith(problem) for panel in panels.values())


def test_a_link_to_a_graph_asks_the_configured_place_only(server: Server, stranger: Server) -> None:
    server.respond = routes(
        {"GET /prom/api/v1/query": prometheus("query_nan"), "GET /prom/api/v1/query_range": prometheus("query_range")}
    )
    link = f"{server.url}/prom/graph?g0.expr=up%7B%7D&g0.tab=1&g1.expr=vector(0)%2F0"

    found = meant(config(server, path="/prom"), link)
    panels = [question.ask() for question in found]

    assert [panel.query for panel in panels] == ["up{}", "up{}", "vector(0)/0", "vector(0)/0"]
    assert stranger.requests == []


def test_a_proxy_wants_a_name_and_a_password(server: Server) -> None:
    server.respond = routes({"GET /am/api/v2/alerts/groups": []})

    panel = asked(config(server, "alertmanager", "/am", user="reader", password="env:TOKEN"))["Alerts that fire"]

    assert texts(panel) == ["no alert fires"]
    assert server.last.headers["authorization"].startswith("Basic ")
    is_fit(panel)


@pytest.mark.parametrize(
    "wrong",
    [
        {"token": "env:TOKEN", "user": "reader", "password": "env:TOKEN"},
        {"user": "reader"},
        {"password": "env:TOKEN"},
        {"user": "a:b", "password": "env:TOKEN"},
        {"token": TOKEN},
        {"url": ""},
        {"url": "http://reader:secret@prometheus.example"},
    ],
)
def test_logins_that_cannot_be_meant(server: Server, wrong: dict[str, Any]) -> None:
    with pytest.raises(ConfigError) as error:
        source_of("lab", config(server, **wrong).sources["lab"])

    assert TOKEN not in str(error.value)


def test_alertmanager_shows_its_groups(server: Server) -> None:
    groups = recorded("alertmanager-0.25/api_v2_alerts_groups.json")
    server.respond = routes({"GET /api/v2/alerts/groups": groups.get("body") if isinstance(groups, dict) else groups})

    panel = asked(config(server, "alertmanager", filters=['service="checkout"']), f"{server.url}/#/alerts")[
        "Alerts that fire"
    ]

    assert texts(panel)[:3] == ["group kind=max · 3 · to maxa", "M1", "M2"]
    assert "active=true" in server.last.target
    assert server.last.query["filter"] == 'service="checkout"'
    assert panel.rows[1].at is not None
    is_fit(panel)


@pytest.mark.parametrize(
    ("path", "problem"),
    [
        ("err_400_bad_matcher", "answered 400: bad matcher format: bad matcher"),
        ("err_400_bad_time", "answered 400: parsing alerts body"),
        ("err_415_wrong_content_type", "answered 415: unsupported media type"),
        ("err_404_silence_missing", "no Alertmanager answers at this address"),
    ],
)
def test_errors_of_alertmanager(server: Server, path: str, problem: str) -> None:
    server.answer = answer(f"alertmanager-0.25/{path}.json")

    assert asked(config(server, "alertmanager"))["Alerts that fire"].problem.startswith(problem)


def test_both_are_checked(server: Server) -> None:
    server.respond = routes(
        {
            "GET /api/v1/query": prometheus("query_vector"),
            "GET /api/v2/status": {"versionInfo": {"version": "0.25.0"}},
        }
    )

    assert source_of("lab", config(server).sources["lab"]).check() == "it answers queries"
    assert source_of("lab", config(server, "alertmanager").sources["lab"]).check() == "Alertmanager 0.25.0 answers"


numbers = st.none() | st.floats()


@given(st.lists(numbers, max_size=80), st.integers(1, 60))
def test_any_course_can_be_drawn(values: list[float | None], cells: int) -> None:
    drawn = sparkline(values, cells)

    assert len(drawn) == min(cells, len(values))
    assert set(drawn) <= set(SPARKS) | {"·"}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("0e+00", "0"),
        ("NaN", "NaN"),
        ("+Inf", "+Inf"),
        ("-Inf", "-Inf"),
        ("1_0", "?"),
        ("", "?"),
        ("12345.678", "1.235e+04"),
    ],
)
def test_values_are_texts(text: str, words: str) -> None:
    assert shown(value_of([0, text])) == words


def test_what_has_no_name_is_named_by_its_labels() -> None:
    assert named({"__name__": "up"}) == "up"
    assert named(None) == "{}"
    assert math.isnan(value_of([0, "nan"]) or 0)
