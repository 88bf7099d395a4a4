"""When the disk refuses, when it is read-only, and how little is painted when only time passes."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from textual._compositor import CompositorUpdate
from textual.screen import Screen

from incident_tui.domain import events as e
from incident_tui.journal import Journal, JournalError, Writing
from incident_tui.session import UNFINISHED
from tests.ui.harness import SIZES, Desk, at_the_desk


@contextlib.contextmanager
def full_disk(_journal: Journal) -> Iterator[Writing]:
    raise JournalError("the disk is full", "free some space")
    yield


def spilled(desk: Desk) -> list[str]:
    return [file.read_text() for file in sorted(desk.session.paths.spill.iterdir())]


@SIZES
async def test_what_is_not_saved_stays(tmp_path: Path, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch) -> None:
    async with at_the_desk(tmp_path, size) as desk:
        before = len(desk.events())
        with monkeypatch.context() as patch:
            patch.setattr(Journal, "writing", full_disk)
            await desk.enter("error rate climbs")
            assert desk.room.composer.text == "error rate climbs"
            assert not desk.room.composer.busy
            assert desk.shows("not saved: the disk is full")
            notice = next(iter(desk.app._notifications))
            assert notice.severity == "error"
            assert spilled(desk) == ["error rate climbs"]
            assert len(desk.events()) == before
            assert "error rate climbs" not in (desk.pane("log") if desk.room.log_pane.display else "")

        await desk.press("enter")
        assert desk.last() == e.EntryLogged("finding", "error rate climbs")
        assert desk.room.composer.text == ""
        assert spilled(desk) == []


async def test_what_is_saved_is_in_the_log_before_it_leaves_the_composer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with at_the_desk(tmp_path) as desk:
        await desk.type("error rate climbs")
        await desk.settle()
        frames: list[tuple[bool, str]] = []

        def display(screen: Screen[object], update: object) -> None:
            if isinstance(update, CompositorUpdate) and screen is desk.room:
                frames.append(("rate climbs" in update.render_segments(desk.app.console), desk.room.composer.text))

        monkeypatch.setattr(desk.app, "_display", display)
        await desk.press("enter")
        assert next(text for shown, text in frames if shown) == "error rate climbs"
        assert desk.room.composer.text == ""


async def test_what_is_not_saved_may_be_changed_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with at_the_desk(tmp_path) as desk:
        with monkeypatch.context() as patch:
            patch.setattr(Journal, "writing", full_disk)
            await desk.enter("error rate climbs")
            await desk.press("tab", "space")
            assert "not saved" in desk.said()[-1]
            await desk.press("escape")
        await desk.enter(" fast")
        assert desk.last() == e.EntryLogged("finding", "error rate climbs fast")
        assert spilled(desk) == []
        assert desk.incident.step("1.1").status == "open"


async def test_what_is_not_saved_outlives_the_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with at_the_desk(tmp_path) as desk:
        with monkeypatch.context() as patch:
            patch.setattr(Journal, "writing", full_disk)
            await desk.enter("error rate climbs")
            await desk.press("ctrl+q")
    async with at_the_desk(tmp_path) as desk:
        assert desk.room.composer.text == "error rate climbs"
        assert desk.said() == ["this was not saved when it was written; Enter logs it"]
        await desk.press("enter")
        assert desk.last() == e.EntryLogged("finding", "error rate climbs")
        assert spilled(desk) == []


async def test_what_was_being_typed_is_offered_in_its_own_incident_only(tmp_path: Path) -> None:
    async with at_the_desk(tmp_path) as desk:
        await desk.type("half a thought")
        await desk.press("ctrl+o")
        await desk.press("d", *"other", "enter")
        assert desk.incident.title == "other"
        assert desk.room.composer.text == ""
        await desk.type("another")
        await desk.press("ctrl+o")
        desk.hush()
        for _ in range(2):  # both incidents, in whatever order the list has them
            await desk.press("enter")
            thought = "another" if desk.incident.title == "other" else "half a thought"
            assert desk.room.composer.text == thought
            await desk.press("ctrl+o", "down")
        assert set(desk.said()) == {"you were typing this when you left; Enter logs it"}


@pytest.mark.parametrize("times", [1, 2])
async def test_what_was_deleted_does_not_come_back(tmp_path: Path, times: int) -> None:
    for _ in range(times):
        async with at_the_desk(tmp_path) as desk:
            desk.room.composer.set_text("half a thought")
            await desk.press("ctrl+q")
    async with at_the_desk(tmp_path) as desk:
        assert desk.room.composer.text == "half a thought"
        await desk.press("ctrl+u", "ctrl+q")
        assert spilled(desk) == []
    async with at_the_desk(tmp_path) as desk:
        assert (desk.room.composer.text, desk.said()) == ("", [])


async def test_the_same_text_kept_twice_is_offered_once(tmp_path: Path) -> None:
    async with at_the_desk(tmp_path) as desk:
        for _ in range(2):
            desk.session.spill("half a thought", desk.room.room.incident.id, why=UNFINISHED)
    async with at_the_desk(tmp_path) as desk:
        assert desk.room.composer.text == "half a thought"
        await desk.press("ctrl+u", "ctrl+q")
        assert spilled(desk) == []


@SIZES
async def test_a_journal_that_is_read_only(tmp_path: Path, size: tuple[int, int]) -> None:
    async with at_the_desk(tmp_path, size, writable=False) as desk:
        assert desk.shows("READ ONLY")
        before = len(desk.events())
        await desk.enter("error rate climbs")
        assert "reading only" in desk.said()[-1]
        assert desk.room.composer.text == "error rate climbs"
        await desk.press("f2")
        await desk.press("tab", "space")
        assert all("reading only" in said for said in desk.said())
        assert len(desk.said()) == 3
        assert len(desk.events()) == before
        assert desk.shows("READ ONLY")


async def test_a_second_that_passes_is_cheap(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with at_the_desk(tmp_path) as desk:
        for line in ("error rate climbs", "? pool is full", "@internal we look into it next 10m"):
            await desk.enter(line)
        await desk.tick(seconds=65)
        await desk.pilot.pause()
        sent: list[str] = []

        def display(screen: Screen[object], update: object) -> None:
            if isinstance(update, CompositorUpdate) and screen is desk.room:
                sent.append(update.render_segments(desk.app.console))

        monkeypatch.setattr(desk.app, "_display", display)
        await desk.tick(seconds=1)
        await desk.pilot.pause()
        assert sent
        # Five lines up to their clock; a whole screen is 10,000.
        assert sum(len(text.encode()) for text in sent) < 4_000
