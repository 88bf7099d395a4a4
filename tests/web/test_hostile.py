"""Servers that are broken, slow or bad: each is one clear line, within its limit, and tells no secret."""

import gzip
import itertools
import socket
import struct
import threading
import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from incident_tui.web import Ask, Reply, Trouble, ask, exchange
from incident_tui.web.unpacking import Body
from tests.web.scripts import PATIENT, QUICK, answer, drip, says, trouble


@pytest.fixture
def over() -> Iterator[threading.Event]:
    event = threading.Event()
    yield event
    event.set()


def test_a_body_that_drips_is_cut_at_the_end_of_the_time(serving: Any, over: threading.Event) -> None:
    server = serving(drip(b"HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n", over))

    found = trouble(server.url, QUICK)

    assert (found.reason, found.left, found.status) == ("127.0.0.1: no answer within 1.5 s", True, 200)


def test_a_head_that_drips_is_cut_at_the_end_of_the_time(serving: Any, over: threading.Event) -> None:
    server = serving(drip(b"HTTP/1.1 200 OK\r\nx: ", over))

    found = trouble(server.url, QUICK)

    assert (found.reason, found.left, found.status) == ("127.0.0.1: no answer within 1.5 s", True, 0)


def test_interim_answers_without_end_are_cut_at_the_end_of_the_time(serving: Any, over: threading.Event) -> None:
    server = serving(drip(b"", over, b"HTTP/1.1 103 Early Hints\r\n\r\n"))

    assert trouble(server.url, QUICK).reason == "127.0.0.1: no answer within 1.5 s"


def test_a_server_that_says_nothing_is_given_up(serving: Any, over: threading.Event) -> None:
    server = serving(lambda _connection, _request: over.wait(60) and None)

    found = trouble(server.url, QUICK)

    assert (found.reason, found.left, found.passing) == ("127.0.0.1: no answer within 1.5 s", True, True)


def test_a_refusal_whose_words_do_not_come_is_a_refusal(serving: Any, over: threading.Event) -> None:
    server = serving(drip(b"HTTP/1.1 403 Forbidden\r\ncontent-length: 1000000\r\n\r\n", over))

    found = trouble(server.url, QUICK)

    assert (found.left, found.status, found.passing) == (False, 403, False)


def test_a_gigabyte_is_cut_at_the_limit(serving: Any) -> None:
    sent = itertools.count()

    def flood(connection: socket.socket, _request: bytes) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 1000000000\r\n\r\n")
        for _ in range(1_000):
            connection.sendall(bytes(1_000_000))
            next(sent)

    found = trouble(serving(flood).url)

    assert found.reason == "127.0.0.1: the answer is over 20,000 bytes"
    assert next(sent) < 100


def test_ten_thousand_headers_are_refused(serving: Any) -> None:
    head = b"HTTP/1.1 200 OK\r\n" + b"".join(b"x-%d: 1\r\n" % number for number in range(10_000)) + b"\r\n"

    assert trouble(serving(says(head)).url).reason == "127.0.0.1: the head of the answer is too long"


@pytest.mark.parametrize("headers", [[f"x-{number}: 1" for number in range(101)], [f"x: {'y' * 70_000}"]])
def test_too_many_and_too_long_headers_are_refused(serving: Any, headers: list[str]) -> None:
    found = trouble(serving(says(answer(b"", *headers))).url)

    assert found.reason == "127.0.0.1: the head of the answer is too long"


def test_a_bomb_is_cut_at_the_limit(serving: Any) -> None:
    bomb = gzip.compress(bytes(20_000_000))
    server = serving(says(answer(bomb, "content-encoding: gzip")))

    assert trouble(server.url).reason == "127.0.0.1: the answer is over 20,000 bytes"


@pytest.mark.parametrize(
    ("pack", "name"), [(gzip.compress, "gzip"), (gzip.compress, "x-gzip"), (zlib.compress, "deflate")]
)
def test_what_is_packed_without_being_asked_for_is_unpacked(
    serving: Any, pack: Callable[[bytes], bytes], name: str
) -> None:
    server = serving(says(answer(pack(b'{"a": 1}'), f"content-encoding: {name}")))

    reply = ask(Ask("GET", server.url, plain=True))

    assert reply.json() == {"a": 1}
    assert b"accept-encoding: identity\r\n" in server.asked[0].lower()


