"""One incident as the list of incidents shows it, and as it is kept."""

from __future__ import annotations

from datetime import datetime
from operator import attrgetter, is_
from typing import Any

from msgspec import Struct

from incident_tui.domain.decide import Refused
from incident_tui.domain.incident import LIVE_STATUSES, Incident
from incident_tui.times import from_iso, iso

COLUMNS = "incident, ref, title, severity, status, declared_at, began_at, resolved_at, commander, version, updated_at"
MARKS = ", ".join("?" for _ in COLUMNS.split(","))
SHOWN = attrgetter("ref", "title", "severity", "status", "declared_at", "milestones", "roles", "terms")
"""What the line of an incident is made of, but for how much has been recorded of it, and when."""


class Summary(Struct, frozen=True):
    """One incident as the list of incidents shows it."""

    incident: str
    ref: str
    title: str
    severity: int
    status: str
    declared_at: datetime | None
    began_at: datetime | None
    resolved_at: datetime | None
    commander: str | None
    version: int
    updated_at: datetime
    services: tuple[str, ...] = ()
    drill: str = ""
    """The incident that it repeats, where it is a drill."""

    @property
    def live(self) -> bool:
        return self.status in LIVE_STATUSES


def summary_of(row: tuple[Any, ...], services: tuple[str, ...] = (), drill: str = "") -> Summary:
    texts = [None if value is None else str(value) for value in row]
    return Summary(
        incident=str(row[0]),
        ref=str(row[1]),
        title=str(row[2]),
        severity=int(str(row[3])),
        status=str(row[4]),
        declared_at=_moment(texts[5]),
        began_at=_moment(texts[6]),
        resolved_at=_moment(texts[7]),
        commander=texts[8],
        version=int(str(row[9])),
        updated_at=from_iso(str(row[10])),
        services=services,
        drill=drill,
    )


def _moment(text: str | None) -> datetime | None:
    return from_iso(text) if text else None


def _text(moment: datetime | None) -> str | None:
    return iso(moment) if moment else None


def summary_values(incident: Incident, updated_at: datetime) -> tuple[str | int | None, ...]:
    """The values of COLUMNS for an incident."""
    return (
        incident.id,
        incident.ref,
        incident.title,
        incident.severity,
        incident.status,
        _text(incident.declared_at),
        _text(incident.began_at),
        _text(incident.moment("resolved")),
        incident.commander,
        incident.version,
        iso(updated_at),
    )


def shown_alike(incident: Incident, before: Incident) -> bool:
    """Whether nothing is known to have changed that the line of an incident shows."""
    return all(map(is_, SHOWN(incident), SHOWN(before)))


def meant(known: list[Summary], word: str | None, *, reading: bool) -> Summary | Refused:
    """The one that `word` means, any unique part of its reference; without a word see `Session.find`."""
    if word is None:
        return _meant_by_nothing(known, reading)
    wanted = word.strip().casefold()
    found = [item for item in known if wanted and wanted in item.ref.casefold()]
    exact = [item for item in found if item.ref.casefold() == wanted]
    found = exact or found
    if len(found) == 1:
        return found[0]
    if not found:
        return Refused(f"no incident “{word.strip()[:60]}”", "`incident-tui list` shows them all")
    return Refused(f"{len(found)} incidents match", f"say which: {', '.join(item.ref for item in found[:5])}")


def _meant_by_nothing(known: list[Summary], reading: bool) -> Summary | Refused:
    """The one that is live; a drill only where nothing real is."""
    live = [item for item in known if item.live and not item.drill] or [item for item in known if item.live]
    if len(live) == 1:
        return live[0]
    if len(live) > 1:
        return Refused(
            f"{len(live)} incidents are live", f"say which: -i {' or -i '.join(item.ref for item in live[:5])}"
        )
    if reading and known:
        return known[0]
    declare_one = 'declare one: incident-tui declare "what is wrong"'
    if not known:
        return Refused("no incident is live", declare_one)
    latest = known[0].ref
    return Refused("no incident is live", f"for the latest say -i {latest.rpartition('-')[2]}, or {declare_one}")
