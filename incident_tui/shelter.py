"""Where a text goes that the journal has not taken: into a file of its own, wherever one can still be written."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from incident_tui.paths import Paths, sync

FLAGS = os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC | os.O_NOFOLLOW


def keep(paths: Paths, name: str, text: str) -> Path:
    """Keep a text under this name, on disk before this returns; the file.

    In the spill folder, or where that takes none, as on a disk that is full, in the next place that does.
    Raises the OSError of the spill folder where none does.
    """
    refused: OSError | None = None
    for folder in (paths.spill, *paths.shelters):
        try:
            return _written(_ready(folder, paths), name, text)
        except OSError as error:
            refused = refused or error
    assert refused is not None, "there is a spill folder"
    raise refused


def kept(paths: Paths, names: str) -> list[Path]:
    """The files of all these places whose names are like this, the oldest first."""
    found = (file for folder in _places(paths) for file in folder.glob(names))
    return sorted(found, key=lambda file: file.name)


def _places(paths: Paths) -> Iterator[Path]:
    if paths.spill.is_dir():
        yield paths.spill
    yield from (folder for folder in paths.shelters if _is_private(folder))


def _ready(folder: Path, paths: Paths) -> Path:
    """The folder, made if need be. Raises OSError where others have put something in its place."""
    if not folder.is_dir():
        folder.mkdir(mode=0o700, parents=folder == paths.spill, exist_ok=True)
        sync(folder.parent)
    if folder != paths.spill and not _is_private(folder):
        raise PermissionError(f"{folder} is not a folder of the user's own")
    return folder


def _is_private(folder: Path) -> bool:
    """Whether nobody else can have put a text there: what lies there is offered to be logged, and run as a command."""
    try:
        found = folder.lstat()
    except OSError:
        return False
    return stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid() and not found.st_mode & 0o077


def _written(folder: Path, name: str, text: str) -> Path:
    file = folder / name
    try:
        with open(os.open(file, FLAGS, 0o600), "wb") as target:
            target.write(text.encode("utf-8", "replace"))
            target.flush()
            os.fsync(target.fileno())
        sync(folder)
    except OSError:
        # Half a text must not be taken for the whole one later.
        file.unlink(missing_ok=True)
        raise
    return file
