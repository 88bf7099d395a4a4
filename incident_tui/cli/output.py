"""Files that a verb writes: new ones, whole or not at all, for their owner only."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

from incident_tui.cli.console import Stop


def write_new(path: Path, pieces: Iterable[bytes], *, force: bool | None = None) -> None:
    """Write a new file 0600. Raises Stop when the name is taken, unless `force`; then it replaces that, link or file.

    A verb without that choice says None.

    Raises OSError, and whatever comes out of `pieces`; there is no file then.
    """
    if force:
        return _replace(path, pieces)
    flags = os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_NOFOLLOW | os.O_CLOEXEC
    try:
        descriptor = os.open(path, flags, 0o600)
    except FileExistsError:
        hint = "name another file" if force is None else "name another file, or add --force"
        raise Stop(f"{path} exists already", hint) from None
    try:
        _write(descriptor, pieces)
    except BaseException:  # an interrupt, too: half a document is none
        path.unlink(missing_ok=True)
        raise
    return None


def _replace(path: Path, pieces: Iterable[bytes]) -> None:
    descriptor, name = tempfile.mkstemp(prefix=".incident-tui-", dir=path.parent)
    try:
        _write(descriptor, pieces)
        os.replace(name, path)
    except BaseException:  # an interrupt, too: half a document is none
        with contextlib.suppress(OSError):
            os.unlink(name)
        raise


def _write(descriptor: int, pieces: Iterable[bytes]) -> None:
    with os.fdopen(descriptor, "wb") as file:
        file.writelines(pieces)
        file.flush()
        os.fsync(descriptor)
