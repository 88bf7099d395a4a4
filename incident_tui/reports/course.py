"""What was done by the book: the phases of the protocol with their steps, and the messages with their promises."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from msgspec import Struct

from incident_tui.domain import clocks
from incident_tui.domain import events as e
from incident_tui.domain.clocks import PhaseProgress
from incident_tui.domain.delivery import Delivery
from incident_tui.domain.incident import AUDIENCES, Incident, Message, ordered
from incident_tui.domain.promises import Promise, promise_of
from incident_tui.domain.protocol import Phase, Step
from incident_tui.domain.text import first_line
from incident_tui.domain.working import ALWAYS_UTC, Calendar

SETTLEMENTS = {
    e.StepChecked: "done",
    e.StepReopened: "opened again",
    e.StepSkipped: "skipped",
    e.StepRuledOut: "not applicable",
}

BESIDE = ("note", "ran")
"""Acts that leave the step as it is."""
COMMAND_SHOWN = 120
PROTOCOL = "protocol"
PLACES = {"verification and monitoring": "verification", "recovery": "recovery", "after the incident": "after"}


class Act(Struct, frozen=True):
    """Something done with a step: what, and the words that came with it."""

    what: str
    text: str
    at: datetime
    by: str
    undone: bool


class StepLine(Struct, frozen=True):
    """A step as it stands (`status`, since `at`), its notes and commands, and what was done with it before that."""

    number: str
    title: str
    depth: int
    status: str
    at: datetime | None
    by: str
    reason: str
    notes: tuple[Act, ...]
    before: tuple[Act, ...]


class PhaseView(Struct, frozen=True):
    """`number` counts from 1; 0 is for steps that no phase has. `place` is the part of a document it belongs to."""

    number: int
    title: str
    place: str
    steps: tuple[StepLine, ...]
    settled: int
    total: int
    started: datetime | None
    ended: datetime | None
    elapsed: timedelta
    budget: timedelta | None
    late: bool
    anchor: str
    by_hand: datetime | None
    playbook: str = ""

    @property
    def touched(self) -> bool:
        return any(step.status != "open" or step.notes or step.before for step in self.steps)


class Wording(Struct, frozen=True):
    text: str
    at: datetime
    by: str


class MessageView(Struct, frozen=True):
    """A message, its promise, the words it had before, and why it was discarded or that its draft was undone."""

    message: Message
    promise: Promise | None
    earlier: tuple[Wording, ...]
    reason: str
    undone: bool
    deliveries: tuple[Delivery, ...] = ()

    @property
    def at(self) -> datetime:
        return self.message.sent_at or self.message.at


class Audience(Struct, frozen=True):
    name: str
    messages: tuple[MessageView, ...]

    @property
    def title(self) -> str:
        return self.name[:1].upper() + self.name[1:]


def phase_views(
    incident: Incident,
    events: Sequence[e.Event],
    undone: Mapping[str, e.Event],
    now: datetime,
    calendar: Calendar = ALWAYS_UTC,
) -> tuple[PhaseView, ...]:
    """Each phase with all its steps, and a last one for steps that the protocol does not have."""
    acts = _acts(events, undone)
    views = [_phase(incident, progress, acts) for progress in clocks.phases(incident, now, calendar)]
    known = {step.number for _, step in incident.protocol.all_steps()}
    strangers = sorted((set(incident.steps) | set(acts)) - known)
    if strangers:
        steps = tuple(_step_line(incident, Step(number, ""), 0, acts) for number in strangers)
        settled = sum(step.status != "open" for step in steps)
        views.append(
            PhaseView(0, "", PROTOCOL, steps, settled, len(steps), None, None, timedelta(0), None, False, "phase", None)
        )
    return tuple(views)


def place_of(phase: Phase) -> str:
    """The part of a document that a phase belongs to, by the group that the protocol names."""
    if phase.playbook:
        return PROTOCOL
    return PLACES.get(phase.group.casefold(), PROTOCOL)


def _acts(events: Sequence[e.Event], undone: Mapping[str, e.Event]) -> dict[str, list[Act]]:
    found: dict[str, list[Act]] = {}
    for event in events:
        body = event.body
        match body:
            case e.StepChecked() | e.StepReopened():
                what, text = SETTLEMENTS[type(body)], ""
            case e.StepSkipped() | e.StepRuledOut():
                what, text = SETTLEMENTS[type(body)], body.reason
            case e.StepNoted():
                what, text = "note", body.text
            case e.CommandRun() if body.step:
                what, text = "ran", f"{first_line(body.command, COMMAND_SHOWN)}, exit {body.exit_code}"
            case _:
                continue
        found.setdefault(body.step, []).append(Act(what, text, event.at, event.actor, event.id in undone))
    return found


def _phase(incident: Incident, progress: PhaseProgress, acts: Mapping[str, list[Act]]) -> PhaseView:
    clock = progress.clock
    return PhaseView(
        number=progress.index + 1,
        title=progress.phase.title,
        place=place_of(progress.phase),
        steps=tuple(_step_line(incident, step, depth, acts) for step, depth in _walk(progress.phase.steps)),
        settled=progress.settled,
        total=progress.total,
        started=clock.started,
        ended=clock.ended,
        elapsed=clock.elapsed,
        budget=clock.budget,
        late=clock.late,
        anchor=progress.phase.anchor,
        by_hand=incident.begun.get(str(progress.index)),
        playbook=progress.phase.playbook,
    )


def _walk(steps: Sequence[Step]) -> Iterator[tuple[Step, int]]:
    waiting = [(step, 0) for step in reversed(steps)]
    while waiting:
        step, depth = waiting.pop()
        yield step, depth
        waiting.extend((child, depth + 1) for child in reversed(step.steps))


def _step_line(incident: Incident, step: Step, depth: int, acts: Mapping[str, list[Act]]) -> StepLine:
    state = incident.step(step.number)
    own = acts.get(step.number, [])
    settlements = [act for act in own if act.what not in BESIDE]
    # The last one that stands is what the step is now; the others tell how it came to that.
    standing = [act for act in settlements if not act.undone]
    before = tuple(act for act in settlements if not standing or act is not standing[-1])
    notes = tuple(act for act in own if act.what in BESIDE)
    return StepLine(step.number, step.title, depth, state.status, state.at, state.by, state.reason, notes, before)


def audiences(
    incident: Incident, events: Sequence[e.Event], undone: Mapping[str, e.Event], now: datetime
) -> tuple[Audience, ...]:
    """The messages by audience, in the order in which they were sent, or drafted where they were not."""
    wordings, reasons, withdrawn = _edits(events, undone)
    views = [
        MessageView(
            message,
            promise_of(incident, message, now),
            _replaced(wordings, message),
            reasons.get(message.id, ""),
            False,
            deliveries_of(incident, message.id),
        )
        for message in ordered(incident.messages)
    ]
    views += [MessageView(message, None, (), "", True) for message in withdrawn if message.id not in incident.messages]
    views.sort(key=lambda view: (view.at, view.message.id))
    names = dict.fromkeys((*AUDIENCES, *(view.message.audience for view in views)))
    found = (Audience(name, tuple(view for view in views if view.message.audience == name)) for name in names)
    return tuple(audience for audience in found if audience.messages)


def deliveries_of(incident: Incident, subject: str) -> tuple[Delivery, ...]:
    """Where a message or an action item went, in order."""
    return tuple(item for item in ordered(incident.deliveries) if item.subject == subject)


def _edits(
    events: Sequence[e.Event], undone: Mapping[str, e.Event]
) -> tuple[dict[str, list[Wording]], dict[str, str], list[Message]]:
    """All wordings of each message, why messages were discarded, and drafts that were undone."""
    wordings: dict[str, list[Wording]] = {}
    reasons: dict[str, str] = {}
    withdrawn: list[Message] = []
    for event in events:
        match event.body:
            case e.MessageDrafted() as body:
                wordings[event.id] = [Wording(body.text, event.at, event.actor)]
                if event.id in undone:
                    withdrawn.append(_undone_draft(event, body))
            case e.MessageEdited() as body:
                wordings.setdefault(body.message, []).append(Wording(body.text, event.at, event.actor))
            case e.MessageDiscarded() as body if event.id not in undone:
                reasons[body.message] = body.reason
            case _:
                continue
    return wordings, reasons, withdrawn


def _undone_draft(event: e.Event, body: e.MessageDrafted) -> Message:
    return Message(0, event.id, 0, body.audience, body.channel, body.mark, body.text, "undone", event.at, event.actor)


def _replaced(wordings: Mapping[str, list[Wording]], message: Message) -> tuple[Wording, ...]:
    return tuple(wording for wording in wordings.get(message.id, ()) if wording.text != message.text)
