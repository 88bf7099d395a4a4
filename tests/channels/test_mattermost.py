from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given

from incident_tui.channels.mattermost import LIMIT, Mattermost
from incident_tui.channels.outcome import Delivered, Failed, Unknown
from tests.channels import hostile
from tests.channels.letters import AT, letter
from tests.channels.server import CUT, Answer, Server, serving

KEY = "3ccdd113474722377935511fc8"


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    with serving() as server:
        server.answer = Answer(200, "ok")
        monkeypatch.setenv("MATTERMOST", f"{server.url}/hooks/{KEY}")
        yield server


def mattermost() -> Mattermost:
    found = hostile.channel("mattermost", url="env:MATTERMOST")
    assert isinstance(found, Mattermost)
    return found


def nothing() -> None:
    """Nobody is told that it began."""


def test_a_post_with_the_facts_at_its_side(server: Server) -> None:
    begun: list[int] = []
    assert mattermost().send(letter(promised=AT), lambda: begun.append(len(server.requests))) == Delivered()
    assert begun == [0]
    assert server.last.json == {
        "text": "**SEV3 · INC-20261121-K7Q Checkout fails · investigating**\n"
        "Payments by card fail for one customer in five.",
        "props": {
            "card": "**Severity:** SEV3 medium\n**Status:** investigating\n**Commander:** dana\n"
            "**Services:** checkout-api, payments\n**Began:** 14:05:00 (Europe/Berlin)\n"
            "**Next update:** 14:30:00 (Europe/Berlin)\nmara"
        },
    }


def test_people_outside_read_no_names(server: Server) -> None:
    mattermost().send(letter(audience="external"), nothing)
    assert server.last.json["props"] == {"card": "**Status:** investigating"}
    assert server.last.json["text"].startswith("**Checkout fails · investigating**\n")


def test_how_it_ends(server: Server) -> None:
    server.answers = [Answer(404, f"no {KEY}"), Answer(503), CUT, Answer(502)]
    outcomes = [mattermost().send(letter(), nothing) for _ in range(4)]
    assert [type(outcome) for outcome in outcomes] == [Failed, Failed, Unknown, Unknown]
    assert [outcome.retryable for outcome in outcomes if isinstance(outcome, Failed)] == [False, True]
    assert KEY not in repr(outcomes)


def test_a_secret_that_cannot_be_had_is_a_failure(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MATTERMOST")
    outcome = mattermost().send(letter(), nothing)
    assert isinstance(outcome, Failed)
    assert not outcome.retryable
    assert "channels.ops.url" in outcome.reason
    assert server.requests == []


def test_the_preview_is_what_is_sent(server: Server) -> None:
    told = letter(text="word " * 4_000)
    mattermost().send(told, nothing)
    shown = dict(mattermost().preview(told).parts)
    assert shown == {"text": server.last.json["text"], "card": server.last.json["props"]["card"]}
    assert mattermost().preview(told).cut.startswith("the last ")


@given(hostile.texts(), hostile.titles())
def test_one_post_that_mentions_nobody(text: str, title: str) -> None:
    told = letter(text=text, title=title, commander=title, services=(title,))
    shown = dict(hostile.channel("mattermost", url="env:MATTERMOST").preview(told).parts)
    assert len(shown["text"]) <= LIMIT
    for live in ("@everyone", "@here", "@channel", "<!", "]("):
        assert live not in "".join(shown.values())
