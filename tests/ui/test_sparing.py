"""What is sent to the terminal: less than Textual would send, and the same on the screen."""

from collections.abc import Iterable
from typing import Final

import pyte
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from textual.app import App, ComposeResult
from textual.geometry import Size
from textual.strip import Strip

from incident_tui.ui.sparing import Cells, shortened
from incident_tui.ui.text import Line, plain, width
from incident_tui.ui.widgets.painted import Drawn, Painted, _changed_cells

WIDTH: Final = 24
COLORS = st.sampled_from(["", "#010203", "#304050", "red", "bright_blue", "color(208)"])
STYLES = st.builds(
    lambda color, background, bold, reverse: Style(
        color=color or None, bgcolor=background or None, bold=bold, reverse=reverse
    ),
    COLORS,
    COLORS,
    st.booleans(),
    st.booleans(),
)
PIECES = st.lists(st.tuples(st.text("abc xyz", min_size=1, max_size=6), STYLES), min_size=1, max_size=8)
CONSOLE = Console(color_system="truecolor", force_terminal=True)


def shown(*sequences: str) -> pyte.Screen:
    """The screen after these have been written."""
    screen = pyte.Screen(WIDTH, 4)
    stream = pyte.Stream(screen)
    for sequence in sequences:
        stream.feed(sequence)
    return screen


def rendered(pieces: list[tuple[str, Style]], x: int, y: int) -> str:
    return f"\x1b[{y};{x}H" + "".join(style.render(text) for text, style in pieces)


@given(PIECES, PIECES)
def test_the_short_form_looks_the_same(first: list[tuple[str, Style]], second: list[tuple[str, Style]]) -> None:
    long = rendered(first, 1, 1) + rendered(second, 3, 2)
    short = shortened(long)
    assert len(short) <= len(long)
    assert shown(short, "z").buffer == shown(long, "z").buffer


def test_only_what_is_new_in_a_look_is_sent() -> None:
    red, blue = (Style(color=color, bgcolor="#000000") for color in ("#ff0000", "#0000ff"))
    sent = shortened(rendered([("a", red), ("b", blue)], 1, 1) + rendered([("c", blue)], 1, 2))
    assert sent == "\x1b[1;1H\x1b[38;2;255;0;0;48;2;0;0;0ma\x1b[38;2;0;0;255mb\x1b[2;1Hc\x1b[0m"


def test_cells_to_the_left_of_a_change_are_not_sent() -> None:
    strip = Strip([Segment("elapsed 12:34"), Segment(" SEV1", Style(bold=True))], 18)
    cells = Cells([{0: strip}], [(0, 12, 15)], [[18]])
    assert cells.render_segments(CONSOLE) == "\x1b[1;13H4\x1b[1m S\x1b[0m"


class Few(Painted):
    """A line in each tone, one under the cursor, one that is too long, one that is wide."""

    def draw(self, size: Size) -> list[Drawn]:
        bar = (("12:34  ", "muted"), ("down", "bad"), (" x", ""))
        return [
            Drawn(bar),
            Drawn(bar, "warn"),
            Drawn(bar, cursor=True),
            Drawn(bar, thumb=True),
            Drawn((("long " * size.width, ""),)),
            Drawn((("日本 12:34", ""),)),
        ]


@pytest.mark.parametrize("focused", [False, True])
async def test_some_cells_look_as_they_do_in_the_whole_line(*, focused: bool) -> None:
    class Shown(App[None]):
        def compose(self) -> ComposeResult:
            yield Few()

    async with Shown().run_test(size=(WIDTH, 8)) as pilot:
        few = pilot.app.query_one(Few)
        few.can_focus, few.styles.border, few.styles.height = focused, ("round", "red"), 8
        few.focus()
        await pilot.pause()
        spans = [(y, start, stop) for y in range(8) for start in range(WIDTH) for stop in range(start + 1, WIDTH + 1)]
        lines = few.render_lines(few.outer_size.region)
        pieces = list(few.cells(spans))
        told = [y for (y, _start, _stop), piece in zip(spans, pieces, strict=True) if piece is not None]
        assert set(told) == {1, 2, 3, 4}
        for (y, start, stop), piece in zip(spans, pieces, strict=True):
            if piece is not None:
                assert looks(piece) == looks(lines[y].crop(start, stop))


def looks(segments: Iterable[Segment]) -> list[tuple[str, Style | None]]:
    """What is in each cell; a gap has no colour of its own."""
    cells = [(char, style) for text, style, _ in segments for char in text]
    return [(char, Style(bgcolor=style.bgcolor) if style and char == " " else style) for char, style in cells]


TONES = st.sampled_from(["", "bad", "muted"])
LINES: st.SearchStrategy[Line] = st.lists(
    st.tuples(st.sampled_from(["12:34", "12:35", "down", "  ", "日本", "aé", "error rate", "x"]), TONES), max_size=6
).map(tuple)


@given(LINES, LINES)
def test_what_is_not_repainted_has_not_changed(was: Line, now: Line) -> None:
    old, new = Drawn(was), Drawn(now)
    if old == new:
        return
    changed = {x for part in _changed_cells(old, new, WIDTH) for x in part}
    before, after = cells_of(was), cells_of(now)
    assert {x for x in range(WIDTH) if before[x] != after[x]} <= changed


def cells_of(line: Line) -> list[tuple[str, str]]:
    """Each cell of a line as it would be painted: what is in it, and its tone if that can be seen."""
    filled = [(char, tone) for text, tone in line for char in text for _ in range(width(((char, ""),)))]
    if len(filled) > WIDTH:  # what is cropped is judged by the cells before the ellipsis
        filled = [*filled[: WIDTH - 1], ("…", plain(line)[-1:])]
    filled += [(" ", "")] * (WIDTH - len(filled))
    return [(char, "" if char == " " else tone) for char, tone in filled]
