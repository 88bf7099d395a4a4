"""The clocks of the checklist: how far each phase is, what each step has left, what is to be done again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from incident_tui.domain.clock import Clock, clock
from incident_tui.domain.incident import Incident, StepState
from incident_tui.domain.protocol import Phase, Step
from incident_tui.domain.working import ALWAYS_UTC, Calendar, Limit, Working

StepClockKind = Literal["budget", "wait", "every"]


class PhaseProgress(Struct, frozen=True):
    """How far a phase is: `settled` of `total` steps (sub-steps do not count), and its clock."""

    index: int
    phase: Phase
    settled: int
    total: int
    clock: Clock

    @property
    def complete(self) -> bool:
        return self.total > 0 and self.settled == self.total


class StepClock(Struct, frozen=True):
    """A limit within the phase with the index `phase`, from 0: of a step, or where `step` is None of the whole phase.

    `kind` says what it means when it is due: the step should be done by then, may be done from then on, or is to be
    done again.
    """

    phase: int
    step: Step | None
    kind: StepClockKind
    clock: Clock


def phases(incident: Incident, now: datetime, calendar: Calendar = ALWAYS_UTC) -> tuple[PhaseProgress, ...]:
    """Each phase with its progress and clock.

    A phase starts when it is begun by hand, when one of its steps is first acted on or a command is run for it, or when
    all before it are settled; it ends with its last step, or with the resolution where it says so. Budgets anchored at
    the declaration or the resolution count from there, those of a `working` phase in the working time of `calendar`.
    """
    found: list[PhaseProgress] = []
    before = incident.declared_at
    for index, phase in enumerate(incident.protocol.phases):
        states = [incident.step(step.number) for step in phase.steps]
        acted = [state.at for state in states if state.at is not None]
        settled = sum([state.status != "open" for state in states])
        complete = bool(states) and settled == len(states)
        ran = [state.ran[0].at for state in states if state.ran]
        starts = [at for at in (incident.begun.get(str(index)), before, *acted, *ran) if at is not None]
        started = min(starts, default=None)
        ended = max(acted, default=None) if complete else _stopped(incident, phase)
        anchored = _anchor(incident, phase, started)
        progress = clock(phase.title, anchored, now, _limit(phase.budget, phase.working), ended, calendar)
        found.append(PhaseProgress(index, phase, settled, len(states), progress))
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


def steps(
    incident: Incident, now: datetime, calendar: Calendar = ALWAYS_UTC, read: Sequence[PhaseProgress] = ()
) -> tuple[StepClock, ...]:
    """The clocks of single steps and of what repeats, in the order of the checklist.

    Its phases may have been `read` already, for the same incident and moment.

    A budget counts from the start of the phase; a wait from when the step before was settled, else from the start of
    the phase; what repeats is due again so long after the last act or note on it. All end when the step is settled, or
    the work of its phase has ended.
    """
    found: list[StepClock] = []
    for progress in read or phases(incident, now, calendar):
        phase = progress.phase
        pairs = list(_with_before(phase.steps))
        if phase.every is not None:
            last = _last_act(progress.clock.started, [incident.step(step.number) for _, step in pairs])
            again = clock(phase.title, last, now, phase.every, progress.clock.ended)
            found.append(StepClock(progress.index, None, "every", again))
        for before, step in pairs:
            if step.budget is None and step.wait is None and step.every is None:
                continue
            found += _of_step(incident, progress, before, step, now, calendar)
    return tuple(found)


def _of_step(
    incident: Incident, progress: PhaseProgress, before: Step | None, step: Step, now: datetime, calendar: Calendar
) -> Iterator[StepClock]:
    state, began = incident.step(step.number), progress.clock.started
    ended = state.at if state.status != "open" else progress.clock.ended

    def read(kind: StepClockKind, since: datetime | None, limit: Limit | None) -> StepClock:
        since = min(since, ended) if since and ended else since
        return StepClock(progress.index, step, kind, clock(step.title, since, now, limit, ended, calendar))

    if step.budget is not None:
        yield read("budget", began, _limit(step.budget, step.working))
    if step.wait is not None:
        previous = incident.step(before.number) if before else None
        settled = previous.at if previous and previous.status != "open" else None
        yield read("wait", settled if before else began, _limit(step.wait, step.working))
    if step.every is not None:
        # What settled it is the end, not one more turn.
        turns = state if state.status == "open" else replace(state, at=None)
        yield read("every", _last_act(began, [turns]), step.every)


def _limit(budget: timedelta | None, working: bool) -> Limit | None:
    return Working.of(budget) if working and budget is not None else budget


def _with_before(siblings: tuple[Step, ...]) -> Iterator[tuple[Step | None, Step]]:
    """Each step, its sub-steps after it, with the step before it among its siblings."""
    waiting = list(reversed(list(zip((None, *siblings), siblings, strict=False))))
    while waiting:
        before, step = waiting.pop()
        yield before, step
        waiting.extend(reversed(list(zip((None, *step.steps), step.steps, strict=False))))


def _last_act(began: datetime | None, states: Iterable[StepState]) -> datetime | None:
    """When somebody last did or noted something on one of the steps, at the earliest when the phase began."""
    if began is None:
        return None
    moments = (moment for state in states for moment in (state.at, *(note.at for note in state.notes)))
    return max((moment for moment in moments if moment is not None and moment > began), default=began)


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
