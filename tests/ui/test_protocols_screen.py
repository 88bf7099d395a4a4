"""Protocols on the screen: looked at, put right by one comment in the file, taken back; nothing is lost."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from incident_tui.ui.screens.correct import CorrectScreen
from incident_tui.ui.screens.declare import DeclareScreen
from incident_tui.ui.screens.home import HomeScreen
from incident_tui.ui.screens.protocols import ProtocolsScreen
from incident_tui.ui.screens.war_room import WarRoom
from tests.ui.harness import NARROW, WIDE, Desk, at_the_desk

HOSTILE = "\x1b]0;pwn\x07\x1b[31m[/x] [@click=app.quit]quit[/] \u202egnp"
RUNBOOK = """# Checkout is down

Customers cannot pay.

## Immediate actions (first 5 minutes)

- Declare the incident
- Page the payment on-call

## Mitigate (15-30 min)

1. Roll back the release
   ```bash
   kubectl rollout undo deploy/checkout
   ```
2. Wait 10 minutes

## Contacts

- Payments: @pay-oncall
- Restart the pods
"""
SIZES = pytest.mark.parametrize("size", [WIDE, NARROW], ids=lambda size: f"{size[0]}x{size[1]}")


@asynccontextmanager
async def looking(
    folder: Path, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int] = NARROW, text: str = RUNBOOK
) -> AsyncIterator[tuple[Desk, ProtocolsScreen, Path]]:
    """Home, then `p`: the list, with the cursor on the project's runbook; its checklist has the focus after Enter."""
    path = folder / "work" / ".incident" / "checkout.md"
    path.parent.mkdir(parents=True)
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    monkeypatch.chdir(folder / "work")
    async with at_the_desk(folder, size, title=None) as desk:
        await desk.press("p")
        screen = desk.app.screen
        assert isinstance(screen, ProtocolsScreen)
        yield desk, screen, path


def titles(screen: ProtocolsScreen) -> list[str]:
    assert screen.looked is not None
    return [phase.title for phase in screen.looked.imported.protocol.phases]


@SIZES
async def test_all_protocols_are_there_to_be_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int]
) -> None:
    async with looking(tmp_path, monkeypatch, size) as (desk, screen, path):
        assert desk.shows("checkout", "project", "emergency", "built in", "Playbooks", "triage", "? 1 doubt")
        assert desk.shows("2 phases, 4 steps")
        assert path.name in desk.painted()
        assert screen.checklist.display == (size == WIDE)
        await desk.press("enter")
        assert desk.shows("▾ 1 Immediate actions (first 5 minutes)", "5 min from declaration")
        assert desk.shows("○ 2.1 Roll back the release", "wait 10 min", "▸ Contacts", "to read")
        assert screen.listing.display == (size == WIDE)
        await desk.press("escape")
        assert screen.listing.has_focus
        await desk.press("escape")
        assert isinstance(desk.app.screen, HomeScreen)


@SIZES
async def test_a_doubt_stands_beside_its_line_and_says_how_to_write_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int]
) -> None:
    async with looking(tmp_path, monkeypatch, size) as (desk, screen, _):
        await desk.press("enter")
        assert desk.shows("? ▾ 2 Mitigate (15-30 min)")
        height = len(screen.checklist.rows)
        await desk.press(*["down"] * 4)
        assert desk.shows("checkout.md, line 10", "? “Mitigate (15-30 min)”", "<!-- incident: budget 15m -->")
        assert len(screen.checklist.rows) == height


@SIZES
async def test_what_is_folded_opens(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int]) -> None:
    async with looking(tmp_path, monkeypatch, size) as (desk, _, _path):
        await desk.press("enter", *["down"] * 5, "enter")
        assert desk.shows("$ kubectl rollout undo deploy/checkout")
        await desk.press("up", "enter")
        assert "Roll back" not in desk.painted()
        assert desk.shows("▸ 2 Mitigate")
        await desk.press("end", "enter")
        assert desk.shows("▾ Contacts", "• Payments: @pay-oncall")


