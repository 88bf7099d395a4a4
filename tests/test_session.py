"""The session decides on the newest state, records durably or not at all, and only then lets the room move."""

from __future__ import annotations

import contextlib
import os
import resource
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import chain, repeat
from pathlib import Path
from typing import NoReturn

import pytest
from msgspec.structs import replace

from incident_tui import session as session_module
from incident_tui.config import Config
from incident_tui.domain import timeline
from incident_tui.domain.clocks import elapsed
from incident_tui.domain.decide import Refused
from incident_tui.domain.decide.checklist import check_step
from incident_tui.domain.decide.command import set_severity, set_status, take_role
from incident_tui.domain.decide.log import log_entry
from incident_tui.domain.evolve import fold
from incident_tui.domain.incident import Incident
from incident_tui.journal import JournalError, Lines, lock
from incident_tui.journal.codec import to_row
from incident_tui.journal.connection import lock_path
from incident_tui.rooms import Room
from incident_tui.session import UNFINISHED, UNSAVED, Done, NotSaved, Session
from tests.faults.appender import paths_below, room_in
from tests.strategies import HOSTILE, SMALL

HOUSE = Path(__file__).parents[1]
NOON = datetime(2026, 11, 21, 12, 0, 0, 123_456, UTC)


class Wall:
    """A clock that stands still until it is set."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now

    def go(self, **step: float) -> None:
        self.now += timedelta(**step)


@pytest.fixture
def wall() -> Wall:
    return Wall()


@pytest.fixture
def session(home: Path, wall: Wall) -> Iterator[Session]:
    with Session.open(paths_below(home), Config(person="mara", zone="UTC"), wall=wall) as session:
        yield session


@pytest.fixture
def other(wall: Wall, session: Session) -> Iterator[Session]:
    """A second session on the same database."""
    with Session.open(session.paths, Config(person="jonas", zone="UTC"), wall=wall) as other:
        yield other


@pytest.fixture
def room(session: Session) -> Room:
    return done(session.declare("Checkout fails", 2, SMALL)).room


def done(outcome: Done | Refused) -> Done:
    assert isinstance(outcome, Done), str(outcome)
    return outcome


def note(session: Session, room: Room, text: str, at: datetime | None = None) -> Done:
    return done(session.perform(room, partial(log_entry, kind_word="note", text_word=text), at=at))


def texts(session: Session, room: Room) -> list[str]:
    found = session.journal.page(Lines(room.incident.id, ("note",)), limit=1000)
    return [event.body.text for event in found if hasattr(event.body, "text")]


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


def test_an_event_from_elsewhere_that_belongs_before_the_checkpoint(
    home: Path, session: Session, other: Session, room: Room, wall: Wall
) -> None:
    with Session.open(paths_below(home / "away"), session.config, wall=wall) as away:
        away.journal.import_rows(list(session.journal.rows()))
        note(away, away.enter(room.incident.id), "from away")
        wall.go(minutes=1)
        room = note(session, room, "mine").room
        with session.journal.writing() as transaction:
            transaction.keep_checkpoint(room.incident, room.seq)
        entered = other.enter(room.incident.id)

        session.journal.import_rows(list(away.journal.rows()))

    caught_up = other.catch_up(entered)
    assert texts(session, room) == ["from away", "mine"]
    assert caught_up.incident == fold(session.journal.events(room.incident.id), Incident(room.incident.id))
    assert note(other, entered, "more").room.incident.entries == 3
    assert session.journal.verify() == []


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


@pytest.mark.parametrize("text", ["plain", "two\nlines\r\n", "ünï 💥", "", "x" * 300_000])
def test_spilled_text_is_private_and_comes_back_as_it_was(session: Session, text: str) -> None:
    before = os.umask(0)
    try:
        files = [session.spill(text), session.spill(text)]
    finally:
        os.umask(before)

    assert sorted(session.spilled()) == sorted((file, text) for file in files)
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    assert stat.S_IMODE(session.paths.spill.stat().st_mode) == 0o700


def test_spilled_text_belongs_to_its_incident_and_says_why_it_is_there(session: Session) -> None:
    failed = session.spill("one", "01A")
    typed = session.spill("two", "01A", why=UNFINISHED)
    other = session.spill("three", "01B")
    session.spill("four")

    assert sorted(session.spilled("01A")) == sorted([(failed, "one"), (typed, "two")])
    assert session.spilled("01B") == [(other, "three")]
    assert [file.suffixes[-2] for file in (failed, typed)] == [f".{UNSAVED}", f".{UNFINISHED}"]
    assert len(session.spilled()) == 4


def test_half_a_text_is_not_kept(session: Session) -> None:
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, limits[1]))
    try:
        with pytest.raises(OSError, match="File too large"):
            session.spill("x" * 2000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)

    assert session.spilled() == []


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
