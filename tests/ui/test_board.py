"""The board: the cursor stays with its row, and only changed lines are painted again."""

from pathlib import Path

import pytest
from msgspec.structs import replace
from textual.app import App, ComposeResult
from textual.geometry import Region
from textual.pilot import Pilot

from incident_tui.ui.titles import set_subtitle, set_title
from incident_tui.ui.widgets.board import Board, Row

STYLES = Path(__file__).parents[2] / "styles"


def step(number: int) -> Row:
    return Row(f"s{number}", ((f"step {number}", ""),), ((f"{number:02}", "muted"),))


STEPS = tuple(map(step, range(30)))


class BoardApp(App[None]):
    """A board of 20 by 10 cells of content, and what it said."""

    CSS_PATH = [STYLES / "tones.tcss", STYLES / "widgets.tcss"]  # noqa: RUF012 - Textual's own declaration

    def __init__(self, rows: tuple[Row, ...] = STEPS) -> None:
        super().__init__()
        self.board = Board(rows)
        self.said: list[tuple[str, str]] = []

    def compose(self) -> ComposeResult:
        yield self.board

    def on_board_moved(self, message: Board.Moved) -> None:
        self.said.append(("moved", message.key))

    def on_board_chosen(self, message: Board.Chosen) -> None:
        self.said.append(("chosen", message.key))


def screen(app: BoardApp) -> list[str]:
    size = app.board.size
    return [app.board.render_line(y).text.rstrip() for y in range(size.height)]


async def test_rows_are_shown_with_both_sides() -> None:
    app = BoardApp(STEPS[:2])
    async with app.run_test(size=(24, 12)) as pilot:
        await pilot.pause()
        assert screen(app)[:3] == ["step 0            00", "step 1            01", ""]


async def test_keys_move_and_choose() -> None:
    app = BoardApp()
    async with app.run_test(size=(24, 12)) as pilot:
        await pilot.press("down", "j", "k", "enter", "end", "home")
        assert app.said == [
            ("moved", "s1"),
            ("moved", "s2"),
            ("moved", "s1"),
            ("chosen", "s1"),
            ("moved", "s29"),
            ("moved", "s0"),
        ]


async def test_pages_scroll_and_keep_the_cursor_in_sight() -> None:
    app = BoardApp()
    async with app.run_test(size=(24, 12)) as pilot:
        await pilot.press("pagedown", "pagedown")
        assert app.board.cursor_key == "s18"
        assert screen(app)[-1].startswith("step 18")
        await pilot.press("pageup")
        assert app.board.cursor_key == "s9"
        assert screen(app)[0].startswith("step 9")


async def test_the_cursor_stays_with_its_row_when_rows_come_and_go() -> None:
    app = BoardApp(STEPS[:5])
    async with app.run_test(size=(24, 12)) as pilot:
        await pilot.press("down", "down")
        app.board.rows = (step(99), *STEPS[:5])
        assert app.board.cursor_key == "s2"
        app.board.rows = (*STEPS[:2], *STEPS[3:5])
        assert app.board.cursor_key == "s3"
        app.board.rows = (STEPS[0],)
        assert app.board.cursor_key == "s0"
        app.board.rows = ()
        await pilot.press("enter")
        app.board.rows = STEPS
        assert app.board.cursor_key == "s0"
        assert ("chosen", "s0") not in app.said


async def test_headings_are_skipped_and_stay_with_their_rows() -> None:
    heading = Row("h", (("Stabilization", "strong"),), selectable=False)
    app = BoardApp((heading, *STEPS))
    async with app.run_test(size=(24, 12)) as pilot:
        await pilot.press("up")
        assert app.board.cursor_key == "s0"
        await pilot.press("end", "home")
        assert screen(app)[0].startswith("Stabilization")


async def test_rows_above_do_not_move_what_is_under_the_eyes() -> None:
    app = BoardApp()
    async with app.run_test(size=(24, 12)) as pilot:
        await pilot.press("pagedown", "pagedown", "up", "up")
        at = next(y for y, text in enumerate(screen(app)) if text.startswith("step 16"))
        app.board.rows = (step(98), step(99), *STEPS)
        assert screen(app)[at].startswith("step 16")


