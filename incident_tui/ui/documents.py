"""What the report screen can show of an incident: each document as something to be made when it is wanted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from msgspec import Struct

from incident_tui.journal import Journal
from incident_tui.session import Session

if TYPE_CHECKING:
    from incident_tui.reports.documents import OfOne


class Offered(Struct, frozen=True):
    """A document: `make` gives its text, called in a thread of its own, and `file` is the name to export it under.

    What is no `markdown` is shown as it is written; files of it end their lines with `newline`.
    """

    name: str
    summary: str
    file: str
    make: Callable[[], str]
    markdown: bool = True
    newline: str = "\n"


def offered(session: Session, incident: str, ref: str, at: datetime | None = None) -> tuple[Offered, ...]:
    """Every document about the incident, the report first; with `at` as it was known at that moment."""
    from incident_tui.reports.documents import DEFAULT, MARKDOWN, OfOne, documents

    found: list[Offered] = []
    for document in documents(session.paths.templates).values():
        if isinstance(document, OfOne):
            name = "report" if document.name == DEFAULT else document.name
            file = f"{ref}-{name}{document.media.suffix}"
            make = partial(_made, session, document, incident, at)
            markdown, newline = document.media == MARKDOWN, document.media.newline
            found.append(Offered(document.name, document.summary, file, make, markdown, newline))
    return tuple(found)


def _made(session: Session, document: OfOne, incident: str, at: datetime | None) -> str:
    """The text; in a thread of its own, so with a journal of its own."""
    from incident_tui.domain.evolve import fold
    from incident_tui.domain.incident import Incident
    from incident_tui.reports.documents import as_of

    with Journal.open(session.paths.database, writable=False) as journal:
        events = list(journal.events(incident))
    if at is not None:
        known, events = as_of(incident, events, at)
        return document.write(known, events, session.policy, at)
    return document.write(fold(events, Incident(incident)), events, session.policy, _now(session, document))


def _now(session: Session, document: OfOne) -> datetime | None:
    return session.now() if document.current else None
