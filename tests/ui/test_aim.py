"""A line about an entry of the log stays about that one, wherever it waits and whatever comes meanwhile."""

from __future__ import annotations

from pathlib import Path

import pytest

from incident_tui.domain import events as e
from incident_tui.domain.identity import name_of
from incident_tui.journal import Journal
from incident_tui.ui.commands import Commands
from incident_tui.ui.screens import aim
from tests.ui.harness import HUGE, Desk, at_the_desk, finding
from tests.ui.test_war_room_saving import full_disk


def named(desk: Desk, text: str) -> str:
    """How a line names the entry with this text."""
    (found,) = [event for event in desk.events() if isinstance(event.body, e.EntryLogged) and event.body.text == text]
    return name_of(found.id)


def other_line(desk: Desk, text: str) -> None:
    """Somebody else logs a line in the same incident."""
    (incident,) = desk.session.summaries()
    desk.session.perform(desk.session.enter(incident.incident), finding(text))


async def begin(desk: Desk, key: str, typed: str) -> str:
    """Log two entries and begin a line about the first one; what is in the composer."""
    for line in ("one", "two"):
        await desk.enter(line)
    await desk.press("alt+2", "up", key)
    await desk.type(typed)
    return desk.room.composer.text


@pytest.mark.parametrize(
    ("key", "typed", "kind"), [("e", " CORRECTED", e.EntryAmended), ("x", "a typo", e.EntryStruck)], ids=["e", "x"]
)
async def test_a_line_about_an_entry_is_about_it_after_the_program_was_left(
    tmp_path: Path, key: str, typed: str, kind: type[e.EntryAmended | e.EntryStruck]
) -> None:
    async with at_the_desk(tmp_path) as desk:
        line = await begin(desk, key, typed)
        meant = named(desk, "one")
        assert f" {meant} " in line
        await desk.press("ctrl+q")
    async with at_the_desk(tmp_path, HUGE) as desk:
        other_line(desk, "three by another")
        desk.room.catch_up()
        await desk.settle()
        assert desk.room.composer.text == line
        assert desk.shows("“one” of 15:02:00 by mara")
        await desk.press("enter")
        last = desk.last()
        assert isinstance(last, kind)
        assert name_of(last.entry) == meant


async def test_a_line_about_an_entry_is_about_it_after_a_way_round_by_the_list(tmp_path: Path) -> None:
    async with at_the_desk(tmp_path) as desk:
        line = await begin(desk, "e", " CORRECTED")
        meant = named(desk, "one")
        await desk.press("ctrl+o")
        other_line(desk, "three by another")
        await desk.press("enter")
        assert desk.room.composer.text == line
        await desk.press("enter")
        last = desk.last()
        assert isinstance(last, e.EntryAmended)
        assert (name_of(last.entry), last.text) == (meant, "one CORRECTED")


async def test_a_line_that_names_no_entry_is_refused_when_it_was_kept(tmp_path: Path) -> None:
    async with at_the_desk(tmp_path, HUGE) as desk:
        await begin(desk, "i", "/strike a typo")
        await desk.press("ctrl+q")
    async with at_the_desk(tmp_path, HUGE) as desk:
        before = len(desk.events())
        await desk.type("s")
        assert desk.shows("is not known any more")
        await desk.press("enter")
        assert "select it in the log" in desk.said()[-1]
        assert (len(desk.events()), desk.room.composer.text) == (before, "/strike a typos")

        await desk.press("alt+2", "up", "escape")
        assert desk.shows("“one” of 15:02:00 by mara · /strike")
        await desk.press("enter")
        last = desk.last()
        assert isinstance(last, e.EntryStruck)
        assert name_of(last.entry) == named(desk, "one")


async def test_what_is_typed_about_the_newest_entry_does_not_pass_to_a_newer_one(tmp_path: Path) -> None:
    async with at_the_desk(tmp_path, HUGE) as desk:
        await desk.enter("mine")
        await desk.type("/strike a ty")
        other_line(desk, "three by another")
        desk.room.catch_up()
        await desk.settle()
        await desk.type("po")
        assert desk.shows("“mine” of 15:02:00 by mara")
        await desk.press("enter")
        last = desk.last()
        assert isinstance(last, e.EntryStruck)
        assert name_of(last.entry) == named(desk, "mine")

        await desk.type("/strike")
        assert desk.shows("“three by another” of 15:02:00 by mara")


async def test_what_was_not_saved_is_about_the_same_entry_when_it_is_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with at_the_desk(tmp_path) as desk:
        await desk.enter("mine")
        with monkeypatch.context() as patch:
            patch.setattr(Journal, "writing", full_disk)
            await desk.enter("/strike a typo")
            assert desk.room.composer.text == "/strike a typo"
        other_line(desk, "three by another")
        desk.room.catch_up()
        await desk.press("enter")
        last = desk.last()
        assert isinstance(last, e.EntryStruck)
        assert name_of(last.entry) == named(desk, "mine")


async def test_what_is_struck_in_the_case_is_named_too(tmp_path: Path) -> None:
    async with at_the_desk(tmp_path) as desk:
        await desk.enter("? the pool is full")
        await desk.enter("one")
        await desk.press("alt+4", "x")
        assert desk.room.composer.text == f"/strike {named(desk, 'the pool is full')} "


async def test_an_entry_can_be_named_by_hand(tmp_path: Path) -> None:
    async with at_the_desk(tmp_path, HUGE) as desk:
        for line in ("? the pool is full", "one", "two"):
            await desk.enter(line)
        meant = named(desk, "one")
        for line in (f"/for ^{meant[-6:].upper()} H1", f"/star {meant}", f"/amend {meant}  one, and more"):
            await desk.enter(line)
            last = desk.last()
            assert isinstance(last, e.EvidenceWeighed | e.EntryStarred | e.EntryAmended), desk.said()
            assert name_of(last.entry) == meant
        assert isinstance(last, e.EntryAmended)
        assert last.text == "one, and more"


@pytest.mark.parametrize("name", ["^", "^3f9", "^00000000", "^[/x]"])
async def test_a_name_that_fits_no_entry_is_refused(tmp_path: Path, name: str) -> None:
    async with at_the_desk(tmp_path, HUGE) as desk:
        await desk.enter("one")
        before = len(desk.events())
        await desk.enter(f"/strike {name} a typo")
        assert desk.said()[-1].startswith(f"there is no entry {name} among the newest")
        assert len(desk.events()) == before


async def test_an_entry_that_was_selected_is_known_however_old_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(aim, "REACH", 1)
    async with at_the_desk(tmp_path) as desk:
        await begin(desk, "x", "a typo")
        await desk.press("alt+2", "end", "escape", "enter")
        last = desk.last()
        assert isinstance(last, e.EntryStruck)
        assert name_of(last.entry) == named(desk, "one")
        await desk.enter(f"/star {named(desk, 'one')}")
        assert isinstance(desk.last(), e.EntryStarred)


async def test_the_palette_names_the_entry_that_is_selected(tmp_path: Path) -> None:
    async with at_the_desk(tmp_path) as desk:
        await desk.enter("one")
        offers = {offer.title: offer.run for offer in Commands(desk.room)._offers()}
        offers["/strike [REASON]"]()
        assert desk.room.composer.text == f"/strike {named(desk, 'one')} "
        offers["/judge H1 STATE [REASON]"]()
        assert desk.room.composer.text == "/judge "
