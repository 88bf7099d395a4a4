"""Insights: every tab by keyboard at every size, what is drawn, what is opened, and texts that want to act."""

from __future__ import annotations

import contextlib
import re
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from incident_tui.config import Config
from incident_tui.domain import events as e
from incident_tui.domain.metrics import DEFINITIONS
from incident_tui.domain.survey import NOTES
from incident_tui.session import Session
from incident_tui.ui.app import IncidentApp
from incident_tui.ui.screens.help import HelpScreen
from incident_tui.ui.screens.home import HomeScreen
from incident_tui.ui.screens.insights import InsightsScreen
from incident_tui.ui.screens.war_room import WarRoom
from incident_tui.ui.views.insights import MEASURE, OPEN, SECTIONS, definitions
from tests.journal.journals import tell
from tests.story import HERE, Story, checkout_outage, declared
from tests.ui.harness import HUGE, NARROW, NOW, SIZES, WIDE, ZONE, Desk, Wall, at_the_desk, paths_in

DAY = timedelta(days=1)
BRAILLE = re.compile("[\u2801-\u28ff]")
CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def outage(days: float, number: int, *, cause: str = "pool exhausted", severity: int = 2, odd: bool = False) -> Story:
    """An outage so many days ago that took `number` times ten minutes; `odd` ones began after their detection."""
    began = NOW - days * DAY
    story = Story(device=HERE, start=began)
    ref = f"INC-{began:%Y%m%d}-{number:03}"
    story.say(declared(severity=severity, ref=ref, title=f"Outage {number}"), after=timedelta(0))
    story.say(e.MilestoneSet("started"), at=began + timedelta(minutes=5 if odd else -5))
    story.say(e.ImpactSet("service", "checkout"))
    story.say(e.StepSkipped("1.1", "not needed"), e.StepChecked("1.2"), after=timedelta(minutes=2))
    draft = story.say(e.MessageDrafted("external", "We look into it.", "", "", 120))
    story.say(e.MessageSent(draft.id, "copied", (story.now + timedelta(minutes=2)).isoformat()))
    story.say(e.EntryLogged("cause", cause), e.RoleTaken("incident commander", "mara"))
    story.say(e.ActionItemAdded("alert on pool use", "lee", "2026-11-01", "high"))
    story.say(e.StatusSet("resolved"), after=timedelta(minutes=10 * number))
    return story


HOSTILE = (
    "[/x]",
    "[@click=app.quit]here[/]",
    "\x1b[31mred\x1b[0m\x1b]0;title\x07",
    "\u202eevil\u2066",
    "a\tb\r\nc",
    "{{ 7*7 }} $name %s {0}",
    "👩‍👩‍👧‍👦🇩🇪 e\u0301 ｗｉｄｅ",
    "\x9b2J\x7f",
    "x" * 300,
)
STORIES = (outage(3, 1, severity=1), outage(40, 2, cause="exhausted pools"), outage(75, 3, odd=True))


@contextlib.asynccontextmanager
async def insights(
    folder: Path, size: tuple[int, int] = WIDE, stories: Sequence[Story] = STORIES
) -> AsyncIterator[tuple[Desk, InsightsScreen]]:
    """The insights of a home with these incidents, opened with their key."""
    with Session.open(paths_in(folder), Config(person="mara", zone=ZONE)) as session:
        for story in stories:
            tell(session.journal, story)
    async with at_the_desk(folder, size, title=None) as desk:
        await desk.press("g")
        screen = desk.app.screen
        assert isinstance(screen, InsightsScreen)
        yield desk, screen


@pytest.mark.parametrize("key", ["1", "2", "6"])
@pytest.mark.parametrize("size", [NARROW, HUGE], ids=lambda size: f"{size[0]}x{size[1]}")
def test_pictures(tmp_path: Path, snap_compare: Callable[..., bool], size: tuple[int, int], key: str) -> None:
    wall = Wall(NOW)
    with Session.open(paths_in(tmp_path), Config(person="mara", zone=ZONE), wall=wall) as session:
        for story in STORIES:
            tell(session.journal, story)
        app = IncidentApp(session)
        app.animation_level = "none"

        async def turned(pilot: Pilot[Any]) -> None:
            desk = Desk(app, pilot, session, wall)
            await desk.settle()
            await desk.press("g", key)

        assert snap_compare(app, terminal_size=size, run_before=turned)
        app.close()


@SIZES
async def test_every_tab_is_reached_by_its_number(tmp_path: Path, size: tuple[int, int]) -> None:
    told = {
        "times": ("time to resolve", "median", "missing", "invalid"),
        "protocol": ("Immediate response", "Steps skipped"),
        "command": ("3 broken", "Time without a commander"),
        "causes": ("Recurring causes", "pool"),
        "actions": ("3 open, 3 late", "alert on pool use"),
        "review": ("Review of the month 2026-11", "time to resolve, median"),
    }
    async with insights(tmp_path, size) as (desk, screen):
        for place, name in enumerate(SECTIONS, start=1):
            await desk.press(str(place))
            assert screen.section == name
            painted = desk.painted()
            assert [words for words in told[name] if words not in painted] == []


