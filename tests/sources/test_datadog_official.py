"""Datadog's own client reads the recorded answers as ours does; it is used where `datadog_api_client` is installed."""

from __future__ import annotations

import importlib
from typing import Any

import pytest

from tests.channels.server import Server
from tests.sources.asked import asked, texts
from tests.sources.test_datadog import config, replayed

client: Any = pytest.importorskip("datadog_api_client", reason="datadog-api-client is not installed")


def official(server: Server) -> Any:
    configuration = client.Configuration(host=server.url)
    configuration.api_key["apiKeyAuth"] = "k"
    configuration.api_key["appKeyAuth"] = "a"
    return client.ApiClient(configuration)


def test_their_client_and_ours_read_the_same_lines_of_log(server: Server) -> None:
    logs: Any = importlib.import_module("datadog_api_client.v2.api.logs_api")
    wanted: Any = importlib.import_module("datadog_api_client.v2.model.logs_list_request")
    (page, *_) = replayed("v2_search_logs_returns_ok_response_with_pagination")
    server.answer = page

    with official(server) as api:
        theirs = logs.LogsApi(api).list_logs(body=wanted.LogsListRequest())
    ours = asked(config(server), "dd")["Errors in the logs"]

    assert len(theirs.data) == len(ours.rows)
    for line, row in zip(theirs.data, ours.rows, strict=True):
        assert line.attributes.message in row.text
        assert line.attributes.host in row.text
        assert line.attributes.timestamp == row.at
    assert ours.following is not None
    ours.following.ask()
    assert server.last.json["page"]["cursor"] == theirs.meta.page.after


def test_their_client_and_ours_read_the_same_monitors(server: Server) -> None:
    monitors: Any = importlib.import_module("datadog_api_client.v1.api.monitors_api")
    (server.answer,) = replayed("v1_monitors_search_returns_ok_response")

    with official(server) as api:
        theirs = monitors.MonitorsApi(api).search_monitors()
    ours = asked(config(server), "dd")["Monitors that fire"]

    assert [f"{one.status} · {one.name}" for one in theirs.monitors] == texts(ours)
    assert ours.partial == f"page 1 of {theirs.metadata.page_count}"
