"""What every view is a function of: the incident, the moment, the zone, and who is looking."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from msgspec import Struct

from incident_tui.domain import clocks
from incident_tui.domain.clocks import Clock, Level, Owed, PhaseProgress, StepClock
from incident_tui.domain.health import Pulse
from incident_tui.domain.incident import Incident, Message, Theory, ordered
from incident_tui.domain.pace import Pace
from incident_tui.domain.policy import Policy
from incident_tui.domain.protocol import Step
from incident_tui.times import clock as clock_words

WAY_TONES = {"queued": "warn", "begun": "muted", "failed": "bad", "unclear": "bad"}
WAY_WORDS = {"queued": "waits", "begun": "on its way", "failed": "did not arrive", "unclear": "arrived?"}
LEVEL_TONES: dict[Level, str] = {"idle": "muted", "ok": "", "warn": "warn", "late": "bad", "done": "muted"}
SEVERITY_TONES = {1: "bad", 2: "action", 3: "warn", 4: "info"}
STATUS_TONES = {
    "investigating": "warn",
    "identified": "warn",
    "monitoring": "info",
    "resolved": "good",
    "closed": "muted",
}

LEAST = (40, 10)
"""The columns and lines of a terminal that has room for panes."""
WIDE = 110
"""So many columns have room for all panes side by side."""
MOST_KEPT = 4096
"""So many rows of things that did not change are kept: a seek shows the same things again."""


class Scene(Struct, frozen=True, eq=False):
    """`viewer` is the person at this screen; `expanded` holds the keys of what is unfolded, and with a minus in front
    those of what would be unfolded by itself and is not.

    `pace` is that of past runs of the same protocol, once it is known. `past` says that nothing can be done any more
    about what is shown. `health` is what checks of our own see.
    """

    incident: Incident
    now: datetime
    zone: ZoneInfo
    policy: Policy
    viewer: str = ""
    expanded: frozenset[str] = frozenset()
    pace: Pace | None = None
    past: bool = False
    health: tuple[Pulse, ...] = ()

    def follows(self, before: Scene | None) -> bool:
        """Whether nothing but time has passed since the scene `before`."""
        return (
            before is not None
            and self.incident is before.incident
            and self.expanded is before.expanded
            and self.pace is before.pace
        )

    def unfolded(self, key: str, by_itself: bool) -> bool:
        """Whether what has `key` is shown at length."""
        return key in self.expanded or (by_itself and f"-{key}" not in self.expanded)

    def time(self, moment: datetime, *, seconds: bool = False) -> str:
        """A time of day in the incident's zone."""
        return time_in(self.zone, moment, seconds=seconds)

    def date(self, moment: datetime) -> str:
        """The date, where it is not today; else nothing."""
        day = moment.astimezone(self.zone)
        if day.date() == self.now.astimezone(self.zone).date():
            return ""
        return f"{day.day} {day:%b}" if day.year == self.now.year else f"{day.day} {day:%b %Y}"


def time_in(zone: ZoneInfo, moment: datetime, *, seconds: bool = False) -> str:
    """A time of day in a zone."""
    return f"{moment.astimezone(zone):{'%H:%M:%S' if seconds else '%H:%M'}}"


@lru_cache(maxsize=1)
def messages(scene: Scene) -> Sequence[Message]:
    """The messages in their order; several panes show them, and walking through a map that can be shared is slow."""
    return ordered(scene.incident.messages)


@lru_cache(maxsize=1)
def theories(scene: Scene) -> Sequence[Theory]:
    """The theories in their order; the case's rows and its title show them."""
    return ordered(scene.incident.theories)


@lru_cache(maxsize=1)
def updates(scene: Scene) -> tuple[Owed, ...]:
    """The update that each audience is owed; several panes show it."""
    if not scene.incident.live:
        return ()
    return clocks.updates(scene.incident, scene.now, scene.policy, messages(scene))


@lru_cache(maxsize=1)
def phases(scene: Scene) -> tuple[PhaseProgress, ...]:
    """How far each phase is; several panes show it."""
    return clocks.phases(scene.incident, scene.now, scene.policy.calendar)


@lru_cache(maxsize=1)
def steps(scene: Scene) -> tuple[StepClock, ...]:
    """The clocks of single steps; the checklist and what is called out show them."""
    return clocks.steps(scene.incident, scene.now, scene.policy.calendar, phases(scene))


@lru_cache(maxsize=1)
def next_step(scene: Scene) -> Step | None:
    """The step to do next."""
    return clocks.next_step(scene.incident)


def next_update(scene: Scene) -> Clock | None:
    """The update that is due first; None when nobody is owed one."""
    owed = [item.clock for item in updates(scene) if item.clock.due is not None]
    return min(owed, key=lambda item: item.due or scene.now, default=None)


def left_words(clock: Clock) -> str:
    """Time to go, or time over with a plus sign."""
    if clock.left is None:
        return clock_words(clock.elapsed)
    if clock.left <= timedelta(0):
        return "+" + clock_words(-clock.left)
    return clock_words(clock.left)


def budget_words(budget: timedelta) -> str:
    """A limit as people say it: 15 min, 2 h, 24 h, 7 d."""
    minutes = round(budget.total_seconds() / 60)
    if minutes < 60 or minutes % 60:
        return f"{minutes} min"
    hours = minutes // 60
    return f"{hours // 24} d" if hours >= 48 and hours % 24 == 0 else f"{hours} h"
