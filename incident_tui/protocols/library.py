"""The protocols that come with the program."""

from __future__ import annotations

import tomllib
from hashlib import sha256
from importlib.resources import files
from importlib.resources.abc import Traversable

from msgspec.structs import replace

from incident_tui.domain.protocol import Protocol
from incident_tui.domain.protocol_json import from_json
from incident_tui.domain.reshaping import numbered
from incident_tui.domain.text import clean

SUFFIX = ".toml"
BUILTIN = files("incident_tui.protocols") / "builtin"


class UnknownProtocol(LookupError):
    """Nothing of this `kind` has this name; the message lists what exists."""

    def __init__(self, name: str, known: tuple[str, ...], kind: str = "built-in protocol") -> None:
        super().__init__(f"no {kind} {name!r}; known: {', '.join(known)}")
        self.name = name


def names() -> tuple[str, ...]:
    """Names of the built-in protocols, sorted."""
    return documents(BUILTIN)


def load_builtin(name: str) -> Protocol:
    """The built-in protocol, its steps numbered by position. Raises UnknownProtocol."""
    if name not in names():
        raise UnknownProtocol(name, names())
    return read(BUILTIN, name, f"builtin:{name}")


def documents(folder: Traversable) -> tuple[str, ...]:
    """Names of the TOML documents in `folder`, sorted."""
    found = (entry.name for entry in folder.iterdir())
    return tuple(sorted(name.removesuffix(SUFFIX) for name in found if name.endswith(SUFFIX)))


def read(folder: Traversable, name: str, source: str) -> Protocol:
    """The document `name` of `folder`, its steps numbered by position. Raises OSError, TOMLDecodeError."""
    return from_toml((folder / f"{name}{SUFFIX}").read_bytes(), name, source)


def from_toml(document: bytes, name: str, source: str) -> Protocol:
    """A document in our own form, its steps numbered by position. Raises TOMLDecodeError, UnicodeDecodeError."""
    written = from_json(_cleaned(tomllib.loads(document.decode())))
    phases = tuple(
        replace(phase, steps=numbered(phase.steps, str(position)))
        for position, phase in enumerate(written.phases, start=1)
    )
    return replace(written, name=name, phases=phases, source=source, digest=sha256(document).hexdigest())


def _cleaned(value: object) -> object:
    """The value with no text in it that could act on a terminal: a file may be anybody's."""
    match value:
        case str():
            return clean(value)
        case list():
            return [_cleaned(item) for item in value]
        case dict():
            return {key: _cleaned(item) for key, item in value.items()}
        case _:
            return value
