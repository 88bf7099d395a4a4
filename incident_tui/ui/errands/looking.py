"""A look outside from the war room: what the sources say, and what of it is kept."""

from __future__ import annotations

from functools import partial

from textual.app import App

from incident_tui.domain.decide import Refused
from incident_tui.domain.decide.evidence import keep_result
from incident_tui.domain.events import ResultKept
from incident_tui.sources.panel import Question
from incident_tui.sources.registry import questions
from incident_tui.times import zone_or_local
from incident_tui.ui.screens.looking import LookScreen
from incident_tui.ui.screens.war_room import WarRoom


def look(app: App[None], room: WarRoom, text: str) -> None:
    """Ask the configured sources about a link or a name, or how things stand."""
    session = room.session

    def asked(words: str) -> tuple[Question, ...] | Refused:
        incident = room.room.incident
        return questions(session.config, words, session.now(), tuple(sorted(incident.services)))

    def keep(result: ResultKept) -> None:
        room.begin(room.recorder.record(room.room, partial(keep_result, result=result), text=result.text))

    app.push_screen(LookScreen(text, asked, keep, zone_or_local(room.room.incident.zone)))
