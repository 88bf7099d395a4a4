"""What tests of the session do again and again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial

from incident_tui.domain.decide import Refused
from incident_tui.domain.decide.log import log_entry
from incident_tui.journal import Lines
from incident_tui.rooms import Room
from incident_tui.session import Done, Session

NOON = datetime(2026, 11, 21, 12, 0, 0, 123_456, UTC)


class Wall:
    """A clock that stands still until it is set."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now

    def go(self, **step: float) -> None:
        self.now += timedelta(**step)


def done(outcome: Done | Refused) -> Done:
    assert isinstance(outcome, Done), str(outcome)
    return outcome


def note(session: Session, room: Room, text: str, at: datetime | None = None) -> Done:
    return done(session.perform(room, partial(log_entry, kind_word="note", text_word=text), at=at))


def texts(session: Session, room: Room) -> list[str]:
    found = session.journal.page(Lines(room.incident.id, ("note",)), limit=1000)
    return [event.body.text for event in found if hasattr(event.body, "text")]
