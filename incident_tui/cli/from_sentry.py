"""A declaration from an issue in Sentry: what was found is shown, and recorded with the incident."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from incident_tui.cli.console import Stop
from incident_tui.cli.desk import Desk, Work
from incident_tui.issues import Issue
from incident_tui.times import show


class Told(Issue, frozen=True):
    """What Sentry said, for the command line."""

    def words(self, now: datetime, zone: ZoneInfo) -> str:
        """What was found, for a person to look at."""
        alert = self.alert
        if alert is None:
            return f"Sentry was asked in vain: {self.problem}\nit is declared without what Sentry knows"
        seen = f"first seen {show(alert.started_at, zone, now)}" if alert.started_at else "first seen: not told"
        parts = [
            f"Sentry: {alert.title}",
            " · ".join(f"{key} {text}" for key, text in alert.labels.items()),
            f"{seen} · services: {', '.join(alert.services) or 'none'}",
            alert.url or self.link,
            f"the event is missing: {self.problem}" if self.problem else "",
        ]
        return "\n  ".join(filter(None, parts))

    def record_in(self, work: Work) -> None:
        """Log the alert, tag its services and keep its event; what the rules refuse is said, and undoes nothing.

        Raises NotSaved, OSError.
        """
        for intent in self.intents(work.session):
            try:
                work.record(intent)
            except Stop as stop:
                work.console.note(f"not recorded: {stop}")


def ask_sentry(desk: Desk, link: str, now: datetime) -> Told:
    """Ask the source that is configured for the link. Never raises: what is in the way is the `problem`."""
    return Told.asked(desk.config, link, now)