@SIZES
async def test_a_phase_becomes_reading_and_that_is_taken_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int]
) -> None:
    async with looking(tmp_path, monkeypatch, size) as (desk, screen, path):
        await desk.press("enter", "down", "r")
        assert desk.shows("“Immediate actions (first 5 minutes)” is to be read, not done", "a new line 6")
        assert desk.shows("new   <!-- incident: reference -->", "enter write it", "esc close")
        await desk.press("escape")
        assert path.read_text() == RUNBOOK
        await desk.press("r", "enter")
        heading = "## Immediate actions (first 5 minutes)\n"
        assert path.read_text() == RUNBOOK.replace(heading, heading + "<!-- incident: reference -->\n")
        assert titles(screen) == ["Mitigate (15-30 min)"]
        assert desk.shows("▸ Immediate actions", "as its comment says", "^z undo")
        await desk.press("m", "enter")
        assert path.read_text() == RUNBOOK.replace(heading, heading + "<!-- incident: steps -->\n")
        assert len(titles(screen)) == 2
        await desk.press("ctrl+z", "ctrl+z")
        assert path.read_text() == RUNBOOK
        assert "^z undo" not in desk.painted()


@SIZES
async def test_a_time_is_asked_for_and_settles_the_doubt(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int]
) -> None:
    async with looking(tmp_path, monkeypatch, size) as (desk, _, path):
        await desk.press("enter", *["down"] * 4, "t", "end", "ctrl+u")
        await desk.type("soon")
        await desk.press("enter")
        assert desk.shows("is not a duration")
        await desk.press("ctrl+u")
        await desk.type("20m from declaration")
        await desk.press("enter")
        assert desk.shows("<!-- incident: budget 20m from declaration -->")
        await desk.press("enter")
        assert "(15-30 min)\n<!-- incident: budget 20m from declaration -->\n" in path.read_text()
        assert desk.shows("20 min from declaration")
        await desk.press("t", "ctrl+u", "enter", "enter")
        assert "(15-30 min)\n<!-- incident: no budget -->\n" in path.read_text()


@SIZES
async def test_an_item_becomes_text_and_another_one_a_step(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int]
) -> None:
    async with looking(tmp_path, monkeypatch, size) as (desk, _, path):
        await desk.press("enter", *["down"] * 3, "s")
        assert desk.shows("now   - Page the payment on-call")
        assert desk.shows("then  - Page the payment on-call <!-- incident: not a step -->")
        await desk.press("enter", "end", "enter", "down", "down", "s", "enter")
        assert "- Restart the pods <!-- incident: step -->" in path.read_text()
        assert desk.shows("○ 3.1 Restart the pods")
        assert re.sub(" <!-- incident: .*? -->", "", path.read_text()) == RUNBOOK


async def test_a_read_only_file_is_said_and_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with looking(tmp_path, monkeypatch) as (desk, _, path):
        path.chmod(0o444)
        await desk.press("enter", "down", "r", "enter")
        assert isinstance(desk.app.screen, CorrectScreen)
        assert "is read-only; nothing was written" in " ".join(desk.painted().split())
        await desk.press("escape")
        assert path.read_text() == RUNBOOK


async def test_a_file_that_changed_meanwhile_is_not_overwritten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with looking(tmp_path, monkeypatch) as (desk, screen, path):
        await desk.press("enter", "down", "r")
        path.write_text(RUNBOOK + "\n## Theirs\n\n- [ ] Do it\n")
        await desk.press("enter")
        assert "has changed since it was read" in " ".join(desk.painted().split())
        await desk.press("escape")
        assert titles(screen)[-1] == "Theirs"
        path.write_text(RUNBOOK)
        await desk.press("r")
        assert ["has changed since it was read" in said for said in desk.said()] == [True]
        await desk.press("r", "enter")
        path.write_text("# theirs again\n")
        await desk.press("ctrl+z")
        assert "has changed since it was read; nothing was written" in desk.said()[-1]
        assert path.read_text() == "# theirs again\n"


