"""Practice: a past incident is drilled from a moment that is asked for, and both runs are shown side by side."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial

from textual.app import App

from incident_tui import drills
from incident_tui.domain.decide import Refused
from incident_tui.domain.decide.drill import fork_moment
from incident_tui.domain.incident import Incident
from incident_tui.journal import JournalError
from incident_tui.rooms import Room
from incident_tui.session import Session
from incident_tui.times import TimeError, moment_within, zone_or_local
from incident_tui.ui.screens.ask import AskScreen
from incident_tui.ui.screens.comparison import ComparisonScreen

Begin = Callable[[Callable[[], Room | Refused]], None]
"""Does in the writer what makes an incident, and enters it."""


def drill(app: App[None], session: Session, incident: str, begin: Begin) -> None:
    """Ask from which moment on a past incident is drilled, and begin; of a drill, show both runs."""
    known = session.enter(incident).incident
    if known.drill is not None:
        compare(app, session, known)
        return
    events = list(session.journal.events(incident))
    refused = fork_moment(known, events, None)
    if isinstance(refused, Refused):
        app.notify(str(refused), severity="warning", markup=False)
        return
    zone, span = zone_or_local(known.zone), drills.span(known)

    def moment(answer: str) -> datetime | None:
        return moment_within(answer, span, span[1], zone) if answer else None

    def attempt(answer: str) -> str:
        try:
            found = fork_moment(known, events, moment(answer))
        except TimeError as problem:
            return str(problem)
        return str(found) if isinstance(found, Refused) else ""

    def chosen(answer: str | None) -> None:
        if answer is not None:
            begin(partial(_forked, session, incident, moment(answer)))

    first, last = (at.astimezone(zone) for at in span)
    hint = (
        f"empty is its declaration; from {first:%d %b %H:%M:%S} to {last:%d %b %H:%M:%S}, also +10m after the beginning"
    )
    title = f"Drill {known.ref}"
    app.push_screen(AskScreen(title, "From which moment?", "", hint, required=False, attempt=attempt), chosen)


def compare(app: App[None], session: Session, incident: Incident) -> None:
    """Both runs, milestone by milestone."""
    try:
        found = drills.beside(session, incident)
    except JournalError as problem:
        app.notify(str(problem), severity="error", markup=False)
        return
    if isinstance(found, Refused):
        app.notify(str(found), severity="warning", markup=False)
        return
    app.push_screen(ComparisonScreen(f"DRILL {incident.ref}  {incident.title}", found))


def _forked(session: Session, incident: str, at: datetime | None) -> Room | Refused:
    done = session.fork(incident, at)
    return done if isinstance(done, Refused) else done.room
