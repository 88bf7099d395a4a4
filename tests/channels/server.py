"""A service for tests: a real HTTP server on this machine that answers as told and remembers what it was asked."""

from __future__ import annotations

import json
import socket
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit


@dataclass(frozen=True, slots=True)
class Answer:
    """What is answered. `body` that is no bytes or text goes as JSON.

    `cut` hangs up without an answer: "before" the request is read, or "after".
    """

    status: int = 200
    body: object = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    cut: str = ""

    @property
    def content(self) -> bytes:
        if isinstance(self.body, bytes):
            return self.body
        return (self.body if isinstance(self.body, str) else json.dumps(self.body)).encode()


@dataclass(frozen=True, slots=True)
class Request:
    """`headers` have their names in small letters; `query` holds the first value of each name."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


class Server:
    """Gives its `answers` one after the other, then `otherwise`. Use it as a context."""

    def __init__(self, *answers: Answer, otherwise: Answer | None = None) -> None:
        self.answers = deque(answers)
        self.otherwise = otherwise or Answer()
        self.requests: list[Request] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                outer.handle(self)

            do_GET = do_PATCH = do_PUT = do_DELETE = do_POST

            def log_message(self, format: str, *args: object) -> None:
                del format, args

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = Thread(target=self._http.serve_forever, args=(0.02,))

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._http.server_address[1]}"

    @property
    def last(self) -> Request:
        return self.requests[-1]

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()

    def handle(self, request: BaseHTTPRequestHandler) -> None:
        answer = self.answers.popleft() if self.answers else self.otherwise
        request.close_connection = True
        if answer.cut == "before":
            request.connection.shutdown(socket.SHUT_RDWR)
            return
        parts = urlsplit(request.path)
        self.requests.append(
            Request(
                request.command,
                parts.path,
                {name: values[0] for name, values in parse_qs(parts.query, keep_blank_values=True).items()},
                {name.lower(): value for name, value in request.headers.items()},
                request.rfile.read(int(request.headers.get("content-length", 0))),
            )
        )
        if answer.cut == "after":
            request.connection.shutdown(socket.SHUT_RDWR)
            return
        request.send_response(answer.status)
        for name, value in answer.headers.items():
            request.send_header(name, value)
        request.send_header("content-length", str(len(answer.content)))
        request.end_headers()
        request.wfile.write(answer.content)
