"""Texts by the ten thousand: on the screen, in documents, tables and chats they are words, whatever is in them."""

from __future__ import annotations

import csv
import io
import random
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import islice
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rich.style import Style
from textual.app import App, ComposeResult
from textual.markup import MarkupError
from textual.notifications import Notification
from textual.widgets import Label
from textual.widgets._toast import Toast

from incident_tui.cli.console import Console
from incident_tui.domain.text import clean
from incident_tui.reports.spreadsheet import HEADER, csv_of
from incident_tui.reports.timelines import Line as Told
from incident_tui.reports.typeset import Wall
from incident_tui.ui.strips import strip
from incident_tui.ui.titles import _line as title_of
from incident_tui.ui.widgets.board import Board, Row
from incident_tui.ui.widgets.words import Words
from tests.channels import kinds
from tests.channels.kinds import KINDS
from tests.channels.letters import AT, letter
from tests.channels.server import serving
from tests.channels.test_every_kind import LIVE, PUBLIC, TEXTS, _without_ours, configured, nothing
from tests.reports.test_markdown import check_block, check_cell, check_inline, check_line, texts

PIECES = (
    *"[]/@$=#\"'\\",
    "[/]",
    "[b",
    "[@click=app.quit()]",
    "[link=http://x]",
    "[$primary]",
    "\\[",
    "[type=x, v={'a[0]'}]",
    *"abc ",
)
MARKUP = st.lists(st.sampled_from(PIECES), max_size=12).map("".join)


def every(number: int, strategy: st.SearchStrategy[str], check: Callable[[str], None]) -> None:
    """Check so many texts, other ones in every run."""

    @settings(
        max_examples=number, deadline=None, derandomize=False, database=None, suppress_health_check=list(HealthCheck)
    )
    @given(strategy)
    def checked(text: str) -> None:
        check(text)

    checked()


def is_literal(text: str) -> None:
    """The text reads as it is in a title, in a line that is painted, in a notice, and on the command line."""
    assert title_of(f"x{text}").plain == f"x{text}".expandtabs(4)
    assert title_of(f"x{text}").spans == []
    assert strip(((text, ""),), 400, lambda _tone: Style(), Style()).text.rstrip() == text.rstrip()
    out = io.StringIO()
    Console(out, io.StringIO()).line(text)
    assert out.getvalue() == text.rstrip() + "\n"


def some(number: int) -> Iterator[str]:
    """Texts full of markup, the same in every run."""
    chance = random.Random(number)
    while True:
        yield "".join(chance.choices(PIECES, k=chance.randint(1, 12)))


class Shown(App[None]):
    """One of each of our widgets that take text from elsewhere."""

    def compose(self) -> ComposeResult:
        yield Words(id="words")
        yield Board(id="board")


async def painted_as_they_are(number: int) -> None:
    """So many texts in the widgets of a program that runs, each read off what it would write."""
    app = Shown()
    async with app.run_test(size=(200, 20)) as pilot:
        words, board = app.query_one(Words), app.query_one(Board)
        words.styles.height, board.styles.height = 2, 3
        await pilot.pause()
        for text in islice(some(number), number):
            words.lines = (((f"a{text}z", ""),),)
            board.rows = (Row("key", ((f"a{text}z", ""),)),)
            toast = Toast(Notification(message=f"a{text}z", markup=False))
            assert f"a{text}z" in words.render_line(0).text
            assert f"a{text}z" in "".join(board.render_line(line).text for line in range(3))
            assert f"a{text}z" in str(toast.render())
            if number < 1000:
                app.notify(text, title=text, markup=False)
        await pilot.pause()


@given(MARKUP)
@settings(max_examples=200)
def test_markup_is_literal(text: str) -> None:
    is_literal(text)


async def test_markup_is_painted_literally() -> None:
    await painted_as_they_are(100)


@pytest.mark.faults
def test_ten_thousand_markup_texts() -> None:
    every(10_000, MARKUP, is_literal)


@pytest.mark.faults
async def test_ten_thousand_markup_texts_are_painted_literally() -> None:
    await painted_as_they_are(10_000)


def test_these_texts_break_what_takes_them_for_markup() -> None:
    broken = 0
    for text in islice(some(200), 200):
        try:
            broken += str(Label(text).render()) != text
        except MarkupError:
            broken += 1
    assert broken > 50


@pytest.mark.faults
@pytest.mark.parametrize("check", [check_inline, check_line, check_cell, check_block])
def test_five_thousand_texts_in_each_place_of_an_export(check: Callable[[str], None]) -> None:
    every(5_000, texts, check)


FORMULA = st.sampled_from(["=", "+", "-", "@", "\t", "\r", "\n", '"', "'", ";", ",", "\r\n", "=1+1", "＝", " "])
CELLS = st.lists(FORMULA | st.text(max_size=4), max_size=8).map("".join)


def is_no_formula(text: str) -> None:
    """A spreadsheet reads the text again from every cell that people fill, and none is a formula."""
    told = Told("Z1", text, text, AT, AT + timedelta(seconds=1), text, False, tags=(text,))
    header, row = csv.reader(io.StringIO(csv_of([told], Wall(ZoneInfo("UTC")))))
    assert tuple(header) == HEADER
    assert len(row) == len(HEADER)
    for cell in row:
        assert not cell.lstrip().startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠")), cell
    assert row[HEADER.index("text")].removeprefix("'") == clean(text).removeprefix("'")


@given(CELLS)
@settings(max_examples=100)
def test_no_cell_is_a_formula(text: str) -> None:
    is_no_formula(text)


@pytest.mark.faults
def test_ten_thousand_cells() -> None:
    every(10_000, CELLS, is_no_formula)


@pytest.mark.faults
@pytest.mark.parametrize("name", sorted(LIVE))
def test_fifty_texts_call_nobody_in_what_is_really_sent(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with serving() as server:
        server.respond = kinds.taking
        channel = configured(name, server, monkeypatch)

        def calls_nobody(text: str) -> None:
            for form in KINDS[name].forms:
                fields = {
                    "title": text,
                    "commander": text,
                    "services": (text,),
                    "author": text,
                    "owner": text,
                    "due": text,
                }
                audience = "external" if name in PUBLIC else "internal"
                card = "" if form in ("opening", "test") else KINDS[name].card
                server.requests.clear()
                channel.send(letter(form, text=text, audience=audience, card=card, **fields), nothing)
                request = kinds.sent(server)
                sent = [_without_ours(part) for part in kinds.read(request)]
                assert [part for part in sent if re.search(LIVE[name], part, re.IGNORECASE)] == []
                assert name != "discord" or request.json["allowed_mentions"] == {"parse": []}

        every(50, TEXTS, calls_nobody)
