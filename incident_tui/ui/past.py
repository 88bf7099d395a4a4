"""What is learned from past incidents for the screen: the pace at which the same protocol was worked before."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from incident_tui.domain.incident import Incident
from incident_tui.domain.pace import Pace, pace
from incident_tui.journal import JournalError
from incident_tui.session import Session

LATEST = 200
"""How many incidents are looked at, the newest first: a team's pace is that of its last years, not of all."""


def read_pace(session: Session, incident: Incident) -> Pace:
    """The pace of the latest other incidents with the protocol of this one; none where they cannot be read.

    It reads through a connection of its own, so that it may run in any thread.
    """
    try:
        with Session.open(session.paths, session.config, writable=False, wall=session.now) as reading:
            others = islice(_others(reading, incident.id), LATEST)
            return pace(incident.protocol, others, session.now(), session.policy.calendar)
    except JournalError:
        return Pace()


def _others(session: Session, but: str) -> Iterator[Incident]:
    """The incidents that are over, newest first, one at a time."""
    for summary in session.summaries():
        if not summary.live and summary.incident != but:
            yield session.enter(summary.incident).incident
