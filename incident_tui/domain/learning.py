"""What many incidents teach: phases that overrun, steps left out, broken promises, lost command, the same again."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta, tzinfo
from functools import lru_cache
from typing import Final

from msgspec import Struct

from incident_tui.domain.clock import clock
from incident_tui.domain.dues import end_of_day
from incident_tui.domain.gist import ActionGist, Gist, PhaseGist
from incident_tui.domain.metrics import quantile
from incident_tui.domain.promises import outcome
from incident_tui.domain.roles import uncovered
from incident_tui.domain.working import Calendar, Working

ZERO: Final = timedelta(0)
REASONS: Final = 3
AGAIN: Final = 2
"""From so many incidents on a cause, or an error, comes again."""
PRIORITY: Final = {"high": 0, "medium": 1, "low": 2}


class Overrun(Struct, frozen=True):
    """A phase over all incidents in which a step of it was done: `overran` of `worked` took longer than the budget.

    `median` and `worst` are by how much; `ref` is the incident of the worst.
    """

    phase: str
    playbook: str
    worked: int
    overran: int
    median: timedelta
    worst: timedelta
    ref: str


class Skipped(Struct, frozen=True):
    """A step that was skipped in `times` of the `runs` that had its phase at work; the latest reasons."""

    step: str
    phase: str
    playbook: str
    times: int
    runs: int
    reasons: tuple[str, ...]


class Broken(Struct, frozen=True):
    """One promise that was not kept: `over` is how late the update was, or is."""

    incident: str
    ref: str
    audience: str
    message: str
    due: datetime
    over: timedelta


class Promised(Struct, frozen=True):
    """Promises of the next update: how many were made, and what became of them."""

    made: int
    kept: int
    open: int
    broken: tuple[Broken, ...]


class Command(Struct, frozen=True):
    """Time in which nobody commanded, from the declaration to the resolution; `incidents` is how many had any."""

    incidents: int
    total: timedelta
    median: timedelta | None
    worst: timedelta
    ref: str


class Again(Struct, frozen=True):
    """A cause or an error in several incidents: the newest wording, the incidents from the newest to the oldest."""

    text: str
    refs: tuple[str, ...]
    last: datetime


class Task(Struct, frozen=True):
    """An open action item; `late` says by how much, None while it is not."""

    incident: str
    ref: str
    item: ActionGist
    late: timedelta | None


class Tasks(Struct, frozen=True):
    """Action items: those that are open, the latest first, and how many are done."""

    open: tuple[Task, ...]
    done: int

    @property
    def late(self) -> tuple[Task, ...]:
        return tuple(task for task in self.open if task.late is not None)


def overruns(gists: Iterable[Gist], now: datetime, calendar: Calendar) -> tuple[Overrun, ...]:
    """The phases that overran at least once, the most frequent first. One that is not over yet is read at `now`."""
    worked: dict[tuple[str, str], int] = {}
    over: dict[tuple[str, str], list[tuple[timedelta, str]]] = {}
    names: dict[tuple[str, str], PhaseGist] = {}
    for gist in gists:
        for phase in gist.phases:
            if not phase.done or phase.budget is None:
                continue
            key = _phase_key(phase.playbook, phase.title)
            names.setdefault(key, phase)
            worked[key] = worked.get(key, 0) + 1
            late = _late_by(phase, now, calendar)
            if late is not None:
                over.setdefault(key, []).append((late, gist.ref))
    found = [_overrun(names[key], worked[key], times) for key, times in over.items()]
    return tuple(sorted(found, key=lambda item: (-item.overran, -item.worst, item.phase, item.playbook)))


def _late_by(phase: PhaseGist, now: datetime, calendar: Calendar) -> timedelta | None:
    if phase.budget is None or phase.clock_from is None:
        return None
    budget = timedelta(seconds=phase.budget)
    limit = Working.of(budget) if phase.working else budget
    read = clock(phase.title, phase.clock_from, now, limit, phase.ended, calendar)
    return read.elapsed - read.budget if read.late and read.budget is not None else None


def _overrun(phase: PhaseGist, worked: int, times: list[tuple[timedelta, str]]) -> Overrun:
    worst, ref = max(times)
    median = quantile(sorted(late for late, _ in times), 50) or ZERO
    return Overrun(phase.title, phase.playbook, worked, len(times), median, worst, ref)


def skipped_steps(gists: Iterable[Gist]) -> tuple[Skipped, ...]:
    """The steps that were skipped, the most frequent first; `gists` come newest first, and so do the reasons."""
    runs: dict[tuple[str, str], int] = {}
    times: dict[tuple[str, str, str], int] = {}
    reasons: dict[tuple[str, str, str], dict[str, None]] = {}
    names: dict[tuple[str, str, str], tuple[str, str, str]] = {}
    for gist in gists:
        for key in {_phase_key(phase.playbook, phase.title) for phase in gist.phases}:
            runs[key] = runs.get(key, 0) + 1
        for item in gist.skipped:
            step = (*_phase_key(item.playbook, item.phase), item.step.strip().casefold())
            names.setdefault(step, (item.step, item.phase, item.playbook))
            times[step] = times.get(step, 0) + 1
            if item.reason and len(reasons.setdefault(step, {})) < REASONS:
                reasons[step][item.reason] = None
    found = [
        Skipped(*names[step], count, max(count, runs.get(step[:2], 0)), tuple(reasons.get(step, {})))
        for step, count in times.items()
    ]
    return tuple(sorted(found, key=lambda item: (-item.times, item.runs, item.phase, item.step)))


def promised(gists: Iterable[Gist], now: datetime) -> Promised:
    """What became of all promises; the newest broken one first."""
    states: list[str] = []
    broken: list[Broken] = []
    for gist in gists:
        for item in gist.promises:
            state, over = outcome(item.due, item.answered, now, live=gist.live, resolved=gist.resolved)
            states.append(state)
            if state == "broken":
                broken.append(Broken(gist.incident, gist.ref, item.audience, item.message, item.due, over))
    broken.sort(key=lambda item: (item.due, item.ref), reverse=True)
    return Promised(len(states), states.count("kept"), states.count("open"), tuple(broken))


def without_commander(gists: Iterable[Gist], now: datetime) -> Command:
    """How long nobody commanded."""
    gaps: list[tuple[timedelta, str]] = []
    for gist in gists:
        if gist.declared is None:
            continue
        end = min(gist.resolved, now) if gist.resolved else now
        gap = uncovered(gist.declared, end, [(term.since, term.until) for term in gist.command])
        if gap > ZERO:
            gaps.append((gap, gist.ref))
    times = sorted(gap for gap, _ in gaps)
    worst, ref = max(gaps, default=(ZERO, ""))
    return Command(len(gaps), sum(times, ZERO), quantile(times, 50), worst, ref)


def recurring(gists: Iterable[Gist], kind: str = "cause", least: int = AGAIN) -> tuple[Again, ...]:
    """The causes (or errors) of at least so many incidents, the most frequent first.

    Two are the same when they have the same words that matter, in whatever order: see `words_of`.
    """
    found: dict[frozenset[str], dict[str, tuple[datetime, str, str]]] = {}
    for gist in gists:
        for note in gist.notes:
            if note.kind == kind and (words := words_of(note.text)):
                incidents = found.setdefault(words, {})
                mine = (note.at, gist.ref, note.text)
                incidents[gist.incident] = max(mine, incidents.get(gist.incident, mine))
    again = [_again(sorted(notes.values(), reverse=True)) for notes in found.values() if len(notes) >= least]
    return tuple(sorted(again, key=lambda item: (-len(item.refs), -item.last.timestamp(), item.text)))


def _again(notes: Sequence[tuple[datetime, str, str]]) -> Again:
    last, _, text = notes[0]
    return Again(text, tuple(ref for _, ref, _ in notes), last)


WORD: Final = re.compile(r"[^\W\d_]{2,}")
IDLE: Final = """
an and are as at be because been but by did do does due each every for from had has have in into is it its no not of on
one only or our out so some that the their then there these they this those to too was were when where which while who
why will with without release version deploy
"""
IDLE_WORDS: Final = frozenset(IDLE.split())


@lru_cache(maxsize=8192)
def words_of(text: str) -> frozenset[str]:
    """The words that matter: in small letters, without numbers, plural s and words that say nothing of a cause."""
    words = (word.casefold() for word in WORD.findall(text))
    return frozenset(_singular(word) for word in words if word not in IDLE_WORDS)


def _singular(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


def tasks(gists: Iterable[Gist], now: datetime, zone: tzinfo) -> Tasks:
    """Action items; one is late once its day is over in `zone`."""
    open_: list[Task] = []
    done = 0
    for gist in gists:
        for item in gist.actions:
            if item.done is not None:
                done += 1
                continue
            due = end_of_day(item.due, zone)
            open_.append(Task(gist.incident, gist.ref, item, now - due if due is not None and due <= now else None))
    open_.sort(key=_urgency)
    return Tasks(tuple(open_), done)


def _urgency(task: Task) -> tuple[timedelta, str, int, str, str]:
    late = -task.late if task.late is not None else timedelta.max
    return late, task.item.due or "~", PRIORITY.get(task.item.priority, 3), task.ref, task.item.label


def _phase_key(playbook: str, title: str) -> tuple[str, str]:
    return playbook.strip().casefold(), title.strip().casefold()