async def test_long_rows_wrap_and_hang() -> None:
    row = Row("w", (("one two three four five six", ""),), (("14:39", ""),), wrap=True, indent=2)
    app = BoardApp((row, STEPS[1]))
    async with app.run_test(size=(24, 12)) as pilot:
        await pilot.pause()
        assert screen(app)[:4] == [
            "one two three  14:39",
            "  four five",
            "  six",
            "step 1            01",
        ]
        await pilot.press("down", "up")
        assert app.board.cursor_key == "w"


async def test_clicks_select_and_choose() -> None:
    app = BoardApp()
    async with app.run_test(size=(24, 12)) as pilot:
        await pilot.click(Board, offset=(5, 4))
        assert app.said == [("moved", "s3")]
        await pilot.double_click(Board, offset=(5, 6))
        assert app.said[1:] == [("moved", "s5"), ("chosen", "s5")]
        assert app.board.has_focus


async def test_only_the_changed_line_is_painted_again(monkeypatch: pytest.MonkeyPatch) -> None:
    app = BoardApp()
    async with app.run_test(size=(24, 12)) as pilot:
        await pilot.pause()
        regions: list[tuple[Region, ...]] = []

        def repaint(*asked: Region) -> None:
            regions.append(asked)

        monkeypatch.setattr(app.board, "repaint", repaint)
        app.board.rows = (*STEPS[:3], replace(STEPS[3], line=(("done", "good"),)), *STEPS[4:])
        assert regions == [(Region(0, 3, 17, 1),)]
        app.board.rows = tuple(STEPS)
        app.board.rows = tuple(map(step, range(30)))
        assert len(regions) == 2
        app.board.rows = (*STEPS[:29], replace(STEPS[29], line=(("out of sight", ""),)))
        assert len(regions) == 2


async def test_many_changed_lines_are_painted_again_and_no_others(monkeypatch: pytest.MonkeyPatch) -> None:
    app = BoardApp()
    async with app.run_test(size=(24, 12)) as pilot:
        await pilot.pause()
        regions: list[Region] = []

        def repaint(*asked: Region) -> None:
            regions.extend(asked)

        monkeypatch.setattr(app.board, "repaint", repaint)
        app.board.rows = tuple(replace(row, tone="warn") if at in (1, 2, 5, 7) else row for at, row in enumerate(STEPS))
        assert [y for region in regions for y in region.line_range] == [1, 2, 5, 7]
        assert {region.width for region in regions} == {24}, "from border to border"


async def test_a_title_paints_only_its_border_again() -> None:
    app = BoardApp()
    async with app.run_test(size=(24, 12)) as pilot:
        await pilot.pause()
        set_title(app.board, "[b]Steps[/b] 30")
        set_subtitle(app.board, "end")
        assert {region.y for region in app.board._repaint_regions} == {0, 11}
        await pilot.pause()
        set_title(app.board, "[b]Steps[/b] 30")
        assert not app.board._repaint_regions
        top = app.screen._compositor.render_strips()[0].text
        assert "[b]Steps[/b] 30" in top, "no markup"


async def test_an_empty_board_says_so() -> None:
    app = BoardApp(())
    app.board.empty = (("Nothing is due", ""),)
    async with app.run_test(size=(24, 12)) as pilot:
        await pilot.press("down", "enter", "end")
        assert screen(app)[0] == "Nothing is due"
        assert app.said == []


async def test_tones_follow_the_theme() -> None:
    app = BoardApp((Row("a", (("ok", "good"),)),))
    async with app.run_test(size=(24, 12)) as pilot:
        before = app.board.tone("good").color
        app.theme = "tokyo-night"
        await pilot.pause()
        assert app.board.tone("good").color != before


async def test_every_size_is_painted() -> None:
    app = BoardApp((Row("w", (("one two three four", ""),), (("14:39", ""),), wrap=True), *STEPS))
    async with app.run_test(size=(24, 12)) as pilot:
        for width, height in ((1, 1), (3, 3), (6, 4), (80, 50)):
            await resized(pilot, width, height)
            assert len(screen(app)) == app.board.size.height


async def resized(pilot: Pilot[None], width: int, height: int) -> None:
    await pilot.resize_terminal(width, height)
    await pilot.pause()
