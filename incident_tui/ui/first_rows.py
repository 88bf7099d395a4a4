"""The newest lines of the log, on the terminal before the program that paints everything is loaded.

To load Textual takes most of a start. Whoever opens the room in the middle of an outage reads meanwhile: the lines
stand where the first frame has them, faint until then, and what is typed appears where the composer will be.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from types import FrameType
from typing import Final

from msgspec import Struct

from incident_tui.rooms import Room
from incident_tui.session import Session
from incident_tui.times import zone_or_local
from incident_tui.ui.text import plain
from incident_tui.ui.viewport import Viewport
from incident_tui.ui.views.log import JournalSource, log_lines, log_query
from incident_tui.ui.views.scene import LEAST, WIDE, Scene

ALTERNATE: Final = "\x1b[?1049h"
"""The other screen of the terminal. Textual asks for it anew, whereupon some terminals clear it."""
PRIMARY: Final = "\x1b[?1049l"
FAINT, PLAIN = "\x1b[2m", "\x1b[0m"
ENDING: Final = (signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGINT)


class Place(Struct, frozen=True):
    """Where the lines of the log stand, in cells from the corner."""

    column: int
    line: int
    cells: int
    lines: int


def place_of_log(columns: int, lines: int) -> Place | None:
    """Where the first frame has the log, as `war_room.tcss` lays it out; None where it has no panes."""
    if columns < LEAST[0] or lines < LEAST[1]:
        return None
    begin, end = 0, columns
    if columns >= WIDE:  # 27, 46 and 27 parts; the first takes 38 cells at least
        checklist = max(27 * columns, 3800)
        begin, end = checklist // 100, (checklist * 73 + (100 * columns - checklist) * 46) // 7300
    frame, thumb, around = 4, 1, 10
    return Place(begin + 2, 4, end - begin - frame - thumb, lines - around)


def first_rows(session: Session, room: Room, columns: int, lines: int) -> str:
    """What puts the newest lines of a room on a terminal of this size, and the cursor where the composer will be."""
    place = place_of_log(columns, lines)
    if place is None:
        return ""
    incident = room.incident
    scene = Scene(incident, session.now(), zone_or_local(incident.zone), session.policy, session.actor)
    source = JournalSource(session.journal, log_query(scene, 0, ""), lambda: scene, lambda: room.timeline)
    port = Viewport(source, partial(log_lines, scene))
    port.resize(place.cells, place.lines)
    port.reload()
    if not port.spots:
        return ""
    rows = [f"\x1b[{place.line + y + 1};{place.column + 1}H{plain(spot.line)}" for y, spot in enumerate(port.spots)]
    return f"{FAINT}{''.join(rows)}{PLAIN}\x1b[{lines - 2};5H"


@contextmanager
def shown(rows: str) -> Iterator[None]:
    """Put rows on the other screen of the terminal; where the program does not come to leave it, it is left here."""
    if not rows:
        yield
        return

    def leave(number: int, _frame: FrameType | None) -> None:
        _write(PRIMARY)
        os._exit(128 + number)  # an exception could get lost in what is being loaded; nothing is being recorded yet

    def pause(_number: int, _frame: FrameType | None) -> None:
        _write(PRIMARY)
        os.kill(os.getpid(), signal.SIGSTOP)
        _write(ALTERNATE + rows)

    answers = [*((number, leave) for number in ENDING), (signal.SIGTSTP, pause)]
    before = [(number, signal.signal(number, answer)) for number, answer in answers]
    try:
        _write(ALTERNATE + rows)
        yield
    except BaseException:  # nobody is to be left on the other screen
        _write(PRIMARY)
        raise
    finally:
        for number, handler in before:
            signal.signal(number, handler)


def _write(text: str) -> None:
    """To where Textual paints. A terminal that is gone, or takes nothing now, does without."""
    with suppress(OSError):
        os.write(sys.stderr.fileno(), text.encode())
