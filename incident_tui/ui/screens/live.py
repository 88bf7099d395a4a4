"""What a screen does that shows the journal as it grows and the time as it passes."""

from __future__ import annotations

from datetime import datetime

from textual.screen import Screen


class LiveScreen(Screen[None]):
    """The program calls these for every such screen that is open."""

    def tick(self, now: datetime) -> None:
        """A second has passed; called on the screen in front."""
        raise NotImplementedError

    def catch_up(self) -> None:
        """The journal has grown; called on every screen."""
        raise NotImplementedError
