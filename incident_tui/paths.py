"""Where things lie: data, configuration, and the styles that come with the program."""

import contextlib
import errno
import os
import sys
from binascii import crc32
from collections.abc import Mapping
from pathlib import Path
from typing import Self

from msgspec import Struct

NOTHING_TO_SYNC = (errno.EINVAL, errno.EACCES)
"""A folder of some networks, and one that may be entered and not read: what is made there is as durable as it gets."""


class Paths(Struct, frozen=True):
    """The two folders that belong to the user, and those for what is kept for a while, all absolute."""

    data: Path
    config: Path
    passing: tuple[Path, ...] = ()

    @classmethod
    def find(cls, environ: Mapping[str, str]) -> Self:
        """Both below INCIDENT_TUI_HOME when that is set, otherwise the platform's user folders."""
        passing = _passing(environ)
        home = environ.get("INCIDENT_TUI_HOME", "")
        if home:
            folder = Path(home).expanduser().absolute()
            return cls(folder / "data", folder / "config", passing)
        user = Path(environ.get("HOME", ""))
        if sys.platform == "linux" and user.is_absolute():
            # As platformdirs has it, whose loading would be a twelfth of what a line of the log costs.
            data = _told(environ, "XDG_DATA_HOME") or user / ".local/share"
            config = _told(environ, "XDG_CONFIG_HOME") or user / ".config"
            return cls(data / "incident-tui", config / "incident-tui", passing)

        from platformdirs import PlatformDirs

        folders = PlatformDirs("incident-tui", appauthor=False)
        return cls(folders.user_data_path.absolute(), folders.user_config_path.absolute(), passing)

    @property
    def database(self) -> Path:
        return self.data / "incidents.db"

    @property
    def blobs(self) -> Path:
        """Evidence and whole command outputs, each file named by its SHA-256."""
        return self.data / "blobs"

    @property
    def spill(self) -> Path:
        """Texts that could not be saved in the database."""
        return self.data / "spill"

    @property
    def shelters(self) -> tuple[Path, ...]:
        """Where such texts go while the data folder takes none: places of the user's own, for this data folder only."""
        name = f"incident-tui-{os.geteuid()}-{crc32(os.fsencode(self.data)):08x}"
        return tuple(folder / name for folder in self.passing)

    @property
    def config_file(self) -> Path:
        return self.config / "config.toml"

    @property
    def templates(self) -> Path:
        """Templates of the user's own, `NAME.md.j2` each."""
        return self.config / "templates"

    def make(self) -> None:
        """Create the data folder, durably and readable by its owner only; raises OSError.

        The configuration folder comes with it where that can be: all it holds is optional. What lies below the data
        folder is made by who needs it first: nobody reads worse without it.
        A folder that is already there keeps its mode: sharing it is the user's decision.
        """
        grown: dict[Path, None] = {}
        with contextlib.suppress(OSError):
            grown.update(dict.fromkeys(_make(self.config)))
        grown.update(dict.fromkeys(_make(self.data)))
        for folder in grown:  # else what is recorded could be gone with its folder after a loss of power
            sync(folder)


def in_the_way(place: str | Path) -> str:
    """What stands where a folder is to be, with its path; empty where that is a folder, or nothing."""
    if os.path.isdir(place) or not os.path.lexists(place):
        return ""
    return f"{place} is {'a link that leads nowhere' if os.path.islink(place) else 'no folder'}"


def why_not_made(error: OSError) -> str:
    """Why a folder could not be made, with the path that it was about."""
    return in_the_way(error.filename or "") or f"{error.filename}: {error.strerror}"


def _told(environ: Mapping[str, str], variable: str) -> Path | None:
    """The folder that a variable names; a relative one does not count. Source: XDG Base Directory Specification."""
    folder = Path(environ.get(variable, ""))
    return folder if folder.is_absolute() else None


def _passing(environ: Mapping[str, str]) -> tuple[Path, ...]:
    """Folders whose content may go: at a restart from the first, from the second as soon as the user logs out."""
    runtime = _told(environ, "XDG_RUNTIME_DIR")
    return (_told(environ, "TMPDIR") or Path("/tmp"), *((runtime,) if runtime else ()))


def _make(folder: Path) -> list[Path]:
    """The folder with all it lies in: `mkdir` alone would let the umask decide on the latter.

    The folders that have a new one in them are the answer, the highest first.
    """
    if folder.is_dir():
        return []
    grown = _make(folder.parent)
    folder.mkdir(mode=0o700, exist_ok=True)
    return [*grown, folder.parent]


def sync(folder: Path) -> None:
    """Have the names in a folder outlive a loss of power. Raises OSError."""
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    except OSError as error:
        if error.errno not in NOTHING_TO_SYNC:
            raise


def styles() -> Path:
    """The folder of the .tcss files: in the package when installed, else in the repository."""
    package = Path(__file__).parent
    installed = package / "styles"
    return installed if installed.is_dir() else package.parent / "styles"
