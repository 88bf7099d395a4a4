"""Fills the disk under a session and before one starts, and frees it: what is said, what is read, that writing goes on.

usage: full_disk.py FOLDER ROUNDS, with the whole disk below FOLDER
"""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path

from incident_tui.config import Config
from incident_tui.domain.decide.log import log_entry
from incident_tui.journal import Lines
from incident_tui.rooms import Room
from incident_tui.session import Done, NotSaved, Session
from tests.faults.appender import paths_below, room_in


def fill(file: Path) -> None:
    """Take all that is left."""
    size = 65_536
    with file.open("ab", buffering=0) as target:
        while size:
            try:
                target.write(b"x" * size)
            except OSError:
                size //= 2


def write_until_full(session: Session, room: Room) -> tuple[Room, int, NotSaved]:
    """Record until the disk refuses; how many entries it took, and what is said then."""
    for number in range(1000):
        try:
            done = session.perform(room, partial(log_entry, kind_word="finding", text_word="y" * 2000))
        except NotSaved as error:
            return room, number, error
        assert isinstance(done, Done)
        room = done.room
    raise AssertionError("the disk is never full")


def main(folder: str, rounds: str) -> None:
    disk = Path(folder)
    with Session.open(paths_below(disk), Config(person="mara", zone="UTC")) as session:
        room = room_in(session)
        written = 0
        for _ in range(int(rounds)):
            fill(disk / "ballast")
            room, more, problem = write_until_full(session, room)
            written += more
            assert str(problem).startswith("not saved: the disk "), problem
            assert "free" in problem.hint, problem.hint
            query = Lines(room.incident.id, ("finding",))
            assert session.journal.count(query) == written == room.incident.entries
            assert len(session.journal.page(query)) == min(64, written)
            read_while_full(disk, written)
            (disk / "ballast").unlink()
            done = session.perform(room, partial(log_entry, kind_word="finding", text_word="again"))
            assert isinstance(done, Done)
            room, written = done.room, written + 1
        assert session.journal.verify() == []
        assert session.enter(room.incident.id).incident == room.incident
    full_at_the_start(disk, room.incident.id, written)
    print(f"sound after {rounds} rounds")


def full_at_the_start(disk: Path, incident: str, written: int) -> None:
    """Who starts on a full disk reads, is told why nothing is recorded, and records once there is room."""
    fill(disk / "ballast")
    with Session.open(paths_below(disk), Config(person="mara", zone="UTC")) as session:
        room = session.enter(incident)
        assert room.incident.entries == written
        assert "the disk" in session.journal.read_only_because, session.journal.read_only_because
        _, none, problem = write_until_full(session, room)
        assert (none, problem.reason.startswith("the journal is open for reading only: the disk ")) == (0, True), (
            problem
        )
        (disk / "ballast").unlink()
        done = session.perform(room, partial(log_entry, kind_word="finding", text_word="at last"))
        assert isinstance(done, Done)
        assert session.journal.read_only_because == ""
        assert session.enter(incident).incident.entries == written + 1
        assert session.journal.verify() == []


def read_while_full(disk: Path, written: int) -> None:
    """Another start while nothing can be written, in the way of a command that only reads."""
    with Session.open(paths_below(disk), Config(), writable=False) as other:
        (summary,) = other.summaries()
        assert other.enter(summary.incident).incident.entries == written


if __name__ == "__main__":
    main(*sys.argv[1:])
