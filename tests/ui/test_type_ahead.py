"""Keys that come all at once do what they do one by one."""

from __future__ import annotations

import random
import time
from itertools import count
from pathlib import Path
from types import SimpleNamespace

import pytest
from textual import events
from textual.widgets import Input, TextArea

from incident_tui.domain import events as e
from incident_tui.ui.screens.war_room import WarRoom
from incident_tui.ui.type_ahead import PatientApp
from tests.ui.harness import Desk, at_the_desk, character_of

LETTERS = ("7", "8", "9", "é")  # no pane does anything with them
EDITS = ("backspace", "delete", "left", "right", "home", "end", "ctrl+w", "ctrl+u", "ctrl+k")
MOVES = ("tab", "shift+tab", "escape", "alt+1", "alt+2", "up", "down")


def at_once(desk: Desk, *keys: str) -> None:
    for key in keys:
        name = {" ": "space"}.get(key, key)
        desk.app.post_message(events.Key(name, key if len(key) == 1 else character_of(key)))


def standing(desk: Desk) -> tuple[str, str | None, str]:
    """The line, what has the focus, and what is selected in the protocol."""
    focused = desk.app.focused
    return desk.room.composer.text, focused.id if focused else None, desk.room.checklist.cursor_key


async def cleared(desk: Desk) -> None:
    await desk.press("escape", "alt+1", "home", "escape", "end", "ctrl+u")
    assert desk.room.composer.text == ""


@pytest.mark.parametrize("seed", range(12))
async def test_as_if_typed_one_by_one(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    keys = chance.choices((*LETTERS * 4, *EDITS * 2, *MOVES), k=40)
    async with at_the_desk(tmp_path) as desk:
        await cleared(desk)
        for key in keys:
            await desk.press("space" if key == " " else key)
        slowly = standing(desk)
        await cleared(desk)
        at_once(desk, *keys)
        await desk.settle()
        assert standing(desk) == slowly


async def test_what_corrects_a_word_does_not_delete_what_follows(tmp_path: Path) -> None:
    async with at_the_desk(tmp_path) as desk:
        at_once(desk, *"poll", *["backspace"] * 2, *"ol", "enter", *"next")
        await desk.settle()
        assert desk.last() == e.EntryLogged("finding", "pool")
        assert desk.room.composer.text == "next"


async def test_what_follows_the_way_to_the_line_is_text_and_no_key_of_a_pane(tmp_path: Path) -> None:
    async with at_the_desk(tmp_path) as desk:
        await desk.press("alt+1")
        before = len(desk.bodies())
        at_once(desk, "i", *"a b x n")
        await desk.settle()
        assert desk.room.composer.text == "a b x n"
        assert len(desk.bodies()) == before


async def test_a_paste_keeps_its_place_among_keys(tmp_path: Path) -> None:
    async with at_the_desk(tmp_path) as desk:
        at_once(desk, *"7788", "backspace", "backspace")
        desk.app.post_message(events.Paste("PASTED"))
        at_once(desk, "home", "é")
        await desk.settle()
        assert desk.room.composer.text == "é77PASTED"


async def test_a_key_that_leads_elsewhere_holds_up_none_behind_it(tmp_path: Path) -> None:
    async with at_the_desk(tmp_path) as desk:
        at_once(desk, "f1", "escape", "f1", "escape", "ctrl+p", "escape", *"77", "f3", "escape", "8")
        await desk.settle()
        await desk.press("8")
        assert desk.room.composer.text.endswith("8")


async def test_the_test_notices_keys_that_overtake_each_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(PatientApp, "_is_text", lambda _app, _event: True)
    async with at_the_desk(tmp_path) as desk:
        at_once(desk, *"poll", *["backspace"] * 2, *"ol")
        await desk.settle()
        assert desk.room.composer.text != "pool"


@pytest.mark.parametrize(
    ("opening", "screen"),
    [(("f5",), "MessageScreen"), ((*"/message", "enter"), "MessageScreen"), (("f3",), "ChooseScreen")],
)
async def test_what_follows_the_way_to_a_dialog_is_for_the_dialog(
    tmp_path: Path, opening: tuple[str, ...], screen: str
) -> None:
    async with at_the_desk(tmp_path) as desk:
        before = desk.bodies()
        at_once(desk, *opening, *"7788", "backspace")
        await desk.settle()
        assert type(desk.app.screen).__name__ == screen
        assert desk.room.composer.text == ""
        field = desk.app.focused
        assert (field.text if isinstance(field, TextArea) else field.value if isinstance(field, Input) else "") == "778"
        assert desk.bodies() == before


async def test_on_a_machine_that_is_busy_with_others_keys_wait_as_well(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    minutes = count(0.0, 60.0)
    clocks = SimpleNamespace(monotonic=lambda: next(minutes), thread_time=time.thread_time)
    async with at_the_desk(tmp_path) as desk:
        monkeypatch.setattr("incident_tui.ui.type_ahead.time", clocks)
        at_once(desk, *"/message", "enter", *"7788", "backspace")
        await desk.settle()
        assert type(desk.app.screen).__name__ == "MessageScreen"
        assert isinstance(desk.app.focused, TextArea)
        assert desk.app.focused.text == "778"


async def test_what_is_typed_before_the_way_out_is_kept(tmp_path: Path) -> None:
    async with at_the_desk(tmp_path) as desk:
        at_once(desk, *"the pool is full", "ctrl+q")
        await desk.settle()
        assert [text for _, text in desk.session.spilled()] == ["the pool is full"]


async def test_a_click_keeps_its_place_among_keys(tmp_path: Path) -> None:
    async with at_the_desk(tmp_path) as desk:
        at_once(desk, *"77")
        x, y = desk.room.log_pane.region.center
        for kind in (events.MouseDown, events.MouseUp):
            desk.app.post_message(kind(None, int(x), int(y), 0, 0, 1, False, False, False))
        at_once(desk, "8", "i", "9")
        await desk.settle()
        assert desk.room.composer.text == "779"


async def test_what_follows_a_declaration_is_for_the_new_incident(tmp_path: Path) -> None:
    async with at_the_desk(tmp_path) as desk:
        await desk.press("ctrl+o")
        at_once(desk, "d", *"Login fails", "enter", *"first line right behind", "enter", *"next")
        await desk.settle()
        assert isinstance(desk.app.screen, WarRoom)
        assert desk.incident.title == "Login fails"
        assert desk.last() == e.EntryLogged("finding", "first line right behind")
        assert desk.room.composer.text == "next"


async def test_who_waits_for_all_that_was_pressed_waits_for_the_keys_that_wait(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("incident_tui.ui.type_ahead.LOOK_SECONDS", 0.2)
    async with at_the_desk(tmp_path) as desk:
        await desk.press("alt+1", "space", "space")
        assert [body.step for body in desk.bodies() if isinstance(body, e.StepChecked)] == ["1.1", "1.2"]


async def test_each_key_that_records_acts_on_what_the_one_before_has_recorded(tmp_path: Path) -> None:
    async with at_the_desk(tmp_path) as desk:
        at_once(desk, "alt+1", " ", " ", " ")
        await desk.settle()
        assert [body.step for body in desk.bodies() if isinstance(body, e.StepChecked)] == ["1.1", "1.2", "1.3"]
        assert desk.said() == []
