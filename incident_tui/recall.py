"""Recalls past incidents that are like one at hand; what is kept of them is completed on the way."""

from __future__ import annotations

import contextlib

from incident_tui.domain.incident import Incident
from incident_tui.domain.likeness import Likeness, Sought, alike, sought
from incident_tui.domain.text import first_line
from incident_tui.journal import Journal, JournalError, Lines
from incident_tui.session import Session
from incident_tui.times import clock, show, zone_named

CANDIDATES = 60
"""So many cases, the best by their words, are compared in full."""
SEEN = ("alert", "finding")
MOST_SEEN = 8
BATCH = 100
WIDTH = 60


def similar(session: Session, incident: Incident, limit: int = 10) -> tuple[Likeness, ...]:
    """The past incidents that are most like one at hand, best first. Raises JournalError."""
    journal = session.journal
    lines = (journal.page(Lines(incident.id, (kind,)), after="0", limit=MOST_SEEN) for kind in SEEN)
    texts = [
        incident.text_of(event.id, str(getattr(event.body, "text", ""))).partition("\n")[0]
        for page in lines
        for event in page
        if not incident.struck(event.id)
    ]
    # In a drill nobody is to be told how it went the first time.
    but = {incident.id, incident.drill.source if incident.drill else ""}
    found = recall(session, sought(incident, texts), limit + len(but))
    return tuple(item for item in found if item.case.incident not in but)[:limit]


def recall(session: Session, wanted: Sought, limit: int = 3) -> tuple[Likeness, ...]:
    """The past incidents that are most like what is sought, best first. Raises JournalError."""
    words = wanted.words
    if not words:
        return ()
    complete(session)
    if wanted.unfinished:
        words = (*(word for word in words if word != wanted.unfinished), wanted.unfinished)
    cases = session.journal.cases(words, typing=bool(wanted.unfinished), limit=CANDIDATES)
    return alike(wanted, cases, limit)


def complete(session: Session) -> int:
    """Keep the cases of incidents that ended under an earlier program; how many were missing.

    A journal that cannot be written is searched by what there is.
    """
    missing = session.journal.caseless()
    if not missing:
        return 0
    with contextlib.suppress(JournalError), Journal.open(session.paths.database) as journal:
        if journal.read_only_because:
            return len(missing)
        for start in range(0, len(missing), BATCH):
            folded = [session.enter(identifier).incident for identifier in missing[start : start + BATCH]]
            with journal.writing() as transaction:
                for incident in folded:
                    transaction.keep_case(incident)
    return len(missing)


def in_words(item: Likeness, session: Session) -> str:
    """`INC-… 12 Oct 14:05:00: cause …; playbook used …; 41 min`, as far as it is known."""
    case = item.case
    when = f" {show(case.began, zone_named(session.zone), session.now())}" if case.began else ""
    cause = f"cause {first_line(case.causes[-1], WIDTH)}" if case.causes else f"“{first_line(case.title, WIDTH)}”"
    playbooks = f"playbook used {', '.join(case.playbooks)}" if case.playbooks else ""
    took = f"took {clock(case.took)}" if case.took is not None else ""
    return f"{case.ref}{when}: " + "; ".join(part for part in (cause, playbooks, took) if part)
