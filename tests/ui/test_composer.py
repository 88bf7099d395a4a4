"""The composer: it shows what a line becomes, keeps what is pasted, and loses no character."""

from pathlib import Path

import pytest
from textual import events
from textual.app import App, ComposeResult
from textual.binding import Binding
from textual.content import Content
from textual.pilot import Pilot
from textual.theme import BUILTIN_THEMES
from textual.widgets import Button, Input, Static

from incident_tui.ui.widgets.composer import PLACEHOLDERS, Composer, Field
from tests.ui.rest import until

STYLES = Path(__file__).parents[2] / "styles"


class ComposerApp(App[None]):
    """A composer above a button, and what it said; Escape and letters are bound to see whether they get here."""

    CSS_PATH = [STYLES / "composer.tcss"]  # noqa: RUF012 - Textual's own declaration
    BINDINGS = [Binding("s,escape,enter", "shortcut")]  # noqa: RUF012 - Textual's own declaration

    def __init__(self) -> None:
        super().__init__()
        self.composer = Composer(self.explain)
        self.said: list[tuple[str, str]] = []
        self.shortcuts = 0

    def compose(self) -> ComposeResult:
        yield self.composer
        yield Button("next")

    def on_mount(self) -> None:
        self.composer.focus()

    def explain(self, text: str) -> tuple[str, str]:
        kind = "theory" if text.startswith("?") else "evidence" if "\n" in text else "finding"
        return kind[0].upper(), f"{kind} [/b] of {len(text)}"

    def on_composer_submitted(self, message: Composer.Submitted) -> None:
        self.said.append((message.text, message.pasted))

    def action_shortcut(self) -> None:
        self.shortcuts += 1

    @property
    def subtitle(self) -> str:
        return Content.from_markup(self.composer.border_subtitle or "").plain

    @property
    def block(self) -> str:
        return "".join(str(block.content) for block in self.composer.query(".block").results(Static))

    async def paste(self, pilot: Pilot[None], text: str) -> None:
        field = self.composer.query_one(Field)
        field.post_message(events.Paste(text))
        await pilot.pause()


async def test_typing_says_what_it_becomes_and_letters_are_letters() -> None:
    app = ComposerApp()
    async with app.run_test() as pilot:
        assert app.subtitle == ""
        await pilot.press("question_mark", "s", "i")
        await pilot.pause()

        assert app.composer.text == "?si"
        assert str(app.composer.query_one(".glyph", Static).content) == "T"
        assert app.shortcuts == 0
        assert app.subtitle == "theory [/b] of 3"


async def test_enter_submits_once_and_the_text_stays_until_it_is_accepted() -> None:
    app = ComposerApp()
    async with app.run_test() as pilot:
        await pilot.press("a", "b", "enter", "enter", "c")
        await pilot.pause()
        assert (app.said, app.composer.busy) == ([("ab", "")], True)
        assert app.composer.text == "abc"

        app.composer.accepted()
        await pilot.pause()

        assert (app.composer.text, app.composer.busy) == ("c", False)
        assert app.composer.history == ("ab",)
        await pilot.press("enter")
        assert app.said == [("ab", ""), ("c", "")]


async def test_a_line_that_takes_long_is_said_to_be_on_its_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("incident_tui.ui.widgets.composer.WONDER_SECONDS", 0.001)
    app = ComposerApp()
    async with app.run_test() as pilot:
        await pilot.press("a", "enter")
        await until(app, lambda: app.subtitle.startswith("saving"))
        assert app.composer.has_class("-busy")

        app.composer.returned()
        await pilot.pause()
        assert not app.composer.has_class("-busy")
        assert not app.subtitle.startswith("saving")


async def test_lines_entered_while_saving_are_submitted_in_turn() -> None:
    app = ComposerApp()
    async with app.run_test() as pilot:
        await pilot.press(*"one", "enter", *"two", "enter", "enter", *"three", "enter", *"fo")
        assert app.said == [("one", "")]
        for number in range(1, 3):
            app.composer.accepted()
            await pilot.pause()
            assert app.said == [("one", ""), ("two", ""), ("three", "")][: number + 1]
            assert app.composer.busy
        app.composer.accepted()
        await pilot.pause()

        assert (app.composer.text, app.composer.busy) == ("fo", False)
        assert app.composer.history == ("one", "two", "three")


