"""The deputy in the machine: what is to be called out by the clock, as a pure function of (incident, now)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Literal, get_args

from msgspec import Struct
from msgspec.structs import replace

from incident_tui.domain import clocks, roles
from incident_tui.domain.clocks import Clock, Owed, PhaseProgress, StepClock
from incident_tui.domain.decide.loop import QUESTIONS
from incident_tui.domain.incident import COMMANDER, Incident, ordered
from incident_tui.domain.lines import duration_words
from incident_tui.domain.maps import values
from incident_tui.domain.policy import WARN_AT, Policy
from incident_tui.domain.text import first_line
from incident_tui.domain.working import Calendar

TEN = timedelta(minutes=10)
UNDERSTOOD_WITHIN = timedelta(minutes=2)
WIDTH = 100

Kind = Literal[
    "commander",
    "acknowledge",
    "escalate",
    "update",
    "order",
    "understood",
    "phase",
    "step",
    "span",
    "conflict",
    "soon",
    "ten",
]
KINDS: tuple[Kind, ...] = get_args(Kind)
"""The most urgent first; `update` is an update overdue, `soon` whatever is due before long."""


class Callout(Struct, frozen=True):
    """One line of at most 100 characters since `at`. `key` names its cause as long as that lasts, on every device.

    `snoozed` is the moment it comes again at, while that is to come.
    """

    key: str
    text: str
    at: datetime
    kind: Kind
    snoozed: datetime | None = None


class Read(Struct, frozen=True):
    """The clocks that callouts are read from; a screen shows them too, and has read them already."""

    phases: Sequence[PhaseProgress]
    steps: Sequence[StepClock]
    updates: Sequence[Owed]

    @classmethod
    def of(cls, incident: Incident, now: datetime, policy: Policy) -> Read:
        phases = clocks.phases(incident, now, policy.calendar)
        steps = clocks.steps(incident, now, policy.calendar, phases)
        return cls(phases, steps, clocks.updates(incident, now, policy) if incident.live else ())


def callouts(incident: Incident, now: datetime, policy: Policy, read: Read | None = None) -> tuple[Callout, ...]:
    """What is called out and not answered, the most urgent first; nothing once the incident is closed.

    After the resolution only the checklist and the orders go on. Nothing is kept anywhere: a callout is there while
    its cause is and while `incident.answers` does not hold its key.
    """
    if incident.declared_at is None or incident.status == "closed":
        return ()
    read = read or Read.of(incident, now, policy)
    found = [*_of_orders(incident, now), *_of_checklist(read)]
    if incident.live:
        found += [*_of_command(incident, now, policy), *_of_updates(read.updates, now, policy), *_ten(incident, now)]
    unanswered = (_unanswered(incident, item, now) for item in found)
    kept = {item.key: item for item in unanswered if item is not None}
    return tuple(sorted(kept.values(), key=lambda item: (KINDS.index(item.kind), item.at, item.key)))


def due(incident: Incident, now: datetime, policy: Policy, read: Read | None = None) -> tuple[Callout, ...]:
    """The callouts to show now, the most urgent first: all but the snoozed ones."""
    return tuple(item for item in callouts(incident, now, policy, read) if item.snoozed is None)


def _unanswered(incident: Incident, callout: Callout, now: datetime) -> Callout | None:
    answer = incident.answers.get(callout.key)
    if answer is None:
        return callout
    if answer.until is None:
        return None
    return replace(callout, snoozed=answer.until) if answer.until > now else callout


def _callout(kind: Kind, key: str, text: str, at: datetime) -> Callout:
    return Callout(key, first_line(text, WIDTH), at, kind)


def _ten(incident: Incident, now: datetime) -> Iterator[Callout]:
    """The question of the loop each ten minutes; only the latest of them is still worth an answer."""
    began = incident.began_at
    turn = (now - began) // TEN if began else 0
    if began and turn > 0:
        time = f"{turn * 10} min" if turn < 12 else duration_words(turn * 600)
        text = f"{time}, {incident.loop.segment}: {QUESTIONS[incident.loop.segment]}"
        yield _callout("ten", f"ten:{turn}", text, began + turn * TEN)


def _of_command(incident: Incident, now: datetime, policy: Policy) -> Iterator[Callout]:
    vacant = roles.vacant_since(incident)
    if vacant is not None:
        turns = sum(term.role == COMMANDER for term in values(incident.terms))
        key = f"commander:{turns}" if turns else "commander"
        yield _callout("commander", key, "Nobody commands: who takes command?", vacant)
    acknowledge = clocks.acknowledgement(incident, now, policy)
    if acknowledge.level == "late" and acknowledge.due:
        text = f"Nobody has acknowledged it within {_words(acknowledge.budget)}"
        yield _callout("acknowledge", "ack", text, acknowledge.due)
    elif (at := _warned_at(acknowledge, now, policy.calendar)) and acknowledge.level != "done":
        text = f"To be acknowledged within {_words(acknowledge.budget)}: {_left(acknowledge)} left"
        yield _callout("soon", "ack:soon", text, at)
    following = clocks.escalation(incident, now, policy)
    if following is not None and following.clock.level == "late" and following.clock.due:
        who = " ".join(part for part in (following.level.title, following.person, following.contact) if part)
        text = f"Escalate to level {following.level.level}, {who}: {following.reason}"
        yield _callout("escalate", f"escalate:{following.level.level}", text, following.clock.due)
    yield from _span(incident)
    yield from _conflicts(incident)


def _conflicts(incident: Incident) -> Iterator[Callout]:
    for conflict in roles.conflicts(incident):
        # The role taken last made the clash; another clash of the same roles is another callout.
        newest = max(incident.roles[role] for role in conflict.roles)
        text = f"{conflict.person} is {' and '.join(conflict.roles)}: give one of them to somebody else"
        yield _callout("conflict", f"conflict:{newest}", text, incident.terms[newest].since)


def _span(incident: Incident) -> Iterator[Callout]:
    led = roles.span_of_control(incident)
    if led > roles.SPAN:
        text = f"The commander leads {led} people, {roles.SPAN} are the limit: split into teams"
        joined = [*(term.since for term in values(incident.terms)), *(order.at for order in values(incident.orders))]
        yield _callout("span", f"span:{led}", text, max(joined))


def _of_updates(updates: Iterable[Owed], now: datetime, policy: Policy) -> Iterator[Callout]:
    for owed in updates:
        last, clock = owed.last, owed.clock
        about = f"{owed.audience}:{last.id if last else 'declared'}"
        what = f"{'Promised update' if last and last.promised_at else 'Update'} to {owed.audience}"
        if clock.level == "late" and clock.due:
            text = f"{what} is overdue: /update drafts it"
            yield _callout("update", f"promise:{about}", text, clock.due)
        elif (at := _warned_at(clock, now, policy.calendar)) and clock.level != "done":
            text = f"{what} is due in {_left(clock)}: /update drafts it"
            yield _callout("soon", f"soon:{about}", text, at)


def _of_orders(incident: Incident, now: datetime) -> Iterator[Callout]:
    """The end of a time box; more time is another box, with a callout of its own."""
    for order in ordered(incident.orders):
        if not order.open:
            continue
        named = f"{order.label} {first_line(order.person, 24)}"
        task, again = first_line(order.text, WIDTH), f":{order.extended}" if order.extended else ""
        unheard = order.at + UNDERSTOOD_WITHIN
        if order.due <= now:
            yield _callout("order", f"order:{order.label}{again}", f"{named}: time is up, done? {task}", order.due)
        elif order.state == "given" and unheard <= now:
            text = f"{named} has not said it is understood: {task}"
            yield _callout("understood", f"understood:{order.label}", text, unheard)


def _of_checklist(read: Read) -> Iterator[Callout]:
    for progress in read.phases:
        clock = progress.clock
        if clock.level == "late" and clock.due:
            open_ = progress.total - progress.settled
            text = f"Phase {progress.index + 1} is over its {_words(clock.budget)}, {open_} open: {clock.name}"
            yield _callout("phase", f"phase:{progress.index}", text, clock.due)
    for item in read.steps:
        if item.clock.level == "late" and item.clock.due:
            yield _of_step(item, item.clock.due)


def _of_step(item: StepClock, at: datetime) -> Callout:
    """What a limit on a step, or on what a whole phase repeats, means when it is reached."""
    where = f"phase:{item.phase}" if item.step is None else item.step.number
    what = f"Phase {item.phase + 1}" if item.step is None else item.step.number
    match item.kind:
        case "budget":
            text = f"{what} was to be done within {_words(item.clock.budget)}: {item.clock.name}"
        case "wait":
            text = f"{what} may be done now, the wait is over: {item.clock.name}"
        case "every":
            # Each turn is a cause of its own.
            where = f"{where}:{int(at.timestamp())}"
            text = f"{what} again, every {_words(item.clock.budget)}: {item.clock.name}"
    return _callout("step", f"{item.kind}:{where}", text, at)


def _warned_at(clock: Clock, now: datetime, calendar: Calendar) -> datetime | None:
    """When the clock had used 80 % of its time, in working time where it counts that; None before."""
    if clock.started is None or clock.due is None or not clock.budget:
        return None
    if clock.used is None:
        at = clock.started + clock.budget * WARN_AT
    else:
        minutes = calendar.worked(clock.started, clock.due) * WARN_AT // timedelta(minutes=1)
        at = calendar.after(clock.started, minutes=minutes)
    return at if at <= now else None


def _left(clock: Clock) -> str:
    return _words(max(clock.left or timedelta(0), timedelta(0)))


def _words(time: timedelta | None) -> str:
    """A length in words, without the seconds where it is more than a minute."""
    seconds = int(time.total_seconds()) if time else 0
    return duration_words(seconds - seconds % 60 if seconds > 60 else seconds)
