"""What bad servers do with a connection, and what is then to be said of it."""

import socket
import threading
from collections.abc import Callable
from typing import Any

import pytest

from incident_tui.web import Ask, Limits, Trouble, ask

QUICK = Limits(connect=60, seconds=1.5, size=20_000)
PATIENT = Limits(connect=60, seconds=60, size=20_000)
TOKEN = "xoxb-7Q/secret+token=very"

Script = Callable[[socket.socket, bytes], None]


def says(*pieces: bytes) -> Script:
    def script(connection: socket.socket, _request: bytes) -> None:
        for piece in pieces:
            connection.sendall(piece)

    return script


def answer(body: bytes, *headers: str, status: str = "200 OK") -> bytes:
    lines = [f"HTTP/1.1 {status}", *headers, f"content-length: {len(body)}", "", ""]
    return "\r\n".join(lines).encode() + body


def trouble(url: str, limits: Limits = PATIENT, **more: Any) -> Trouble:
    with pytest.raises(Trouble) as caught:
        ask(Ask("POST", url, body={"text": "x"}, plain=True, limits=limits, **more))
    assert "\n" not in caught.value.reason
    assert caught.value.__context__ is None, "what the library held is not hung on to"
    return caught.value


def drip(first: bytes, server_over: threading.Event, piece: bytes = b"x") -> Script:
    def script(connection: socket.socket, _request: bytes) -> None:
        connection.sendall(first)
        while not server_over.wait(0.05):
            connection.sendall(piece)

    return script
