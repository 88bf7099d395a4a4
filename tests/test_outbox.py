"""The outbox: in order, once each, whatever happens to the services, to the disk and to us."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import ClassVar

import pytest

from incident_tui.channels.channel import Begin, Preview
from incident_tui.channels.outcome import Delivered, Failed, Outcome, Unknown
from incident_tui.config import Config
from incident_tui.domain import events as e
from incident_tui.domain.decide import Refused
from incident_tui.domain.decide import delivery as decide
from incident_tui.domain.decide.command import set_status
from incident_tui.domain.decide.delivery import Target
from incident_tui.domain.decide.messages import draft
from incident_tui.domain.delivery import Delivery
from incident_tui.domain.incident import ordered
from incident_tui.domain.letters import Letter
from incident_tui.journal import JournalError
from incident_tui.outbox import Outbox
from incident_tui.session import NotSaved, Room, Session
from tests.channels.server import CUT, Answer, Request, serving
from tests.faults.appender import paths_below
from tests.strategies import SMALL

HOUSE = Path(__file__).parents[1]


@dataclass
class Scripted:
    """A channel that answers what it is told, and keeps what it was given."""

    KIND: ClassVar[str] = "scripted"
    GROUP: ClassVar[str] = "chat"
    FOLLOWS: ClassVar[bool] = True
    REPEATABLE: ClassVar[bool] = False

    name: str
    answers: Sequence[Outcome | BaseException] = ()
    letters: list[Letter] = field(default_factory=list)
    before: Callable[[], None] = lambda: None

    def preview(self, letter: Letter) -> Preview:
        return Preview(self.name, "new post", (("text", letter.words),))

    def send(self, letter: Letter, begin: Begin) -> Outcome:
        begin()
        self.letters.append(letter)
        self.before()
        number = len(self.letters)
        answer = self.answers[number - 1] if number <= len(self.answers) else Delivered(str(number))
        if isinstance(answer, BaseException):
            raise answer
        return answer

    def check(self) -> str:
        return "there"


class Repeatable(Scripted):
    REPEATABLE: ClassVar[bool] = True


class Clock:
    """Seconds that pass when somebody asks for them."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def session(home: Path) -> Iterator[Session]:
    with Session.open(paths_below(home), Config(person="mara", zone="UTC")) as session:
        yield session


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def room(session: Session) -> Room:
    done = session.declare("checkout fails", 2, SMALL)
    assert not isinstance(done, Refused)
    return done.room


@contextlib.contextmanager
def outbox(session: Session, clock: Clock, *channels: Scripted) -> Iterator[Outbox]:
    with Session.open(session.paths, session.config) as own:
        yield Outbox(own, {item.name: item for item in channels}, clock=clock, chance=lambda: 0.5)


def say(session: Session, room: Room, text: str, *channels: str) -> str:
    """Queue a message; the id of its first delivery."""
    done = session.perform(room, partial(draft, audience_word="internal", text_word=text))
    assert not isinstance(done, Refused)
    targets = [Target(name, "scripted", follows=True) for name in channels]
    queued = session.perform(
        done.room, partial(decide.queue_message, word=done.events[0].id, targets=targets, force=True)
    )
    assert not isinstance(queued, Refused), str(queued)
    return next(event.id for event in queued.events if isinstance(event.body, e.DeliveryQueued))


def deliveries(session: Session, room: Room) -> list[Delivery]:
    return ordered(session.catch_up(room).incident.deliveries)


def work(sending: Outbox, clock: Clock, rounds: int = 60) -> None:
    """Go on until nothing waits; time passes whenever everything is being left alone."""
    with sending.alone():
        for _ in range(rounds):
            if not any(item.waiting for _, item in sending.waiting()):
                return
            sending.work()
            sending.finish(60)
            clock.now += 400
    raise AssertionError("something still waits")


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


# With a real service over a real network that fails in every way


def flaky(seed: int) -> Callable[[Request], Answer]:
    """Answers, refuses, asks to be left alone, breaks off after it has taken the request."""
    chance = random.Random(seed)

    def respond(_: Request) -> Answer:
        way = chance.random()
        if way < 0.15:
            return Answer(503, "busy", {"retry-after": "1"})
        if way < 0.25:
            return Answer(429, {"retry_after": 1}, {"retry-after": "2"})
        if way < 0.35:
            return CUT
        return Answer(200, "ok")

    return respond


@pytest.mark.parametrize("count", [60, pytest.param(1000, marks=pytest.mark.faults)])
def test_each_message_arrives_once_or_is_shown(
    session: Session, room: Room, clock: Clock, count: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Source: reliability, N1. What the service took is what is said to have arrived, or to be unknown."""
    from incident_tui.channels.mattermost import Mattermost
    from incident_tui.config.secrets import Secret

    with serving() as server:
        monkeypatch.setenv("HOOK", server.url)
        respond = flaky(count)
        taken: Counter[str] = Counter()

        def take(request: Request) -> Answer:
            answer = respond(request)
            if answer.status == 200:
                taken[request.json["text"].rpartition("\n")[2]] += 1
            return answer

        server.respond = take
        channel = Mattermost("ops", Secret("channels.ops.url", "env:HOOK"), plain=True)
        for number in range(count):
            say(session, room, f"message {number}", "ops")
        with Session.open(session.paths, session.config) as own:
            sending = Outbox(own, {"ops": channel}, clock=clock, chance=lambda: 0.5)
            work(sending, clock, rounds=count * 20)
        found = {item.text: item.state for item in deliveries(session, room)}

    assert set(found) == {f"message {number}" for number in range(count)}
    assert set(found.values()) <= {"sent", "unclear"}
    assert {text for text, times in taken.items() if times == 1} == set(taken)
    assert {text for text, state in found.items() if state == "sent"} <= set(taken)
    assert [text for text in taken if found[text] == "sent"] == [text for text in found if found[text] == "sent"]


SENDER = """
import sys, threading
from pathlib import Path
from incident_tui.config import Config
from incident_tui.config.secrets import Secret
from incident_tui.channels.mattermost import Mattermost
from incident_tui.outbox import Outbox
from incident_tui.session import Session
from tests.faults.appender import paths_below
with Session.open(paths_below(Path(sys.argv[1])), Config(person="mara", zone="UTC")) as session:
    Outbox(session, {"ops": Mattermost("ops", Secret("x", "env:HOOK"), plain=True)}).run(threading.Event())
"""


def test_killed_while_the_service_has_it(session: Session, room: Room, clock: Clock, home: Path) -> None:
    """It may have arrived: nobody sends it again, everybody is told."""
    say(session, room, "a", "ops")
    say(session, room, "b", "ops")
    arrived, answer = threading.Event(), threading.Event()

    def hold(_: Request) -> Answer:
        arrived.set()
        answer.wait(60)
        return Answer(200, "ok")

    with serving() as server:
        server.respond = hold
        environ = {**os.environ, "HOOK": server.url, "PYTHONPATH": str(HOUSE)}
        process = subprocess.Popen([sys.executable, "-c", SENDER, str(home)], env=environ)
        try:
            assert arrived.wait(120)
        finally:
            process.send_signal(signal.SIGKILL)
            process.wait()
            answer.set()
    ops = Scripted("ops")
    with outbox(session, clock, ops) as sending:
        work(sending, clock)
    first, second = deliveries(session, room)[:2]

    assert (first.state, second.state) == ("unclear", "sent")
    assert [letter.text for letter in ops.letters if letter.form != "card"] == ["b"]


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
