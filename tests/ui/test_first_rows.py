"""What is on the terminal before Textual is loaded is what the first frame has there, and nothing is left behind."""

from __future__ import annotations

import os
import re
import signal
from pathlib import Path

import pyte
import pytest

from incident_tui.config import Config
from incident_tui.session import Session
from incident_tui.ui.first_rows import ALTERNATE, PRIMARY, first_rows, place_of_log
from tests.strategies import HOSTILE
from tests.ui.harness import at_the_desk
from tests.ui.terminal import RESTORED, Terminal, run
from tests.ui.test_hostile import ACTING, ESCAPES, hostile_story, stored

PLACED = re.compile(r"\x1b\[(?:[02]m|\d+;\d+H)")
LINES = (
    "error rate climbs " * 9,
    "错误率 上升 到 12 % é 👩\u200d💻",
    "? the pool is exhausted",
    "> roll back 4812",
    "·",
    "x",
)
# Where Textual is about to be loaded, the program waits, as on a slow machine.
WAITS = """
import signal, sys
class Waiting:
    def find_spec(self, name, path=None, target=None):
        if name == "textual":
            signal.pause()
sys.meta_path.insert(0, Waiting())
from incident_tui.__main__ import main
sys.argv = ["incident-tui"]
sys.exit(main())
"""
# While the screen is made, somebody tells the program to leave.
TOLD = """
import os, sys
from incident_tui.ui.screens.war_room import WarRoom
compose = WarRoom.compose
def told(room):
    os.kill(os.getpid(), {})
    return compose(room)
WarRoom.compose = told
from incident_tui.__main__ import main
sys.argv = ["incident-tui"]
sys.exit(main())
"""
TAKES_NOTHING = """
import errno, os, sys
def write(descriptor, data):
    raise BlockingIOError(errno.EAGAIN, "not now")
from incident_tui.ui import first_rows
first_rows.os.write, taken = write, os.write
from incident_tui.__main__ import main
sys.argv = ["incident-tui"]
class Loaded:
    def find_spec(self, name, path=None, target=None):
        if name == "textual":
            os.write = taken
sys.meta_path.insert(0, Loaded())
sys.exit(main())
"""


@pytest.fixture
def live(tmp_path: Path) -> Path:
    """A home with one live incident and some lines."""
    folder = tmp_path / "home"
    run(folder, "declare", "Checkout fails", "--commander", "dana")
    for line in LINES:
        run(folder, "log", line)
    run(folder, "log", "seen late, and by somebody else", "--at", "10m ago", "--tag", "db", env={"USER": "kim"})
    run(folder, "log", "a mistake")
    run(folder, "undo")
    return folder


async def test_the_lines_stand_where_every_size_of_terminal_has_them(tmp_path: Path) -> None:
    sizes = [(columns, 10 + columns % 50) for columns in (*range(38, 112, 3), *range(108, 250), 300, 500)]
    async with at_the_desk(tmp_path) as desk:
        for columns, lines in sizes:
            await desk.pilot.resize_terminal(columns, lines)
            await desk.settle()
            place, pane = place_of_log(columns, lines), desk.room.log_pane
            if place is None:
                assert not pane.is_on_screen
                continue
            region = pane.content_region
            assert (place.column, place.line) == (region.x, region.y), (columns, lines)
            assert (place.cells, place.lines) == (region.width - 1, region.height), (columns, lines)


@pytest.mark.parametrize("size", [(120, 36), (80, 24), (200, 50), (141, 40), (44, 13)])
def test_no_cell_of_them_changes_with_the_first_frame(live: Path, size: tuple[int, int]) -> None:
    with Terminal(live, size=size) as terminal:
        terminal.shows("f1 help" if size[0] > 60 else "tab pane")
        early, _, _ = terminal.output.decode(errors="replace").partition("\x1b[?1000h")
        early = early.rpartition(ALTERNATE)[0] or early
        terminal.type("\x11")
        screen = pyte.Screen(*size)
        pyte.Stream(screen).feed(early)
        seen = [(x, y) for y, row in enumerate(screen.display) for x, sign in enumerate(row) if sign != " "]
        assert len(seen) > 20
        shown = terminal.picture.display
        assert [at for at in seen if screen.display[at[1]][at[0]] != shown[at[1]][at[0]]] == []
        assert (screen.cursor.x, screen.cursor.y) == (4, size[1] - 3)
        assert terminal.ended() == 0


