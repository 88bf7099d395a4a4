"""What the benchmarks share: pairs measured in turn, a real terminal to run programs in, and lines of ratios."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median, quantiles
from types import TracebackType
from typing import NamedTuple

import pyte

HERE = Path(__file__).parent
PYTHON = sys.executable
COLUMNS, ROWS = 120, 40
FOOT = 5  # lines below the panes of the war room, among them those that are typed into
MINIMAL = (PYTHON, str(HERE / "_minimal.py"))
SMALL = (PYTHON, "-m", "benchmarks._floor")
IN_MINIMAL = "one line repainted in a minimal Textual app"
IN_SMALL = "one line repainted in a small Textual app with a log"
WAR_ROOM = (PYTHON, "-m", "incident_tui")
PATIENCE = 20.0
QUIET = 0.3
SHORT_QUIET = 0.06  # what an earlier key has still to paint has come by then


class Silent(Exception):
    """The program did not say in time what was waited for."""


def environment(home: Path) -> dict[str, str]:
    """The environment that every measured process gets; compiled modules are kept, as after an installation."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    given = {"INCIDENT_TUI_HOME": str(home), "PYTHONHASHSEED": "0", "USER": "bench", "HOME": str(home)}
    return kept | given | {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LC_ALL": "C.UTF-8"}


@contextmanager
def scratch() -> Iterator[Path]:
    """A folder that goes with everything in it."""
    with tempfile.TemporaryDirectory(prefix="incident-tui-bench-") as folder:
        yield Path(folder)


def seconds(act: Callable[[], object]) -> float:
    """How long `act` takes, in seconds."""
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def in_turn(rounds: int, *acts: Callable[[], float]) -> list[list[float]]:
    """What each act measures in each round; the rounds begin with another act each time."""
    found: list[list[float]] = [[] for _ in acts]
    for number in range(rounds):
        for place in range(len(acts)):
            at = (number + place) % len(acts)
            found[at].append(acts[at]())
    return found


def ratio(measured: Sequence[float], baseline: Sequence[float]) -> float:
    """The median of the ratios of neighbours."""
    return median(mine / other for mine, other in zip(measured, baseline, strict=True))


def say(figure: str, value: float, baseline: str, more: str = "") -> None:
    """One line of the result."""
    digits = 2 if value >= 0.1 else 4
    print(f"{figure:<44} {value:8.{digits}f} × {baseline}" + (f"   ({more})" if more else ""), flush=True)


def spread(measured: Sequence[float]) -> str:
    """The median and the 99th of 100, in milliseconds."""
    return f"median {median(measured) * 1000:.1f} ms, p99 {p99(measured) * 1000:.1f} ms"


def p99(measured: Sequence[float]) -> float:
    """What 99 of 100 do not exceed."""
    return quantiles(measured, n=100, method="inclusive")[98]


def process(command: Sequence[str], home: Path) -> float:
    """The seconds that a whole process takes; it must succeed."""
    given = environment(home)
    quiet = subprocess.DEVNULL
    return seconds(lambda: subprocess.run(command, env=given, stdin=quiet, stdout=quiet, stderr=quiet, check=True))


class Terminal:
    """A program in a pseudo-terminal of 120 by 40 cells, timed from the moment before it starts."""

    def __init__(self, command: Sequence[str], home: Path, rows: int = ROWS) -> None:
        given = environment(home)
        self.began = time.perf_counter()
        self._pid, self._descriptor = pty.fork()
        if self._pid == 0:
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", rows, COLUMNS, 0, 0))
            os.execve(command[0], list(command), given)
        self._screen = pyte.Screen(COLUMNS, rows)
        self._stream = pyte.ByteStream(self._screen)
        self._unseen: list[tuple[float, bytes]] = []

    def until(self, needle: bytes, since: float | None = None, patience: float = PATIENCE) -> float:
        """The seconds from `since`, or from the start, until `needle` is on the screen. Raises Silent."""
        seen = b""
        deadline = time.perf_counter() + patience
        while needle not in seen:
            piece = self._read(deadline - time.perf_counter())
            if not piece:
                raise Silent(f"{needle!r} did not come; the last was {seen[-300:]!r}")
            seen = seen[-len(needle) :] + piece
        return time.perf_counter() - (self.began if since is None else since)

    def look(self) -> list[str]:
        """The lines of the screen, as far as they have been read; of a line often only what differs is sent."""
        for _, piece in self._unseen:
            self._stream.feed(piece)
        self._unseen.clear()
        return list(self._screen.display)

    def shown(self, text: str, since: float, patience: float = PATIENCE, foot: int = FOOT) -> float:
        """The seconds from `since` until `text` was on the screen, above its last lines. Raises Silent.

        What comes is looked at only once nothing more comes, so that looking takes no time from reading.
        """
        deadline = time.perf_counter() + patience
        while self._read(deadline - time.perf_counter()):
            while self._read(SHORT_QUIET):
                pass
            pieces, self._unseen = self._unseen, []
            for number, (at, piece) in enumerate(pieces, start=1):
                self._stream.feed(piece)
                if any(text in line for line in self._screen.display[:-foot]):
                    self._unseen = pieces[number:]
                    return at - since
        raise Silent(f"{text!r} did not come")

    def settle(self) -> None:
        """Read until the program is quiet, but no longer than three seconds: clocks go on."""
        deadline = time.perf_counter() + 3
        while time.perf_counter() < deadline and self._read(QUIET):
            pass

    def press(self, keys: bytes) -> float:
        """Press keys; the moment when."""
        at = time.perf_counter()
        os.write(self._descriptor, keys)
        return at

    def painted(self, keys: bytes) -> float:
        """The seconds from a key to the first byte of what it changes on the screen. Raises Silent."""
        while self._read(SHORT_QUIET):
            pass
        at = self.press(keys)
        if not self._read(PATIENCE):
            raise Silent(f"nothing came after {keys!r}")
        return time.perf_counter() - at

    def drawn(self, act: Callable[[], float]) -> float:
        """The seconds from the moment that `act` answers to the last byte of what it changes. Raises Silent."""
        while self._read(SHORT_QUIET):
            pass
        at = act()
        if not self._read(PATIENCE):
            raise Silent("nothing changed")
        last = time.perf_counter()
        while self._read(SHORT_QUIET):
            last = time.perf_counter()
        return last - at

    def resize(self, columns: int, rows: int) -> float:
        """Give the terminal another size; the moment when."""
        at = time.perf_counter()
        fcntl.ioctl(self._descriptor, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        return at

    def memory(self) -> int:
        """Bytes of it that are in memory."""
        return int(Path(f"/proc/{self._pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")

    def processor(self) -> float:
        """Seconds of a core that its threads have used."""
        threads = Path(f"/proc/{self._pid}/task").glob("*/schedstat")
        return sum(int(thread.read_text().split()[0]) for thread in threads) / 1e9

    def fileno(self) -> int:
        """Its descriptor, to wait for what comes from it."""
        return self._descriptor

    def waiting(self) -> int:
        """How many bytes have come."""
        return len(self._read(0))

    def bytes_within(self, duration: float) -> int:
        """How many bytes the program writes to the terminal in `duration` seconds."""
        deadline = time.perf_counter() + duration
        written = 0
        while (left := deadline - time.perf_counter()) > 0:
            written += len(self._read(left))
        return written

    def ended(self, patience: float = PATIENCE) -> None:
        """Wait until the program has left by itself."""
        while self._read(patience):
            pass

    def _read(self, patience: float) -> bytes:
        """What has come, waiting for at most `patience` seconds; nothing at the end of the program."""
        if not select.select([self._descriptor], [], [], max(0.0, patience))[0]:
            return b""
        try:
            piece = os.read(self._descriptor, 1 << 16)
        except OSError:
            return b""
        self._unseen.append((time.perf_counter(), piece))
        return piece

    def __enter__(self) -> Terminal:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        os.kill(self._pid, signal.SIGKILL)
        os.waitpid(self._pid, 0)
        os.close(self._descriptor)


class Lived(NamedTuple):
    """What a program did in a while: the part of a core that it used, and the bytes that it wrote in a second."""

    core: float
    written: float


def alive(terminals: Sequence[Terminal], duration: float) -> list[Lived]:
    """What each program does in so many seconds, all at the same time."""
    before = [terminal.processor() for terminal in terminals]
    written = dict.fromkeys(terminals, 0)
    deadline = time.perf_counter() + duration
    while (left := deadline - time.perf_counter()) > 0:
        for terminal in select.select(terminals, [], [], left)[0]:
            written[terminal] += terminal.waiting()
    pairs = zip(terminals, before, strict=True)
    return [Lived((one.processor() - was) / duration, written[one] / duration) for one, was in pairs]
