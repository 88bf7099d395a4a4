"""How fast a protocol was worked before: the median time of each phase, and how far behind it this run is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from msgspec import Struct, field

from incident_tui.domain.checklist_clocks import PhaseProgress
from incident_tui.domain.incident import Incident
from incident_tui.domain.protocol import Protocol
from incident_tui.domain.working import ALWAYS_UTC, Calendar

if TYPE_CHECKING:
    from incident_tui.domain.conformance import PhaseConformance

PhaseKey = tuple[str, str]
"""A playbook, empty for the protocol itself, and the title of a phase; capitals do not matter."""


class PhasePace(Struct, frozen=True):
    """What a phase took in the runs that completed it."""

    runs: int
    median: timedelta
    best: timedelta


class Pace(Struct, frozen=True):
    """The pace of past runs of one protocol; `phases` holds only what was completed at least once."""

    runs: int = 0
    phases: dict[PhaseKey, PhasePace] = field(default_factory=dict)

    def of(self, title: str, playbook: str = "") -> PhasePace | None:
        return self.phases.get(_key(playbook, title))


def pace(protocol: Protocol, incidents: Iterable[Incident], now: datetime, calendar: Calendar = ALWAYS_UTC) -> Pace:
    """The pace of those of the incidents that are over and followed the same protocol; each is read once and let go.

    Drills do not count.

    A phase counts where all of its steps were settled and one of them was done. Phases are matched by their titles, as
    their numbers move when a document is edited; a title that one run has twice says nothing about that run.
    """
    times: dict[PhaseKey, list[timedelta]] = {}
    runs = 0
    for incident in incidents:
        if incident.live or incident.drill or not same(protocol, incident.protocol):
            continue
        runs += 1
        for key, phase in by_key(_phases(incident, now, calendar)):
            if phase.complete and phase.worked and phase.started is not None:
                times.setdefault(key, []).append(phase.elapsed)
    return Pace(runs, {key: PhasePace(len(found), middle(found), min(found)) for key, found in times.items()})


def _phases(incident: Incident, now: datetime, calendar: Calendar) -> Iterable[PhaseConformance]:
    """Loaded for a past that there is: many a protocol is worked for the first time."""
    from incident_tui.domain.conformance import conformance

    return conformance(incident, now, calendar).phases


def behind(known: Pace | None, progress: PhaseProgress) -> timedelta | None:
    """How much longer the phase has taken than its median, negative while it has not; None where none is known."""
    found = known.of(progress.phase.title, progress.phase.playbook) if known else None
    if found is None or progress.clock.started is None:
        return None
    return progress.clock.elapsed - found.median


def same(one: Protocol, other: Protocol) -> bool:
    """Whether two snapshots are of the same protocol, edited meanwhile or not: one name, source or document."""
    pairs = ((one.name, other.name), (one.source, other.source), (one.digest, other.digest))
    return any(mine and mine == theirs for mine, theirs in pairs)


def middle(times: Sequence[timedelta]) -> timedelta:
    """The median of at least one duration."""
    ordered = sorted(times)
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2


def by_key(phases: Iterable[PhaseConformance]) -> Iterator[tuple[PhaseKey, PhaseConformance]]:
    """The phases by what they are called; those that share a name are left out."""
    keyed = [(_key(phase.playbook, phase.title), phase) for phase in phases]
    counts = Counter(key for key, _ in keyed)
    return ((key, phase) for key, phase in keyed if counts[key] == 1)


def _key(playbook: str, title: str) -> PhaseKey:
    return playbook.strip().casefold(), title.strip().casefold()
