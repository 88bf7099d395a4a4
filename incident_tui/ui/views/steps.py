"""The rows of a step: what is to be done, by whom, how long there is; what was done, and what stands below it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from incident_tui.domain.checklist_clocks import StepClock
from incident_tui.domain.protocol import Block, Step
from incident_tui.domain.text import first_line
from incident_tui.times import clock as clock_words
from incident_tui.ui.text import Line
from incident_tui.ui.views.readings import pieces
from incident_tui.ui.views.scene import LEVEL_TONES, Scene, left_words
from incident_tui.ui.widgets.board import Row

GLYPHS = {"open": "○", "done": "✓", "skipped": "–", "not applicable": "∅"}
Times = Mapping[str, Sequence[StepClock]]
"""The clocks of steps by number."""


def step_key(number: str) -> str:
    return f"step:{number}"


def step_rows(scene: Scene, step: Step, times: Times, *, is_next: bool, indent: int = 2) -> list[Row]:
    """A step, what stands below it, and its sub-steps."""
    state = scene.incident.step(step.number)
    glyph = GLYPHS.get(state.status, "○")
    pointer = "▸" if is_next else " "
    tone = {"done": "good", "open": "accent" if is_next else ""}.get(state.status, "muted")
    title_tone = "strong" if is_next else ("" if state.status == "open" else "muted")
    lead = " " * (indent - 2)
    line: Line = ((f"{lead}{pointer} {glyph} ", tone), (step.title, title_tone))
    if step.assignee and state.status == "open":
        line = (*line, (f"  {step.assignee}", "info"))
    unfolded = scene.unfolded(step_key(step.number), is_next)
    right = _right(scene, step, times.get(step.number, ()))
    rows = [Row(step_key(step.number), line, right, wrap=unfolded, indent=indent + 2)]
    below = " " * (indent + 2)
    rows += [_below(step, number, below, text) for number, text in enumerate(_notes(scene, step, is_next=is_next))]
    if step_key(step.number) in scene.expanded:
        blocks = (*(Block("command", command) for command in step.commands), *step.blocks)
        rows += pieces(f"piece:{step.number}", blocks, below)
    for child in step.steps:
        rows += step_rows(scene, child, times, is_next=False, indent=indent + 2)
    return rows


def _right(scene: Scene, step: Step, clocks: Sequence[StepClock]) -> Line:
    """When it was settled; else the time it has, its wait or its next turn; else that there is a command."""
    state = scene.incident.step(step.number)
    if state.at and state.status != "open":
        return ((scene.time(state.at), "muted"),)
    for item in clocks:
        clock = item.clock
        if clock.budget is None or clock.level in ("idle", "done"):
            continue
        match item.kind:
            case "budget":
                return ((left_words(clock), LEVEL_TONES[clock.level]),)
            case "wait":
                return (("go on", "good"),) if clock.late else ((f"wait {left_words(clock)}", "info"),)
            case "every":
                over = clock_words(clock.elapsed - clock.budget) if clock.late else ""
                return ((f"again +{over}", "warn"),) if clock.late else ((f"again in {left_words(clock)}", "muted"),)
    return (("$", "muted"),) if step.commands else ()


def _notes(scene: Scene, step: Step, *, is_next: bool) -> list[str]:
    """What stands below a step: why it was left out, its notes; its explanation when unfolded or next."""
    state = scene.incident.step(step.number)
    texts = [f"{state.status}: {state.reason}"] if state.reason else []
    texts += [note.text for note in state.notes]
    texts += [f"$ {first_line(ran.command, 60)}  exit {ran.exit_code}, {scene.time(ran.at)}" for ran in state.ran]
    if scene.unfolded(step_key(step.number), is_next) and step.detail:
        texts += step.detail.splitlines()
    return texts


def _below(step: Step, number: int, lead: str, text: str) -> Row:
    line: Line = ((lead, ""), (text, "muted"))
    return Row(f"note:{step.number}:{number}", line, selectable=False, wrap=True, indent=len(lead))
