"""Rules of callouts: one was seen, or is to come again later."""

from __future__ import annotations

from datetime import datetime, timedelta

from incident_tui.domain.decide import Decision, Refused, quoted, said
from incident_tui.domain.events import CalloutAnswered
from incident_tui.domain.incident import Incident

LONGEST_SNOOZE = timedelta(days=1)


def answer(incident: Incident, callout_word: str) -> Decision:
    """A callout, by its key such as `ten:1`, was seen and does not come again."""
    callout = said(callout_word.strip(), "the callout", 80)
    if isinstance(callout, Refused):
        return callout
    before = incident.answers.get(callout)
    if before is not None and before.until is None:
        return Refused(f"callout {quoted(callout)} is answered already")
    return (CalloutAnswered(callout),)


def snooze(incident: Incident, callout_word: str, until: datetime, now: datetime) -> Decision:
    """A callout comes again at `until`, within a day."""
    callout = said(callout_word.strip(), "the callout", 80)
    if isinstance(callout, Refused):
        return callout
    if not timedelta(0) < until - now <= LONGEST_SNOOZE:
        return Refused("a callout comes again within minutes to a day", "for example in 10m")
    return (CalloutAnswered(callout, until.isoformat()),)
