"""What marks an incident as a drill."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct


class Drill(Struct, frozen=True):
    """That this is practice: the incident that it repeats, from which of its moments on, and when that was here."""

    source: str
    forked: datetime
    opened: datetime

    def here(self, moment: datetime) -> datetime:
        """When what happened at a moment of the source happens here; moments beyond the calendar are now."""
        try:
            return moment - self.forked + self.opened
        except OverflowError:
            return self.opened
