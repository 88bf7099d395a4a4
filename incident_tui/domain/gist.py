"""The gist of one incident: the facts that metrics are made of, small enough to read ten thousand at once.

It holds what happened and no verdicts, so that it stays true while time goes on and when targets or calendars change.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final, Self

from msgspec import Struct
from rpds import HashTrieMap

from incident_tui.domain.checklist_clocks import phases
from incident_tui.domain.incident import COMMANDER, LIVE_STATUSES, Head, Incident, StepState, ordered
from incident_tui.domain.promises import promises
from incident_tui.domain.protocol import Phase

EDITION: Final = 4
"""Counts the shapes of a kept gist; one of another edition is made anew."""
SERVICE_KEYS: Final = ("service", "services", "component", "components")
LONGEST: Final = 200
"""So many characters of a text are kept: these are for tables, the log has the whole."""


class PhaseGist(Struct, frozen=True):
    """A phase that somebody worked on. `budget` is in seconds, of working time where `working` says so.

    `clock_from` is when the budget began to count; `done` and `left` count its steps that were done and are open.
    """

    title: str
    playbook: str
    budget: int | None
    working: bool
    clock_from: datetime | None
    ended: datetime | None
    done: int
    left: int


class SkippedGist(Struct, frozen=True):
    """A step that was skipped, in the phase of the title."""

    phase: str
    playbook: str
    step: str
    reason: str


class PromiseGist(Struct, frozen=True):
    """A promised update: when it was due, and when the next message to the audience went out."""

    audience: str
    message: str
    due: datetime
    answered: datetime | None


class TermGist(Struct, frozen=True):
    """A time with a commander."""

    since: datetime
    until: datetime | None


class NoteGist(Struct, frozen=True):
    """A cause, an error or a lesson: `kind`, when it was written, and its text."""

    kind: str
    at: datetime
    text: str


class ActionGist(Struct, frozen=True):
    """An action item; `due` is a day such as 2026-12-01."""

    label: str
    text: str
    owner: str
    due: str | None
    priority: str
    added: datetime
    done: datetime | None


class Gist(Struct, frozen=True):
    """One incident. `milestones` holds those that are set; `services` are tagged or named in its impact.

    `heads` are the ends of its chains by device, so that a document about many incidents can be an anchor of each.
    """

    incident: str
    ref: str
    title: str
    severity: int
    status: str
    declared: datetime | None
    milestones: HashTrieMap[str, datetime]
    services: tuple[str, ...] = ()
    phases: tuple[PhaseGist, ...] = ()
    skipped: tuple[SkippedGist, ...] = ()
    promises: tuple[PromiseGist, ...] = ()
    command: tuple[TermGist, ...] = ()
    notes: tuple[NoteGist, ...] = ()
    actions: tuple[ActionGist, ...] = ()
    drill: bool = False
    heads: HashTrieMap[str, Head] = HashTrieMap()

    @property
    def live(self) -> bool:
        return self.status in LIVE_STATUSES

    @property
    def resolved(self) -> datetime | None:
        """When it was resolved; None while it is live, whatever its milestones say."""
        return None if self.live else self.milestones.get("resolved")

    @property
    def began(self) -> datetime | None:
        """The moment by which it belongs to a month: its detection, else its declaration."""
        return self.milestones.get("detected") or self.declared

    @classmethod
    def of(cls, incident: Incident) -> Self:
        return cls(
            incident=incident.id,
            ref=incident.ref,
            title=_short(incident.title),
            severity=incident.severity,
            status=incident.status,
            declared=incident.declared_at,
            milestones=HashTrieMap({name: _cut(incident.milestones[name].at) for name in incident.milestones}),
            services=_services(incident),
            phases=tuple(_phases(incident)),
            skipped=tuple(_skipped(incident)),
            promises=tuple(_promises(incident)),
            command=tuple(
                TermGist(term.since, term.until) for term in ordered(incident.terms) if term.role == COMMANDER
            ),
            notes=tuple(_notes(incident)),
            actions=tuple(_actions(incident)),
            drill=incident.drill is not None,
            heads=incident.heads,
        )


def _phases(incident: Incident) -> Iterator[PhaseGist]:
    declared = incident.declared_at
    if declared is None or not (incident.steps or incident.begun):
        return
    # The moment of reading does not matter: starts and ends are facts, and limits are read with the calendar later.
    for progress in phases(incident, declared):
        phase = progress.phase
        states = [incident.step(step.number) for step in phase.steps]
        if progress.settled or str(progress.index) in incident.begun:
            yield _phase(phase, states, progress.clock.started, progress.clock.ended)


def _phase(phase: Phase, states: Sequence[StepState], began: datetime | None, ended: datetime | None) -> PhaseGist:
    budget = int(phase.budget.total_seconds()) if phase.budget is not None else None
    done = sum(state.status == "done" for state in states)
    left = sum(state.status == "open" for state in states)
    return PhaseGist(_short(phase.title), phase.playbook, budget, phase.working, began, ended, done, left)


def _skipped(incident: Incident) -> Iterator[SkippedGist]:
    if not any(state.status == "skipped" for state in incident.steps.values()):
        return
    for index, step in incident.protocol.all_steps():
        state = incident.step(step.number)
        if state.status == "skipped":
            phase = incident.protocol.phases[index]
            yield SkippedGist(_short(phase.title), phase.playbook, _short(step.title), _short(state.reason))


def _promises(incident: Incident) -> Iterator[PromiseGist]:
    declared = incident.declared_at
    if declared is None or not incident.messages:
        return
    for promise in promises(incident, declared):
        yield PromiseGist(promise.audience, promise.message, promise.due, promise.answered_at)


def _notes(incident: Incident) -> Iterator[NoteGist]:
    for entry in ordered(incident.pillars):
        if entry.kind == "cause" and not incident.struck(entry.id):
            yield NoteGist("cause", entry.at, _short(incident.text_of(entry.id, entry.text)))
    for record in ordered(incident.records):
        if record.section in ("error", "lesson") and not incident.struck(record.id):
            yield NoteGist(record.section, record.at, _short(incident.text_of(record.id, record.text)))


def _actions(incident: Incident) -> Iterator[ActionGist]:
    for item in ordered(incident.action_items):
        if not incident.struck(item.id):
            yield ActionGist(item.label, _short(item.text), item.owner, item.due, item.priority, item.at, item.done_at)


def _services(incident: Incident) -> tuple[str, ...]:
    """The services that it is tagged with; untagged, those that its impact names, with commas or semicolons between."""
    if len(incident.services):
        return tuple(sorted(_short(name) for name in incident.services))
    texts = [fact.text for key in SERVICE_KEYS if (fact := incident.impact.get(key)) is not None]
    names = (name.strip().casefold() for text in texts for name in re.split(r"[,;\n]", text))
    return tuple(dict.fromkeys(_short(name) for name in names if name))


def _cut(moment: datetime) -> datetime:
    """To the millisecond, as times of events are: a moment that a body names must not seem later than its event."""
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def _short(text: str) -> str:
    first = text.strip().partition("\n")[0]
    return first if len(first) <= LONGEST else first[: LONGEST - 1] + "…"
