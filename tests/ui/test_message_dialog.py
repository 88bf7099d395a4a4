"""The dialog that writes a message: what becomes of it, what it promises, and that none of it gets lost."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from incident_tui.ui.screens.write import Written, duration_text
from incident_tui.ui.text import plain
from tests.ui.stage import Stage, reason, typed, write


@pytest.mark.parametrize(
    ("key", "act"), [("ctrl+s", "draft"), ("ctrl+g", "approve"), ("ctrl+o", "copy"), ("f9", "sent")]
)
async def test_one_key_says_what_becomes_of_a_message(key: str, act: str) -> None:
    app = Stage(write)
    async with app.run_test() as pilot:
        dialog = app.dialog
        await typed(pilot, "we look")
        await pilot.press("enter")
        await typed(pilot, "into it")
        dialog.channel.value = " status  page "
        dialog.mark.value = "👀"
        await pilot.press(key)
        (answer,) = app.answers
        expected = Written("internal", "status  page", "👀 we look\ninto it", timedelta(minutes=10))
        assert isinstance(answer, Written)
        assert replace(answer, act="draft") == expected
        assert answer.act == act


async def test_the_promise_follows_the_audience_until_it_is_typed() -> None:
    app = Stage(write)
    async with app.run_test() as pilot:
        dialog = app.dialog
        dialog.audience.focus()
        await pilot.press("e")
        assert dialog.promise.value == "20m"
        dialog.promise.value = "45m"
        await pilot.press("i")
        assert dialog.promise.value == "45m"
        assert "at 16:17" in plain(dialog.preview.lines[0])


async def test_the_preview_says_what_will_be_recorded() -> None:
    app = Stage(write)
    async with app.run_test() as pilot:
        dialog = app.dialog
        dialog.audience.value = "external"
        dialog.channel.value = "status page"
        await pilot.pause()
        assert plain(dialog.preview.lines[0]) == "M4 to external via status page · promises the next update at 15:52"
        dialog.promise.value = ""
        await pilot.pause()
        assert plain(dialog.preview.lines[0]).endswith("promises no next update")


@pytest.mark.parametrize(
    ("promise", "text", "why"),
    [
        ("soon", "x", "is not a duration"),
        ("0m", "x", "needs some time"),
        ("20m", " ", "the message is empty"),
    ],
)
async def test_what_is_wrong_with_a_message_is_said(promise: str, text: str, why: str) -> None:
    app = Stage(write)
    async with app.run_test() as pilot:
        dialog = app.dialog
        dialog.text.text, dialog.promise.value = text, promise
        await pilot.pause()
        await pilot.press("ctrl+s")
        assert why in reason(app.dialog)
        assert app.answers == []


@pytest.mark.parametrize(
    ("keys", "answered"),
    [
        (("k",), ["we look"]),
        (("enter",), ["we look"]),
        (("d",), [None]),
        (("g",), []),
        (("escape",), []),
    ],
)
async def test_typed_text_is_never_lost_by_escape(keys: tuple[str, ...], answered: list[str | None]) -> None:
    app = Stage(write)
    async with app.run_test(size=(80, 24)) as pilot:
        dialog = app.dialog
        await typed(pilot, "we look")
        await pilot.press("escape")
        assert app.answers == []
        assert dialog.asking.display
        await pilot.press(*keys)
        assert [answer and getattr(answer, "text", "") for answer in app.answers] == answered
        assert dialog.text.text == "we look"


async def test_what_would_be_lost_with_the_dialog_is_a_line_that_makes_the_same_of_it() -> None:
    app = Stage(write)
    async with app.run_test() as pilot:
        assert app.dialog.unkept() == ""
        await typed(pilot, "we look")
        assert app.dialog.unkept() == "@internal we look next 10m"
        app.dialog.promise.value, app.dialog.mark.value = "", "👀"
        assert app.dialog.unkept() == "@internal 👀 we look"
    app = Stage(lambda: write(Written("external", "mail", "👀 as it was", timedelta(minutes=90))))
    async with app.run_test() as pilot:
        assert app.dialog.unkept() == ""
        app.dialog.text.text = "as it"
        assert app.dialog.unkept() == "/edit M4 👀 as it next 1h30m"


async def test_an_unchanged_message_closes_at_once() -> None:
    app = Stage(lambda: write(Written("external", "mail", "👀 as it was", None)))
    async with app.run_test() as pilot:
        await pilot.press("escape")
        assert app.answers == [None]


async def test_the_audience_of_a_waiting_message_is_settled() -> None:
    app = Stage(lambda: write(Written("external", "mail", "as it was", None)))
    async with app.run_test() as pilot:
        app.dialog.audience.focus()
        await pilot.press("i", "right", "ctrl+s")
        assert app.answers == [Written("external", "mail", "as it was", None)]


async def test_undoing_and_redoing_text_records_nothing() -> None:
    app = Stage(write)
    async with app.run_test() as pilot:
        await typed(pilot, "ab")
        await pilot.press("ctrl+z", "ctrl+y")
        assert app.answers == []


@pytest.mark.parametrize(
    ("duration", "text"),
    [
        (None, ""),
        (timedelta(minutes=20), "20m"),
        (timedelta(hours=1, minutes=30), "1h30m"),
        (timedelta(seconds=90), "1m30s"),
    ],
)
def test_durations_are_shown_as_they_are_typed(duration: timedelta | None, text: str) -> None:
    assert duration_text(duration) == text
