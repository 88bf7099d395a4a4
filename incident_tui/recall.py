"""Recalls past incidents that are like one at hand; what is kept of them is completed on the way."""

from __future__ import annotations

import contextlib
from datetime import datetime, timedelta

from msgspec import Struct

from incident_tui.domain.incident import Incident
from incident_tui.domain.likeness import Likeness, Sought, alike, sought
from incident_tui.domain.text import clean_line, first_line
from incident_tui.journal import Journal, JournalError, Lines, put_off
from incident_tui.session import Session
from incident_tui.times import zone_named

CANDIDATES = 60
"""So many cases, the best by their words, are compared in full."""
SEEN = ("alert", "finding")
MOST_SEEN = 8
BATCH = 100
SHORTEST = 24


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
    with contextlib.suppress(JournalError), Journal.open(session.paths.database, tell=put_off) as journal:
        if journal.read_only_because:
            return len(missing)
        for start in range(0, len(missing), BATCH):
            folded = [session.enter(identifier).incident for identifier in missing[start : start + BATCH]]
            with journal.writing() as transaction:
                for incident in folded:
                    transaction.keep_case(incident)
    return len(missing)


class Told(Struct, frozen=True):
    """A past incident in a line: which one, what it was about, and what followed from it."""

    which: str
    what: str
    after: str

    def line(self, cells: int) -> str:
        """The line in at most so many characters; what it was about gives way first."""
        room = max(cells - len(self.which) - len(self.after) - 2, SHORTEST)
        return first_line(f"{self.which}: {first_line(self.what, room)}{self.after}", cells)


def told(item: Likeness, session: Session) -> Told:
    """`INC-… 12 Oct: cause …; playbook used …; 41 min`, as far as it is known."""
    case = item.case
    day = f" {_day(case.began, session)}" if case.began else ""
    what = f"cause {case.causes[-1]}" if case.causes else f"“{case.title}”"
    playbooks = f"; playbook used {first_line(', '.join(case.playbooks), SHORTEST)}" if case.playbooks else ""
    took = f"; {_rough(case.took)}" if case.took is not None else ""
    return Told(f"{case.ref}{day}", clean_line(what), f"{playbooks}{took}")


def _day(moment: datetime, session: Session) -> str:
    zone = zone_named(session.zone)
    local, today = moment.astimezone(zone), session.now().astimezone(zone)
    return f"{local.day} {local:%b}" if local.year == today.year else f"{local.day} {local:%b %Y}"


def _rough(duration: timedelta) -> str:
    minutes = int(duration.total_seconds()) // 60
    if minutes < 120:
        return f"{minutes} min"
    hours = minutes // 60
    return f"{hours} h" if hours < 48 else f"{hours // 24} d"
