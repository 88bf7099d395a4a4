"""Every channel that talks HTTP, configured against a server of the test's own, and what such a server answers."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from incident_tui.channels.channel import Channel
from incident_tui.channels.registry import channel_of
from incident_tui.config.table import Table
from tests.channels.server import Answer, Request, Server

SECRET = "s3cr3tT0k3n4b5c6d7e8f9a0b1c2d3e4"
"""32 letters and digits, as a PagerDuty key is to be."""
WHSEC = "whsec_" + base64.b64encode(SECRET.encode()).decode()
SECRETS = {
    "KIND_TOKEN": SECRET,
    "KIND_KEY": WHSEC,
    "KIND_TOPIC": SECRET,
}


@dataclass(frozen=True)
class Kind:
    """`path` is what an address that is a secret ends with; `card` a receipt as this channel gives it."""

    values: Mapping[str, object]
    path: str = ""
    card: str = ""
    forms: tuple[str, ...] = ("opening", "change", "update")

    def environ(self, server: Server) -> dict[str, str]:
        return {**SECRETS, "KIND_OTHER": "0" * 32, "KIND_URL": f"{server.url}{self.path}"}

    def channel(self, name: str, server: Server) -> Channel:
        here = {key: server.url for key, value in self.values.items() if value == HERE}
        values = {"kind": name.partition(" ")[0], "plain": True, **self.values, **here}
        return channel_of("ops", Table("config.toml", "channels.ops", values))

    @property
    def secrets(self) -> tuple[str, ...]:
        """Those that it is configured with."""
        named = [SECRETS.get(str(value).removeprefix("env:"), "") for value in self.values.values()]
        return tuple({secret for secret in [*named, SECRET if self.path else ""] if secret})


HERE = "the server"
TOKEN = {"token": "env:KIND_TOKEN"}
HOOK = {"url": "env:KIND_URL"}
PAGE = {**TOKEN, "url": HERE, "components": {"Zservice": "abc"}}
PAGER = {"routing_key": "env:KIND_TOKEN", "events_url": HERE, "api_url": HERE}
CHAT = ("opening", "change", "update", "document", "test")
TRACKER = ("opening", "change", "update", "card", "item", "document", "test")
KINDS: Mapping[str, Kind] = {
    "confluence": Kind({**TOKEN, "url": HERE, "email": "dana@example.com", "space": "65537"}, forms=("document",)),
    "discord": Kind(HOOK, f"/api/webhooks/123456789012345678/{SECRET}", "17", (*CHAT, "card")),
    "github": Kind({**TOKEN, "url": HERE, "repository": "acme/ops"}, card="acme/ops#7", forms=TRACKER),
    "jira": Kind({**TOKEN, "url": HERE, "email": "d@x.example", "project": "OPS"}, card="OPS-12", forms=TRACKER),
    "jira own": Kind({**TOKEN, "url": HERE, "project": "OPS"}, card="OPS-12", forms=TRACKER),
    "mattermost": Kind(HOOK, f"/hooks/{SECRET}", forms=CHAT),
    "ntfy": Kind({**TOKEN, "url": HERE, "topic": "env:KIND_TOPIC"}, forms=CHAT),
    "openstatus": Kind({**PAGE, "page": 12}, card="77"),
    "pagerduty": Kind(PAGER, card="INC-20261121-K7Q", forms=("opening", "change", "card")),
    "pagerduty notes": Kind(
        {**PAGER, "routing_key": "env:KIND_OTHER", "api_token": "env:KIND_KEY", "from": "d@x.example"},
        card="INC-20261121-K7Q",
        forms=("update",),
    ),
    "slack": Kind(HOOK, f"/services/T1/B1/{SECRET}", forms=CHAT),
    "slack-api": Kind({**TOKEN, "api": HERE, "channel": "C0123456789"}, card="C0123456789/17.1", forms=(*CHAT, "card")),
    "statuspage": Kind({**PAGE, "page": "gytm4qzbx9t6"}, card="p31zjtct2jer"),
    "teams": Kind(HOOK, f"/workflows/{SECRET}", forms=CHAT),
    "webhook": Kind({**HOOK, "key": "env:KIND_KEY"}, f"/in/{SECRET}", "0199", TRACKER),
}
ELSEWHERE = ("apprise", "cstate", "email")
"""Kinds that have other ways than ours over HTTP, and tests of their own for all that is asked of every kind here."""

ISSUE = {"id": 98, "number": 7, "key": "OPS-12", "html_url": "https://github.example/7", "body": "", "labels": []}
TAKEN = {
    **ISSUE,
    "ok": True,
    "channel": "C0123456789",
    "ts": "17.1",
    "channel_id": "5",
    "statusReport": {"id": "77", "updates": []},
    "fields": {"description": None, "labels": []},
    "comments": [],
    "issues": [],
    "results": [],
    "notes": [],
    "incidents": [{"id": "PT4KHLK", "html_url": "https://pd.example/1"}],
}


def taking(request: Request) -> Answer:
    """What makes every service take what it is sent."""
    if "/messages/" in request.path or "/webhooks/" in request.path:
        return Answer(200, {"id": "17", "channel_id": "5"})
    if "/pages/gytm4qzbx9t6" in request.path:
        return Answer(201, {"id": "p31zjtct2jer", "shortlink": "https://stspg.io/1"})
    return Answer(200, TAKEN)


def sent(server: Server) -> Request:
    """The one request that matters: the last that is no mere reading."""
    return next(request for request in reversed(server.requests) if request.method != "GET")


def said(request: Request) -> list[str]:
    """All texts in the JSON of a request."""
    return list(_texts(json.loads(request.body)))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)


def read(request: Request) -> list[str]:
    """The texts that a service looks for markup in: not the headers of Slack, which are plain text, and no titles of
    pages.
    """
    body = json.loads(request.body)
    if "spaceId" in body:
        return [body["body"]["value"]]
    for block in body.get("blocks", ()):
        if block["type"] == "header":
            block.clear()
    return list(_texts(body))
