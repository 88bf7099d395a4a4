"""The thread that writes: what is asked of it, and how threads take turns."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
import sys
import threading
from functools import partial
from pathlib import Path

import pytest

from incident_tui.config import Config
from incident_tui.domain.decide.log import log_entry
from incident_tui.journal import JournalError, headroom, words
from incident_tui.journal.connection import log_path
from incident_tui.session import Done, Session
from incident_tui.ui.recorder import Recorder
from incident_tui.ui.running import TURN_SECONDS, take_turns
from incident_tui.ui.writer import Writer
from tests.ui.harness import ZONE, at_the_desk, declare, paths_in


async def test_it_is_busy_until_all_that_was_asked_for_is_done() -> None:
    writer = Writer()
    held = threading.Event()
    asked = [asyncio.create_task(writer.do(act)) for act in (held.wait, held.is_set)]
    await asyncio.sleep(0)
    assert writer.busy()
    held.set()
    assert await asyncio.gather(*asked) == [True, True]
    assert not writer.busy()
    writer.close()


async def test_it_is_no_longer_busy_with_what_has_failed() -> None:
    def fail() -> None:
        raise OSError("the disk is full")

    writer = Writer()
    with pytest.raises(OSError, match="full"):
        await writer.do(fail)
    assert not writer.busy()
    writer.close()


def test_threads_take_turns() -> None:
    before = sys.getswitchinterval()
    try:
        take_turns()
        assert sys.getswitchinterval() == pytest.approx(TURN_SECONDS)
    finally:
        sys.setswitchinterval(before)


def waiting(session: Session) -> int:
    connection = sqlite3.connect(session.journal.path)
    with contextlib.closing(connection):
        done, last = connection.execute(words.WAITING).fetchone()
    return int(last - done)


async def test_what_recording_leaves_is_done_when_nothing_is_asked_for(tmp_path: Path) -> None:
    writer, begun, go_on = Writer(), threading.Event(), threading.Event()

    def hold() -> bool:
        begun.set()
        return go_on.wait()

    with Session.open(paths_in(tmp_path), Config(person="mara", zone=ZONE)) as session:
        room = session.enter(declare(session))
        while waiting(session) < words.BATCH:
            done = session.perform(room, partial(log_entry, kind_word="note", text_word="as before"))
            assert isinstance(done, Done)
            room = done.room
        held = asyncio.create_task(writer.do(hold))
        await asyncio.to_thread(begun.wait)
        writer.rest(session, room)
        go_on.set()
        await held
        assert waiting(session) == words.BATCH

        writer.rest(session, room)
        writer.close()
        assert waiting(session) == 0
        writer.rest(session, room)  # nobody is there any more


async def test_the_recorder_leaves_it_to_the_next_rest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rested = asyncio.Event()
    writer = Writer()
    monkeypatch.setattr("incident_tui.ui.recorder.REST_SECONDS", 0)
    monkeypatch.setattr(writer, "rest", lambda _session, _room: rested.set())
    with Session.open(paths_in(tmp_path), Config(person="mara", zone=ZONE)) as session:
        room = session.enter(declare(session))
        outcome = await Recorder(session, writer).record(room, partial(log_entry, kind_word="note", text_word="one"))
        assert outcome.recorded
        await rested.wait()
        writer.close()


async def test_what_others_record_is_seen_to_as_well(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A program that only receives alerts may never rest, and a search would have to index them all first."""
    monkeypatch.setattr("incident_tui.ui.recorder.REST_SECONDS", 0)
    async with at_the_desk(tmp_path) as desk:
        with Session.open(paths_in(tmp_path), Config(person="lee", zone=ZONE)) as other:
            room = other.enter(desk.room.room.incident.id)
            for number in range(words.BATCH):
                done = other.perform(room, partial(log_entry, kind_word="note", text_word=f"alert {number}"))
                assert isinstance(done, Done)
                room = done.room
            assert waiting(other) >= words.BATCH

            await desk.until(lambda: waiting(other) == 0)


async def test_room_in_the_log_is_made_whatever_else_is_impossible(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_self: Session, _room: object) -> None:
        raise JournalError("an event is damaged")

    monkeypatch.setattr(Session, "rest", refuse)
    writer = Writer()
    with Session.open(paths_in(tmp_path), Config(person="mara", zone=ZONE)) as session:
        room = session.enter(declare(session))
        writer.rest(session, room)
        writer.close()
        assert log_path(session.journal.path).stat().st_size > headroom.LOG_BYTES
