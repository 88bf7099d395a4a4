from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest
from hypothesis import given

from incident_tui.channels.ntfy import MESSAGE, WHOLE, Ntfy
from incident_tui.channels.outcome import Delivered, Failed, Unknown
from incident_tui.channels.sizes import utf8
from incident_tui.web import Trouble
from tests.channels import hostile
from tests.channels.letters import letter
from tests.channels.server import CUT, Answer, Server, serving

TOPIC, TOKEN = "acme-ops-3f9c2e71", "tk_0123456789abcdef0123456789abc"


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    with serving() as server:
        server.answer = Answer(200, {"id": "sPs71M8A2T", "event": "message"})
        monkeypatch.setenv("NTFY_TOPIC", TOPIC)
        monkeypatch.setenv("NTFY_TOKEN", TOKEN)
        yield server


def ntfy(server: Server, **more: object) -> Ntfy:
    found = hostile.channel("ntfy", url=f"{server.url}/", topic="env:NTFY_TOPIC", **more)
    assert isinstance(found, Ntfy)
    return found


def nothing() -> None:
    """Nobody is told that it began."""


def test_it_posts_json_to_the_root(server: Server) -> None:
    begun: list[int] = []
    channel = ntfy(server, token="env:NTFY_TOKEN")
    assert channel.send(letter(severity=1), lambda: begun.append(len(server.requests))) == Delivered("sPs71M8A2T")
    assert begun == [0]
    assert (server.last.method, server.last.path) == ("POST", "/")
    assert server.last.headers["authorization"] == f"Bearer {TOKEN}"
    assert server.last.json == {
        "topic": TOPIC,
        "title": "SEV1 · INC-20261121-K7Q Checkout fails · investigating",
        "message": "Payments by card fail for one customer in five.",
        "priority": 5,
        "tags": ["rotating_light"],
    }


@pytest.mark.parametrize(("severity", "status", "priority"), [(1, "monitoring", 5), (2, "identified", 4)])
def test_what_is_more_severe_is_louder(server: Server, severity: int, status: str, priority: int) -> None:
    ntfy(server).send(letter(severity=severity, status=status), nothing)
    assert server.last.json["priority"] == priority
    ntfy(server).send(letter(severity=severity, status="resolved"), nothing)
    assert server.last.json["priority"] == 2


def test_a_limit_is_waited_for_and_a_refusal_is_final(server: Server) -> None:
    limited = {"code": 42901, "http": 429, "error": "limit reached: too many requests"}
    server.answers = [
        Answer(429, limited, {"retry-after": "5"}),
        Answer(403, {"code": 40301, "http": 403, "error": f"forbidden {TOPIC}"}),
    ]
    limit, refusal = ntfy(server).send(letter(), nothing), ntfy(server).send(letter(), nothing)
    assert isinstance(limit, Failed)
    assert (limit.retryable, limit.after) == (True, timedelta(seconds=5))
    assert refusal == Failed("ntfy: forbidden … (40301)")


def test_a_lost_answer_is_unknown(server: Server) -> None:
    server.answer = CUT
    outcome = ntfy(server).send(letter(), nothing)
    assert isinstance(outcome, Unknown)
    assert TOPIC not in repr(outcome)


def test_a_topic_that_is_none_is_not_asked_for(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NTFY_TOPIC", "a topic/../x")
    outcome = ntfy(server).send(letter(), nothing)
    assert isinstance(outcome, Failed)
    assert "topic/.." not in outcome.reason
    assert server.requests == []


def test_the_check_sends_nothing_to_anybody(server: Server) -> None:
    server.answer = Answer(200, {"healthy": True})
    assert ntfy(server).check().startswith("the server is healthy")
    assert (server.last.method, server.last.path) == ("GET", "/v1/health")
    server.answer = Answer(200, {"healthy": False})
    with pytest.raises(Trouble, match="does not say that it is healthy"):
        ntfy(server).check()


def test_the_preview_is_what_is_sent(server: Server) -> None:
    told = letter(text="ä" * 5_000)
    ntfy(server).send(told, nothing)
    shown = dict(ntfy(server).preview(told).parts)
    assert (shown["title"], shown["text"]) == (server.last.json["title"], server.last.json["message"])
    assert ntfy(server).preview(told).cut.startswith("the last ")
    assert MESSAGE - 4 <= utf8(shown["text"]) <= MESSAGE
    assert TOPIC not in repr(ntfy(server).preview(told)) + repr(ntfy(server))


@given(hostile.texts(), hostile.titles())
def test_no_message_becomes_a_file(text: str, title: str) -> None:
    told = letter(text=text, title=title)
    shown = dict(hostile.channel("ntfy", topic="env:NTFY_TOPIC").preview(told).parts)
    assert 1 <= utf8(shown["text"]) <= MESSAGE
    assert "\n" not in shown["title"]
    body = {"topic": TOPIC, "title": shown["title"], "message": shown["text"], "priority": 3, "tags": ["warning"]}
    assert len(json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()) <= WHOLE
