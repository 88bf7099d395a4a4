"""Layout of lines: cells, wide characters, hostile text."""

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.style import Style

from incident_tui.ui.strips import strip
from incident_tui.ui.text import (
    TONES,
    Line,
    bar,
    beside,
    fit,
    is_narrow,
    pad,
    plain,
    sides,
    width,
    wrap,
)

ANY_TEXT = st.text(
    alphabet=st.one_of(
        st.characters(),
        st.sampled_from("ab 日本é👩\u200d💻\ufe0f\u0301☺\x1b\x9b\u202e\n\t\r"),
    ),
    max_size=40,
)
LINES: st.SearchStrategy[Line] = st.lists(st.tuples(ANY_TEXT, st.sampled_from(TONES)), max_size=4).map(tuple)
CELLS = st.integers(0, 50)


@pytest.mark.parametrize(
    ("text", "cells", "expected"),
    [
        ("finding", 7, "finding"),
        ("finding", 6, "findi…"),
        ("finding", 1, "…"),
        ("finding", 0, ""),
        ("日本語", 6, "日本語"),
        ("日本語", 5, "日本…"),
        ("日本語", 4, "日…"),
        ("e\u0301e\u0301e\u0301", 2, "e\u0301…"),
    ],
)
def test_fit_crops_between_what_is_drawn_as_one(text: str, cells: int, expected: str) -> None:
    assert plain(fit(((text, ""),), cells)) == expected


def test_fit_marks_the_cut_in_the_tone_that_was_cut() -> None:
    assert fit((("ok ", "good"), ("failed", "bad")), 6) == (("ok ", "good"), ("fa", "bad"), ("…", "bad"))


@given(LINES, CELLS)
def test_fit_never_exceeds_its_cells(line: Line, cells: int) -> None:
    assert width(fit(line, cells)) <= cells


@given(LINES, CELLS)
def test_pad_takes_exactly_its_cells(line: Line, cells: int) -> None:
    assert width(pad(line, cells)) == cells


@given(LINES, LINES, CELLS)
def test_sides_take_exactly_their_cells(left: Line, right: Line, cells: int) -> None:
    assert width(sides(left, right, cells)) == cells


def test_sides_keep_the_right_and_crop_the_left() -> None:
    assert plain(sides((("Immediate mitigation", ""),), (("14:39", "muted"),), 16)) == "Immediate… 14:39"


@given(LINES, st.integers(2, 50), st.integers(0, 60))
def test_wrap_loses_nothing_and_fits(line: Line, cells: int, indent: int) -> None:
    rows = wrap(line, cells, indent)
    assert all(width(row) <= cells for row in rows)
    painted = "".join(plain(row) for row in rows)
    assert _letters(painted) == _letters(plain(line))


def _letters(text: str) -> str:
    """What has to survive wrapping: all but gaps, and joiners that have nothing left to join."""
    return "".join(char for char in text if char not in " \u200d\ufe0f")


@given(st.lists(st.text(alphabet="abcdé日", min_size=1, max_size=5), min_size=1, max_size=12), st.integers(10, 40))
def test_wrap_keeps_words_whole_that_fit(words: list[str], cells: int) -> None:
    rows = wrap(((" ".join(words), ""),), cells)
    assert [word for row in rows for word in plain(row).split()] == words


def test_wrap_hangs_and_keeps_tones() -> None:
    assert wrap((("✓ ", "good"), ("roll back to", ""), (" web@2.4.0", "strong")), 12, 2) == [
        (("✓ ", "good"), ("roll back", "")),
        (("  to", ""),),
        (("  ", ""), ("web@2.4.0", "strong")),
    ]


def test_wrap_breaks_at_newlines() -> None:
    assert [plain(row) for row in wrap((("one\ntwo\r\nthree", ""),), 20, 1)] == ["one", " two", " three"]


def test_wrap_breaks_words_longer_than_a_row() -> None:
    assert [plain(row) for row in wrap((("see https://example.org/abc", ""),), 10)] == [
        "see",
        "https://ex",
        "ample.org/",
        "abc",
    ]


@pytest.mark.parametrize(("done", "filled"), [(-1.0, 0), (0.0, 0), (0.5, 5), (1.0, 10), (7.0, 10)])
def test_bar_fills_its_part(done: float, filled: int) -> None:
    line = bar(done, 10, "warn")
    assert width(line) == 10
    assert sum(len(text) for text, tone in line if tone == "warn") == filled


def test_beside_takes_whole_parts_only() -> None:
    line, places = beside([(("one", ""),), (("two", ""),), (("three", ""),)], 13)
    assert plain(line) == "one   two"
    assert places == [range(3), range(6, 9)]


@given(LINES, CELLS)
def test_strip_is_as_wide_as_it_says_and_holds_no_control(line: Line, cells: int) -> None:
    painted = strip(line, cells, lambda _tone: Style(bold=True), Style(color="red"))
    assert painted.cell_length == cells
    assert sum(cell_len(segment.text) for segment in painted) == cells
    assert not any(ord(char) < 32 or 0x7F <= ord(char) < 0xA0 or char == "\u202e" for char in painted.text)


def test_strip_lays_the_tone_over_the_base() -> None:
    base, tone = Style(bgcolor="blue"), Style(color="red")
    first, second = list(strip((("a", "bad"), ("b", "")), 2, lambda _tone: tone, base))
    assert (first.style, second.style) == (base + tone, base)


def test_narrow_characters_take_one_cell_each() -> None:
    narrow = [char for char in map(chr, range(sys.maxunicode + 1)) if is_narrow(((char, ""),))]
    assert all(cell_len(char) == 1 and cell_len(f"a{char}b") == 3 for char in narrow)
