"""The log view: what is fetched does not depend on the length, and nothing moves under the reader's eyes."""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual import events
from textual.app import App, ComposeResult
from textual.widget import Widget

from incident_tui.ui.pages import PAGE
from incident_tui.ui.text import Line, wrap
from incident_tui.ui.viewport import Viewport
from incident_tui.ui.widgets.log_view import LogView

STYLES = Path(__file__).parents[2] / "styles"
MANY = 100_000


@dataclass(frozen=True, slots=True)
class Entry:
    key: str
    text: str


def key(number: int) -> str:
    return f"{number:08}"


@dataclass
class Journal:
    """Entries under the numbers given, which counts what it is asked for."""

    keys: list[str]
    texts: dict[str, str] = field(default_factory=dict)
    calls: int = 0
    fetched: int = 0

    def newest(self, limit: int) -> Sequence[Entry]:
        return self._page(max(0, len(self.keys) - limit), len(self.keys))

    def before(self, key: str, limit: int) -> Sequence[Entry]:
        end = bisect_left(self.keys, key)
        return self._page(max(0, end - limit), end)

    def after(self, key: str, limit: int) -> Sequence[Entry]:
        start = bisect_right(self.keys, key)
        return self._page(start, min(len(self.keys), start + limit))

    def count(self) -> int:
        return len(self.keys)

    def add(self, *numbers: int) -> None:
        for number in numbers:
            insort(self.keys, key(number))

    def _page(self, start: int, end: int) -> Sequence[Entry]:
        self.calls += 1
        self.fetched += end - start
        return [Entry(at, self.texts.get(at, f"entry {int(at)}")) for at in self.keys[start:end]]


def journal(count: int) -> Journal:
    """Entries 10, 20, …: room for back-dated ones in between."""
    return Journal([key(10 * number) for number in range(1, count + 1)])


def lay(entry: Entry, cells: int) -> list[Line]:
    return wrap(((entry.text, ""),), cells, 2)


class LogApp(App[None]):
    """A log of 20 by 10 cells of content, scrollbar included, and what it said."""

    CSS_PATH = [STYLES / "tones.tcss", STYLES / "widgets.tcss"]  # noqa: RUF012 - Textual's own declaration

    def __init__(self, source: Journal) -> None:
        super().__init__()
        self.journal = source
        self.log_view = LogView(source, lay)
        self.said: list[tuple[str, str]] = []

    def compose(self) -> ComposeResult:
        yield self.log_view

    def on_log_view_moved(self, message: LogView.Moved) -> None:
        self.said.append(("moved", message.key))

    def on_log_view_chosen(self, message: LogView.Chosen) -> None:
        self.said.append(("chosen", message.key))


def screen(app: LogApp) -> list[str]:
    view = app.log_view
    return [view.render_line(y).text[:-1].rstrip() for y in range(view.size.height)]


def entries(*numbers: int) -> list[str]:
    return [f"entry {number}" for number in numbers]


SIZE = (24, 12)


def wheel(event: type[events.MouseEvent], view: Widget) -> events.MouseEvent:
    return event(view, 4, 4, 0, 0, 0, False, False, False)


async def test_it_opens_at_the_end_with_one_page() -> None:
    app = LogApp(journal(MANY))
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        assert screen(app) == entries(*range(999_910, 1_000_001, 10))
        assert app.log_view.following
        assert app.journal.fetched <= PAGE


async def test_paging_up_fetches_a_few_pages_whatever_the_length() -> None:
    app = LogApp(journal(MANY))
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press(*["pageup"] * 20)
        assert screen(app)[0] == "entry 998110"
        assert app.log_view.cursor_key == key(998_110)
        assert app.journal.fetched <= 5 * PAGE
        await pilot.press(*["pagedown"] * 20)
        assert screen(app) == entries(*range(999_910, 1_000_001, 10))
        assert app.log_view.following


async def test_the_memory_does_not_grow_with_the_way() -> None:
    app = LogApp(journal(2_000))
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press(*["pageup"] * 100)
        assert len(app.log_view._port.pages.items) <= 10 * PAGE


async def test_home_and_end_go_to_the_ends() -> None:
    app = LogApp(journal(MANY))
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("home")
        assert screen(app) == entries(*range(10, 101, 10))
        assert not app.log_view.following
        await pilot.press("G")
        assert screen(app)[-1] == "entry 1000000"
        assert app.log_view.following
        assert app.journal.fetched <= 3 * PAGE


async def test_new_items_are_followed_or_counted() -> None:
    app = LogApp(journal(100))
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        app.journal.add(1010)
        app.log_view.changed()
        assert screen(app)[-1] == "entry 1010"
        assert app.log_view.unseen == 0
        await pilot.press("pageup")
        before = screen(app)
        app.journal.add(1020, 1030)
        app.log_view.changed()
        assert screen(app) == before
        assert app.log_view.unseen == 2
        await pilot.press("end")
        assert screen(app)[-1] == "entry 1030"
        assert (app.log_view.unseen, app.log_view.following) == (0, True)


async def test_what_is_found_further_back_is_not_new() -> None:
    app = LogApp(journal(1000))
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("pageup")
        app.log_view.renew(Journal([key(number) for number in (5, 15, *range(10, 10_001, 10), 10_010, 10_020)]))
        assert app.log_view.unseen == 2
        app.log_view.renew(Journal([key(number) for number in (*range(4000, 10_001, 10), 10_010, 10_020, 10_030)]))
        assert app.log_view.unseen == 3
        await pilot.press("end")
        assert (app.log_view.unseen, app.log_view.following) == (0, True)
        app.log_view.source = Journal([key(number) for number in range(10, 10_011, 20)])
        await pilot.press("pageup")
        app.log_view.renew(Journal([key(number) for number in (*range(10, 10_011, 20), 10_050)]))
        assert (app.log_view.unseen, app.log_view.following) == (1, False)


