"""Which of several screens has taken up a kept text: the one that holds its file."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

FLAGS = os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW


class Claims:
    """The files whose texts are ours. What is held is let go by the system when the process ends, however it does."""

    def __init__(self) -> None:
        self._held: dict[Path, int] = {}

    def take(self, file: Path) -> bool:
        """Whether the text is ours, from now on; not when another screen has taken it up, or recorded it already."""
        if file in self._held:
            return True
        try:
            descriptor = os.open(file, FLAGS)
        except FileNotFoundError:
            return False
        except OSError:
            return True  # better taken up twice than not at all
        if not _locked(descriptor):
            os.close(descriptor)
            return False
        self._held[file] = descriptor
        return True

    def drop(self, file: Path) -> None:
        """It is not needed any more."""
        descriptor = self._held.pop(file, None)
        if descriptor is not None:
            os.close(descriptor)

    def close(self) -> None:
        """Let go of all: who opens a screen next may take them up."""
        for file in [*self._held]:
            self.drop(file)


def _locked(descriptor: int) -> bool:
    """Whether nobody else holds the file, and it is still there: who held it may have just recorded its text."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return True  # where files cannot be held, all may take it up
    return os.fstat(descriptor).st_nlink > 0
