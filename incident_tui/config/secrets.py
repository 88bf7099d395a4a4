"""Secrets by reference: where each is kept, looked up when it is used, and never shown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from incident_tui.config.keeping import Missing, glance, misspelt, read
from incident_tui.config.table import ConfigError, Table

if TYPE_CHECKING:
    from incident_tui.config import Config

WAYS: Final = ("env:NAME", "file:PATH", "command:WORDS", "keyring:SERVICE/NAME")
SHORTEST: Final = 6
"""Shorter values are no secrets, and would be found in any text."""

LONG: Final = 16
"""A path at least so long is no word that stands in other texts."""


@dataclass(frozen=True, slots=True)
class Secret:
    """A reference such as `env:SLACK_TOKEN`, and the key of the configuration that it stands under.

    Neither it nor its `repr` nor a pickle of it holds the secret.
    """

    place: str
    reference: str = field(repr=False)

    def reveal(self) -> str:
        """The secret itself, for the moment of its use. Raises ConfigError that says where it is expected.

        A command or a keyring is asked once in the life of the process, for at most ten seconds.
        """
        way, _, place = self.reference.partition(":")
        try:
            return read(way, place)
        except Missing as missing:
            reason = str(missing)
        raise ConfigError(f"{self.place}: {reason}")

    def look(self) -> str:
        """In a few words that the secret is there, as far as that can be seen without a question to anybody.

        Commands are not run and keyrings are not asked. Raises ConfigError like `reveal`.
        """
        way, _, place = self.reference.partition(":")
        try:
            return glance(way, place)
        except Missing as missing:
            reason = str(missing)
        raise ConfigError(f"{self.place}: {reason}")


def secret(table: Table, key: str) -> Secret:
    """The reference under `key`. A secret that stands in the file itself is refused, and not repeated."""
    reference = table.values.get(key, "")
    # Nothing of the value is shown: whoever writes it in the wrong way may have written the secret.
    way, _, place = reference.partition(":") if isinstance(reference, str) else ("", "", "")
    if way not in ("env", "file", "command", "keyring") or place.startswith("//"):
        words = "is missing" if key not in table.values else "is to be a reference, not the secret itself"
        raise table.wrong(key, f"{words}; write one of {', '.join(WAYS)}")
    if wrong := misspelt(way, place):
        raise table.wrong(key, wrong)
    return Secret(f"{table.file}: {table.path(key)}", f"{way}:{place}")


def known_secrets(config: Config) -> tuple[str, ...]:
    """The secrets that can be had at once, to mask them wherever they turn up: from environment and files.

    What is not there is passed over. Commands are not run, keyrings are not asked.
    """
    found: dict[str, None] = {}
    for tables in (config.channels, config.sources, config.health):
        for reference in _texts([table.values for table in tables.values()]):
            way, _, place = reference.partition(":")
            if way not in ("env", "file") or misspelt(way, place):
                continue
            try:
                value = read(way, place)
            except Missing:
                continue
            found |= dict.fromkeys(_parts(value))
    return tuple(found)


def _parts(value: str) -> Iterator[str]:
    """A secret, and of an address the path and its last part too: programs write them without the host."""
    path = value.partition("://")[2].partition("/")[2]
    if len(value) >= SHORTEST:
        yield value
    if len(path) >= LONG:
        yield path
    last = path.rpartition("/")[2]
    if len(last) >= LONG:
        yield last


def _texts(value: object) -> Iterator[str]:
    """All texts in tables and lists."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping | list):
        inner: Iterable[object] = value.values() if isinstance(value, Mapping) else value
        for part in inner:
            yield from _texts(part)
