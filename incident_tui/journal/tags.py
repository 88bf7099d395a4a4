"""By what incidents are found: the services that they are tagged with, the people who took part, what they drill."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from incident_tui.domain.dispatch import stale_cards, undelivered
from incident_tui.domain.incident import Incident

KEPT = "select 1 from sqlite_master where type = 'table' and name = 'tags'"
ADD = "insert or ignore into tags values (?, ?, ?)"
PERSON, SERVICE, DRILL, OUTBOX = "person", "service", "drill", "outbox"


def of(incident: Incident, device: str) -> set[tuple[str, str]]:
    """All tags that an incident has, as kind and word."""
    found = {(PERSON, person) for person in incident.people} | {(SERVICE, name) for name in incident.services}
    if incident.drill is not None:
        found.add((DRILL, incident.drill.source))
    if undelivered(incident) or stale_cards(incident, device):
        found.add((OUTBOX, ""))
    return found


def keep(connection: sqlite3.Connection, incident: Incident, before: Incident | None, device: str) -> None:
    """Keep the tags of an incident as it stands now; those that are kept are of `before`, or of nobody knows when."""
    if before is None or incident.people is not before.people:
        connection.executemany(ADD, [(incident.id, PERSON, person) for person in incident.people])
    if before is None or incident.services is not before.services:
        keep_services(connection, incident)
    if before is None:
        keep_drill(connection, incident)
    if before is None or incident.deliveries or before.deliveries:
        keep_outbox(connection, incident, device)


def keep_services(connection: sqlite3.Connection, incident: Incident) -> None:
    """Keep the services that an incident is tagged with now, and no others."""
    known = {name for (name,) in connection.execute(_OF_ONE, (incident.id,))}
    services = set(incident.services)
    connection.executemany(ADD, [(incident.id, SERVICE, name) for name in sorted(services - known)])
    gone = [(incident.id, name) for name in sorted(known - services)]
    connection.executemany("delete from tags where incident = ? and kind = 'service' and word = ?", gone)


def keep_drill(connection: sqlite3.Connection, incident: Incident) -> None:
    """Keep which incident a drill repeats; that it is a drill never changes."""
    if incident.drill is not None:
        connection.execute(ADD, (incident.id, DRILL, incident.drill.source))


def keep_outbox(connection: sqlite3.Connection, incident: Incident, device: str) -> None:
    """Keep whether something of the incident is still to go out from here, or a card there is out of date."""
    if undelivered(incident) or stale_cards(incident, device):
        connection.execute(ADD, (incident.id, OUTBOX, ""))
    else:
        connection.execute("delete from tags where incident = ? and kind = 'outbox'", (incident.id,))


def outbox(reader: sqlite3.Connection) -> list[str]:
    """The incidents of which something is still to go out, in the order in which they began."""
    if reader.execute(KEPT).fetchone() is None:
        return []
    return [
        str(incident) for (incident,) in reader.execute("select incident from tags where kind = 'outbox' order by 1")
    ]


def drills(reader: sqlite3.Connection) -> dict[str, str]:
    """Every drill, with the incident that it repeats; a file of an older program, which may only be read, has none."""
    if reader.execute(KEPT).fetchone() is None:
        return {}
    rows = reader.execute("select incident, word from tags where kind = 'drill'")
    return {str(incident): str(source) for incident, source in rows}


def services(reader: sqlite3.Connection) -> dict[str, tuple[str, ...]]:
    """The services of every incident that has any; a file of an older program, which may only be read, has none."""
    if reader.execute(KEPT).fetchone() is None:
        return {}
    found: dict[str, tuple[str, ...]] = {}
    for incident, name in reader.execute("select incident, word from tags where kind = 'service' order by 1, 2"):
        found[incident] = (*found.get(incident, ()), str(name))
    return found


def with_people(reader: sqlite3.Connection, people: Sequence[str]) -> set[str]:
    """The incidents in which any of these people took part."""
    if reader.execute(KEPT).fetchone() is None:
        return set()
    marks = ", ".join("?" * len(people))
    rows = reader.execute(f"select incident from tags where kind = 'person' and word in ({marks})", tuple(people))
    return {str(incident) for (incident,) in rows}


_OF_ONE = "select word from tags where incident = ? and kind = 'service'"
