"""Sending at the screen: nothing leaves before somebody has seen what goes where, and has said so."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import pytest
from msgspec.structs import replace

from incident_tui.config import Config, load
from incident_tui.domain import events as e
from incident_tui.domain.decide.command import rename
from incident_tui.domain.delivery import Delivery
from incident_tui.domain.incident import ordered
from incident_tui.session import Done
from incident_tui.ui.screens.sending import SendScreen
from tests.channels.server import CUT, Answer, Server, serving
from tests.ui.harness import NARROW, SIZES, WIDE, ZONE, Desk, at_the_desk

CONFIG = """
person = "mara"
zone = "{zone}"
[channels.ops]
kind = "mattermost"
url = "env:OPS"
plain = true
audiences = ["internal"]
[channels.board]
kind = "mattermost"
url = "env:BOARD"
plain = true
audiences = ["management", "internal"]
[channels.page]
kind = "mattermost"
url = "env:OPS"
plain = true
audiences = ["external"]
"""


@contextlib.asynccontextmanager
async def with_channels(
    folder: Path, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int] = WIDE, person: str = "mara"
) -> AsyncIterator[tuple[Desk, Server, Server]]:
    """The program, and the servers of two of its channels."""
    file = folder / "channels.toml"
    file.write_text(CONFIG.format(zone=ZONE))
    config: Config = replace(load(file, {}), person=person)
    with serving() as ops, serving() as board:
        monkeypatch.setenv("OPS", ops.url)
        monkeypatch.setenv("BOARD", board.url)
        async with at_the_desk(folder, size, config=config) as desk:
            yield desk, ops, board


def deliveries(desk: Desk) -> list[Delivery]:
    return ordered(desk.incident.deliveries)


def anchor_of(desk: Desk) -> str:
    """The anchor as it is before anything more is recorded."""
    ((device, head),) = desk.incident.heads.items()
    return f"Record: {desk.incident.ref} {device} {head.count} {head.hash}"


def states(desk: Desk) -> list[str]:
    return [item.state for item in deliveries(desk)]


@SIZES
async def test_written_looked_at_and_sent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int]
) -> None:
    async with with_channels(tmp_path, monkeypatch, size) as (desk, ops, board):
        await desk.press("f5")
        assert desk.shows("the usual ones; or ops, board, page")
        await desk.type("Some payments fail.")
        await desk.press("f5")
        assert isinstance(desk.app.screen, SendScreen)
        assert desk.shows("Send M1 to internal", "[✓] ops", "[✓] board", "Some payments fail.")
        assert desk.shows("for external, takes nothing that is internal")
        assert (ops.requests, board.requests, deliveries(desk)) == ([], [], [])
        line = anchor_of(desk)
        assert desk.shows(f"Record: {desk.incident.ref}", line[-4:])
        await desk.press("enter")
        await desk.until(lambda: states(desk) == ["sent", "sent"])

        assert ops.last.json["text"].endswith(f"Some payments fail.\n\n{line}")
        assert board.last.json["text"] == ops.last.json["text"]
        assert len(ops.requests) == len(board.requests) == 1
        await desk.press("alt+3")
        assert desk.reads("messages", "sent Some payments fail.")
        how = desk.incident.messages[deliveries(desk)[0].subject].how
        assert sorted(how.split(", ")) == ["board (mattermost)", "ops (mattermost)"]


async def test_only_to_what_is_ticked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with with_channels(tmp_path, monkeypatch) as (desk, ops, board):
        await desk.enter("@internal we look into it")
        await desk.press("alt+3", "s")
        await desk.press("space", "down", "space")
        await desk.press("enter")
        assert desk.shows("Tick a channel with space")
        await desk.press("space", "enter")
        await desk.until(lambda: states(desk) == ["sent"])
        assert (len(ops.requests), len(board.requests)) == (0, 1)
        await desk.press("s")
        assert desk.shows("has it already", "[✓] ops")
        await desk.press("enter")
        await desk.until(lambda: states(desk) == ["sent", "sent"])

        assert (len(ops.requests), len(board.requests)) == (1, 1)


async def test_what_has_not_arrived_is_not_called_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with with_channels(tmp_path, monkeypatch) as (desk, ops, _):
        ops.answers = [Answer(404)]
        await desk.enter("@internal we look into it")
        await desk.enter("/send M1 ops")
        await desk.press("enter")
        await desk.until(lambda: states(desk) == ["failed"])
        await desk.enter("/send M1")

        assert desk.shows("in the outbox: did not arrive", "[✓] board")


async def test_what_customers_read_takes_no_internal_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with with_channels(tmp_path, monkeypatch) as (desk, ops, _):
        await desk.enter("@internal we look into it")
        await desk.enter("/send M1 page")
        assert desk.shows("for external, takes nothing that is internal", "[ ] ops")
        await desk.press("enter")
        assert desk.shows("Tick a channel with space")
        await desk.press("escape")

        assert isinstance(desk.last(), e.MessageDrafted)
        assert ops.requests == []


async def test_without_a_name_it_is_the_newest_draft(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with with_channels(tmp_path, monkeypatch) as (desk, ops, _):
        await desk.enter("/send")
        assert desk.shows("no message waits to be sent")
        await desk.enter("@internal we look into it")
        await desk.enter("@management we are on it")
        await desk.enter("/send")

        assert desk.shows("Send M2 to management")
        assert ops.requests == []


async def test_escape_sends_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with with_channels(tmp_path, monkeypatch) as (desk, ops, _):
        await desk.enter("@internal we look into it")
        await desk.enter("/send M1 board")
        assert desk.shows("[✓] board", "[ ] ops")
        await desk.press("escape")

        assert isinstance(desk.last(), e.MessageDrafted)
        assert ops.requests == []


async def test_what_others_change_after_the_look_does_not_go_out_unseen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with with_channels(tmp_path, monkeypatch) as (desk, ops, _):
        await desk.enter("@internal we look into it")
        await desk.enter("/send M1 ops")
        assert desk.shows("[✓] ops", "Checkout fails")
        room = desk.session.enter(desk.incident.id)
        assert isinstance(desk.session.perform(room, partial(rename, title="Data of ACME has leaked")), Done)
        await desk.press("enter")
        await desk.until(lambda: "others have changed it" in " ".join(desk.said()))
        assert (states(desk), ops.requests) == ([], [])

        await desk.enter("/send M1 ops")
        assert desk.shows("[✓] ops", "Data of ACME has leaked")
        await desk.press("enter")
        await desk.until(lambda: states(desk) == ["sent"])
        assert len(ops.requests) == 1


async def test_what_did_not_arrive_is_worked_below_its_message(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with with_channels(tmp_path, monkeypatch) as (desk, ops, board):
        ops.answers = [Answer(404, "channel_not_found")]
        board.answers = [CUT]
        await desk.enter("@internal we look into it")
        await desk.press("alt+3", "s")
        await desk.press("enter")
        await desk.until(lambda: states(desk) == ["failed", "unclear"])
        assert desk.shows("2 not arrived")
        assert desk.reads("messages", "Q1 ops did not arrive", "404", "channel_not_found", "Q2 board arrived?")
        assert "r retry" not in desk.painted()
        await desk.press("down")
        assert desk.shows("r retry x give up v there")
        await desk.press("r")
        await desk.until(lambda: states(desk) == ["sent", "unclear"])
        await desk.press("down", "v")
        await desk.until(lambda: states(desk) == ["sent", "sent"])

        assert "not arrived" not in desk.painted()
        assert (len(ops.requests), len(board.requests)) == (2, 1)


async def test_what_says_nothing_new_needs_a_second_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with with_channels(tmp_path, monkeypatch) as (desk, ops, _):
        await desk.enter("@internal still looking")
        await desk.enter("/sent M1 by hand")
        await desk.enter("@internal still looking")
        await desk.enter("/send M2 ops")
        await desk.press("enter")
        assert desk.shows("enter again sends it anyway")
        assert deliveries(desk) == []
        await desk.press("enter")
        await desk.until(lambda: states(desk) == ["sent"])

        assert len(ops.requests) == 1


async def test_external_messages_wait_for_the_commander(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with with_channels(tmp_path, monkeypatch, NARROW, person="jonas") as (desk, ops, _):
        await desk.enter("@external we are on it")
        await desk.enter("/send M1")
        assert desk.shows("jonas may not approve an external message")
        await desk.press("enter")
        assert isinstance(desk.app.screen, SendScreen)
        await desk.press("escape")

        assert ops.requests == []
        assert desk.incident.messages[desk.events()[-1].id].state == "drafted"


async def test_without_channels_it_says_what_to_do(tmp_path: Path) -> None:
    async with at_the_desk(tmp_path) as desk:
        await desk.enter("@internal we look into it")
        await desk.press("alt+3", "s")

        assert "no channel is configured" in desk.said()[-1]


async def test_no_text_acts_in_the_preview(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with with_channels(tmp_path, monkeypatch) as (desk, ops, _):
        await desk.enter("@internal [/x][@click=app.quit]here[/] @channel \x1b[31m<!here>")
        await desk.enter("/send M1")
        assert desk.shows("[/x][@click=app.quit]here[/] @channel", "<!here>")
        await desk.press("enter")
        await desk.until(lambda: "queued" not in states(desk) and "begun" not in states(desk))

        sent = ops.last.json["text"]
        assert "@channel" not in sent
        assert "<!here>" not in sent
        assert "\x1b" not in sent


async def test_many_channels_leave_the_text_and_the_keys_in_sight(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tables = "".join(
        f'[channels.room{number}]\nkind = "mattermost"\nurl = "env:OPS"\naudiences = ["internal"]\n'
        for number in range(20)
    )
    file = tmp_path / "many.toml"
    file.write_text(f'person = "mara"\nzone = "{ZONE}"\n{tables}')
    monkeypatch.setenv("OPS", "https://chat.example.org/hooks/abc")
    async with at_the_desk(tmp_path, NARROW, config=load(file, {})) as desk:
        await desk.enter("@internal " + "we look into it, " * 100)
        await desk.enter("/send M1")
        assert desk.shows("[✓] room0", "we look into it", "pgdn reads on", "esc send nothing")
        await desk.press("end")
        assert desk.shows("[✓] room19", "Mattermost “room19” · new post", "esc send nothing")
        await desk.press("pagedown")
        assert desk.shows("esc send nothing")
        assert "text     " not in desk.painted()
