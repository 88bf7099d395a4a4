"""What the doctor says of channels and sources; nothing leaves the machine without --send-test."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from incident_tui.channels.mattermost import Mattermost
from incident_tui.channels.statuspage import Statuspage
from incident_tui.cli import outside
from tests.channels.server import CUT, Answer, Request, Server, serving
from tests.cli.conftest import Answer as Said
from tests.cli.conftest import CommandLine

TOKEN = "a-very-secret-hook-token"


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as server:
        yield server


def configured(cli: CommandLine, toml: str) -> CommandLine:
    (cli.home / "config").mkdir(parents=True, exist_ok=True)
    (cli.home / "config" / "config.toml").write_text(toml)
    return cli


def kept(cli: CommandLine, secret: str, name: str = "secret") -> str:
    cli.home.mkdir(parents=True, exist_ok=True)
    path = cli.home / name
    path.write_text(secret)
    path.chmod(0o600)
    return f"file:{path}"


def hook(cli: CommandLine, server: Server, name: str = "ops", more: str = "") -> str:
    secret = kept(cli, f"{server.url}/hooks/{TOKEN}", f"{name}.secret")
    return f'[channels.{name}]\nkind = "mattermost"\nurl = "{secret}"\nplain = true\n{more}\n'


def checks(said: Said) -> dict[str, dict[str, Any]]:
    document = json.loads(said.out)
    found = {check["what"]: check for check in document["checks"]}
    assert document["ok"] is (said.code == 0)
    return found


def test_nothing_leaves_without_the_flag(cli: CommandLine, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    mark = cli.home / "ran"
    keys = f'kind = "healthchecks"\nkey = "command:touch {mark}"\nurl = "{server.url}"\nplain = true\n'
    more = 'audiences = ["internal", "management"]\nseverities = [1, 2]'
    configured(cli, hook(cli, server, more=more) + f"[sources.cron]\n{keys}")
    for name in ("connect", "connect_ex", "sendto"):
        monkeypatch.setattr(f"socket.socket.{name}", mock.Mock(side_effect=AssertionError("something leaves")))

    found = checks(cli("doctor", "--json"))

    assert found["channel ops"] == {
        "level": "ok",
        "what": "channel ops",
        "found": f"mattermost, to internal, management at SEV1, SEV2; {cli.home / 'ops.secret'} holds one; "
        "not asked without --send-test",
        "cure": "",
    }
    assert found["source cron"]["found"] == "healthchecks; a command gives its secret; not asked without --send-test"
    assert server.requests == []
    assert not mark.exists()


def test_one_marked_message_goes_to_each_channel_after_a_look_at_it(cli: CommandLine, server: Server) -> None:
    configured(cli, hook(cli, server, "ops") + hook(cli, server, "dev"))

    said = cli("doctor", "--send-test")

    texts = [request.json["text"] for request in server.requests]
    assert said.code == 0
    assert len(texts) == 2
    assert all("TEST" in text and "This is a test of incident-tui. Nothing has happened" in text for text in texts)
    assert said.err.startswith("to ops, Mattermost “ops”: new post\n")
    assert "to dev, Mattermost “dev”: new post\n" in said.err
    assert all(line in said.err for line in texts[0].split("\n"))
    assert said.out.count("the test message has arrived") == 2
    assert TOKEN not in said.out + said.err


def test_only_those_that_are_named_are_tried(cli: CommandLine, server: Server) -> None:
    configured(cli, hook(cli, server, "ops") + hook(cli, server, "dev"))

    found = checks(cli("doctor", "--send-test", "dev", "--json"))

    assert [name for name in found if name.startswith("channel")] == ["channel dev"]
    assert len(server.requests) == 1


def test_a_name_that_is_not_configured_sends_nothing(cli: CommandLine, server: Server) -> None:
    configured(cli, hook(cli, server))

    said = cli("doctor", "--send-test", "opps")

    assert (said.code, said.out) == (2, "")
    assert said.err == "error: no channel or source 'opps'; configured are: ops\n"
    assert server.requests == []


def test_a_person_who_says_no_sends_nothing(cli: CommandLine, server: Server) -> None:
    configured(cli, hook(cli, server))

    with mock.patch("incident_tui.cli.desk.Desk.at_keyboard", True):
        said = cli("doctor", "--send-test", stdin=b"\n")
        assert (said.code, server.requests) == (1, [])
        assert "error: nothing is sent" in said.err
        assert cli("doctor", "--send-test", stdin=b"y\n").code == 0
        assert cli("doctor", "--send-test", "--yes").code == 0

    assert len(server.requests) == 2


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (Answer(404, {"message": f"no hook {TOKEN}"}), "the test message did not arrive: 127.0.0.1: 404"),
        (Answer(302, headers={"location": "file:///etc/passwd"}), "the test message did not arrive: 127.0.0.1: 302"),
        (CUT, "the test message may have arrived: 127.0.0.1: the connection was closed without an answer"),
    ],
)
def test_what_does_not_work_is_said_without_the_secret(
    cli: CommandLine, server: Server, answer: Answer, words: str
) -> None:
    configured(cli, hook(cli, server))
    server.answer = answer

    said = cli("doctor", "--send-test", "--json")

    check = checks(said)["channel ops"]
    assert (said.code, check["level"]) == (1, "bad")
    assert check["found"].startswith(words)
    assert check["cure"]
    assert TOKEN not in said.out + said.err


@pytest.mark.parametrize("flag", [[], ["--send-test"]])
@pytest.mark.parametrize(
    ("toml", "words"),
    [
        ('kind = "matermost"', 'channels.ops.kind: "matermost" is not one of'),
        (f'kind = "mattermost"\nurl = "https://x.example/{TOKEN}"', "channels.ops.url: is to be a reference"),
        ('kind = "mattermost"\nurl = "env:NO_SUCH_HOOK"', "channels.ops.url: the environment variable NO_SUCH_HOOK"),
        ('kind = "mattermost"\nurl = "command:/no/such/program x"', "channels.ops.url: the command "),
        ('kind = "mattermost"\nurl = "env:HOME"\naudiences = ["all"]', "channels.ops.audiences: "),
        ('kind = "mattermost"\nurl = "env:HOME"\nanchor = "no"', "channels.ops.anchor: "),
    ],
)
def test_a_channel_that_is_configured_wrongly_is_bad_and_nothing_is_sent(
    cli: CommandLine, server: Server, toml: str, words: str, flag: list[str]
) -> None:
    configured(cli, f"[channels.ops]\n{toml}\n" + hook(cli, server, "dev"))

    said = cli("doctor", "--json", *flag)

    check = checks(said)["channel ops"]
    assert (said.code, check["level"]) == (1, "bad")
    assert check["found"].startswith(f"config.toml: {words}")
    assert checks(said)["channel dev"]["level"] == "ok"
    assert len(server.requests) == len(flag)
    assert TOKEN not in said.out + said.err


def test_a_file_that_others_may_read_is_named_with_its_cure(cli: CommandLine, server: Server) -> None:
    configured(cli, hook(cli, server))
    os.chmod(cli.home / "ops.secret", 0o644)

    check = checks(cli("doctor", "--json"))["channel ops"]

    assert check["found"].endswith(f"others may read {cli.home / 'ops.secret'} (0644); chmod 600 it")


def test_sources_are_asked_too(cli: CommandLine, server: Server) -> None:
    secret = kept(cli, TOKEN)
    configured(cli, f'[sources.cron]\nkind = "healthchecks"\nkey = "{secret}"\nurl = "{server.url}"\nplain = true\n')
    server.answer = Answer(401, {"error": "wrong api key"})

    said = cli("doctor", "--send-test", "--json")

    check = checks(said)["source cron"]
    assert (said.code, check["level"]) == (1, "bad")
    assert "renew the secret" in check["cure"]
    assert [request.method for request in server.requests] == ["GET"]
    assert TOKEN not in said.out + said.err


def test_a_public_page_gets_no_test(cli: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = kept(cli, TOKEN)
    configured(cli, f'[channels.page]\nkind = "statuspage"\npage = "abcdefghijkl"\ntoken = "{secret}"\n')
    monkeypatch.setattr(Statuspage, "check", lambda _self: "the page answers")
    monkeypatch.setattr(Statuspage, "send", mock.Mock(side_effect=AssertionError("it would be public")))

    said = cli("doctor", "--send-test", "--json")

    assert checks(said)["channel page"]["found"] == "the page answers; no test is sent, as everybody would read it"
    assert said.err == ""


def test_one_that_stumbles_or_takes_too_long_holds_up_no_other(
    cli: CommandLine, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    configured(cli, "".join(hook(cli, server, name) for name in ("slow", "odd", "good")))
    over = threading.Event()

    def check(channel: Mattermost) -> str:
        if channel.name == "odd":
            raise RuntimeError(TOKEN)
        if channel.name == "slow":
            over.wait(60)
        return "there"

    monkeypatch.setattr(Mattermost, "check", check)
    monkeypatch.setattr(outside, "SECONDS", 3)

    said = cli("doctor", "--send-test", "--json")
    over.set()

    found = checks(said)
    assert found["channel slow"]["found"] == "no answer within 3 s"
    assert found["channel odd"]["found"] == "stumbled over an answer (RuntimeError)"
    assert found["channel good"]["level"] == "ok"
    assert TOKEN not in said.out + said.err


def test_all_are_asked_at_once(cli: CommandLine, server: Server) -> None:
    configured(cli, hook(cli, server, "ops") + hook(cli, server, "dev"))
    both = threading.Barrier(2, timeout=60)

    def respond(_request: Request) -> Answer:
        both.wait()
        return Answer()

    server.respond = respond

    assert cli("doctor", "--send-test").code == 0
    assert not both.broken


def test_without_channels_and_sources_the_flag_asks_nothing(cli: CommandLine, tmp_path: Path) -> None:
    said = cli("doctor", "--send-test", "--json")

    assert (said.code, said.err) == (0, "")
    assert not [name for name in checks(said) if name.startswith(("channel", "source"))]
    assert list(tmp_path.iterdir()) == [cli.home]


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
def test_a_secret_that_a_service_repeats_is_kept_nowhere(cli: CommandLine, server: Server, umask: int) -> None:
    server.answer = Answer(400, {"message": f"{server.url}/hooks/{TOKEN} is not known, nor is {TOKEN}"})
    before = os.umask(umask)
    try:
        configured(cli, hook(cli, server))
        cli.ok("declare", "Checkout fails", "--commander", "dana")
        said = [
            cli("log", f"they gave me {server.url}/hooks/{TOKEN}, and POST /hooks/{TOKEN} says 404"),
            cli("say", "internal", "we are on it", "--channel", "ops", "--send", "--force"),
            cli("outbox"),
            cli("doctor", "--send-test"),
            cli("report"),
            cli("export"),
            cli("show", "--json"),
        ]
    finally:
        os.umask(before)

    assert len(server.requests) == 2
    assert "did not arrive: 127.0.0.1: 400" in said[1].out
    assert all(TOKEN not in answer.out + answer.err for answer in said)
    files = [path for path in (cli.home / "data").rglob("*") if path.is_file()]
    assert files
    assert [path.name for path in files if TOKEN.encode() in path.read_bytes()] == []
    assert [path.name for path in (cli.home / "data").rglob("*") if path.stat().st_mode & 0o077] == []


def test_a_line_is_logged_without_anything_that_talks_to_the_world(cli: CommandLine, server: Server) -> None:
    configured(cli, hook(cli, server, more='audiences = ["internal"]'))
    cli.ok("declare", "Checkout fails")
    code = (
        "import sys; from incident_tui.__main__ import main; main(['log', 'it is slow']); "
        "print([name for name in sys.modules if name.startswith(('httpx', 'keyring', 'asyncio', 'incident_tui.web',"
        " 'incident_tui.channels', 'incident_tui.sources'))])"
    )

    done = subprocess.run(
        [sys.executable, "-c", code], env=cli.environ(), capture_output=True, text=True, check=False, timeout=300
    )

    assert (done.stdout.splitlines()[-1], done.stderr) == ("[]", "")


def test_health_checks_are_looked_at_like_sources(cli: CommandLine) -> None:
    config = cli.home / "config" / "config.toml"
    config.parent.mkdir(parents=True)
    config.write_text('[health.api]\nurl = "http://127.0.0.1:1/"\n')

    assert "source health         health; not asked without --send-test" in cli("doctor").out

    config.write_text('[health.api]\nevery = "1s"\n')

    assert "health checks         config.toml: health.api.url" in cli("doctor").out


def test_a_damaged_database_is_one_bad_line_among_the_others(live: CommandLine) -> None:
    (database,) = (live.home / "data").glob("*.db")
    live.ok("backup", str(live.home / "copy.db"))  # all that is in the log comes into the file with it
    data = bytearray((live.home / "copy.db").read_bytes())
    data[40_000:44_000] = b"\xff" * 4_000
    for file in database.parent.glob(f"{database.name}*"):
        file.unlink()
    database.write_bytes(data)
    answer = live("doctor", "--json")

    levels = {check["what"]: check["level"] for check in json.loads(answer.out)["checks"]}
    assert (answer.code, answer.err) == (1, "")
    assert levels["chain"] == "bad"
    assert {levels[what] for what in ("configuration", "free space", "terminal")} == {"ok"}


def test_a_theme_and_keys_that_the_screen_does_not_have_are_named(cli: CommandLine) -> None:
    configured(cli, 'theme = "nrod"\n[keys]\nstep.toggel = "x"\n"app.palette" = "f2"\nqqq = "f3"\n')

    said = cli("doctor", "--json")

    found = [(check["level"], check["found"], check["cure"]) for check in json.loads(said.out)["checks"]]
    assert [check for check in found if "config.toml: " in check[1]] == [
        ("warn", "config.toml: theme: there is no theme “nrod”", "did you mean nord?"),
        ("warn", "config.toml: keys: nothing is called “step.toggel”", "did you mean step.toggle?"),
        ("warn", "config.toml: keys: nothing is called “qqq”", "the ids are in incident_tui/ui/screens"),
    ]
    assert said.code == 0


def test_a_theme_and_keys_that_the_screen_has_are_well(cli: CommandLine) -> None:
    configured(cli, 'theme = "war-room"\n[keys]\nstep.toggle = "x"\napp.palette = "f8"\nreport.export = "f9"\n')

    assert checks(cli("doctor", "--json"))["screen"]["level"] == "ok"


def test_the_screen_is_loaded_only_to_ask_it(cli: CommandLine) -> None:
    code = "import sys; from incident_tui.__main__ import main; main(['doctor']); print('textual' in sys.modules)"
    loaded = []
    for toml in ("", 'theme = "nord"'):
        configured(cli, toml)
        done = subprocess.run(
            [sys.executable, "-c", code], env=cli.environ(), capture_output=True, text=True, check=False, timeout=300
        )
        loaded.append(done.stdout.splitlines()[-1])

    assert loaded == ["False", "True"]
