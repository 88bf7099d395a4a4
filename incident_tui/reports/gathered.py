"""All events read once: what the parts of a document need of them, and each line of the log as it passes by."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from operator import attrgetter

from msgspec import Struct

from incident_tui.domain import events as e
from incident_tui.domain.incident import Incident
from incident_tui.reports.record import Proof, proof_of
from incident_tui.reports.turns import SUMMARISED
from incident_tui.reports.written import CHANGES, Item, item_of, later

History = Callable[..., Iterator[e.Event]]
"""Called with kinds, the events of these kinds in the order of their ids; with none, all of them. To be read twice."""

LOGGED = (e.EntryLogged, e.CommandRun, e.FileAttached, e.ResultKept)
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


class Gathered(Struct, frozen=True):
    """`events` are those that do more than add a line to the log, in the order of their ids. `items` is what was
    written elsewhere, or weighs for or against a theory, in the order of occurrence. `last` is when the last
    was recorded, LONG_AGO where there is none.
    """

    events: Sequence[e.Event]
    undone: Mapping[str, e.Event]
    items: Sequence[Item]
    proofs: Sequence[Proof]
    last: datetime


def history_of(events: Iterable[e.Event]) -> History:
    """Events that are in memory, to be read as those of a journal are."""
    held = events if isinstance(events, Sequence) else list(events)
    return lambda *kinds: (event for event in held if not kinds or event.body.KIND in kinds)


def recorded_by(history: History, moment: datetime) -> History:
    """What was known at a moment."""
    return lambda *kinds: (event for event in history(*kinds) if event.recorded <= moment)


def gather(incident: Incident, history: History, log: Callable[[Item], object]) -> Gathered:
    """What the events of `incident` tell; `log` is given each line of the log, in the order of the ids."""
    after = later(incident, history(*CHANGES))
    events: list[e.Event] = []
    items: list[Item] = []
    proofs: list[tuple[datetime, str, Proof]] = []
    last = LONG_AGO
    for event in history():
        last = max(last, event.recorded)
        logged = isinstance(event.body, LOGGED)
        if not logged or _does_more(event.body):
            events.append(event)
        item = item_of(incident, event, after)
        if item is None:
            continue
        if logged:
            log(item)
        if not logged or item.weights:
            items.append(item)
        if (proof := proof_of(item)) is not None:
            proofs.append((item.at, item.id, proof))
    in_order = sorted(items, key=attrgetter("at", "id"))
    return Gathered(events, after.undone, in_order, [proof for *_, proof in sorted(proofs, key=_when)], last)


def _does_more(body: e.Body) -> bool:
    """Whether what is logged is a turn of the incident, or part of a step."""
    if isinstance(body, e.EntryLogged):
        return body.kind in SUMMARISED
    return isinstance(body, e.CommandRun) and bool(body.step)


def _when(found: tuple[datetime, str, Proof]) -> tuple[datetime, str]:
    return found[:2]
