"""Events of declaration, severity, status, milestones, roles, impact, services.

`repeats` is the event of the source that a drill lets happen again.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from incident_tui.domain.events.json import LATER, JsonObject


@dataclass(frozen=True, slots=True)
class IncidentDeclared:
    """The incident begins. `protocol` is the snapshot of its checklist, `detected` the moment it was noticed.

    A drill names the incident that it repeats, from the moment `forked` on, which was `opened` in the drill.
    """

    KIND: ClassVar[str] = "incident.declared"
    ref: str
    title: str
    severity: int
    zone: str = "UTC"
    detected: str | None = None
    protocol: JsonObject = field(default_factory=dict)
    drill: str = field(default="", metadata=LATER)
    forked: str | None = field(default=None, metadata=LATER)
    opened: str | None = field(default=None, metadata=LATER)


@dataclass(frozen=True, slots=True)
class IncidentRenamed:
    KIND: ClassVar[str] = "incident.renamed"
    title: str


@dataclass(frozen=True, slots=True)
class SeveritySet:
    """`severity` is 1 (critical) to 4 (low)."""

    KIND: ClassVar[str] = "severity.set"
    severity: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class StatusSet:
    KIND: ClassVar[str] = "status.set"
    status: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class MilestoneSet:
    """A milestone happened at the envelope's `at`; setting it again moves it and keeps the old value."""

    KIND: ClassVar[str] = "milestone.set"
    milestone: str
    repeats: str = field(default="", metadata=LATER)


@dataclass(frozen=True, slots=True)
class RoleTaken:
    """`person` holds `role` from now on; whoever held it before has handed it over."""

    KIND: ClassVar[str] = "role.taken"
    role: str
    person: str


@dataclass(frozen=True, slots=True)
class RoleLeft:
    KIND: ClassVar[str] = "role.left"
    role: str


@dataclass(frozen=True, slots=True)
class ImpactSet:
    KIND: ClassVar[str] = "impact.set"
    key: str
    value: str
    repeats: str = field(default="", metadata=LATER)


@dataclass(frozen=True, slots=True)
class ServiceTagged:
    """`service` is affected: one word, by which the incident is found."""

    KIND: ClassVar[str] = "service.tagged"
    service: str
    repeats: str = field(default="", metadata=LATER)


@dataclass(frozen=True, slots=True)
class ServiceUntagged:
    """`service` is not affected after all."""

    KIND: ClassVar[str] = "service.untagged"
    service: str
    repeats: str = field(default="", metadata=LATER)
