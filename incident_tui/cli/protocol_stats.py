"""What all incidents that followed a protocol say about it: `protocols stats NAME`."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator
from datetime import timedelta

from incident_tui.cli.console import Console, Stop, Toned, counted
from incident_tui.cli.desk import Desk
from incident_tui.domain.encoding import to_json
from incident_tui.domain.events import Json, JsonObject
from incident_tui.domain.incident import Incident
from incident_tui.domain.protocol_stats import PhaseStats, ProtocolStats, StepStats
from incident_tui.domain.protocol_stats import stats as stats_of
from incident_tui.session import Session
from incident_tui.times import clock as words

HABITS = {"always": "bad", "mostly": "warn", "": "muted"}
Cells = tuple[str | Toned, ...]


def stats(desk: Desk, arguments: Namespace) -> int:
    """Print the statistics of the protocol or playbook `arguments.name`. Raises Stop when no incident followed it."""
    with desk.session(reading=True) as session:
        found = stats_of(arguments.name, _incidents(session), session.now(), session.policy.calendar)
    if not found.runs and not found.live:
        known = f"followed were: {', '.join(found.known)}" if found.known else "no incident followed any yet"
        raise Stop(f"no incident followed “{arguments.name.strip()[:60]}”", known)
    if arguments.json:
        desk.console.json(as_json(found))
    else:
        _print(desk.console, found)
    return 0


def _incidents(session: Session) -> Iterator[Incident]:
    """All incidents, the newest first, one at a time."""
    for summary in sorted(session.summaries(), key=lambda item: item.incident, reverse=True):
        yield session.enter(summary.incident).incident


def as_json(found: ProtocolStats) -> JsonObject:
    """Durations in seconds; `habit` is always, mostly or empty."""
    return {
        "name": found.name,
        "title": found.title,
        "runs": found.runs,
        "live": found.live,
        "phases": [_phase_json(phase) for phase in found.phases],
    }


def _phase_json(phase: PhaseStats) -> Json:
    return {
        "title": phase.title,
        "playbook": phase.playbook or None,
        "runs": phase.runs,
        "worked": phase.worked,
        "completed": phase.completed,
        "median_seconds": to_json(phase.median),
        "best_seconds": to_json(phase.best),
        "budget_seconds": to_json(phase.budget),
        "overran": phase.overran,
        "over_seconds": to_json(phase.over),
        "habit": phase.habit,
        "out_of_order": phase.out_of_order,
        "steps": [_step_json(step) for step in phase.steps],
    }


def _step_json(step: StepStats) -> Json:
    return {
        "number": step.number,
        "title": step.title,
        "runs": step.runs,
        "done": step.done,
        "skipped": step.skipped,
        "not_applicable": step.ruled_out,
        "left_open": step.left_open,
        "habit": step.habit,
        "reasons": list(step.reasons),
    }


def _print(console: Console, found: ProtocolStats) -> None:
    live = f", {found.live} live and not counted" if found.live else ""
    console.line(Toned(f"{found.title or found.name}  {counted(found.runs, 'run')}{live}", "strong"))
    if not found.runs:
        return
    console.line()
    heads = ("phase", "completed", "median", "best", "budget", "overran", "by", "out of order")
    console.columns([tuple(Toned(head, "muted") for head in heads), *(_phase_row(phase) for phase in found.phases)])
    left_out = [_step_row(step) for phase in found.phases if phase.worked for step in phase.steps if step.habit]
    console.line()
    if left_out:
        console.line(Toned("left out in most runs", "strong"))
        console.columns(left_out)
    else:
        console.line("no step is left out in most runs")
    untouched = [phase.title for phase in found.phases if not phase.worked]
    if untouched:
        console.line(Toned("never worked: ", "strong"), ", ".join(untouched))


def _phase_row(phase: PhaseStats) -> Cells:
    judged = phase.budget is not None and phase.worked
    overran = f"{phase.habit} {phase.overran}/{phase.worked}".strip() if judged else "–"
    return (
        phase.title,
        f"{phase.completed}/{phase.runs}",
        _time(phase.median),
        _time(phase.best),
        _time(phase.budget),
        Toned(overran, HABITS[phase.habit]),
        f"+{words(phase.over)}" if phase.over is not None else "–",
        f"{phase.out_of_order}/{phase.runs}" if phase.out_of_order else "–",
    )


def _step_row(step: StepStats) -> Cells:
    ways = ((step.skipped, "skipped"), (step.ruled_out, "not applicable"), (step.left_open, "left open"))
    how = ", ".join(f"{count} {way}" for count, way in ways if count)
    reasons = f" ({'; '.join(step.reasons)})" if step.reasons else ""
    share = f"{step.runs - step.done}/{step.runs}"
    return step.number, Toned(step.habit, HABITS[step.habit]), share, step.title, f"{how}{reasons}"


def _time(duration: timedelta | None) -> str:
    return "–" if duration is None else words(duration)
