"""The banner: severity, title, status, who commands, what is hurt, and the clocks that matter."""

from __future__ import annotations

from datetime import timedelta

from incident_tui.domain import clocks
from incident_tui.domain.clocks import Clock
from incident_tui.domain.incident import COMMANDER, ROLES, SEVERITIES, Incident
from incident_tui.domain.maps import values
from incident_tui.domain.roles import conflicts, offered, vacant_since
from incident_tui.times import clock as clock_words
from incident_tui.ui.text import Line, bar, fit, sides, width
from incident_tui.ui.views.health import health_strip
from incident_tui.ui.views.scene import (
    LEVEL_TONES,
    SEVERITY_TONES,
    STATUS_TONES,
    WIDE,
    Scene,
    budget_words,
    left_words,
    messages,
    next_update,
    phases,
)

GAP: Line = (("   ", ""),)
SHORT_ROLES = {
    COMMANDER: "Commander",
    "deputy": "Deputy",
    "scribe": "Scribe",
    "technical lead": "Tech lead",
    "communications lead": "Comms",
    "customer liaison": "Liaison",
}
IMPACT_FIRST = ("users", "percent", "revenue", "data", "security")
SERVICES_SHOWN = 3
HEALTH_LEAVES = 90
"""So many cells of its line are for the clocks and for what has not arrived."""
ROOMY = 150


def banner(scene: Scene, cells: int, aside: int = 0) -> tuple[Line, ...]:
    """Three lines from 110 cells on, else two; `aside` of the cells are left to something else."""
    room = cells - aside
    if cells < WIDE:
        return (_title(scene, room, wide=False), _narrow(scene, room))
    return (_title(scene, room, wide=True), _people(scene, room), _targets(scene, room))


def one_line(scene: Scene, cells: int) -> Line:
    """What remains on a terminal too small for panes: severity, phase, its clock, the elapsed time."""
    drill = drill_mark(scene.incident)
    severity = f"SEV{scene.incident.severity} "
    elapsed = clock_words(clocks.elapsed(scene.incident, scene.now).elapsed)
    current = next((item for item in phases(scene) if not item.complete), None)
    phase: Line = ()
    if current is not None:
        phase = ((f"{current.phase.title} ", ""), (left_words(current.clock), LEVEL_TONES[current.clock.level]))
    tone = SEVERITY_TONES[scene.incident.severity]
    return sides((*drill, (severity, tone), *phase), ((elapsed, "strong"),), cells)


def drill_mark(incident: Incident) -> Line:
    """That it is practice, in front of everything else."""
    return ((" DRILL ", "drill"), (" ", "")) if incident.drill is not None else ()


def _title(scene: Scene, cells: int, *, wide: bool) -> Line:
    incident = scene.incident
    tone = SEVERITY_TONES[incident.severity]
    severity = f"● SEV{incident.severity}" + (f" {SEVERITIES[incident.severity].upper()}" if wide else "")
    elapsed = clocks.elapsed(incident, scene.now)
    since = " since detection" if elapsed.ended is None else " in all"
    right: Line = (
        (incident.status.upper(), STATUS_TONES[incident.status]),
        *GAP,
        (clock_words(elapsed.elapsed), "strong"),
        *((((since, "muted"),)) if wide else ()),
    )
    ref: Line = ((f"  {incident.ref}", "muted"),) if wide else ()
    drill = drill_mark(incident)
    room = cells - width(right) - width(ref) - width(drill) - len(severity) - 5
    title = fit(((incident.title, "strong"),), max(room, 12))
    return sides((*drill, (severity, tone), ("  ", ""), *title, *ref), right, cells)


def _people(scene: Scene, cells: int) -> Line:
    right = _next_update(scene, 14 if cells >= ROOMY else 0)
    left = _joined([*_roles(scene), *_impact(scene.incident)], GAP)
    return sides(left, (*GAP, *right) if right else (), cells)


def _targets(scene: Scene, cells: int) -> Line:
    parts = [_acknowledged(scene), _resolve(scene, 20)]
    drafts = sum(message.waiting for message in messages(scene))
    right: Line = ()
    if drafts:
        right = ((f"{drafts} unsent draft{'s' if drafts > 1 else ''}", "warn"),)
    going = _outbox(scene.incident)
    if going:
        right = (*right, *(GAP if right else ()), *going)
    strip = health_strip(scene.health, scene.now, cells - HEALTH_LEAVES - width(right))
    if strip:
        right = (*strip, *(GAP if right else ()), *right)
    return sides(_joined([part for part in parts if part], GAP), right, cells)


def _outbox(incident: Incident) -> Line:
    """How much has not arrived: what waits by itself, and what waits for a person."""
    states = [item.state for item in values(incident.deliveries) if item.undelivered]
    troubled = sum(state in ("failed", "unclear") for state in states)
    waiting = len(states) - troubled
    parts: list[Line] = []
    if waiting:
        parts.append(((f"outbox {waiting}", "warn"),))
    if troubled:
        parts.append(((f"{troubled} not arrived", "bad"),))
    return _joined(parts, GAP)


