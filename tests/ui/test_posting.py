"""The outbox behind the screen: whoever leaves leaves no doubt behind."""

from __future__ import annotations

import threading
from functools import partial
from pathlib import Path

import pytest

from incident_tui.config import load
from incident_tui.domain.decide import Refused
from incident_tui.domain.decide import delivery as decide
from incident_tui.domain.decide.delivery import Target
from incident_tui.domain.decide.messages import draft
from incident_tui.domain.incident import ordered
from incident_tui.session import Session
from incident_tui.ui.posting import Posting
from tests.channels.server import Answer, Request, serving
from tests.faults.appender import paths_below
from tests.strategies import SMALL

CONFIG = """
person = "mara"
[channels.ops]
kind = "mattermost"
url = "env:OPS_OF_TEST"
plain = true
"""


def test_leaving_waits_for_the_answer_of_what_is_on_its_way(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = home / "channels.toml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(CONFIG)
    arrived, answer = threading.Event(), threading.Event()

    def hold(_: Request) -> Answer:
        arrived.set()
        answer.wait(60)
        return Answer(200, "ok")

    with serving() as server, Session.open(paths_below(home), load(file, {})) as session:
        server.respond = hold
        monkeypatch.setenv("OPS_OF_TEST", server.url)
        declared = session.declare("checkout fails", 2, SMALL)
        assert not isinstance(declared, Refused)
        drafted = session.perform(declared.room, partial(draft, audience_word="internal", text_word="we look"))
        assert not isinstance(drafted, Refused)
        target = Target("ops", "mattermost")
        message = drafted.events[0].id
        session.perform(drafted.room, partial(decide.queue_message, word=message, targets=[target]))
        monkeypatch.setattr("incident_tui.ui.posting.LAST_SECONDS", 60)
        posting = Posting(session, lambda _: None)
        posting.start()
        assert arrived.wait(60)
        threading.Timer(0.1, answer.set).start()
        posting.stop()
        (item,) = ordered(session.catch_up(drafted.room).incident.deliveries)

    assert item.state == "sent"
