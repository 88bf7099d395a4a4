"""Messages leave from the command line: shown first, then sent, and each end is told."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from unittest import mock

import pytest

from incident_tui.cli import sending
from incident_tui.cli.desk import Desk
from incident_tui.journal.anchors import anchors_in
from incident_tui.journal.lock import held
from tests.channels.server import CUT, Answer, Server, serving
from tests.cli.conftest import CommandLine

TOML = """
[channels.ops]
kind = "mattermost"
url = "file:{file}"
plain = true
audiences = ["internal"]
"""
WRONG = """
[channels.page]
kind = "discord"
url = "https://discord.example/api/webhooks/1/secret-itself"
audiences = ["internal"]
"""


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as server:
        yield server


@pytest.fixture
def live(cli: CommandLine, server: Server) -> CommandLine:
    """With one live incident, a message, and a channel at `server`."""
    cli.ok("declare", "Checkout fails", "--commander", "dana")
    cli.ok("say", "internal", "we look into it")
    folder = cli.home / "config"
    folder.mkdir(exist_ok=True)
    (folder / "hook").write_text(server.url)
    (folder / "hook").chmod(0o600)
    configured(cli, TOML)
    return cli


def configured(cli: CommandLine, text: str) -> None:
    folder = cli.home / "config"
    (folder / "config.toml").write_text(text.replace("{file}", str(folder / "hook")))


def test_a_message_is_shown_and_then_sent(live: CommandLine, server: Server) -> None:
    refused = live("send", "M1")
    assert (refused.code, server.requests) == (1, [])
    assert "add --yes to send it" in refused.err

    answer = live("send", "M1", "--yes")
    assert answer.code == 0
    assert "to ops, Mattermost “ops”: new post" in answer.err
    assert "Q1 M1 to ops arrived" in answer.out + answer.err
    (request,) = server.requests
    for line in request.json["text"].replace("\u200b", "").split("\n"):
        assert line in answer.err


def test_a_person_at_the_keyboard_is_asked_after_the_look(live: CommandLine, server: Server) -> None:
    with mock.patch("incident_tui.cli.desk.Desk.at_keyboard", True):
        no = live("say", "internal", "release 4812 is out", "--send", stdin=b"\n")
        assert (no.code, server.requests) == (1, [])
        assert "release 4812 is out" in no.err.split("send it to 1 channel? [y/N]")[0], "it was shown before"
        assert "error: nothing is sent" in no.err
        assert "M2" in live.ok("due", "--json"), "what was written stays as a draft"
        assert live("say", "internal", "now it is", "--send", stdin=b"y\n").code == 0
        assert live("say", "internal", "and quiet", "--send", "--yes").code == 0
    assert live("say", "internal", "in a script nobody is asked", "--send").code == 0

    assert len(server.requests) == 3


def test_what_goes_to_those_inside_is_an_anchor_just_as_it_was_shown(live: CommandLine, server: Server) -> None:
    live.ok("log", "the pool is full")
    answer = live("send", "M1", "--yes")
    posted = server.last.json["text"]

    (queued,) = live.bodies("delivery.queued")
    assert queued["record"].startswith("Record: INC-")
    assert posted.endswith(f"we look into it\n\n{queued['record']}")
    assert f"│ {queued['record']}" in answer.err
    assert live.bodies("message.drafted")[0]["text"] == "we look into it"
    assert "ok: 1 anchor held" in live.ok("verify", "--anchor", "-", stdin=posted.encode())
    (anchor,) = anchors_in(posted)
    assert [anchor.events] == [found["events"] - 4 for found in live.json("anchor")], "its approval and its way follow"


def test_customers_get_no_anchor_nor_does_a_channel_that_is_to_have_none(live: CommandLine, server: Server) -> None:
    outside = TOML.replace("ops", "customers").replace("internal", "external")
    both = TOML.replace("ops", "both").replace('"internal"', '"management", "external"')
    configured(live, TOML + "anchor = false\n" + outside + both)
    for audience in ("external", "management"):
        live("say", audience, f"we are on it, {audience}", "--channel", "both", "--send")
    live("say", "external", "it takes longer", "--channel", "customers", "--send")
    live("send", "M1", "--yes", "--channel", "ops")

    posted = [request.json["text"] for request in server.requests]
    assert len(posted) == 4
    assert [text for text in posted if "Record" in text] == []
    assert {"record" in body for body in live.bodies("delivery.queued")} == {False}


def test_an_anchor_that_was_asked_for_stands_once(live: CommandLine, server: Server) -> None:
    live("say", "internal", "release 4812 is out", "--anchor", "--send")

    assert server.last.json["text"].count("Record: ") == 1
    assert len(anchors_in(server.last.json["text"])) == 1


@pytest.mark.parametrize(("audience", "anchors"), [("internal", 1), ("external", 0)])
def test_a_document_has_its_anchor_once_and_for_customers_none(
    live: CommandLine, server: Server, audience: str, anchors: int
) -> None:
    configured(live, TOML.replace("internal", audience))
    live("say", audience, "--template", f"status-{audience}", "--send")

    assert len(server.requests) == 1
    assert server.last.json["text"].count("Record: ") == anchors


@pytest.mark.parametrize("change", [("title", "Data of ACME has leaked"), ("status", "identified")])
def test_what_others_change_after_the_look_does_not_go_out_unseen(
    live: CommandLine, server: Server, change: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    def meanwhile(*_: object) -> None:
        live.ok(*change)

    with monkeypatch.context() as patched:
        patched.setattr(sending, "ask", meanwhile)
        patched.setattr(Desk, "at_keyboard", True)
        answer = live("send", "M1")
    assert (answer.code, server.requests) == (1, [])
    assert "it says something else by now: others have changed it; look at it once more" in answer.err

    again = live("send", "M1", "--yes")
    assert (again.code, len(server.requests)) == (0, 1)
    assert change[0] != "title" or "ACME" in again.err


def test_what_others_do_elsewhere_holds_up_nothing(
    live: CommandLine, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    def meanwhile(*_: object) -> None:
        live.ok("log", "the pool is full")
        live.ok("say", "internal", "another one")

    monkeypatch.setattr(sending, "ask", meanwhile)
    monkeypatch.setattr(Desk, "at_keyboard", True)
    assert live("send", "M1").code == 0
    assert len(server.requests) == 1


def test_one_that_is_configured_wrongly_is_told_and_holds_up_no_other(live: CommandLine, server: Server) -> None:
    configured(live, WRONG + TOML)
    answer = live("send", "M1", "--yes")

    assert (answer.code, len(server.requests)) == (0, 1)
    assert "nothing goes to page" in answer.err
    assert "secret-itself" not in answer.err + answer.out
    named = live("send", "M1", "--yes", "--channel", "page")
    assert named.code != 0
    assert "channels.page" in named.err
    assert len(server.requests) == 1


def test_what_nobody_knows_is_for_a_person(live: CommandLine, server: Server) -> None:
    server.answers = [CUT]
    unclear = live("send", "M1", "--yes")
    assert unclear.code == 1
    assert "nobody knows" in unclear.err + unclear.out
    assert "nobody knows" in live("outbox").out

    assert live("outbox", "retry", "Q1").code == 0
    assert len(server.requests) == 2
    assert "everything has arrived" in live.ok("outbox")


def test_what_the_screen_sends_is_not_waited_for(
    live: CommandLine, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While another process sends, it is only watched: nothing leaves twice."""
    monkeypatch.setattr("incident_tui.cli.sending.PATIENCE_SECONDS", 0.3)
    with contextlib.ExitStack() as stack:
        stack.enter_context(held(next(live.home.rglob("*.db")).with_name("outbox.lock"), 0))
        answer = live("send", "M1", "--yes")
        assert (answer.code, server.requests) == (0, [])
        assert "waits" in answer.err
    assert live("outbox", "retry").code == 0
    assert len(server.requests) == 1


