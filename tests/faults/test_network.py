"""Messages through a network that fails for half an hour: each arrives once, or somebody is told."""

from __future__ import annotations

import json
import random
import threading
import time
from functools import partial
from pathlib import Path

import pytest

from incident_tui.channels.channel import Channel
from incident_tui.channels.mattermost import Mattermost
from incident_tui.config import Config
from incident_tui.config.secrets import Secret
from incident_tui.domain.decide import Refused
from incident_tui.domain.decide import delivery as decide
from incident_tui.domain.decide.delivery import Target
from incident_tui.domain.decide.messages import draft
from incident_tui.domain.incident import ordered
from incident_tui.outbox import Outbox
from incident_tui.rooms import Room
from incident_tui.session import Session
from tests.faults.appender import paths_below, room_in
from tests.faults.network import WAYS, shaky
from tests.strategies import SMALL
from tests.ui.terminal import Terminal, run

CHANNELS = ("ops", "board", "leads", "page", "vendor")
QUICK = tuple(way for way in WAYS if way not in ("drip", "slow"))


@pytest.mark.parametrize(
    ("count", "seconds", "ways"),
    [(40, 1.0, QUICK), pytest.param(1000, 1800.0, WAYS, marks=pytest.mark.faults)],
    ids=["short", "half an hour"],
)
def test_each_message_arrives_once_or_is_shown(
    home: Path, monkeypatch: pytest.MonkeyPatch, count: int, seconds: float, ways: tuple[str, ...]
) -> None:
    """Source: reliability, N1. The clock is the real one, and so are the connections."""
    chance, stop = random.Random(count), threading.Event()
    with Session.open(paths_below(home), Config(person="mara", zone="UTC")) as session, shaky(count, ways) as service:
        monkeypatch.setenv("HOOK", f"http://127.0.0.1:{service.port}/hook")
        channels: dict[str, Channel] = {
            name: Mattermost(name, Secret("x", "env:HOOK"), plain=True) for name in CHANNELS
        }
        done = session.declare("checkout fails", 2, SMALL)
        assert not isinstance(done, Refused)
        room = done.room
        with Session.open(session.paths, session.config) as own:
            sending = Outbox(own, channels)
            thread = threading.Thread(target=sending.run, args=(stop,))
            thread.start()
            try:
                for number in range(count):
                    drafted = session.perform(room, partial(draft, audience_word="internal", text_word=f"no {number}"))
                    assert not isinstance(drafted, Refused)
                    target = Target(chance.choice(CHANNELS), "mattermost")
                    queued = session.perform(
                        drafted.room,
                        partial(decide.queue_message, word=drafted.events[0].id, targets=(target,), force=True),
                    )
                    assert not isinstance(queued, Refused)
                    room = queued.room
                    time.sleep(chance.random() * 2 * seconds / count)  # the pace at which messages are written
                end = time.monotonic() + 120
                while any(item.waiting for item in room.incident.deliveries.values()) and time.monotonic() < end:
                    if set(service.seen) == set(ways):
                        service.ways = ("answer",)
                    sending.hurry()
                    stop.wait(0.2)
                    room = session.catch_up(room)
            finally:
                stop.set()
                sending.hurry()
                thread.join()
    found = ordered(room.incident.deliveries)
    states = {item.text: item.state for item in found}

    assert len(states) == count
    assert set(states.values()) <= {"sent", "unclear"}
    assert max(service.taken.values()) == 1, "nothing twice"
    assert {text for text, state in states.items() if state == "sent"} <= set(service.taken)
    for name in CHANNELS:
        mine = [item for item in found if item.channel == name]
        arrived = [item.changed_at for item in mine if item.changed_at is not None]
        assert arrived == sorted(arrived), "in order"
    assert set(service.seen) == set(ways)


def test_the_test_notices_a_message_that_is_sent_again_although_it_may_have_arrived(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Outbox, "_repeatable", lambda *_: True)

    with pytest.raises(AssertionError, match="nothing twice"):
        test_each_message_arrives_once_or_is_shown(home, monkeypatch, 40, 1.0, QUICK)


CONFIG = """
person = "dana"
[channels.ops]
kind = "mattermost"
url = "env:HOOK"
plain = true
"""
BEATING = "import sys; from tests.faults.beating import run; sys.exit(run())"
ASKING_ITSELF = """
import contextlib, http.client, os, urllib.request
from incident_tui.ui.posting import Posting
def look(self):
    with contextlib.suppress(OSError, http.client.HTTPException):
        urllib.request.urlopen(os.environ["HOOK"], b'{"text": "are you there?"}', timeout=5).read()
    self._moved.set()
Posting.look = look
"""


def queue(session: Session, room: Room, number: int) -> Room:
    """One more message to be sent."""
    drafted = session.perform(room, partial(draft, audience_word="internal", text_word=f"no {number}"))
    assert not isinstance(drafted, Refused)
    targets = (Target("ops", "mattermost"),)
    word = drafted.events[0].id
    queued = session.perform(drafted.room, partial(decide.queue_message, word=word, targets=targets, force=True))
    assert not isinstance(queued, Refused)
    return queued.room


def longest_pause_while_sending(home: Path, count: int, ways: tuple[str, ...], change: str = "") -> float:
    """For how long a screen stands still while it sends messages through a network that fails; 0 below 0.1 s."""
    paths, beats = paths_below(home), home / "beats.json"
    paths.config.mkdir(parents=True)
    (paths.config / "config.toml").write_text(CONFIG)
    run(home, "declare", "Checkout fails", "--commander", "dana")
    with Session.open(paths, Config(person="mara", zone="UTC")) as session, shaky(count, ways) as service:
        env = {"INCIDENT_TUI_BEATS": str(beats), "HOOK": f"http://127.0.0.1:{service.port}/hook"}
        with Terminal(home, program=change + BEATING, env=env) as terminal:
            terminal.shows("INVESTIGATING", 60)
            room = room_in(session)
            for number in range(count):
                room = queue(session, room, number)

            def settled(_: Terminal) -> bool:
                nonlocal room
                room = session.catch_up(room)
                return not any(item.waiting for item in room.incident.deliveries.values())

            terminal.until(settled, "the end of the sending", 600)
            terminal.type("\x11")
            assert terminal.ended() == 0
        assert len(room.incident.deliveries) == count
        assert set(service.seen) == set(ways)
    return max((end - start - excused for start, end, excused in json.loads(beats.read_text())), default=0.0)


@pytest.mark.faults
def test_a_network_that_fails_does_not_hold_up_the_screen(home: Path) -> None:
    longest = longest_pause_while_sending(home, 60, WAYS)
    print(f"longest pause of the screen: {longest * 1000:.0f} ms")
    assert longest < 0.1


@pytest.mark.faults
def test_the_test_notices_a_screen_that_waits_for_the_network(home: Path) -> None:
    assert longest_pause_while_sending(home, 20, ("answer", "slow"), ASKING_ITSELF) > 0.5
