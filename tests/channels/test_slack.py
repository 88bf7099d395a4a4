from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import example, given
from slack_sdk.models.blocks import Block

from incident_tui.channels.outcome import Delivered, Failed, Unknown
from incident_tui.channels.sizes import utf16
from incident_tui.channels.slack import Slack
from incident_tui.channels.slack_api import SlackApi
from incident_tui.channels.slack_blocks import marked, post_of
from incident_tui.config.table import ConfigError
from incident_tui.web import Trouble
from tests.channels import hostile
from tests.channels.contracts import contract
from tests.channels.letters import letter
from tests.channels.server import CUT, Answer, Server, serving

TOKEN = "xoxb-0123456789-abcdefghij"
HOOK = "hhhhhhhhhhhhhhhhhhhhhhhh"
CHANNEL = "C024BE91L"
CARD = f"{CHANNEL}/1503435956.000247"
POSTED = {"ok": True, "channel": CHANNEL, "ts": "1503435956.000247", "message": {"text": "x"}}
REPLIED = {"ok": True, "channel": CHANNEL, "ts": "1503435999.000001"}


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    with serving() as server:
        server.answer = Answer(200, POSTED)
        monkeypatch.setenv("SLACK_TOKEN", TOKEN)
        monkeypatch.setenv("SLACK_HOOK", f"{server.url}/services/T000/B000/{HOOK}")
        yield server


def api(server: Server) -> SlackApi:
    found = hostile.channel("slack-api", token="env:SLACK_TOKEN", channel=CHANNEL, api=f"{server.url}/api")
    assert isinstance(found, SlackApi)
    return found


def hook() -> Slack:
    found = hostile.channel("slack", url="env:SLACK_HOOK")
    assert isinstance(found, Slack)
    return found


def nothing() -> None:
    """Nobody is told that it began."""


def test_a_webhook_posts_and_knows_nothing_of_it_afterwards(server: Server) -> None:
    server.answer = Answer(200, "ok")
    begun: list[int] = []
    assert hook().send(letter(), lambda: begun.append(len(server.requests))) == Delivered()
    assert begun == [0]
    assert server.last.json["text"].startswith("SEV3 · INC-20261121-K7Q Checkout fails · investigating\n")
    assert server.last.json["unfurl_links"] is False


@pytest.mark.parametrize("status", ["400", "403", "404", "410"])
def test_a_webhook_that_is_refused_is_not_tried_again(server: Server, status: str) -> None:
    for word in contract("samples/slack/webhook_errors_from_changelog.json")[status]:
        server.answer = Answer(int(status), word)
        outcome = hook().send(letter(), nothing)
        assert isinstance(outcome, Failed)
        assert not outcome.retryable
        assert word in outcome.reason


def test_a_webhook_whose_answer_is_lost_is_unknown(server: Server) -> None:
    for answer in (CUT, Answer(500, "rollup_error")):
        server.answer = answer
        outcome = hook().send(letter(), nothing)
        assert isinstance(outcome, Unknown)
        assert HOOK not in outcome.reason


def test_a_limit_is_waited_for(server: Server) -> None:
    server.answer = Answer(429, "rate_limited", {"retry-after": "30"})
    for channel in (hook(), api(server)):
        outcome = channel.send(letter(), nothing)
        assert isinstance(outcome, Failed)
        assert (outcome.retryable, outcome.after) == (True, timedelta(seconds=30))


def test_the_opening_is_a_post_in_the_channel(server: Server) -> None:
    begun: list[int] = []
    assert api(server).send(letter(), lambda: begun.append(len(server.requests))) == Delivered(CARD)
    assert begun == [0]
    assert server.last.path == "/api/chat.postMessage"
    assert server.last.headers["authorization"] == f"Bearer {TOKEN}"
    assert "thread_ts" not in server.last.json


