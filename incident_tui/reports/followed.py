"""Which protocol was followed, how closely, and how it was changed on the way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from incident_tui.domain import events as e
from incident_tui.domain import reshaping
from incident_tui.domain.conformance import PhaseConformance, conformance
from incident_tui.domain.incident import Incident
from incident_tui.domain.lines import duration_words
from incident_tui.domain.protocol import Protocol
from incident_tui.domain.protocol_json import from_json
from incident_tui.domain.working import Calendar

DIGEST_SHOWN = 12


class Source(Struct, frozen=True):
    """Where a protocol or playbook came from; `digest` is the beginning of its SHA-256."""

    name: str
    origin: str
    digest: str


class Change(Struct, frozen=True):
    """How the checklist was changed: `what`, to the thing called `title`; `source` is that of a playbook.

    `idle` when there was nothing that it could change.
    """

    what: str
    title: str
    at: datetime
    by: str
    undone: bool
    idle: bool = False
    detail: str = ""
    commands: tuple[str, ...] = ()
    source: Source | None = None


class Followed(Struct, frozen=True):
    """`phases` are those with something to say, `changes` in the order in which they were made."""

    source: Source
    phases: tuple[PhaseConformance, ...]
    changes: tuple[Change, ...]


def followed(
    incident: Incident,
    history: Sequence[e.Event],
    undone: Mapping[str, e.Event],
    now: datetime,
    calendar: Calendar,
) -> Followed:
    """How the protocol was followed up to `now`."""
    phases = conformance(incident, now, calendar).phases
    telling = tuple(phase for phase in phases if phase.telling)
    return Followed(_source(incident.protocol), telling, tuple(_changes(history, undone)))


def _source(protocol: Protocol) -> Source:
    return Source(protocol.name, protocol.source, protocol.digest[:DIGEST_SHOWN])


def _changes(history: Sequence[e.Event], undone: Mapping[str, e.Event]) -> Iterator[Change]:
    """Each change, named by the checklist as it stood then; what was taken back changes nothing for those after it."""
    shell = Incident("")
    for event in history:
        body = event.body
        if isinstance(body, e.IncidentDeclared):
            shell = replace(shell, protocol=from_json(body.protocol))
        if isinstance(body, reshaping.Reshaped):
            after = reshaping.evolve(shell, body)
            taken_back = event.id in undone
            made = _change(event, body, shell.protocol)
            yield replace(made, undone=taken_back, idle=after is shell and not taken_back)
            shell = shell if taken_back else after


def _change(event: e.Event, body: reshaping.Reshaped, protocol: Protocol) -> Change:
    def changed(what: str, title: str) -> Change:
        return Change(what, title, event.at, event.actor, undone=False)

    match body:
        case e.PlaybookAttached():
            playbook = from_json(body.playbook)
            return replace(changed("playbook attached", playbook.title or playbook.name), source=_source(playbook))
        case e.StepAdded():
            added = changed(f"step added to phase {body.phase + 1}", body.title)
            return replace(added, detail=body.detail, commands=body.commands)
        case e.StepSetAside():
            return changed(f"step {body.step} is to be read, not to be done", _step(protocol, body.step))
        case e.PhaseSetAside():
            return changed(f"phase {body.phase + 1} is to be read, not to be done", _phase(protocol, body.phase))
        case e.SectionTaken():
            where = f" of line {body.line}" if body.line else ""
            return changed(f"section{where} is to be done, not to be read", body.title)
        case e.BudgetSet():
            time = "no limit" if body.seconds is None else duration_words(body.seconds)
            if body.step:
                return changed(f"step {body.step} has {time}", _step(protocol, body.step))
            return changed(f"phase {body.phase + 1} has {time}", _phase(protocol, body.phase))


def _step(protocol: Protocol, number: str) -> str:
    step = protocol.step(number)
    return step.title if step else ""


def _phase(protocol: Protocol, index: int) -> str:
    return protocol.phases[index].title if 0 <= index < len(protocol.phases) else ""
