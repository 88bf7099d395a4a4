"""Long incidents, written straight into the journal: lines of machines and people, steps, messages, theories."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from incident_tui.config import Config
from incident_tui.domain import events as e
from incident_tui.domain.evolve import evolve
from incident_tui.domain.identity import Tick, event_id, next_tick, tick_of
from incident_tui.domain.incident import Incident
from incident_tui.journal import Writing
from incident_tui.journal.codec import sealed
from incident_tui.paths import Paths
from incident_tui.protocols.library import load_builtin
from incident_tui.session import CHECKPOINT_EVERY, Done, Session

NEWEST = "lastline"
KINDS = ("finding", "finding", "note", "finding", "alert", "action", "finding", "evidence", "health", "finding")
TEXTS = (
    "p99 of checkout is 2.4 s on pool B, was 180 ms at 13:50",
    "connection pool exhausted: 100 of 100 in use, 341 waiting (db-primary-2)",
    "deploy 4812 rolled out to 30 % of the fleet",
    "queue depth 18,204 and rising by about 400 a minute; consumers look healthy but commit slowly, see dashboard",
    "error rate 12.5 %",
    "restarted worker-7; it came back and holds 3 connections",
)
STEPS = ("1.1", "1.2", "1.3", "1.4", "2.1", "2.2", "2.3", "2.4")


def write_history(home: Path, count: int) -> str:
    """An incident of `count` events, at least 1,000, the last of which is in sight as NEWEST; its id.

    As many events as there can ever be come after the kept checkpoint.
    """
    with Session.open(paths(home), Config(person="bench")) as session:
        declared = session.declare("Checkout fails for one in eight customers", 1, load_builtin("emergency"))
        assert isinstance(declared, Done), declared
        room = declared.room
        with session.journal.writing() as transaction:
            _append(transaction, room.incident, room.seq, count - len(declared.events))
        return room.incident.id


def paths(home: Path) -> Paths:
    """The folders of a history in `home`."""
    return Paths(home / "data", home / "config")


def _append(transaction: Writing, incident: Incident, seq: int, count: int) -> None:
    tick = tick_of(incident.last)
    head = incident.heads[transaction.device].hash
    began = incident.declared_at
    assert began is not None, "the incident has been declared"
    goal = incident.version + count
    for number in range(count):
        body = _body(number, incident.last) if number < count - 1 else e.EntryLogged("finding", NEWEST)
        at = began + timedelta(milliseconds=number + 1)
        tick = next_tick(tick, _millis(at))
        event = _event(tick, transaction.device, incident.id, at, body, number, head)
        head = event.hash
        seq = transaction.append(event)
        incident = evolve(incident, event)
        if incident.version == goal - CHECKPOINT_EVERY + 1:
            transaction.keep_checkpoint(incident, seq)
    transaction.summarise(incident, began)


def _event(tick: Tick, device: str, incident: str, at: datetime, body: e.Body, number: int, head: str) -> e.Event:
    identifier = event_id(tick, device, number)
    return sealed(e.Event(identifier, incident, device, at, at, "mara" if number % 3 else "bench", body), head)


def _body(number: int, before: str) -> e.Body:
    """One of each 100 events is something people do seldom; of the others every tenth is a step or a command."""
    return _seldom(number, before) or _often(number)


def _seldom(number: int, before: str) -> e.Body | None:
    match number % 500:
        case 7:
            return e.EntryLogged("theory", f"the pool of replica {number} is too small")
        case 107:
            return e.EntryLogged("decision", f"roll back deploy {number}")
        case 207:
            return e.MessageDrafted("external", "We see errors in checkout and are working on them.", "status page")
        case 307:
            return e.StatusSet("identified" if number % 1000 < 500 else "investigating", "as of now")
        case 402:
            return e.EntryStarred(before)
        case _:
            return None


def _often(number: int) -> e.Body:
    step = STEPS[number // 20 % len(STEPS)]
    match number % 20:
        case 3:
            return e.StepChecked(step)
        case 9:
            return e.CommandRun(f"kubectl logs worker-{number % 9}", 0, 812, "one more line of output\n" * 12)
        case 13 if number % 60 < 40:
            return e.ImpactSet(("users", "percent", "revenue")[number % 3], f"{number % 90}")
    text = TEXTS[number % len(TEXTS)]
    return e.EntryLogged(KINDS[number % len(KINDS)], f"{text} · {number}", ("db",) if number % 4 == 0 else ())


def _millis(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)