def test_words_go_into_the_thread_of_the_card(server: Server) -> None:
    server.answer = Answer(200, REPLIED)
    assert api(server).send(letter("update", card=CARD), nothing) == Delivered(f"{CARD}/1503435999.000001")
    sent = server.last.json
    assert (sent["channel"], sent["thread_ts"], sent["reply_broadcast"]) == (CHANNEL, "1503435956.000247", False)


def test_a_change_is_also_shown_in_the_channel(server: Server) -> None:
    server.answer = Answer(200, REPLIED)
    api(server).send(letter("change", card=f"{CARD}/1503435990.000001"), nothing)
    assert (server.last.json["thread_ts"], server.last.json["reply_broadcast"]) == ("1503435956.000247", True)
    preview = api(server).preview(letter("change", card=CARD))
    assert preview.act == "reply in the thread of the card, also shown in the channel"


def test_the_card_is_edited(server: Server) -> None:
    assert api(server).send(letter("card", card=CARD), nothing) == Delivered(CARD)
    sent = server.last.json
    assert server.last.path == "/api/chat.update"
    assert (sent["channel"], sent["ts"], sent["parse"]) == (CHANNEL, "1503435956.000247", "none")


@pytest.mark.parametrize("error", ["message_not_found", "edit_window_closed", "cant_update_message"])
def test_a_card_that_cannot_be_edited_is_posted_anew(server: Server, error: str) -> None:
    server.answers = [Answer(200, {"ok": False, "error": error})]
    server.answer = Answer(200, REPLIED)
    begun: list[int] = []
    outcome = api(server).send(letter("card", card=CARD), lambda: begun.append(1))
    assert outcome == Delivered(f"{CHANNEL}/1503435999.000001")
    assert [request.path for request in server.requests] == ["/api/chat.update", "/api/chat.postMessage"]
    assert begun == [1]


@pytest.mark.parametrize(
    "error", ["channel_not_found", "not_in_channel", "invalid_auth", "is_archived", "no_such_word"]
)
def test_what_slack_refuses_for_good(server: Server, error: str) -> None:
    server.answer = Answer(200, {"ok": False, "error": error})
    outcome = api(server).send(letter(), nothing)
    assert isinstance(outcome, Failed)
    assert not outcome.retryable
    assert error in outcome.reason


@pytest.mark.parametrize("error", ["ratelimited", "service_unavailable", "request_timeout"])
def test_what_slack_refuses_for_now(server: Server, error: str) -> None:
    server.answer = Answer(200, {"ok": False, "error": error}, {"retry-after": "7"})
    outcome = api(server).send(letter(), nothing)
    assert isinstance(outcome, Failed)
    assert (outcome.retryable, outcome.after) == (True, timedelta(seconds=7))


@pytest.mark.parametrize("answer", [Answer(200, {"ok": False, "error": "internal_error"}), Answer(200, "<html>"), CUT])
def test_what_slack_may_have_done(server: Server, answer: Answer) -> None:
    server.answer = answer
    assert isinstance(api(server).send(letter(), nothing), Unknown)
    edited = api(server).send(letter("card", card=CARD), nothing)
    assert isinstance(edited, Failed)
    assert edited.retryable


def test_the_reason_in_blocks_is_told(server: Server) -> None:
    recorded = contract("samples/slack/webhook_errors_from_changelog.json")["chat.postMessage invalid_blocks"]
    server.answer = Answer(200, recorded)
    outcome = api(server).send(letter(), nothing)
    assert isinstance(outcome, Failed)
    assert "failed to match all allowed schemas" in outcome.reason


def test_no_secret_is_told(server: Server) -> None:
    for answer in (Answer(200, {"ok": False, "error": TOKEN}), Answer(404, f"no {HOOK} {TOKEN}"), CUT):
        server.answer = answer
        assert TOKEN not in repr(api(server).send(letter(), nothing))
        assert HOOK not in repr(hook().send(letter(), nothing))
    assert TOKEN not in repr(api(server)) + repr(api(server).preview(letter()))


