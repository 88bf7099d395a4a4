"""What is read of the past for the screen: whole histories, and the pace at which a protocol was worked before."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING

from incident_tui.domain.events import Event
from incident_tui.domain.incident import Incident
from incident_tui.domain.pace import Pace, pace
from incident_tui.journal import Journal, JournalError
from incident_tui.session import Session

if TYPE_CHECKING:
    from incident_tui.domain.course import Course

LATEST = 200
"""How many incidents are looked at, the newest first: a team's pace is that of its last years, not of all."""

TELL_EVERY = 2_000


def read_course(session: Session, incident: str, tell: Callable[[int], object], *, happened: bool) -> Course:
    """The whole course of an incident; `tell` hears now and then how many of its events have been read.

    It reads through a connection of its own, so that it may run in any thread. Raises JournalError.
    """
    from incident_tui.domain.course import Course

    events: list[Event] = []
    with Journal.open(session.paths.database, writable=False) as journal:
        for event in journal.events(incident):
            events.append(event)
            if len(events) % TELL_EVERY == 0:
                tell(len(events))
    return Course.of(incident, events, happened=happened)


def read_pace(session: Session, incident: Incident, until: datetime | None = None) -> Pace:
    """The pace of the latest other incidents with the protocol of this one; none where they cannot be read.

    Only those count that were resolved by `until`, if it is given.

    It reads through a connection of its own, so that it may run in any thread.
    """
    try:
        with Session.open(session.paths, session.config, writable=False, wall=session.now) as reading:
            others = islice(_others(reading, incident.id, until), LATEST)
            return pace(incident.protocol, others, session.now(), session.policy.calendar)
    except JournalError:
        return Pace()


def _others(session: Session, but: str, until: datetime | None) -> Iterator[Incident]:
    """The incidents that are over, newest first, one at a time."""
    for summary in session.summaries():
        if summary.live or summary.incident == but:
            continue
        incident = session.enter(summary.incident).incident
        resolved = incident.moment("resolved")
        if until is None or (resolved is not None and resolved <= until):
            yield incident
