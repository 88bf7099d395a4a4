"""Alerts on their way into incidents: which one they are about, told once, on disk before they are answered for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from incident_tui.domain.alerts import Alert
from incident_tui.domain.decide import Refused
from incident_tui.domain.decide.alerts import hear, most_severe, services_of
from incident_tui.domain.events import ServiceTagged
from incident_tui.domain.incident import SEVERITIES, Incident
from incident_tui.domain.protocol import Protocol
from incident_tui.domain.text import first_line
from incident_tui.rooms import Room
from incident_tui.session import Session
from incident_tui.sources.inbound import Inbound

ACTOR = "alerts"
"""Who has told: never a name from a message, which could be anybody's."""
TITLE = 200
TOGETHER = timedelta(minutes=5)
MOST_ENDED = 20
LATELY = timedelta(hours=1)
"""What has fired for longer was not detected when it began."""


class Taken(Struct, frozen=True):
    """What became of alerts, in words; `nowhere` where no incident is about them."""

    what: Literal["declared", "added", "known", "nowhere"]
    words: str


class Intake:
    """Alerts for one session of its own. `severities` are those that declare an incident, which begins by `protocol`.

    A drill never gets an alert.
    """

    def __init__(self, session: Session, severities: frozenset[int], protocol: Protocol) -> None:
        session.actor = ACTOR
        self._session = session
        self._severities = severities
        self._protocol = protocol
        self._rooms: dict[str, Room] = {}

    def take(self, told: Inbound) -> Taken:
        """Tell the alerts where they belong; once this returns, it is on disk. Raises NotSaved, JournalError.

        What ends is told where its beginning was; what began somewhere and goes on is not told again.
        """
        incidents = self._known()
        name = _named(told)
        begun = {key for incident in incidents for key, known in incident.alerts.items() if not known.over}
        new = [alert for alert in told.alerts if alert.ended_at is None and alert.key not in begun]
        places = [incident.ref for incident in incidents if self._end(incident, told)]
        if new:
            return self._begin(replace(told, alerts=tuple(new)), [one for one in incidents if one.live], name)
        if places:
            return Taken("added", f"{name}: told in {' and '.join(places)}")
        if any(alert.key in begun for alert in told.alerts):
            return Taken("known", f"{name}: known already")
        return Taken("nowhere", f"{name}: nothing is recorded, as its beginning was not told")

    def _end(self, incident: Incident, told: Inbound) -> bool:
        """Whether something has ended that was told in the incident; that is told there, whoever has ended it since."""
        ended = [alert for alert in told.alerts if alert.ended_at is not None and alert.key in incident.alerts]
        return bool(ended) and self._hear(incident, replace(told, alerts=tuple(ended)))

    def _begin(self, told: Inbound, live: Sequence[Incident], name: str) -> Taken:
        """Tell what is new in the incident that it is about, or in one that is declared for it."""
        home = _home(live, told)
        if home is None and any(alert.severity in self._severities for alert in told.alerts):
            home = self._just_declared(live)
            if home is None:
                return self._declare(told, name)
        if home is None and len(live) == 1:
            home = live[0]
        if home is None:
            why = f"{len(live)} incidents are live" if live else "no incident is live"
            return Taken("nowhere", f"{name}: nothing is recorded, as {why}")
        self._hear(home, told)
        return Taken("added", f"{name}: told in {home.ref}")

    def _hear(self, incident: Incident, told: Inbound) -> bool:
        """Whether something new was told."""
        done = self._session.perform(self._rooms[incident.id], lambda known: hear(known, told.alerts, told.group))
        if isinstance(done, Refused):
            return False
        self._rooms[incident.id] = done.room
        return True

    def _known(self) -> list[Incident]:
        """The incidents that are live, and the latest that are not, but no drills; the latest first."""
        real = [item for item in self._session.summaries() if not item.drill]
        ended = [item for item in real if not item.live][:MOST_ENDED]
        wanted = [item.incident for item in real if item.live or item in ended]
        known = self._rooms
        self._rooms = {
            incident: self._session.catch_up(known[incident]) if incident in known else self._session.enter(incident)
            for incident in wanted
        }
        return [room.incident for room in self._rooms.values()]

    def _just_declared(self, live: Sequence[Incident]) -> Incident | None:
        """What was declared here moments ago: one outage sets off many alerts, and is one incident."""
        since = self._session.now() - TOGETHER
        mine = (incident for incident in live if incident.declared_by == ACTOR)
        return next((one for one in mine if one.declared_at is not None and one.declared_at >= since), None)

    def _declare(self, told: Inbound, name: str) -> Taken:
        """A new incident together with its alerts, so that a message that comes again finds all or nothing."""
        first = most_severe(told.alerts)
        assert first is not None, "one of them declares"
        entries = hear(Incident(""), told.alerts, told.group)
        assert not isinstance(entries, Refused), "what fires is new to a new incident"
        tags = tuple(ServiceTagged(name) for name in services_of(told.alerts))
        done = self._session.declare(
            first_line(first.title, TITLE),
            first.severity or min(SEVERITIES),
            self._protocol,
            detected=detected_at(told.alerts, self._session.now()),
            alongside=(*tags, *entries),
        )
        if isinstance(done, Refused):
            return Taken("nowhere", f"{name}: {done}")
        self._rooms[done.room.incident.id] = done.room
        return Taken("declared", f"{name}: declared {done.room.incident.ref}")


def detected_at(alerts: Iterable[Alert], now: datetime) -> datetime | None:
    """When the first of the alerts began that fire, as far as that was lately."""
    began = [alert.started_at for alert in alerts if alert.started_at is not None and alert.ended_at is None]
    return min((at for at in began if now - LATELY <= at <= now), default=None)


def _home(incidents: Sequence[Incident], told: Inbound) -> Incident | None:
    """The incident that knows one of the alerts, else their group, else one of their services."""
    keys = {alert.key for alert in told.alerts}
    services = set(services_of(told.alerts))
    for incident in incidents:
        if any(key in incident.alerts for key in keys):
            return incident
    for incident in incidents:
        if told.group and any(known.group == told.group for known in incident.alerts.values()):
            return incident
    return next((incident for incident in incidents if services & set(incident.services)), None)


def _named(told: Inbound) -> str:
    """The alerts in a few words for the log of the program."""
    first = most_severe(told.alerts)
    if first is None:
        return "no alert"
    count = len(told.alerts) - 1 + told.missing
    more = f" and {count} more" if count else ""
    return f"{first.source}: {first_line(first.title, 80)}{more}{' (over)' if first.ended_at else ''}"
