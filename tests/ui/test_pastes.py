"""A paste is one paste, whatever is in it and in whatever pieces it comes; nothing in it is a key."""

from __future__ import annotations

import selectors
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from textual import events

from incident_tui.ui.pastes import ABANDONED, SILENCE, Ending, Pastes, marks_pastes
from tests.ui.test_filter import PAYLOADS

START, END = "\x1b[200~", "\x1b[201~"
SPECIAL = {"lone escape": "\x1b", "command": "\r!touch owned\r", "end mark": f"{END}\r!touch owned\r", "start": START}
PIECES = [*PAYLOADS.values(), *SPECIAL.values(), "plain", "\r", "\n", "ü💥", "\x1b[", "\x11", "~"]


class Line:
    """A terminal's line to the program: what is sent, and the time that passes."""

    def __init__(self, *, brackets: bool = True) -> None:
        self.now = 0.0
        self.parser = Pastes(brackets=brackets, clock=lambda: self.now)
        self.events: list[object] = []

    def send(self, *pieces: str) -> None:
        for piece in pieces:
            self.events += self.parser.feed(piece)
            self.events += self.parser.tick()

    def wait(self, seconds: float) -> None:
        self.now += seconds
        self.events += self.parser.tick()

    def came(self) -> list[tuple[str, str]]:
        """Every event in short: a paste with its text, a key with its name."""
        return [
            ("paste", event.text) if isinstance(event, events.Paste) else ("key", getattr(event, "key", repr(event)))
            for event in self.events
        ]


def cut(text: str, *places: int) -> list[str]:
    return [text[begin:end] for begin, end in pairwise([0, *sorted(places), len(text)]) if begin < end]


@pytest.mark.parametrize("payload", [*PAYLOADS.values(), *SPECIAL.values()], ids=[*PAYLOADS, *SPECIAL])
def test_every_payload_split_anywhere_is_text_of_one_paste(payload: str) -> None:
    text = f"first\r{payload}\r!touch owned\r"
    sent = f"a{START}{text}{END}"
    for place in range(1, len(sent)):
        line = Line()
        line.send(*cut(sent, place))
        line.wait(SILENCE)
        line.send("z")
        assert line.came() == [("key", "a"), ("paste", text), ("key", "z")], f"split at {place}"


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join), st.lists(st.integers(0, 400), max_size=30))
def test_any_text_in_any_pieces_is_one_paste(text: str, places: list[int]) -> None:
    sent = f"{START}{text}{END}"
    line = Line()
    line.send(*cut(sent, *(min(place, len(sent)) for place in places)))
    line.wait(SILENCE)
    line.send("\r")

    assert line.came() == [("paste", text), ("key", "enter")]


def test_every_character_on_its_own_with_a_pause_before_the_end_of_the_mark() -> None:
    line = Line()
    for sign in f"{START}one\r\x1b[0m\rtwo{END}":
        line.send(sign)
    line.wait(SILENCE)

    assert line.came() == [("paste", "one\r\x1b[0m\rtwo")]


def test_keys_typed_behind_a_paste_are_keys_in_their_order() -> None:
    line = Line()
    line.send(f"{START}text{END}\r", "ab")
    assert line.came() == []
    line.wait(SILENCE)
    line.send("\x1b[A")

    assert line.came() == [("paste", "text"), ("key", "enter"), ("key", "a"), ("key", "b"), ("key", "up")]


def test_an_escape_just_before_a_paste_comes_before_it_and_makes_no_chord_behind_it() -> None:
    for sent in ((f"\x1b{START}text{END}tail",), ("\x1b", f"{START}text{END}", "tail")):
        line = Line()
        line.send(*sent)
        line.wait(SILENCE)

        assert line.came() == [("key", "escape"), ("paste", "text"), *(("key", sign) for sign in "tail")]