def _narrow(scene: Scene, cells: int) -> Line:
    commander = scene.incident.commander
    who: Line = (("IC ", "muted"), (f"@{commander}", "")) if commander else _nobody(scene)
    down = health_strip(scene.health, scene.now, 0)
    parts = [who, *_handoffs(scene.incident), down, _outbox(scene.incident), _resolve(scene, 0), _next_update(scene, 0)]
    return fit(_joined([part for part in parts if part], GAP), cells)


def _nobody(scene: Scene) -> Line:
    """That nobody commands, and for how long."""
    since = vacant_since(scene.incident)
    return (("NO COMMANDER", "bad"), (f" {clock_words(scene.now - since)}" if since else "", "bad"))


def _roles(scene: Scene) -> list[Line]:
    incident = scene.incident
    commander = incident.commander
    parts: list[Line] = [(("Commander ", "muted"), (f"@{commander}", ""))] if commander else [_nobody(scene)]
    parts += _handoffs(incident)
    for role in (*ROLES[1:], *sorted(set(incident.roles) - set(ROLES))):
        person = incident.holder(role)
        if person:
            parts.append(((f"{SHORT_ROLES.get(role, role)} ", "muted"), (f"@{person}", "")))
    for conflict in conflicts(incident):
        roles = " and ".join(SHORT_ROLES.get(role, role) for role in conflict.roles)
        parts.append(((f"@{conflict.person} is {roles}", "warn"),))
    return parts


def _handoffs(incident: Incident) -> list[Line]:
    """What is offered and not accepted yet: nothing has moved."""
    found: list[Line] = []
    for item in offered(incident):
        what = "handoff" if item.role == COMMANDER else f"{SHORT_ROLES.get(item.role, item.role)} handoff"
        found.append(((f"{what} to ", "muted"), (f"@{item.person}", "warn"), (" offered", "warn")))
    return found


def _impact(incident: Incident) -> list[Line]:
    keys = [key for key in IMPACT_FIRST if key in incident.impact]
    keys += sorted(set(incident.impact) - set(keys))
    return [*_services(incident), *[((f"{key} ", "muted"), (incident.impact[key].text, "strong")) for key in keys[:4]]]


def _services(incident: Incident) -> list[Line]:
    """What is affected, first in the line."""
    names = sorted(incident.services)
    if not names:
        return []
    more = f" +{len(names) - SERVICES_SHOWN}" if len(names) > SERVICES_SHOWN else ""
    return [(("on ", "muted"), (", ".join(names[:SERVICES_SHOWN]), "strong"), (more, "muted"))]


def _acknowledged(scene: Scene) -> Line:
    clock = clocks.acknowledgement(scene.incident, scene.now, scene.policy)
    of: Line = ((f" of {budget_words(clock.budget)}", "muted"),) if clock.budget else ()
    if clock.ended is not None:
        mark = ("! acknowledged late, after ", "bad") if clock.late else ("✓ acknowledged in ", "good")
        return (mark, (clock_words(clock.elapsed), ""), *of)
    if clock.budget is None:
        return (("not acknowledged", "muted"),)
    tone = LEVEL_TONES[clock.level]
    return (("acknowledge ", "muted"), (left_words(clock), tone or "strong"), (_side(clock), "muted"), *of)


def _resolve(scene: Scene, cells: int) -> Line:
    clock = clocks.resolution(scene.incident, scene.now, scene.policy)
    if clock.budget is None:
        return ()
    if clock.ended is not None:
        word = "resolved late, after " if clock.late else "resolved in "
        return ((word, "bad" if clock.late else "good"), (clock_words(clock.elapsed), ""))
    tone = LEVEL_TONES[clock.level]
    label = f"resolve within {budget_words(clock.budget)} " if cells else "resolve "
    drawn: Line = ((" ", ""), *bar(min(clock.part, 1.0), cells, tone or "good")) if cells else ()
    return ((label, "muted"), (left_words(clock), tone or "strong"), (_side(clock), "muted"), *drawn)


def _next_update(scene: Scene, cells: int) -> Line:
    clock = next_update(scene)
    if clock is None:
        return ()
    tone = LEVEL_TONES[clock.level]
    label = f"next {clock.name} update " if cells else f"{clock.name} update "
    drawn: Line = ((" ", ""), *bar(min(clock.part, 1.0), cells, tone or "good")) if cells else ()
    return ((label, "muted"), (left_words(clock), tone or "strong"), *drawn)


def _side(clock: Clock) -> str:
    return " over" if clock.left is not None and clock.left <= timedelta(0) else " left"


def _joined(parts: list[Line], gap: Line) -> Line:
    joined: Line = ()
    for part in parts:
        joined = (*joined, *gap, *part) if joined else part
    return joined
