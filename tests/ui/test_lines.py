"""The line of keys and the line of tabs: whole parts only, and clicks that know what they hit; lines that move."""

from collections.abc import Sequence

from textual.app import App, ComposeResult
from textual.geometry import Size
from textual.strip import Strip

from incident_tui.ui.widgets.keyline import KeyLine
from incident_tui.ui.widgets.painted import Drawn, Painted, thumb_span
from incident_tui.ui.widgets.tab_line import Tab, TabLine

KEYS = (("space", "check"), ("n", "note"), ("^p", "palette"))
TABS = (
    Tab("protocol", (("Protocol ", ""), ("12/41", "warn"))),
    Tab("log", (("Log", ""),)),
    Tab("messages", (("Messages", ""),)),
)


class LinesApp(App[None]):
    """Both lines, and what they said."""

    def __init__(self) -> None:
        super().__init__()
        self.key_line = KeyLine()
        self.tab_line = TabLine()
        self.said: list[str] = []

    def compose(self) -> ComposeResult:
        for line in (self.key_line, self.tab_line):
            line.styles.height = 1
            yield line
        self.key_line.keys = KEYS
        self.tab_line.tabs = TABS
        self.tab_line.active = "log"

    def on_key_line_pressed(self, message: KeyLine.Pressed) -> None:
        self.said.append(message.key)

    def on_tab_line_picked(self, message: TabLine.Picked) -> None:
        self.said.append(message.tab_id)


class Stack(Painted):
    """Numbers in a frame, of which the first is `top`."""

    top = 0

    def draw(self, size: Size) -> Sequence[Drawn]:
        return [Drawn(((f"line {self.top + y}", ""),)) for y in range(size.height)]

    def painted(self) -> dict[str, Strip]:
        return {strip.text.strip("│ "): strip for strip in self.render_lines(self.outer_size.region)}


class StackApp(App[None]):
    def compose(self) -> ComposeResult:
        stack = Stack()
        stack.styles.border = ("round", "white")
        yield stack


def text(line: Painted) -> str:
    return line.render_line(0).text.rstrip()


async def test_keys_give_way_pair_by_pair() -> None:
    app = LinesApp()
    async with app.run_test(size=(40, 5)) as pilot:
        await pilot.pause()
        assert text(app.key_line) == "space check   n note   ^p palette"
        await pilot.resize_terminal(25, 5)
        await pilot.pause()
        assert text(app.key_line) == "space check   n note"


async def test_a_click_presses_the_key_under_it() -> None:
    app = LinesApp()
    async with app.run_test(size=(40, 5)) as pilot:
        await pilot.click(KeyLine, offset=(15, 0))
        await pilot.click(KeyLine, offset=(12, 0))
        await pilot.click(KeyLine, offset=(1, 0))
        assert app.said == ["n", "space"]


async def test_the_active_tab_is_always_in_sight() -> None:
    app = LinesApp()
    async with app.run_test(size=(40, 5)) as pilot:
        await pilot.pause()
        assert text(app.tab_line) == "Protocol 12/41   Log   Messages"
        await pilot.resize_terminal(20, 5)
        app.tab_line.active = "messages"
        await pilot.pause()
        assert text(app.tab_line) == "Log   Messages"
        await pilot.click(TabLine, offset=(7, 0))
        assert app.said == ["messages"]


def test_the_thumb_stands_where_the_view_is() -> None:
    assert thumb_span(0, 10, 100, 10) == range(1)
    assert thumb_span(90, 10, 100, 10) == range(9, 10)
    assert thumb_span(45, 10, 20, 10) == range(5, 10)
    assert thumb_span(0, 10, 10, 10) == range(0)


async def test_a_line_that_moves_is_painted_once() -> None:
    app = StackApp()
    async with app.run_test(size=(20, 12)) as pilot:
        stack = app.query_one(Stack)
        await pilot.pause()
        seen: list[dict[str, Strip]] = []
        for stack.top in (10, 11):
            stack.redraw()
            seen.append(stack.painted())
        kept = [name for name in seen[0] if name.startswith("line") and name in seen[1]]
        assert kept == [f"line {number}" for number in range(11, 20)]
        assert all(seen[0][name] is seen[1][name] for name in kept)


async def test_a_border_around_nothing_can_be_painted_alone() -> None:
    app = StackApp()
    async with app.run_test(size=(20, 12)) as pilot:
        stack = app.query_one(Stack)
        await pilot.pause()
        stack._drawn = ()
        assert list(stack.cells([(0, 2, 5)])) == [None]
