"""The health strip of the banner: what our own checks see, as long as there is room; what is down in any case."""

from __future__ import annotations

from datetime import datetime, timedelta

from incident_tui.domain.health import Pulse
from incident_tui.ui.text import Line, width

MOST_DOWN = 4
BETWEEN: Line = (("  ", ""),)


def health_strip(pulses: tuple[Pulse, ...], now: datetime, cells: int) -> Line:
    """`● api  ● web  ✗ db 3m`; in fewer cells what is down and how many are up, in none only what is down."""
    down = [_down(pulse, now) for pulse in pulses if pulse.state == "down"]
    if len(down) > MOST_DOWN:
        down = [*down[: MOST_DOWN - 1], ((f"✗ {len(down) - MOST_DOWN + 1} more", "bad"),)]
    rest: list[Line] = [
        (("●", "good") if pulse.state else ("○", "muted"), (f" {pulse.name}", "muted"))
        for pulse in pulses
        if pulse.state != "down"
    ]
    whole = _joined([*down, *rest])
    if width(whole) <= cells:
        return whole
    up = sum(pulse.state == "up" for pulse in pulses)
    return _joined([*down, (("●", "good"), (f" {up} up", "muted"))] if cells > 0 and up else down)


def _down(pulse: Pulse, now: datetime) -> Line:
    ago = f" {_short(now - pulse.since)}" if pulse.since else ""
    return ((f"✗ {pulse.name}{ago}", "bad"),)


def _short(duration: timedelta) -> str:
    """A duration in one number: 40s, 3m, 2h."""
    seconds = max(int(duration.total_seconds()), 0)
    if seconds < 60:
        return f"{seconds}s"
    return f"{seconds // 60}m" if seconds < 3600 else f"{seconds // 3600}h"


def _joined(parts: list[Line]) -> Line:
    joined: Line = ()
    for part in parts:
        joined = (*joined, *BETWEEN, *part) if joined else part
    return joined
