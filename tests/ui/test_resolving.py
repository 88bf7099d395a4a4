"""Marking an issue as resolved on closing: which one where is shown, only an act of its own does it, all of it told."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import pytest

from incident_tui.domain import events as e
from incident_tui.domain.decide.log import strike
from incident_tui.issues import resolvable
from incident_tui.session import Done
from incident_tui.ui.screens.closing import ClosingScreen
from incident_tui.ui.screens.consent import ConsentScreen
from incident_tui.ui.text import plain
from tests.channels.server import CUT, Answer, Request, Server, serving
from tests.ui.harness import SIZES, WIDE, Desk, at_the_desk
from tests.ui.test_from_sentry import ROOT, configured

PUT = ("PUT", f"{ROOT}/issues/4711/")


@contextlib.asynccontextmanager
async def after_an_issue(
    folder: Path, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int] = WIDE
) -> AsyncIterator[tuple[Desk, Server]]:
    """In the room of a resolved incident whose log names an issue twice, and one that nobody is configured for."""
    with serving() as server:
        server.answer = Answer(200, {"id": "4711", "status": "resolved"})
        async with at_the_desk(folder, size, config=configured(folder, server, monkeypatch)) as desk:
            await desk.enter(f"see {server.url}/issues/4711/events/latest/, and https://other.example/issues/1/")
            await desk.enter(f"again ({server.url}/issues/4711/).")
            desk.wall.move(minutes=5)
            await desk.enter("/status resolved")
            yield desk, server


async def choose_the_issue(desk: Desk) -> None:
    await desk.enter("/close")
    assert isinstance(desk.app.screen, ClosingScreen)
    await desk.press("end", "enter")
    assert isinstance(desk.app.screen, ConsentScreen)


def asked(server: Server) -> list[tuple[str, str]]:
    return [(request.method, request.path) for request in server.requests]


@SIZES
async def test_offered_shown_done_and_recorded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int]
) -> None:
    async with after_an_issue(tmp_path, monkeypatch, size) as (desk, server):
        host = server.url.removeprefix("http://")
        await desk.enter("/close")
        assert desk.painted().count("issue 4711 at") == 1
        assert "issue 1 " not in desk.painted()
        await desk.press("end", "enter")
        assert desk.shows("Mark the Sentry issue as resolved", host, "organization acme", f"{server.url}/issues/4711/")
        assert server.requests == []
        await desk.press("enter")
        await desk.until(lambda: isinstance(desk.app.screen, ClosingScreen))

        assert asked(server) == [PUT]
        assert server.last.json == {"status": "resolved"}
        entry = desk.last()
        assert isinstance(entry, e.EntryLogged)
        assert (entry.kind, entry.text.splitlines()[0]) == (
            "action",
            f"marked as resolved in Sentry: issue 4711 at {host}",
        )
        assert entry.text.splitlines()[1].startswith(f"{server.url}/issues/4711/")
        assert isinstance(desk.app.screen, ClosingScreen)
        assert not any("4711" in plain(row.line) for row in desk.app.screen.board.rows), "it is offered no more"
        assert f"issue 4711 is marked as resolved at {host}" in desk.said()


async def test_escape_asks_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with after_an_issue(tmp_path, monkeypatch) as (desk, server):
        before = desk.events()
        await choose_the_issue(desk)
        await desk.press("escape")

        assert isinstance(desk.app.screen, ClosingScreen)
        assert (desk.events(), server.requests) == (before, [])


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (Answer(403, {"detail": "no"}), "nothing is changed: the token may not"),
        (CUT, "nobody knows whether it is resolved there"),
    ],
)
async def test_why_it_is_not_done_is_told_and_nothing_recorded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: Answer, said: str
) -> None:
    async with after_an_issue(tmp_path, monkeypatch) as (desk, server):
        before = desk.events()
        server.answers = [answer]
        await choose_the_issue(desk)
        await desk.press("enter")
        assert desk.shows(said)
        assert desk.events() == before
        await desk.press("enter")

        assert isinstance(desk.last(), e.EntryLogged)


async def test_what_has_begun_is_recorded_though_the_dialog_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = threading.Event()

    def respond(_request: Request) -> Answer:
        slow.wait(60)
        return Answer(200, {"id": "4711", "status": "resolved"})

    async with after_an_issue(tmp_path, monkeypatch) as (desk, server):
        server.respond = respond
        await choose_the_issue(desk)
        await desk.pilot.press("enter")
        await desk.pilot.press("enter")
        await desk.pilot.pause()
        assert desk.shows("asking 127.0.0.1")
        await desk.pilot.press("escape")
        await desk.pilot.pause()
        assert isinstance(desk.app.screen, ClosingScreen)
        slow.set()
        await desk.settle()

        assert asked(server) == [PUT]
        assert isinstance(desk.last(), e.EntryLogged)
        assert any("is marked as resolved" in words for words in desk.said())


async def test_a_drill_offers_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with after_an_issue(tmp_path, monkeypatch) as (desk, _):
        incident, config = desk.incident, desk.session.config
        events = desk.events()
        assert [item.issue for item in resolvable(config, incident, events)] == ["4711"]
        desk.wall.move(hours=1)
        drill = desk.session.fork(incident.id, events[0].at)
        assert isinstance(drill, Done)
        retold = list(desk.session.journal.events(drill.room.incident.id))

        assert resolvable(config, drill.room.incident, [*retold, *events]) == ()


async def test_what_is_struck_is_not_offered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with after_an_issue(tmp_path, monkeypatch) as (desk, _):
        room = desk.session.enter(desk.incident.id)
        for event in [event for event in desk.events() if isinstance(event.body, e.EntryLogged)]:
            assert isinstance(desk.session.perform(room, partial(strike, target=event, reason="wrong")), Done)

        assert resolvable(desk.session.config, desk.incident, desk.events()) == ()
