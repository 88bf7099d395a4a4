from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from jsonschema import Draft202012Validator

from incident_tui.channels.discord import Discord
from incident_tui.channels.discord_embed import harmless, post_of
from incident_tui.channels.outcome import Delivered, Failed, Unknown
from incident_tui.channels.sizes import utf16
from incident_tui.config.table import ConfigError
from incident_tui.web import Trouble
from tests.channels import hostile
from tests.channels.contracts import contract
from tests.channels.letters import letter
from tests.channels.server import CUT, Answer, Server, serving

TOKEN = "tok_" + "t" * 60
MESSAGE = {"id": "1440000000000000001", "channel_id": "1430000000000000009"}
CARD = "1440000000000000001"
NO_EDIT = {"code": 30046, "message": "Maximum number of edits to messages older than 1 hour reached. Try again later"}


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    with serving() as server:
        server.answer = Answer(200, MESSAGE)
        monkeypatch.setenv("HOOK", f"{server.url}/api/webhooks/1420000000000000000/{TOKEN}")
        yield server


def discord(**more: object) -> Discord:
    found = hostile.channel("discord", url="env:HOOK", **more)
    assert isinstance(found, Discord)
    return found


def nothing() -> None:
    """Nobody is told that it began."""


def test_the_opening_is_a_post_that_mentions_nobody(server: Server) -> None:
    begun: list[int] = []
    outcome = discord().send(letter(), lambda: begun.append(len(server.requests)))
    assert outcome == Delivered(CARD)
    assert begun == [0]
    assert (server.last.method, server.last.query) == ("POST", {"wait": "true"})
    assert server.last.headers["user-agent"].startswith("DiscordBot (incident-tui, ")
    assert server.last.json["allowed_mentions"] == {"parse": []}
    assert server.last.json["content"] == "SEV3 · INC-20261121-K7Q Checkout fails · investigating"


def test_words_edit_the_card_and_mention_nobody(server: Server) -> None:
    outcome = discord().send(letter("update", card=CARD, latest=CARD), nothing)
    assert outcome == Delivered(CARD)
    assert server.last.method == "PATCH"
    assert server.last.path.endswith(f"/{TOKEN}/messages/{CARD}")
    assert server.last.json["allowed_mentions"] == {"parse": []}
    assert len(server.requests) == 1


def test_a_change_is_a_new_post_and_the_card_stays_the_card(server: Server) -> None:
    server.answer = Answer(200, {"id": "1440000000000000777"})
    outcome = discord().send(letter("change", card="1440000000000000001"), nothing)
    assert outcome == Delivered("1440000000000000001+1440000000000000777")
    assert server.last.method == "POST"
    discord().send(letter("card", card=CARD, latest="1440000000000000001+1440000000000000777"), nothing)
    assert server.last.path.endswith(f"/messages/{CARD}")


@pytest.mark.parametrize("code", [30046, 10008, 50083])
@pytest.mark.parametrize("form", ["card", "update"])
def test_a_card_that_cannot_be_edited_is_posted_anew(server: Server, form: str, code: int) -> None:
    server.answers = [Answer(400 if code == 30046 else 404, {"code": code, "message": "no"})]
    server.answer = Answer(200, {"id": "1440000000000000888"})
    begun: list[int] = []
    outcome = discord().send(letter(form, card=CARD), lambda: begun.append(1))
    assert outcome == Delivered("1440000000000000888")
    assert [request.method for request in server.requests] == ["PATCH", "POST"]
    assert begun == [1]


def test_the_newest_card_is_edited_from_then_on(server: Server) -> None:
    discord().send(letter("update", card=CARD, latest="1440000000000000888"), nothing)
    assert server.last.path.endswith("/messages/1440000000000000888")


