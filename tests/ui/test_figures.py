"""Figures: round ticks, words for values, labels that have room, bars to the eighth of a cell, tables that give way."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.app import App, ComposeResult
from textual.geometry import Size

from incident_tui.ui.figure import Figure, Series, Unit, runs, said, some, ticks
from incident_tui.ui.text import plain, width
from incident_tui.ui.views.table import Table, rows
from incident_tui.ui.widgets.bars import Bars
from incident_tui.ui.widgets.chart import Chart

TIMES = Figure("Time to resolve", ("SEV1", "SEV2"), (Series("median", (3600.0, None)), Series("p90", (7200.0, 5400.0))))


@pytest.mark.parametrize(
    ("value", "unit", "expected"),
    [
        (0, "time", "0"),
        (45, "time", "45s"),
        (61, "time", "1m"),
        (3600, "time", "1h"),
        (5400, "time", "1h30"),
        (3600 * 47, "time", "47h"),
        (86400 * 3, "time", "3d"),
        (86400 * 3 + 7200, "time", "3d2h"),
        (12, "count", "12"),
    ],
)
def test_values_are_said_shortly(value: float, unit: Unit, expected: str) -> None:
    assert said(value, unit) == expected


@given(st.floats(0, 1e9), st.sampled_from(("time", "count")), st.integers(1, 12))
def test_ticks_reach_from_nothing_to_the_greatest_value(most: float, unit: Unit, wanted: int) -> None:
    found = ticks(most, unit, wanted)

    assert found[0] == 0
    assert found[-1] >= most * 0.999
    assert 2 <= len(found) <= wanted + 2


@given(st.lists(st.just("2026-11"), min_size=1, max_size=60), st.integers(1, 200))
def test_labels_have_room_and_the_newest_is_there(labels: list[str], cells: int) -> None:
    found = some(labels, cells)

    assert found[-1] == len(labels) - 1
    assert len(found) == 1 or len(found) * 9 <= cells + 9


def test_a_gap_ends_a_run() -> None:
    assert list(runs((1.0, 2.0, None, None, 3.0))) == [[(0, 1.0), (1, 2.0)], [(4, 3.0)]]
    assert list(runs((None,))) == []


class FigureApp(App[None]):
    """One chart and one board of bars."""

    def __init__(self, figure: Figure) -> None:
        super().__init__()
        self.chart = Chart()
        self.bars = Bars()
        self.figure = figure

    def compose(self) -> ComposeResult:
        yield self.chart
        yield self.bars

    def on_mount(self) -> None:
        self.chart.figure = self.bars.figure = self.figure


async def drawn(figure: Figure, cells: int, lines: int) -> list[str]:
    """What the bars draw in an area of that size."""
    async with FigureApp(figure).run_test() as pilot:
        app = pilot.app
        assert isinstance(app, FigureApp)
        return [plain(line.line) for line in app.bars.draw(Size(cells, lines))]


async def test_bars_have_labels_names_and_values() -> None:
    first, second, gap, third, fourth = await drawn(TIMES, 40, 8)

    assert (first.split()[:2], first.split()[-1]) == (["SEV1", "median"], "1h")
    assert second.count("█") == 2 * first.count("█") > 0
    assert gap == ""
    assert (third.split(), fourth.split()[-1]) == (["SEV2", "median", "–"], "1h30")
    assert all(width(((line, ""),)) <= 40 for line in (first, second, third, fourth))


async def test_bars_without_room_are_counted() -> None:
    assert (await drawn(TIMES, 40, 3))[-1] == "… 1 more"
    assert len(await drawn(TIMES, 40, 4)) == 4


async def test_nothing_valid_is_said_and_not_drawn() -> None:
    empty = Figure("Time", ("SEV1",), (Series("median", (None,)),))

    assert await drawn(empty, 60, 4) == ["Nothing to draw: no valid value yet."]


@pytest.mark.parametrize("size", [(200, 50), (40, 10), (18, 3)])
@pytest.mark.parametrize(
    "values",
    [(), (None,), (0.0,), (5.0,), (5.0, None, 7.0), (1.0, 2.0, 3.0), (1e9, 1e-9)],
)
async def test_a_chart_draws_whatever_there_is_at_any_size(
    values: tuple[float | None, ...], size: tuple[int, int]
) -> None:
    figure = Figure("Time", tuple(f"2026-{at:02}" for at in range(1, len(values) + 1)), (Series("median", values),))
    async with FigureApp(figure).run_test(size=size) as pilot:
        app = pilot.app
        await pilot.pause()
        assert isinstance(app, FigureApp)
        assert app.chart.figure == figure


def test_columns_give_way_to_the_text() -> None:
    table = Table("Phases", ("overran", "median"))
    table.add("one", "Investigation", "3/4", "+10:00", note="often")
    wide, narrow = (rows([table], cells) for cells in (80, 36))

    assert [plain(row.right).split() for row in wide] == [["overran", "median"], ["3/4", "+10:00"], []]
    assert [plain(row.right).split() for row in narrow] == [["overran"], ["3/4"], []]
    assert [row.selectable for row in wide] == [False, True, False]
    assert len({row.key for row in wide}) == 3


def test_a_table_without_entries_says_so_or_is_left_out() -> None:
    assert rows([Table("Broken")], 80) == ()
    assert [plain(row.line).strip() for row in rows([Table("Causes", none="No cause.")], 80)] == ["Causes", "No cause."]
