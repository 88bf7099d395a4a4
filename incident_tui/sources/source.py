"""What every source is: something configured that answers questions, about a link or about how things stand."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import ClassVar, Protocol, Self

from msgspec import Struct

from incident_tui.sources.panel import Question


class Scene(Struct, frozen=True):
    """Whom a question is asked for: `now` tells the time at each asking, `services` are those of the incident."""

    now: Callable[[], datetime]
    services: tuple[str, ...] = ()

    @classmethod
    def of(cls, now: datetime, services: tuple[str, ...] = ()) -> Self:
        """A scene whose time goes on from `now`."""
        began = time.monotonic()
        return cls(lambda: now + timedelta(seconds=time.monotonic() - began), services)


class Source(Protocol):
    """A configured place that things come from. KIND is its name there, HINT says which links it takes."""

    KIND: ClassVar[str]
    HINT: ClassVar[str]

    @property
    def name(self) -> str: ...

    @property
    def places(self) -> tuple[str, ...]:
        """The hosts of links that it understands, as `links.place_of` writes them."""
        ...

    def standing(self, scene: Scene) -> tuple[Question, ...]:
        """How things stand: what is firing, down, new, changed."""
        ...

    def about(self, link: str, scene: Scene) -> tuple[Question, ...]:
        """What can be asked about a link to one of its places, or a bare name; empty where it understands neither.

        Only ids are taken from the link: what is asked, and with which token, is decided by the configuration.
        """
        ...

    def check(self) -> str:
        """Ask the service whether it can be read with these rights: one line of what was found. Raises web.Trouble."""
        ...
