"""Secrets by reference: where each is kept, looked up when it is used, and never shown."""

from __future__ import annotations

import os
import shlex
import stat
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from incident_tui.config.table import ConfigError, Table

WAYS = ("env:NAME", "file:PATH", "command:WORDS", "keyring:SERVICE/NAME")
COMMAND_SECONDS = 10


@dataclass(frozen=True, slots=True)
class Secret:
    """A reference such as `env:SLACK_TOKEN`. Neither it nor its `repr` holds the secret."""

    place: str
    reference: str = field(repr=False)

    def reveal(self) -> str:
        """The secret itself, for the moment of its use. Raises ConfigError that says where it is expected."""
        way, _, rest = self.reference.partition(":")
        match way:
            case "env":
                value = os.environ.get(rest, "")
            case "file":
                value = self._from_file(Path(rest).expanduser())
            case "command":
                value = self._from_command(rest)
            case _:
                value = self._from_keyring(rest)
        if not value:
            raise ConfigError(f"{self.place}: {self.reference} is empty or not set")
        return value

    def _from_file(self, path: Path) -> str:
        try:
            mode = path.stat().st_mode
            text = path.read_text("utf-8")
        except (OSError, UnicodeDecodeError):
            raise ConfigError(f"{self.place}: {path} cannot be read") from None
        if stat.S_IMODE(mode) & 0o077:
            raise ConfigError(f"{self.place}: others may read {path}; chmod 600 it")
        return text.strip()

    def _from_command(self, line: str) -> str:
        try:
            done = subprocess.run(
                shlex.split(line), capture_output=True, timeout=COMMAND_SECONDS, stdin=subprocess.DEVNULL, check=False
            )
        except (OSError, ValueError, subprocess.TimeoutExpired):
            raise ConfigError(f"{self.place}: the command does not answer") from None
        if done.returncode:
            raise ConfigError(f"{self.place}: the command ended with {done.returncode}")
        return done.stdout.decode("utf-8", "replace").strip()

    def _from_keyring(self, rest: str) -> str:
        service, _, name = rest.partition("/")
        try:
            import keyring
        except ModuleNotFoundError:
            raise ConfigError(f"{self.place}: keyring is not installed; it is the extra keyring") from None
        return keyring.get_password(service, name) or ""


def secret(table: Table, key: str) -> Secret:
    """The reference under `key`. A secret that stands in the file itself is refused, and not repeated."""
    reference = table.text(key, "")
    way, _, rest = reference.partition(":")
    if way not in ("env", "file", "command", "keyring") or not rest or rest.startswith("//"):
        raise table.wrong(key, f"is to be a reference, not the secret itself; write one of {', '.join(WAYS)}")
    return Secret(table.path(key), reference)
