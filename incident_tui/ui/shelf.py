"""The incidents as home shows them: all, those that a search finds, and what they owe."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from incident_tui.domain.incident import Incident
from incident_tui.journal import Summary
from incident_tui.session import Session
from incident_tui.times import zone_named
from incident_tui.ui.lookup import Result
from incident_tui.ui.text import Line
from incident_tui.ui.views.due import Due, dues
from incident_tui.ui.views.home import Columns, Hit, columns_of, first_rows, header, home_rows
from incident_tui.ui.views.oncall import OnCall, on_call, primary
from incident_tui.ui.widgets.board import Row

LAST = 9
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
        self._result: Result | None = None
        self._folded: dict[str, Incident] = {}
        self._columns: Columns | None = None
        self._asked: datetime | None = None
        self._on_call: tuple[OnCall, ...] = ()

    def read(self) -> None:
        """Reads the list anew. Raises JournalError."""
        # What hurts most comes first; what is over stays in the order of its time.
        self.summaries = sorted(self._session.summaries(), key=lambda item: item.severity if item.live else LAST)
        if self._result is None:
            self.shown = self.summaries

    @property
    def on_call(self) -> tuple[OnCall, ...]:
        """Who is on call; looked up again every hour, because a calendar takes a while to read."""
        hour = self.now.replace(minute=0, second=0, microsecond=0)
        if self._asked != hour:
            self._asked, self._on_call = hour, on_call(self._session.config.oncall, self.now)
        return self._on_call

    def find(self, result: Result | None) -> None:
        """Shows what a search has found; all without one."""
        self._result = result
        self.shown = self.summaries if result is None else result.shown

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
        return home_rows(
            self.shown, self.now, self.zone, cells, self._hits, self.owed, self._columns, ranked=self._ranked
        )

    def live_rows(self, cells: int) -> tuple[Row, ...]:
        """The rows that come first and change every second, in the columns of all."""
        live = [item for item in self.shown if item.live]
        return home_rows(live, self.now, self.zone, cells, self._hits, self.owed, self._columns, ranked=self._ranked)

    def header(self, cells: int) -> Line:
        """The line above it all."""
        return header(self.summaries, self.owed, self.now, self.zone, cells, primary(self.on_call))

    @property
    def _hits(self) -> Mapping[str, Hit]:
        return self._result.hits if self._result else {}

    @property
    def _ranked(self) -> bool:
        return self._result is not None and bool(self._result.query.terms)

    def _version(self, incident: str) -> int:
        known = self._folded.get(incident)
        return known.version if known else 0
