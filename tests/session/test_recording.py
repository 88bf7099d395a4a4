"""The session decides on the newest state, records durably or not at all, and only then lets the room move."""

from __future__ import annotations

import contextlib
import os
import resource
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from itertools import chain, repeat
from pathlib import Path
from typing import NoReturn

import pytest

from incident_tui.config import Config
from incident_tui.domain.clocks import elapsed
from incident_tui.domain.decide import Refused
from incident_tui.domain.decide.checklist import check_step
from incident_tui.domain.decide.command import set_status, take_role
from incident_tui.domain.decide.log import log_entry
from incident_tui.journal import lock
from incident_tui.journal.codec import to_row
from incident_tui.journal.connection import lock_path
from incident_tui.rooms import Room
from incident_tui.session import Done, NotSaved, Session
from tests.faults.appender import paths_below, room_in
from tests.session.acts import NOON, Wall, done, note, texts
from tests.strategies import HOSTILE, SMALL

HOUSE = Path(__file__).parents[2]


@contextlib.contextmanager
def files_cannot_grow(session: Session) -> Iterator[None]:
    """No file of this process can become longer than the write-ahead log is now."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    wal = session.paths.database.with_name("incidents.db-wal")
    resource.setrlimit(resource.RLIMIT_FSIZE, (wal.stat().st_size, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)


def test_what_is_recorded_is_there_for_everybody(session: Session, other: Session, room: Room) -> None:
    recorded = note(session, room, "the pool is full")

    seen = other.enter(room.incident.id)

    assert seen.incident == recorded.room.incident
    assert other.catch_up(other.enter(room.incident.id)).seq == recorded.room.seq == 2
    assert [event.actor for event in other.journal.events(room.incident.id)] == ["mara", "mara"]
    assert session.summaries() == other.summaries()
    assert session.journal.verify() == []


def test_the_second_check_of_a_step_is_refused(session: Session, other: Session, room: Room) -> None:
    """Although its own room has not seen the first one."""
    theirs = other.enter(room.incident.id)
    checked = done(session.perform(room, partial(check_step, text="1.1")))
    assert theirs.incident.step("1.1").status == "open"

    refused = other.perform(theirs, partial(check_step, text="1.1"))

    assert refused == Refused("step 1.1 is done already")
    assert other.catch_up(theirs).incident == checked.room.incident


def test_what_others_did_comes_into_the_room_with_the_next_act(session: Session, other: Session, room: Room) -> None:
    theirs = other.enter(room.incident.id)
    note(session, room, "mine")

    after = note(other, theirs, "theirs").room

    assert after.incident.version == 3
    assert session.catch_up(room).incident == after.incident
    assert texts(session, room) == ["mine", "theirs"]


def test_a_refusal_records_nothing(session: Session, room: Room) -> None:
    outcome = session.perform(room, partial(check_step, text="nowhere"))

    assert isinstance(outcome, Refused)
    assert len(list(session.journal.rows())) == 1


@pytest.mark.parametrize("minutes", [1, 5, 60 * 24 * 400])
def test_back_dating_keeps_both_times(session: Session, room: Room, minutes: int) -> None:
    happened = NOON - timedelta(minutes=minutes)

    (event,) = note(session, room, "seen earlier", at=happened).events

    assert [event] == session.journal.these([event.id])
    assert event.at == happened.replace(microsecond=123_000)
    assert event.recorded == NOON.replace(microsecond=123_000)
    assert event.late


def test_the_future_is_refused(session: Session, room: Room) -> None:
    refused = session.perform(room, partial(check_step, text="1.1"), at=NOON + timedelta(hours=1))
    detected = session.declare("Later", 1, SMALL, detected=NOON + timedelta(hours=1))

    assert isinstance(refused, Refused)
    assert isinstance(detected, Refused)
    assert "future" in refused.reason
    assert len(list(session.journal.rows())) == 1


def test_a_clock_that_goes_back_changes_no_order_and_makes_nothing_negative(
    session: Session, other: Session, room: Room, wall: Wall
) -> None:
    written = ["before"]
    room = note(session, room, "before").room
    wall.go(hours=-1)
    for number, writer in enumerate((session, other) * 5):
        room = note(writer, room, f"after {number}").room
        written.append(f"after {number}")
        wall.go(seconds=1)

    ids = [row.id for row in session.journal.rows()]
    events = [stored.event for stored in session.journal.stored(room.incident.id)]

    assert ids == [event.id for event in events] == sorted(ids)
    assert [stored.seq for stored in session.journal.stored(room.incident.id)] == list(range(1, len(ids) + 1))
    assert texts(session, room) == written
    assert min(event.recorded - event.at for event in events) == timedelta(0)
    assert elapsed(room.incident, wall.now).elapsed >= timedelta(0)
    assert session.journal.verify() == []


def test_a_clock_far_ahead_and_set_right_again_stops_nobody(session: Session, room: Room, wall: Wall) -> None:
    wall.go(days=400)
    room = note(session, room, "ahead").room
    wall.go(days=-400)

    room = note(session, room, "right").room

    assert texts(session, room) == ["ahead", "right"]
    assert [event.at for event in room.timeline.tail()][-1] == NOON.replace(microsecond=123_000)


def test_undo_in_a_room_entered_anew(session: Session, room: Room, wall: Wall) -> None:
    checked = done(session.perform(room, partial(check_step, text="1.1")))
    assert checked.room.incident.step("1.1").status == "done"
    with Session.open(session.paths, session.config, wall=wall) as again:
        undone = done(again.undo(again.enter(room.incident.id)))

    assert undone.room.incident.step("1.1").status == "open"
    assert session.catch_up(room).incident == undone.room.incident
    assert isinstance(session.undo(room), Refused)


def test_references_of_one_day_differ(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    numbers = iter([7, 7, 7, 8])
    monkeypatch.setattr("secrets.randbits", lambda bits: next(numbers) if bits == 15 else 1)

    refs = [done(session.declare("Again", 3, SMALL)).room.incident.ref for _ in range(2)]

    assert refs == ["INC-20261121-007", "INC-20261121-008"]


@pytest.mark.parametrize("text", [*HOSTILE, "half \udc80 a character", "\ud800", "a" * 100_000])
def test_any_text_is_recorded_or_refused_and_reads_back(session: Session, room: Room, text: str) -> None:
    outcome = session.perform(room, partial(log_entry, kind_word="note", text_word=text))

    if isinstance(outcome, Done):
        assert session.enter(room.incident.id).incident == outcome.room.incident
        assert to_row(outcome.events[0]) == list(session.journal.rows())[-1]
    assert session.journal.verify() == []


def test_several_bodies_are_one_act_of_several_events(session: Session) -> None:
    declared = done(session.declare("Checkout fails", 1, SMALL, commander="Mara"))

    assert len(declared.events) == 2
    assert [event.id for event in declared.events] == sorted(event.id for event in declared.events)
    assert declared.events[0].id == declared.room.incident.id
    assert session.summaries()[0].commander == "Mara"


def test_nothing_is_recorded_when_the_disk_refuses_and_the_next_attempt_succeeds(
    session: Session, other: Session, room: Room
) -> None:
    before = (room, list(session.journal.rows()))
    long = "a long text " * 200
    with files_cannot_grow(session):
        with pytest.raises(NotSaved) as caught:
            note(session, room, long)
        spilled = session.spill(long)
        readable = texts(session, room)

    assert str(caught.value).startswith("not saved: the disk ")
    assert caught.value.hint != ""
    assert readable == []
    assert (room, list(session.journal.rows())) == before
    assert room.timeline.length == 1
    assert session.spilled() == [(spilled, long)]

    assert note(session, room, long).room.incident.version == 2
    assert note(other, other.enter(room.incident.id), "and the others go on").room.incident.version == 3
    assert texts(session, room) == [long, "and the others go on"]
    assert session.journal.verify() == []


def test_an_interrupted_act_is_recorded_as_a_whole_or_not_at_all(session: Session, room: Room) -> None:
    """Whatever SQLite is doing when its writer is interrupted."""
    writer = session.journal._writer
    assert writer is not None
    outcomes = []
    for steps in range(0, 600, 20):
        writer.set_progress_handler(partial(next, chain(repeat(0, steps), repeat(1))), 1)
        try:
            room = note(session, room, f"{steps}").room
            outcomes.append(f"{steps}")
        except NotSaved:
            assert texts(session, room) == outcomes
        finally:
            writer.set_progress_handler(None, 0)

    assert texts(session, room) == outcomes
    assert session.catch_up(room) == room
    assert session.journal.verify() == []
    assert note(session, room, "at last").room.incident.version == len(outcomes) + 2


def test_a_lock_that_another_holds_is_said_and_nothing_is_recorded(
    session: Session, room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lock, "PATIENCE_SECONDS", 0.0)
    with lock.held(lock_path(session.paths.database)), pytest.raises(NotSaved, match=f"process {os.getpid()} on"):
        note(session, room, "in vain")

    assert texts(session, room) == []
    assert note(session, room, "again").room.incident.version == 2


def test_a_session_that_can_only_read_says_so(session: Session, room: Room) -> None:
    with Session.open(session.paths, session.config, writable=False) as reading:
        with pytest.raises(NotSaved, match="reading only"):
            note(reading, reading.enter(room.incident.id), "in vain")
        assert reading.enter(room.incident.id).incident == room.incident


def test_what_could_not_be_written_at_the_start_is_tried_again(
    session: Session, room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> NoReturn:
        raise sqlite3.OperationalError("database or disk is full")

    with monkeypatch.context() as patch:
        patch.setattr("incident_tui.journal.store.open_to_write", refuse)
        late = Session.open(session.paths, session.config)
        with pytest.raises(NotSaved, match="for reading only: the disk is full"):
            note(late, room, "in vain")
    with late:
        assert late.journal.read_only_because != ""
        note(session, room, "by another")
        note(late, room, "at last")

        assert late.journal.read_only_because == ""
        assert late.journal.changed()
        assert texts(late, room) == ["by another", "at last"]
        assert late.journal.verify() == []


def test_two_processes_that_write_at_once_lose_nothing(home: Path) -> None:
    """200 entries each: no number is missing or used twice, and every chain is whole."""
    with Session.open(paths_below(home), Config(person="mara", zone="UTC")) as session:
        room = room_in(session)
        command = [sys.executable, "-m", "tests.faults.appender", str(home), "200"]
        children = [subprocess.Popen([*command, name], cwd=HOUSE, stdout=subprocess.PIPE) for name in ("one", "two")]
        answers = [child.communicate(timeout=120)[0].decode().split("\n") for child in children]

        assert [child.returncode for child in children] == [0, 0]
        stored = list(session.journal.stored(room.incident.id))
        assert sorted(item.seq for item in stored) == list(range(1, 402))
        acknowledged = [line.removeprefix("ACK ") for answer in answers for line in answer if line.startswith("ACK ")]
        assert sorted(acknowledged) == [item.event.id for item in stored[1:]]
        assert session.catch_up(room).incident.entries == 400
        assert session.summaries()[0].version == 401
        assert session.journal.verify() == []


def test_status_and_roles_reach_the_summary(session: Session, room: Room) -> None:
    room = done(session.perform(room, partial(take_role, role_word="incident commander", person_word="Jo"))).room
    done(session.perform(room, partial(set_status, word="resolved")))

    (summary,) = session.summaries()

    assert (summary.commander, summary.status, summary.live, summary.version) == ("Jo", "resolved", False, 3)
