"""The outbox where others record, answer late, or end in the middle."""

from __future__ import annotations

import contextlib
import threading
from functools import partial
from pathlib import Path

import pytest

from incident_tui.channels.outcome import Failed
from incident_tui.domain.decide import Refused
from incident_tui.domain.decide import delivery as decide
from incident_tui.domain.decide.command import set_status
from incident_tui.domain.letters import Letter
from incident_tui.journal import JournalError
from incident_tui.rooms import Room
from incident_tui.session import NotSaved, Session
from tests.faults.appender import paths_below
from tests.outboxes import Clock, Repeatable, Scripted, clock, deliveries, outbox, room, say, session, work
from tests.strategies import SMALL

__all__ = ["clock", "room", "session"]


def kinds(session: Session, room: Room) -> list[str]:
    return [event.body.KIND for event in session.journal.events(room.incident.id) if "delivery" in event.body.KIND]


def test_what_another_process_has_sent_waits_no_longer(session: Session, room: Room, clock: Clock) -> None:
    say(session, room, "a", "ops")
    with outbox(session, clock, Scripted("ops")) as screen, outbox(session, clock, Scripted("ops")) as other:
        assert [item.state for _, item in other.waiting()] == ["queued"]
        work(screen, clock)

        assert other.waiting() == []


def test_what_waits_on_another_machine_holds_nothing_up_here(
    session: Session, room: Room, clock: Clock, tmp_path: Path
) -> None:
    say(session, room, "theirs", "ops")
    with Session.open(paths_below(tmp_path / "other"), session.config) as here:
        here.journal.import_rows(list(session.journal.rows()))
        say(here, here.enter(room.incident.id), "ours", "ops")
        ops = Scripted("ops")
        with outbox(here, clock, ops) as sending, sending.alone():
            sending.work()
            sending.finish(60)
            sending.work()
            sending.finish(60)
        states = [(item.text, item.state) for item in deliveries(here, room)]

    assert states[:2] == [("theirs", "queued"), ("ours", "sent")]
    assert ops.letters[0].text == "ours"


def test_a_card_follows_here_whatever_waits_elsewhere(
    session: Session, room: Room, clock: Clock, tmp_path: Path
) -> None:
    with outbox(session, clock, Scripted("ops")) as sending:
        say(session, room, "ours", "ops")
        work(sending, clock)
    with Session.open(paths_below(tmp_path / "other"), session.config) as there:
        there.journal.import_rows(list(session.journal.rows()))
        say(there, there.enter(room.incident.id), "theirs", "ops")
        session.journal.import_rows(list(there.journal.rows()))
    session.perform(session.catch_up(room), partial(set_status, word="identified"))
    ops = Scripted("ops")
    with outbox(session, clock, ops) as sending, sending.alone():
        sending.work()
        sending.finish(60)

    assert [(letter.form, letter.facts.status) for letter in ops.letters] == [("card", "identified")]


