"""What marks an incident as a drill."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Drill:
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
