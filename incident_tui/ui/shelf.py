"""The incidents as home shows them: all, those that a search finds, and what they owe."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from incident_tui.domain.incident import Incident
from incident_tui.domain.search import plain
from incident_tui.journal import Summary
from incident_tui.session import Session
from incident_tui.times import zone_named
from incident_tui.ui.text import Line
from incident_tui.ui.views.due import Due, dues
from incident_tui.ui.views.home import Columns, Hit, columns_of, first_rows, header, hits_of, home_rows, matching
from incident_tui.ui.views.oncall import OnCall, on_call, primary
from incident_tui.ui.widgets.board import Row

MOST_FOLDED = 30  # incidents that are asked what they owe: older ones are history


class Shelf:
    """Reads through the session; `now` is the moment of which rows and header speak."""

    def __init__(self, session: Session) -> None:
        self.zone = zone_named(session.zone)
        self.now = session.now()
        self.summaries: Sequence[Summary] = ()
        self.shown: Sequence[Summary] = ()
        self.owed: tuple[Due, ...] = ()
        self._session = session
        self._words = ""
        self._hits: Mapping[str, Hit] = {}
        self._folded: dict[str, Incident] = {}
        self._columns: Columns | None = None
        self._asked: datetime | None = None
        self._on_call: tuple[OnCall, ...] = ()

    def read(self) -> None:
        """Reads the list anew. Raises JournalError."""
        self.summaries = self._session.summaries()
        self.find(self._words)

    @property
    def on_call(self) -> tuple[OnCall, ...]:
        """Who is on call; looked up again every hour, because a calendar takes a while to read."""
        hour = self.now.replace(minute=0, second=0, microsecond=0)
        if self._asked != hour:
            self._asked, self._on_call = hour, on_call(self._session.config.oncall, self.now)
        return self._on_call

    def find(self, words: str) -> None:
        """Shows only what holds `words`; all without any. Raises JournalError."""
        self._words = words.strip()
        self._hits = (
            hits_of(found.event for found in self._session.journal.search(plain(self._words))) if self._words else {}
        )
        self.shown = matching(self.summaries, self._words, self._hits) if self._words else self.summaries

    def unread(self) -> tuple[Summary, ...]:
        """The incidents that have changed since they were last taken."""
        newest = self.summaries[:MOST_FOLDED]
        return tuple(item for item in newest if item.version != self._version(item.incident))

    def take(self, incidents: Mapping[str, Incident]) -> None:
        """Takes incidents as they stand, unless they are known as they stand later."""
        for key, incident in incidents.items():
            if incident.version >= self._version(key):
                self._folded[key] = incident

    def turn(self, now: datetime) -> None:
        """Sets the moment, and with it what is owed."""
        self.now = now
        known = [self._folded[item.incident] for item in self.summaries if item.incident in self._folded]
        policy = self._session.policy
        self.owed = tuple(due for incident in known for due in dues(incident, now, policy, self.zone))

    def rows(self, cells: int) -> tuple[Row, ...]:
        """All rows."""
        if not self.summaries:
            return first_rows()
        self._columns = columns_of(self.shown, self.now, cells, self.owed)
        return home_rows(self.shown, self.now, self.zone, cells, self._hits, self.owed, self._columns)

    def live_rows(self, cells: int) -> tuple[Row, ...]:
        """The rows that come first and change every second, in the columns of all."""
        live = [item for item in self.shown if item.live]
        return home_rows(live, self.now, self.zone, cells, self._hits, self.owed, self._columns)

    def header(self, cells: int) -> Line:
        """The line above it all."""
        return header(self.summaries, self.owed, self.now, self.zone, cells, primary(self.on_call))

    def _version(self, incident: str) -> int:
        known = self._folded.get(incident)
        return known.version if known else 0
