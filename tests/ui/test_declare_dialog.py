"""The dialog that declares an incident: a title and enter are enough, and every field counts."""

from datetime import timedelta
from pathlib import Path

import pytest
from textual.widgets import Input

from incident_tui.domain.protocol import Protocol
from incident_tui.journal import Journal
from incident_tui.ui.screens.declare import Declaration, DeclareScreen
from incident_tui.ui.widgets.choice_line import ChoiceLine
from tests.ui.harness import Desk, Wall, at_the_desk
from tests.ui.stage import EMERGENCY, NOW, SIZES, Stage, declare, reason, typed
from tests.ui.test_war_room_saving import full_disk


async def test_a_title_and_enter_declare() -> None:
    app = Stage(declare)
    async with app.run_test() as pilot:
        await typed(pilot, "checkout down")
        await pilot.press("enter")
        assert app.answers == [Declaration("checkout down", 1, "dana", None, EMERGENCY, "lee")]


async def test_every_field_of_a_declaration_counts() -> None:
    app = Stage(declare)
    async with app.run_test() as pilot:
        await typed(pilot, "x")
        await pilot.press("tab", "1", "tab")
        await typed(pilot, "kim")
        await pilot.press("tab", "n", "tab")
        await typed(pilot, "10m ago")
        await pilot.press("tab")
        await typed(pilot, "database")
        await pilot.press("enter")
        expected = Declaration("x", 1, "kim", NOW - timedelta(minutes=10), Protocol("database", "database", ()))
        assert app.answers == [expected]


async def test_who_is_on_call_can_command_at_once() -> None:
    app = Stage(declare)
    async with app.run_test() as pilot:
        await typed(pilot, "x")
        await pilot.press("tab", "tab", "tab", "c", "enter")
        assert app.answers == [Declaration("x", 1, "lee", None, EMERGENCY)]


async def test_a_protocol_that_is_not_there_is_said_in_the_dialog() -> None:
    app = Stage(declare)
    async with app.run_test() as pilot:
        await typed(pilot, "x")
        await pilot.press("tab", "tab", "tab", "tab", "tab")
        await typed(pilot, "nothing")
        await pilot.press("enter")
        assert app.answers == []
        assert "no protocol “nothing”" in reason(app.dialog)


@pytest.mark.parametrize(
    ("title", "detected", "why"),
    [
        ("", "", "the title is empty"),
        ("x", "soon", "is not a time"),
        ("x", "2027-01-01 10:00", "lies in the future"),
    ],
)
async def test_what_is_wrong_with_a_declaration_is_said(title: str, detected: str, why: str) -> None:
    app = Stage(declare)
    async with app.run_test() as pilot:
        dialog = app.dialog
        dialog.named.value, dialog.detected.value = title, detected
        await pilot.pause()
        await pilot.press("enter")
        assert why in reason(app.dialog)
        assert app.answers == []
        assert dialog.focused is (dialog.named if not title else dialog.detected)


async def test_fields_of_a_declaration_start_at_the_title() -> None:
    app = Stage(declare)
    async with app.run_test() as pilot:
        dialog = app.dialog
        await pilot.pause()
        assert isinstance(dialog.focused, Input)
        assert dialog.focused is dialog.named


@SIZES
async def test_no_severity_moves_or_vanishes_when_the_keys_go_there(tmp_path: Path, size: tuple[int, int]) -> None:
    async with at_the_desk(tmp_path, size, title=None) as desk:
        await desk.press("d")
        before = next(line for line in desk.lines() if "SEV" in line)
        await desk.press("tab")
        assert desk.app.screen.query_one(ChoiceLine).has_focus
        assert "SEV4 low" in before
        assert before in desk.lines()
        await desk.press("3")
        assert desk.shows("● SEV3 medium", "SEV4 low")


async def test_enter_right_behind_the_letters_takes_them_all() -> None:
    app = Stage(declare)
    async with app.run_test() as pilot:
        await pilot.pause()
        for key in (*"down", "enter"):
            app.simulate_key(key)
        await pilot.pause()

        assert [answer.title for answer in app.answers if isinstance(answer, Declaration)] == ["down"]


def kept(desk: Desk) -> list[str]:
    return [text for _, text in desk.session.spilled()]


async def test_a_title_outlives_the_program_until_it_is_declared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wall = Wall()
    for words in ("checkout", " fails"):
        async with at_the_desk(tmp_path, title=None, wall=wall) as desk:
            await desk.press("d")
            await desk.type(words)
            await desk.press("ctrl+q")
        wall.move(seconds=1)
    async with at_the_desk(tmp_path, title=None, wall=wall) as desk:
        assert kept(desk) == ["checkout", "checkout fails"]
        await desk.press("d")
        assert named(desk).value == "checkout fails"
        assert desk.said() == ["you were typing this title when you left; enter declares"]
        with monkeypatch.context() as patch:
            patch.setattr(Journal, "writing", full_disk)
            await desk.press("enter")
        assert "the disk is full" in desk.said()[-1]
        assert kept(desk) == ["checkout", "checkout fails"]

        await desk.press("d", "enter")
        assert desk.incident.title == "checkout fails"
        assert kept(desk) == ["checkout"]
        assert desk.room.composer.text == ""


async def test_a_title_that_is_given_up_does_not_come_back(tmp_path: Path) -> None:
    async with at_the_desk(tmp_path, title=None) as desk:
        await desk.press("d")
        await desk.type("checkout")
        await desk.press("ctrl+q")
    async with at_the_desk(tmp_path, title=None) as desk:
        await desk.press("d", "escape")
        assert kept(desk) == []
        await desk.press("d")
        assert named(desk).value == ""


async def test_a_title_that_is_offered_is_kept_once(tmp_path: Path) -> None:
    for words in ("checkout", ""):
        async with at_the_desk(tmp_path, title=None) as desk:
            await desk.press("d")
            await desk.type(words)
            await desk.press("ctrl+q")
        assert kept(desk) == ["checkout"]


async def test_what_is_kept_of_an_incident_is_no_title(tmp_path: Path) -> None:
    async with at_the_desk(tmp_path) as desk:
        await desk.type("half a thought")
        await desk.press("ctrl+o", "d")
        assert named(desk).value == ""


def named(desk: Desk) -> Input:
    assert isinstance(desk.app.screen, DeclareScreen)
    return desk.app.screen.named
