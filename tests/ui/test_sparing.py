"""What is sent to the terminal: less than Textual would send, and the same on the screen."""

from typing import Final

import pyte
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from incident_tui.ui.sparing import Cells, shortened
from incident_tui.ui.text import Line, plain, width
from incident_tui.ui.widgets.painted import Drawn, _changed_cells

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
