"""A service on a network that fails in every way, down to the bytes of the connection."""

from __future__ import annotations

import contextlib
import json
import random
import socket
import struct
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

WAYS = ("answer",) * 10 + ("busy", "limit", "cut", "reset at once", "reset later", "half", "drip", "slow", "refuse")
RESET = struct.pack("ii", 1, 0)


@dataclass
class Shaky:
    """`taken` counts the texts that the service has taken in, whatever became of the answer; `seen` the ways."""

    port: int
    chance: random.Random
    ways: tuple[str, ...] = WAYS
    taken: Counter[str] = field(default_factory=Counter)
    seen: Counter[str] = field(default_factory=Counter)
    stop: threading.Event = field(default_factory=threading.Event)
    refusing: threading.Event = field(default_factory=threading.Event)
    deck: list[str] = field(default_factory=list)
    turn: threading.Lock = field(default_factory=threading.Lock)

    def way(self) -> str:
        """The next way to fail, or not to; each comes before one comes again."""
        with self.turn:
            if not self.deck:
                self.deck = self.chance.sample(self.ways, len(self.ways))
            way = self.deck.pop()
            self.seen[way] += 1
            return way

    def serve(self) -> None:
        """Listen until the end; for a moment nobody does, whenever one is refused."""
        while not self.stop.is_set():
            with contextlib.closing(socket.socket()) as listening:
                listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                listening.bind(("127.0.0.1", self.port))
                listening.listen(64)
                listening.settimeout(0.05)
                while not self.stop.is_set() and not self.refusing.is_set():
                    with contextlib.suppress(TimeoutError):
                        connection, _ = listening.accept()
                        threading.Thread(target=self._answer, args=(connection,), daemon=True).start()
            self.refusing.clear()
            self.stop.wait(0.2)

    def _answer(self, connection: socket.socket) -> None:
        way = self.way()
        with contextlib.closing(connection), contextlib.suppress(OSError):
            connection.settimeout(15)
            if way == "reset at once":
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
                return
            if way == "refuse":
                self.refusing.set()
                return
            text = _text_of(connection)
            if way in ("busy", "limit"):
                status = "503 Busy" if way == "busy" else "429 Slow Down"
                connection.sendall(f"HTTP/1.1 {status}\r\nretry-after: 1\r\ncontent-length: 0\r\n\r\n".encode())
                return
            self.taken[text] += 1
            self._say(connection, way)

    def _say(self, connection: socket.socket, way: str) -> None:
        answer = b"HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: 2\r\n\r\nok"
        match way:
            case "cut":
                return
            case "reset later":
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
                return
            case "half":
                connection.sendall(answer[:20])
                return
            case "drip":
                for byte in answer:
                    connection.sendall(bytes([byte]))
                    time.sleep(0.5)
            case "slow":
                time.sleep(2)
                connection.sendall(answer)
            case _:
                connection.sendall(answer)


@contextlib.contextmanager
def shaky(seed: int, ways: tuple[str, ...] = WAYS) -> Iterator[Shaky]:
    """The service, until the end of the block."""
    with contextlib.closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    service = Shaky(port, random.Random(seed), ways)
    thread = threading.Thread(target=service.serve)
    thread.start()
    try:
        yield service
    finally:
        service.stop.set()
        thread.join()


def _text_of(connection: socket.socket) -> str:
    """The last line of the text of the message that was sent."""
    data = b""
    while b"\r\n\r\n" not in data:
        data += connection.recv(65_536) or b"\r\n\r\n"
    head, _, body = data.partition(b"\r\n\r\n")
    size = next((int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")), 0)
    while len(body) < size:
        piece = connection.recv(65_536)
        if not piece:
            raise OSError("the request broke off")
        body += piece
    return str(json.loads(body)["text"]).rpartition("\n")[2]
