"""An imported incident of a time zone that this machine does not know is at work like any other."""

from __future__ import annotations

from pathlib import Path

import pytest

from incident_tui.config import Config
from incident_tui.session import Session
from incident_tui.ui.first_rows import first_rows
from incident_tui.ui.screens.ask import AskScreen
from incident_tui.ui.screens.handoff import HandoffScreen
from incident_tui.ui.screens.help import HelpScreen
from incident_tui.ui.screens.home import HomeScreen
from incident_tui.ui.screens.replay import ReplayScreen
from incident_tui.ui.screens.report import ReportScreen
from incident_tui.ui.screens.war_room import WarRoom
from incident_tui.ui.screens.write import MessageScreen
from tests.cli.conftest import CommandLine
from tests.elsewhere import rewritten
from tests.ui.harness import WIDE, ZONE, Desk, Wall, at_the_desk, paths_in

MARS = "Mars/Olympus"
NOTICE = f'"{MARS}" is no time zone that this machine knows; times are in {ZONE}'


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A house in Berlin that has imported one live incident of Mars."""
    monkeypatch.setenv("TZ", ZONE)
    there, here = CommandLine(tmp_path / "there"), CommandLine(tmp_path / "here")
    there.ok("declare", "Checkout fails", "--commander", "mara")
    there.ok("log", "the pool is empty")
    here.ok("import", "-", stdin=rewritten(there.ok("export"), zone=MARS).encode())
    assert here.json("verify")["sound"] is True
    return here.home


def now(home: Path) -> Wall:
    with Session.open(paths_in(home), Config(person="mara")) as session:
        return Wall(session.now())


async def test_the_war_room_opens_and_says_whose_time_it_shows(home: Path) -> None:
    async with at_the_desk(home, WIDE, wall=now(home)) as desk:
        assert desk.said() == [NOTICE]
        assert desk.shows(f"  {ZONE}", "the pool is empty")
        await desk.enter("10m ago the cache is cold")
        await desk.enter("/milestone started -5m")
        assert desk.bodies()[-1].KIND == "milestone.set"
        desk.hush()
        await through_the_errands(desk)


async def through_the_errands(desk: Desk) -> None:
    """Whatever tells a time beside the panes."""
    for line, screen in {
        "/update": MessageScreen,
        "/handoff @Noor": HandoffScreen,
        "/report": ReportScreen,
        "/help": HelpScreen,
        "/replay": ReplayScreen,
    }.items():
        await desk.enter(line)
        assert isinstance(desk.app.screen, screen), line
        await desk.press("escape")
        assert isinstance(desk.app.screen, WarRoom), line


async def test_it_opens_from_home_and_its_replay_goes_to_a_time(home: Path) -> None:
    async with at_the_desk(home, WIDE, title=None, wall=now(home)) as desk:
        assert isinstance(desk.app.screen, HomeScreen)
        await desk.press("R")
        assert isinstance(desk.app.screen, ReplayScreen)
        await desk.press("g")
        assert isinstance(desk.app.screen, AskScreen)
        await desk.enter("+0m")
        await desk.press("y", "escape")
        await desk.press("enter")
        assert isinstance(desk.app.screen, WarRoom)


def test_the_rows_before_the_screen_are_painted(home: Path) -> None:
    with Session.open(paths_in(home), Config(person="mara")) as session:
        rows = first_rows(session, session.enter(session.summaries()[0].incident), *WIDE)
    assert "the pool is empty" in rows
