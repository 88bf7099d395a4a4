"""The outbox with a real service over a network that fails in every way, and in a process that is killed."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from incident_tui.outbox import Outbox
from incident_tui.rooms import Room
from incident_tui.session import Session
from tests.channels.server import CUT, Answer, Request, serving
from tests.outboxes import Clock, Scripted, clock, deliveries, outbox, room, say, session, work

__all__ = ["clock", "room", "session"]

HOUSE = Path(__file__).parents[1]


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
