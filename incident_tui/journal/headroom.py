"""Room in SQLite's log for lines that are still to come.

Where the log has been before, a line takes a third less time: the file system has no new length to put on the disk.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
from pathlib import Path

from incident_tui.journal.backup import sync
from incident_tui.journal.connection import PRAGMAS, connect, lock_path, log_path
from incident_tui.journal.errors import worded
from incident_tui.journal.lock import held, in_one_go

PAGE = 4096
LOG_BYTES = int(PRAGMAS["wal_autocheckpoint"]) * PAGE
"""The log grows by hardly more before it is used again from its beginning."""
MORE_BYTES = 16 * PAGE
"""Of the line with which it does."""
FREE_BYTES = 50 * LOG_BYTES
"""A disk that has less keeps it for what is recorded."""


def make(path: Path) -> None:
    """Make the log of the database as long as it may become, if it is not. Raises JournalError.

    SQLite itself writes it, as a transaction that does not happen: whoever reads or writes meanwhile, or is killed,
    finds what a transaction leaves that was rolled back.
    """
    log = log_path(path)
    try:
        if _worth_it(log):
            with in_one_go(), held(lock_path(path)):
                with contextlib.closing(connect(f"{path.absolute().as_uri()}?mode=rw")) as connection:
                    _grow(connection)
                sync(log)  # or the next line would
    except (sqlite3.Error, OSError) as error:
        raise worded(error) from error


def _worth_it(log: Path) -> bool:
    try:
        size = log.stat().st_size
    except FileNotFoundError:  # on a network file system there is none
        return False
    disk = os.statvfs(log.parent)
    return size < LOG_BYTES and disk.f_bavail * disk.f_frsize >= FREE_BYTES


def _grow(connection: sqlite3.Connection) -> None:
    # Pages beyond so few go into the log before their transaction has ended; where that fails, closing rolls it back.
    connection.execute("pragma cache_size = 16")
    connection.execute("begin immediate")
    connection.execute("create table headroom (bytes blob)")
    connection.execute("insert into headroom values (zeroblob(?))", (LOG_BYTES + MORE_BYTES,))
    connection.execute("rollback")
