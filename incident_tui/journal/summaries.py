"""One incident as the list of incidents shows it, and as it is kept."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from msgspec import Struct

from incident_tui.domain.incident import LIVE_STATUSES, Incident
from incident_tui.times import from_iso, iso

COLUMNS = "incident, ref, title, severity, status, declared_at, began_at, resolved_at, commander, version, updated_at"


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
