"""Clocks as pure functions of (incident, now): elapsed, due, warn at 80 %, late at 100 %."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from incident_tui.domain.incident import AUDIENCES, Incident, ordered
from incident_tui.domain.policy import WARN_AT, Policy
from incident_tui.domain.protocol import Phase, Step

Level = Literal["idle", "ok", "warn", "late", "done"]
ZERO = timedelta(0)


@dataclass(frozen=True, slots=True)
class Clock:
    """`elapsed` runs against `budget`; `ended` says that it has stopped. Without a budget it only counts."""

    name: str
    started: datetime | None
    elapsed: timedelta = ZERO
    budget: timedelta | None = None
    ended: datetime | None = None

    @property
    def due(self) -> datetime | None:
        return self.started + self.budget if self.started and self.budget is not None else None

    @property
    def left(self) -> timedelta | None:
        """Time to go; negative when late."""
        return None if self.budget is None else self.budget - self.elapsed

    @property
    def part(self) -> float:
        """The part of the budget that is used, 0 without one."""
        return self.elapsed / self.budget if self.budget else 0.0

    @property
    def late(self) -> bool:
        return self.budget is not None and self.elapsed >= self.budget and self.started is not None

    @property
    def level(self) -> Level:
        if self.ended is not None:
            return "done"
        if self.started is None:
            return "idle"
        if self.late:
            return "late"
        return "warn" if self.budget and self.part >= WARN_AT else "ok"


def clock(
    name: str,
    started: datetime | None,
    now: datetime,
    budget: timedelta | None = None,
    ended: datetime | None = None,
) -> Clock:
    """A clock read at `now`; it never shows negative time and stands still once ended."""
    if started is None:
        return Clock(name, None, ZERO, budget, ended)
    return Clock(name, started, max(ZERO, (ended or now) - started), budget, ended)


@dataclass(frozen=True, slots=True)
class PhaseProgress:
    """How far a phase is: `settled` of `total` steps (sub-steps do not count), and its clock."""

    index: int
    phase: Phase
    settled: int
    total: int
    clock: Clock

    @property
    def complete(self) -> bool:
        return self.total > 0 and self.settled == self.total


def elapsed(incident: Incident, now: datetime) -> Clock:
    """The incident's own clock: from detection until it is resolved."""
    ended = None if incident.live else incident.moment("resolved")
    return clock("elapsed", incident.began_at, now, ended=ended)


def acknowledgement(incident: Incident, now: datetime, policy: Policy) -> Clock:
    budget = policy.of(incident.severity).acknowledge
    return clock("acknowledge", incident.began_at, now, budget, incident.moment("acknowledged"))


def resolution(incident: Incident, now: datetime, policy: Policy) -> Clock:
    budget = policy.of(incident.severity).resolve
    ended = None if incident.live else incident.moment("resolved")
    return clock("resolve", incident.began_at, now, budget, ended)


def update(incident: Incident, audience: str, now: datetime, policy: Policy) -> Clock:
    """When `audience` is owed the next update: as promised with the last one sent, else by the severity's cadence."""
    sent = [m for m in ordered(incident.messages) if m.audience == audience and m.sent_at is not None]
    last = max(sent, key=lambda message: (message.sent_at or message.at, message.order), default=None)
    started = last.sent_at if last else incident.declared_at
    budget = policy.of(incident.severity).cadence(audience)
    if last and last.promised_at and started:
        budget = last.promised_at - started
    ended = None if incident.live else incident.moment("resolved")
    return clock(audience, started, now, budget, ended)


def next_update(incident: Incident, now: datetime, policy: Policy) -> Clock | None:
    """The update that is due first; None when nobody is owed one."""
    if not incident.live:
        return None
    clocks = [update(incident, audience, now, policy) for audience in AUDIENCES]
    owed = [item for item in clocks if item.due is not None and _owed(incident, item.name)]
    return min(owed, key=lambda item: item.due or now, default=None)


def _owed(incident: Incident, audience: str) -> bool:
    """Management is owed an update only once it was promised one."""
    if audience != "management":
        return True
    return any(m.audience == audience and m.promised_at for m in incident.messages.values())


def phases(incident: Incident, now: datetime) -> tuple[PhaseProgress, ...]:
    """Each phase with its progress and clock.

    A phase starts when it is begun by hand, when one of its steps is first acted on, or when all before it are
    settled; it ends with its last step, or with the resolution where it says so. Budgets anchored at the declaration
    or the resolution count from there.
    """
    found: list[PhaseProgress] = []
    before = incident.declared_at
    for index, phase in enumerate(incident.protocol.phases):
        acted = [state.at for step in phase.steps if (state := incident.step(step.number)).at is not None]
        settled = [s for s in phase.steps if incident.step(s.number).status != "open"]
        complete = bool(phase.steps) and len(settled) == len(phase.steps)
        starts = [at for at in (incident.begun.get(str(index)), before, *acted) if at is not None]
        started = min(starts, default=None)
        ended = max((at for at in acted if at is not None), default=None) if complete else _stopped(incident, phase)
        anchored = _anchor(incident, phase, started)
        progress = clock(phase.title, anchored, now, phase.budget, ended)
        found.append(PhaseProgress(index, phase, len(settled), len(phase.steps), progress))
        if phase.steps:
            before = max(before, ended) if complete and before and ended else None
    return tuple(found)


def _stopped(incident: Incident, phase: Phase) -> datetime | None:
    """When the clock of an incomplete phase stood still: at the resolution, where its work ends with that."""
    return incident.moment("resolved") if phase.until == "resolved" and not incident.live else None


def _anchor(incident: Incident, phase: Phase, started: datetime | None) -> datetime | None:
    match phase.anchor:
        case "declared":
            return incident.declared_at
        case "resolved":
            return None if incident.live else incident.moment("resolved")
        case "phase":
            return started


def next_step(incident: Incident) -> Step | None:
    """The step to do next: the first open one of the phase being worked, else the first open one of all."""
    phases_ = incident.protocol.phases
    touched = [
        (state.at, index)
        for index, phase in enumerate(phases_)
        for step in phase.steps
        if (state := incident.step(step.number)).at is not None
    ]
    begun = [(at, index) for index in range(len(phases_)) if (at := incident.begun.get(str(index))) is not None]
    current = max((item for item in (*touched, *begun) if item[0] is not None), default=(None, 0))[1]
    for phase in (*phases_[current:], *phases_[:current]):
        for step in phase.steps:
            if incident.step(step.number).status == "open":
                return step
    return None
