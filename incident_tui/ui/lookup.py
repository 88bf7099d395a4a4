"""What a search of the list finds: incidents, the best first, each with the line that was found in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct, field

from incident_tui.domain.lines import line_of
from incident_tui.domain.search import Query, holds
from incident_tui.domain.text import clean_line
from incident_tui.journal import Summary
from incident_tui.journal.search import Found
from incident_tui.session import Session
from incident_tui.ui.views.home import Hit

MOST = 300
"""So many lines are looked at: of an incident only the best is shown."""


class Result(Struct, frozen=True):
    """`shown` are live ones first, then by rank, or without words in the order of the list."""

    query: Query
    shown: Sequence[Summary]
    hits: Mapping[str, Hit] = field(default_factory=dict)


def look_up(session: Session, query: Query) -> Result:
    """What a query finds, through a connection of this thread's own. Raises JournalError."""
    with Session.open(session.paths, session.config, writable=False) as reading:
        items = reading.journal.summaries(query)
        if not query.terms:
            return Result(query, items)
        found = reading.journal.search(query, limit=MOST)
    hits = hits_of(found)
    named = {item.incident for item in items if holds(query, about(item))}
    places = {incident: place for place, incident in enumerate(hits)}
    shown = [item for item in items if item.incident in hits or item.incident in named]
    shown.sort(key=lambda item: (not item.live, item.incident not in named, places.get(item.incident, len(places))))
    return Result(query, shown, hits)


def hits_of(found: Iterable[Found]) -> dict[str, Hit]:
    """The best of the lines found in each incident, the best incident first; `found` come best first."""
    hits: dict[str, Hit] = {}
    for item in found:
        event = item.event
        before = hits.get(event.incident)
        if before is not None:
            hits[event.incident] = Hit(before.at, before.text, before.count + 1, before.marks)
            continue
        line = line_of(event.body)
        kind = f"{clean_line(line.kind)}  " if line else ""
        marks = tuple((start + len(kind), end + len(kind)) for start, end in item.snippet.marks)
        hits[event.incident] = Hit(event.at, kind + item.snippet.text, 1, marks)
    return hits


def about(item: Summary) -> str:
    """What the list shows of an incident."""
    parts = (item.ref, item.title, item.status, item.commander or "", f"sev{item.severity}", *item.services)
    return " ".join(parts)
