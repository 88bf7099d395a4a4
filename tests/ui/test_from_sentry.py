"""Declaring from an issue: a pasted link fills what nobody has typed, and is recorded with the incident."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from incident_tui.config import Config, load
from incident_tui.domain import events as e
from incident_tui.ui.screens.declare import DeclareScreen
from incident_tui.ui.screens.home import HomeScreen
from incident_tui.ui.screens.looking import LookScreen
from incident_tui.ui.screens.war_room import WarRoom
from incident_tui.web import Limits
from tests.channels.server import Answer, Request, Server, serving
from tests.sources.asked import routes
from tests.ui.harness import NARROW, SIZES, WIDE, ZONE, Desk, at_the_desk

ROOT = "/api/0/organizations/acme"
ISSUE = {
    "id": "4711",
    "shortId": "SHOP-1",
    "title": "ZeroDivisionError: division by zero [/x]",
    "level": "error",
    "status": "unresolved",
    "firstSeen": "2026-11-21T13:59:00Z",
    "permalink": "https://acme.sentry.io/issues/4711/",
    "project": {"slug": "shop"},
    "count": "250",
    "userCount": 31,
}
EVENT = {"eventID": "9fac2ceed9344f2bbfdd1fdacb0ed9b1", "title": "ZeroDivisionError", "entries": []}
PATHS = {
    f"GET {ROOT}/issues/4711/": ISSUE,
    f"GET {ROOT}/issues/4711/events/latest/": EVENT,
    f"GET {ROOT}/issues/": [ISSUE],
}
CONFIG = """
person = "mara"
zone = "{zone}"
[sources.shop]
kind = "sentry"
url = "{url}"
plain = true
organization = "acme"
token = "env:SENTRY_TOKEN_OF_TEST"
"""


def configured(folder: Path, server: Server, monkeypatch: pytest.MonkeyPatch) -> Config:
    """With a Sentry."""
    monkeypatch.setattr("incident_tui.sources.asking.LIMITS", Limits(60, 60))
    monkeypatch.setenv("SENTRY_TOKEN_OF_TEST", "sntryu_0123456789")
    file = folder / "sources.toml"
    file.write_text(CONFIG.format(zone=ZONE, url=server.url))
    return load(file, {})


@contextlib.asynccontextmanager
async def at_home(
    folder: Path, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int] = WIDE
) -> AsyncIterator[tuple[Desk, Server]]:
    with serving() as server:
        server.respond = routes(PATHS)
        async with at_the_desk(folder, size, title=None, config=configured(folder, server, monkeypatch)) as desk:
            yield desk, server


def dialog(desk: Desk) -> DeclareScreen:
    assert isinstance(desk.app.screen, DeclareScreen)
    return desk.app.screen


def link(server: Server) -> str:
    return f"{server.url}/issues/4711/"


@SIZES
async def test_a_pasted_link_fills_the_dialog(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int]
) -> None:
    async with at_home(tmp_path, monkeypatch, size) as (desk, server):
        await desk.press("d")
        await desk.paste(link(server))
        assert desk.shows("ZeroDivisionError: division by zero [/x]", "● SEV2", "2026-11-21 14:59:00")
        assert desk.shows("↑ from Sentry: services shop")
        await desk.press("enter")
        assert isinstance(desk.app.screen, WarRoom)

        incident = desk.incident
        assert (incident.title, incident.severity) == (ISSUE["title"], 2)
        assert list(incident.services) == ["shop"]
        kinds = [type(body) for body in desk.bodies()]
        assert kinds[-3:] == [e.ServiceTagged, e.ResultKept, e.FileAttached]
        (entry,) = [body for body in desk.bodies() if isinstance(body, e.EntryLogged)]
        assert entry.kind == "alert"
        assert "https://acme.sentry.io/issues/4711/" in entry.text


async def test_what_is_typed_stays_while_it_is_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    slow = threading.Event()

    def respond(request: Request) -> Answer:
        slow.wait(60)
        return routes(PATHS)(request)

    async with at_home(tmp_path, monkeypatch) as (desk, server):
        server.respond = respond
        await desk.press("d")
        screen = dialog(desk)
        screen.named.value = link(server)
        await desk.pilot.pause()
        await desk.pilot.pause()
        assert desk.shows("asking Sentry …")
        await desk.pilot.press("enter")
        await desk.pilot.pause()
        assert desk.shows("Sentry is being asked for a title")
        screen.named.value = "Cards fail"
        screen.severity.value = "3"
        screen.detected.value = "5m ago"
        slow.set()
        await desk.until(lambda: screen.issue is not None)

        assert (screen.named.value, screen.severity.value, screen.detected.value) == ("Cards fail", "3", "5m ago")
        assert desk.shows("↑ from Sentry")


async def test_escape_stops_and_a_second_one_closes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    slow = threading.Event()
    async with at_home(tmp_path, monkeypatch) as (desk, server):
        answer = routes(PATHS)

        def respond(request: Request) -> Answer:
            slow.wait(60)
            return answer(request)

        server.respond = respond
        await desk.press("d")
        screen = dialog(desk)
        screen.named.value = link(server)
        await desk.pilot.pause()
        await desk.pilot.press("escape")
        assert desk.app.screen is screen
        slow.set()
        await desk.settle()
        assert desk.shows("stopped; type a title")
        assert (screen.named.value, screen.issue) == (link(server), None)
        await desk.press("escape")

        assert isinstance(desk.app.screen, HomeScreen)


async def test_without_an_answer_a_title_is_enough(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with at_home(tmp_path, monkeypatch, NARROW) as (desk, server):
        server.respond = lambda _request: Answer(401, {"detail": "Invalid token"})
        await desk.press("d")
        await desk.paste(link(server))
        assert desk.shows("Sentry did not tell: the token is not accepted")
        dialog(desk).named.value = "Cards fail"
        await desk.press("enter")

        assert desk.incident.title == "Cards fail"
        (entry,) = [body for body in desk.bodies() if isinstance(body, e.EntryLogged)]
        assert link(server) in entry.text


async def test_other_links_are_titles(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with at_home(tmp_path, monkeypatch) as (desk, server):
        await desk.press("d")
        for text in ("https://acme.sentry.io/issues/4711/", f"{server.url}/projects/", f"see {link(server)}"):
            dialog(desk).named.value = text
            await desk.settle()

        assert (dialog(desk).issue, server.requests) == (None, [])


@SIZES
async def test_from_a_look_at_home_to_the_incident(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int]
) -> None:
    async with at_home(tmp_path, monkeypatch, size) as (desk, server):
        await desk.press("L")
        screen = desk.app.screen
        assert isinstance(screen, LookScreen)
        await desk.until(lambda: len(screen.panels) == 1)
        assert desk.shows("250× · 31 users · SHOP-1")
        assert "keep as evidence" not in desk.painted()
        assert "d declare" not in desk.painted()
        await desk.press("slash")
        screen.what.value = link(server)
        await desk.press("enter")
        await desk.until(lambda: len(screen.panels) == 4)
        await desk.press("e")
        assert desk.session.summaries() == []
        assert desk.shows("d declare")
        await desk.press("d")
        assert dialog(desk).named.value == ISSUE["title"]
        await desk.press("enter")

        assert desk.incident.title == ISSUE["title"]
