"""Two people write on the same message: neither takes the other's words away without seeing them."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from incident_tui.domain import events as e
from incident_tui.domain.decide import messages
from incident_tui.ui.screens.write import MessageScreen
from tests.ui.harness import NARROW, WIDE, Desk, at_the_desk

BOTH = pytest.mark.parametrize("size", [WIDE, NARROW], ids=lambda size: f"{size[0]}x{size[1]}")


async def opened(desk: Desk) -> MessageScreen:
    """The dialog on a draft."""
    await desk.enter("@internal we look next 10m")
    await desk.press("alt+3", "enter")
    return dialog(desk)


def dialog(desk: Desk) -> MessageScreen:
    assert isinstance(desk.app.screen, MessageScreen), desk.painted()
    return desk.app.screen


def other_words(desk: Desk, text: str) -> None:
    """Somebody else writes on the same draft."""
    room = desk.session.enter(desk.room.room.incident.id)
    desk.session.perform(room, partial(messages.edit, word="M1", text_word=text))


@BOTH
@pytest.mark.parametrize("noticed", [False, True])
async def test_what_others_wrote_meanwhile_is_seen_before_it_is_replaced(
    tmp_path: Path, size: tuple[int, int], noticed: bool
) -> None:
    async with at_the_desk(tmp_path, size) as desk:
        first = await opened(desk)
        await desk.press("end")
        await desk.type(" into it")
        other_words(desk, "theirs")
        if noticed:
            desk.room.catch_up()
        await desk.press("ctrl+s")

        assert desk.last() == e.MessageEdited(desk.events()[-2].id, "theirs")
        assert dialog(desk) is not first
        assert dialog(desk).text.text == "we look into it"
        assert desk.shows("M1 was changed meanwhile, to “theirs”")
        assert dialog(desk).unkept() == "/edit M1 we look into it next 10m"

        other_words(desk, "theirs again")
        await desk.press("ctrl+s")
        assert desk.shows("M1 was changed meanwhile, to “theirs again”")
        await desk.press("ctrl+s")
        last = desk.last()
        assert isinstance(last, e.MessageEdited)
        assert (last.text, last.promise_seconds) == ("we look into it", 600)
        assert desk.said() == []


@pytest.mark.parametrize("key", ["ctrl+s", "ctrl+g", "f9"])
async def test_what_was_only_read_does_not_replace_what_others_wrote(tmp_path: Path, key: str) -> None:
    async with at_the_desk(tmp_path) as desk:
        await opened(desk)
        other_words(desk, "theirs")
        await desk.press(key)

        assert isinstance(desk.last(), e.MessageEdited)
        (message,) = desk.incident.messages.values()
        assert (message.text, message.state) == ("theirs", "drafted")
        if key == "ctrl+s":
            assert dialog(desk).text.text == "theirs"
            assert desk.shows("M1 was changed meanwhile: this is what it says now")
        else:
            assert desk.said() == ["M1 says something else by now: others have changed it; look at it once more"]


async def test_a_text_for_a_message_that_is_gone_stays_in_the_composer(tmp_path: Path) -> None:
    async with at_the_desk(tmp_path) as desk:
        await opened(desk)
        await desk.type("and ")
        room = desk.session.enter(desk.room.room.incident.id)
        desk.session.perform(room, partial(messages.discard, word="M1", reason="too early"))
        await desk.press("ctrl+s")
        assert desk.room.composer.text == "@internal and we look"
        assert "M1 is discarded" in desk.said()[-1]
