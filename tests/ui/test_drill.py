"""A drill at the screen: begun from the list, marked unmistakably, fed by the clock, compared at the end."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from pathlib import Path

from incident_tui.config import Config
from incident_tui.domain.decide.command import set_impact, set_status
from incident_tui.domain.decide.log import log_entry
from incident_tui.domain.events import EntryLogged, ImpactSet
from incident_tui.session import Done, Session
from incident_tui.ui.drilling import Feed, attend
from incident_tui.ui.screens.ask import AskScreen
from incident_tui.ui.screens.comparison import ComparisonScreen
from incident_tui.ui.screens.war_room import WarRoom
from tests.ui.harness import SIZES, WIDE, ZONE, Desk, Wall, at_the_desk, declare, paths_in


def lived_through(folder: Path, wall: Wall) -> str:
    """An incident of twenty minutes: an alert after five, an impact after ten; the reference."""
    with Session.open(paths_in(folder), Config(person="mara", zone=ZONE), wall=wall) as session:
        room = session.enter(declare(session))
        for minutes, intent in (
            (5, partial(log_entry, kind_word="alert", text_word="p99 over 5 s")),
            (5, partial(set_impact, key_word="users", value_word="900")),
            (10, partial(set_status, word="resolved")),
        ):
            wall.move(minutes=minutes)
            done = session.perform(room, intent)
            assert isinstance(done, Done)
            room = done.room
    wall.move(days=9)
    return room.incident.ref


async def passes(desk: Desk, **by: float) -> None:
    """Time passes, and every open room is attended to, twice: the second look finds nothing more to do."""
    desk.wall.move(**by)
    for _ in range(3):
        for screen in desk.app.screen_stack:
            if isinstance(screen, WarRoom):
                attend(screen, desk.wall.now)
        await desk.settle()
    desk.room.paint(desk.wall.now)
    await desk.settle()


async def begun(desk: Desk, moment: str = "") -> None:
    """From the list into the drill of the only incident."""
    await desk.press("f")
    assert isinstance(desk.app.screen, AskScreen)
    await desk.enter(moment)
    await desk.settle()  # the dialog goes, the drill is made, its room comes


@SIZES
async def test_a_drill_is_begun_from_the_list_and_says_what_it_is(tmp_path: Path, size: tuple[int, int]) -> None:
    wall = Wall()
    lived_through(tmp_path, wall)
    async with at_the_desk(tmp_path, size, title=None, wall=wall) as desk:
        await begun(desk)

        assert desk.incident.drill is not None
        assert desk.incident.live
        assert desk.shows(" DRILL ")
        assert " DRILL " in desk.lines()[0] + desk.lines()[1]
        await desk.press("ctrl+o")
        await desk.look()
        await desk.settle()
        assert desk.shows(" DRILL ")


async def test_what_came_from_outside_comes_on_the_real_clock_and_once(tmp_path: Path) -> None:
    wall = Wall()
    lived_through(tmp_path, wall)
    async with at_the_desk(tmp_path, WIDE, title=None, wall=wall) as desk:
        await begun(desk)
        await passes(desk, minutes=4, seconds=59)
        assert not any(isinstance(body, EntryLogged) for body in desk.bodies())

        await passes(desk, seconds=1)

        assert [body.text for body in desk.bodies() if isinstance(body, EntryLogged)] == ["p99 over 5 s"]
        assert desk.reads("log", "p99 over 5 s")
        assert desk.events()[-1].actor == "drill"
        desk.room.feed = Feed(desk.session, desk.room.recorder)
        await passes(desk, minutes=30)
        assert len([body for body in desk.bodies() if isinstance(body, EntryLogged)]) == 1
        assert len([body for body in desk.bodies() if isinstance(body, ImpactSet)]) == 1
        assert desk.incident.impact["users"].text == "900"


async def test_an_alert_arrives_behind_a_dialog(tmp_path: Path) -> None:
    wall = Wall()
    lived_through(tmp_path, wall)
    async with at_the_desk(tmp_path, WIDE, title=None, wall=wall) as desk:
        await begun(desk)
        await desk.press("f3")

        await passes(desk, minutes=6)

        assert isinstance(desk.last(), EntryLogged)


async def test_a_moment_outside_is_refused_where_it_is_asked_for(tmp_path: Path) -> None:
    wall = Wall()
    lived_through(tmp_path, wall)
    async with at_the_desk(tmp_path, WIDE, title=None, wall=wall) as desk:
        await begun(desk, "+9h")
        assert isinstance(desk.app.screen, AskScreen)
        assert desk.shows("it was over")
        await desk.press("escape")

        await begun(desk, "+7m")

        assert desk.incident.began_at == wall.now - timedelta(minutes=7)
        assert desk.reads("log", "p99 over 5 s")


@SIZES
async def test_both_runs_are_shown_when_the_drill_is_resolved(tmp_path: Path, size: tuple[int, int]) -> None:
    wall = Wall()
    lived_through(tmp_path, wall)
    async with at_the_desk(tmp_path, size, title=None, wall=wall) as desk:
        await begun(desk)
        await passes(desk, minutes=8)
        await desk.enter("/resolve")
        await desk.settle()

        assert isinstance(desk.app.screen, ComparisonScreen)
        assert desk.shows("drilled from 00:00", "acknowledged", "resolved", "20:00", "08:00", "-12:00", "difference")
        await desk.press("escape")
        assert isinstance(desk.app.screen, WarRoom)
        await passes(desk, minutes=8)
        assert "users" not in desk.incident.impact


async def test_a_live_incident_is_not_drilled(tmp_path: Path) -> None:
    async with at_the_desk(tmp_path) as desk:
        await desk.press("ctrl+o")
        await desk.press("f")

        assert "only a past incident" in " ".join(desk.said())
