"""`listen`: who may speak, how much, what is answered; and the process that does it."""

from __future__ import annotations

import asyncio
import base64
import json
import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any
from unittest import mock

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from incident_tui.cli.receiver import SIZE, Guard, Receiver
from incident_tui.intake import Taken
from incident_tui.session import NotSaved
from incident_tui.sources.inbound import Inbound
from tests.cli.conftest import CommandLine
from tests.cli.test_hostile import PAYLOAD, leaks

NOW = datetime(2026, 11, 21, 14, 2, tzinfo=UTC)
ALERT = json.dumps({"title": "Disk full", "severity": "critical", "id": "d1"})
TOKEN = "tok-5f2c9a77e1b04d"


class Desk:
    """A receiver with what it took and said."""

    def __init__(self, guard: Guard | None = None, outcome: Taken | Exception | None = None) -> None:
        self.taken: list[Inbound] = []
        self.said: list[str] = []
        self.outcome = outcome or Taken("added", "told")
        self.receiver = Receiver(self.take, guard or Guard(), self.said.append, lambda: NOW)

    def take(self, told: Inbound) -> Taken:
        self.taken.append(told)
        if isinstance(self.outcome, Exception):
            raise self.outcome
        return self.outcome

    async def post(
        self, content: bytes | str = ALERT, headers: Mapping[str, str] | None = None, method: str = "POST"
    ) -> httpx.Response:
        transport = httpx.ASGITransport(app=self.receiver)
        async with httpx.AsyncClient(transport=transport, base_url="http://here") as client:
            return await client.request(method, "/hook", content=content, headers=headers)


async def test_an_alert_is_taken_before_it_is_answered() -> None:
    desk = Desk()

    answer = await desk.post()

    assert (answer.status_code, answer.json()) == (200, {"answer": "told"})
    assert [alert.title for told in desk.taken for alert in told.alerts] == ["Disk full"]
    assert desk.said == ["told"]


async def test_an_alert_that_belongs_nowhere_is_accepted_all_the_same() -> None:
    assert (await Desk(outcome=Taken("nowhere", "nothing is recorded")).post()).status_code == 202


async def test_what_could_not_be_recorded_is_to_come_again() -> None:
    desk = Desk(outcome=NotSaved("the disk is full"))

    answer = await desk.post()

    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert "the disk is full" in desk.said[0]


async def test_a_fault_of_ours_tells_nobody_anything() -> None:
    desk = Desk(outcome=KeyError(TOKEN))

    answer = await desk.post()

    assert (answer.status_code, answer.json()) == (500, {"answer": "it failed"})
    assert desk.said == ["a message could not be taken: KeyError"]


@pytest.mark.parametrize(
    ("content", "status"),
    [
        ("", 400),
        ("{", 400),
        ("[" * 100_000, 400),
        ("7", 400),
        ('{"a": 1}', 400),
        ('{"alerts": []}', 400),
        ("\udcff".encode("utf-8", "surrogateescape"), 400),
        (b" " * (SIZE + 1), 413),
        ('{"event": {"event_type": "pagey.ping", "data": {}}}', 202),
    ],
)
async def test_junk(content: str | bytes, status: int) -> None:
    desk = Desk()

    assert (await desk.post(content)).status_code == status
    assert desk.taken == []
    assert len(desk.said) == 1


async def test_a_long_body_of_unknown_length_is_not_read_to_its_end() -> None:
    read: list[int] = []

    async def receive() -> dict[str, Any]:
        read.append(1)
        return {"type": "http.request", "body": b" " * 65536, "more_body": True}

    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    await Desk().receiver({"type": "http", "method": "POST", "headers": []}, receive, send)

    assert sent[0]["status"] == 413
    assert len(read) == SIZE // 65536 + 1


@pytest.mark.parametrize(
    ("headers", "method", "status"),
    [
        ({"origin": "https://evil.example"}, "POST", 403),
        ({"content-encoding": "gzip"}, "POST", 415),
        ({}, "PUT", 405),
        ({}, "GET", 200),
    ],
)
async def test_what_is_no_message_of_monitoring(headers: dict[str, str], method: str, status: int) -> None:
    desk = Desk()

    assert (await desk.post(ALERT, headers, method)).status_code == status
    assert desk.taken == []


async def test_a_form() -> None:
    desk = Desk()
    form = "monitorID=7&monitorFriendlyName=shop&alertType=1"

    await desk.post(form, {"content-type": "application/x-www-form-urlencoded; charset=utf-8"})

    assert desk.taken[0].alerts[0].title == "shop is down"

    await desk.post(ALERT, {"content-type": "application/x-www-form-urlencoded"})

    assert desk.taken[1].alerts[0].title == "Disk full"


@pytest.mark.parametrize(
    ("header", "status"),
    [
        (f"Bearer {TOKEN}", 200),
        (f"bearer  {TOKEN}", 200),
        ("Basic " + base64.b64encode(f"alertmanager:{TOKEN}".encode()).decode(), 200),
        ("Bearer tok", 401),
        (f"Basic {TOKEN}", 401),
        ("Basic é", 401),
        ("", 401),
    ],
)
async def test_a_token(header: str, status: int) -> None:
    desk = Desk(Guard(TOKEN))

    answer = await desk.post(ALERT, httpx.Headers([(b"authorization", header.encode("latin-1"))] if header else []))

    assert answer.status_code == status
    assert TOKEN not in answer.text + "".join(desk.said) + repr(Guard(TOKEN))


