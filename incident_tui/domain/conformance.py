"""How the protocol was followed: what was left out, what took too long, what was done out of order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from msgspec import Struct
from msgspec.structs import replace

from incident_tui.domain.checklist_clocks import PhaseProgress, phases, steps
from incident_tui.domain.incident import Incident
from incident_tui.domain.protocol import Step
from incident_tui.domain.working import ALWAYS_UTC, Calendar

SETTLED = ("done", "skipped", "not applicable")


class StepOutcome(Struct, frozen=True):
    """What became of a step: `status` is open, done, skipped or not applicable, since `at`.

    `late_by` is how much it took beyond a limit of its own. `early` says that it was done out of order: before an
    earlier step of its phase was settled.
    """

    number: str
    title: str
    status: str
    reason: str
    at: datetime | None
    late_by: timedelta | None = None
    early: bool = False


class PhaseConformance(Struct, frozen=True):
    """How one phase was followed; `index` counts from 0, its sub-steps do not count.

    `late_by` is the time beyond its budget. `ahead_of` holds the indexes of earlier phases that still had a step done
    in them after the first step of this one was done; those of a playbook are compared with each other only.
    """

    index: int
    title: str
    playbook: str
    steps: tuple[StepOutcome, ...]
    budget: timedelta | None
    late_by: timedelta | None
    ahead_of: tuple[int, ...]
    started: datetime | None
    ended: datetime | None
    elapsed: timedelta
    by_hand: bool

    @property
    def done(self) -> tuple[StepOutcome, ...]:
        return self._with("done")

    @property
    def skipped(self) -> tuple[StepOutcome, ...]:
        return self._with("skipped")

    @property
    def ruled_out(self) -> tuple[StepOutcome, ...]:
        return self._with("not applicable")

    @property
    def open(self) -> tuple[StepOutcome, ...]:
        return self._with("open")

    @property
    def late_steps(self) -> tuple[StepOutcome, ...]:
        return tuple(step for step in self.steps if step.late_by is not None)

    @property
    def out_of_order(self) -> tuple[str, ...]:
        """The numbers of the steps that were done before an earlier one of this phase was settled."""
        return tuple(step.number for step in self.steps if step.early)

    @property
    def worked(self) -> bool:
        """Whether any of its steps was done."""
        return bool(self.done)

    @property
    def complete(self) -> bool:
        return bool(self.steps) and not self.open

    @property
    def telling(self) -> bool:
        """Whether there is anything to say: somebody touched it, or it is late."""
        settled = len(self.open) < len(self.steps)
        return settled or self.by_hand or self.late_by is not None or bool(self.late_steps)

    def _with(self, status: str) -> tuple[StepOutcome, ...]:
        return tuple(step for step in self.steps if step.status == status)


class Conformance(Struct, frozen=True):
    """The whole protocol with its playbooks, phase by phase."""

    phases: tuple[PhaseConformance, ...]

    @property
    def skipped(self) -> tuple[StepOutcome, ...]:
        return tuple(step for phase in self.phases for step in phase.skipped)

    @property
    def late(self) -> tuple[PhaseConformance, ...]:
        """The phases that took longer than their budget."""
        return tuple(phase for phase in self.phases if phase.late_by is not None)

    @property
    def out_of_order(self) -> tuple[str, ...]:
        """The numbers of the steps done out of order within their phases."""
        return tuple(number for phase in self.phases for number in phase.out_of_order)


def conformance(incident: Incident, now: datetime, calendar: Calendar = ALWAYS_UTC) -> Conformance:
    """How the protocol was followed up to `now`.

    Order is judged among what was settled: a step that is open is left open, not late in its turn, and one that was
    skipped or ruled out ahead of its turn was not done at all. Steps settled at the same moment are in order.
    """
    limits = [item for item in steps(incident, now, calendar) if item.kind == "budget" and item.step is not None]
    late = {
        (item.phase, item.step.number): item.clock.elapsed - item.clock.budget
        for item in limits
        if item.step is not None and item.clock.late and item.clock.budget is not None
    }
    found = [_phase(incident, progress, late) for progress in phases(incident, now, calendar)]
    return Conformance(tuple(replace(phase, ahead_of=_ahead_of(phase, found)) for phase in found))


def _phase(incident: Incident, progress: PhaseProgress, late: dict[tuple[int, str], timedelta]) -> PhaseConformance:
    clock, phase = progress.clock, progress.phase
    outcomes = [_outcome(incident, step, late.get((progress.index, step.number))) for step in phase.steps]
    return PhaseConformance(
        index=progress.index,
        title=phase.title,
        playbook=phase.playbook,
        steps=tuple(_in_order(outcomes)),
        budget=clock.budget,
        late_by=clock.elapsed - clock.budget if clock.late and clock.budget is not None else None,
        ahead_of=(),
        started=clock.started,
        ended=clock.ended,
        elapsed=clock.elapsed,
        by_hand=str(progress.index) in incident.begun,
    )


def _outcome(incident: Incident, step: Step, late_by: timedelta | None) -> StepOutcome:
    state = incident.step(step.number)
    status = state.status if state.status in SETTLED else "open"
    return StepOutcome(step.number, step.title, status, state.reason, state.at, late_by)


def _in_order(outcomes: Sequence[StepOutcome]) -> Iterator[StepOutcome]:
    """The steps, those marked that were done before one that stands before them was settled."""
    latest: datetime | None = None
    for step in outcomes:
        if step.status == "open" or step.at is None:
            yield step
            continue
        yield replace(step, early=step.status == "done" and latest is not None and step.at < latest)
        latest = max(latest or step.at, step.at)


def _ahead_of(phase: PhaseConformance, phases_: Sequence[PhaseConformance]) -> tuple[int, ...]:
    first = min((step.at for step in phase.done if step.at is not None), default=None)
    if first is None:
        return ()
    before = (item for item in phases_[: phase.index] if item.playbook == phase.playbook)
    return tuple(item.index for item in before if any(step.at and step.at > first for step in item.done))
