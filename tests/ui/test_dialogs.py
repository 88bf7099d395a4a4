"""Dialogs: they answer, or say why not; they lose nothing that was typed, and fit into 80 by 24."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Generic, TypeVar
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace
from textual.app import App
from textual.pilot import Pilot
from textual.widgets import Input

from incident_tui.domain.decide import Refused
from incident_tui.domain.incident import SEVERITIES
from incident_tui.domain.policy import DEFAULTS
from incident_tui.domain.protocol import Protocol
from incident_tui.ui.keys import shown_keys
from incident_tui.ui.screens.ask import AskScreen
from incident_tui.ui.screens.choose import ChooseScreen
from incident_tui.ui.screens.declare import Declaration, DeclareScreen
from incident_tui.ui.screens.dialog import Dialog
from incident_tui.ui.screens.help import HelpScreen, sections_of
from incident_tui.ui.screens.write import MessageScreen, Written, duration_text
from incident_tui.ui.text import plain
from incident_tui.ui.widgets.board import Row
from incident_tui.ui.widgets.choice_line import ChoiceLine
from incident_tui.ui.widgets.keyline import KeyLine
from tests.ui.harness import at_the_desk

STYLES = Path(__file__).parents[2] / "styles"
NOW = datetime(2026, 11, 21, 14, 32, 5, tzinfo=UTC)
ZONE = ZoneInfo("Europe/Berlin")
HOSTILE = "\x1b]0;pwn\x07\x1b[31m[/x] [@click=app.quit]quit[/] \u202egnp"
SIZES = pytest.mark.parametrize("size", [(120, 36), (80, 24)])


DialogT = TypeVar("DialogT", bound=Dialog[Any])


class Stage(App[None], Generic[DialogT]):
    """Shows one dialog and keeps what it answers."""

    CSS_PATH = [STYLES / name for name in ("tones.tcss", "widgets.tcss", "screens.tcss")]  # noqa: RUF012 - Textual's own

    dialog: DialogT

    def __init__(self, make: Callable[[], DialogT]) -> None:
        super().__init__()
        self.make = make
        self.answers: list[object] = []

    def on_mount(self) -> None:
        self.dialog = self.make()
        self.push_screen(self.dialog, self.answers.append)


def ask(**options: str | bool) -> AskScreen:
    return AskScreen("Lower the severity", "Why?", **options)  # type: ignore[arg-type]  # a few of its options


def choose(count: int = 30) -> ChooseScreen:
    rows = tuple(Row(f"k{at}", ((f"person {at}", ""),), ((f"team {at % 3}", "muted"),)) for at in range(count))
    return ChooseScreen("Hand over to", (Row("head", (("People", "strong"),), selectable=False), *rows))


EMERGENCY = Protocol("emergency", "emergency", ())


def declare() -> DeclareScreen:
    return DeclareScreen(
        SEVERITIES, "dana", ("emergency", "database"), found, now=lambda: NOW, zone=ZONE, on_call="lee"
    )


def found(word: str) -> Protocol | Refused:
    return Protocol(word, word, ()) if word in ("emergency", "database") else Refused(f"no protocol “{word}”")


def write(start: Written | None = None) -> MessageScreen:
    return MessageScreen("M4", DEFAULTS[1].cadence, now=lambda: NOW, zone=ZONE, start=start)


def help_screen() -> HelpScreen:
    pairs = tuple((f"key {at}", f"does {at}") for at in range(40))
    return HelpScreen("Log", (("What was found. ", ""),), (("Here", pairs), ("Everywhere", pairs)))


def reason(dialog: Dialog[Any]) -> str:
    return " ".join(plain(line) for line in dialog.reason.lines)


async def typed(pilot: Pilot[None], text: str) -> None:
    await pilot.press(*("space" if sign == " " else sign for sign in text))


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