def test_each_outcome_is_recorded_once(
    session: Session, room: Room, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The thread that has the answer, and the one that looks for what is unrecorded, may both come upon it."""
    say(session, room, "a", "ops")
    with outbox(session, clock, Scripted("ops")) as sending, sending.alone():
        settle = sending._settle

        def twice(identifier: str) -> None:
            settle(identifier)
            settle(identifier)

        monkeypatch.setattr(sending, "_settle", twice)
        sending.work()
        sending.finish(60)

    assert kinds(session, room) == ["delivery.queued", "delivery.begun", "delivery.done"]


@pytest.mark.parametrize("kind", [Scripted, Repeatable])
def test_what_this_process_is_sending_has_not_been_left_behind(
    session: Session, room: Room, clock: Clock, kind: type[Scripted], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk that is full for a moment ends no sending that is on its way."""
    monkeypatch.setattr("incident_tui.outbox.ANSWER_SECONDS", 0.0)
    say(session, room, "a", "ops")
    began, answer = threading.Event(), threading.Event()

    def wait() -> None:
        began.set()
        answer.wait(60)

    ops = kind("ops", before=wait)
    with outbox(session, clock, ops) as sending:
        with contextlib.suppress(NotSaved), sending.alone():
            sending.work()
            assert began.wait(60)
            raise NotSaved("the disk is full")
        with sending.alone():
            assert [item.state for item in deliveries(session, room)] == ["begun"]
            answer.set()
            sending.finish(60)

    assert [(item.state, item.troubles) for item in deliveries(session, room)] == [("sent", ())]
    assert len(ops.letters) == 1


def test_others_wait_until_what_is_on_its_way_has_its_answer(session: Session, room: Room, clock: Clock) -> None:
    say(session, room, "a", "page")
    began, answer = threading.Event(), threading.Event()

    def wait() -> None:
        began.set()
        answer.wait(60)

    pager = Repeatable("page", before=wait)
    with outbox(session, clock, pager) as sending:
        threading.Timer(1.3, answer.set).start()
        with sending.alone():
            sending.work()
            assert began.wait(60)
        states = [item.state for item in deliveries(session, room)]

    assert states == ["sent"]


def test_a_letter_that_cannot_be_made_is_told_and_not_tried_for_ever(
    session: Session, room: Room, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    say(session, room, "a", "ops")

    def broken(*_: object) -> Letter:
        raise OverflowError("date value out of range")

    monkeypatch.setattr("incident_tui.outbox.letter_of", broken)
    with outbox(session, clock, Scripted("ops")) as sending:
        work(sending, clock)

    assert [(item.state, item.reason) for item in deliveries(session, room)] == [
        ("failed", "the channel broke: OverflowError")
    ]


def test_undone_before_it_begins_it_never_leaves(session: Session, room: Room, clock: Clock) -> None:
    ops = Scripted("ops")
    say(session, room, "a", "ops")
    with outbox(session, clock, ops) as sending, sending.alone():
        sending.waiting()
        session.undo(session.catch_up(room))
        sending.work()
        sending.finish(60)

    assert ops.letters == []
    assert session.journal.outbox() == []


@pytest.mark.parametrize("act", ["drop", "retry"])
def test_a_persons_decision_can_be_taken_back(session: Session, room: Room, clock: Clock, act: str) -> None:
    say(session, room, "a", "ops")
    with outbox(session, clock, Scripted("ops", [Failed("archived")])) as sending:
        work(sending, clock)
    when = {"now": session.now()} if act == "drop" else {}
    session.perform(room, partial(getattr(decide, act), word="Q1", **when))
    session.undo(session.catch_up(room))

    assert [item.state for item in deliveries(session, room)] == ["failed"]


@pytest.mark.parametrize("arrived", [True, False])
def test_no_import_makes_anything_leave_from_here(
    session: Session, room: Room, clock: Clock, tmp_path: Path, arrived: bool
) -> None:
    """Whoever writes the name of this device into a file, which every export tells, sends nothing from it."""
    ops = Scripted("ops")
    with Session.open(paths_below(tmp_path / "other"), session.config) as other:
        other.journal.device = session.journal.device
        done = other.declare("made up elsewhere", 1, SMALL)
        assert not isinstance(done, Refused)
        say(other, done.room, "made up", "ops")
        if arrived:
            with outbox(other, clock, Scripted("ops")) as sending:
                sending._session.journal.device = session.journal.device
                work(sending, clock)
            other.perform(done.room, partial(set_status, word="identified"))
        rows = list(other.journal.rows())
    with pytest.raises(JournalError, match="from this device"):
        session.journal.import_rows(rows)

    with outbox(session, clock, ops) as sending, sending.alone():
        sending.work()
        sending.finish(60)
    assert ops.letters == []
    assert [item.ref for item in session.summaries()] == [room.incident.ref]
