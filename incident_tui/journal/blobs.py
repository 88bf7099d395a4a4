"""Evidence beside the database: files that are named by the SHA-256 of what they hold, written once."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import hashlib
import os
import re
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from msgspec import Struct

from incident_tui.journal.errors import JournalError
from incident_tui.paths import sync

NAME = re.compile(r"[0-9a-f]{64}")
UNFINISHED = "unfinished-"
LEFT_FREE = 50 * 1024 * 1024
"""Bytes of the disk that evidence leaves to the journal, which must go on when an endless file was to be kept."""
STRIDE = 16 * 1024 * 1024
"""Bytes after which the disk is looked at again; a blob that is shorter is always worth a try."""


class Blob:
    """A blob being written: `keep` gives it its name, `drop` forgets it. All raise OSError."""

    def __init__(self, folder: Path) -> None:
        if not folder.is_dir():
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            sync(folder.parent)  # else evidence could be gone with its folder after a loss of power
        _tidy(folder)
        self._folder = folder
        self._descriptor, self._name = _held(folder)
        self._digest = hashlib.sha256()
        self.size = 0

    def write(self, data: bytes) -> None:
        size = self.size + len(data)
        if size // STRIDE > self.size // STRIDE:
            _leave_free(self._descriptor, len(data))
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(self._descriptor, rest) :]
        self._digest.update(data)
        self.size = size

    def keep(self) -> str:
        """Durable, and only then under its name: the SHA-256 in hexadecimal digits."""
        name = self._digest.hexdigest()
        try:
            os.fsync(self._descriptor)
            os.replace(self._name, self._folder / name)
        finally:
            self.drop()
        sync(self._folder)
        return name

    def drop(self) -> None:
        if self._descriptor < 0:
            return
        os.close(self._descriptor)
        self._descriptor = -1
        Path(self._name).unlink(missing_ok=True)


class BlobStore(Struct, frozen=True):
    """The folder of all blobs; files are 0600 and never changed."""

    folder: Path

    @contextlib.contextmanager
    def writer(self) -> Iterator[Blob]:
        """A new blob, to be kept inside the block; what is not kept is dropped.

        Raises JournalError, also in place of any OSError inside the block.
        """
        try:
            blob = Blob(self.folder)
            try:
                yield blob
            finally:
                blob.drop()
        except OSError as error:
            reason = f"the evidence cannot be kept: {error.strerror or type(error).__name__}"
            raise JournalError(reason, f"check {self.folder} and its free space") from error

    def keep(self, data: bytes) -> str:
        """Keep `data`; its SHA-256 in hexadecimal digits is the answer. Raises JournalError."""
        name = hashlib.sha256(data).hexdigest()
        if self.path(name).exists():
            return name
        with self.writer() as blob:
            blob.write(data)
            blob.keep()
        return name

    def read(self, sha256: str) -> bytes | None:
        """What was kept under this SHA-256, None where nothing was. Raises JournalError where it has changed since."""
        if not NAME.fullmatch(sha256):
            return None
        try:
            data = self.path(sha256).read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise JournalError(f"the evidence {sha256[:12]} cannot be read: {error.strerror}") from error
        if hashlib.sha256(data).hexdigest() != sha256:
            raise JournalError(f"the evidence {sha256[:12]} is damaged", "restore it from a backup")
        return data

    def has(self, sha256: str) -> bool:
        """Whether a file of this name is here, whole or not."""
        return bool(NAME.fullmatch(sha256)) and os.path.isfile(self.path(sha256))

    def damaged(self) -> list[str]:
        """The names of blobs whose content no longer fits, sorted. Raises OSError."""
        if not self.folder.is_dir():
            return []
        names = sorted(entry.name for entry in self.folder.iterdir() if NAME.fullmatch(entry.name))
        return [name for name in names if self._digest(name) != name]

    def path(self, sha256: str) -> Path:
        return self.folder / sha256

    def _digest(self, name: str) -> str:
        with self.path(name).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()


def unfinished(folder: Path) -> list[Path]:
    """What writers that were killed have left behind in a folder of blobs, sorted."""
    found: list[Path] = []
    for file in sorted(folder.glob(f"{UNFINISHED}*")):
        _unless_used(file, found.append)
    return found


def _held(folder: Path) -> tuple[int, str]:
    """A new file and its name, locked until it is closed, even by a sudden end: who tidies up sees it is in use."""
    while True:
        descriptor, name = tempfile.mkstemp(prefix=UNFINISHED, dir=folder)
        with contextlib.suppress(OSError):
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        if os.path.exists(name):
            return descriptor, name
        os.close(descriptor)  # somebody tidied up before it was locked


def _leave_free(descriptor: int, size: int) -> None:
    """Raises OSError where the disk would have too little left after `size` more bytes."""
    disk = os.fstatvfs(descriptor)
    if disk.f_bavail * disk.f_frsize - size < LEFT_FREE:
        raise OSError(errno.ENOSPC, f"less than {LEFT_FREE // 1024**2} MiB of the disk would be left for the log")


def _tidy(folder: Path) -> None:
    for file in folder.glob(f"{UNFINISHED}*"):
        _unless_used(file, Path.unlink)


def _unless_used(file: Path, act: Callable[[Path], None]) -> None:
    """Act on a file while nobody else holds a lock on it; whatever stands in the way can wait until next time."""
    with contextlib.suppress(OSError):
        descriptor = os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            act(file)
        finally:
            os.close(descriptor)
