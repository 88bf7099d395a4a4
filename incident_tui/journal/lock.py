"""One writer at a time on this machine, by an advisory lock beside the database.

SQLite before 3.51.3 can corrupt a WAL database when two connections write and checkpoint at the same moment; writing
and checkpointing only under this lock keeps old libraries safe too.
"""

from __future__ import annotations

import contextlib
import fcntl
import functools
import os
import time
from _thread import allocate_lock  # what `threading` is made of, which no line of the log needs
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from incident_tui.journal.errors import JournalError

if TYPE_CHECKING:
    import signal
else:
    # What `signal` is made of. To make enumerations of it takes 1.5 % of all that a line of the log does.
    import _signal as signal

PATIENCE_SECONDS = 5.0
TURN_SECONDS = 0.5
"""So long the next in turn is waited for: one that was frozen while it waited must not stop all others."""
SHORTEST_PAUSE, LONGEST_PAUSE = 0.00005, 0.01
SIGNATURE_BYTES = 200
FLAGS = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
LOCKS = Path("/proc/locks")
STOP: tuple[int, ...] = (signal.SIGTSTP,)
CLOSED = -1

Stops = Iterable[int]


@contextlib.contextmanager
def in_one_go() -> Iterator[None]:
    """Who is told to stop here, as by control-Z, stops at the end of the block: see `put_off_stops`."""
    before = put_off_stops()
    try:
        yield
    finally:
        stop_again(before)


def put_off_stops() -> Stops:
    """Whoever tells this thread to stop waits until `stop_again`, so that others need not wait for what is held.

    That is all for one thread; of several, another takes the signal, and has to wait: see `finish_recording`.
    """
    return signal.pthread_sigmask(signal.SIG_BLOCK, STOP)


def stop_again(before: Stops) -> None:
    """Stop now, if somebody has told this thread to; `before` is what `put_off_stops` has answered."""
    signal.pthread_sigmask(signal.SIG_SETMASK, before)


class Lock:
    """A lock file, open as long as this is: each line that is recorded asks for the same one. One thread holds it.

    Who waits holds the turn meanwhile, a lock file beside it: who gives the lock back cannot overtake when it wants it
    again at once.
    """

    def __init__(self, path: Path, patience: float | None = None) -> None:
        self._path = path
        self._patience = PATIENCE_SECONDS if patience is None else patience
        self._descriptor = self._turn = CLOSED
        self._mine = allocate_lock()  # to the system, all threads that use what was opened once are one holder

    def take(self) -> None:
        """Hold it. Raises JournalError naming the holder when that takes over `patience` seconds."""
        if not self._mine.acquire(timeout=self._patience):
            raise _busy(self._descriptor)
        try:
            self._take()
        except BaseException:  # whatever stops us, others must not have to wait
            self.give_back()
            raise

    def give_back(self) -> None:
        """Let others have it."""
        if self._descriptor != CLOSED:
            fcntl.flock(self._descriptor, fcntl.LOCK_UN)
        self._mine.release()

    def _take(self) -> None:
        # Who removed the file made others begin a new one: with ours we would be alone.
        if self._descriptor == CLOSED or not os.fstat(self._descriptor).st_nlink:
            self.close()
            self._descriptor = _open(self._path)
            self._turn = _open(self._path.with_suffix(".turn"))
        taken = _got(self._turn, min(self._patience, TURN_SECONDS))
        try:
            if not _got(self._descriptor, self._patience):
                raise _busy(self._descriptor)
        finally:
            if taken:
                fcntl.flock(self._turn, fcntl.LOCK_UN)
        _sign(self._descriptor)

    def __enter__(self) -> None:
        self.take()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.give_back()

    def close(self) -> None:
        """Let go of its files."""
        for descriptor in (self._descriptor, self._turn):
            if descriptor != CLOSED:
                os.close(descriptor)
        self._descriptor = self._turn = CLOSED


@contextlib.contextmanager
def held(path: Path, patience: float | None = None) -> Iterator[None]:
    """Hold a lock file once. Raises JournalError, as `Lock` does."""
    with contextlib.closing(Lock(path, patience)) as lock, lock:
        yield


def _sign(descriptor: int) -> None:
    """Write who holds the lock, for the message of those who wait."""
    signature = _signature(os.getpid())
    with contextlib.suppress(OSError):  # a full disk must not stop the writer here
        # What it writes makes the next commit longer by a tenth.
        if os.pread(descriptor, SIGNATURE_BYTES, 0) != signature:
            # Always as long: a file that is cut first is put on the disk at once, which takes as long as a commit.
            os.pwrite(descriptor, signature, 0)


@functools.cache
def _signature(process: int) -> bytes:
    """The name of who holds a lock."""
    return f"{process} {os.uname().nodename}".ljust(SIGNATURE_BYTES).encode()


def _open(path: Path) -> int:
    try:
        return os.open(path, FLAGS, 0o600)
    except OSError as error:
        raise JournalError(f"the lock file {path.name} cannot be opened: {error.strerror}") from error


def _got(descriptor: int, patience: float) -> bool:
    """Lock a file, waiting up to `patience` seconds; whether that was long enough."""
    began = time.monotonic()
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            waited = time.monotonic() - began
            if waited >= patience:
                return False
            # A commit may take a fraction of a millisecond; after a long wait some more do not matter.
            time.sleep(min(max(waited / 10, SHORTEST_PAUSE), LONGEST_PAUSE))
        else:
            return True


def _busy(descriptor: int) -> JournalError:
    process = _known_holder(descriptor)
    signed = os.pread(descriptor, SIGNATURE_BYTES, 0).decode("utf-8", "replace").split()
    if process:
        who = f"process {process} on {os.uname().nodename}"
    else:
        who = f"process {signed[0]} on {signed[1]}" if len(signed) == 2 else "another process"
    return JournalError(f"{who} holds the journal", "continue or end it, then try again")


def _known_holder(descriptor: int) -> str:
    """The holder as the system knows it, where it tells: one that was frozen at once has not signed yet."""
    place = f":{os.fstat(descriptor).st_ino}"
    with contextlib.suppress(OSError):
        for line in LOCKS.read_text().splitlines():
            match line.split():
                case [_, "FLOCK", _, _, process, where, *_] if where.endswith(place) and int(process) > 0:
                    return process
    return ""
