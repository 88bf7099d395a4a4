"""Opening the database: the settings that "saved" depends on, the device's name, one way to write at a time."""

from __future__ import annotations

import contextlib
import functools
import os
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

from incident_tui.journal import schema
from incident_tui.journal.errors import FAILURES, JournalError
from incident_tui.journal.lock import held, in_one_go, nobody_begins
from incident_tui.journal.places import network_of

MEMORY = "/dev/shm"
MANY = 100_000
EVENTS_A_SECOND = 40_000
"""So many are indexed anew on a slow machine; for fewer than MANY nobody wonders what takes so long."""
PRAGMAS: dict[str, int | str] = {
    "journal_mode": "wal",
    "synchronous": 2,
    "busy_timeout": 5000,
    "foreign_keys": 1,
    "trusted_schema": 0,
    # Pages, eight for a line: one in some 370 waits until they are moved into their place, and the next a little.
    # With more the log would become longer than 16 MB where much is recorded at once.
    "wal_autocheckpoint": 3000,
}
# A commit is the deletion of a file there: only `extra` makes that deletion itself durable.
ON_NETWORK: dict[str, int | str] = {"journal_mode": "delete", "synchronous": 3}


@functools.cache
def lock_path(path: Path) -> Path:
    return path.with_name(path.name + ".lock")


Tell = Callable[[str], object]


def nobody(_words: str) -> None:
    """Who has nobody to tell."""


def put_off(words: str) -> None:
    """For who would record only what can be made again at any time. Raises JournalError."""
    raise JournalError(f"it is older: {words}")


def open_to_write(path: Path, tell: Tell = nobody) -> sqlite3.Connection:
    """Tables of an older program are brought up to date; where it takes long, `tell` is told so before.

    Raises sqlite3.Error, OSError, JournalError.
    """
    used = _emptied(path) and lock_path(path).exists()
    _create(path)
    connection = connect(path.absolute().as_uri() + "?mode=rw")
    try:
        version = version_of(connection)
        if version > schema.VERSION:
            raise JournalError("the database was written by a newer incident-tui", "install the newer version to write")
        _tell_if_long(connection, version, tell, "the journal", "once")
        with in_one_go(), held(lock_path(path)):
            if used and _emptied(path):  # still, so that nobody else is just making it
                tell(f"{path.name} was empty and is begun anew; if it held incidents, restore it from a backup")
            _set_pragmas(connection, network_of(path.parent))
            if version < schema.VERSION:
                schema.migrate(connection)
            _name_device(connection, path)
    except BaseException:  # whatever stops us, the connection must not stay open
        connection.close()
        raise
    return connection


@contextlib.contextmanager
def nobody_records(path: Path) -> Iterator[None]:
    """No thread of this process records in this block, so that it can be stopped there.

    Where another process holds the journal, that is waited for no longer than a writer would.
    """
    with nobody_begins() as nobody:
        if nobody:
            with contextlib.suppress(JournalError), held(lock_path(path)):
                pass
        yield


def open_to_read(path: Path, tell: Tell = nobody) -> sqlite3.Connection:
    """Tables of an older program are brought up to date in a copy: who only reads changes nothing.

    `tell` is told so before, where it takes long. Raises sqlite3.Error, OSError, JournalError.
    """
    connection = _open_as_it_is(path)
    version = version_of(connection)
    if version >= schema.ANSWERS:
        return connection
    _tell_if_long(connection, version, tell, "a copy of the journal", "each time until something is recorded")
    memory = connect(":memory:")
    try:
        connection.backup(memory)
        schema.migrate(memory)
    except FAILURES:
        # What is too damaged for that is still to be looked at.
        memory.close()
        return connection
    connection.close()
    return memory


def _tell_if_long(connection: sqlite3.Connection, version: int, tell: Tell, what: str, often: str) -> None:
    """Of tables that are so old every event is indexed anew; what else there is to do takes a moment."""
    if not 0 < version < schema.INDEXED:
        return
    events = connection.execute("select coalesce(max(seq), 0) from events").fetchone()[0]
    if events >= MANY:
        takes = _about(events / EVENTS_A_SECOND)
        tell(f"bringing {what} of {events:,} events up to date; this takes about {takes}, {often}")


def _about(seconds: float) -> str:
    for most, words in ((15, "ten seconds"), (45, "half a minute"), (90, "a minute")):
        if seconds < most:
            return words
    return f"{seconds / 60:.0f} minutes"


