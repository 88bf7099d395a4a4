"""What is kept of a folded incident, when, and that it changes nothing."""

from __future__ import annotations

import contextlib
import sqlite3
from functools import partial
from pathlib import Path

import pytest
from msgspec.structs import replace

from incident_tui import session as session_module
from incident_tui.domain import timeline
from incident_tui.domain.decide.command import set_severity
from incident_tui.domain.evolve import fold
from incident_tui.domain.incident import Incident
from incident_tui.journal import Journal, JournalError, Row
from incident_tui.journal.codec import to_row
from incident_tui.rooms import Room
from incident_tui.session import Session
from tests.faults.appender import paths_below
from tests.session.acts import Wall, done, note, texts
from tests.strategies import SMALL


def test_undo_behind_a_checkpoint(session: Session, room: Room) -> None:
    changed = done(session.perform(room, partial(set_severity, severity=1))).room
    with session.journal.writing() as transaction:
        transaction.keep_checkpoint(changed.incident, changed.seq)
    entered = session.enter(room.incident.id)
    assert entered.timeline.length == 0

    undone = done(session.undo(entered))

    assert undone.room.incident.severity == 2
    assert session.enter(room.incident.id).incident == undone.room.incident


def test_a_checkpoint_is_kept_every_so_often_whatever_else_is_in_the_journal(
    session: Session, room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session_module, "CHECKPOINT_EVERY", 5)
    busy = done(session.declare("Another one", 3, SMALL)).room
    for number in range(30):
        busy = note(session, busy, f"{number}").room
    kept = []
    for number in range(12):
        room = note(session, session.enter(room.incident.id), f"{number}").room
        kept.append(session.journal.checkpoint(room.incident.id)[0].version)

    assert kept == [0, 0, 0, 5, 5, 5, 5, 5, 10, 10, 10, 10]
    entered = session.enter(room.incident.id)
    assert entered.timeline.length < 5
    assert entered.incident == fold(session.journal.events(room.incident.id), Incident(room.incident.id))


def test_at_rest_a_checkpoint_is_kept_of_what_is_known_then(
    session: Session, other: Session, room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session_module, "CHECKPOINT_EVERY", 3)
    monkeypatch.setattr(session_module, "CHECKPOINT_AT_LAST", 5)

    def kept() -> int:
        return session.journal.checkpoint(room.incident.id)[0].version

    declared = room.incident.version
    session.rest(room)
    room = note(session, note(session, room, "one").room, "two").room
    assert kept() == 0
    note(other, other.enter(room.incident.id), "of somebody else")
    session.rest(room)
    assert kept() == declared + 3
    # Lines know of what was kept meanwhile, and of nothing that was not.
    seen = []
    for number in range(6):
        room = note(session, room, f"{number}").room
        seen.append(kept() - declared - 3)
    assert seen == [0, 0, 0, 0, 5, 5]
    assert session.enter(room.incident.id).incident == room.incident


@pytest.mark.parametrize("state", ["", "{}", "[]", "null", '{"version":null}', '{"version":"x"}', '{"version":999}'])
def test_a_kept_checkpoint_that_is_none_is_replaced(
    session: Session, room: Room, monkeypatch: pytest.MonkeyPatch, state: str
) -> None:
    monkeypatch.setattr(session_module, "CHECKPOINT_EVERY", 2)
    monkeypatch.setattr(session_module, "CHECKPOINT_AT_LAST", 2)
    room = note(session, room, "one").room
    incident = room.incident.id
    for again in (lambda: session.rest(session.enter(incident)), lambda: note(session, session.enter(incident), "two")):
        connection = sqlite3.connect(session.paths.database)
        with contextlib.closing(connection), connection:
            changed = connection.execute("update checkpoints set state = ?", (state,))
            assert changed.rowcount == 1
        again()
        assert session.journal.checkpoint(room.incident.id)[0].version >= room.incident.version


def test_at_rest_a_damaged_event_is_in_the_way_of_nothing_but_the_checkpoint(
    session: Session, room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session_module, "CHECKPOINT_EVERY", 1)
    monkeypatch.setattr(session_module, "BATCH", 1)
    newer = note(session, room, "one").room
    row = to_row(newer.timeline.events[-1])
    damaged = row._replace(id=row.id[:-1] + ("1" if row.id.endswith("0") else "0"), at="no moment")
    with session.journal.writing() as transaction:
        transaction.append_row(damaged, replace(newer.timeline.events[-1], id=damaged.id))
    with pytest.raises(JournalError):
        session.rest(room)
    connection = sqlite3.connect(session.paths.database)
    assert connection.execute("select value from meta where key = 'indexed'").fetchone() == ("3",)
    connection.close()


def entered_elsewhere(home: Path, session: Session, room: Room, wall: Wall) -> tuple[Room, list[Row]]:
    """The room with a checkpoint, and the rows of another machine with an event that belongs before it."""
    with Session.open(paths_below(home / "away"), session.config, wall=wall) as away:
        away.journal.import_rows(list(session.journal.rows()))
        note(away, away.enter(room.incident.id), "from away")
        wall.go(minutes=1)
        room = note(session, room, "mine").room
        with session.journal.writing() as transaction:
            transaction.keep_checkpoint(room.incident, room.seq)
        return room, list(away.journal.rows())


def test_an_event_from_elsewhere_that_belongs_before_the_checkpoint(
    home: Path, session: Session, other: Session, room: Room, wall: Wall
) -> None:
    room, late = entered_elsewhere(home, session, room, wall)
    entered = other.enter(room.incident.id)

    session.journal.import_rows(late)

    caught_up = other.catch_up(entered)
    assert texts(session, room) == ["from away", "mine"]
    assert caught_up.incident == fold(session.journal.events(room.incident.id), Incident(room.incident.id))
    assert note(other, entered, "more").room.incident.entries == 3
    assert session.journal.verify() == []


def test_events_from_elsewhere_that_come_between_the_two_reads_of_an_entry(
    home: Path, session: Session, room: Room, wall: Wall, monkeypatch: pytest.MonkeyPatch
) -> None:
    room, late = entered_elsewhere(home, session, room, wall)
    read = Journal.checkpoint

    def read_before_they_come(journal: Journal, incident: str) -> tuple[Incident, int]:
        found = read(journal, incident)
        journal.import_rows(late)
        return found

    monkeypatch.setattr(Journal, "checkpoint", read_before_they_come)

    entered = session.enter(room.incident.id)
    assert entered.incident == fold(session.journal.events(room.incident.id), Incident(room.incident.id))
    assert texts(session, entered) == ["from away", "mine"]


def test_of_a_long_history_without_a_checkpoint_only_the_newest_events_are_held(
    session: Session, room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timeline, "CHECKPOINT_EVERY", 5)
    monkeypatch.setattr(timeline, "MOST_HELD", 20)
    for number in range(50):
        room = note(session, room, f"line {number}").room

    entered = session.enter(room.incident.id)

    assert session.journal.checkpoint(room.incident.id)[1] == 0
    assert entered.timeline.length < 20
    assert (entered.incident, entered.seq) == (room.incident, room.seq)
