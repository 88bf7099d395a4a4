"""What a protocol has to be read: sections folded away at their place, so that no word of it is lost."""

from __future__ import annotations

from collections.abc import Iterable

from incident_tui.domain.protocol import Block, Phase, Reading
from incident_tui.ui.views.scene import Scene
from incident_tui.ui.widgets.board import Row

SIGNS = {"command": "$", "output": "│", "message": "✉", "text": "│"}
NAMED = 3


def reading_key(reading: Reading) -> str:
    return f"reading:{reading.line}:{reading.title}"


def sections(scene: Scene, before: int) -> list[Row]:
    """The sections that stand before the phase with the index `before`; several of them fold into one row."""
    here = [reading for reading in scene.incident.protocol.readings if reading.before == before]
    if len(here) < 2:
        return [row for reading in here for row in _section(scene, reading, "")]
    key = f"sections:{before}"
    if key not in scene.expanded:
        names = ", ".join(reading.title or "introduction" for reading in here[:NAMED])
        more = ", …" if len(here) > NAMED else ""
        return [Row(key, ((f"· {len(here)} sections to read: {names}{more}", "muted"),))]
    rows = [Row(key, ((f"· {len(here)} sections to read", "muted"),))]
    return rows + [row for reading in here for row in _section(scene, reading, "  ")]


def _section(scene: Scene, reading: Reading, lead: str) -> list[Row]:
    key = reading_key(reading)
    unfolded = key in scene.expanded
    rows = [Row(key, ((f"{lead}· {reading.title or 'introduction'}", "muted" if not unfolded else ""),))]
    if unfolded:
        rows += passages(key, reading.text, f"{lead}  ")
        rows += pieces(key, reading.blocks, f"{lead}  ")
    return rows


def above_the_steps(scene: Scene, phase: Phase, index: int) -> list[Row]:
    """What a phase has to be read before its steps: one line of it, or with Enter all."""
    if not phase.text and not phase.blocks:
        return []
    key = f"text:{index}"
    if key in scene.expanded or (not phase.steps and f"phase:{index}" in scene.expanded):
        return [*passages(key, phase.text, "  ", selectable=True), *pieces(key, phase.blocks, "  ")]
    first = phase.text.partition("\n")[0] or phase.blocks[0].text.partition("\n")[0]
    more = " …" if phase.blocks or "\n" in phase.text else ""
    return [Row(key, ((f"  {first}{more}", "muted"),))]


def passages(key: str, text: str, lead: str, *, selectable: bool = False) -> list[Row]:
    """The lines of a text; with `selectable` the first of them has the key, to fold it again."""
    lines = text.splitlines() or ([""] if selectable else [])
    return [
        Row(
            key if selectable and not number else f"{key}:{number}",
            ((f"{lead}{line}", "muted"),),
            selectable=selectable and not number,
            wrap=True,
            indent=len(lead),
        )
        for number, line in enumerate(lines)
    ]


def pieces(key: str, blocks: Iterable[Block], lead: str) -> list[Row]:
    """Commands, outputs and messages of a document, as they are."""
    rows: list[Row] = []
    for number, block in enumerate(blocks):
        sign = SIGNS[block.kind]
        rows += [
            Row(
                f"{key}:{number}:{line}",
                ((f"{lead}{sign if not line else ' '} {text}", "muted"),),
                selectable=False,
                wrap=True,
                indent=len(lead) + 2,
            )
            for line, text in enumerate(block.text.splitlines())
        ]
    return rows