def test_a_forum_has_a_thread_for_each_incident(server: Server) -> None:
    forum = discord(forum=True)
    assert forum.send(letter(), nothing) == Delivered(f"{CARD}@1430000000000000009")
    assert server.last.json["thread_name"] == "SEV3 · INC-20261121-K7Q Checkout fails · investigating"
    server.answer = Answer(200, {"id": "1440000000000000999"})
    outcome = forum.send(letter("update", card=f"{CARD}@1430000000000000009"), nothing)
    assert outcome == Delivered(f"{CARD}@1430000000000000009+1440000000000000999")
    assert server.last.query == {"wait": "true", "thread_id": "1430000000000000009"}
    assert "thread_name" not in server.last.json
    forum.send(letter("card", card=f"{CARD}@1430000000000000009"), nothing)
    assert (server.last.method, server.last.query) == ("PATCH", {"thread_id": "1430000000000000009"})


def test_one_thread_for_all(server: Server) -> None:
    discord(thread="1430000000000000009").send(letter(), nothing)
    assert server.last.query == {"wait": "true", "thread_id": "1430000000000000009"}


@pytest.mark.parametrize(
    ("status", "body", "words"),
    [
        (404, {"code": 10015, "message": "Unknown Webhook"}, "the webhook is gone"),
        (401, {"code": 50027, "message": "Invalid Webhook Token"}, "the webhook is gone"),
        (404, "<html>", "404"),
        (400, {"code": 220001, "message": "Webhooks posted to forum channels…"}, "forum = true"),
    ],
)
def test_a_refusal_is_final(server: Server, status: int, body: object, words: str) -> None:
    server.answer = Answer(status, body)
    outcome = discord().send(letter(), nothing)
    assert isinstance(outcome, Failed)
    assert not outcome.retryable
    assert words in outcome.reason


def test_the_first_of_nested_errors_is_told(server: Server) -> None:
    server.answer = Answer(400, contract("samples/discord/docs_examples.json")["err_50035_array"])
    outcome = discord().send(letter(), nothing)
    assert isinstance(outcome, Failed)
    assert "Value must be one of" in outcome.reason


def test_a_limit_says_when_to_come_again(server: Server) -> None:
    recorded = contract("samples/discord/docs_examples.json")["rate_limit_429_user"]
    server.answers = [Answer(429, recorded["body"], recorded["headers"]), Answer(429, recorded["body"])]
    first, second = discord().send(letter(), nothing), discord().send(letter(), nothing)
    assert isinstance(first, Failed)
    assert isinstance(second, Failed)
    assert (first.retryable, first.after) == (True, timedelta(seconds=65))
    assert (second.retryable, second.after) == (True, timedelta(seconds=64.57))


def test_a_lost_answer_is_unknown_for_a_post_and_harmless_for_an_edit(server: Server) -> None:
    server.answer = CUT
    assert isinstance(discord().send(letter(), nothing), Unknown)
    edited = discord().send(letter("card", card=CARD), nothing)
    assert isinstance(edited, Failed)
    assert edited.retryable


def test_a_service_in_trouble_leaves_a_post_unknown(server: Server) -> None:
    server.answer = Answer(502, "bad gateway")
    assert isinstance(discord().send(letter(), nothing), Unknown)


def test_no_secret_is_told(server: Server) -> None:
    for answer in (Answer(404, f"no /{TOKEN}"), Answer(429, TOKEN), CUT, Answer(400, {"message": f"bad {TOKEN}"})):
        server.answer = answer
        outcome = discord().send(letter(), nothing)
        assert TOKEN not in repr(outcome)
    assert TOKEN not in repr(discord())
    assert TOKEN not in repr(discord().preview(letter()))


def test_it_does_not_post_to_any_other_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOOK", f"https://discord.com/api/webhooks/1/{TOKEN}/slack")
    outcome = discord().send(letter(), nothing)
    assert isinstance(outcome, Failed)
    assert TOKEN not in outcome.reason
    monkeypatch.delenv("HOOK")
    assert isinstance(discord().send(letter(), nothing), Failed)


