"""A declaration from an issue in Sentry: what it says becomes title, severity, moment, services, and evidence."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from incident_tui.cli.console import Stop
from incident_tui.cli.desk import Desk, Work
from incident_tui.config.table import ConfigError
from incident_tui.domain.alerts import Alert
from incident_tui.domain.decide import Intent, Refused
from incident_tui.domain.decide.evidence import PREVIEW_LIMIT, keep_file, keep_result
from incident_tui.domain.decide.log import log_entry
from incident_tui.domain.decide.services import tag
from incident_tui.domain.scrubbing import scrub
from incident_tui.domain.text import first_line
from incident_tui.sources.panel import Panel
from incident_tui.times import iso, show
from incident_tui.web import Trouble

LATELY = timedelta(hours=24)
"""An older issue has come back: when it was first seen is not when this incident was detected."""
TITLE = 200


@dataclass(frozen=True, slots=True)
class Told:
    """What Sentry said of `link`: an alert with the event as a panel and whole; or why it said nothing."""

    link: str
    alert: Alert | None = None
    panel: Panel | None = None
    event: object = None
    problem: str = ""

    def filled(
        self, title: str, level: int | None, detected: datetime | None, now: datetime
    ) -> tuple[str, int, datetime | None]:
        """Title, severity and moment of detection: what a person has said, else what Sentry says."""
        alert = self.alert
        if alert is None:
            return title, level or 1, detected
        first = alert.started_at
        lately = first if first is not None and now - LATELY <= first <= now else None
        return title or first_line(alert.title, TITLE), level or alert.severity or 1, detected or lately

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

    def record(self, work: Work) -> None:
        """Log the alert, tag its services and keep its event. Raises NotSaved."""
        alert = self.alert
        text = f"Sentry was asked in vain ({self.problem}): {self.link}" if alert is None else self._entry(alert)
        _perform(work, lambda incident: log_entry(incident, "alert", text))
        if alert is not None and alert.services:
            _perform(work, lambda incident: tag(incident, " ".join(alert.services)))
        if self.panel is not None:
            _keep_event(work, self.panel, self.event)

    def _entry(self, alert: Alert) -> str:
        seen = f"first seen {iso(alert.started_at)}" if alert.started_at else ""
        labels = [f"{key} {value}" for key, value in alert.labels.items() if key != "culprit"]
        facts = " · ".join(filter(None, (*labels, seen)))
        return "\n".join(filter(None, (f"Sentry: {alert.title}", alert.text, facts, alert.url or self.link)))


def ask_sentry(desk: Desk, link: str, now: datetime) -> Told:
    """Ask the source that is configured for the link. Never raises: what is in the way is the `problem`."""
    from incident_tui.sources.registry import sources_for
    from incident_tui.sources.sentry import Sentry

    found = sources_for(desk.config, link)
    if isinstance(found, Refused):
        return Told(link, problem=str(found))
    for source in found:
        meant = source.meant(link) if isinstance(source, Sentry) else None
        if not isinstance(source, Sentry) or meant is None:
            continue
        try:
            issue = source.look_up(meant)
        except (Trouble, ConfigError) as error:
            return Told(link, problem=str(error))
        panel = source.event_panel(issue.event, meant, now) if issue.event is not None else None
        return Told(link, issue.alert, panel, issue.event, issue.problem)
    return Told(link, problem="the link names no issue of a Sentry that is configured; see docs/sources/sentry.md")


def _keep_event(work: Work, panel: Panel, event: object) -> None:
    from incident_tui.sources.reading import line
    from incident_tui.sources.together import result_of

    _perform(work, lambda incident: keep_result(incident, result_of(panel)))
    # Others' secrets stand in headers, variables and cookies of an event.
    data = scrub(json.dumps(event, indent=1, ensure_ascii=False), work.session.own_secrets).text.encode(
        "utf-8", "replace"
    )
    named = f"sentry-event-{line(event, 'eventID') or line(event, 'id') or 'latest'}.json"
    sha256 = work.blobs.keep(data)
    _perform(work, lambda incident: keep_file(incident, named, sha256, len(data), data[: PREVIEW_LIMIT + 4]))


def _perform(work: Work, intent: Intent) -> None:
    """Record it; what the rules refuse is said, and does not undo the declaration."""
    try:
        work.record(intent)
    except Stop as stop:
        work.console.note(f"not recorded: {stop}")