def test_the_check_sends_nothing_to_anybody(server: Server) -> None:
    server.answer = Answer(200, {"ok": True, "user": "warroom", "team": "Acme"})
    assert api(server).check().startswith("the token of “warroom” in “Acme” is taken")
    assert server.last.path == "/api/auth.test"
    server.answer = Answer(200, {"ok": False, "error": "invalid_auth"})
    with pytest.raises(Trouble, match="the token is not taken"):
        api(server).check()


def test_the_requests_have_the_fields_that_slack_names(server: Server) -> None:
    paths = contract("specs/slack-web-swagger2.json")["paths"]
    client = contract("samples/official_client_requests/slack_sdk.json")
    api(server).send(letter("change", card=CARD), nothing)
    api(server).send(letter("card", card=CARD), nothing)
    for request, recorded in zip(server.requests, client[1:], strict=True):
        method = request.path.removeprefix("/api")
        fields = {field["name"]: field for field in paths[method]["post"]["parameters"] if field["in"] == "formData"}
        assert request.json.keys() <= fields.keys()
        assert {name for name, field in fields.items() if field.get("required")} <= request.json.keys()
        assert recorded["path"] == request.path
        assert recorded["headers"]["Content-Type"].replace(";", "; ") == request.headers["content-type"]


def test_the_channel_is_named_by_its_id() -> None:
    with pytest.raises(ConfigError, match="id of a channel"):
        hostile.channel("slack-api", token="env:SLACK_TOKEN", channel="#ops")


def test_light_markdown_becomes_what_slack_reads() -> None:
    assert marked("**bold** and `**code**`") == "*bold* and `**code**`"
    assert marked("see https://x.example/?a=1&b=2.") == "see <https://x.example/?a=1&amp;b=2>."
    assert marked("[bank](https://evil.example)") == "[bank](<https://evil.example>)"
    assert marked("<!channel> & @here") == "&lt;!channel&gt; &amp; @\u200bhere"


def test_an_action_item_is_not_for_a_chat_nor_a_card_for_a_webhook(server: Server) -> None:
    assert isinstance(api(server).send(letter("item"), nothing), Failed)
    assert isinstance(hook().send(letter("card", card=CARD), nothing), Failed)
    assert server.requests == []


def test_the_preview_is_what_is_sent(server: Server) -> None:
    told = letter(text="word & " * 1_000)
    api(server).send(told, nothing)
    shown = dict(api(server).preview(told).parts)
    blocks = server.last.json["blocks"]
    assert shown["title"] == blocks[0]["text"]["text"]
    assert shown["text"] == blocks[1]["text"]["text"]
    assert api(server).preview(told).cut.startswith("the last ")


@given(hostile.texts(), hostile.titles())
@example("@everyonehttps://good.example/?a=1&b=<2>", "@here")
def test_slack_takes_every_post(text: str, title: str) -> None:
    post = post_of(letter(text=text, title=title, commander=title, services=(title, "checkout")))
    for block in post.blocks:
        parsed = Block.parse(block)
        assert parsed is not None
        parsed.validate_json()
    assert utf16(post.text) <= 3_000
    assert all(1 <= utf16(text["text"]) <= 3_000 for text in _texts(post.blocks))
    marked_up = post.text + "".join(text["text"] for text in _texts(post.blocks) if text["type"] == "mrkdwn")
    links = re.findall(r"<(?!!date\^\d+\^)[^>]*", marked_up)
    assert all(re.fullmatch(r"<https?://[^|<]*", link) for link in links)
    assert re.search(r"@(channel|here|everyone)\b", marked_up, re.IGNORECASE) is None


@given(hostile.texts())
def test_no_entity_is_broken(text: str) -> None:
    words = dict(post_of(letter(text=text)).parts).get("text", "")
    assert re.findall(r"&(?!amp;|lt;|gt;)", words) == []


def _texts(blocks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    found = []
    for block in blocks:
        found += [block["text"]] if "text" in block else []
        found += block.get("fields", []) + block.get("elements", [])
    return found