def test_what_is_typed_meanwhile_waits_in_the_composer(live: Path) -> None:
    with Terminal(live) as terminal:
        terminal.until(lambda at: ALTERNATE.encode() in at.output, "the first rows")
        terminal.type("! touch owned\rpool is full")  # a line that ends before it can be seen
        terminal.until(
            lambda at: "f1 help" in at.text and "! touch owned pool is full" in at.text, "the composer with it"
        )
        terminal.type("\x7f" * 30 + "pool is full\r")
        terminal.shows("Type to log")
        terminal.type("\x11")
        assert terminal.ended() == 0
    known = run(live, "export")
    assert "pool is full" in known
    assert "owned" not in known


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130), (signal.SIGHUP, 129)])
def test_who_is_told_to_leave_meanwhile_gives_the_terminal_back(live: Path, number: int, code: int) -> None:
    with Terminal(live, program=WAITS) as terminal:
        terminal.shows("roll back 4812")
        terminal.process.send_signal(number)
        assert terminal.ended() == code
    assert terminal.output.count(ALTERNATE.encode()) == terminal.output.count(PRIMARY.encode()) == 1
    assert terminal.output.endswith(PRIMARY.encode())


def test_a_program_that_cannot_be_loaded_gives_the_terminal_back(live: Path) -> None:
    with Terminal(live, program=WAITS.replace("signal.pause()", "raise ImportError('no Textual')")) as terminal:
        assert terminal.ended() == 1
    assert terminal.output.index(PRIMARY.encode()) < terminal.output.index(b"error: unexpected: ImportError")


def test_the_terminal_is_given_back_as_without_them(live: Path) -> None:
    with Terminal(live) as terminal:
        terminal.shows("f1 help")
        terminal.type("\x11")
        assert terminal.ended() == 0
    assert [code for code in RESTORED if code not in terminal.output] == []


@pytest.mark.parametrize("payload", [*ESCAPES.values(), *HOSTILE])
def test_nothing_in_them_acts(tmp_path: Path, payload: str) -> None:
    paths = stored(tmp_path, hostile_story(payload))
    with Session.open(paths, Config(person="mara")) as session:
        incident = session.summaries()[0].incident
        rows = first_rows(session, session.enter(incident), 200, 300)
    assert len(rows) > 1000
    assert ACTING.findall(PLACED.sub("", rows)) == []


def test_there_are_none_where_there_is_nothing_to_show(tmp_path: Path) -> None:
    paths = stored(tmp_path, hostile_story("x"))
    with Session.open(paths, Config(person="mara")) as session:
        room = session.enter(session.summaries()[0].incident)
        assert first_rows(session, room, 39, 24) == first_rows(session, room, 80, 9) == ""
        assert first_rows(session, room, 80, 10) == ""
        assert first_rows(session, room, 80, 11) != ""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_nothing_that_is_being_loaded_holds_up_who_is_told_to_leave(live: Path, number: int) -> None:
    swallowing = "try: print('loads', flush=True); signal.pause()\n            except BaseException: signal.pause()"
    with Terminal(live, program=WAITS.replace("signal.pause()", swallowing)) as terminal:
        terminal.shows("loads")
        terminal.process.send_signal(number)
        terminal.process.wait(30)
        assert terminal.ended() == 128 + number
    assert terminal.output.endswith(PRIMARY.encode())


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_who_is_told_to_leave_while_the_screen_is_made_leaves(live: Path, number: int) -> None:
    with Terminal(live, program=TOLD.format(number)) as terminal:
        assert terminal.ended() == 128 + number
    assert b"error: " not in terminal.output
    assert [code for code in RESTORED if code not in terminal.output] == []


def test_who_stops_it_meanwhile_finds_the_shell_where_it_was(live: Path) -> None:
    with Terminal(live, program=WAITS.replace("signal.pause()", "while True: signal.pause()")) as terminal:
        terminal.shows("roll back 4812")
        terminal.process.send_signal(signal.SIGTSTP)
        os.waitid(os.P_PID, terminal.process.pid, os.WSTOPPED)
        terminal.until(lambda at: at.output.endswith(PRIMARY.encode()), "the first screen")
        terminal.process.send_signal(signal.SIGCONT)
        terminal.until(lambda at: at.output.count(ALTERNATE.encode()) == 2, "the rows again")
        terminal.process.send_signal(signal.SIGTERM)
        assert terminal.ended() == 143
    first, again = (part.partition(PRIMARY.encode())[0] for part in terminal.output.split(ALTERNATE.encode())[1:])
    assert first == again
    assert terminal.output.endswith(PRIMARY.encode())


def test_a_terminal_that_takes_nothing_does_without_them(live: Path) -> None:
    with Terminal(live, program=TAKES_NOTHING) as terminal:
        terminal.shows("f1 help")
        terminal.type("\x11")
        assert terminal.ended() == 0


def test_who_goes_on_with_a_start_that_was_frozen_can_type(live: Path) -> None:
    continued = "from incident_tui.ui.app import IncidentApp\nrun = IncidentApp.run\n"
    continued += f"def told(app):\n    os.kill(os.getpid(), {int(signal.SIGCONT)})\n    return run(app)\n"
    continued += "IncidentApp.run = told\n"
    with Terminal(live, program=TOLD.replace("WarRoom.compose = told\n", continued)) as terminal:
        terminal.shows("f1 help")
        terminal.type("the pool is full")
        terminal.shows("the pool is full", 10)
        terminal.type("\x11")
        assert terminal.ended() == 0
