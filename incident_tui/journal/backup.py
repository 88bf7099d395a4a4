"""A consistent copy of the journal while it is in use."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

from incident_tui.journal.errors import JournalError


def copy(source: Path, target: Path) -> None:
    """Copy `source` to `target`, which must not exist; it appears under its name only when it is whole and on disk."""
    if target.exists():
        raise JournalError(f"{target.name} exists already", "name another file")
    part = target.with_name(f".{target.name}.part")
    try:
        part.unlink(missing_ok=True)
        os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_RDWR | os.O_CLOEXEC, 0o600))
        _copy(source, part)
        _sync(part)
        os.link(part, target)
        part.unlink()
        _sync(target.parent)
    except sqlite3.Error as error:
        part.unlink(missing_ok=True)
        raise JournalError.of(error) from error
    except OSError as error:
        part.unlink(missing_ok=True)
        raise JournalError(f"the backup cannot be written: {error.strerror}", "choose another place") from error


def _copy(source: Path, part: Path) -> None:
    reader = sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True)
    try:
        writer = sqlite3.connect(part)
        try:
            reader.backup(writer)
            writer.execute("pragma journal_mode = delete")
        finally:
            writer.close()
    finally:
        reader.close()


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
