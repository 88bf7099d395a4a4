"""What a screen does that shows the journal as it grows and the time as it passes."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol, runtime_checkable

from textual.screen import Screen


@runtime_checkable
class Writing(Protocol):
    """A dialog in which something longer is written."""

    def unkept(self) -> str:
        """What would be lost with the dialog, as a line of the composer; "" for nothing."""


class LiveScreen(Screen[None]):
    """The program calls these for every such screen that is open."""

    def tick(self, now: datetime) -> None:
        """A second has passed; called on the screen in front."""
        raise NotImplementedError

    def catch_up(self) -> None:
        """The journal has grown; called on every screen."""
        raise NotImplementedError
