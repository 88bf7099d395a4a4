"""What comes from outside in an open drill, as the clock goes on."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from incident_tui.domain.practice import Drill
from incident_tui.journal import JournalError
from incident_tui.rooms import Room
from incident_tui.session import Session
from incident_tui.ui.recorder import Outcome, Recorder

if TYPE_CHECKING:
    from incident_tui.domain.drill import Injection
    from incident_tui.ui.screens.war_room import WarRoom

PATIENCE = timedelta(seconds=30)
"""After a disk that refuses, so long nothing more is tried."""


class Feed:
    """Looks once a second what is due, and has it recorded; in what is no drill it does nothing."""

    def __init__(self, session: Session, recorder: Recorder) -> None:
        self._session = session
        self._recorder = recorder
        self._planned: tuple[Injection, ...] | None = None
        self._busy = False
        self._not_before: datetime | None = None

    def turn(self, room: Room, now: datetime) -> Coroutine[Any, Any, Outcome] | None:
        """What there is to do now; it must be carried out before there is more."""
        drill = room.incident.drill
        if drill is None or self._busy or not room.incident.live or self._session.journal.read_only_because:
            return None
        if self._not_before is not None and now < self._not_before:
            return None
        if self._planned is None:
            self._busy = True
            return self._read(room, drill)
        from incident_tui.domain.drill import due

        items = due(self._planned, room.incident.injected, now - drill.opened)
        if not items:
            return None
        self._busy = True
        return self._arrive(room, items, now)

    async def _read(self, room: Room, drill: Drill) -> Outcome:
        """Read what is to arrive, in a thread of its own."""
        from incident_tui.drills import planned

        try:
            self._planned = await asyncio.to_thread(planned, self._session, drill)
        except JournalError as problem:
            self._planned = ()
            return Outcome(room, f"nothing will arrive in this drill: {problem}", recorded=False)
        finally:
            self._busy = False
        return Outcome(room, "" if self._planned else "nothing comes from outside in this drill", recorded=False)

    async def _arrive(self, room: Room, items: Sequence[Injection], now: datetime) -> Outcome:
        """Record one after the other; what another screen was faster with is there already."""
        outcome = Outcome(room)
        try:
            for item in items:
                outcome = await self._recorder.arrive(outcome.room, item)
                if outcome.lost:
                    self._not_before = now + PATIENCE
                    return outcome
        finally:
            self._busy = False
        return Outcome(outcome.room)


def attend(room: WarRoom, now: datetime) -> None:
    """Let come what is due in a room, whether it is in front or behind a dialog."""
    act = room.feed.turn(room.room, now)
    if act is not None:
        room.begin(act)
