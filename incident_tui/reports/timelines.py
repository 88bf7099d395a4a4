"""The time line of an incident: each line of its record in the order of occurrence, and the few that tell the story."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from itertools import groupby

from msgspec import Struct

from incident_tui.domain import events as e
from incident_tui.domain.incident import Incident, Message
from incident_tui.domain.lines import line_of
from incident_tui.domain.text import first_line
from incident_tui.reports.view import Report

TOLD = ("severity", "title", "escalation", "decision", "cause", "fix")
WIDTH = 160


class Line(Struct, frozen=True):
    """A line of the record. `text` holds all of it, as last amended; `state` is empty, undone, struck or unsent."""

    id: str
    kind: str
    text: str
    at: datetime
    recorded: datetime
    by: str
    late: bool
    state: str = ""
    starred: bool = False
    tags: tuple[str, ...] = ()

    @property
    def headline(self) -> str:
        """Its first line, shortened."""
        return first_line(self.text, WIDTH)


class Highlight(Struct, frozen=True):
    """What happened at one moment that the story needs."""

    at: datetime
    texts: tuple[str, ...]


def lines_of(incident: Incident, events: Iterable[e.Event]) -> tuple[Line, ...]:
    """Every line, those that were taken back among them; a message stands where it was sent, unsent where drafted."""
    history = list(events)
    undone = {event.body.event for event in history if isinstance(event.body, e.Undone)}
    found = [line for event in history if (line := _line(incident, event, undone)) is not None]
    found.sort(key=lambda line: (line.at, line.id))
    return (*_drill(incident), *found)


def highlights(report: Report, *, milestones: bool = True) -> tuple[Highlight, ...]:
    """Milestones, turns and starred entries that stand, one for each moment."""
    found = [(moment.milestone.at, moment.name) for moment in report.moments if milestones]
    found += [(turn.at, _told(turn.kind, turn.text)) for turn in report.turns if turn.kind in TOLD and not turn.undone]
    found += [(item.at, f"{item.kind}: {item.headline}") for item in report.starred if item.kind not in TOLD]
    if report.incident.declared_at is not None and milestones:
        found.append((report.incident.declared_at, "declared"))
    found.sort(key=lambda row: row[0])
    return tuple(
        Highlight(at, tuple(dict.fromkeys(text for _, text in rows)))
        for at, rows in groupby(found, key=lambda row: row[0])
    )


def _drill(incident: Incident) -> tuple[Line, ...]:
    """What stands above the time line of a drill."""
    opened = incident.declared_at
    if incident.drill is None or opened is None:
        return ()
    words = "this is a drill: nothing in it was real"
    return (Line(incident.id, "drill", words, opened, opened, incident.declared_by, late=False),)


def _told(kind: str, text: str) -> str:
    return text if kind in ("severity", "title") else f"{kind}: {text}"


def _line(incident: Incident, event: e.Event, undone: set[str]) -> Line | None:
    found = _words(incident, event)
    if found is None:
        return None
    kind, text = found
    mark = incident.marks.get(event.id)
    state = "undone" if event.id in undone else "struck" if mark is not None and mark.struck else ""
    if kind == "message" and not state and isinstance(event.body, e.MessageDrafted):
        state = "unsent"
    return Line(
        event.id,
        kind,
        text,
        event.at,
        event.recorded,
        event.actor,
        event.late,
        state,
        mark is not None and mark.starred,
        event.body.tags if isinstance(event.body, e.EntryLogged) else (),
    )


def _words(incident: Incident, event: e.Event) -> tuple[str, str] | None:
    """Kind and text of an event; None for what adds no line."""
    body = event.body
    if isinstance(body, e.MessageSent):
        message = incident.messages.get(body.message)
        return ("message", _addressed(message)) if message else None
    if isinstance(body, e.MessageDrafted) and (draft := incident.messages.get(event.id)) is not None:
        return None if draft.state == "sent" else ("message", _addressed(draft))
    line = line_of(body)
    if line is None:
        return None
    own = f"{line.text}\n{line.more}" if line.more else line.text
    return line.kind, incident.text_of(event.id, own)


def _addressed(message: Message) -> str:
    """The words of a message behind whom it is for."""
    return f"{message.audience}: {f'{message.mark} {message.text}' if message.mark else message.text}"
