"""Ten thousand past incidents of a dozen events, written straight into the journal: years of a busy team."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks._history import paths
from incident_tui.domain import events as e
from incident_tui.domain.evolve import fold
from incident_tui.domain.identity import Tick, event_id, next_tick
from incident_tui.domain.incident import Incident
from incident_tui.domain.protocol_json import to_json as protocol_to_json
from incident_tui.journal import Journal, Writing
from incident_tui.journal.codec import sealed
from incident_tui.protocols.library import load_builtin

FIRST = datetime(2023, 1, 2, 9, 0, tzinfo=UTC)
SERVICES = ("checkout", "orders-db", "search", "login", "mail", "ledger", "gateway")
CAUSES = (
    "release {} leaks a connection on every declined card",
    "disk of db-{} is full",
    "certificate of node {} expired",
    "the retries of {} clients exhaust the pool",
)
TASKS = ("alert on pool use", "renew certificates by machine", "limit the retries", "rehearse the failover")
OWNERS = ("lee", "kim", "noor", "")
PRIORITIES = ("high", "medium", "low")
AT_ONCE = 500

Told = tuple[datetime, e.Body]


def write_shelf(home: Path, count: int, last: datetime | None = None) -> None:
    """`count` incidents, all of them over, in equal steps from FIRST to `last`."""
    step = ((last or datetime(2026, 11, 1, tzinfo=UTC)) - FIRST) / max(1, count)
    folder = paths(home)
    folder.make()
    dice = random.Random(count)
    protocol = protocol_to_json(load_builtin("emergency"))
    with Journal.open(folder.database) as journal:
        for first in range(0, count, AT_ONCE):
            with journal.writing() as transaction:
                for number in range(first, min(count, first + AT_ONCE)):
                    _write(transaction, number, list(_story(number, FIRST + number * step, dice, protocol)))


def _write(transaction: Writing, number: int, story: list[Told]) -> None:
    tick, head, incident = Tick(0, 0), "", ""
    events: list[e.Event] = []
    for at, body in story:  # what follows from an event is put after it on the way
        tick = next_tick(tick, round(at.timestamp() * 1000))
        identifier = event_id(tick, transaction.device, number)
        incident = incident or identifier
        event = sealed(e.Event(identifier, incident, transaction.device, at, at, "mara", body), head)
        head = event.hash
        transaction.append(event)
        events.append(event)
        if isinstance(body, e.MessageDrafted):
            promised = (at + timedelta(minutes=20)).isoformat()
            story.insert(len(events), (at, e.MessageSent(identifier, "status page", promised)))
        elif isinstance(body, e.ActionItemAdded) and number % 4:
            story.append((at + timedelta(days=9), e.ActionItemDone(identifier)))
    transaction.summarise(fold(events, Incident(incident)), events[-1].recorded)


def _story(number: int, began: datetime, dice: random.Random, protocol: e.JsonObject) -> Iterator[Told]:
    """One outage that is over after minutes or hours; now and then a milestone is missing or in the wrong order."""

    def after(least: float, most: float) -> timedelta:
        return timedelta(minutes=least + (most - least) * dice.random() ** 3)

    at = began + after(1, 30)
    detected = at.isoformat()
    severity = dice.choices((1, 2, 3, 4), (1, 3, 5, 2))[0]
    title = f"{dice.choice(SERVICES)} fails for some"
    yield at, e.IncidentDeclared(f"INC-{began:%Y%m%d}-{number:05}", title, severity, "UTC", detected, protocol)
    if dice.random() < 0.9:
        wrong = timedelta(hours=2) if dice.random() < 0.02 else timedelta()
        yield began + wrong, e.MilestoneSet("started")
    at += after(0, 12)
    yield at, e.RoleTaken("incident commander", "mara")
    yield at, e.ImpactSet("service", dice.choice(SERVICES))
    for step in ("1.1", "1.2", "1.3", "1.4"):
        at += after(0, 4)
        skipped = dice.random() < 0.1
        yield at, e.StepSkipped(step, "not needed") if skipped else e.StepChecked(step)
    for minutes in (0, 8, 25)[: dice.choice((1, 2, 3))]:
        at += timedelta(minutes=minutes)
        yield at, e.MessageDrafted("external", "We are looking into it.", "status page", "", 1200)
    at += after(2, 90)
    if dice.random() < 0.8:
        yield at, e.EntryLogged("cause", dice.choice(CAUSES).format(number))
    at += after(2, 60)
    yield at, e.StepChecked("4.1")
    yield at, e.StatusSet("monitoring")
    due = f"{at + timedelta(days=14):%Y-%m-%d}"
    yield at, e.ActionItemAdded(dice.choice(TASKS), dice.choice(OWNERS), due, dice.choice(PRIORITIES))
    at += after(5, 240)
    yield at, e.StatusSet("resolved")
