"""Keys of the war room: none is dead, all are in the palette, letters are text in a field, narrow screens have all."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from textual import events
from textual.binding import Binding

from incident_tui.config import Config
from incident_tui.domain import events as e
from incident_tui.ui.commands import Commands
from incident_tui.ui.screens.help import HelpScreen
from incident_tui.ui.screens.own_lines import NEEDED
from incident_tui.ui.screens.panes import CasePane, ChecklistPane, LogPane, MessagesPane
from incident_tui.ui.screens.room_screen import RoomScreen
from incident_tui.ui.screens.war_room import WarRoom
from incident_tui.ui.text import plain
from incident_tui.ui.views.room import PANES
from incident_tui.ui.widgets.composer import Field
from tests.ui.harness import NARROW, WIDE, ZONE, Desk, at_the_desk

PLACES = re.compile(r"\{(\w+)\}")
PANE_KEYS = {"checklist": ChecklistPane, "log": LogPane, "messages": MessagesPane, "case": CasePane}
STORY = (
    "error rate climbs",
    "? pool is full",
    "> roll back",
    "@internal we look into it",
    "/todo alert on the pool",
)


def bindings_of(owner: type[object]) -> list[Binding]:
    return [binding for binding in getattr(owner, "BINDINGS", ()) if isinstance(binding, Binding) and binding.id]


def keys_of(*owners: type[object], but: str = "") -> list[str]:
    wanted = [item for owner in owners for item in bindings_of(owner) if item.id not in ("room.home", but)]
    return [key for item in wanted for key in item.key.split(",")]


async def back_to(desk: Desk, pane: str) -> None:
    while desk.app.screen is not desk.room:
        await desk.press("escape")
    desk.room.composer.set_text("")
    desk.hush()
    await desk.press("escape", f"alt+{PANES.index(pane) + 1}")


def state(desk: Desk) -> tuple[object, ...]:
    return len(desk.events()), desk.app.focused, desk.app.screen, desk.said(), desk.painted()


@pytest.mark.parametrize("full", [False, True], ids=["empty", "full"])
@pytest.mark.parametrize("pane", PANES)
async def test_no_key_is_dead(tmp_path: Path, pane: str, full: bool) -> None:
    async with at_the_desk(tmp_path, severity=4) as desk:
        for line in STORY if full else ():
            await desk.enter(line)
        dead: list[str] = []
        screen = (WarRoom, RoomScreen) if pane == "log" and not full else ()
        for key in keys_of(PANE_KEYS[pane], *screen, but=f"room.{pane}"):
            await back_to(desk, pane)
            before = state(desk)
            await desk.press(key)
            if state(desk) == before:
                dead.append(key)
        assert dead == []


async def test_all_is_in_the_palette(tmp_path: Path) -> None:
    async with at_the_desk(tmp_path) as desk:
        for pane, owner in PANE_KEYS.items():
            await desk.press(f"alt+{PANES.index(pane) + 1}")
            titles = {offer.title for offer in Commands(desk.room)._offers()}
            wanted = [*bindings_of(owner), *bindings_of(WarRoom), *bindings_of(RoomScreen)]
            missing = [item.id for item in wanted if (item.tooltip or item.description.capitalize()) not in titles]
            assert missing == []


@pytest.mark.parametrize("line", ["send M1", "look [LINK", "track A1", "update [AUD"])
async def test_lines_of_the_screen_are_in_the_palette_the_help_and_explained(tmp_path: Path, line: str) -> None:
    async with at_the_desk(tmp_path) as desk:
        titles = {offer.title for offer in Commands(desk.room)._offers()}
        assert [title for title in titles if title.startswith(f"/{line}")]
        glyph, words = desk.room.explain(f"/{line.partition(' ')[0]} M1")
        assert (glyph, words.partition(" — ")[0]) == ("/", f"/{line.partition(' ')[0]} M1")
        await desk.press("f1")
        assert isinstance(desk.app.screen, HelpScreen)
        assert [row for row in desk.app.screen.board.rows if plain(row.line).strip().startswith(f"/{line}")]


async def test_a_line_without_its_label_says_which_there_are(tmp_path: Path) -> None:
    async with at_the_desk(tmp_path) as desk:
        await desk.enter("/send")
        assert "no message waits to be sent" in desk.said()[-1]
        await desk.enter("/track")
        assert "no action item" in desk.said()[-1] or "no issue tracker" in desk.said()[-1]


async def test_the_palette_acts(tmp_path: Path) -> None:
    async with at_the_desk(tmp_path) as desk:
        await desk.press("ctrl+p")
        await desk.type("raise the sev")
        await desk.pilot.pause(0.2)
        await desk.press("enter")
        while desk.app.screen is not desk.room:  # the first Enter may only take the suggestion
            await desk.press("enter")
        assert desk.last() == e.SeveritySet(1)


async def test_a_key_is_remapped(tmp_path: Path) -> None:
    config = Config(person="mara", zone=ZONE, keys={"step.toggle": "z"})
    async with at_the_desk(tmp_path, config=config) as desk:
        await desk.press("tab")
        assert desk.shows(" z check")
        await desk.press("space")
        assert isinstance(desk.last(), e.RoleTaken)
        await desk.press("z")
        assert desk.last() == e.StepChecked("1.1")


async def test_letters_are_text_in_a_field(tmp_path: Path) -> None:
    letters = "".join(dict.fromkeys(key for key in keys_of(*PANE_KEYS.values()) if len(key) == 1))
    async with at_the_desk(tmp_path) as desk:
        before = len(desk.events())
        await desk.type(f"x{letters}+-/ ?")
        assert desk.room.composer.text == f"x{letters}+-/ ?"
        await desk.press("ctrl+f")
        await desk.type(letters)
        field = desk.room.log_column.field
        assert field is not None
        assert field.value == letters
        assert desk.app.focused is field
        assert len(desk.events()) == before


async def test_what_has_to_be_selected_is_said_in_plain_words(tmp_path: Path) -> None:
    async with at_the_desk(tmp_path) as desk:
        for pane, key, words in (
            ("messages", "a", "select a message first"),
            ("case", "j", "select a theory first"),
            ("case", "d", "select an action item first"),
        ):
            desk.hush()
            await desk.press(f"alt+{PANES.index(pane) + 1}", key)
            assert desk.said() == [words]


def test_everything_that_can_be_selected_has_words() -> None:
    wanted = {
        word for owner in PANE_KEYS.values() for item in bindings_of(owner) for word in PLACES.findall(item.action)
    }
    assert wanted
    assert wanted <= set(NEEDED)


async def test_the_panes_go_round(tmp_path: Path) -> None:
    async with at_the_desk(tmp_path, NARROW) as desk:
        await desk.enter("@internal hello")
        assert desk.shows("Investigation", "1 Protocol 0/63", "2 Log 2", "3 Comms 1", "4 Case")
        for title in ("Protocol  0 of 63", "Investigation", "Communications", "Case"):
            await desk.press("tab")
            assert desk.shows(f"╭─ {title}")
        await desk.press("tab")
        assert desk.app.focused is not None
        assert desk.app.focused.id not in PANES
        await desk.press("shift+tab")
        assert desk.shows("╭─ Case")
        for number, title in enumerate(("Protocol", "Investigation", "Communications", "Case"), start=1):
            await desk.press(f"alt+{number}")
            assert desk.shows(f"╭─ {title}")
            assert desk.room.tabs.active == PANES[number - 1]
        await desk.press("escape")
        await desk.type("typed")
        assert desk.room.composer.text == "typed"


async def test_what_matters_is_whole_when_narrow(tmp_path: Path) -> None:
    title = "Checkout fails with 502 for most customers in Europe and some in Asia, they say"
    async with at_the_desk(tmp_path, NARROW, title=title, severity=1) as desk:
        await desk.tick(minutes=11)
        first, second, tabs = desk.lines()[:3]
        assert "SEV1" in first
        assert first.rstrip().endswith("INVESTIGATING   11:00")
        assert "IC @mara" in second
        assert "resolve 01:49:00 left" in second
        assert "internal update +01:00" in second
        assert "due" in tabs


@pytest.mark.parametrize("size", [(39, 24), (80, 9), (20, 3)])
async def test_what_is_typed_on_a_tiny_terminal_waits_in_the_composer(tmp_path: Path, size: tuple[int, int]) -> None:
    async with at_the_desk(tmp_path) as desk:
        await desk.pilot.resize_terminal(*size)
        await desk.settle()
        await desk.press(*"?hello")
        assert desk.app.screen is desk.room
        await desk.pilot.resize_terminal(*WIDE)
        await desk.settle()
        assert desk.room.composer.text == "?hello"


@pytest.mark.parametrize("pane", ["", *PANES])
async def test_what_is_typed_into_sizes_that_come_and_go_reaches_the_composer(tmp_path: Path, pane: str) -> None:
    async with at_the_desk(tmp_path) as desk:
        if pane:
            await desk.press(f"alt+{PANES.index(pane) + 1}")
        written = ""
        for letter, (columns, lines) in zip("shxae", [(39, 9), (1, 1), (80, 24), (20, 3), WIDE], strict=True):
            await desk.pilot.resize_terminal(columns, lines)
            for late in (desk.room.composer.query_one(Field), desk.room.log_pane, desk.room.checklist):
                late.post_message(events.Hide())  # on a slow machine they are told after the next size
            await desk.settle()
            await desk.press(letter)
            written += letter
        assert desk.room.composer.text == written


@pytest.mark.parametrize("size", [(39, 24), (80, 9), (20, 3)])
async def test_a_tiny_terminal_shows_one_line(tmp_path: Path, size: tuple[int, int]) -> None:
    async with at_the_desk(tmp_path, size) as desk:
        first, *others = desk.lines()
        assert "SEV2" in first
        assert first.rstrip().endswith("00:00")
        assert not "".join(others).strip()
        await desk.pilot.resize_terminal(*WIDE)
        await desk.settle()
        await desk.enter("still here")
        assert desk.reads("log", "still here")