async def test_a_block_entered_while_saving_is_submitted_with_its_line() -> None:
    app = ComposerApp()
    async with app.run_test() as pilot:
        await pilot.press(*"one", "enter", *"two")
        await app.paste(pilot, "a\nb")
        await pilot.press("enter")
        app.composer.accepted()
        await pilot.pause()

        assert app.said == [("one", ""), ("two\na\nb", "a\nb")]
        app.composer.accepted()
        assert app.composer.text == ""


async def test_what_was_entered_after_a_line_that_is_returned_stays_to_be_read() -> None:
    app = ComposerApp()
    async with app.run_test() as pilot:
        await pilot.press(*"one", "enter", *"two", "enter", *"three")
        app.composer.returned()
        await pilot.pause()

        assert (app.said, app.composer.busy) == ([("one", "")], False)
        assert app.composer.text == "one two three"


async def test_what_is_returned_can_be_submitted_again() -> None:
    app = ComposerApp()
    async with app.run_test() as pilot:
        await pilot.press("a", "enter")
        app.composer.returned()
        await pilot.press("b", "enter")

        assert app.said == [("a", ""), ("ab", "")]
        assert app.composer.history == ()


async def test_nothing_is_submitted_from_an_empty_line() -> None:
    app = ComposerApp()
    async with app.run_test() as pilot:
        await pilot.press("enter", "space", "enter")
        assert (app.said, app.composer.busy) == ([], False)


async def test_changes_made_while_saving_are_not_lost() -> None:
    app = ComposerApp()
    async with app.run_test() as pilot:
        app.composer.set_text("pool is full")
        await pilot.press("left", "left", "enter", "x", "backspace", "backspace", "y")
        app.composer.accepted()
        assert app.composer.text == "y"


async def test_the_clock_stands_in_the_border() -> None:
    app = ComposerApp()
    async with app.run_test() as pilot:
        app.composer.when = "14:49:12  [/Europe]"
        await pilot.pause()
        assert Content.from_markup(app.composer.border_title or "").plain == "14:49:12  [/Europe]"


@pytest.mark.parametrize(("width", "words"), [(110, 0), (80, 1), (40, 2), (24, 3), (8, 4)])
async def test_the_words_of_the_empty_line_fit(width: int, words: int) -> None:
    app = ComposerApp()
    async with app.run_test(size=(width, 10)) as pilot:
        await pilot.pause()
        assert app.composer.query_one(Field).placeholder == PLACEHOLDERS[words]
        assert app.composer.size.height == 1


@pytest.mark.parametrize("theme", BUILTIN_THEMES)
async def test_cursor_and_words_of_the_empty_line_look_as_in_any_other_field(theme: str) -> None:
    app = ComposerApp()
    async with app.run_test() as pilot:
        other = Input()
        await app.mount(other)
        app.theme = theme
        await pilot.pause()
        field = app.composer.query_one(Field)
        for part in ("input--cursor", "input--selection", "input--placeholder"):
            mine, theirs = (item.get_component_rich_style(part, partial=True) for item in (field, other))
            assert mine == theirs, part


async def test_several_lines_become_a_block_that_enter_keeps() -> None:
    app = ComposerApp()
    async with app.run_test() as pilot:
        await pilot.press("a")
        await app.paste(pilot, "one\r\n  two\n\n")
        assert app.composer.text == "a\none\n  two"
        assert app.block == "+ 2 lines pasted, 9 characters — Enter keeps it, Esc drops it"
        assert app.composer.size.height == 2
        assert app.subtitle.startswith("evidence")

        await pilot.press("enter")
        app.composer.accepted()
        await pilot.pause()

        assert app.said == [("a\none\n  two", "one\n  two")]
        assert (app.composer.text, app.composer.history, app.composer.size.height) == ("", ("a",), 1)


async def test_a_block_alone_is_not_taken_for_a_command() -> None:
    app = ComposerApp()
    async with app.run_test() as pilot:
        await app.paste(pilot, "!rm -rf /\n/close")
        await pilot.press("enter")
        assert app.said == [("\n!rm -rf /\n/close", "!rm -rf /\n/close")]


async def test_escape_drops_the_block_and_is_then_the_screens() -> None:
    app = ComposerApp()
    async with app.run_test() as pilot:
        await pilot.press("a")
        await app.paste(pilot, "one\ntwo")
        await pilot.press("escape")
        assert (app.composer.text, app.shortcuts) == ("a", 0)
        await pilot.press("escape")
        assert (app.composer.text, app.shortcuts) == ("a", 1)