async def test_scrolling_back_to_the_end_follows_again() -> None:
    app = LogApp(journal(100))
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        view = app.log_view
        view.post_message(wheel(events.MouseScrollUp, view))
        await pilot.pause()
        assert not view.following
        view.post_message(wheel(events.MouseScrollDown, view))
        await pilot.pause()
        assert view.following
        assert view.cursor_key == ""


async def test_the_selection_survives_items_that_come_in_between() -> None:
    app = LogApp(journal(100))
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("up", "up", "up")
        assert app.log_view.cursor_key == key(980)
        app.journal.add(975, 985, 995)
        app.log_view.changed()
        assert app.log_view.cursor_key == key(980)
        await pilot.press("down", "enter")
        assert app.said[-1] == ("chosen", key(985))


async def test_a_focused_selection_is_not_pushed_off_the_screen() -> None:
    app = LogApp(journal(100))
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("up", "up", "up")
        app.journal.add(*range(1001, 1021))
        app.log_view.changed()
        assert screen(app)[0] == "entry 980"
        assert not app.log_view.following
        assert app.log_view.unseen == 20


async def test_back_dated_items_above_do_not_move_the_screen() -> None:
    app = LogApp(journal(200))
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("pageup", "pageup")
        before = screen(app)
        app.journal.add(*range(1, 10))
        app.log_view.changed()
        assert screen(app) == before


async def test_goto_jumps_anywhere() -> None:
    app = LogApp(journal(MANY))
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        app.log_view.goto(key(500_000))
        assert "entry 500000" in screen(app)[1:-1]
        await pilot.press("down", "enter")
        assert app.said[-1] == ("chosen", key(500_010))
        assert app.journal.fetched <= 4 * PAGE


async def test_one_item_is_rendered_again() -> None:
    app = LogApp(journal(5))
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        app.journal.texts[key(30)] = "refuted"
        app.log_view.refresh_item(key(30))
        assert screen(app)[:5] == ["entry 10", "entry 20", "refuted", "entry 40", "entry 50"]


async def test_the_source_can_be_swapped() -> None:
    app = LogApp(journal(100))
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        app.log_view.source = Journal([key(20), key(500)])
        assert screen(app)[:3] == ["entry 20", "entry 500", ""]
        app.log_view.source = Journal([])
        app.log_view.empty = (("Nothing found", ""),)
        assert screen(app)[0] == "Nothing found"
        await pilot.press("up", "down", "pageup", "pagedown", "home", "end", "enter")
        assert app.log_view.cursor_key == ""


async def test_clicks_select_choose_and_follow() -> None:
    app = LogApp(journal(100))
    async with app.run_test(size=SIZE) as pilot:
        await pilot.click(LogView, offset=(4, 1))
        assert app.log_view.cursor_key == key(910)
        await pilot.double_click(LogView, offset=(4, 3))
        assert app.said[-1] == ("chosen", key(930))
        await pilot.press("home")
        await pilot.click(LogView, offset=(4, 11))
        assert app.log_view.following


async def test_long_items_wrap_and_survive_resizing() -> None:
    source = journal(50)
    source.texts = {at: f"entry {int(at)} with words enough for more lines" for at in source.keys}
    app = LogApp(source)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("pageup", "pageup")
        first = screen(app)[0]
        for width, height in ((60, 12), (1, 1), (3, 3), (24, 12)):
            await pilot.resize_terminal(width, height)
            await pilot.pause()
            assert len(screen(app)) == app.log_view.size.height
        assert first.startswith("entry")
        assert any(line.startswith("  ") for line in screen(app))


@given(
    st.lists(st.integers(1, 400), unique=True, max_size=300),
    st.lists(st.one_of(st.integers(-30, 30), st.sampled_from(["end", "start", "reload"])), max_size=20),
    st.integers(1, 12),
)
def test_the_screen_always_shows_neighbours(numbers: list[int], moves: list[int | str], height: int) -> None:
    source = Journal(sorted(map(key, numbers)))
    port = Viewport(source, lambda entry, _cells: [((entry.text, ""),)] * (int(entry.key) % 3 + 1))
    port.resize(20, height)
    port.reload()
    everything = [(at, row) for at in source.keys for row in range(int(at) % 3 + 1)]
    for move in moves:
        match move:
            case int():
                port.scroll(move)
            case "end":
                port.to_end()
            case "start":
                port.to_start()
            case _:
                port.reload()
        shown = [(spot.item.key, spot.row) for spot in port.spots]
        assert len(shown) == min(height, len(everything))
        start = everything.index(shown[0]) if shown else 0
        assert shown == everything[start : start + height]
        assert port.following == (everything[-1:] == shown[-1:])


@pytest.mark.parametrize("steps", [[-5, 5], [-70, 70], [-199, 199]])
def test_scrolling_there_and_back_is_the_same_place(steps: list[int]) -> None:
    port = Viewport(journal(300), lambda entry, _cells: [((entry.text, ""),)])
    port.resize(20, 10)
    port.reload()
    port.scroll(-50)
    before = port.spots
    for step in steps:
        port.scroll(step)
    assert port.spots == before
