"""The kept gists: what metrics need of each incident that is over, so that nobody folds ten thousand of them.

A live incident has none: its gist would change with every entry, in the very seconds in which nothing may wait. There
are few of them, and who measures folds them. What is over is kept in the transaction that changed it.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator

from incident_tui.domain.encoding import NotReadable, from_json, to_json
from incident_tui.domain.evolve import RULES
from incident_tui.domain.gist import EDITION, Gist
from incident_tui.domain.incident import Incident

KEPT = "select name from sqlite_master where type = 'table' and name = 'gists'"
CURRENT = """
    select gist from gists join incidents using (incident)
    where gists.version = incidents.version and rules = ? and edition = ?
"""
OF_ONE = "select gist from gists where incident = ? and version = ? and rules = ? and edition = ?"
KEEP = """
    insert or replace into gists (incident, version, rules, edition, gist)
    select incident, version, ?, ?, ? from incidents where incident = ? and version = ?
"""


def gists(reader: sqlite3.Connection) -> Iterator[Gist]:
    """The gists that are true of their incidents as they stand; those of live or never summarised ones are not kept."""
    if reader.execute(KEPT).fetchone() is None:
        return  # a file of an older program that may only be read
    for (text,) in reader.execute(CURRENT, (RULES, EDITION)):
        try:
            yield from_json(Gist, json.loads(text))
        except (NotReadable, ValueError):
            continue


def keep(connection: sqlite3.Connection, incident: Incident) -> None:
    """Keep the gist of an incident, unless its summary tells of another version of it."""
    text = json.dumps(to_json(Gist.of(incident)), separators=(",", ":"))
    connection.execute(KEEP, (RULES, EDITION, text, incident.id, incident.version))


def kept(reader: sqlite3.Connection, incident: Incident) -> Gist | None:
    """The gist that is taken for that of the incident as it stands; None where none is."""
    found = reader.execute(OF_ONE, (incident.id, incident.version, RULES, EDITION)).fetchone()
    try:
        return from_json(Gist, json.loads(found[0])) if found else None
    except (NotReadable, ValueError):
        return None
