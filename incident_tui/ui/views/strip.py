"""The strip above the composer: where the commander's loop stands, and the one thing that is called out now."""

from __future__ import annotations

from functools import lru_cache

from incident_tui.domain.callouts import Callout, Read, due
from incident_tui.domain.incident import ordered
from incident_tui.domain.teamwork import LOOP, Proposal
from incident_tui.times import clock as clock_words
from incident_tui.ui.text import Line, fit, sides, width
from incident_tui.ui.views.orders import window
from incident_tui.ui.views.scene import Scene, phases, steps, updates

WIDE = 150
TONES = {
    "commander": "bad",
    "acknowledge": "bad",
    "escalate": "bad",
    "update": "bad",
    "order": "bad",
    "understood": "warn",
    "phase": "warn",
    "step": "warn",
    "span": "warn",
    "conflict": "warn",
    "soon": "warn",
    "ten": "info",
}


def strip(scene: Scene, cells: int) -> Line:
    """One line: the loop on the left, on the right what is to be answered, with the keys that answer it."""
    left = _loop(scene, cells)
    called = _called(scene, max(cells - width(left) - 2, 0), cells)
    return sides(left, called, cells)


@lru_cache(maxsize=1)
def called(scene: Scene) -> tuple[Callout, ...]:
    """What is called out now, the most urgent first."""
    read = Read(phases(scene), steps(scene), updates(scene))
    return due(scene.incident, scene.now, scene.policy, read)


def open_proposal(scene: Scene) -> Proposal | None:
    """The proposal that waits longest for its ruling."""
    return next((item for item in ordered(scene.incident.proposals) if item.open), None)


def _loop(scene: Scene, cells: int) -> Line:
    if not scene.incident.live:
        return ((scene.incident.status, "muted"),)
    loop = scene.incident.loop
    since = loop.at or scene.incident.declared_at
    time = f" {clock_words(scene.now - since)}" if since else ""
    if cells < WIDE:
        place = LOOP.index(loop.segment) + 1
        return ((f"◉ {loop.segment}", "accent"), (f" {place}/{len(LOOP)}{time}", "muted"))
    parts: list[tuple[str, str]] = []
    for segment in LOOP:
        here = segment == loop.segment
        parts.append((f"{'◉' if here else '○'} {segment}{time if here else ''}", "accent" if here else "muted"))
        parts.append((" ─ ", "muted"))
    return tuple(parts[:-1])


def _called(scene: Scene, room: int, cells: int) -> Line:
    proposal = open_proposal(scene)
    if proposal is not None:
        end: Line = (("  ", ""), *window(proposal, scene.now))
        text: Line = ((f"{proposal.label} ", "decision"), (proposal.text, ""))
        return (*fit(text, max(room - width(end), 8)), *end)
    waiting = called(scene)
    if not waiting:
        return ()
    first, more = waiting[0], len(waiting) - 1
    keys: Line = () if scene.past else (("  f9", "key"), (" seen", "muted"))
    if keys and first.kind == "commander":
        keys = (("  f4", "key"), (" role", "muted"), *keys)
    if cells >= WIDE and keys:
        keys = (*keys, ("  ^n", "key"), (" in 10 min", "muted"))
    count: Line = ((f"  +{more}", "muted"),) if more else ()
    tone = TONES[first.kind]
    said: Line = (("▲ ", tone), (first.text, tone))
    return (*fit(said, max(room - width(keys) - width(count), 8)), *count, *keys)
