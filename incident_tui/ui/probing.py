"""The health checks at work while the screen is open: a thread each, and what changes told in the incident shown."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from textual.screen import Screen

from incident_tui.config import ConfigError
from incident_tui.domain.decide import Decision, Refused
from incident_tui.domain.health import Pulse, State, looked
from incident_tui.domain.incident import Incident
from incident_tui.journal import JournalError
from incident_tui.session import NotSaved, Session
from incident_tui.ui.screens.war_room import WarRoom

if TYPE_CHECKING:
    from incident_tui.sources.health import Check

ACTOR = "health check"


class Probing:
    """Looks at all that is configured, by itself, from `start` to `stop`; `problem` is told why it cannot.

    Where an incident is shown, it is told of what goes down and comes up again, once, by a session of its own.
    """

    def __init__(self, session: Session, problem: Callable[[str], object]) -> None:
        self._session = session
        self._problem = problem
        self._pulses: dict[str, Pulse] = {}
        self._shown = ""
        self._told: dict[tuple[str, str], State] = {}
        self._turn = threading.Lock()
        self._ended = threading.Event()

    def start(self) -> None:
        """Begin, if there is anything to look at."""
        if not self._session.config.health:
            return
        from incident_tui.sources.health import checks_of

        try:
            checks = checks_of(self._session.config)
        except ConfigError as error:
            self._problem(f"no health checks: {error}")
            return
        self._pulses = {check.name: Pulse(check.name) for check in checks}
        for check in checks:
            threading.Thread(target=self._look_on, args=(check,), name=f"health {check.name}", daemon=True).start()

    def show_on(self, screens: Sequence[Screen[object]]) -> None:
        """Give what is known to the war room that was opened last."""
        room = next((screen for screen in reversed(screens) if isinstance(screen, WarRoom)), None)
        pulses = self.show(room.room.incident if room else None)
        if room is not None:
            room.health = pulses

    def show(self, incident: Incident | None) -> tuple[Pulse, ...]:
        """What is known, for the incident that is on the screen; nothing for one that is a drill or has ended."""
        real = incident is not None and incident.live and incident.drill is None
        self._shown = incident.id if incident is not None and real else ""
        return tuple(self._pulses.values()) if real else ()

    def stop(self) -> None:
        self._ended.set()

    def _look_on(self, check: Check) -> None:
        while not self._ended.is_set():
            why = check.probe()
            if self._ended.is_set():
                return
            pulse = looked(self._pulses[check.name], self._session.now(), why, check.needed, check.of)
            self._pulses[check.name] = pulse
            # What cannot be recorded now is told with the next look.
            with contextlib.suppress(JournalError, NotSaved), self._turn:
                self._tell(check, pulse)
            self._ended.wait(check.every.total_seconds())

    def _tell(self, check: Check, pulse: Pulse) -> None:
        """Record the state where it is new to the incident that is shown. Raises JournalError, NotSaved."""
        incident = self._shown
        if not incident or not pulse.state or self._told.get((incident, check.name)) == pulse.state:
            return
        with Session.open(self._session.paths, self._session.config, wall=self._session.now) as own:
            own.actor = ACTOR
            own.perform(own.enter(incident), partial(_heard, check=check, pulse=pulse))
        # A refusal says that the incident knows it, or has ended.
        self._told[incident, check.name] = pulse.state


def _heard(incident: Incident, check: Check, pulse: Pulse) -> Decision:
    from incident_tui.domain.decide.alerts import hear

    return hear(incident, [check.alert(pulse)], kind="health") if incident.live else Refused("it is over")
