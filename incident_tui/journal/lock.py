"""One writer at a time on this machine, by an advisory lock beside the database.

SQLite before 3.51.3 can corrupt a WAL database when two connections write and checkpoint at the same moment; writing
and checkpointing only under this lock keeps old libraries safe too.
"""

from __future__ import annotations

import _thread
import contextlib
import errno
import fcntl
import functools
import os
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from incident_tui.journal.errors import READ_ONLY, JournalError

if TYPE_CHECKING:
    import signal
else:
    # What `signal` is made of. To make enumerations of it takes 1.5 % of all that a line of the log does.
    import _signal as signal

PATIENCE_SECONDS = 5.0
TURN_SECONDS = 0.5
"""So long the next in turn is waited for: one that was frozen while it waited must not stop all others."""
EAGER_SECONDS = 0.0015
"""So long the next in turn looks again and again, which is a few lines on a fast disk.

Who sleeps wakes up late, with a processor that has gone to rest too: each turn takes a third longer.
"""
ASLEEP_SECONDS = 0.1
"""So long it sleeps instead when it has not got the processor back in all that time: others want it for more."""
SHORTEST_PAUSE, LONGEST_PAUSE = 0.00005, 0.01
SIGNATURE_BYTES = 200
FLAGS = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
LOCKS = Path("/proc/locks")
STOP: tuple[int, ...] = (signal.SIGTSTP,)
BEGINNING = _thread.allocate_lock()
"""Who is about to record holds it until the lock file is taken: between the two nobody must be stopped."""

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

    That is all for one thread; of several, another takes the signal, and has to wait: see `nobody_begins`.
    """
    return signal.pthread_sigmask(signal.SIG_BLOCK, STOP)


def stop_again(before: Stops) -> None:
    """Stop now, if somebody has told this thread to; `before` is what `put_off_stops` has answered."""
    signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextlib.contextmanager
def nobody_begins() -> Iterator[bool]:
    """No thread of this process begins to record in this block, if one that is beginning does not take too long."""
    first = BEGINNING.acquire(timeout=PATIENCE_SECONDS)
    try:
        yield first
    finally:
        if first:
            BEGINNING.release()


@contextlib.contextmanager
def held(path: Path, patience: float | None = None) -> Iterator[None]:
    """Hold the lock file `path`. Raises JournalError naming the holder when that takes over `patience` seconds."""
    lock = take(path, patience)
    try:
        yield
    finally:
        give_back(lock)


def take(path: Path, patience: float | None = None) -> int:
    """What holds the lock file `path` until it is given back; see `held`.

    Who waits holds the turn meanwhile, a lock file beside it: who gives the lock back cannot overtake when it wants it
    again at once. Each time the files are opened anew: others may have removed or replaced them, and of one opening
    all threads of a process would be one holder.
    """
    longest = PATIENCE_SECONDS if patience is None else patience
    lock = _open(path)
    try:
        turn = _open(turn_path(path))
        try:
            _got(turn, min(longest, TURN_SECONDS))
            if not _got(lock, longest, EAGER_SECONDS):
                raise _busy(lock)
        finally:
            os.close(turn)
        _sign(lock)
    except BaseException:  # whatever stops us, others must not have to wait
        os.close(lock)
        raise
    return lock


def give_back(lock: int) -> None:
    """Let others have it."""
    os.close(lock)


@functools.cache
def turn_path(path: Path) -> Path:
    """Of the turn at a lock; every line that is recorded asks for the same one."""
    return path.with_suffix(".turn")


def _open(path: Path) -> int:
    try:
        return os.open(path, FLAGS, 0o600)
    except OSError as error:
        if error.errno == errno.EROFS:
            raise JournalError(*READ_ONLY) from error
        raise JournalError(f"the lock file {path.name} cannot be opened: {error.strerror}") from error


def _got(descriptor: int, patience: float, eager: float = 0.0) -> bool:
    """Lock a file, waiting up to `patience` seconds, so many of them awake; whether that was long enough."""
    began = time.monotonic()
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            waited = time.monotonic() - began
            if waited >= patience:
                return False
            if waited < eager and Crowd.gone_at <= began:
                _give_way()
            else:
                # A commit may take a fraction of a millisecond; after a long wait some more do not matter.
                time.sleep(min(max(waited / 10, SHORTEST_PAUSE), LONGEST_PAUSE))
        else:
            return True


class Crowd:
    """When this process may wait awake again."""

    gone_at = 0.0


def _give_way() -> None:
    """Let others have the processor, among them the holder where there is but one; see whether they are many."""
    before = time.monotonic()
    os.sched_yield()
    after = time.monotonic()
    if after - before > EAGER_SECONDS:
        Crowd.gone_at = after + ASLEEP_SECONDS


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