async def test_what_is_built_in_is_copied_to_be_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with looking(tmp_path, monkeypatch) as (desk, _, _path):
        await desk.press("down", "enter", "r")
        assert desk.said() == ["emergency is built in and cannot be changed; c copies it into your own folder"]
        desk.hush()
        await desk.press("c")
        copied = tmp_path / "config" / "protocols" / "emergency.toml"
        assert "is yours to change" in desk.said()[0]
        assert copied.read_bytes().startswith(b"# The default protocol")
        await desk.press("escape")
        assert desk.shows("yours", "emergency.toml")
        desk.hush()
        await desk.press("enter", "r")
        assert desk.said() == ["emergency.toml is in our own form: nothing in it is guessed; change it in the file"]


@SIZES
async def test_hostile_text_shows_as_text(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int]
) -> None:
    text = f"# {HOSTILE}\n\n## Act {HOSTILE} (5 min)\n\n- [ ] Do {HOSTILE}\n- [ ] Do more\n\nread {HOSTILE}\n"
    async with looking(tmp_path, monkeypatch, size, text) as (desk, _, path):
        await desk.press("enter", "home")
        painted = desk.painted()
        assert "[/x] [@click=app.quit]quit[/]" in painted
        assert not {"\x1b", "\x07", "\u202e"} & set(painted)
        await desk.press("r")
        assert "[@click=app.quit]" in desk.painted()
        await desk.press("enter", "escape")
        assert path.read_text().replace("<!-- incident: reference -->\n", "") == text


async def test_declaring_with_what_is_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with looking(tmp_path, monkeypatch) as (desk, _, _path):
        await desk.press("d")
        screen = desk.app.screen
        assert isinstance(screen, DeclareScreen)
        assert screen.protocol.value == "checkout"
        await desk.press("ctrl+o")
        assert isinstance(desk.app.screen, ProtocolsScreen)
        assert desk.app.screen.looked is not None
        assert desk.app.screen.looked.item.name == "checkout"
        await desk.press("down", "d")
        assert screen.protocol.value == "emergency"
        await desk.press("ctrl+o", "up", "d")
        await desk.enter("Checkout fails")
        assert isinstance(desk.app.screen, WarRoom)
        assert desk.incident.protocol.title == "Checkout is down"


async def test_any_file_can_be_opened_and_declared_with(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = tmp_path / "elsewhere.md"
    other.write_text("# Elsewhere\n\n- [ ] Look around\n")
    async with looking(tmp_path, monkeypatch) as (desk, screen, _):
        await desk.press("o")
        await desk.enter(str(tmp_path / "gone.md"))
        assert "No such file or directory" in " ".join(desk.painted().replace("│", "").split())
        await desk.press("ctrl+u")
        await desk.enter(str(other))
        assert titles(screen) == ["Elsewhere"]
        assert desk.shows("file")
        await desk.press("d")
        assert isinstance(desk.app.screen, DeclareScreen)
        assert desk.app.screen.protocol.value == str(other)


async def test_a_document_that_cannot_be_read_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with looking(tmp_path, monkeypatch, text="a\0b") as (desk, _, path):
        assert f"{path.name} is not a text" in " ".join(desk.painted().split())
        await desk.press("enter", "d")
        assert isinstance(desk.app.screen, ProtocolsScreen)


async def test_each_document_is_shown_from_its_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with looking(tmp_path, monkeypatch, WIDE) as (desk, screen, _path):
        await desk.press("enter", "end", "escape", "down", "enter")
        assert screen.checklist.cursor_key == next(iter(screen.preview.parts))
        assert desk.shows("▾ 1 Immediate response", "built in", "is a phase with its steps")


async def test_help_and_palette_name_the_keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with looking(tmp_path, monkeypatch, WIDE) as (desk, _, _path):
        await desk.press("enter", "down", "f1")
        assert desk.shows("Have this section read, not done", "Copy the path of the file")
