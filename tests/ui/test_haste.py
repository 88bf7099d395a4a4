"""Keys that come faster than screens open and close: nothing opens twice, and nobody falls out of the program."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual import events
from textual.keys import _character_to_key

from tests.ui.harness import Desk, at_the_desk, character_of

ROOM, HOME = "WarRoom", "HomeScreen"


async def hasty(desk: Desk, *keys: str) -> None:
    """Press the keys without waiting for anything in between."""
    for key in keys:
        desk.app.post_message(events.Key(_character_to_key(key) if len(key) == 1 else key, character_of(key)))
    await desk.settle()


def stack(desk: Desk) -> list[str]:
    """The open screens."""
    return [type(screen).__name__ for screen in desk.app.screen_stack]


@pytest.mark.parametrize(
    ("keys", "open_then"),
    [
        (["ctrl+o", "ctrl+o"], [HOME]),
        (["ctrl+o", "ctrl+o", "ctrl+o"], [HOME]),
        (["f5", "ctrl+o"], [ROOM, "MessageScreen"]),
        (["ctrl+o", "f5", "f3"], [HOME]),
        (["f6", "f6"], [ROOM, "ReportScreen"]),
        (["f1", "f1"], [ROOM]),
        (["f3", "f3"], [ROOM, "ChooseScreen"]),
        (["f5", "f5"], [ROOM, "MessageScreen"]),
        (["f3", "ctrl+o"], [ROOM, "ChooseScreen"]),
    ],
    ids=lambda value: "-".join(value) or "none",
)
async def test_in_the_war_room(tmp_path: Path, keys: list[str], open_then: list[str]) -> None:
    async with at_the_desk(tmp_path) as desk:
        await hasty(desk, *keys)
        assert stack(desk) == open_then


@pytest.mark.parametrize("opens", ["f1", "f3", "f5", "f6", "ctrl+p"])
async def test_closing_twice_closes_once(tmp_path: Path, opens: str) -> None:
    async with at_the_desk(tmp_path) as desk:
        await desk.press(opens)
        assert len(stack(desk)) == 2
        await hasty(desk, "escape", "escape")
        assert stack(desk) == [ROOM]


async def test_home_before_the_room_is_there(tmp_path: Path) -> None:
    async with at_the_desk(tmp_path) as desk:
        await hasty(desk, "ctrl+o", "ctrl+o")
        await hasty(desk, "enter", "ctrl+o", "ctrl+o", "ctrl+o")
        await desk.press("enter")
        assert stack(desk) == [HOME, ROOM]
        await hasty(desk, "ctrl+o", "ctrl+o")
        assert stack(desk) == [HOME]


@pytest.mark.parametrize(
    ("keys", "open_then"),
    [
        (["enter", "enter"], [HOME, ROOM]),
        (["r", "r"], [HOME, "ReportScreen"]),
        (["d", "d"], [HOME, "DeclareScreen"]),
        (["d", "escape", "escape"], [HOME]),
        (["D", "D"], [HOME, ROOM]),
        (["enter", "d"], [HOME, ROOM]),
    ],
    ids="-".join,
)
async def test_at_home(tmp_path: Path, keys: list[str], open_then: list[str]) -> None:
    async with at_the_desk(tmp_path):
        """There is an incident."""
    async with at_the_desk(tmp_path, title=None) as desk:
        await hasty(desk, *keys)
        assert stack(desk) == open_then


async def test_a_second_enter_does_not_lead_away_from_what_is_being_declared(tmp_path: Path) -> None:
    async with at_the_desk(tmp_path, title="An older one"):
        """There is an incident."""
    async with at_the_desk(tmp_path, title=None) as desk:
        await desk.press("d", "x")
        await hasty(desk, "enter", "enter")
        assert stack(desk) == [HOME, ROOM]
        assert desk.incident.title == "x"