async def test_tab_and_arrows_turn_the_tabs(tmp_path: Path) -> None:
    async with insights(tmp_path, NARROW) as (desk, screen):
        await desk.press("tab", "right")
        assert screen.section == list(SECTIONS)[2]
        await desk.press("left", "left", "left")
        assert screen.section == list(SECTIONS)[-1]


async def test_the_metric_under_the_cursor_is_drawn(tmp_path: Path) -> None:
    async with insights(tmp_path, HUGE) as (desk, screen):
        assert screen.board.cursor_key == MEASURE + "resolve"
        assert desk.shows("Time to resolve by month", "Time to resolve by severity", "Time to resolve, by service")
        assert BRAILLE.search(desk.painted())
        await desk.press("down")
        assert desk.shows("Total downtime by month")
        await desk.press("home")
        assert desk.shows("Time to detect by month", "Time to detect, by service")


async def test_what_is_missing_or_invalid_stands_with_its_number(tmp_path: Path) -> None:
    async with insights(tmp_path, HUGE) as (desk, _):
        line = next(line for line in desk.lines() if "time to detect" in line)
        assert line.split("time to detect")[1].split() == ["05:00", "05:00", "2", "–", "1", "│"]
        assert desk.shows("2 invalid", "detect: detected before started", "downtime: detected before started")


async def test_weeks_take_the_place_of_months(tmp_path: Path) -> None:
    async with insights(tmp_path, HUGE) as (desk, _):
        await desk.press("m")
        assert desk.shows("Time to resolve by week", "2026-W47")
        await desk.press("6")
        assert desk.shows("Review of the week 2026-W47")
        await desk.press("m")
        assert desk.shows("Review of the month 2026-11")


async def test_one_severity_after_the_other(tmp_path: Path) -> None:
    async with insights(tmp_path) as (desk, screen):
        await desk.press("s")
        assert desk.shows("1 incident", "SEV1 critical")
        await desk.press("s", "s", "s", "s")
        assert screen.severity == 0
        assert desk.shows("3 incidents", "all severities")


async def test_enter_opens_the_incident_of_the_row(tmp_path: Path) -> None:
    async with insights(tmp_path) as (desk, screen):
        assert "enter" not in desk.lines()[-1]
        await desk.press("5")
        assert screen.board.cursor_key.startswith(OPEN)
        assert "enter open" in desk.lines()[-1]
        await desk.press("enter")
        assert isinstance(desk.app.screen, WarRoom)
        assert desk.room.room.incident.title.startswith("Outage")


@pytest.mark.parametrize("key", ["escape", "q", "g"])
async def test_the_way_back_leads_home(tmp_path: Path, key: str) -> None:
    async with insights(tmp_path) as (desk, _):
        await desk.press(key)
        assert isinstance(desk.app.screen, HomeScreen)


@pytest.mark.parametrize("size", [NARROW, HUGE])
async def test_help_says_what_each_figure_means_and_where_that_comes_from(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    async with insights(tmp_path, size) as (desk, _):
        await desk.press("f1")
        screen = desk.app.screen
        assert isinstance(screen, HelpScreen)
        assert desk.shows("What the figures mean", "detect", "Source: emergency")
        rows = len(screen.board.rows)
        assert rows > len(DEFINITIONS) + len(NOTES)
    assert all("Source: " in text for _, text in definitions())


async def test_without_incidents_there_is_nothing_to_draw(tmp_path: Path) -> None:
    async with insights(tmp_path, stories=()) as (desk, screen):
        assert desk.shows("0 incidents", "No incident to measure.")
        for place in range(1, len(SECTIONS) + 1):
            await desk.press(str(place))
        assert desk.app.screen is screen


async def test_what_came_meanwhile_is_read_on_demand(tmp_path: Path) -> None:
    async with insights(tmp_path) as (desk, screen):
        tell(desk.session.journal, outage(9, 4))
        await desk.press("r")
        assert screen.found is not None
        assert len(screen.found.incidents) == 4


@pytest.mark.parametrize("size", [NARROW, HUGE])
async def test_no_text_acts_on_the_terminal_or_the_program(tmp_path: Path, size: tuple[int, int]) -> None:
    stories = [_hostile(text, number) for number, text in enumerate((*HOSTILE, *HOSTILE))]
    async with insights(tmp_path, size, [*stories, checkout_outage(NOW - DAY)]) as (desk, screen):
        for place in range(1, len(SECTIONS) + 1):
            await desk.press(str(place))
            assert not CONTROLS.search("".join(desk.lines()))
        assert desk.app.screen is screen
        assert desk.app.failure is None


def _hostile(text: str, number: int) -> Story:
    story = Story(device=HERE, start=NOW - (number + 1) * timedelta(hours=7))
    story.say(declared(title=text, ref=f"INC-{text}-{number}"), after=timedelta(0))
    story.say(e.ImpactSet("service", text), e.StepSkipped("1.1", text), e.EntryLogged("cause", f"{text} pool"))
    story.say(e.ErrorRecorded(f"{text} timeout"), e.LessonRecorded("well", text))
    story.say(e.ActionItemAdded(text, text, text, text), e.MilestoneSet("started"))
    draft = story.say(e.MessageDrafted(text, text, text, text, 60))
    story.say(e.MessageSent(draft.id, text, (story.now + timedelta(seconds=60)).isoformat()))
    story.say(e.StatusSet("resolved"), after=timedelta(hours=1))
    return story
