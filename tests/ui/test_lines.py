"""The line of keys and the line of tabs: whole parts only, and clicks that know what they hit."""

from textual.app import App, ComposeResult

from incident_tui.ui.widgets.keyline import KeyLine
from incident_tui.ui.widgets.painted import Painted, thumb_span
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
