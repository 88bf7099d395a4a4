"""The protocol pane: phases with progress and clock, the open one unfolded, the next step evident."""

from __future__ import annotations

from datetime import timedelta

from msgspec.structs import replace

from incident_tui.domain.clocks import PhaseProgress, StepClock
from incident_tui.domain.pace import behind
from incident_tui.domain.protocol import Step
from incident_tui.times import clock as clock_words
from incident_tui.ui.text import Line, bar, width
from incident_tui.ui.views.readings import above_the_steps, sections
from incident_tui.ui.views.scene import LEVEL_TONES, Scene, budget_words, left_words, next_step, phases, steps
from incident_tui.ui.views.steps import Times, step_key, step_rows
from incident_tui.ui.widgets.board import Row

ROOMY = 42
LEAST_PACED = 28  # below this the bar is too short beside a median
GAP = 2
RUNNING = ("ok", "warn", "late")


def checklist(scene: Scene, cells: int) -> tuple[Row, ...]:
    """Rows of the checklist. Keys: `phase:0` for a phase, `step:2.3` for a step; the rest cannot be selected."""
    rows: list[Row] = []
    following = next_step(scene)
    times = _times(scene)
    group = ""
    for progress in phases(scene):
        holds_next = following is not None and following in progress.phase.steps
        unfolded = scene.unfolded(phase_key(progress.index), holds_next)
        if group and progress.phase.group != group:
            rows.append(Row(f"gap:{progress.index}", (), selectable=False))
        if progress.phase.playbook and progress.phase.group != group:
            head: Line = ((f"Playbook: {progress.phase.group}", "info"),)
            rows.append(Row(f"playbook:{progress.index}", head, selectable=False))
        group = progress.phase.group
        rows += sections(scene, progress.index)
        if not progress.phase.steps:
            unfolded = phase_key(progress.index) in scene.expanded
        row, ghost = _phase(progress, unfolded, cells), _ghost(scene, progress)
        paced = _beside(row, ghost, cells)
        rows.append(paced)
        if unfolded:
            rows += _unfolded(scene, progress, following, times, () if paced is not row else ghost, cells)
    rows += sections(scene, len(scene.incident.protocol.phases))
    return tuple(rows)


def turned(scene: Scene, key: str) -> frozenset[str]:
    """What is unfolded after Enter on `key`; what is to be done next is unfolded by itself, its commands by Enter."""
    following = next_step(scene)
    of_all = enumerate(scene.incident.protocol.phases)
    by_itself = {phase_key(index) for index, phase in of_all if following in phase.steps}
    is_next = following is not None and key == step_key(following.number)
    closed = f"-{key}"
    if key in scene.expanded:
        return (scene.expanded - {key}) | ({closed} if is_next or key in by_itself else frozenset())
    if closed in scene.expanded:
        return scene.expanded - {closed}
    return scene.expanded | {closed if key in by_itself else key}


def next_key(scene: Scene) -> str:
    """The key of the step to do next; empty when all are settled."""
    step = next_step(scene)
    return step_key(step.number) if step else ""


def progress_words(scene: Scene) -> str:
    """How many steps of the protocol are settled, of all."""
    return f"{sum(item.settled for item in phases(scene))} of {sum(item.total for item in phases(scene))}"


def phase_key(index: int) -> str:
    return f"phase:{index}"


def _phase(progress: PhaseProgress, unfolded: bool, cells: int) -> Row:
    if not progress.phase.steps:
        return Row(phase_key(progress.index), ((f"· {progress.phase.title}", "muted"),))
    clock = progress.clock
    glyph = "✓" if progress.complete else ("▾" if unfolded else "▸")
    title = f"{glyph} {progress.index + 1} {progress.phase.title}"
    late = clock.late and clock.budget is not None
    if progress.complete:
        tone, right = "good", clock_words(clock.elapsed) if clock.started else ""
    elif clock.level == "idle":
        tone, right = "muted", budget_words(clock.budget) if clock.budget else ""
    else:
        tone = LEVEL_TONES[clock.level]
        right = _running(progress, cells)
    count = f"{progress.settled}/{progress.total}"
    gap = "  " if cells >= ROOMY else " "
    shown: Line = ((f"{count}{gap}", tone or "muted"), (f"{right:>6}", "bad" if late else tone))
    title_tone = {"good": "good", "muted": "muted"}.get(tone, "strong")
    line: Line = ((title, title_tone),)
    if progress.phase.assignee and cells >= ROOMY:
        line = (*line, (f"  {progress.phase.assignee}", "info"))
    return Row(phase_key(progress.index), line, shown)


def _running(progress: PhaseProgress, cells: int) -> str:
    clock = progress.clock
    if clock.budget is None:
        return clock_words(clock.elapsed)
    if cells < ROOMY:
        return left_words(clock)
    return f"{clock_words(clock.elapsed)} of {budget_words(clock.budget)}"


def _ghost(scene: Scene, progress: PhaseProgress) -> Line:
    """How a running phase stands against the median of past runs: that median, or by how much it is behind it."""
    over = behind(scene.pace, progress)
    if over is None or progress.clock.level not in RUNNING:
        return ()
    if over <= timedelta(0):
        return ((f"median {clock_words(progress.clock.elapsed - over)}", "muted"),)
    return ((f"median +{clock_words(over)}", "warn"),)


def _beside(row: Row, ghost: Line, cells: int) -> Row:
    """The row of a phase with its ghost beside the clock; without it where that leaves no room for the title."""
    if not ghost or width(row.line) + width(ghost) + width(row.right) + 2 * GAP > cells:
        return row
    return replace(row, right=(*ghost, (" " * GAP, ""), *row.right))


def _unfolded(
    scene: Scene, progress: PhaseProgress, following: Step | None, times: Times, ghost: Line, cells: int
) -> list[Row]:
    rows: list[Row] = []
    clock = progress.clock
    if clock.budget is not None and clock.level in RUNNING:
        tone = LEVEL_TONES[clock.level] or "good"
        ghost = ghost if cells >= LEAST_PACED else ()
        taken = width(ghost) + GAP if ghost else 0
        line: Line = (("  ", ""), *bar(min(clock.part, 1.0), max(cells - 4 - taken, 4), tone))
        rows.append(Row(f"bar:{progress.index}", line, ghost, selectable=False))
    rows += above_the_steps(scene, progress.phase, progress.index)
    for step in progress.phase.steps:
        rows += step_rows(scene, step, times, is_next=step == following)
    return rows


def _times(scene: Scene) -> Times:
    found: dict[str, list[StepClock]] = {}
    for item in steps(scene):
        if item.step is not None:
            found.setdefault(item.step.number, []).append(item)
    return found
