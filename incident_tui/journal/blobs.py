"""Evidence beside the database: files that are named by the SHA-256 of what they hold, written once."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from incident_tui.journal.errors import JournalError

NAME = re.compile(r"[0-9a-f]{64}")
UNFINISHED = "unfinished-"


@dataclass(slots=True)
class Blob:
    """A blob being written; `size` and `sha256` count what was written so far."""

    descriptor: int
    size: int = 0
    _digest: hashlib._Hash = field(default_factory=hashlib.sha256)

    @property
    def sha256(self) -> str:
        return self._digest.hexdigest()

    def write(self, data: bytes) -> None:
        """Append `data`. Raises OSError."""
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(self.descriptor, rest) :]
        self._digest.update(data)
        self.size += len(data)


@dataclass(frozen=True, slots=True)
class BlobStore:
    """The folder of all blobs; files are 0600 and never changed."""

    folder: Path

    @contextlib.contextmanager
    def writer(self) -> Iterator[Blob]:
        """A new blob, which is kept when the block ends and left out when it raises.

        It is durable, and under its name, only after the block. Raises JournalError, also in place of an OSError
        inside the block.
        """
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            descriptor, name = tempfile.mkstemp(prefix=UNFINISHED, dir=self.folder)
            with contextlib.ExitStack() as stack:
                stack.callback(Path(name).unlink, missing_ok=True)
                stack.callback(os.close, descriptor)
                blob = Blob(descriptor)
                yield blob
                os.fsync(descriptor)
                os.replace(name, self.path(blob.sha256))
                self._sync()
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

    def _sync(self) -> None:
        """Make the new name itself durable."""
        descriptor = os.open(self.folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
