"""One durable line through the session, against a line in a file with fdatasync, and against a bare INSERT and COMMIT.

The line in the file is the JSON that an export has of the same event. With the session come the chain of hashes, the
lists and, every 1,000 events, a checkpoint and the index of their words. One line and a rest come first, as on
the screen: the log is then as long as it becomes, as that of the bare INSERT is not.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path

from benchmarks._history import paths, write_history
from benchmarks._measure import in_turn, p99, ratio, say, scratch, seconds, spread
from incident_tui.config import Config
from incident_tui.domain.decide.log import log_entry
from incident_tui.journal.codec import to_line
from incident_tui.journal.connection import PRAGMAS
from incident_tui.session import Done, Session
from incident_tui.ui import memory

ROUNDS = 1_000
TEXT = "error rate 12.5 %, falling since the rollback of deploy 4812"


def through(session: Session, incident: str) -> Callable[[], None]:
    """Records a line each time it is called, by a process whose collector is set as that of the screen."""
    room = session.enter(incident)

    def record() -> None:
        nonlocal room
        done = session.perform(room, partial(log_entry, kind_word="finding", text_word=TEXT))
        assert isinstance(done, Done), done
        room = done.room

    record()
    session.rest(room)
    session.make_headroom()
    memory.settle()
    return record


def inserting(connection: sqlite3.Connection) -> Callable[[], None]:
    """Inserts one row and commits each time it is called."""
    for name, value in PRAGMAS.items():
        connection.execute(f"pragma {name} = {value}")
    connection.execute("create table lines (id integer primary key, text text not null) strict")

    def insert() -> None:
        connection.execute("begin immediate")
        connection.execute("insert into lines (text) values (?)", (TEXT,))
        connection.execute("commit")

    return insert


def append_to(file: Path, line: bytes) -> Callable[[], None]:
    """Writes a line each time it is called, and waits for the disk."""
    descriptor = os.open(file, os.O_CREAT | os.O_APPEND | os.O_WRONLY)

    def write() -> None:
        os.write(descriptor, line)
        os.fdatasync(descriptor)

    return write


def main() -> None:
    with scratch() as folder:
        incident = write_history(folder, 1_000)
        bare = sqlite3.connect(folder / "bare.db", isolation_level=None)
        with closing(bare), Session.open(paths(folder), Config(person="bench")) as session:
            line = next(to_line(row) for row in session.journal.rows(incident) if row.kind == "entry.logged")
            record = through(session, incident)
            # One after the other: a log that grows beside it makes the file system's own journal a part of the figure.
            mine, alone = beside(record, append_to(folder / "lines", f"{line}\n".encode()))
            again, insert = beside(record, inserting(bare))
    say("one durable line through the session", ratio(mine, alone), "a line and fdatasync", spread(mine))
    say("one durable line through the session, p99", p99(mine) / p99(alone), "the same", spread(alone))
    say("one durable line through the session", ratio(again, insert), "bare INSERT and COMMIT", spread(insert))


def beside(*acts: Callable[[], None]) -> list[list[float]]:
    """The seconds that each takes, in turn, after a few rounds that do not count."""
    measured = [partial(seconds, act) for act in acts]
    in_turn(20, *measured)
    return in_turn(ROUNDS, *measured)


if __name__ == "__main__":
    main()
