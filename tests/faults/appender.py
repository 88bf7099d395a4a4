"""Records entries through the session and says of each whether it is recorded; other processes do harm to it.

usage: appender.py HOME COUNT [LABEL [SYNCHRONOUS]]
"""

from __future__ import annotations

import contextlib
import os
import sys
from functools import partial
from pathlib import Path
from unittest import mock

from incident_tui.config import Config
from incident_tui.domain.decide import Refused
from incident_tui.domain.decide.log import log_entry
from incident_tui.domain.protocol import Protocol
from incident_tui.journal import JournalError, headroom
from incident_tui.paths import Paths
from incident_tui.rooms import Room
from incident_tui.session import Done, NotSaved, Session

TITLE = "Everything fails"
LOG_BYTES = 32 * 4096


def paths_below(home: Path) -> Paths:
    return Paths(home / "data", home / "config")


def room_in(session: Session) -> Room:
    """The room of the one incident, which is declared when there is none."""
    known = session.find(None)
    if not isinstance(known, Refused):
        return session.enter(known.incident)
    declared = session.declare(TITLE, 1, Protocol("none", "None", ()))
    assert isinstance(declared, Done)
    return declared.room


def say(words: str) -> None:
    """In one call, so that nobody ever reads half a line as a whole one."""
    os.write(1, f"{words}\n".encode())


def append(session: Session, count: int, label: str) -> None:
    room = room_in(session)
    say("READY")
    for number in range(count):
        text = f"{label} {number} {'x' * (number * 37 % 400)}"
        try:
            done = session.perform(room, partial(log_entry, kind_word="finding", text_word=text))
        except NotSaved as error:
            session.spill(text)
            say(f"NOT {error.reason}")
        else:
            assert isinstance(done, Done)
            room = done.room
            say(f"ACK {done.events[0].id}")
        rest(session, room)


def rest(session: Session, room: Room) -> None:
    """Do what a screen does when nothing is recorded for a while; the log becomes less long, for the lines' sake."""
    with mock.patch.multiple(headroom, LOG_BYTES=LOG_BYTES, MORE_BYTES=0), contextlib.suppress(JournalError):
        session.rest(room)
        session.make_headroom()


def main(home: str, count: str, label: str = "entry", synchronous: str = "") -> None:
    with Session.open(paths_below(Path(home)), Config(person="mara", zone="UTC")) as session:
        if synchronous:
            weaken(session, synchronous)
        append(session, int(count), label)


def weaken(session: Session, synchronous: str) -> None:
    """Give up what "recorded" rests on, so that tests can show that they would notice."""
    with session.journal.writing():
        pass
    writer = session.journal._writer
    assert writer is not None
    writer.execute(f"pragma synchronous = {synchronous}")


if __name__ == "__main__":
    main(*sys.argv[1:])
