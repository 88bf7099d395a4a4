"""The protocol pane: phases with progress and clock, the open one unfolded, the next step evident."""

from __future__ import annotations

from incident_tui.domain import clocks
from incident_tui.domain.clocks import PhaseProgress
from incident_tui.domain.protocol import Step
from incident_tui.times import clock as clock_words
from incident_tui.ui.text import Line, bar
from incident_tui.ui.views.scene import LEVEL_TONES, Scene, budget_words, left_words
from incident_tui.ui.widgets.board import Row

GLYPHS = {"open": "○", "done": "✓", "skipped": "–", "not applicable": "∅"}
ROOMY = 42


def checklist(scene: Scene, cells: int) -> tuple[Row, ...]:
    """Rows of the checklist. Keys: `phase:0` for a phase, `step:2.3` for a step; the rest cannot be selected."""
    rows: list[Row] = []
    following = clocks.next_step(scene.incident)
    phases = clocks.phases(scene.incident, scene.now)
    group = ""
    for progress in phases:
        holds_next = following is not None and following in progress.phase.steps
        unfolded = holds_next != (phase_key(progress.index) in scene.expanded)
        if group and progress.phase.group != group:
            rows.append(Row(f"gap:{progress.index}", (), selectable=False))
        group = progress.phase.group
        rows.append(_phase(progress, unfolded, cells))
        if unfolded:
            rows += _unfolded(scene, progress, following, cells)
    return tuple(rows)


def next_key(scene: Scene) -> str:
    """The key of the step to do next; empty when all are settled."""
    step = clocks.next_step(scene.incident)
    return step_key(step.number) if step else ""


def progress_words(scene: Scene) -> str:
    """How many steps of the protocol are settled, of all."""
    phases = clocks.phases(scene.incident, scene.now)
    return f"{sum(item.settled for item in phases)} of {sum(item.total for item in phases)}"


def phase_key(index: int) -> str:
    return f"phase:{index}"


def step_key(number: str) -> str:
    return f"step:{number}"


def _phase(progress: PhaseProgress, unfolded: bool, cells: int) -> Row:
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
    return Row(phase_key(progress.index), ((title, title_tone),), shown)


def _running(progress: PhaseProgress, cells: int) -> str:
    clock = progress.clock
    if clock.budget is None:
        return clock_words(clock.elapsed)
    if cells < ROOMY:
        return left_words(clock)
    return f"{clock_words(clock.elapsed)} of {budget_words(clock.budget)}"


def _unfolded(scene: Scene, progress: PhaseProgress, following: Step | None, cells: int) -> list[Row]:
    rows: list[Row] = []
    clock = progress.clock
    if clock.budget is not None and clock.level in ("ok", "warn", "late"):
        tone = LEVEL_TONES[clock.level] or "good"
        line: Line = (("  ", ""), *bar(min(clock.part, 1.0), max(cells - 4, 4), tone))
        rows.append(Row(f"bar:{progress.index}", line, selectable=False))
    for step in progress.phase.steps:
        rows += _step(scene, step, step == following, 2)
    return rows


def _step(scene: Scene, step: Step, is_next: bool, indent: int) -> list[Row]:
    state = scene.incident.step(step.number)
    glyph = GLYPHS.get(state.status, "○")
    pointer = "▸" if is_next else " "
    tone = {"done": "good", "open": "accent" if is_next else ""}.get(state.status, "muted")
    title_tone = "strong" if is_next else ("" if state.status == "open" else "muted")
    lead = " " * (indent - 2)
    line: Line = ((f"{lead}{pointer} {glyph} ", tone), (step.title, title_tone))
    right: Line = ((scene.time(state.at), "muted"),) if state.at and state.status != "open" else ()
    if step.commands and not right:
        right = (("$", "muted"),)
    rows = [Row(step_key(step.number), line, right)]
    below = " " * (indent + 2)
    rows += [_below(step, number, below, text) for number, text in enumerate(_notes(scene, step, is_next))]
    for child in step.steps:
        rows += _step(scene, child, False, indent + 2)
    return rows


def _notes(scene: Scene, step: Step, is_next: bool) -> list[str]:
    """What stands below a step: why it was left out, its notes; its explanation when unfolded or next."""
    state = scene.incident.step(step.number)
    texts = [f"{state.status}: {state.reason}"] if state.reason else []
    texts += [note.text for note in state.notes]
    unfolded = step_key(step.number) in scene.expanded
    if unfolded != is_next and step.detail:
        texts.append(step.detail)
    if unfolded:
        texts += [f"$ {command}" for command in step.commands]
    return texts


def _below(step: Step, number: int, lead: str, text: str) -> Row:
    line: Line = ((lead, ""), (text, "muted"))
    return Row(f"note:{step.number}:{number}", line, selectable=False, wrap=True, indent=len(lead))
