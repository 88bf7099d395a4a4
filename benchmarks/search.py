"""Search over 1,000 incidents of 1,000 events, against reading one page of a log (64 lines) in the same process.

A common word stands in a third of all lines here, so most of its time goes into counting them for the rank. Nothing
of it happens in the event loop; how long the loop is held up meanwhile is measured too.
"""

from __future__ import annotations

import asyncio
import random
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from statistics import median

from benchmarks._history import paths
from benchmarks._measure import in_turn, ratio, say, scratch, seconds
from incident_tui.config import Config
from incident_tui.domain import events as e
from incident_tui.domain.evolve import evolve
from incident_tui.domain.identity import Tick, event_id, next_tick
from incident_tui.domain.incident import Incident
from incident_tui.domain.likeness import Sought
from incident_tui.domain.protocol_json import to_json as protocol_to_json
from incident_tui.domain.search import Query, parse
from incident_tui.journal import Lines, Writing
from incident_tui.journal.codec import sealed
from incident_tui.protocols.library import load_builtin
from incident_tui.recall import recall
from incident_tui.session import Session
from incident_tui.ui.lookup import look_up

INCIDENTS, EVENTS = 1_000, 1_000
ROUNDS = 15
FRAME = 0.016
NOW = datetime(2026, 11, 21, 14, tzinfo=UTC)
SERVICES = ("web", "orders-db", "mailer", "search", "auth", "payments")
COMMON = ("pool", "p99", "checkout", "deploy", "replica", "queue", "worker", "timeout", "connection", "latency")
RARE = tuple(f"{start}{end}" for start in ("zeb", "qux", "fla", "gri", "plo") for end in range(400))
QUERIES = {
    "a rare word": "zeb7",
    "a common word": "pool",
    "two common words": "pool timeout",
    "an unfinished word": "conn",
    "a common word, filtered": "pool sev1 service:web",
    "filters only": "sev1 since:2026-10",
}


def write(home: Path, incidents: int, events: int) -> str:
    """So many incidents, all over, of so many events each; the id of the last."""
    draw = random.Random(7)
    protocol = protocol_to_json(load_builtin("emergency"))
    identifier = ""
    with Session.open(paths(home), Config(person="bench")) as session:
        for number in range(incidents):
            began = NOW - timedelta(hours=8 * (incidents - number))
            with session.journal.writing() as transaction:
                identifier = _incident(transaction, number, began, events, protocol, draw)
    return identifier


def _incident(
    transaction: Writing, number: int, began: datetime, count: int, protocol: e.JsonObject, draw: random.Random
) -> str:
    tick = Tick(round(began.timestamp() * 1000), 0)
    identifier = event_id(tick, transaction.device, number)
    incident, head = Incident(identifier), ""
    title = f"{draw.choice(COMMON)} {draw.choice(COMMON)} {draw.choice(RARE)}"
    first = e.IncidentDeclared(f"INC-{number}", title, 1 + number % 4, "UTC", None, protocol)
    for place in range(count):
        at = began + timedelta(seconds=place)
        tick = next_tick(tick, round(at.timestamp() * 1000))
        body = first if place == 0 else _body(place, count, draw)
        made = event_id(tick, transaction.device, place)
        event = sealed(e.Event(made, identifier, transaction.device, at, at, "bench", body), head)
        head = event.hash
        transaction.append(event)
        incident = evolve(incident, event)
    transaction.summarise(incident, began)
    return identifier


def _body(place: int, count: int, draw: random.Random) -> e.Body:
    if place == count - 1:
        return e.StatusSet("resolved")
    if place == 5:
        return e.ServiceTagged(draw.choice(SERVICES))
    words = [*draw.choices(COMMON, k=4), *draw.choices(RARE, k=2), str(place)]
    return e.EntryLogged("cause" if place == 20 else draw.choice(("finding", "note", "alert")), " ".join(words))


def asked(text: str) -> Query:
    """The query of a text. Raises AssertionError."""
    query = parse(text, NOW, UTC)
    assert isinstance(query, Query), str(query)
    return query


def pages(session: Session, incident: str) -> Callable[[], object]:
    """What Page Up reads: the page before one in the middle of a log."""
    lines = Lines(incident)
    middle = session.journal.page(lines, limit=EVENTS // 2)[0].id
    return partial(session.journal.page, lines, before=middle, limit=64)


def compare(session: Session, incident: str) -> None:
    """Each search in turn with the page."""
    page = partial(seconds, pages(session, incident))
    acts: dict[str, Callable[[], object]] = {
        name: partial(session.journal.search, asked(text)) for name, text in QUERIES.items()
    }
    acts["past incidents like a title"] = partial(recall, session, Sought("pool timeout zeb", typing=True))
    for name, act in acts.items():
        mine, base = in_turn(ROUNDS, partial(seconds, act), page)
        say(f"search: {name}", ratio(mine, base), "one page of a log", f"{median(mine) * 1000:.1f} ms")


async def lag(session: Session, query: Query) -> float:
    """The longest that the event loop is held up while the list is searched beside it, in seconds."""
    longest = 0.0
    looking = asyncio.create_task(asyncio.to_thread(look_up, session, query))
    while not looking.done():
        before = time.perf_counter()
        await asyncio.sleep(0.001)
        longest = max(longest, time.perf_counter() - before - 0.001)
    return longest


def main() -> None:
    incidents, events = (int(sys.argv[1]), int(sys.argv[2])) if len(sys.argv) > 2 else (INCIDENTS, EVENTS)
    with scratch() as home:
        incident = write(home, incidents, events)
        with Session.open(paths(home), Config(person="bench"), writable=False) as session:
            compare(session, incident)
            for name, text in QUERIES.items():
                found = [asyncio.run(lag(session, asked(text))) for _ in range(ROUNDS)]
                say(
                    f"event loop held up: {name}",
                    median(found) / FRAME,
                    "a frame of 16 ms",
                    f"most {max(found) * 1000:.0f} ms",
                )


if __name__ == "__main__":
    main()
