"""The second barrier: no widget of Textual hands a control character to the terminal."""

from collections.abc import Callable, Sequence

import pytest
from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from textual.app import App, ComposeResult
from textual.color import Color
from textual.content import Content
from textual.filter import LineFilter
from textual.widget import Widget
from textual.widgets import Input, Label, Static, TextArea

from incident_tui.ui.strips import TerminalFilter, strip
from incident_tui.ui.widgets.painted import Drawn, Painted

BLACK = Color(0, 0, 0)

PAYLOADS = {
    "clipboard": "\x1b]52;c;ZXZpbA==\x07",
    "window title": "\x1b]0;pwn\x07",
    "C1 CSI": "\x9b31mRED",
    "colour": "\x1b[31mred\x1b[0m",
    "clear": "\x1b[2J\x1b[H",
    "bell": "\a",
    "backspace": "abc\b\b\bxyz",
    "carriage return": "good\rEVIL",
    "vertical tab": "a\x0bb",
    "link": "\x1b]8;;http://evil\x1b\\click\x1b]8;;\x1b\\",
    "device control": "\x1bP1$r0m\x1b\\",
    "right to left": "\u202egnp.exe",
    "invisible space": "a\u200bb",
    "nul": "a\x00b",
    "delete": "a\x7fb",
    "tag": "\U000e0041",
    "line separator": "a\u2028b",
}


def is_control(char: str) -> bool:
    return ord(char) < 32 or 0x7F <= ord(char) < 0xA0 or char in "\u202e\u200b\u2028\U000e0041"


class Plain(Painted):
    """One line of anything."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text

    def draw(self, size: object) -> Sequence[Drawn]:  # noqa: ARG002 - the base's signature
        return [Drawn(((self.text, "strong"),))]


class FilteredApp(App[None]):
    """Every payload in one kind of widget behind the filter, which is installed the public way."""

    def __init__(self, make: Callable[[str], Widget]) -> None:
        super().__init__()
        self.make = make
        self.terminal_filter = TerminalFilter()

    def get_line_filters(self) -> Sequence[LineFilter]:
        return (*super().get_line_filters(), self.terminal_filter)

    def compose(self) -> ComposeResult:
        for payload in PAYLOADS.values():
            widget = self.make(payload)
            widget.styles.height = 3
            yield widget


MAKERS: dict[str, Callable[[str], Widget]] = {
    "Static of Content": lambda text: Static(Content(text)),
    "Label": lambda text: Label(text, markup=False),
    "Static of Text": lambda text: Static(Text(text)),
    "TextArea": TextArea,
    "Input": Input,
    "Painted": Plain,
}


@pytest.mark.parametrize("maker", MAKERS)
async def test_no_control_reaches_the_driver(maker: str) -> None:
    app = FilteredApp(MAKERS[maker])
    async with app.run_test(size=(60, 60)) as pilot:
        await pilot.pause()
        painted = {
            name: "".join(line.text for line in widget.render_lines(widget.outer_size.region))
            for name, widget in zip(PAYLOADS, app.screen.children, strict=True)
        }
    assert not [name for name, text in painted.items() if any(map(is_control, text))]
    assert "good" in painted["carriage return"]


@pytest.mark.parametrize("payload", PAYLOADS.values(), ids=PAYLOADS)
def test_a_filtered_segment_is_as_wide_as_before(payload: str) -> None:
    segment = Segment(payload + "      ", Style(bold=True))
    (safe,) = TerminalFilter().apply([segment], BLACK)
    assert cell_len(safe.text) == cell_len(segment.text)
    assert safe.style == segment.style
    assert not any(map(is_control, safe.text))


def test_safe_lines_pass_untouched() -> None:
    segments = [Segment("日本 👩\u200d💻 é\u00a0"), Segment("\x1b[H", None, [(1,)])]  # type: ignore[list-item]
    assert TerminalFilter().apply(segments, BLACK) is segments


def test_a_link_cannot_carry_a_sequence() -> None:
    evil = Segment("click", Style(link="http://x\x1b\\\x1b]52;c;ZXZpbA==\x07", bold=True))
    (safe,) = TerminalFilter().apply([evil], BLACK)
    assert safe.text == "click"
    assert safe.style is not None
    assert safe.style.link is None
    assert safe.style.bold


@pytest.mark.parametrize("payload", PAYLOADS.values(), ids=PAYLOADS)
def test_our_own_strips_need_no_filter(payload: str) -> None:
    painted = strip(((payload, ""),), 30, lambda _tone: Style(), Style())
    assert not any(map(is_control, painted.text))
