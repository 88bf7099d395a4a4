"""Events of declaration, severity, status, milestones, roles, impact, services.

`repeats` is the event of the source that a drill lets happen again.
"""

from __future__ import annotations

from typing import ClassVar

from msgspec import Struct, field

from incident_tui.domain.events.json import JsonObject


class IncidentDeclared(Struct, frozen=True):
    """The incident begins. `protocol` is the snapshot of its checklist, `detected` the moment it was noticed.

    A drill names the incident that it repeats, from the moment `forked` on, which was `opened` in the drill.
    """

    KIND: ClassVar[str] = "incident.declared"
    LATER: ClassVar[tuple[str, ...]] = ("drill", "forked", "opened")
    ref: str
    title: str
    severity: int
    zone: str = "UTC"
    detected: str | None = None
    protocol: JsonObject = field(default_factory=dict)
    drill: str = ""
    forked: str | None = None
    opened: str | None = None


class IncidentRenamed(Struct, frozen=True):
    KIND: ClassVar[str] = "incident.renamed"
    title: str


class SeveritySet(Struct, frozen=True):
    """`severity` is 1 (critical) to 4 (low)."""

    KIND: ClassVar[str] = "severity.set"
    severity: int
    reason: str = ""


class StatusSet(Struct, frozen=True):
    KIND: ClassVar[str] = "status.set"
    status: str
    reason: str = ""


class MilestoneSet(Struct, frozen=True):
    """A milestone happened at the envelope's `at`; setting it again moves it and keeps the old value."""

    KIND: ClassVar[str] = "milestone.set"
    LATER: ClassVar[tuple[str, ...]] = ("repeats",)
    milestone: str
    repeats: str = ""


class RoleTaken(Struct, frozen=True):
    """`person` holds `role` from now on; whoever held it before has handed it over."""

    KIND: ClassVar[str] = "role.taken"
    role: str
    person: str


class RoleLeft(Struct, frozen=True):
    KIND: ClassVar[str] = "role.left"
    role: str


class ImpactSet(Struct, frozen=True):
    KIND: ClassVar[str] = "impact.set"
    LATER: ClassVar[tuple[str, ...]] = ("repeats",)
    key: str
    value: str
    repeats: str = ""


class ServiceTagged(Struct, frozen=True):
    """`service` is affected: one word, by which the incident is found."""

    KIND: ClassVar[str] = "service.tagged"
    LATER: ClassVar[tuple[str, ...]] = ("repeats",)
    service: str
    repeats: str = ""


class ServiceUntagged(Struct, frozen=True):
    """`service` is not affected after all."""

    KIND: ClassVar[str] = "service.untagged"
    LATER: ClassVar[tuple[str, ...]] = ("repeats",)
    service: str
    repeats: str = ""
