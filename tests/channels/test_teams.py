from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given

from incident_tui.channels.outcome import Delivered, Failed, Unknown
from incident_tui.channels.teams import LIMIT, UNSURE, Teams, message_of
from tests.channels import hostile
from tests.channels.letters import letter
from tests.channels.server import CUT, Answer, Server, serving

SIGNATURE = "sig0123456789abcdef"


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    with serving() as server:
        server.answer = Answer(202)
        monkeypatch.setenv("FLOW", f"{server.url}/workflows/1/triggers/manual/paths/invoke?sig={SIGNATURE}")
        yield server


def teams() -> Teams:
    found = hostile.channel("teams", url="env:FLOW")
    assert isinstance(found, Teams)
    return found


def nothing() -> None:
    """Nobody is told that it began."""


def runs_of(message: dict[str, Any]) -> list[dict[str, Any]]:
    return [run for block in message["attachments"][0]["content"]["body"] for run in block["inlines"]]


def test_a_card_is_posted_and_the_preview_says_what_nobody_confirms(server: Server) -> None:
    begun: list[int] = []
    assert teams().send(letter(), lambda: begun.append(len(server.requests))) == Delivered()
    assert begun == [0]
    assert server.last.headers["content-type"] == "application/json; charset=utf-8"
    assert server.last.query == {"sig": SIGNATURE}
    attachment = server.last.json["attachments"][0]
    assert attachment["contentType"] == "application/vnd.microsoft.card.adaptive"
    assert attachment["content"]["type"] == "AdaptiveCard"
    assert UNSURE in teams().preview(letter()).notes


def test_bold_and_code_are_shown_as_such(server: Server) -> None:
    teams().send(letter(text="a **b** `c` [d](https://e.example)"), nothing)
    shown = [run for run in runs_of(server.last.json) if run["text"] in ("a ", "b", "c", " [d](https://e.example)")]
    assert [(run["text"], run.get("weight"), run.get("fontType")) for run in shown] == [
        ("a ", None, None),
        ("b", "Bolder", None),
        ("c", None, "Monospace"),
        (" [d](https://e.example)", None, None),
    ]


@pytest.mark.parametrize(("status", "retryable"), [(400, False), (404, False), (410, False), (429, True), (503, True)])
def test_what_is_tried_again(server: Server, status: int, retryable: bool) -> None:
    server.answer = Answer(status, f"no {SIGNATURE}")
    outcome = teams().send(letter(), nothing)
    assert isinstance(outcome, Failed)
    assert outcome.retryable is retryable
    assert SIGNATURE not in outcome.reason


def test_a_lost_answer_is_unknown(server: Server) -> None:
    server.answer = CUT
    outcome = teams().send(letter(), nothing)
    assert isinstance(outcome, Unknown)
    assert SIGNATURE not in outcome.reason


def test_it_has_no_card_to_edit(server: Server) -> None:
    assert isinstance(teams().send(letter("card", card="x"), nothing), Failed)
    assert teams().preview(letter("card", card="x")).act == "is not sent"
    assert server.requests == []


@given(hostile.texts(), hostile.titles())
def test_a_message_is_small_enough_and_calls_nothing(text: str, title: str) -> None:
    told = letter(text=text, title=title, commander=title, services=(title,))
    words = dict(Teams.configured("ops", _table()).preview(told).parts).get("text", "")
    message = message_of(told, words)
    assert len(message.encode()) <= LIMIT
    assert len(message.encode("utf-16-le")) <= LIMIT
    shown = runs_of(json.loads(message))
    assert all(run["type"] == "TextRun" and run["text"] for run in shown)
    assert all(live not in run["text"] for run in shown for live in ("{{", "<at"))


def _table() -> Any:
    from incident_tui.config.table import Table

    return Table("config.toml", "channels.ops", {"url": "env:FLOW"})
