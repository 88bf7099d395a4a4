from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from jsonschema import Draft202012Validator
from standardwebhooks import Webhook as Verifier

from incident_tui.channels.outcome import Delivered, Failed
from incident_tui.channels.webhook import LIMIT, Webhook, event_of, signed
from incident_tui.domain.delivery import FORMS
from incident_tui.web import Trouble
from tests.channels import hostile
from tests.channels.letters import letter
from tests.channels.server import CUT, Answer, Server, serving

KEY = "whsec_" + base64.b64encode(b"k" * 32).decode()
PATH = "/hook/very-secret-path"
PAGE = Path(__file__).parents[2] / "docs" / "channels" / "webhook.md"


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    with serving() as server:
        server.answer = Answer(204)
        monkeypatch.setenv("HOOK_URL", f"{server.url}{PATH}")
        monkeypatch.setenv("HOOK_KEY", KEY)
        yield server


@pytest.fixture(scope="module")
def schema() -> Draft202012Validator:
    found = re.search(r"```json schema\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    assert found is not None
    described: Any = json.loads(found[1])
    Draft202012Validator.check_schema(described)
    return Draft202012Validator(described)


def webhook() -> Webhook:
    found = hostile.channel("webhook", url="env:HOOK_URL", key="env:HOOK_KEY")
    assert isinstance(found, Webhook)
    return found


def nothing() -> None:
    """Nobody is told that it began."""


def test_the_receiver_can_verify_the_signature(server: Server) -> None:
    begun: list[int] = []
    assert webhook().send(letter(), lambda: begun.append(len(server.requests))) == Delivered(letter().key)
    assert begun == [0]
    event = Verifier(KEY).verify(server.last.body, dict(server.last.headers))
    assert server.last.headers["content-type"] == "application/cloudevents+json; charset=utf-8"
    assert server.last.headers["webhook-id"] == event["id"] == letter().key


def test_signatures_are_those_of_the_reference() -> None:
    at, body = datetime(2026, 11, 21, 14, 2, tzinfo=UTC), '{"é":"😀"}'
    headers = signed(b"k" * 32, "msg_1", at, body.encode())
    assert headers["webhook-signature"] == Verifier(KEY).sign("msg_1", at, body)


def test_every_attempt_has_the_same_id(server: Server) -> None:
    server.answers = [CUT, Answer(503), Answer(500)]
    outcomes = [webhook().send(letter(), nothing) for _ in range(4)]
    assert [isinstance(outcome, Failed) and outcome.retryable for outcome in outcomes] == [True, True, True, False]
    assert outcomes[3] == Delivered(letter().key)
    assert {request.headers["webhook-id"] for request in server.requests} == {letter().key}


def test_who_has_unsubscribed_is_left_alone(server: Server) -> None:
    server.answer = Answer(410, "gone")
    outcome = webhook().send(letter(), nothing)
    assert isinstance(outcome, Failed)
    assert not outcome.retryable
    assert "unsubscribed" in outcome.reason


def test_a_redirect_is_not_followed(server: Server) -> None:
    server.answer = Answer(307, "", {"location": f"{server.url}/elsewhere"})
    outcome = webhook().send(letter(), nothing)
    assert isinstance(outcome, Failed)
    assert not outcome.retryable
    assert len(server.requests) == 1


@pytest.mark.parametrize("key", ["whsec_!!", "whsec_" + base64.b64encode(b"short").decode(), "plain words"])
def test_a_key_that_is_none_is_refused_without_being_told(
    server: Server, monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    monkeypatch.setenv("HOOK_KEY", key)
    outcome = webhook().send(letter(), nothing)
    assert isinstance(outcome, Failed)
    assert key not in outcome.reason
    with pytest.raises(Trouble, match="is no key"):
        webhook().check()
    assert server.requests == []


def test_no_secret_is_told(server: Server) -> None:
    for answer in (Answer(400, f"no {PATH} {KEY}"), CUT):
        server.answer = answer
        told = repr(webhook().send(letter(), nothing))
        assert "very-secret" not in told
    assert "very-secret" not in repr(webhook().preview(letter()))


def test_the_preview_is_the_event(server: Server) -> None:
    webhook().send(letter("change"), nothing)
    assert json.loads(dict(webhook().preview(letter("change")).parts)["event"]) == server.last.json
    assert webhook().preview(letter("change")).act == "event incident-tui.change"


@pytest.mark.parametrize("form", [*FORMS, "test"])
def test_every_form_is_as_described(schema: Draft202012Validator, form: str) -> None:
    event, _ = event_of(letter(form, owner="dana", due="2026-12-01"))
    assert [error.message for error in schema.iter_errors(event)] == []


@given(hostile.texts(), hostile.titles())
def test_every_event_is_as_described_and_small_enough(schema: Draft202012Validator, text: str, title: str) -> None:
    event, cut = event_of(letter(text=text, title=title, commander=title, services=(title,) * 30))
    assert [error.message for error in schema.iter_errors(event)] == []
    assert len(json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode()) <= LIMIT
    assert event["data"]["cut"] == bool(cut)
