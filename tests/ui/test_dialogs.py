"""Dialogs: they answer, or say why not; they lose nothing that was typed, and fit into 80 by 24."""

from collections.abc import Callable
from typing import Any

import pytest

from incident_tui.domain.incident import SEVERITIES
from incident_tui.ui.keys import shown_keys
from incident_tui.ui.screens.ask import AskScreen
from incident_tui.ui.screens.choose import ChooseScreen
from incident_tui.ui.screens.declare import DeclareScreen
from incident_tui.ui.screens.dialog import Dialog
from incident_tui.ui.screens.help import HelpScreen, sections_of
from incident_tui.ui.screens.write import Written
from incident_tui.ui.widgets.board import Row
from incident_tui.ui.widgets.choice_line import ChoiceLine
from incident_tui.ui.widgets.keyline import KeyLine
from tests.ui.stage import (
    HOSTILE,
    NOW,
    SIZES,
    ZONE,
    Stage,
    ask,
    choose,
    declare,
    found,
    help_screen,
    reason,
    typed,
    write,
)


@SIZES
@pytest.mark.parametrize("make", [ask, choose, declare, write, help_screen])
async def test_everything_is_in_sight(make: Callable[[], Dialog[Any]], size: tuple[int, int]) -> None:
    app = Stage(make)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        for widget in app.screen.query("Dialog *"):
            if widget.display and widget.region:
                assert app.screen.region.contains_region(widget.region), widget
        line = app.screen.query_one(KeyLine)
        shown = line.render_line(0).text
        assert line.keys
        assert all(f"{key} {what}" in shown for key, what in line.keys)


@SIZES
async def test_hostile_words_stay_words(size: tuple[int, int]) -> None:
    rows = (Row("a", ((HOSTILE, ""),)),)
    made: tuple[Callable[[], Dialog[Any]], ...] = (
        lambda: AskScreen(HOSTILE, HOSTILE, HOSTILE, HOSTILE),
        lambda: ChooseScreen(HOSTILE, rows, HOSTILE),
        lambda: DeclareScreen(
            SEVERITIES, HOSTILE, (HOSTILE, "emergency"), found, now=lambda: NOW, zone=ZONE, on_call=HOSTILE
        ),
        lambda: write(Written("internal", HOSTILE, HOSTILE, None)),
        lambda: HelpScreen(HOSTILE, ((HOSTILE, ""),), ((HOSTILE, ((HOSTILE, HOSTILE),)),)),
    )
    for make in made:
        app = Stage(make)
        async with app.run_test(size=size) as pilot:
            await pilot.pause()
            assert app.screen is app.dialog
            assert "[/x]" in app.export_screenshot().replace("&#160;", " ")


async def test_a_needed_answer_is_asked_for_again() -> None:
    app = Stage(ask)
    async with app.run_test() as pilot:
        dialog = app.dialog
        await pilot.press("enter")
        assert "Nothing is typed" in reason(app.dialog)
        await typed(pilot, " one region only ")
        assert reason(dialog) == ""
        await pilot.press("enter")
        assert app.answers == ["one region only"]


async def test_an_answer_that_is_not_needed_may_be_empty() -> None:
    app = Stage(lambda: ask(required=False))
    async with app.run_test() as pilot:
        await pilot.press("enter")
        assert app.answers == [""]


async def test_what_fails_keeps_the_question_open() -> None:
    tried: list[str] = []

    def attempt(answer: str) -> str:
        tried.append(answer)
        return "it is taken" if len(tried) == 1 else ""

    app = Stage(lambda: AskScreen("Export", "File", "a.md", attempt=attempt))
    async with app.run_test() as pilot:
        dialog = app.dialog
        await pilot.press("enter")
        assert reason(dialog) == "it is taken"
        await pilot.press("enter")
        assert (app.answers, tried) == (["a.md"], ["a.md", "a.md"])


async def test_escape_answers_nothing() -> None:
    made: tuple[Callable[[], Dialog[Any]], ...] = (ask, choose, declare, write, help_screen)
    for make in made:
        app = Stage(make)
        async with app.run_test() as pilot:
            await pilot.press("escape")
            assert app.answers == [None]


async def test_letters_filter_while_arrows_move() -> None:
    app = Stage(choose)
    async with app.run_test() as pilot:
        dialog = app.dialog
        await pilot.press("down", "down")
        assert dialog.board.cursor_key == "k2"
        await typed(pilot, "person 7")
        assert [row.key for row in dialog.board.rows] == ["k7", "k17", "k27"]
        await pilot.press("down", "enter")
        assert app.answers == ["k17"]


async def test_the_cursor_starts_where_it_is_told() -> None:
    rows = tuple(Row(key, ((key, ""),)) for key in "abc")
    app = Stage(lambda: ChooseScreen("Status", rows, at="b"))
    async with app.run_test() as pilot:
        await pilot.press("enter")
        assert app.answers == ["b"]


async def test_nothing_left_is_said_and_not_chosen() -> None:
    app = Stage(choose)
    async with app.run_test() as pilot:
        await typed(pilot, "zzz")
        await pilot.press("enter")
        assert "Nothing is left" in reason(app.dialog)
        await pilot.press("backspace", "backspace", "backspace", "enter")
        assert app.answers == ["k0"]


async def test_keys_that_a_field_takes_as_text_are_not_offered() -> None:
    app = Stage(help_screen)
    async with app.run_test() as pilot:
        dialog = app.dialog
        await pilot.pause()
        assert shown_keys(dialog) == (("esc", "close"),)
        titles = [title for title, _pairs in sections_of(dialog)]
        assert titles == ["Here", "On this screen"]


async def test_a_click_on_a_key_does_what_the_key_does() -> None:
    app = Stage(lambda: ask(value="so it is"))
    async with app.run_test() as pilot:
        dialog = app.dialog
        await pilot.pause()
        await pilot.click(dialog.query_one(KeyLine), offset=(2, 0))
        await pilot.pause()
        assert app.answers == ["so it is"]


async def test_choices_go_round_and_follow_clicks() -> None:
    app = Stage(write)
    async with app.run_test() as pilot:
        dialog = app.dialog
        dialog.audience.focus()
        await pilot.press("left")
        assert dialog.audience.value == "external"
        await pilot.press("right", "space")
        assert dialog.audience.value == "management"
        await pilot.click(dialog.query(ChoiceLine).first(), offset=(3, 0))
        assert dialog.audience.value == "internal"