async def test_escape_drops_a_line_that_was_begun_for_the_person_until_it_is_gone_on_with() -> None:
    app = ComposerApp()
    async with app.run_test() as pilot:
        await pilot.press("a")
        app.composer.begin("/skip 1.2 ")
        app.composer.begin("/amend as it was")
        await pilot.press("escape")
        assert (app.composer.text, app.shortcuts) == ("a", 0)
        assert app.composer.history == ("a",)
        app.composer.begin("/skip 1.2 ")
        await pilot.press("b", "escape")
        assert (app.composer.text, app.shortcuts) == ("/skip 1.2 b", 1)
        await pilot.press("backspace", "enter", "escape")
        app.composer.accepted()
        app.composer.set_text("/skip 1.2 ")
        await pilot.press("escape")
        assert (app.composer.text, app.shortcuts) == ("/skip 1.2 ", 3)


async def test_a_block_pasted_while_saving_waits_for_the_next_line() -> None:
    app = ComposerApp()
    async with app.run_test() as pilot:
        await app.paste(pilot, "one\ntwo")
        await pilot.press("enter")
        await app.paste(pilot, "three\nfour")
        app.composer.accepted()
        assert app.composer.pasted == "three\nfour"


async def test_one_pasted_line_goes_where_the_cursor_is() -> None:
    app = ComposerApp()
    async with app.run_test() as pilot:
        await pilot.press("a", "b", "left")
        await app.paste(pilot, "one\ttwo\n")
        assert (app.composer.text, app.composer.pasted, app.said) == ("aone twob", "", [])
        await app.paste(pilot, "")
        assert app.composer.text == "aone twob"


async def test_spaces_around_a_pasted_word_stay() -> None:
    app = ComposerApp()
    async with app.run_test() as pilot:
        await pilot.press("a")
        await app.paste(pilot, " b ")
        assert app.composer.text == "a b "


@pytest.mark.parametrize("end", ["", "\nmore"])
async def test_what_is_pasted_cannot_act_on_the_terminal(end: str) -> None:
    app = ComposerApp()
    async with app.run_test() as pilot:
        await app.paste(pilot, f"\x1b]0;x\x07\x1b[31mred\x1b[201~\u202e [/b]{end}")
        assert app.composer.text.strip("\n") == f"^[]0;x^Gred^[[201~\ufffd [/b]{end}"
        assert (", cleaned" in app.block) == bool(end)


async def test_a_very_long_line_is_a_block() -> None:
    app = ComposerApp()
    async with app.run_test() as pilot:
        await app.paste(pilot, "x" * 1_000_000)
        assert app.composer.line == ""
        assert app.block.startswith("+ 1 line pasted, 1,000,000 characters")
        assert app.subtitle == "evidence [/b] of 70000"


async def test_earlier_lines_come_back_and_so_does_the_draft() -> None:
    app = ComposerApp()
    async with app.run_test() as pilot:
        app.composer.history = ("one", "two")
        seen = []
        await pilot.press("d")
        for key in ("down", "up", "up", "up", "down", "down", "down"):
            await pilot.press(key)
            seen.append(app.composer.text)
        assert seen == ["d", "two", "one", "one", "two", "d", "d"]


async def test_a_repeated_line_is_remembered_once() -> None:
    app = ComposerApp()
    async with app.run_test() as pilot:
        for key in ("a", "a", "b"):
            await pilot.press(key, "enter")
            app.composer.accepted()
        assert app.composer.history == ("a", "b")


async def test_text_is_set_and_cleared() -> None:
    app = ComposerApp()
    async with app.run_test() as pilot:
        app.composer.set_text("one\ntwo\nthree")
        await pilot.pause()
        assert (app.composer.line, app.composer.pasted) == ("one", "two\nthree")
        app.composer.set_text("")
        await pilot.press("x")
        assert app.composer.text == "x"


async def test_tab_leaves() -> None:
    app = ComposerApp()
    async with app.run_test() as pilot:
        await pilot.press("tab")
        assert isinstance(app.focused, Button)
        app.composer.focus()
        await pilot.pause()
        assert isinstance(app.focused, Field)