@pytest.mark.parametrize(
    ("sent", "keys"),
    [
        (("\x1bpool is full\r",), ["escape", *"pool", "space", *"is", "space", *"full", "enter"]),
        (("\x1b? x",), ["escape", "question_mark", "space", "x"]),
        (("\x1bfx\x1b\r",), ["escape", "f", "x", "escape", "enter"]),
        (("\x1b\x06po",), ["escape", "ctrl+f", "p", "o"]),
        (("\x1b", "d"), ["escape", "d"]),
        (("\x1b\x1bOP",), ["escape", "f1"]),
        (("\x1b", "[A"), ["up"]),
        (("\x1b\x7f",), ["ctrl+w"]),
    ],
)
def test_an_escape_that_comes_together_with_what_is_typed_after_it_is_a_key(
    sent: tuple[str, ...], keys: list[str]
) -> None:
    line = Line()
    line.send(*sent)

    assert line.came() == [("key", key) for key in keys]


def test_two_pastes_with_a_pause_are_two() -> None:
    line = Line()
    for text in ("one", "two"):
        line.send(f"{START}{text}{END}")
        line.wait(SILENCE)

    assert line.came() == [("paste", "one"), ("paste", "two")]


def test_a_second_paste_that_has_only_begun_is_not_cut_off() -> None:
    line = Line()
    line.send(f"{START}one{END}x{START}two\r")
    line.wait(SILENCE)
    line.send(f"\rthree{END}")
    line.wait(SILENCE)

    assert line.came() == [("paste", "one"), ("key", "x"), ("paste", "two\r\rthree")]


def test_a_paste_without_an_end_does_not_hold_the_keys_for_ever() -> None:
    line = Line()
    line.send(f"{START}cut off\r")
    line.wait(ABANDONED - 1)
    assert line.came() == []
    line.send("more")
    line.wait(ABANDONED)
    line.send(f"{END}q")

    assert line.came() == [("paste", "cut off\rmore"), ("key", "q")]


def test_the_end_of_the_input_gives_out_what_there_is() -> None:
    line = Line()
    line.send(f"{START}text{END}", "")

    assert line.came() == [("paste", "text")]


@pytest.mark.parametrize("payload", PAYLOADS.values(), ids=PAYLOADS)
def test_where_pastes_have_no_marks_lines_that_come_at_once_are_one(payload: str) -> None:
    text = f"one\r{payload} !touch owned\rtwo\r"
    line = Line(brackets=False)
    line.send(f"zero\r{text}", "!touch owned\r")
    line.wait(SILENCE)

    assert line.came() == [("paste", f"zero\r{text}!touch owned\r")]


@pytest.mark.parametrize("brackets", [True, False])
def test_what_is_typed_is_keys(brackets: bool) -> None:
    line = Line(brackets=brackets)
    line.send("ab\r", "c", "\r\x1b2", "\x1b[A\x1b[B")

    assert [kind for kind, _ in line.came()] == ["key"] * len(line.came())
    assert [name for _, name in line.came()][:5] == ["a", "b", "enter", "c", "enter"]


@pytest.mark.parametrize(
    ("environ", "marks"),
    [
        ({"TERM": "xterm-256color"}, True),
        ({"TERM": "linux"}, False),
        ({"TERM": "screen.xterm"}, False),
        ({"TERM": "screen", "TMUX": "/tmp/tmux"}, True),
        ({}, True),
    ],
)
def test_which_terminals_mark_pastes(environ: dict[str, str], marks: bool) -> None:
    assert marks_pastes(environ) is marks


def test_who_waits_for_the_end_sleeps_until_it_comes_and_only_once() -> None:
    ending = Ending()
    with selectors.SelectSelector() as selector:
        selector.register(ending.fileno(), selectors.EVENT_READ)
        assert not selector.select(0)
        ending.set()
        ending.set()
        assert ending.is_set()
        assert selector.select(0)
        ending.clear()
        ending.clear()
        assert not ending.is_set()
        assert not selector.select(0)


def test_the_parser_says_when_time_alone_can_make_something_clear() -> None:
    parser = Pastes()
    list(parser.feed("a"))
    assert not parser.waits
    list(parser.feed("\x1b"))
    assert parser.waits
    list(parser.feed("[A"))
    assert not parser.waits
    list(parser.feed(f"{START}text"))
    assert parser.waits
