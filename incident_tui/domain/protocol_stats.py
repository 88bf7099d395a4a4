"""What past incidents say about their protocol: steps nobody does, phases that always take longer, the usual pace."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta

from msgspec import Struct, field

from incident_tui.domain.conformance import PhaseConformance, StepOutcome, conformance
from incident_tui.domain.incident import Incident
from incident_tui.domain.pace import PhaseKey, by_key, middle
from incident_tui.domain.protocol import Protocol
from incident_tui.domain.working import ALWAYS_UTC, Calendar

SHORTEST_DIGEST = 8
REASONS_SHOWN = 3
ENOUGH = 2  # one run is a story, not a habit


class StepStats(Struct, frozen=True):
    """How often a step was done, skipped, ruled out and left open; `reasons` are the latest different ones given."""

    number: str
    title: str
    done: int
    skipped: int
    ruled_out: int
    left_open: int
    reasons: tuple[str, ...] = ()

    @property
    def runs(self) -> int:
        return self.done + self.skipped + self.ruled_out + self.left_open

    @property
    def habit(self) -> str:
        """`always` or `mostly` where it is left out that often; else empty."""
        return _habit(self.runs - self.done, self.runs)


class PhaseStats(Struct, frozen=True):
    """One phase over all runs that had it. `median` and `best` are of the `completed` runs, `over` is the median by
    which the `overran` ones took longer than the budget; `worked` counts runs with a step done.
    """

    title: str
    playbook: str
    runs: int
    worked: int
    completed: int
    overran: int
    out_of_order: int
    budget: timedelta | None
    median: timedelta | None
    best: timedelta | None
    over: timedelta | None
    steps: tuple[StepStats, ...]

    @property
    def habit(self) -> str:
        """`always` or `mostly` where it overruns that often when it is worked; else empty."""
        return _habit(self.overran, self.worked)


class ProtocolStats(Struct, frozen=True):
    """`runs` counts incidents that are over; `live` those that are not, which are not counted into anything else.

    `known` holds the names of all protocols that were followed, for who asks for one that was not.
    """

    name: str
    title: str
    runs: int
    live: int
    phases: tuple[PhaseStats, ...]
    known: tuple[str, ...]


def stats(name: str, incidents: Iterable[Incident], now: datetime, calendar: Calendar = ALWAYS_UTC) -> ProtocolStats:
    """What the incidents, newest first, say about the protocol or playbook `name`; each is read once and let go.

    Drills do not count.

    `name` is its name, its source, or its digest or the beginning of that. Phases and steps are matched by their
    titles, as their numbers move when a document is edited; they are shown as the newest run has them.
    """
    tallies: dict[PhaseKey, _Phase] = {}
    known: set[str] = set()
    title, runs, live = "", 0, 0
    for incident in incidents:
        if incident.drill:
            continue
        playbooks = {phase.playbook for phase in incident.protocol.phases if phase.playbook}
        known |= {incident.protocol.name, *playbooks}
        part = "" if meant(name, incident.protocol) else _one(name, playbooks)
        if part is None:
            continue
        title = title or _title(incident.protocol, part)
        if incident.live:
            live += 1
            continue
        runs += 1
        for key, phase in by_key(conformance(incident, now, calendar).phases):
            if phase.playbook == part and phase.steps:
                tallies.setdefault(key, _Phase(phase)).add(phase)
    phases = tuple(tally.stats() for tally in tallies.values())
    return ProtocolStats(name, title, runs, live, phases, tuple(sorted(known - {""})))


def meant(name: str, protocol: Protocol) -> bool:
    """Whether `name` means the protocol."""
    wanted = name.strip().casefold()
    if not wanted:
        return False
    digest = len(wanted) >= SHORTEST_DIGEST and protocol.digest.casefold().startswith(wanted)
    return digest or wanted in (protocol.name.casefold(), protocol.source.casefold())


def _one(name: str, playbooks: Iterable[str]) -> str | None:
    return next((item for item in sorted(playbooks) if item.casefold() == name.strip().casefold()), None)


def _title(protocol: Protocol, part: str) -> str:
    if not part:
        return protocol.title
    return next((phase.group for phase in protocol.phases if phase.playbook == part), "")


def _habit(count: int, runs: int) -> str:
    if runs < ENOUGH or 2 * count <= runs:
        return ""
    return "always" if count == runs else "mostly"


class _Step(Struct):
    """What one step came to, run after run."""

    newest: StepOutcome
    counts: dict[str, int] = field(default_factory=dict)
    reasons: dict[str, None] = field(default_factory=dict)

    def add(self, step: StepOutcome) -> None:
        self.counts[step.status] = self.counts.get(step.status, 0) + 1
        if step.status != "done" and step.reason and len(self.reasons) < REASONS_SHOWN:
            self.reasons[step.reason] = None

    def stats(self) -> StepStats:
        done, skipped, ruled_out, left = (
            self.counts.get(status, 0) for status in ("done", "skipped", "not applicable", "open")
        )
        return StepStats(self.newest.number, self.newest.title, done, skipped, ruled_out, left, tuple(self.reasons))


class _Phase(Struct):
    """What one phase came to, run after run."""

    newest: PhaseConformance
    runs: int = 0
    worked: int = 0
    out_of_order: int = 0
    took: list[timedelta] = field(default_factory=list)
    over: list[timedelta] = field(default_factory=list)
    steps: dict[tuple[str, int], _Step] = field(default_factory=dict)

    def add(self, phase: PhaseConformance) -> None:
        self.runs += 1
        self.worked += phase.worked
        self.out_of_order += bool(phase.out_of_order)
        if phase.complete and phase.worked and phase.started is not None:
            self.took.append(phase.elapsed)
        if phase.worked and phase.late_by is not None:
            self.over.append(phase.late_by)
        seen: Counter[str] = Counter()
        for step in phase.steps:
            title = step.title.strip().casefold()
            seen[title] += 1
            self.steps.setdefault((title, seen[title]), _Step(step)).add(step)

    def stats(self) -> PhaseStats:
        return PhaseStats(
            title=self.newest.title,
            playbook=self.newest.playbook,
            runs=self.runs,
            worked=self.worked,
            completed=len(self.took),
            overran=len(self.over),
            out_of_order=self.out_of_order,
            budget=self.newest.budget,
            median=middle(self.took) if self.took else None,
            best=min(self.took, default=None),
            over=middle(self.over) if self.over else None,
            steps=tuple(step.stats() for step in self.steps.values()),
        )
