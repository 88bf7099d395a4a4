"""What goes wrong with the database, in words that say what to do."""

from __future__ import annotations

import sqlite3
from types import TracebackType

from incident_tui.journal.codec import NotAnEvent

DAMAGED = "database disk image is malformed"
# SQLite may name damaged tables, and Python may fail to read that name.
FAILURES = (sqlite3.Error, UnicodeDecodeError)
SENTENCES = {
    "database or disk is full": ("the disk is full", "free some space"),
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


class JournalError(Exception):
    """The journal cannot do what was asked; `str()` is one clear line."""

    def __init__(self, reason: str, hint: str = "") -> None:
        super().__init__(f"{reason}; {hint}" if hint else reason)
        self.reason = reason
        self.hint = hint

    @classmethod
    def of(cls, error: sqlite3.Error | UnicodeDecodeError) -> JournalError:
        """The words for an error of SQLite."""
        text = DAMAGED if isinstance(error, UnicodeDecodeError) else str(error)
        for known, (reason, hint) in SENTENCES.items():
            if known in text.lower():
                return cls(reason, hint)
        return cls(f"the database refuses: {text}", "run `incident-tui doctor`")


def worded(error: Exception) -> JournalError:
    """The journal's words for any error met while opening it."""
    match error:
        case JournalError():
            return error
        case sqlite3.Error() | UnicodeDecodeError():
            return JournalError.of(error)
        case OSError():
            return JournalError(f"the database cannot be opened: {error.strerror}", "check the folder and its rights")
        case _:
            return JournalError(str(error))


class InWords:
    """Turns errors of SQLite, and rows that cannot be read, into the journal's own."""

    def __enter__(self) -> None:
        """What follows is read or written."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if isinstance(error, FAILURES):
            raise JournalError.of(error) from error
        if isinstance(error, NotAnEvent):
            raise JournalError(str(error), "run `incident-tui verify`, restore from a backup") from error


IN_WORDS = InWords()
