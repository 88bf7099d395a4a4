"""What a room asks of the past: incidents like this one, their reports and replays."""

from __future__ import annotations

import asyncio

from textual.app import App

from incident_tui.domain.incident import Incident
from incident_tui.domain.likeness import Likeness
from incident_tui.domain.text import first_line
from incident_tui.journal import JournalError
from incident_tui.recall import similar
from incident_tui.session import Session
from incident_tui.times import clock
from incident_tui.ui.errands import basics
from incident_tui.ui.errands.replay import replay
from incident_tui.ui.screens.similar import REPLAY, SimilarScreen
from incident_tui.ui.screens.war_room import WarRoom
from incident_tui.ui.text import Line
from incident_tui.ui.views.scene import SEVERITY_TONES
from incident_tui.ui.widgets.board import Row

HINT = "≈ is what they share. Enter opens the report, ctrl+r the replay."


def show_similar(app: App[None], room: WarRoom) -> None:
    """List past incidents like this one; looked up beside the screen."""
    session, incident = room.session, room.room.incident

    async def look_up() -> None:
        try:
            found = await asyncio.to_thread(_similar, session, incident)
        except JournalError as error:
            app.notify(str(error), severity="error", markup=False)
            return
        if app.screen is room:
            _show(app, session, found)

    room.run_worker(look_up(), group="recall", exit_on_error=False)


def similar_rows(found: tuple[Likeness, ...]) -> tuple[Row, ...]:
    """A row for each incident, with its cause, its playbooks and why it matches in the same row."""
    return tuple(_row(item) for item in found)


def _similar(session: Session, incident: Incident) -> tuple[Likeness, ...]:
    with Session.open(session.paths, session.config, writable=False, wall=session.now) as reading:
        return similar(reading, incident)


def _show(app: App[None], session: Session, found: tuple[Likeness, ...]) -> None:
    if not found:
        app.notify("no past incident is like this one; /service and /error say more about it", markup=False)
        return

    def chosen(key: str | None) -> None:
        if key is None:
            return
        incident = key.removeprefix(REPLAY)
        (replay if key.startswith(REPLAY) else basics.report)(app, session, incident)

    app.push_screen(SimilarScreen("Like this one", similar_rows(found), HINT), chosen)


def _row(item: Likeness) -> Row:
    case = item.case
    day = f"{case.began.day} {case.began:%b %Y}  " if case.began else ""
    cause = f"  cause {first_line(case.causes[-1], 100)}" if case.causes else ""
    playbooks = f"  playbook used {', '.join(case.playbooks)}" if case.playbooks else ""
    line: Line = (
        (f"{case.ref}  ", "muted"),
        (f"SEV{case.severity}  ", SEVERITY_TONES.get(case.severity, "")),
        (day, "muted"),
        (first_line(case.title, 80), "strong"),
        (cause, "bad"),
        (playbooks, "good"),
        (f"  ≈ {' · '.join(item.why)}", "accent"),
    )
    right: Line = ((clock(case.took), ""),) if case.took is not None else ()
    return Row(case.incident, line, right, wrap=True, indent=4)
