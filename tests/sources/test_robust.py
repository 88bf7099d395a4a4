"""Whatever comes instead of an answer, every panel can be shown, tells no secret, and nothing is raised."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from unittest import mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from incident_tui.config import Config
from incident_tui.config.table import Table
from incident_tui.sources import asking, reading
from incident_tui.sources.registry import sources_of
from incident_tui.sources.sentry import Sentry
from incident_tui.sources.sentry_view import alert_of
from incident_tui.sources.source import Scene
from incident_tui.sources.uptimerobot import latest
from incident_tui.web import Ask, Reply
from tests.sources.asked import NOW, TOKEN, is_fit

HOSTILE = st.sampled_from(
    [
        "\x1b]0;x\x07",
        "a\u202eb",
        "x\ny\r\n",
        TOKEN,
        "\ud800",
        "9" * 40,
        "2026-11-21T14:00:00Z",
        "0001-01-01T00:00:00+14:00",
    ]
)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10) | HOSTILE
WORDS = """id title culprit level status count userCount firstSeen lastSeen firstRelease lastRelease assignedTo project
    metadata permalink entries type data values stacktrace frames lineNo filename function inApp context tags key value
    contexts trace trace_id message breadcrumbs category timestamp group data meta page after attributes tags monitors
    metadata page_count name last_triggered_ts nextLink friendlyName lastIncident startedAt checks last_ping sha commit
    author commits total_commits files state environment ref created_at creator version dateCreated valid slug url
    deploys service host warnings title detail"""
KEYS = st.sampled_from(WORDS.split())
JSONS = st.recursive(
    SCALARS, lambda below: st.lists(below, max_size=4) | st.dictionaries(KEYS, below, max_size=6), max_leaves=40
)
EXCEPTION = {"type": "exception", "data": {"values": [{"type": "E", "stacktrace": {"frames": [{"lineNo": 1}]}}]}}
USUAL = st.sampled_from(
    [
        {"id": 1, "title": "t", "firstRelease": {"version": "v"}, "entries": [EXCEPTION], "tags": [{"key": "release"}]},
        {"data": [{"attributes": {"message": "m", "tags": ["a"]}}], "meta": {"page": {"after": "x"}}},
        {"monitors": [{"name": "n", "status": "DOWN"}], "metadata": {"page_count": 3}, "nextLink": "http://x?cursor=1"},
        {"checks": [{"name": "n", "status": "down", "last_ping": 1}]},
        [{"id": 1, "sha": "a" * 40, "state": "success"}, {"id": 2, "sha": "b" * 40, "commit": {"message": "m"}}],
        {"commits": [{"sha": "a"}], "total_commits": 7, "files": [{"filename": "f"}]},
        {"status": "success", "data": {"resultType": "vector", "result": [{"metric": {"a": "b"}, "value": [7, "1"]}]}},
        {"status": "success", "data": {"result": [{"values": [[1795269900, "1"], [1795269960, "NaN"]]}]}},
        {"status": "success", "data": {"alerts": [{"labels": {"alertname": "a"}, "state": "firing"}]}},
        {"status": "success", "data": {"activeTargets": [{"labels": {"job": "a"}, "health": "down"}]}},
        [{"labels": {"a": "b"}, "receiver": {"name": "r"}, "alerts": [{"labels": {}, "status": {"state": "active"}}]}],
    ]
)


@st.composite
def damaged(draw: st.DrawFn) -> object:
    """A usual answer with anything in one of its places."""
    whole = json.loads(json.dumps(draw(USUAL)))
    places = list(_places(whole))
    holder, key = draw(st.sampled_from(places))
    holder[key] = draw(JSONS)
    return whole


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    below: Any = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, found in below:
        yield value, key
        yield from _places(found)


@pytest.fixture(scope="module")
def config() -> Config:
    own = {"url": "https://one.example", "token": "env:TOKEN", "key": "env:TOKEN"}
    keys = {
        "sentry": ("url", "token"),
        "datadog": ("url", "key"),
        "uptimerobot": ("url", "key"),
        "healthchecks": ("url", "key"),
        "github": ("url", "token"),
        "prometheus": ("url", "token"),
        "alertmanager": ("url", "token"),
    }
    more: dict[str, dict[str, object]] = {
        "sentry": {"organization": "acme"},
        "datadog": {"application_key": "env:TOKEN"},
        "github": {"repository": "acme/shop"},
        "prometheus": {"queries": ["up"]},
    }
    tables: dict[str, dict[str, object]] = {
        kind: {"kind": kind, **{key: own[key] for key in names}, **more.get(kind, {})} for kind, names in keys.items()
    }
    return Config(sources={kind: Table("config.toml", f"sources.{kind}", values) for kind, values in tables.items()})


LINKS = {
    "sentry": "https://one.example/issues/1/",
    "datadog": "https://one.example/monitors/1",
    "uptimerobot": "https://one.example/monitors/1",
    "healthchecks": "https://one.example/checks/f618072a-7bde-4eee-af63-71a77c5723bc/",
    "github": "https://one.example/acme/shop/compare/v1...v2",
    "prometheus": "https://one.example/graph?g0.expr=up",
    "alertmanager": "https://one.example/#/alerts",
}


@settings(max_examples=30)
@given(
    st.lists(
        st.tuples(st.sampled_from([200, 200, 200, 400, 404, 429, 500]), JSONS | damaged()), min_size=1, max_size=4
    ),
    st.dictionaries(
        st.sampled_from(["link", "retry-after", "x-ratelimit-reset", "content-type"]), st.text(max_size=30)
    ),
)
def test_any_answer_is_a_panel(config: Config, answers: list[tuple[int, object]], headers: dict[str, str]) -> None:
    said: list[int] = []
    latest.cache_clear()

    def answer(asked: Ask) -> Reply:
        status, value = answers[len(said) % len(answers)]
        said.append(status)
        return Reply(status, headers, json.dumps(value).encode("utf-8", "replace"), asked.secrets)

    with mock.patch.object(asking, "ask", answer):
        for source in sources_of(config):
            scene = Scene.of(NOW, ("checkout",))
            for question in (*source.standing(scene), *source.about(LINKS[source.KIND], scene)):
                panel = question.ask()
                is_fit(panel)
                if panel.following is not None:
                    is_fit(panel.following.ask())
            if isinstance(source, Sentry):
                assert source.resolve("1") is not None


@settings(max_examples=30)
@given(st.binary(max_size=200))
def test_any_bytes_are_a_panel(config: Config, content: bytes) -> None:
    latest.cache_clear()
    with mock.patch.object(asking, "ask", lambda asked: Reply(200, {}, content, asked.secrets)):
        for source in sources_of(config):
            for question in source.standing(Scene.of(NOW)):
                is_fit(question.ask())


@given(JSONS | damaged(), JSONS | damaged())
def test_any_issue_is_an_alert(issue: object, event: object) -> None:
    alert = alert_of(issue, event)

    assert alert.title
    assert alert.severity in (None, 1, 2, 3, 4)
    assert alert.started_at is None or alert.started_at.tzinfo is not None


@given(JSONS)
def test_reading_never_raises(value: object) -> None:
    for path in ((), ("id",), (0,), ("data", 0, "id"), (-1,)):
        assert isinstance(reading.line(value, *path), str)
        assert isinstance(reading.block(value, *path), str)
        assert isinstance(reading.items(value, *path), list)
        assert isinstance(reading.number(value, *path), int | None)
        assert isinstance(reading.moment(value, *path), datetime | None)
        assert all(isinstance(text, str) for pair in reading.pairs(value, *path) for text in pair)
    assert isinstance(reading.written(value), str)


def test_numbers_and_moments_as_services_write_them() -> None:
    written: list[object] = ["25", 25, 2.0, True, None, "x", math.inf, math.nan]
    assert [reading.number(value) for value in written] == [
        25, 25, 2, None, None, None, None, None,
    ]  # fmt: skip
    assert reading.moment("2026-11-21T14:05:00.123456789Z") == NOW.replace(microsecond=123456)
    assert reading.moment("2026-11-21T15:05:00+01:00") == reading.moment("2026-11-21T14:05:00") == NOW
    assert reading.moment(NOW.timestamp()) == NOW
    odd: list[object] = ["0001-01-01T00:00:00Z", "soon", 10**30, math.nan, [], ""]
    assert [reading.moment(value) for value in odd] == [None] * 6


def test_a_deep_answer_is_one_line(config: Config) -> None:
    latest.cache_clear()
    deep = b'{"detail":' * 900 + b"1" + b"}" * 900
    with mock.patch.object(asking, "ask", lambda asked: Reply(400, {}, deep, asked.secrets)):
        for source in sources_of(config):
            for question in source.standing(Scene.of(NOW)):
                panel = question.ask()
                is_fit(panel)
                assert panel.problem
