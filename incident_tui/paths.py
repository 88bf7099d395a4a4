"""Where things lie: data, configuration, and the styles that come with the program."""

import contextlib
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Self

from msgspec import Struct


class Paths(Struct, frozen=True):
    """The two folders that belong to the user, both absolute."""

    data: Path
    config: Path

    @classmethod
    def find(cls, environ: Mapping[str, str]) -> Self:
        """Both below INCIDENT_TUI_HOME when that is set, otherwise the platform's user folders."""
        home = environ.get("INCIDENT_TUI_HOME", "")
        if home:
            folder = Path(home).expanduser().absolute()
            return cls(folder / "data", folder / "config")
        user = Path(environ.get("HOME", ""))
        if sys.platform == "linux" and user.is_absolute():
            # As platformdirs has it, whose loading would be a twelfth of what a line of the log costs.
            data = _told(environ, "XDG_DATA_HOME") or user / ".local/share"
            config = _told(environ, "XDG_CONFIG_HOME") or user / ".config"
            return cls(data / "incident-tui", config / "incident-tui")

        from platformdirs import PlatformDirs

        folders = PlatformDirs("incident-tui", appauthor=False)
        return cls(folders.user_data_path.absolute(), folders.user_config_path.absolute())

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
    def config_file(self) -> Path:
        return self.config / "config.toml"

    @property
    def templates(self) -> Path:
        """Templates of the user's own, `NAME.md.j2` each."""
        return self.config / "templates"

    def make(self) -> None:
        """Create the data folder, readable by its owner only; raises OSError.

        The configuration folder comes with it where that can be: all it holds is optional. What lies below the data
        folder is made by who needs it first: nobody reads worse without it.
        A folder that is already there keeps its mode: sharing it is the user's decision.
        """
        with contextlib.suppress(OSError):
            _make(self.config)
        _make(self.data)


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


def _make(folder: Path) -> None:
    """The folder with all it lies in: `mkdir` alone would let the umask decide on the latter."""
    if not folder.is_dir():
        _make(folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)


def styles() -> Path:
    """The folder of the .tcss files: in the package when installed, else in the repository."""
    package = Path(__file__).parent
    installed = package / "styles"
    return installed if installed.is_dir() else package.parent / "styles"
