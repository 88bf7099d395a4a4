"""Asking outside from the war room: every answer in its own place, kept with its question when a person says so."""

from __future__ import annotations

import subprocess
import threading
from pathlib import Path

import pytest
from msgspec.structs import replace

from incident_tui.config import Config, load
from incident_tui.domain import events as e
from incident_tui.sources.panel import Panel, Question, Row
from incident_tui.ui.errands import looking
from incident_tui.ui.screens.looking import LookScreen
from tests.ui.harness import NOW, SIZES, ZONE, Desk, at_the_desk

CONFIG = """
person = "mara"
zone = "{zone}"
[sources.changes]
kind = "git"
path = "{path}"
[sources.checks]
kind = "healthchecks"
url = "http://127.0.0.1:9"
key = "env:HC_KEY"
plain = true
"""


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Config:
    """A repository with one change, and a service that does not answer."""
    monkeypatch.setenv("HC_KEY", "not-a-real-key")
    work = tmp_path / "work"
    git = ["git", "-c", "user.name=lee", "-c", "user.email=lee@example.org", "-C", str(work)]
    subprocess.run(["git", "init", "-q", str(work)], check=True)
    subprocess.run([*git, "commit", "-q", "--allow-empty", "-m", "Lease connections [/x]\n\nfor longer"], check=True)
    file = tmp_path / "sources.toml"
    file.write_text(CONFIG.format(zone=ZONE, path=work))
    return load(file, {})


def looked(desk: Desk) -> LookScreen:
    assert isinstance(desk.app.screen, LookScreen)
    return desk.app.screen


@SIZES
async def test_each_source_answers_in_its_own_place(tmp_path: Path, config: Config, size: tuple[int, int]) -> None:
    async with at_the_desk(tmp_path, size, config=config) as desk:
        await desk.press("ctrl+l")
        await desk.until(lambda: len(looked(desk).panels) == 2)

        assert desk.shows("Recent changes · changes", "Lease connections [/x]", "Jobs that are late · checks")
        assert desk.shows("no answer", "nothing listens")
        await desk.press("e")
        await desk.until(lambda: isinstance(desk.last(), e.ResultKept))
        kept = desk.last()
        assert isinstance(kept, e.ResultKept)
        assert kept.source == "changes"
        assert "Lease connections [/x]" in kept.text
        assert desk.shows("✓ kept")
        await desk.press("e")
        assert sum(isinstance(body, e.ResultKept) for body in desk.bodies()) == 1
        await desk.press("escape")
        await desk.press("alt+2")
        assert desk.shows("changes: Recent changes")


async def test_what_did_not_answer_is_no_evidence(tmp_path: Path, config: Config) -> None:
    async with at_the_desk(tmp_path, config=config) as desk:
        await desk.enter("/look checks")
        await desk.until(lambda: len(looked(desk).panels) == 1)
        await desk.press("e")

        assert "keep as evidence" not in desk.painted()
        assert not any(isinstance(body, e.ResultKept) for body in desk.bodies())


async def test_a_link_in_the_composer_is_what_is_asked_about(tmp_path: Path, config: Config) -> None:
    async with at_the_desk(tmp_path, config=config) as desk:
        await desk.type("https://sentry.io/organizations/acme/issues/1/")
        await desk.press("ctrl+l")
        assert looked(desk).what.value == "https://sentry.io/organizations/acme/issues/1/"
        assert desk.shows("no source is configured for sentry.io")
        await desk.press("escape")

        assert desk.room.composer.text == "https://sentry.io/organizations/acme/issues/1/"


async def test_without_sources_it_says_what_to_do(tmp_path: Path) -> None:
    async with at_the_desk(tmp_path) as desk:
        await desk.press("ctrl+l")

        assert desk.shows("no source is configured")


async def test_places_stand_still_while_answers_come(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A slow source holds up no other; an answer to an earlier round changes nothing."""
    slow, second = threading.Event(), Panel("b", "quick", NOW, (Row("first line", "folded\n[/x]"), Row("next")))

    def wait() -> Panel:
        slow.wait(60)
        return Panel("a", "slow", NOW, (Row("at last"),))

    asked = (Question("a", "slow", wait), Question("b", "quick", lambda: replace(second, partial="page 2 is missing")))
    monkeypatch.setattr(looking, "questions", lambda *_: asked)
    async with at_the_desk(tmp_path) as desk:
        await desk.pilot.press("ctrl+l")
        screen = looked(desk)
        await desk.meanwhile(lambda: 1 in screen.panels)
        before = screen.query_one("#panel-1").region
        assert desk.shows("asking …", "first line …", "page 2 is missing")
        await desk.pilot.press("tab", "enter")
        await desk.pilot.pause()
        assert desk.shows("folded", "[/x]")
        slow.set()
        await desk.until(lambda: 0 in screen.panels)

        assert desk.shows("at last")
        assert screen.query_one("#panel-1").region == before
