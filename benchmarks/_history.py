"""Long incidents, written straight into the journal: lines of machines and people, steps, messages, theories."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from msgspec.structs import replace

from incident_tui.config import Config
from incident_tui.domain import events as e
from incident_tui.domain.evolve import evolve
from incident_tui.domain.identity import event_id, next_tick, tick_of
from incident_tui.domain.incident import Incident
from incident_tui.journal import Writing
from incident_tui.journal.codec import digest, to_row
from incident_tui.paths import Paths
from incident_tui.protocols.library import load_builtin
from incident_tui.session import CHECKPOINT_AT_LAST, Done, Session

NEWEST = "lastline"
"""In the newest line, which is on the terminal before all others."""
WHOLE = "ype to log"
"""In the composer, which is there with the first whole frame and not before."""
KINDS = ("finding", "finding", "note", "finding", "alert", "action", "finding", "evidence", "health", "finding")
TEXTS = (
    "p99 of checkout is 2.4 s on pool B, was 180 ms at 13:50",
    "connection pool exhausted: 100 of 100 in use, 341 waiting (db-primary-2)",
    "deploy 4812 rolled out to 30 % of the fleet",
    "queue depth 18,204 and rising by about 400 a minute; consumers look healthy but commit slowly, see dashboard",
    "error rate 12.5 %",
    "restarted worker-7; it came back and holds 3 connections",
)
AT_ONCE = 20_000
"""So many lines go into one transaction: a log of a gigabyte would have to be copied at its end."""
STEPS = ("1.1", "1.2", "1.3", "1.4", "2.1", "2.2", "2.3", "2.4")


def write_history(home: Path, count: int, busy: int | None = None) -> str:
    """An incident of `count` events, at least 1,000, the last of which is in sight as NEWEST; its id.

    What people do seldom, such as to decide or to write a message, is among the first `busy` events, or among all.
    As many events as there can ever be come after the kept checkpoint.
    """
    with Session.open(paths(home), Config(person="bench")) as session:
        declared = session.declare("Checkout fails for one in eight customers", 1, load_builtin("emergency"))
        assert isinstance(declared, Done), declared
        room = declared.room
        lines = Lines(room.incident, room.seq, count, busy)
        while lines.left:
            with session.journal.writing() as transaction:
                lines.append(transaction, min(lines.left, AT_ONCE))
        return room.incident.id


def paths(home: Path) -> Paths:
    """The folders of a history in `home`."""
    return Paths(home / "data", home / "config")


class Lines:
    """The rest of an incident, so many lines at a time."""

    def __init__(self, incident: Incident, seq: int, count: int, busy: int | None) -> None:
        assert incident.declared_at is not None, "the incident has been declared"
        self._incident, self._seq, self._goal = incident, seq, count
        self._busy = count if busy is None else busy
        self._began, self._first = incident.declared_at, incident.version
        self._tick = tick_of(incident.last)

    @property
    def left(self) -> int:
        return self._goal - self._incident.version

    def append(self, transaction: Writing, count: int) -> None:
        """Store the next `count` lines and keep the summary, as a session does."""
        for _ in range(count):
            self._next(transaction)
        transaction.summarise(self._incident, self._began)

    def _next(self, transaction: Writing) -> None:
        incident = self._incident
        number = incident.version - self._first
        seldom = number < self._busy and _seldom(number, incident.last)
        body = e.EntryLogged("finding", NEWEST) if self.left == 1 else seldom or _often(number)
        at = self._began + timedelta(milliseconds=number + 1)
        self._tick = next_tick(self._tick, _millis(at))
        identifier = event_id(self._tick, transaction.device, number)
        actor, head = "mara" if number % 3 else "bench", incident.heads[transaction.device].hash
        event = e.Event(identifier, incident.id, transaction.device, at, at, actor, body, head)
        row = to_row(event)
        row = row._replace(hash=digest(row))
        event = replace(event, hash=row.hash)
        self._seq = transaction.append_row(row, event)
        self._incident = evolve(incident, event)
        if self.left == CHECKPOINT_AT_LAST - 1:
            transaction.keep_checkpoint(self._incident, self._seq)


def _seldom(number: int, before: str) -> e.Body | None:
    """One of each 100 events is something people do seldom."""
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
    """Every tenth is a step or a command."""
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
