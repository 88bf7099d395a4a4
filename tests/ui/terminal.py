"""The real command in a real terminal: what it writes, byte by byte, and the screen that comes of it."""

from __future__ import annotations

import fcntl
import os
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType

import pyte

HOUSE = Path(__file__).parents[2]
DEADLINE = 120.0
WITH_TERMINAL = (
    "import fcntl, os, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0);os.execvp(sys.argv[1], sys.argv[1:])"
)
RESTORED = (b"\x1b[?1049l", b"\x1b[?1000l", b"\x1b[?1003l", b"\x1b[?1006l", b"\x1b[?2004l", b"\x1b[?25h")


class _Picture(pyte.Screen):
    """What pyte does not know, modern programs may still send."""

    def set_margins(self, top: int | None = None, bottom: int | None = None, **_more: object) -> None:
        super().set_margins(top, bottom)

    def report_device_status(self, *_args: object, **_more: object) -> None:
        """Nobody waits for an answer."""


class Terminal:
    """Runs `incident-tui` with some `words`, or a `program` in Python, in a terminal of `size` columns and lines.

    What comes `before` it runs it, such as `strace`.
    """

    def __init__(
        self,
        home: Path,
        *words: str,
        size: tuple[int, int] = (120, 36),
        env: Mapping[str, str] | None = None,
        program: str = "",
        before: Sequence[str] = (),
    ) -> None:
        self.output = b""
        self.picture = _Picture(*size)
        self._parser = pyte.ByteStream(self.picture)
        self._master, slave = os.openpty()
        self._set_size(size)
        environment = {**environ(home), "TERM": "xterm-256color", "COLORTERM": "truecolor", **(env or {})}
        code = ["-c", program] if program else ["-m", "incident_tui", *words]
        self.process = subprocess.Popen(
            [sys.executable, "-c", WITH_TERMINAL, *before, sys.executable, *code],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env=environment,
            start_new_session=True,
        )
        os.close(slave)

    def __enter__(self) -> Terminal:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self.hang_up()

    @property
    def text(self) -> str:
        """What is on the screen."""
        return "\n".join(self.picture.display)

    @property
    def line(self) -> int:
        """The line to the program, of which the modes can be read."""
        return self._master

    def type(self, keys: str | bytes) -> None:
        """Press the keys; reads what is written meanwhile, as a terminal does."""
        data = keys.encode() if isinstance(keys, str) else keys
        while data:
            readable, writable, _ = select.select([self._master], [self._master], [], DEADLINE)
            assert readable or writable, "the program does not read"
            if writable:
                data = data[os.write(self._master, data[:1024]) :]
            if readable and not self._take():
                return

    def until(self, reached: Callable[[Terminal], bool], what: str = "", seconds: float = DEADLINE) -> None:
        """Read until `reached`; fails after a time that is longer than anything that is allowed to take time."""
        end = time.monotonic() + seconds
        while not reached(self):
            left = end - time.monotonic()
            assert left > 0, f"no {what or 'change'} on the screen:\n{self.text}"
            if select.select([self._master], [], [], min(left, 0.05))[0] and not self._take():
                assert reached(self), f"the program ended without {what}:\n{self.text}"
                return

    def trickle(self, seconds: float, baud: int = 9_600) -> None:
        """Read for so long what a serial line can carry: ten bits are a byte."""
        end, each = time.monotonic() + seconds, 0.1
        while (left := end - time.monotonic()) > 0:
            if select.select([self._master], [], [], left)[0] and not self._take(int(baud / 10 * each)):
                return
            time.sleep(each)  # the pace of the line

    def shows(self, text: str, seconds: float = DEADLINE) -> None:
        """Read until the text is on the screen."""
        self.until(lambda terminal: text in terminal.text, repr(text), seconds)

    def resize(self, columns: int, lines: int) -> None:
        """Another size, as when a window is dragged."""
        self._set_size((columns, lines))
        self.picture.resize(lines, columns)
        self.process.send_signal(signal.SIGWINCH)

    def ended(self) -> int:
        """Read to the end; the exit code, negative when a signal has ended the program."""
        end = time.monotonic() + DEADLINE
        while self.process.poll() is None:
            assert time.monotonic() < end, f"the program does not end:\n{self.text}"
            if select.select([self._master], [], [], 0.05)[0]:
                self._take()
        while select.select([self._master], [], [], 0)[0] and self._take():
            pass
        return self.process.returncode

    def hang_up(self) -> None:
        """Close the terminal, as when a connection drops."""
        if self._master >= 0:
            os.close(self._master)
            self._master = -1

    def _take(self, most: int = 65_536) -> bool:
        try:
            data = os.read(self._master, most)
        except OSError:  # the other side is closed
            return False
        self.output += data
        self._parser.feed(data)
        return bool(data)

    def _set_size(self, size: tuple[int, int]) -> None:
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))


def environ(home: Path) -> dict[str, str]:
    here = {"INCIDENT_TUI_HOME": str(home), "PYTHONPATH": str(HOUSE), "USER": "dana", "TZ": "Europe/Berlin"}
    return {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", **here}


def run(home: Path, *words: str, stdin: str = "", env: Mapping[str, str] | None = None) -> str:
    """A verb on the command line, in another process; what it says."""
    done = subprocess.run(
        [sys.executable, "-m", "incident_tui", *words],
        input=stdin,
        capture_output=True,
        text=True,
        env={**environ(home), **(env or {})},
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
