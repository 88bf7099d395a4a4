"""A declaration from alerts in a file or a pipe: the severest gives title and severity, all become entries."""

from __future__ import annotations

import json
from datetime import datetime
from zoneinfo import ZoneInfo

from msgspec import Struct

from incident_tui.cli.console import Stop
from incident_tui.cli.desk import Desk, Work
from incident_tui.domain.alerts import Alert
from incident_tui.domain.decide.alerts import hear, most_severe, services_of
from incident_tui.domain.decide.services import tag
from incident_tui.domain.incident import SEVERITIES
from incident_tui.domain.text import first_line
from incident_tui.intake import TITLE, detected_at
from incident_tui.sources.inbound import Inbound, inbound
from incident_tui.times import show

SIZE = 1024 * 1024
SHOWN = 20


class Reported(Struct, frozen=True):
    """The alerts of one message, of which there is at least one."""

    told: Inbound
    first: Alert

    def filled(
        self, title: str, level: int | None, detected: datetime | None, now: datetime
    ) -> tuple[str, int, datetime | None]:
        """Title, severity and moment of detection: what a person has said, else what the alerts say."""
        named = title or first_line(self.first.title, TITLE)
        return named, level or self.first.severity or 1, detected or detected_at(self.told.alerts, now)

    def words(self, now: datetime, zone: ZoneInfo) -> str:
        """What it makes of them, for a person to look at."""
        alerts = self.told.alerts
        lines = [_line(alert, now, zone) for alert in alerts[:SHOWN]]
        if len(alerts) > SHOWN:
            lines.append(f"and {len(alerts) - SHOWN} more")
        if self.told.missing:
            lines.append(f"{self.told.missing} more were left out before they came here")
        lines.append(f"services: {', '.join(services_of(_firing(alerts))) or 'none'}")
        return "\n  ".join(("from the alerts:", *lines))

    def record_in(self, work: Work) -> None:
        """Log every alert and tag the services of those that fire. Raises NotSaved, Stop."""
        alerts = self.told.alerts
        work.record(lambda incident: hear(incident, alerts, self.told.group, past=True))
        names = services_of(_firing(alerts))
        if names:
            work.record(lambda incident: tag(incident, " ".join(names)))


def read_alerts(desk: Desk, place: str, now: datetime) -> Reported:
    """The alerts in a file, or with `-` on standard input. Raises Stop where there are none."""
    data = _data(desk, place)
    if len(data) > SIZE:
        raise Stop(f"{place} is larger than 1 MB", "no alert is so long")
    try:
        told = inbound(json.loads(data), now)
    except (ValueError, RecursionError):
        raise Stop(f"{place} is no JSON", "give the body of a webhook, or an object with a title") from None
    first = most_severe(told.alerts)
    if first is None:
        raise Stop(f"{place} tells of no alert", "docs/sources/listen.md names the forms that are read")
    return Reported(told, first)


def _data(desk: Desk, place: str) -> bytes:
    if place == "-":
        return desk.stdin.read(SIZE + 1)
    try:
        with open(place, "rb") as file:
            return file.read(SIZE + 1)
    except OSError as error:
        raise Stop(f"{place} cannot be read: {error.strerror}") from error


def _firing(alerts: tuple[Alert, ...]) -> list[Alert]:
    return [alert for alert in alerts if alert.ended_at is None]


def _line(alert: Alert, now: datetime, zone: ZoneInfo) -> str:
    level = f"SEV{alert.severity} {SEVERITIES[alert.severity]}" if alert.severity else "no severity"
    since = f"since {show(alert.started_at, zone, now)}" if alert.started_at else "since when is not told"
    state = "firing" if alert.ended_at is None else "over"
    return f"{alert.source}: {first_line(alert.title, 100)} · {state} · {level} · {since}"
