"""Being told by the system that somebody writes to the journal."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from incident_tui.journal.connection import log_path

if TYPE_CHECKING:
    from inotify_simple import INotify


class Watch:
    """Readable, as a file is, once something was written to the log of a database; what was written may not count yet.

    It is the folder that is watched: the log is deleted by the last to leave and made anew by the next to come. What
    is written by another machine, on a shared disk, is not told.
    """

    def __init__(self, told: INotify, name: str) -> None:
        self._told = told
        self._name = name

    @classmethod
    def of(cls, path: Path) -> Watch | None:
        """Of the database at `path`; None where the system does not tell, or tells too many others already."""
        try:
            from inotify_simple import INotify, flags

            told = INotify(nonblocking=True)
        except (ImportError, OSError):
            return None
        log = log_path(path.resolve())  # SQLite keeps it beside the file itself, not beside a link to it
        try:
            told.add_watch(log.parent, flags.MODIFY)
        except OSError:
            told.close()
            return None
        return cls(told, log.name)

    def fileno(self) -> int:
        return int(self._told.fileno())

    def drain(self) -> bool:
        """Read all that is told; whether the log was written to, or may have been. Does not wait."""
        lost = ""  # so the system names nothing when there was more to tell than it keeps
        return any(event.name in (self._name, lost) for event in self._told.read(timeout=0))

    def close(self) -> None:
        self._told.close()
