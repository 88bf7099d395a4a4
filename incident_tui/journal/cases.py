"""The kept cases: what makes later incidents like one that is over, with a full-text index of it.

Like the gists they are made in the transaction that ends an incident; a live one has none.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Final

from incident_tui.domain.evolve import RULES
from incident_tui.domain.incident import Incident
from incident_tui.domain.likeness import MOST_SYMPTOMS, Case, causes_of, playbooks_of, symptoms_of
from incident_tui.domain.lines import line_of
from incident_tui.domain.search import Term
from incident_tui.journal.codec import from_row
from incident_tui.journal.pages import page
from incident_tui.journal.search import expression
from incident_tui.journal.wanted import Lines
from incident_tui.times import from_iso

EDITION: Final = 1
"""Counts the shapes of a kept case; one of another edition is made anew."""
SEEN: Final = ("alert", "finding")
KEPT: Final = "select 1 from sqlite_master where type = 'table' and name = 'cases'"
COLUMNS: Final = "title, causes, symptoms, services"
CURRENT: Final = f"cases.version = incidents.version and cases.edition = {RULES * 1000 + EDITION}"
OVER: Final = "incidents.status in ('resolved', 'closed')"
OF_ONE: Final = f"select playbooks, {COLUMNS} from cases where incident = ? and version = ? and edition = ?"
BEST: Final = f"""
    select incidents.incident, ref, cases.title, severity, began_at, resolved_at, services, causes, symptoms, playbooks
    from (
        select rowid as found, bm25(clues, 4.0, 3.0, 1.0, 4.0) as score from clues where clues match ?
        order by score, rowid desc limit ?
    ) join cases on number = found join incidents using (incident)
    where {CURRENT} and {OVER} order by score, number desc
"""
MISSING: Final = f"""
    select incident from incidents where {OVER}
    and not exists (select 1 from tags where tags.incident = incidents.incident and kind = 'drill')
    and not exists (select 1 from cases where cases.incident = incidents.incident and {CURRENT})
"""


def keep(connection: sqlite3.Connection, incident: Incident) -> None:
    """Keep the case of an incident as it stands, with its index; a drill makes none."""
    forget(connection, incident.id)
    if incident.drill is not None:
        return
    playbooks, *texts = texts_of(connection, incident)
    row = connection.execute(
        f"insert into cases (incident, version, edition, playbooks, {COLUMNS}) values (?, ?, ?, ?, ?, ?, ?, ?)",
        (incident.id, incident.version, RULES * 1000 + EDITION, playbooks, *texts),
    )
    connection.execute(f"insert into clues (rowid, {COLUMNS}) values (?, ?, ?, ?, ?)", (row.lastrowid, *texts))


def texts_of(connection: sqlite3.Connection, incident: Incident) -> tuple[str, ...]:
    """The playbooks and COLUMNS of the case that the incident makes."""
    return (
        _joined(playbooks_of(incident)),
        incident.title,
        _joined(causes_of(incident)),
        _joined((*symptoms_of(incident), *seen(connection, incident))),
        _joined(sorted(incident.services)),
    )


def kept(reader: sqlite3.Connection, incident: Incident) -> tuple[str, ...] | None:
    """What `texts_of` the incident was when its case was kept; None where none is taken for it as it stands."""
    row = reader.execute(OF_ONE, (incident.id, incident.version, RULES * 1000 + EDITION)).fetchone()
    return None if row is None else tuple(map(str, row))


def forget(connection: sqlite3.Connection, incident: str) -> None:
    """Take the case of an incident out; an index needs to be told what was in it."""
    old = connection.execute(f"select number, {COLUMNS} from cases where incident = ?", (incident,)).fetchone()
    if old is not None:
        connection.execute(f"insert into clues (clues, rowid, {COLUMNS}) values ('delete', ?, ?, ?, ?, ?)", old)
        connection.execute("delete from cases where number = ?", old[:1])


def seen(connection: sqlite3.Connection, incident: Incident) -> tuple[str, ...]:
    """The first alerts and findings in the log that stand."""
    texts: list[str] = []
    for kind in SEEN:
        for row in page(connection, Lines(incident.id, (kind,)), "", "0", MOST_SYMPTOMS):
            event = from_row(row)
            line = line_of(event.body)
            if line is not None and not incident.struck(event.id):
                texts.append(incident.text_of(event.id, line.text).partition("\n")[0])
    return tuple(texts)


def find(reader: sqlite3.Connection, words: Sequence[str], *, typing: bool, limit: int) -> list[Case]:
    """The cases that hold any of the words, best first; with `typing` the last word may be unfinished."""
    if not words or reader.execute(KEPT).fetchone() is None:
        return []
    terms = [Term(word, exact=True) for word in words]
    if typing:
        terms[-1] = Term(words[-1])
    return [_case(row) for row in reader.execute(BEST, (expression(terms, " OR "), limit))]


def missing(reader: sqlite3.Connection) -> list[str]:
    """The incidents that are over and have no case that is true of them; of an older file that is only read, none."""
    if reader.execute(KEPT).fetchone() is None:
        return []
    return [str(incident) for (incident,) in reader.execute(MISSING)]


def _case(row: tuple[str | int | None, ...]) -> Case:
    incident, ref, title, severity, began, resolved, services, causes, symptoms, playbooks = row
    start, end = (from_iso(str(moment)) if moment else None for moment in (began, resolved))
    return Case(
        str(incident),
        str(ref),
        str(title),
        int(severity or 0),
        start,
        max(end, start) - start if start and end else None,
        _split(services),
        _split(causes),
        _split(symptoms),
        _split(playbooks),
    )


def _joined(texts: Sequence[str]) -> str:
    return "\n".join(texts)


def _split(text: object) -> tuple[str, ...]:
    return tuple(str(text).split("\n")) if text else ()
