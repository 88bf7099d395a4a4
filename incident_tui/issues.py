"""Issues of Sentry: what one tells when an incident is declared from it, and which can be marked as resolved."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import Final, Self

from msgspec import Struct

from incident_tui.config import Config
from incident_tui.config.table import ConfigError
from incident_tui.domain.alerts import Alert
from incident_tui.domain.decide import Decision, Intent, Refused
from incident_tui.domain.decide.evidence import PREVIEW_LIMIT, keep_file, keep_result
from incident_tui.domain.decide.log import log_entry
from incident_tui.domain.decide.services import tag
from incident_tui.domain.events import EntryLogged, Event, ResultKept
from incident_tui.domain.incident import Incident
from incident_tui.domain.scrubbing import scrub
from incident_tui.domain.text import first_line
from incident_tui.journal.blobs import BlobStore
from incident_tui.rooms import Room
from incident_tui.session import Done, Session
from incident_tui.sources.links import is_link, place_of
from incident_tui.sources.panel import Panel
from incident_tui.sources.reading import line
from incident_tui.sources.registry import sources_for
from incident_tui.sources.sentry import NotResolved, Resolved, Sentry
from incident_tui.sources.sentry_links import IssueLink
from incident_tui.sources.together import result_of
from incident_tui.times import iso
from incident_tui.web import Trouble

LATELY = timedelta(hours=24)
"""An older issue has come back: when it was first seen is not when this incident was detected."""
TITLE = 200
MARKED: Final = "marked as resolved in Sentry:"
"""How the entry begins that tells so; a link in such an entry is not offered again."""
MOST_OFFERED = 9
_LINK = re.compile(r"https?://[^\s<>\"'()\[\]]+")


class Issue(Struct, frozen=True):
    """What Sentry said of `link`: an alert with the event as a panel and whole; or why it said nothing."""

    link: str
    alert: Alert | None = None
    panel: Panel | None = None
    event: object = None
    problem: str = ""

    @classmethod
    def asked(cls, config: Config, link: str, now: datetime) -> Self:
        """Ask the source that is configured for the link. Never raises: what is in the way is the `problem`."""
        found = _sentry_of(config, link)
        if isinstance(found, Refused):
            return cls(link, problem=str(found))
        source, meant = found
        try:
            issue = source.look_up(meant)
        except (Trouble, ConfigError) as error:
            return cls(link, problem=str(error))
        panel = source.event_panel(issue.event, meant, now) if issue.event is not None else None
        return cls(link, issue.alert, panel, issue.event, issue.problem)

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

    def intents(self, session: Session) -> Iterator[Intent]:
        """What is to be recorded, one after the other: the alert, its services, and its event. Raises OSError."""
        alert = self.alert
        text = f"Sentry was asked in vain ({self.problem}): {self.link}" if alert is None else self._entry(alert)
        yield partial(log_entry, kind_word="alert", text_word=text)
        if alert is not None and alert.services:
            yield partial(tag, text=" ".join(alert.services))
        if self.panel is not None:
            yield partial(keep_result, result=result_of(self.panel))
            yield self._event(session)

    def record(self, session: Session, room: Room) -> Room:
        """Record it; what the rules or the disk refuse is noted, and does not undo the declaration. Raises NotSaved."""
        missing = ""
        try:
            for intent in self.intents(session):
                done = session.perform(room, intent)
                room = done.room if isinstance(done, Done) else room
                missing = missing if isinstance(done, Done) else str(done)
        except OSError as error:
            missing = f"the event could not be kept: {error.strerror}"
        if missing:
            words = f"not all that Sentry said is recorded: {missing}"
            done = session.perform(room, partial(log_entry, kind_word="note", text_word=words))
            room = done.room if isinstance(done, Done) else room
        return room

    def _entry(self, alert: Alert) -> str:
        seen = f"first seen {iso(alert.started_at)}" if alert.started_at else ""
        labels = [f"{key} {value}" for key, value in alert.labels.items() if key != "culprit"]
        facts = " · ".join(filter(None, (*labels, seen)))
        return "\n".join(filter(None, (f"Sentry: {alert.title}", alert.text, facts, alert.url or self.link)))

    def _event(self, session: Session) -> Intent:
        """The event as a file, without the secrets that stand in headers, variables and cookies of an event."""
        told = scrub(json.dumps(self.event, indent=1, ensure_ascii=False), session.own_secrets).text
        data = told.encode("utf-8", "replace")
        named = f"sentry-event-{line(self.event, 'eventID') or line(self.event, 'id') or 'latest'}.json"
        sha256 = BlobStore(session.paths.blobs).keep(data)
        return partial(keep_file, name=named, sha256=sha256, size=len(data), start=data[: PREVIEW_LIMIT + 4])


class Resolvable(Struct, frozen=True):
    """An issue that an incident names, at the source that would be asked to mark it as resolved."""

    issue: str
    link: str
    source: Sentry

    @property
    def host(self) -> str:
        """Where the request would go."""
        return place_of(self.source.url)

    def resolve(self) -> Resolved | NotResolved:
        """Say there that it is resolved, once a person has consented. Never raises."""
        return self.source.resolve(self.issue)

    def told(self, incident: Incident) -> Decision:
        """That it was marked, as an action in the log."""
        return log_entry(incident, "action", f"{MARKED} issue {self.issue} at {self.host}\n{self.link}")


def names_issue(config: Config, link: str) -> bool:
    """Whether a text is a link to an issue that a configured Sentry can be asked about."""
    return is_link(link) and _LINK.fullmatch(link) is not None and not isinstance(_sentry_of(config, link), Refused)


def resolvable(config: Config, incident: Incident, events: Iterable[Event]) -> tuple[Resolvable, ...]:
    """Issues that the log or kept answers of an incident link to, and that were not marked from here; none of a drill.

    At most MOST_OFFERED, those that were named first.
    """
    if incident.drill is not None or not any(
        table.text("kind", "") == Sentry.KIND for table in config.sources.values()
    ):
        return ()
    found: dict[tuple[str, str], Resolvable] = {}
    marked: set[tuple[str, str]] = set()
    for event in events:
        text = "" if incident.struck(event.id) else _text(event)
        for link in _LINK.findall(text):
            known = _sentry_of(config, link.rstrip(".,;:!?"))
            if isinstance(known, Refused):
                continue
            source, meant = known
            key = (source.name, meant.issue.casefold())
            found.setdefault(key, Resolvable(meant.issue, link.rstrip(".,;:!?"), source))
            if text.startswith(MARKED):
                marked.add(key)
    return tuple(item for key, item in found.items() if key not in marked)[:MOST_OFFERED]


def _text(event: Event) -> str:
    match event.body:
        case EntryLogged():
            return event.body.text
        case ResultKept():
            return f"{event.body.query} {event.body.url}"
        case _:
            return ""


def _sentry_of(config: Config, link: str) -> tuple[Sentry, IssueLink] | Refused:
    found = sources_for(config, link)
    if isinstance(found, Refused):
        return found
    for source in found:
        meant = source.meant(link) if isinstance(source, Sentry) else None
        if isinstance(source, Sentry) and meant is not None:
            return source, meant
    return Refused("the link names no issue of a Sentry that is configured; see docs/sources/sentry.md")
