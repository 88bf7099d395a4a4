"""Screens that the list of incidents leads to; what each answers with is the list's to use."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from textual.screen import Screen

from incident_tui.session import Session
from incident_tui.times import zone_named


def visited(session: Session, where: str) -> Screen[str]:
    """The insights (answer with an incident), `protocols` (with a protocol) or `look` (with a link to declare from)."""
    match where:
        case "insights":
            from incident_tui.ui.screens.insights import InsightsScreen

            return InsightsScreen(session)
        case "protocols":
            from incident_tui.protocols.places import Places
            from incident_tui.ui.declaring import protocols_screen

            return protocols_screen(Places.around(session.paths.config, Path.cwd()))
        case _:
            return _look(session)


def _look(session: Session) -> Screen[str]:
    """Without an incident nothing is kept."""
    from incident_tui.issues import names_issue
    from incident_tui.sources.registry import questions
    from incident_tui.ui.screens.looking import LookScreen

    return LookScreen(
        "",
        lambda text: questions(session.config, text, session.now()),
        None,
        zone_named(session.zone),
        partial(names_issue, session.config),
    )
