"""The room on a terminal of any size: whole or one line, and what is typed at any of them is recorded."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.screen import Screen

from incident_tui.domain import events as e
from incident_tui.ui.screens import room_screen
from incident_tui.ui.screens.room_screen import RoomScreen
from incident_tui.ui.widgets.composer import Field
from tests.ui.harness import WIDE, Desk, at_the_desk

LEAST = (40, 10)
SIZES = [(1, 1), (10, 2), (39, 9), LEAST, (39, 300), (500, 9), (500, 300), (1, 300), (500, 1), (80, 24)]
KEYS = "quR"
"""They do something wherever they are not typed."""


async def resized(desk: Desk, size: tuple[int, int]) -> None:
    await desk.pilot.resize_terminal(*size)
    await desk.settle()


async def at_all_sizes(folder: Path) -> None:
    """Type half a line at each size, and the rest at the usual one."""
    async with at_the_desk(folder) as desk:
        for size in SIZES:
            await resized(desk, size)
            if size[0] < LEAST[0] or size[1] < LEAST[1]:
                assert sum(bool(line.strip()) for line in desk.lines()) <= 1, f"panes at {size}"
            else:
                assert desk.shows("SEV2", "Type to log", "tab pane")
            await desk.type(f"{KEYS} {size}")
            await resized(desk, WIDE)
            assert desk.app.screen is desk.room, f"keys at {size}"
            assert desk.shows("SEV2 HIGH", "mara is incident commander", f"{KEYS} {size}", "f1 help")
            await desk.enter(" and more")
            assert desk.last() == e.EntryLogged("finding", f"{KEYS} {size} and more")


async def test_at_all_sizes(tmp_path: Path) -> None:
    await at_all_sizes(tmp_path)


@pytest.mark.parametrize(
    ("owner", "name", "instead", "said"),
    [
        pytest.param(room_screen, "LEAST", (0, 0), "panes at", id="panes at any size"),
        pytest.param(Field, "on_hide", lambda _field, _event: None, "keys at", id="keys go on to what is left"),
        pytest.param(
            RoomScreen, "_compositor_refresh", Screen._compositor_refresh, "not on the screen", id="an older width"
        ),
    ],
)
async def test_the_test_notices_a_screen_that_is_not_ready_for_other_sizes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, owner: object, name: str, instead: object, said: str
) -> None:
    monkeypatch.setattr(owner, name, instead)
    with pytest.raises(AssertionError, match=said):
        await at_all_sizes(tmp_path)
