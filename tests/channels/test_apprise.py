from __future__ import annotations

import logging
import threading
from collections.abc import Iterator

import pytest
from hypothesis import given

from incident_tui.channels.apprise_url import AppriseUrl
from incident_tui.channels.outcome import Delivered, Failed, Unknown
from incident_tui.web import Trouble
from tests.channels import hostile
from tests.channels.letters import letter
from tests.channels.server import CUT, Answer, Server, serving

pytest.importorskip("apprise", reason="Apprise is an extra")
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")

PASSWORD = "pass0123456789word"


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    with serving() as server:
        monkeypatch.setenv("APPRISE", f"json://ops:{PASSWORD}@{server.url.removeprefix('http://')}/notify")
        yield server


def apprise() -> AppriseUrl:
    found = hostile.channel("apprise", url="env:APPRISE")
    assert isinstance(found, AppriseUrl)
    return found


def nothing() -> None:
    """Nobody is told that it began."""


def test_it_is_sent_in_this_thread(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    from apprise.plugins.custom_json import NotifyJSON

    threads: list[int] = []

    def sent(*args: object, **kwargs: object) -> bool:
        del args, kwargs
        threads.append(threading.get_ident())
        return True

    monkeypatch.setattr(NotifyJSON, "send", sent)
    assert apprise().send(letter(), nothing) == Delivered()
    assert threads == [threading.get_ident()]
    assert server.requests == []


def test_it_is_sent_once_and_as_shown(server: Server) -> None:
    begun: list[int] = []
    assert apprise().send(letter(), lambda: begun.append(len(server.requests))) == Delivered()
    assert begun == [0]
    assert len(server.requests) == 1
    sent = server.last.json
    shown = dict(apprise().preview(letter()).parts)
    assert (sent["title"], sent["message"]) == (shown["title"], shown["text"])


@pytest.mark.parametrize("answer", [Answer(500), Answer(403, PASSWORD), CUT])
def test_apprise_does_not_say_why_so_nobody_knows(
    server: Server, caplog: pytest.LogCaptureFixture, answer: Answer
) -> None:
    server.answer = answer
    with caplog.at_level(logging.DEBUG):
        outcome = apprise().send(letter(), nothing)
    assert isinstance(outcome, Unknown)
    assert PASSWORD not in repr(outcome) + caplog.text


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("discord://1234567890/abcdefghij", "discord"),
        ("https://discord.com/api/webhooks/4174216298/JHMHI8qBe7bk2ZwO5U711o3dV_js", "discord"),
        ("slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/", "slack"),
        ("mmost://chat.example/3ccdd113474722377935511fc85d3dd4", "mattermost"),
        ("ntfy://topic", "ntfy"),
        ("mailto://u:p@example.com", "email"),
        ("workflows://example.com/flow/signature", "teams"),
        ("pagerduty://integration@routing", "pagerduty"),
    ],
)
def test_what_has_a_kind_of_its_own_is_refused(monkeypatch: pytest.MonkeyPatch, address: str, kind: str) -> None:
    monkeypatch.setenv("APPRISE", address)
    begun: list[int] = []
    outcome = apprise().send(letter(), lambda: begun.append(1))
    assert isinstance(outcome, Failed)
    assert f"kind = “{kind}”" in outcome.reason
    assert begun == []


def test_an_address_that_is_none_is_refused_without_being_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("APPRISE", f"nothing://{PASSWORD}")
    outcome = apprise().send(letter(), nothing)
    assert isinstance(outcome, Failed)
    assert "channels.ops.url is no address that Apprise knows" in outcome.reason
    assert PASSWORD not in outcome.reason
    with pytest.raises(Trouble, match="no address"):
        apprise().check()


def test_the_check_names_the_service(server: Server) -> None:
    assert apprise().check() == "an address of JSON; only a test message shows whether it is taken"
    assert server.requests == []


def test_what_begin_raises_comes_through_and_nothing_is_sent(server: Server) -> None:
    def refuse() -> None:
        raise LookupError("not now")

    with pytest.raises(LookupError):
        apprise().send(letter(), refuse)
    assert server.requests == []


@given(hostile.texts(), hostile.titles())
def test_mentions_are_broken(text: str, title: str) -> None:
    shown = dict(hostile.channel("apprise", url="env:APPRISE").preview(letter(text=text, title=title)).parts)
    assert 1 <= len(shown["text"]) <= 2_000
    for live in ("@everyone", "@here", "@channel", "<!", "<@1", "<@&", "]("):
        assert live not in shown["title"] + shown["text"]
