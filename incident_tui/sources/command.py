"""A command of the system: run it, hand on its output as it comes, and say how it ended."""

from __future__ import annotations

import contextlib
import os
import selectors
import shlex
import signal
import socket
import subprocess
import threading
import time
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

CHUNK = 64 * 1024
LOOK_SECONDS = 0.1
# What the command started may hold its output open for ever; its own last words take no longer than this.
LAST_WORDS_SECONDS = 0.5
GRACE_SECONDS = 2.0
TIMED_OUT = 124
NOT_EXECUTABLE = 126
NOT_FOUND = 127


class CannotRun(Exception):
    """The command could not be started; `exit_code` is what a shell would answer."""

    def __init__(self, reason: str, exit_code: int) -> None:
        super().__init__(reason)
        self.exit_code = exit_code


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended; `exit_code` is 128 + n after signal n and 124 after its time was up."""

    exit_code: int
    duration: timedelta
    timed_out: bool = False


class Command:
    """A command as a context: `output()` gives its standard output and errors in order, then `ended` is known.

    `words` is a program with its arguments, or a text for the shell. With `apart` it runs in a process group of its
    own without the terminal, so that it can be ended with all that it started; otherwise it shares the terminal and
    its Ctrl-C. A `limit` asks for `apart`.
    """

    def __init__(
        self,
        words: str | Sequence[str],
        *,
        folder: Path | None = None,
        limit: timedelta | None = None,
        apart: bool = False,
    ) -> None:
        self.words = ["/bin/sh", "-c", words] if isinstance(words, str) else list(words)
        self.line = words if isinstance(words, str) else shlex.join(words)
        self.folder = folder or Path.cwd()
        self.host = socket.gethostname()
        self.limit = limit
        self.apart = apart or limit is not None
        self.ended: Ended | None = None
        self._lock = threading.RLock()  # who sends may be a handler of signals that has interrupted who starts
        self._runs = False
        self._early: list[int] = []
        self._timed_out = False
        self._kill_at: float | None = None

    def __enter__(self) -> Self:
        """Start it. Raises CannotRun."""
        self._started = time.monotonic()
        try:
            self._process = subprocess.Popen(
                self.words,
                cwd=self.folder,
                stdin=subprocess.DEVNULL if self.apart and _is_terminal(0) else None,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                bufsize=0,
                process_group=0 if self.apart else None,
            )
        except (OSError, ValueError) as error:
            missing = isinstance(error, FileNotFoundError)
            what = error.strerror if isinstance(error, OSError) else str(error)
            raise CannotRun(f"{self.words[0]}: {what}", NOT_FOUND if missing else NOT_EXECUTABLE) from error
        with self._lock:
            self._runs = True
        for number in self._early:
            self.send(number)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End it if it still runs, because nobody listens any more."""
        if self._process.poll() is None:
            self.send(signal.SIGKILL)
            self._process.wait()
        if self._process.stdout:
            self._process.stdout.close()

    def send(self, number: int) -> None:
        """Send a signal to the command, and with `apart` to all that it started; before it runs, as soon as it does."""
        with self._lock:
            if not self._runs:
                self._early.append(number)
                return
        with contextlib.suppress(ProcessLookupError):
            if self.apart:
                os.killpg(self._process.pid, number)
            else:
                self._process.send_signal(number)

    def output(self) -> Iterator[bytes]:
        """The output in pieces as they come, until the command has ended."""
        yield from self._pieces()
        while self._process.poll() is None:
            self._look_at_the_time()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(LOOK_SECONDS)
        self.ended = self._outcome()

    def _pieces(self) -> Iterator[bytes]:
        stream = self._process.stdout
        assert stream is not None
        os.set_blocking(stream.fileno(), False)
        over_at: float | None = None
        with selectors.DefaultSelector() as selector:
            selector.register(stream, selectors.EVENT_READ)
            while True:
                ready = selector.select(LOOK_SECONDS)
                piece = stream.read(CHUNK) if ready else None
                if piece == b"":
                    return
                if piece:
                    yield piece
                self._look_at_the_time()
                if self._process.poll() is None:
                    continue
                over_at = over_at or time.monotonic() + LAST_WORDS_SECONDS
                if not piece or time.monotonic() >= over_at:
                    return

    def _look_at_the_time(self) -> None:
        if self.limit is None or self._process.poll() is not None:
            return
        now = time.monotonic()
        if self._kill_at is not None and now >= self._kill_at:
            self.send(signal.SIGKILL)
        elif self._kill_at is None and now - self._started >= self.limit.total_seconds():
            self._timed_out = True
            self._kill_at = now + GRACE_SECONDS
            self.send(signal.SIGTERM)
            self.send(signal.SIGCONT)

    def _outcome(self) -> Ended:
        if self._timed_out:
            # What the command started must not outlive the limit either.
            self.send(signal.SIGKILL)
        code = self._process.returncode
        duration = timedelta(seconds=time.monotonic() - self._started)
        if self._timed_out:
            return Ended(TIMED_OUT, duration, timed_out=True)
        return Ended(code if code >= 0 else 128 - code, duration)


@dataclass(slots=True)
class Excerpt:
    """The first and the last `lines` lines of an output, each part at most `size` bytes, gathered as it comes."""

    lines: int = 200
    size: int = 32 * 1024
    total: int = field(default=0, init=False)
    _head: bytearray = field(default_factory=bytearray, init=False)
    _head_lines: int = field(default=0, init=False)
    _tail: deque[bytes] = field(default_factory=deque, init=False)
    _tail_size: int = field(default=0, init=False)
    _dropped: int = field(default=0, init=False)
    _dropped_bytes: int = field(default=0, init=False)

    def add(self, data: bytes) -> None:
        self.total += len(data)
        for piece in data.splitlines(keepends=True) if b"\n" in data else [data] if data else []:
            self._add_piece(piece)

    @property
    def cut(self) -> bool:
        return self._dropped_bytes > 0

    def text(self, whole: str) -> str:
        """The excerpt; where lines are left out, a mark says how many, and that `whole` names the whole output."""
        head, tail = bytes(self._head), b"".join(self._tail)
        if not self.cut:
            return (head + tail).decode(errors="replace")
        lines = f"{self._dropped:,} lines" if self._dropped else f"{self._dropped_bytes:,} bytes"
        mark = f"… {lines} left out, whole output: {whole} …"
        first, last = (part.decode(errors="replace").strip("\n") for part in (head, tail))
        return f"{first}\n{mark}\n{last}\n"

    def _add_piece(self, piece: bytes) -> None:
        if not self._tail and self._head_lines < self.lines and len(self._head) + len(piece) <= self.size:
            self._head += piece
            self._head_lines += piece.endswith(b"\n")
            return
        if self._tail and not self._tail[-1].endswith(b"\n"):
            self._tail_size -= len(self._tail[-1])
            piece = self._tail.pop() + piece
        # A line longer than the whole part keeps its end.
        self._drop(piece[: -self.size])
        self._tail.append(piece[-self.size :])
        self._tail_size += len(self._tail[-1])
        while len(self._tail) > self.lines or self._tail_size > self.size:
            oldest = self._tail.popleft()
            self._tail_size -= len(oldest)
            self._drop(oldest)

    def _drop(self, piece: bytes) -> None:
        self._dropped += piece.endswith(b"\n")
        self._dropped_bytes += len(piece)


def _is_terminal(descriptor: int) -> bool:
    try:
        return os.isatty(descriptor)
    except OSError:
        return False
