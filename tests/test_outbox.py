"""The outbox: in order, once each, whatever happens to the services, to the disk and to us."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from incident_tui.channels.outcome import Failed, Unknown
from incident_tui.domain.decide import delivery as decide
from incident_tui.domain.decide.command import set_status
from incident_tui.journal import JournalError
from incident_tui.outbox import Outbox
from incident_tui.rooms import Room
from incident_tui.session import NotSaved, Session
from tests.faults.appender import paths_below
from tests.outboxes import Clock, Repeatable, Scripted, clock, deliveries, outbox, room, say, session, work

__all__ = ["clock", "room", "session"]


def test_in_order_with_each_outcome_recorded(session: Session, room: Room, clock: Clock) -> None:
    ops, mail = Scripted("ops"), Scripted("mail")
    for text in ("a", "b", "c"):
        say(session, room, text, "ops", "mail")
    with outbox(session, clock, ops, mail) as sending:
        work(sending, clock)

    assert [letter.text for letter in ops.letters if letter.form != "card"] == ["a", "b", "c"]
    assert [letter.text for letter in mail.letters if letter.form != "card"] == ["a", "b", "c"]
    assert {item.state for item in deliveries(session, room)} == {"sent"}
    assert session.journal.outbox() == []


def test_tried_again_until_it_arrives_with_the_same_key(session: Session, room: Room, clock: Clock) -> None:
    ops = Scripted("ops", [Failed("503", True), Failed("503", True), Failed("429", True, timedelta(seconds=90))])
    first = say(session, room, "a", "ops")
    second = say(session, room, "b", "ops")
    with outbox(session, clock, ops) as sending:
        work(sending, clock)
        reasons = [item.troubles for item in deliveries(session, room)]

    assert [letter.key for letter in ops.letters] == [first] * 4 + [second]
    assert [letter.again for letter in ops.letters] == [False, True, True, True, False]
    assert [trouble.text for trouble in reasons[0]] == ["503", "503", "429"]


def test_left_alone_for_longer_each_time(session: Session, room: Room, clock: Clock) -> None:
    ops = Scripted("ops", [Failed("no connection", True)] * 12 + [Failed("429", True, timedelta(seconds=900))])
    say(session, room, "a", "ops")
    waits: list[float] = []
    with outbox(session, clock, ops) as sending, sending.alone():
        for _ in range(13):
            sending.work()
            sending.finish(60)
            (wait,) = sending._patience._waits.values()
            waits.append(wait.until - clock.now)
            clock.now = wait.until - 0.001
            sending.work()
            assert sending._sending == {}, "not a moment too early"
            clock.now = wait.until

    assert waits == [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300, 900]


def test_who_wants_it_at_once_gets_it_at_once(session: Session, room: Room, clock: Clock) -> None:
    ops = Scripted("ops", [Failed("no connection", True)])
    say(session, room, "a", "ops")
    with outbox(session, clock, ops) as sending, sending.alone():
        sending.work()
        sending.finish(60)
        sending.hurry()
        sending.work()
        sending.finish(60)

    assert [item.state for item in deliveries(session, room)] == ["sent"]


def test_who_wants_it_at_once_says_so_to_whoever_sends(session: Session, room: Room, clock: Clock) -> None:
    ops = Scripted("ops", [Failed("no connection", True)] * 2)
    say(session, room, "a", "ops")
    with outbox(session, clock, ops) as sending, sending.alone():
        for _ in range(2):
            sending.work()
            sending.finish(60)
        assert len(ops.letters) == 1
        session.perform(session.catch_up(room), partial(decide.retry, word="Q1"))
        for _ in range(3):
            sending.work()
            sending.finish(60)

        assert len(ops.letters) == 2  # the wish counts once

    assert [(item.state, item.reason) for item in deliveries(session, room)] == [("queued", "no connection")]


def test_what_nobody_knows_is_a_persons_to_decide_and_holds_up_nothing(
    session: Session, room: Room, clock: Clock
) -> None:
    ops = Scripted("ops", [Unknown("cut"), Failed("channel_is_archived")])
    say(session, room, "a", "ops")
    say(session, room, "b", "ops")
    say(session, room, "c", "ops")
    with outbox(session, clock, ops) as sending:
        work(sending, clock)
        states = [(item.state, item.reason) for item in deliveries(session, room)][:3]
        assert states == [("unclear", "cut"), ("failed", "channel_is_archived"), ("sent", "")]
        assert [item.label for _, item in sending.waiting()] == ["Q1", "Q2"]
        session.perform(room, partial(decide.retry, word="Q1"))
        session.perform(room, partial(decide.drop, word="Q2", now=session.now()))
        work(sending, clock)

    assert [item.state for item in deliveries(session, room)][:3] == ["sent", "dropped", "sent"]
    assert [letter.text for letter in ops.letters if letter.form != "card"] == ["a", "b", "c", "a"]


@pytest.mark.parametrize(("error", "state"), [(RuntimeError("token=abc"), "unclear")])
def test_a_fault_in_a_channel_stops_no_other_and_says_nothing_secret(
    session: Session, room: Room, clock: Clock, error: Exception, state: str
) -> None:
    ops, mail = Scripted("ops", [error]), Scripted("mail")
    say(session, room, "a", "ops", "mail")
    with outbox(session, clock, ops, mail) as sending:
        work(sending, clock)
    broken, well = deliveries(session, room)[:2]

    assert (broken.state, broken.reason) == (state, "the channel broke: RuntimeError")
    assert well.state == "sent"


def test_a_channel_that_is_no_longer_configured_is_named(session: Session, room: Room, clock: Clock) -> None:
    say(session, room, "a", "ops")
    with outbox(session, clock) as sending:
        work(sending, clock)

    assert [(item.state, item.reason) for item in deliveries(session, room)] == [
        ("failed", "no channel ops can be used; `doctor` says why")
    ]


def test_cards_follow_by_themselves(session: Session, room: Room, clock: Clock) -> None:
    ops = Scripted("ops")
    say(session, room, "a", "ops")
    with outbox(session, clock, ops) as sending:
        work(sending, clock)
        session.perform(room, partial(set_status, word="identified"))
        with sending.alone():
            sending.work()
            sending.finish(60)

    assert [(letter.form, letter.facts.status, letter.card) for letter in ops.letters] == [
        ("opening", "investigating", ""),
        ("card", "identified", "1"),
    ]
    assert session.journal.outbox() == []


def test_one_process_sends(session: Session, room: Room, clock: Clock) -> None:
    ops, same = Scripted("ops"), Scripted("ops")
    say(session, room, "a", "ops")
    with outbox(session, clock, ops) as one, outbox(session, clock, same) as other, one.alone():
        with pytest.raises(JournalError), other.alone():
            pass
        assert [item.state for _, item in other.waiting()] == ["queued"]


def test_the_end_of_a_process_in_the_middle(session: Session, room: Room, clock: Clock) -> None:
    """What had begun is repeated where that does no harm, else it is for a person to look."""
    first = say(session, room, "a", "ops", "page")
    page = next(item for item in deliveries(session, room) if item.channel == "page")
    for identifier in (first, page.id):
        device = session.journal.device
        session.perform(room, partial(decide.begin, identifier=identifier, device=device))
    ops, pager = Scripted("ops"), Repeatable("page")
    with outbox(session, clock, ops, pager) as sending:
        work(sending, clock)
    states = {item.channel: (item.state, item.reason) for item in deliveries(session, room)}

    assert states["ops"] == ("unclear", "the program ended while it was sent; look there first")
    assert states["page"] == ("sent", "")
    assert [letter.again for letter in pager.letters] == [True]
    assert ops.letters == []


def test_an_outcome_that_cannot_be_recorded_is_recorded_later(
    session: Session, room: Room, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    ops = Scripted("ops")
    say(session, room, "a", "ops")
    with outbox(session, clock, ops) as sending, sending.alone():
        own = sending._session

        def full(*_: object, **__: object) -> None:
            raise NotSaved("the disk is full")

        ops.before = lambda: monkeypatch.setattr(own, "perform", full)
        sending.work()
        sending.finish(60)
        assert [item.state for item in deliveries(session, room)] == ["begun"]
        with pytest.raises(NotSaved):
            sending.work()
        monkeypatch.undo()
        sending.work()

    assert [item.state for item in deliveries(session, room)] == ["sent"]
    assert len(ops.letters) == 1


def test_nothing_leaves_that_cannot_be_recorded_as_begun(
    session: Session, room: Room, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    ops = Scripted("ops")
    say(session, room, "a", "ops")
    with outbox(session, clock, ops) as sending, sending.alone():
        sending.waiting()
        monkeypatch.setattr(
            sending._session, "perform", lambda *_, **__: (_ for _ in ()).throw(NotSaved("the disk is full"))
        )
        sending.work()
        sending.finish(60)

    assert ops.letters == []
    assert [item.state for item in deliveries(session, room)] == ["queued"]


def test_an_incident_from_elsewhere_sends_nothing(session: Session, room: Room, clock: Clock, tmp_path: Path) -> None:
    """Only the device that queued it sends it: an import, or a copy of the file, never does."""
    say(session, room, "a", "ops")
    with Session.open(paths_below(tmp_path / "other"), session.config) as other:
        other.journal.import_rows(list(session.journal.rows()))
        ops = Scripted("ops")
        sending = Outbox(other, {"ops": ops}, clock=clock)
        with sending.alone():
            sending.work()

    assert ops.letters == []