@pytest.mark.parametrize(
    ("body", "packing", "reason"),
    [
        (b"x", "br", "the answer is packed in a way that was not asked for"),
        (b"not gzip", "gzip", "the answer cannot be unpacked"),
        (gzip.compress(b"x" * 100, mtime=0)[:-9], "gzip", "the answer broke off"),
    ],
)
def test_what_cannot_be_unpacked_is_named(serving: Any, body: bytes, packing: str, reason: str) -> None:
    server = serving(says(answer(body, f"content-encoding: {packing}")))

    assert trouble(server.url).reason == f"127.0.0.1: {reason}"


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf", "the answer broke off"),
        (b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhel", "the answer broke off"),
        (b"HTTP/1.1 200 OK\r\nx: ", "the connection was closed without an answer"),
        (b"", "the connection was closed without an answer"),
        (b"SSH-2.0-OpenSSH_9.2\r\n\r\n", "the answer is no proper HTTP"),
        (b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\n", "the answer is no proper HTTP"),
    ],
)
def test_what_breaks_off_is_not_known_to_have_failed(serving: Any, raw: bytes, reason: str) -> None:
    found = trouble(serving(says(raw)).url)

    assert found.reason.startswith(f"127.0.0.1: {reason}")
    assert found.left


def test_a_reset_is_named(serving: Any) -> None:
    def reset(connection: socket.socket, _request: bytes) -> None:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    found = trouble(serving(reset).url)

    assert found.reason == "127.0.0.1: the connection broke off: the other side broke the connection off"
    assert found.left


def test_nobody_there_has_certainly_got_nothing() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    begun: list[int] = []

    found = trouble(f"http://127.0.0.1:{port}", begin=lambda: begun.append(1))

    assert (found.reason, found.left) == ("127.0.0.1: no connection: nothing listens there", False)
    assert begun == []


def test_a_name_server_that_is_silent_holds_up_neither_the_deadline_nor_the_exit(
    monkeypatch: pytest.MonkeyPatch, over: threading.Event
) -> None:
    def silent(*_place: object, **_hints: object) -> list[object]:
        over.wait(60)
        raise socket.gaierror(socket.EAI_AGAIN, "late")

    monkeypatch.setattr(socket, "getaddrinfo", silent)

    found = trouble("http://slow.example", replace(QUICK, connect=0.2))

    assert (found.reason, found.left) == ("slow.example: no connection within 0.2 s", False)
    assert all(thread.daemon for thread in threading.enumerate() if thread.name == "name")


def test_a_name_that_is_not_known_is_said_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_place: object, **_hints: object) -> list[object]:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)

    assert trouble("http://nowhere.example").reason == (
        "nowhere.example: no connection: its name is not known, or no name server answers"
    )


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"<html>Bad gateway</html>", "the answer is no JSON: <html>Bad gateway</html>"),
        ('{"a": "größer"}'.encode("latin-1"), 'the answer is no JSON: {"a": "gr\ufffd\ufffder"}'),
        (b"[" * 19_000, f"the answer is no JSON: {'[' * 200}"),
        (b"\x1b]0;owned\x07", "the answer is no JSON: ^[]0;owned^G"),
        (b"", "the answer is empty"),
    ],
)
def test_what_is_no_json_is_said_with_its_beginning(serving: Any, body: bytes, words: str) -> None:
    server = serving(says(answer(body, "content-type: application/json; charset=no-such")))
    reply = ask(Ask("GET", server.url, plain=True))

    with pytest.raises(Trouble) as caught:
        reply.json()

    assert caught.value.reason == words
    assert caught.value.__context__ is None


def test_a_beginning_that_is_slow_to_be_recorded_takes_nothing_from_the_time(
    serving: Any, over: threading.Event
) -> None:
    server = serving(says(answer(b"ok")))

    def begin() -> None:
        over.wait(1.6)

    assert ask(Ask("POST", server.url, plain=True, limits=QUICK, begin=begin)).text == "ok"


def test_limits_hold_for_the_answer_alone(serving: Any) -> None:
    server = serving(says(answer(b"x" * 20_000)))

    reply = ask(Ask("GET", server.url, plain=True, limits=PATIENT))

    assert isinstance(reply, Reply)
    assert len(reply.content) == 20_000
    assert replace(reply, content=b"secret") != reply
    assert "xxx" not in repr(reply)


def test_the_test_notices_an_answer_that_is_read_to_its_end(serving: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exchange, "Body", lambda packing, _limit: Body(packing, 1 << 40))

    with pytest.raises(pytest.fail.Exception):
        test_a_bomb_is_cut_at_the_limit(serving)
