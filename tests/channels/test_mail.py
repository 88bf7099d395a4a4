"""E-mail against a real SMTP server of the test's own."""

from __future__ import annotations

import asyncio
import re
import shutil
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from incident_tui.channels.channel import Preview
from incident_tui.channels.mail import Email, facts, subject
from incident_tui.channels.outcome import Delivered, Failed, Unknown
from incident_tui.config.table import ConfigError, Table
from incident_tui.domain.text import clean
from incident_tui.web import Trouble
from tests.channels.letters import letter

PASSWORD = "correct horse"


class Postman:
    """Keeps what arrives; `refusals` are answers to an address, `answer` the one to the message."""

    def __init__(self) -> None:
        self.got: list[tuple[list[str], EmailMessage]] = []
        self.refusals: dict[str, str] = {}
        self.answer = "250 taken"
        self.drop = False
        self.logins: list[tuple[bytes, bytes]] = []
        self.secure: list[bool] = []

    async def handle_RCPT(
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if address in self.refusals:
            return self.refusals[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        assert isinstance(envelope.content, bytes)
        message = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.got.append((envelope.rcpt_tos, message))
        self.secure.append(session.ssl is not None)
        if self.drop and server.transport is not None:
            server.transport.close()
        return self.answer

    def authenticate(self, _server: SMTP, _session: Session, _envelope: Envelope, _way: str, data: Any) -> AuthResult:
        self.logins.append((data.login, data.password))
        return AuthResult(success=data.password == PASSWORD.encode(), handled=False)


@contextmanager
def post_office(postman: Postman, tls: ssl.SSLContext | None = None, wrapped: bool = False) -> Iterator[int]:
    """A server on a free port of this machine."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()

    def smtp() -> SMTP:
        starttls = None if wrapped else tls
        return SMTP(
            postman, tls_context=starttls, authenticator=postman.authenticate, auth_require_tls=not wrapped, loop=loop
        )

    async def open_() -> asyncio.Server:
        return await loop.create_server(smtp, "127.0.0.1", 0, ssl=tls if wrapped else None)

    async def close(server: asyncio.Server) -> None:
        server.close()
        await server.wait_closed()
        others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    server = asyncio.run_coroutine_threadsafe(open_(), loop).result(60)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        asyncio.run_coroutine_threadsafe(close(server), loop).result(60)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(60)
        loop.close()


@pytest.fixture
def postman() -> Postman:
    return Postman()


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with a key and a certificate for 127.0.0.1 that nobody has signed."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    folder = tmp_path_factory.mktemp("certificate")
    key, cert = folder / "key.pem", folder / "cert.pem"
    subject_ = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    made = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    subprocess.run([*made, "-keyout", key, "-out", cert, "-days", "2", *subject_], check=True, capture_output=True)
    return folder


def server_side(folder: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    return context


def email(port: int = 25, **values: object) -> Email:
    table = {"host": "127.0.0.1", "port": port, "security": "none", "plain": True, "from": "status@example.com"}
    return Email.configured("ops", Table("config.toml", "channels.ops", {**table, "to": ["a@x.example"], **values}))


def read(message: EmailMessage) -> str:
    """The text as a person reads it."""
    return str(message.get_content()).replace("\r\n", "\n")


def nothing() -> None:
    """A beginning that nobody records."""


def refuse() -> None:
    raise AssertionError("it began")


def test_a_message_arrives_as_it_was_previewed(postman: Postman) -> None:
    given = letter(severity=1, mark="🔥", text="Zürich: p95 < 3 s\n.\n..dots\nFrom here")
    begun: list[int] = []

    with post_office(postman) as port:
        channel = email(port, to=["a@x.example", "b@y.example"])
        outcome = channel.send(given, lambda: begun.append(len(postman.got)))

    recipients, message = postman.got[0]
    shown = channel.preview(given)
    assert outcome == Delivered("<0199a5c0-0000-7000-8000-000000000001@example.com>")
    assert begun == [0]
    assert recipients == ["a@x.example", "b@y.example"]
    assert shown.parts == (("subject", message["Subject"]), ("text", read(message)))
    assert message["Subject"] == "[SEV1] INC-20261121-K7Q Checkout fails"
    assert "🔥 Zürich: p95 < 3 s\n.\n..dots\nFrom here\n" in read(message)
    assert (message["X-Priority"], message["Importance"]) == ("1", "high")
    assert message["Auto-Submitted"] == "auto-generated"
    assert shown.act == "mails 2 addresses"


def test_updates_answer_the_opening(postman: Postman) -> None:
    with post_office(postman) as port:
        channel = email(port)
        opened = channel.send(letter(), nothing)
        assert isinstance(opened, Delivered)
        again = letter("update", key="k2", card=opened.receipt, latest="<k1@y>")
        channel.send(again, nothing)

    first, second = (message for _, message in postman.got)
    assert "In-Reply-To" not in first
    assert second["In-Reply-To"] == first["Message-ID"]
    assert second["References"] == f"{first['Message-ID']} <k1@y>"
    assert second["Message-ID"] == "<k2@example.com>"


def test_those_outside_read_no_severity_and_no_names() -> None:
    given = letter(audience="external", severity=1, status="closed", commander="dana")

    read = subject(given) + facts(given)

    assert subject(given) == "Checkout fails (resolved) [INC-20261121-K7Q]"
    assert not any(word in read for word in ("SEV", "dana", "mara", "critical", "payments", "closed"))
    assert email().message(given)["X-Priority"] is None


def test_hidden_recipients_do_not_see_each_other(postman: Postman) -> None:
    with post_office(postman) as port:
        email(port, to=["a@x.example", "b@y.example"], hidden=True).send(letter(), nothing)

    recipients, message = postman.got[0]
    assert recipients == ["a@x.example", "b@y.example"]
    assert "example" not in message["To"]


@pytest.mark.parametrize(("answer", "retryable"), [("451 greylisted, come back", True), ("550 no such user", False)])
def test_an_address_that_is_refused_fails_before_it_begins(postman: Postman, answer: str, retryable: bool) -> None:
    postman.refusals = {"a@x.example": answer}

    with post_office(postman) as port:
        outcome = email(port).send(letter(), refuse)

    assert isinstance(outcome, Failed)
    assert outcome.retryable is retryable
    assert f"a@x.example {answer}" in outcome.reason


def test_what_only_some_get_says_so(postman: Postman) -> None:
    postman.refusals = {"b@y.example": "550 no such user"}

    with post_office(postman) as port:
        outcome = email(port, to=["a@x.example", "b@y.example", "c@z.example"]).send(letter(), nothing)

    assert isinstance(outcome, Delivered)
    assert outcome.note == "delivered to 2 of 3; refused: b@y.example (550 no such user)"
    assert postman.got[0][0] == ["a@x.example", "c@z.example"]


@pytest.mark.parametrize(("answer", "retryable"), [("452 disk is full", True), ("554 looks like spam", False)])
def test_a_message_that_is_not_taken_has_failed(postman: Postman, answer: str, retryable: bool) -> None:
    postman.answer = answer

    with post_office(postman) as port:
        outcome = email(port).send(letter(), nothing)

    assert outcome == Failed(f"127.0.0.1: {answer}", retryable)


def test_a_connection_lost_after_the_message_leaves_it_unknown(postman: Postman) -> None:
    postman.drop = True

    with post_office(postman) as port:
        outcome = email(port).send(letter(), nothing)

    assert isinstance(outcome, Unknown)
    assert "after the message had left" in outcome.reason


def test_what_the_beginning_raises_comes_through_and_nothing_arrives(postman: Postman) -> None:
    with post_office(postman) as port, pytest.raises(AssertionError, match="it began"):
        email(port).send(letter(), refuse)

    assert postman.got == []


def test_no_server_is_tried_again() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, and nobody listens
        outcome = email(taken.getsockname()[1]).send(letter(), refuse)

    assert isinstance(outcome, Failed)
    assert outcome.retryable


def test_a_server_that_never_ends_its_answer_is_left() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        channel = email(listener.getsockname()[1])
        answered = threading.Event()

        def dribble() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.sendall(b"220 hello\r\n")
                connection.recv(1000)
                while not answered.wait(0.02):
                    connection.sendall(b"250-and\r\n")

        thread = threading.Thread(target=dribble)
        thread.start()
        quick = replace(channel, server=replace(channel.server, seconds=1.5))
        outcome = quick.send(letter(), refuse)
        answered.set()
        thread.join()

    assert outcome == Failed("127.0.0.1: no end within 1.5 s", retryable=True)


def test_a_password_goes_over_starttls_only(
    postman: Postman, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAIL_PASSWORD", PASSWORD)
    login = {"security": "starttls", "username": "ops", "password": "env:MAIL_PASSWORD"}

    with post_office(postman, server_side(certificate)) as port:
        channel = email(port, **login, ca=str(certificate / "cert.pem"))
        outcome = channel.send(letter(), nothing)
        checked = channel.check()

    assert isinstance(outcome, Delivered)
    assert postman.secure == [True]
    assert postman.logins == [(b"ops", PASSWORD.encode())] * 2
    assert checked == "127.0.0.1 answers, and takes the password"


def test_tls_from_the_first_byte(postman: Postman, certificate: Path) -> None:
    with post_office(postman, server_side(certificate), wrapped=True) as port:
        outcome = email(port, security="tls", ca=str(certificate / "cert.pem")).send(letter(), nothing)

    assert isinstance(outcome, Delivered)


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_certificate_that_nobody_trusts_ends_it(postman: Postman, certificate: Path, security: str) -> None:
    with post_office(postman, server_side(certificate), wrapped=security == "tls") as port:
        outcome = email(port, security=security).send(letter(), refuse)

    assert isinstance(outcome, Failed)
    assert not outcome.retryable
    assert "certificate is not trusted" in outcome.reason


def test_a_server_without_starttls_gets_nothing(postman: Postman, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAIL_PASSWORD", PASSWORD)

    with post_office(postman) as port:
        outcome = email(port, security="starttls", username="ops", password="env:MAIL_PASSWORD").send(letter(), refuse)

    assert outcome == Failed("127.0.0.1: it offers no STARTTLS; nothing was sent")
    assert postman.logins == []


def test_a_wrong_password_is_said_without_it(
    postman: Postman, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAIL_PASSWORD", "wrong-and-secret")
    login = {"security": "starttls", "username": "ops", "password": "env:MAIL_PASSWORD"}

    with post_office(postman, server_side(certificate)) as port:
        channel = email(port, **login, ca=str(certificate / "cert.pem"))
        outcome = channel.send(letter(), refuse)
        with pytest.raises(Trouble, match=r"^127\.0\.0\.1: it answers 535$"):
            channel.check()

    assert isinstance(outcome, Failed)
    assert not outcome.retryable
    assert "535" in outcome.reason
    assert "wrong-and-secret" not in repr(outcome)


@pytest.mark.parametrize("form", ["card", "item"])
def test_what_mail_cannot_do_is_said(form: str) -> None:
    outcome = email().send(letter(form), refuse)

    assert isinstance(outcome, Failed)
    assert email().preview(letter(form)) == Preview(email().preview(letter()).where, outcome.reason, ())


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"security": "none", "plain": False}, "only for a server on this machine"),
        ({"security": "none", "host": "smtp.example.com"}, "only for a server on this machine"),
        ({"username": "ops", "password": "env:X"}, "never sent in the clear"),
        ({"security": "starttls", "username": "ops"}, "belong together"),
        ({"security": "starttls", "username": "ops", "password": "hunter2"}, "reference"),
        ({"to": ["a@x.example\r\nBcc: b@y.example"]}, "channels.ops.to"),
        ({"to": []}, "1 to 50"),
        ({"to": ["nobody"]}, "e-mail addresses"),
        ({"from": "Me <a@x>"}, "one e-mail address"),
        ({"security": "ssl"}, "one of starttls, tls, none"),
        ({"host": ""}, "mail server"),
        ({"hots": "x"}, "did you mean host?"),
    ],
)
def test_the_configuration_is_exact(values: dict[str, object], words: str) -> None:
    with pytest.raises(ConfigError, match=re.escape(words)) as caught:
        email(25, **values)

    assert "hunter2" not in str(caught.value)


@given(st.text().map(clean), st.text().map(clean), st.sampled_from(["internal", "external"]), st.sampled_from([1, 3]))
def test_no_text_makes_a_header_or_loses_a_line(title: str, text: str, audience: str, severity: int) -> None:
    given_ = letter(title=title, text=text, audience=audience, severity=severity)

    content = email().message(given_).as_bytes()
    message = message_from_bytes(content, policy=policy.default)

    assert isinstance(message, EmailMessage)
    assert max(len(line) for line in content.split(b"\r\n")) < 998
    assert set(message.keys()) <= {
        *("From", "To", "Subject", "Date", "Message-ID", "X-Priority", "Importance", "Priority"),
        *("Auto-Submitted", "X-Auto-Response-Suppress", "Content-Type", "Content-Transfer-Encoding", "MIME-Version"),
    }
    assert read(message) == dict(email().preview(given_).parts)["text"]
    assert not message.defects