def test_a_limit_is_told_with_what_waits(live: CommandLine, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("incident_tui.cli.sending.PATIENCE_SECONDS", 0.5)
    server.answer = Answer(429, "slow down", {"retry-after": "60"})
    answer = live("send", "M1", "--yes")

    assert answer.code == 0
    assert "what waits goes out with the next" in answer.err
    assert len(server.requests) == 1


def test_what_people_outside_read_takes_no_internal_words(live: CommandLine, server: Server) -> None:
    configured(live, TOML.replace('audiences = ["internal"]', 'audiences = ["external"]'))
    answer = live("send", "M1", "--yes", "--channel", "ops")

    assert answer.code == 1
    assert "ops is for external, takes nothing that is internal" in answer.err
    assert server.requests == []


def test_what_was_sent_elsewhere_goes_out_from_there(
    live: CommandLine, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("incident_tui.cli.sending.PATIENCE_SECONDS", 0.3)
    server.answer = Answer(503)
    live("send", "M1", "--yes")
    asked = len(server.requests)
    journal = live.ok("export")
    database = next(live.home.rglob("*.db"))
    for file in [*database.parent.glob("*.db*"), *database.parent.glob("device*")]:
        file.unlink()
    live.ok("import", "-", stdin=journal.encode())
    monkeypatch.setattr("incident_tui.cli.sending.PATIENCE_SECONDS", 600)  # nothing is waited for

    everything, one = live("outbox", "retry"), live("outbox", "retry", "Q1")
    assert (everything.code, one.code) == (1, 1)
    assert "1 sent on another device" in everything.err
    assert "Q1 was sent on another device" in one.err
    assert len(server.requests) == asked


def test_who_may_not_send_it_is_not_asked(live: CommandLine, server: Server) -> None:
    configured(live, 'person = "jonas"\n' + TOML.replace('audiences = ["internal"]', 'audiences = ["external"]'))
    live.ok("say", "external", "some payments fail")
    answer = live("send", "M2", "--channel", "ops,ops")

    assert answer.code == 1
    assert "may not approve an external message; ask the incident commander (dana)" in answer.err
    assert (answer.out, server.requests) == ("", [])


@pytest.mark.parametrize("how", [("--sent", "chat"), ("--send", "--channel", "ops", "--yes")])
def test_what_may_not_leave_is_not_drafted_either(live: CommandLine, server: Server, how: tuple[str, ...]) -> None:
    configured(live, 'person = "jonas"\n' + TOML.replace('audiences = ["internal"]', 'audiences = ["external"]'))
    answer = live("say", "external", "some payments fail", *how)

    assert answer.code == 1
    assert "may not approve an external message; ask the incident commander (dana)" in answer.err
    assert [body["audience"] for body in live.bodies("message.drafted")] == ["internal"]
    assert server.requests == []


def test_a_long_message_is_shown_in_short(live: CommandLine) -> None:
    live.ok("say", "internal", "x" * 5000)

    assert max(map(len, live.ok("show").splitlines())) < 300
