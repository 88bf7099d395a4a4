"""Past incidents like the one at hand: found, explained, and opened as a report or a replay."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from incident_tui.config import Config
from incident_tui.domain.decide import Intent, command
from incident_tui.domain.events import EntryLogged, ServiceTagged
from incident_tui.protocols.library import load_builtin
from incident_tui.session import Done, Session
from incident_tui.ui.screens.replay import ReplayScreen
from incident_tui.ui.screens.report import ReportScreen
from incident_tui.ui.screens.similar import SimilarScreen
from tests.ui.harness import NARROW, NOW, ZONE, Desk, Wall, at_the_desk, paths_in


def past(folder: Path) -> str:
    """An incident of ten days ago that is over; its id."""
    wall = Wall()
    wall.now = NOW - timedelta(days=10)
    with Session.open(paths_in(folder), Config(person="lee", zone=ZONE), wall=wall) as session:
        done = session.declare("Checkout times out [/x]", 1, load_builtin("emergency"), "lee")
        assert isinstance(done, Done)
        acts: tuple[Intent, ...] = (
            lambda _: (EntryLogged("cause", "the pool leaks"), ServiceTagged("orders-db")),
            lambda incident: command.set_status(incident, "resolved"),
        )
        for act in acts:
            wall.now += timedelta(minutes=20)
            done = session.perform(done.room, act)
            assert isinstance(done, Done)
        return done.room.incident.id


async def listed(desk: Desk) -> None:
    await desk.enter("/service orders-db")
    await desk.enter("/similar")
    await desk.settle()
    assert isinstance(desk.app.screen, SimilarScreen)


async def test_similar_incidents_say_what_they_share_and_open_their_report(tmp_path: Path) -> None:
    past(tmp_path)
    async with at_the_desk(tmp_path, NARROW) as desk:
        await listed(desk)
        assert desk.shows("Checkout times out [/x]", "the pool leaks", "service orders-db", "40:00")
        await desk.press("enter")
        await desk.settle()
        assert isinstance(desk.app.screen, ReportScreen)


async def test_similar_incidents_are_replayed(tmp_path: Path) -> None:
    incident = past(tmp_path)
    async with at_the_desk(tmp_path, NARROW) as desk:
        await listed(desk)
        await desk.press("ctrl+r")
        await desk.settle()
        assert isinstance(desk.app.screen, ReplayScreen)
        assert desk.app.screen.room.incident.id == incident


async def test_a_key_of_the_case_says_when_nothing_is_like_it(tmp_path: Path) -> None:
    async with at_the_desk(tmp_path, NARROW, title="Snow on the roof") as desk:
        await desk.press("alt+4", "l")
        await desk.settle()
        assert "no past incident is like this one" in desk.said()[-1]
