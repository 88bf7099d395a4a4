"""A consistent copy of the journal while it is in use."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import tempfile
from pathlib import Path

from incident_tui.journal.errors import JournalError


def copy(source: Path, target: Path) -> None:
    """Copy `source` to `target`, which must not exist; it appears under its name only when it is whole and on disk."""
    if os.path.lexists(target):
        raise JournalError(f"{target.name} exists already", "name another file")
    try:
        descriptor, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".part", dir=target.parent)
        os.close(descriptor)
        try:
            _copy(source, Path(name))
            sync(Path(name))
            os.link(name, target)
        finally:
            os.unlink(name)
        sync(target.parent)
    except sqlite3.Error as error:
        raise JournalError.of(error) from error
    except OSError as error:
        raise JournalError(f"the backup cannot be written: {error.strerror}", "choose another place") from error


def _copy(source: Path, part: Path) -> None:
    """Copy what is in the journal; the copy does not write under the same name, should it be used one day."""
    with (
        contextlib.closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True)) as reader,
        contextlib.closing(sqlite3.connect(part, isolation_level=None)) as writer,
    ):
        reader.backup(writer)
        writer.execute("pragma journal_mode = delete")
        writer.execute("delete from meta where key = 'machine'")


def sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
