"""Publishing at the screen: for whom, what goes where, one act; nothing is recorded before it."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import pytest

from incident_tui.config import load
from incident_tui.domain.decide import Refused
from incident_tui.domain.decide.command import set_status
from incident_tui.domain.incident import ordered
from incident_tui.session import Done, Session
from incident_tui.ui.documents import Offered
from incident_tui.ui.errands import basics
from incident_tui.ui.screens.choose import ChooseScreen
from incident_tui.ui.screens.home import HomeScreen
from incident_tui.ui.screens.report import ReportScreen
from incident_tui.ui.screens.sending import SendScreen
from tests.channels.server import Answer, Server, serving
from tests.ui.harness import NOW, SIZES, WIDE, ZONE, Desk, Wall, at_the_desk, declare, paths_in

PAGE = {"id": "98", "title": "Post-mortem", "_links": {"webui": "/spaces/OPS/pages/98/PM", "base": ""}}
CONFIG = """
person = "{person}"
zone = "{zone}"
[channels.ops]
kind = "mattermost"
url = "env:OPS"
plain = true
audiences = ["internal", "management", "external"]
[channels.public]
kind = "openstatus"
page = 12
token = "env:TOKEN_OF_TEST"
audiences = ["external"]
[channels.wiki]
kind = "confluence"
url = "{url}/wiki"
email = "dana@example.com"
space = "65537"
token = "env:TOKEN_OF_TEST"
plain = true
"""


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """One short document: to lay out a long one takes its time."""
    document = Offered("postmortem", "the review", "pm.md", lambda: "# Post-mortem: Checkout fails\n\nIt leaked.\n")
    monkeypatch.setattr(basics, "offered", lambda *_: (document,))


@contextlib.asynccontextmanager
async def with_channels(
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    size: tuple[int, int] = WIDE,
    *,
    home: bool = False,
    person: str = "mara",
) -> AsyncIterator[tuple[Desk, Server]]:
    file = folder / "channels.toml"
    with serving() as server:
        server.answers = [Answer(200, {"results": []})]
        server.answer = Answer(200, PAGE)
        file.write_text(CONFIG.format(zone=ZONE, person=person, url=server.url))
        config = load(file, {})
        monkeypatch.setenv("OPS", server.url)
        monkeypatch.setenv("TOKEN_OF_TEST", "0123456789abcdef")
        if home:
            with Session.open(paths_in(folder), config, wall=Wall(NOW)) as session:
                declare(session)
        async with at_the_desk(folder, size, title=None if home else "Checkout fails", config=config) as desk:
            yield desk, server


def states(desk: Desk) -> list[tuple[str, str, str]]:
    summary = desk.session.find(None, reading=True)
    assert not isinstance(summary, Refused)
    incident = desk.session.enter(summary.incident).incident
    return [(item.channel, item.form, item.state) for item in ordered(incident.deliveries)]


@SIZES
async def test_a_document_goes_to_the_wiki_and_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int]
) -> None:
    async with with_channels(tmp_path, monkeypatch, size) as (desk, server):
        await desk.press("f6")
        assert desk.shows("p publish")
        await desk.press("t")
        await desk.type("postmortem")
        await desk.press("enter")
        await desk.press("p")
        assert desk.shows("Publish “postmortem” for", "internal", "management", "customers")
        await desk.press("enter")
        assert isinstance(desk.app.screen, SendScreen)
        assert desk.shows("Publish “postmortem” of INC-", "[✓] wiki", "[ ] ops", "new page", "Post-mortem")
        assert desk.shows("for external, takes nothing that is internal")
        assert (server.requests, states(desk), len(desk.incident.messages)) == ([], [], 0)
        await desk.press("enter")
        assert isinstance(desk.app.screen, ReportScreen)
        assert "M1 goes to wiki" in desk.said()[-1]
        await desk.until(lambda: states(desk) == [("wiki", "document", "sent")])

        assert "Post-mortem: Checkout fails" in server.last.json["title"]
        (message,) = desk.incident.messages.values()
        assert (message.audience, message.text, message.state) == ("internal", desk.app.screen.text.strip(), "sent")
        await desk.press("escape", "alt+3")
        assert desk.reads("messages", "# Post-mortem")


@pytest.mark.usefixtures("short")
async def test_escape_records_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with with_channels(tmp_path, monkeypatch) as (desk, server):
        before = desk.events()
        await desk.press("f6", "p")
        assert isinstance(desk.app.screen, ChooseScreen)
        await desk.press("enter")
        assert isinstance(desk.app.screen, SendScreen)
        await desk.press("escape")
        await desk.press("p")
        await desk.press("escape")

        assert isinstance(desk.app.screen, ReportScreen)
        assert (desk.events(), server.requests) == (before, [])


@pytest.mark.usefixtures("short")
async def test_from_home_after_the_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with with_channels(tmp_path, monkeypatch, home=True) as (desk, server):
        assert isinstance(desk.app.screen, HomeScreen)
        await desk.press("r")
        await desk.press("p")
        await desk.press("enter")
        await desk.press("down", "down")
        await desk.press("up", "up", "enter")
        await desk.until(lambda: states(desk) == [("wiki", "document", "sent")])

        assert "Post-mortem: Checkout fails" in server.last.json["title"]


@pytest.mark.usefixtures("short")
async def test_customers_get_nothing_that_the_commander_has_not_approved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with with_channels(tmp_path, monkeypatch, person="jonas") as (desk, server):
        await desk.press("f6", "p")
        await desk.press("down", "down", "enter")
        assert desk.shows("jonas may not approve an external message")
        await desk.press("enter")
        assert isinstance(desk.app.screen, SendScreen)

        assert (server.requests, len(desk.incident.messages)) == ([], 0)


@pytest.mark.usefixtures("short")
async def test_what_is_masked_is_not_shown_to_go_either(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with with_channels(tmp_path, monkeypatch) as (desk, server):
        await desk.press("f6")
        assert isinstance(desk.app.screen, ReportScreen)
        desk.app.screen.text = "# Findings\n\ntoken ghp_0123456789abcdefghijklmnopqrstuvwxyzAB here"
        await desk.press("p")
        await desk.press("enter")
        assert "ghp_" not in desk.painted()
        assert desk.shows("here")
        await desk.press("enter")
        await desk.until(lambda: states(desk) == [("wiki", "document", "sent")])

        assert "ghp_" not in str(server.last.json)
        assert "masked" in desk.said()[-1]


@pytest.mark.usefixtures("short")
async def test_a_drill_publishes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with with_channels(tmp_path, monkeypatch, home=True) as (desk, server):
        (summary,) = desk.session.summaries()
        desk.wall.move(hours=1)
        room = desk.session.enter(summary.incident)
        assert isinstance(desk.session.perform(room, partial(set_status, word="resolved")), Done)
        drill = desk.session.fork(summary.incident)
        assert isinstance(drill, Done)
        basics.report(desk.app, desk.session, drill.room.incident.id, recorder=desk.app._recorder)
        await desk.settle()
        await desk.press("p")

        assert "this is a drill: nothing of it is sent" in desk.said()[-1]
        assert server.requests == []


@pytest.mark.usefixtures("short")
async def test_a_long_document_goes_and_one_without_end_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with with_channels(tmp_path, monkeypatch) as (desk, server):
        await desk.press("f6")
        assert isinstance(desk.app.screen, ReportScreen)
        desk.app.screen.text = "# Long\n" + "a line of it\n" * 6000
        await desk.press("p")
        await desk.press("enter")
        assert isinstance(desk.app.screen, ReportScreen)
        assert "65,536" in desk.said()[-1] or "65536" in desk.said()[-1]
        desk.app.screen.text = "# Long\n" + "a line of it\n" * 3000
        await desk.press("p")
        await desk.press("enter")
        assert isinstance(desk.app.screen, SendScreen)
        await desk.press("enter")
        await desk.until(lambda: states(desk) == [("wiki", "document", "sent")])

        assert server.last.json["body"]["value"].count("a line of it") == 3000
