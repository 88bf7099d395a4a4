"""One durable line through the session, against the bare INSERT and COMMIT with the same settings."""

from __future__ import annotations

import sqlite3
from functools import partial

from benchmarks._history import paths, write_history
from benchmarks._measure import in_turn, ratio, say, scratch, seconds
from incident_tui.config import Config
from incident_tui.domain.decide.log import log_entry
from incident_tui.journal.connection import PRAGMAS
from incident_tui.session import Done, Session

ROUNDS = 400
TEXT = "error rate 12.5 %, falling since the rollback of deploy 4812"


def main() -> None:
    with scratch() as folder:
        incident = write_history(folder, 1_000)
        bare = sqlite3.connect(folder / "bare.db", isolation_level=None)
        for name, value in PRAGMAS.items():
            bare.execute(f"pragma {name} = {value}")
        bare.execute("create table lines (id integer primary key, text text not null) strict")
        with Session.open(paths(folder), Config(person="bench")) as session:
            room = session.enter(incident)

            def through_session() -> None:
                nonlocal room
                done = session.perform(room, partial(log_entry, kind_word="finding", text_word=TEXT))
                assert isinstance(done, Done), done
                room = done.room

            def insert() -> None:
                bare.execute("begin immediate")
                bare.execute("insert into lines (text) values (?)", (TEXT,))
                bare.execute("commit")

            in_turn(20, partial(seconds, through_session), partial(seconds, insert))
            mine, base = in_turn(ROUNDS, partial(seconds, through_session), partial(seconds, insert))
        bare.close()
        say("one durable line through the session", ratio(mine, base), "bare INSERT and COMMIT, same settings")


if __name__ == "__main__":
    main()
