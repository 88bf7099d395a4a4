"""A transaction of the journal: by one writer at a time, and durable when its block has ended."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from types import TracebackType

from incident_tui.journal.errors import InWords
from incident_tui.journal.lock import BEGINNING, Stops, give_back, put_off_stops, stop_again, take
from incident_tui.journal.writing import Writing


class Transaction:
    """Durable when its block has ended; it has not happened when the block raises. Raises JournalError.

    Every line that is recorded goes through here: as a nest of generators it would take a twentieth longer.
    """

    def __init__(self, writer: sqlite3.Connection, lock: Path, device: str) -> None:
        self._writer = writer
        self._path = lock
        self._in_words = InWords(lock)
        self._writing = Writing(writer, device)
        self._stops: Stops = ()
        self._lock = 0

    def __enter__(self) -> Writing:
        self._stops = put_off_stops()
        try:
            with BEGINNING:
                self._lock = take(self._path)
        except BaseException:  # whatever stops us, we can be stopped again
            stop_again(self._stops)
            raise
        try:
            with self._in_words:
                # A rollback can fail too; what it left behind must not stand in the way of the next attempt.
                self._roll_back()
                self._writer.execute("begin immediate")
        except BaseException:  # whatever stops us, others must not have to wait
            self._end()
            raise
        return self._writing

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        try:
            with self._in_words:
                try:
                    if error is None:
                        self._writing.index_many()
                        self._writer.execute("commit")
                finally:
                    self._roll_back()
        finally:
            self._end()
        self._in_words.__exit__(kind, error, traceback)

    def _roll_back(self) -> None:
        """Whatever stops us, half a transaction must not stay open."""
        if self._writer.in_transaction:
            self._writer.execute("rollback")

    def _end(self) -> None:
        give_back(self._lock)
        stop_again(self._stops)
