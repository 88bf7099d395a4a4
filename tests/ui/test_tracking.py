"""Filing an action item at the screen: seen before, filed once, in the trackers that are ticked."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from incident_tui.config import load
from incident_tui.ui.screens.sending import SendScreen
from tests.channels.server import Answer, Server, serving
from tests.ui.harness import SIZES, WIDE, ZONE, Desk, at_the_desk

ISSUE = {"id": 9, "number": 12, "html_url": "https://github.com/acme/shop/issues/12"}
CONFIG = """
person = "mara"
zone = "{zone}"
[channels.ops]
kind = "mattermost"
url = "env:TOKEN_OF_TEST"
[channels.issues]
kind = "github"
repository = "acme/shop"
token = "env:TOKEN_OF_TEST"
url = "{url}"
plain = true
"""
ANOTHER = """
[channels.other]
kind = "github"
repository = "acme/other"
token = "env:TOKEN_OF_TEST"
"""


@contextlib.asynccontextmanager
async def with_tracker(
    folder: Path, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int] = WIDE, more: str = ""
) -> AsyncIterator[tuple[Desk, Server]]:
    file = folder / "channels.toml"
    monkeypatch.setenv("TOKEN_OF_TEST", "ghp_0123456789abcdefghijklmnop")
    with serving() as server:
        server.answer = Answer(201, ISSUE)
        file.write_text(CONFIG.format(zone=ZONE, url=server.url) + more)
        async with at_the_desk(folder, size, config=replace(load(file, {}), person="mara")) as desk:
            await desk.enter("/todo alert on pool use owner:lee due:2026-12-01")
            yield desk, server


def states(desk: Desk) -> list[str]:
    return [item.state for item in desk.incident.deliveries.values()]


@SIZES
async def test_looked_at_and_filed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int]) -> None:
    async with with_tracker(tmp_path, monkeypatch, size) as (desk, server):
        await desk.enter("/track A1")
        assert isinstance(desk.app.screen, SendScreen)
        assert desk.shows("File A1 in an issue tracker", "[✓] issues", "alert on pool use")
        assert "] ops" not in desk.painted()
        assert (server.requests, states(desk)) == ([], [])
        await desk.press("enter")
        await desk.until(lambda: states(desk) == ["sent"])

        assert server.last.json["title"] == "alert on pool use"
        await desk.enter("/track A1")
        assert desk.shows("has it already")
        await desk.press("enter", "escape")
        assert len(server.requests) == 1


@SIZES
async def test_filed_from_the_case_and_told_where(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int]
) -> None:
    """One key on the item; what did not arrive stands below it, and then where it was filed."""
    async with with_tracker(tmp_path, monkeypatch, size) as (desk, server):
        server.answers = [Answer(404, {"message": "Not Found"})]
        await desk.press("alt+4", "g")
        assert desk.shows("File A1 in an issue tracker", "alert on pool use")
        await desk.press("enter")
        await desk.until(lambda: states(desk) == ["failed"])
        assert desk.reads("case", "↳ Q1 issues did not arrive", "404")
        await desk.press("r")
        await desk.until(lambda: states(desk) == ["sent"])
        assert desk.reads("case", "A1 alert on pool use lee · medium · 2026-12-01 ↗ issues")
        assert "did not arrive" not in desk.pane("case")
        await desk.press("enter")
        assert "↳issueshttps://github.com/acme/shop/issues/12" in "".join(desk.pane("case").split())  # it may wrap

        assert len([request for request in server.requests if request.method == "POST"]) == 2


async def test_the_key_needs_an_item(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with with_tracker(tmp_path, monkeypatch) as (desk, _):
        await desk.enter("> roll back")
        await desk.press("alt+4", "home", "g")
        assert desk.said()[-1] == "select an action item first"
        await desk.press("r")
        assert desk.said()[-1] == "select an action item that did not arrive first"


async def test_escape_files_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with with_tracker(tmp_path, monkeypatch) as (desk, server):
        await desk.enter("/track A1 issues")
        await desk.press("escape")
        assert (server.requests, states(desk)) == ([], [])


async def test_of_several_trackers_a_person_ticks_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with with_tracker(tmp_path, monkeypatch, more=ANOTHER) as (desk, _):
        await desk.enter("/track A1")
        assert desk.shows("[ ] issues", "[ ] other")
        await desk.press("escape")
        await desk.enter("/track A1 other")
        assert desk.shows("[ ] issues", "[✓] other", "acme/other")


@pytest.mark.parametrize(("line", "said"), [("/track A7", "no action item"), ("/track A1 ops", "no issue tracker")])
async def test_what_cannot_be_filed_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: str, said: str
) -> None:
    async with with_tracker(tmp_path, monkeypatch) as (desk, _):
        await desk.enter(line)
        assert not isinstance(desk.app.screen, SendScreen)
        assert any(said in words for words in desk.said())
