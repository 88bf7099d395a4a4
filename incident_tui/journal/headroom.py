"""Room in SQLite's log for lines that are still to come.

Where the log has been before, a line takes a third less time: the file system has no new length to put on the disk.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
from pathlib import Path

from incident_tui.journal.connection import PRAGMAS, log_path

PAGE = 4096
LOG_BYTES = int(PRAGMAS["wal_autocheckpoint"]) * PAGE
"""The log grows by hardly more before it is used again from its beginning."""
MORE_BYTES = 16 * PAGE
"""Of the line with which it does."""
FREE_BYTES = 30 * LOG_BYTES
"""A disk that has less keeps it for what is recorded."""
FILE = "select cast(file as blob) from pragma_database_list where name = 'main'"


def make(connection: sqlite3.Connection) -> Path | None:
    """Make the log as long as it may become, if it is far from that, at the end of a transaction.

    SQLite itself writes it, as something that is rolled back: whoever reads meanwhile finds what that leaves, and so
    does whoever comes when we were killed. What is given back is to be put on the disk once nothing is locked any more,
    or the next line has to. Raises sqlite3.Error, and the transaction has not happened.
    """
    (file,) = connection.execute(FILE).fetchone()
    log = log_path(Path(os.fsdecode(file)))
    size = _size(log)
    # One that is longer becomes as long by itself before it would be used a second time.
    if connection.execute("pragma page_size").fetchone() != (PAGE,) or size >= LOG_BYTES // 2:
        return None
    if not _affordable(log.parent):
        return None
    (usual,) = connection.execute("pragma cache_size").fetchone()
    # Pages beyond so few go into the log before their transaction has ended.
    connection.execute("pragma cache_size = 16")
    try:
        connection.execute("savepoint headroom")
        connection.execute("create table headroom (bytes blob)")
        connection.execute("insert into headroom values (zeroblob(?))", (LOG_BYTES + MORE_BYTES - size,))
        connection.execute("rollback to headroom")
        connection.execute("release headroom")
    finally:
        connection.execute(f"pragma cache_size = {usual}")
    return log


def _size(log: Path) -> int:
    try:
        return log.stat().st_size
    except OSError:  # on a network file system there is none
        return LOG_BYTES


def _affordable(folder: Path) -> bool:
    """Whether as much again is left then, for texts that cannot be recorded. A quota shows itself only when asked."""
    if not hasattr(os, "O_TMPFILE"):
        return False
    with contextlib.suppress(OSError):
        disk = os.statvfs(folder)
        probe = os.open(folder, os.O_TMPFILE | os.O_WRONLY | os.O_CLOEXEC, 0o600)
        try:
            os.posix_fallocate(probe, 0, 2 * LOG_BYTES)
        finally:
            os.close(probe)
        return disk.f_bavail * disk.f_frsize >= FREE_BYTES
    return False
