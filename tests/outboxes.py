"""An outbox whose channels answer what they are told, with a clock that moves when it is asked to."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import ClassVar

import pytest

from incident_tui.channels.channel import Begin, Preview
from incident_tui.channels.outcome import Delivered, Outcome
from incident_tui.config import Config
from incident_tui.domain import events as e
from incident_tui.domain.decide import Refused
from incident_tui.domain.decide import delivery as decide
from incident_tui.domain.decide.delivery import Target
from incident_tui.domain.decide.messages import draft
from incident_tui.domain.delivery import Delivery
from incident_tui.domain.incident import ordered
from incident_tui.domain.letters import Letter
from incident_tui.outbox import Outbox
from incident_tui.rooms import Room
from incident_tui.session import Session
from tests.faults.appender import paths_below
from tests.strategies import SMALL


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
