"""A document of the user's rewritten: at once or not at all, and never over what somebody else has written."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Final

from incident_tui.protocols.library import BUILTIN, SUFFIX
from incident_tui.protocols.places import Listed, ProtocolError
from incident_tui.protocols.shelf import PLAYBOOKS

_BYTES: Final = ("utf-8", "surrogateescape")
"""Bytes that are no text survive the way there and back."""


def opened(path: Path) -> tuple[str, str]:
    """The whole text of a file with every byte in it, and its SHA-256 (hex). Raises ProtocolError."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ProtocolError(f"{path}: {error.strerror or error}", "give the path of a file that can be read") from error
    return data.decode(*_BYTES), sha256(data).hexdigest()


def write(path: Path, before_digest: str, text: str) -> str:
    """Puts `text` in the place of a file at once or not at all; its new SHA-256 (hex).

    The file keeps its permissions, and a link to it stays a link. Raises ProtocolError, and leaves the file alone,
    when it is not what it was when `before_digest` was taken, or may not be written.
    """
    data = text.encode(*_BYTES)
    try:
        real = path.resolve(strict=True)
        mode = real.stat().st_mode & 0o7777
        if not mode & 0o222 or not os.access(real, os.W_OK):
            raise ProtocolError(f"{path} is read-only", "nothing was written; allow writing, or copy it")
        beside = real.with_name(f".{real.name[:100]}.{secrets.token_hex(4)}")
        try:
            _write_new(beside, data, mode)
            if sha256(real.read_bytes()).hexdigest() != before_digest:
                raise ProtocolError(f"{path} has changed since it was read", "nothing was written; look at it again")
            beside.replace(real)
        finally:
            beside.unlink(missing_ok=True)
        with suppress(OSError):
            _settle(real.parent)
    except OSError as error:
        raise ProtocolError(f"{path} cannot be written: {error.strerror or error}", "nothing was changed") from error
    return sha256(data).hexdigest()


def copy_builtin(item: Listed, config: Path) -> Path:
    """Copies what comes with the program into the user's folder, where it takes its place. Raises ProtocolError."""
    path = config / f"{item.kind}s" / f"{item.name}{SUFFIX}"
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        data = ((PLAYBOOKS if item.kind == "playbook" else BUILTIN) / path.name).read_bytes()
        _write_new(path, data, 0o600)
    except OSError as error:
        raise ProtocolError(f"{path} cannot be written: {error.strerror or error}", "nothing was changed") from error
    return path


def _write_new(path: Path, data: bytes, mode: int) -> None:
    with open(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o600), "wb") as file:
        os.fchmod(file.fileno(), mode)
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _settle(folder: Path) -> None:
    """The new name is on disk, too."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
