"""A real HTTP server of the test's own: keeps every request, gives the answers it is told, cuts connections."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit


@dataclass(frozen=True)
class Request:
    """`headers` have names in lower case; `query` holds the first value of each name."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def path(self) -> str:
        return urlsplit(self.target).path

    @property
    def query(self) -> dict[str, str]:
        return {name: values[0] for name, values in parse_qs(urlsplit(self.target).query).items()}

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Answer:
    """`body` is sent as JSON unless it is text or bytes. With `cut` the connection ends instead of the answer."""

    status: int = 200
    body: object = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    cut: bool = False

    @property
    def content(self) -> bytes:
        if isinstance(self.body, bytes):
            return self.body
        return self.body.encode() if isinstance(self.body, str) else json.dumps(self.body).encode()


CUT = Answer(cut=True)
"""The request is read whole, and nothing is answered."""


@dataclass
class Server:
    """`answers` are given one after the other, then `answer`; or `respond` decides by the request."""

    url: str
    requests: list[Request] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    answer: Answer = field(default_factory=Answer)
    respond: Callable[[Request], Answer] | None = None

    @property
    def last(self) -> Request:
        return self.requests[-1]

    def take(self, request: Request) -> Answer:
        self.requests.append(request)
        if self.respond is not None:
            return self.respond(request)
        return self.answers.pop(0) if self.answers else self.answer


@contextmanager
def serving() -> Iterator[Server]:
    """A server at http://127.0.0.1 on a free port, until the end of the block."""
    http = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler, bind_and_activate=True)
    http.daemon_threads = True
    server = Server(f"http://127.0.0.1:{http.server_address[1]}")
    http.RequestHandlerClass = _handler(server)
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        http.shutdown()
        http.server_close()
        thread.join()


def _handler(server: Server) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _do(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            answer = server.take(Request(self.command, self.path, headers, body))
            self.close_connection = True
            if answer.cut:
                return
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(answer.content)))
            self.send_header("connection", "close")
            self.end_headers()
            self.wfile.write(answer.content)

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _do

        def log_message(self, format: str, *args: object) -> None:
            """Nothing: the requests are kept."""

    return Handler
