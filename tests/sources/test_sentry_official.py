"""Sentry's own client reads the server that ours is tested against; it is used where `sentry-mcp` is installed."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.channels.server import Server
from tests.sources.asked import TOKEN, asked, routes, texts
from tests.sources.test_sentry import ROOT, config, example, examples, link

PROGRAM = shutil.which("sentry-mcp")
pytestmark = pytest.mark.skipif(PROGRAM is None, reason="sentry-mcp (npm @sentry/mcp-server) is not installed")


class Client:
    """Their program, spoken to line by line."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self._number = 0

    def call(self, method: str, **params: Any) -> Any:
        self._number += 1
        self._say({"jsonrpc": "2.0", "id": self._number, "method": method, "params": params})
        assert self._process.stdout is not None
        for line in self._process.stdout:
            answer = json.loads(line)
            if answer.get("id") == self._number:
                return answer["result"]
        raise AssertionError("it ended")

    def begin(self) -> None:
        client = {"name": "test", "version": "1"}
        self.call("initialize", protocolVersion="2025-03-26", capabilities={}, clientInfo=client)
        self._say({"jsonrpc": "2.0", "method": "notifications/initialized"})

    def tool(self, name: str, **arguments: object) -> str:
        answer = self.call("tools/call", name=name, arguments=arguments)
        return "\n".join(part.get("text", "") for part in answer["content"])

    def _say(self, message: object) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(message) + "\n")
        self._process.stdin.flush()


@contextmanager
def official(server: Server) -> Iterator[Client]:
    host = server.url.removeprefix("http://")
    words = [
        str(PROGRAM),
        f"--access-token={TOKEN}",
        f"--host={host}",
        "--insecure-http",
        "--sentry-dsn=",
        "--skills=inspect",
    ]
    with subprocess.Popen(
        words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        client = Client(process)
        try:
            client.begin()
            yield client
        finally:
            process.kill()


def test_their_client_and_ours_read_the_same(server: Server) -> None:
    short = f"GET {ROOT}/issues/PUMP-STATION-1"
    more = {f"{short}/events/latest/": example("issue_event"), f"{short}/autofix/": {"autofix": None}}
    server.respond = routes({**examples(), **more, f"{short}/external-issues/": [], f"GET {ROOT}/replay-count/": {}})
    ours = asked(config(server), link(server))

    with official(server) as client:
        told = client.tool("get_sentry_resource", url=f"{server.url}/organizations/acme/issues/4711/")

    issue, event = ours["Issue"], ours["Latest event"]
    assert issue.title == told.partition(" in **")[0].removeprefix("# ")
    for theirs, words in (
        ("Occurrences", "events: 150"),
        ("Users Impacted", "users hit: 12"),
        ("Assigned To", "John Doe"),
    ):
        assert f"**{theirs}**: {words.rpartition(': ')[2]}" in told
        assert any(words in text for text in texts(issue))
    for key, words in (("First Seen", "first seen"), ("Last Seen", "last seen")):
        (row,) = [row for row in issue.rows if row.text == words]
        assert row.at is not None
        assert f"**{key}**: {row.at:%Y-%m-%dT%H:%M:%S}.000Z" in told
    frames = [row for row in event.rows if " in " in row.text and ":" in row.text and row.more]
    assert frames
    for row in frames:
        assert row.text.strip().partition(" in ")[0] in told
        assert row.more in told
    assert "ForbiddenError: GET /organizations/hellboy-meowmeow/users/ 403" in told
    assert "ForbiddenError: GET /organizations/hellboy-meowmeow/users/ 403" in texts(event)


def test_they_ask_the_same_paths(server: Server) -> None:
    """Only the organization's own path of the issue, and the latest event below it."""
    server.respond = routes(examples())
    with official(server) as client:
        client.tool("get_sentry_resource", url=f"{server.url}/organizations/acme/issues/4711/")
    theirs = {request.path for request in server.requests}
    server.requests.clear()
    asked(config(server), link(server))

    assert theirs & {request.path for request in server.requests} == {f"{ROOT}/issues/4711/"}
    assert f"{ROOT}/issues/PUMP-STATION-1/events/latest/" in theirs