def test_what_begin_raises_comes_through_and_nothing_is_sent(server: Server) -> None:
    def refuse() -> None:
        raise LookupError("not now")

    with pytest.raises(LookupError):
        discord().send(letter(), refuse)
    assert server.requests == []


def test_the_check_sends_nothing_to_anybody(server: Server) -> None:
    server.answer = Answer(200, {"name": "ops-hook"})
    assert discord().check() == "webhook “ops-hook” answers"
    assert server.last.method == "GET"
    server.answer = Answer(404, {"code": 10015, "message": "Unknown Webhook"})
    with pytest.raises(Trouble, match="gone"):
        discord().check()


def test_the_preview_is_what_is_sent(server: Server) -> None:
    told = letter(text="word " * 2_000)
    discord().send(told, nothing)
    preview = discord().preview(told)
    assert dict(preview.parts)["text"] == server.last.json["embeds"][0]["description"]
    assert dict(preview.parts)["title"] == server.last.json["content"]
    assert preview.cut.startswith("the last ")
    assert discord().preview(letter("update", card=CARD)).act == "edits the card"


def test_people_outside_read_no_severity_and_no_names() -> None:
    shown = json.dumps(post_of(letter(audience="external")).embed)
    assert "dana" not in shown
    assert "mara" not in shown
    assert "SEV" not in post_of(letter(audience="external")).content


def test_an_action_item_is_not_for_a_chat(server: Server) -> None:
    outcome = discord().send(letter("item"), nothing)
    assert isinstance(outcome, Failed)
    assert "issue tracker" in outcome.reason
    assert discord().preview(letter("item")).act == "is not sent"
    assert server.requests == []


def test_the_configuration_is_exact() -> None:
    with pytest.raises(ConfigError, match="not both"):
        discord(forum=True, thread="1430000000000000009")
    with pytest.raises(ConfigError, match="did you mean forum"):
        discord(foru=True)
    with pytest.raises(ConfigError, match="reference"):
        hostile.channel("discord", url="https://discord.com/api/webhooks/1/x")


@given(hostile.texts(), hostile.titles())
def test_limits_hold_and_no_markup_lives(text: str, title: str) -> None:
    told = letter(text=text, title=title, commander=title, services=(title, "checkout"))
    post = post_of(told)
    embed: dict[str, Any] = post.embed
    fields = embed.get("fields", [])
    texts = [embed.get("description", ""), embed.get("footer", {}).get("text", "")]
    texts += [field[key] for field in fields for key in ("name", "value")]
    assert utf16(post.content) <= 2_000
    assert utf16(embed.get("description", "")) <= 4_096
    assert all(field["value"].strip() and utf16(field["value"]) <= 1_024 for field in fields)
    assert sum(map(utf16, texts)) <= 6_000
    for live in ("@everyone", "@here", "<@", "<#", "</", "]("):
        assert all(live not in shown for shown in (post.content, *texts))
    assert all(shown == harmless(shown) for shown in (post.content, embed.get("description", "")))


@pytest.fixture(scope="module")
def schemas() -> list[Draft202012Validator]:
    spec, place = contract("specs/discord-openapi.json"), "#/components/schemas/IncomingWebhook"
    return [Draft202012Validator({**spec, "$ref": f"{place}{kind}Partial"}) for kind in ("Request", "UpdateRequest")]


@given(hostile.texts())
def test_a_post_is_as_the_specification_says(schemas: list[Draft202012Validator], text: str) -> None:
    post = post_of(letter(text=text))
    body = {"content": post.content, "embeds": [post.embed], "allowed_mentions": {"parse": []}}
    assert [error.message for error in schemas[0].iter_errors({**body, "thread_name": "x"})] == []
    assert [error.message for error in schemas[1].iter_errors(body)] == []


@pytest.mark.parametrize("kind", [0, 1])
def test_the_specification_does_refuse_what_is_too_long(schemas: list[Draft202012Validator], kind: int) -> None:
    assert list(schemas[kind].iter_errors({"content": "x", "embeds": [{"description": "x" * 4_097}]})) != []
