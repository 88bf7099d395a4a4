"""The protocols that come with the program."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from hashlib import sha256
from importlib.resources import files

from incident_tui.domain.protocol import Protocol, Step
from incident_tui.domain.protocol_json import from_json

SUFFIX = ".toml"
BUILTIN = files("incident_tui.protocols") / "builtin"


class UnknownProtocol(LookupError):
    """No built-in protocol has this name; the message lists those that exist."""

    def __init__(self, name: str) -> None:
        super().__init__(f"no built-in protocol {name!r}; known: {', '.join(names())}")
        self.name = name


def names() -> tuple[str, ...]:
    """Names of the built-in protocols, sorted."""
    found = (entry.name for entry in BUILTIN.iterdir())
    return tuple(sorted(name.removesuffix(SUFFIX) for name in found if name.endswith(SUFFIX)))


def load_builtin(name: str) -> Protocol:
    """The built-in protocol, its steps numbered by position. Raises UnknownProtocol."""
    if name not in names():
        raise UnknownProtocol(name)
    document = (BUILTIN / f"{name}{SUFFIX}").read_bytes()
    read = from_json(tomllib.loads(document.decode()))
    phases = tuple(
        replace(phase, steps=_numbered(phase.steps, str(position)))
        for position, phase in enumerate(read.phases, start=1)
    )
    return replace(read, name=name, phases=phases, source=f"builtin:{name}", digest=sha256(document).hexdigest())


def _numbered(steps: tuple[Step, ...], above: str) -> tuple[Step, ...]:
    return tuple(
        replace(step, number=number, steps=_numbered(step.steps, number))
        for number, step in ((f"{above}.{position}", step) for position, step in enumerate(steps, start=1))
    )
