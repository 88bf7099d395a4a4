"""The ghost on the checklist: how a running phase stands against the median of past runs."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from msgspec.structs import replace

from incident_tui.config import Config
from incident_tui.domain import events as e
from incident_tui.domain.decide import checklist as decide
from incident_tui.domain.decide import command
from incident_tui.domain.incident import Incident
from incident_tui.domain.pace import Pace, PhasePace
from incident_tui.protocols.library import load_builtin
from incident_tui.session import Done, Session
from incident_tui.ui.past import read_pace
from incident_tui.ui.text import plain
from incident_tui.ui.views.checklist import checklist
from incident_tui.ui.widgets.board import Row
from tests.story import Story, quiet_story
from tests.ui.harness import HUGE, NOW, WIDE, ZONE, Wall, at_the_desk, paths_in
from tests.ui.test_views import scene_of

MINUTE = timedelta(minutes=1)
KNOWN = Pace(3, {("", "immediate response"): PhasePace(3, 6 * MINUTE + timedelta(seconds=20), 5 * MINUTE)})


def rows(story: Story, after: timedelta, cells: int, pace: Pace | None = KNOWN) -> dict[str, Row]:
    scene = replace(scene_of(story, after), pace=pace)
    return {row.key: row for row in checklist(scene, cells)}


@pytest.mark.parametrize(
    ("minutes", "said", "tone"),
    [(4.0, "median 06:20", "muted"), (6 + 1 / 3, "median 06:20", "muted"), (7.5, "median +01:10", "warn")],
    ids=["ahead", "even", "behind"],
)
def test_the_ghost_runs_beside_the_clock_of_a_phase(minutes: float, said: str, tone: str) -> None:
    found = rows(quiet_story(), minutes * MINUTE, 70)

    assert found["phase:0"].right[0] == (said, tone)
    assert plain(found["phase:0"].right).startswith(f"{said}  0/4  ")
    assert found["bar:0"].right == ()


def test_where_the_title_needs_the_room_it_stands_beside_the_bar() -> None:
    found = rows(quiet_story(), 4 * MINUTE, 32)

    assert plain(found["phase:0"].right) == "0/4  01:00"
    assert found["bar:0"].right == (("median 06:20", "muted"),)
    assert len(plain(found["bar:0"].line)) + 2 + len("median 06:20") <= 32


def test_there_is_none_on_the_narrowest_pane() -> None:
    found = rows(quiet_story(), 4 * MINUTE, 24)

    assert [row.right for key, row in found.items() if key == "bar:0"] == [()]
    assert "median" not in plain(found["phase:0"].right)


def test_only_a_running_phase_with_a_known_pace_has_one() -> None:
    story = quiet_story()
    plain_rows = rows(story, 4 * MINUTE, 70, None)
    for number in ("1.1", "1.2", "1.3", "1.4"):
        story.say(e.StepChecked(number))

    done = rows(story, 4 * MINUTE, 70)

    shown = [plain((*row.line, *row.right)) for found in (plain_rows, done) for row in found.values()]
    assert [text for text in shown if "median" in text] == []


def past_run(folder: Path) -> None:
    """An incident a day ago whose first phase took seven minutes."""
    wall = Wall(NOW - timedelta(days=1))
    with Session.open(paths_in(folder), Config(person="mara", zone=ZONE), wall=wall) as session:
        done = session.declare("Search is down", 2, load_builtin("emergency"), "mara")
        wall.move(minutes=7)
        for act in (
            *(partial(decide.check_step, text=f"1.{number}") for number in range(1, 5)),
            partial(command.set_status, word="resolved"),
        ):
            assert isinstance(done, Done)
            done = session.perform(done.room, act)


@pytest.mark.parametrize("size", [WIDE, HUGE], ids=["120", "200"])
async def test_a_room_shows_the_pace_of_the_runs_before(tmp_path: Path, size: tuple[int, int]) -> None:
    past_run(tmp_path)
    async with at_the_desk(tmp_path, size) as desk:
        assert desk.reads("checklist", "median 07:00")

        await desk.tick(minutes=9)

        assert desk.reads("checklist", "median +02:00")


async def test_a_first_run_has_no_pace(tmp_path: Path) -> None:
    async with at_the_desk(tmp_path) as desk:
        assert desk.room.pace == Pace()
        assert "median" not in desk.painted()


def test_a_journal_that_cannot_be_read_has_no_pace(tmp_path: Path) -> None:
    with Session.open(paths_in(tmp_path), Config(person="mara")) as session:
        session.paths.database.write_bytes(b"no database")

        assert read_pace(session, Incident("x")) == Pace()