async def test_a_signature_stands_for_a_token() -> None:
    import hashlib
    import hmac

    signature = hmac.new(b"shared secret", ALERT.encode(), hashlib.sha256).hexdigest()
    for guard in (Guard(secrets=("shared secret",)), Guard(TOKEN, ("another", "shared secret"))):
        desk = Desk(guard)
        assert (await desk.post(ALERT, {"x-pagerduty-signature": f"v1={signature}"})).status_code == 200
        assert (await desk.post(ALERT + " ", {"x-pagerduty-signature": f"v1={signature}"})).status_code == 401
        assert (await desk.post()).status_code == 401


@given(
    st.binary(max_size=60) | st.sampled_from([b'{"title": "x"}', b'{"alerts": [{"labels": {"a": "b"}}]}']),
    st.dictionaries(
        st.sampled_from(["content-type", "content-length", "authorization", "x-pagerduty-signature", "origin"]),
        st.text(st.characters(max_codepoint=255), max_size=30),
        max_size=3,
    ),
    st.sampled_from(["POST", "PUT", "HEAD", "OPTIONS"]),
)
def test_whatever_comes_is_answered(body: bytes, headers: dict[str, str], method: str) -> None:
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body}

    async def send(message: Any) -> None:
        sent.append(message)

    raw = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
    for guard in (Guard(), Guard(TOKEN), Guard(secrets=("shared secret",))):
        sent.clear()
        asyncio.run(Desk(guard).receiver({"type": "http", "method": method, "headers": raw}, receive, send))
        assert sent[0]["status"] < 500
        assert json.loads(sent[1]["body"] or b"{}") is not None


def test_others_than_this_machine_need_a_token(cli: CommandLine) -> None:
    answer = cli("listen", "--host", "0.0.0.0", "--port", "0")

    assert (answer.code, answer.err) == (
        2,
        "error: everybody who reaches 0.0.0.0 could declare incidents; "
        "add --token env:NAME, or --secret env:NAME for senders that sign\n",
    )


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["--declare", "worst"], "--declare: no severity “worst”"),
        (["--token", TOKEN], "command line: --token: is to be a reference, not the secret itself"),
        (["--port", "70000"], "--port is a number from 0 to 65535"),
        (["--protocol", "nosuch"], "nosuch"),
    ],
)
def test_wrong_words(cli: CommandLine, words: list[str], reason: str) -> None:
    answer = cli("listen", *words)

    assert answer.code != 0
    assert reason in answer.err
    assert TOKEN not in answer.err


def test_without_its_server_it_says_what_to_install(cli: CommandLine) -> None:
    with mock.patch.dict(sys.modules, {"uvicorn": None}):
        answer = cli("listen", "--port", "0")

    assert answer.err == ("error: listen needs uvicorn, which is not installed; pip install 'incident-tui[listen]'\n")


@contextmanager
def listening(cli: CommandLine, *words: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """The process and its address."""
    command = [str(word) for word in cli.command("listen", "--port", "0", *words)]
    environ = cli.environ({"LISTEN_TOKEN": TOKEN})
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environ) as process:
        try:
            assert process.stdout is not None
            first = process.stdout.readline()
            found = re.search(r"http://127\.0\.0\.1:\d+", first)
            assert found, first or process.communicate()[1]
            yield found[0], process
        finally:
            if process.poll() is None:
                process.kill()


def test_what_is_answered_for_outlives_the_process(cli: CommandLine) -> None:
    with listening(cli, "--declare", "SEV1") as (address, process):
        assert httpx.post(address, content=ALERT, timeout=60).status_code == 200
        process.kill()
        process.wait()

    assert cli.json("show")["title"] == "Disk full"
    assert cli.ok("verify")


def test_the_process_declares_once_and_ends_in_good_order(cli: CommandLine) -> None:
    with listening(cli, "--declare", "SEV1", "--token", "env:LISTEN_TOKEN") as (address, process):
        bearer = {"authorization": f"Bearer {TOKEN}"}
        answers = [httpx.post(address, content=ALERT, headers=sent, timeout=60) for sent in (bearer, bearer, {})]
        second = cli("listen", "--port", "0")
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=300)

    assert [answer.status_code for answer in answers] == [200, 200, 401]
    assert "another process listens already for this database" in second.err
    assert (process.returncode, err) == (0, "")
    assert [re.sub(r"^[\d: -]{20}|INC-\S+", "", line).strip() for line in out.splitlines()] == [
        "Alert: Disk full: declared",
        "Alert: Disk full: known already",
        "refused with 401: the token or the signature is missing or wrong",
        "ended",
    ]
    shown = cli.json("show")
    assert (shown["title"], shown["severity"]) == ("Disk full", 1)
    assert [body["alert"] != "" for body in cli.bodies("entry.logged")] == [True]


def test_what_monitoring_writes_acts_on_no_terminal(cli: CommandLine) -> None:
    alert = json.dumps({"title": PAYLOAD, "severity": "critical", "id": PAYLOAD, "source": PAYLOAD, "text": PAYLOAD})
    with listening(cli, "--declare", "SEV1") as (address, process):
        assert httpx.post(address, content=alert, timeout=60).status_code == 200
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=300)

    assert "declared" in out
    assert leaks(out, err, cli.ok("show"), cli.ok("list")) == []