def _open_as_it_is(path: Path) -> sqlite3.Connection:
    """A full disk or a read-only one may refuse even readers; what lies there unchanging can then still be read."""
    if _emptied(path):
        raise JournalError(f"{path.name} is empty", "restore it from a backup; recording begins it anew")
    try:
        return _checked(f"{path.absolute().as_uri()}?mode=ro")
    except sqlite3.OperationalError:
        if _has_log(path):
            return _in_memory(path)
        return _checked(f"{path.absolute().as_uri()}?immutable=1")


def identity(path: Path) -> tuple[int, int]:
    """What tells the file that is there from one that takes its place; of none it is nothing."""
    try:
        found = path.stat()
    except OSError:
        return 0, 0
    return found.st_dev, found.st_ino


def require_same(path: Path, opened: tuple[int, int]) -> None:
    """Raises JournalError where another file has taken the place of the one that was opened.

    What is written then goes into the log of the new file, where it is lost, or damages it.
    """
    if identity(path) != opened:
        raise JournalError(f"{path.name} was replaced or moved", "end all programs and start again")


def version_of(connection: sqlite3.Connection) -> int:
    """Of the tables, as the program that made them counts."""
    return int(connection.execute("pragma user_version").fetchone()[0])


def _checked(uri: str) -> sqlite3.Connection:
    connection = connect(uri)
    try:
        connection.execute("select count(*) from meta").fetchone()
    except BaseException:  # whatever it is, the connection must not stay open
        connection.close()
        raise
    return connection


def log_path(path: Path) -> Path:
    return path.with_name(path.name + "-wal")


def _has_log(path: Path) -> bool:
    log = log_path(path)
    return log.exists() and log.stat().st_size > 0


def _in_memory(path: Path) -> sqlite3.Connection:
    """A copy with the newest entries, which are in the log only; SQLite would have to write to read them in place."""
    import shutil
    import tempfile

    with tempfile.TemporaryDirectory(dir=MEMORY if os.access(MEMORY, os.W_OK) else None) as folder:
        copy = Path(folder) / path.name
        shutil.copyfile(path, copy)
        shutil.copyfile(log_path(path), log_path(copy))
        with contextlib.closing(_checked(copy.as_uri())) as source:
            memory = connect(":memory:")
            source.backup(memory)
    return memory


def _create(path: Path) -> None:
    """A file of our own with mode 0600 before SQLite sees it, because its side files inherit the mode."""
    with contextlib.suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR | os.O_CLOEXEC, 0o600))


def _emptied(path: Path) -> bool:
    """Whether it is a file of no bytes. Raises JournalError where its log, which SQLite would remove then, has more."""
    there = path.exists()
    if there and path.stat().st_size:
        return False
    if _has_log(path):
        if there:
            raise JournalError(f"{path.name} is empty, but its log is not", "`incident-tui repair` reads what is left")
        raise JournalError(f"{path.name} is gone, but its log is here", "put it back, or move the log away, too")
    return there


def connect(uri: str) -> sqlite3.Connection:
    connection = sqlite3.connect(uri, uri=True, isolation_level=None, check_same_thread=False)
    connection.execute("pragma busy_timeout = 5000")
    connection.execute("pragma trusted_schema = 0")
    return connection


def _set_pragmas(connection: sqlite3.Connection, network: str) -> None:
    """Set what "saved" depends on, and read it back: a setting that did not take is an error."""
    if network:
        # Alone for the moment, SQLite reads a log that is still there without the memory that others would share.
        connection.execute("pragma locking_mode = exclusive")
    for name, value in {**PRAGMAS, **(ON_NETWORK if network else {})}.items():
        connection.execute(f"pragma {name} = {value}")
        found = connection.execute(f"pragma {name}").fetchone()[0]
        if found != value:
            raise JournalError(f"SQLite did not accept {name} = {value} (it is {found})", "use a local disk")
    if network:
        connection.execute("pragma locking_mode = normal")
        connection.execute("select 1 from sqlite_master limit 1").fetchone()


def _name_device(connection: sqlite3.Connection, path: Path) -> None:
    """This file on this machine writes under a name of its own; a copy of it gets another."""
    here = f"{machine()} {path.stat().st_ino}"
    known = dict(connection.execute("select key, value from meta").fetchall())
    if known.get("machine") == here and known.get("device"):
        return
    values = [("machine", here), ("device", os.urandom(4).hex())]
    connection.execute("begin immediate")
    connection.executemany("insert or replace into meta values (?, ?)", values)
    connection.execute("commit")


def machine() -> str:
    """What tells this machine from others: its machine id, else its name."""
    try:
        return Path("/etc/machine-id").read_text().strip() or os.uname().nodename
    except OSError:
        return os.uname().nodename
