"""What goes wrong with the database, in words that say what to do."""

from __future__ import annotations

import errno
import os
import sqlite3
from pathlib import Path
from types import TracebackType

from incident_tui.journal.codec import NotAnEvent

DAMAGED = "database disk image is malformed"
# SQLite may name damaged tables, and Python may fail to read that name.
FAILURES = (sqlite3.Error, UnicodeDecodeError)
FULL = ("the disk is full", "free some space")
READ_ONLY = (
    "the file system is read-only",
    "mount it for writing; if the system has made it so, the disk may be failing",
)
SENTENCES = {
    "database or disk is full": FULL,
    "disk i/o error": ("the disk refuses to read or write", "check the disk and its free space"),
    "unable to open database file": ("the database cannot be opened", "check that its folder exists and is yours"),
    "attempt to write a readonly database": (
        "the database is read-only",
        "check the rights of the file and its folder",
    ),
    "database is locked": ("another process holds the database", "wait a moment and try again"),
    # Even readers wait for who was frozen between the two copies of what says how far the log is good.
    "locking protocol": ("another process stands still within a commit", "continue or end it, then try again"),
    "file is not a database": (
        "the file is not an incident database",
        "restore it from a backup or `incident-tui repair` it",
    ),
    DAMAGED: (
        "the database is damaged",
        "run `incident-tui verify`, restore from a backup or `incident-tui repair` it",
    ),
}

MAY_BE_FULL = ("disk i/o error", "unable to open database file")
MAY_BE_READ_ONLY = (*MAY_BE_FULL, "attempt to write a readonly database")
"""What SQLite says of a file; that of all its file system it is the state, only the system says."""


class JournalError(Exception):
    """The journal cannot do what was asked; `str()` is one clear line."""

    def __init__(self, reason: str, hint: str = "") -> None:
        super().__init__(f"{reason}; {hint}" if hint else reason)
        self.reason = reason
        self.hint = hint

    @classmethod
    def of(cls, error: sqlite3.Error | UnicodeDecodeError, path: Path | None = None) -> JournalError:
        """The words for an error of SQLite; with a path, whose file it is about, for what is behind it."""
        text = DAMAGED if isinstance(error, UnicodeDecodeError) else str(error)
        for known, (reason, hint) in SENTENCES.items():
            if known in text.lower():
                behind = state_of(path) if path is not None else None
                fits = {READ_ONLY: MAY_BE_READ_ONLY, FULL: MAY_BE_FULL}
                return cls(*behind) if behind and known in fits[behind] else cls(reason, hint)
        return cls(f"the database refuses: {text}", "run `incident-tui doctor`")


def state_of(path: Path) -> tuple[str, str] | None:
    """Why nothing can be written where a file or folder lies, as READ_ONLY or FULL has it; None if it is not that."""
    try:
        found = os.statvfs(path)
    except OSError:
        return None
    if found.f_flag & os.ST_RDONLY:
        return READ_ONLY
    return FULL if found.f_blocks and not found.f_bavail else None


def worded(error: Exception, path: Path | None = None) -> JournalError:
    """The journal's words for any error met while opening it, at a path if that is to be looked at."""
    match error:
        case JournalError():
            return error
        case sqlite3.Error() | UnicodeDecodeError():
            return JournalError.of(error, path)
        case OSError(errno=errno.EROFS):
            return JournalError(*READ_ONLY)
        case OSError():
            return JournalError(f"the database cannot be opened: {error.strerror}", "check the folder and its rights")
        case _:
            return JournalError(str(error))


class InWords:
    """Turns errors of SQLite, and rows that cannot be read, into the journal's own; `path` is of a file beside it."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path

    def __enter__(self) -> None:
        """What follows is read or written."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if isinstance(error, FAILURES):
            raise JournalError.of(error, self._path) from error
        if isinstance(error, NotAnEvent):
            raise JournalError(str(error), "run `incident-tui verify`, restore from a backup") from error


IN_WORDS = InWords()
