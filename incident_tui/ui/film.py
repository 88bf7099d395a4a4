"""Pictures of the screen that leave the program: frames of a terminal recording, and one drawing."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from datetime import datetime

from rich.color import ColorSystem
from rich.segment import Segment
from textual.app import App
from textual.strip import Strip

from incident_tui.domain.text import clean_line

HIDE_CURSOR = "\x1b[?25l"
CLEAR = "\x1b[2J"
CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f]")
FONTS = re.compile(r"@font-face\s*\{[^}]*\}")


def screen_lines(app: App[None]) -> list[Strip]:
    """The lines of the screen in front as they are painted at this moment."""
    # Textual's public picture of a screen is an SVG only; a terminal recording needs the cells.
    screen = app.screen
    return screen._compositor.render_strips(screen.size)


def frame(lines: Sequence[Strip], before: Sequence[str]) -> tuple[str, list[str]]:
    """What a terminal has to be sent so that it shows `lines`, and how each reads; unchanged ones are left out."""
    painted = [_ansi(line) for line in lines]
    changed = [row for row, text in enumerate(painted) if row >= len(before) or before[row] != text]
    start = "" if before else HIDE_CURSOR + CLEAR
    return start + "".join(f"\x1b[{row + 1};1H{painted[row]}" for row in changed), painted


def cast(
    size: tuple[int, int], title: str, began: datetime, idle: float, frames: Iterable[tuple[float, str]]
) -> Iterable[str]:
    """The lines of a recording in asciinema's format v2: a header, then frames as (seconds, what is sent).

    Source: docs.asciinema.org/manual/asciicast/v2.
    """
    header = {
        "version": 2,
        "width": size[0],
        "height": size[1],
        "timestamp": int(began.timestamp()),
        "idle_time_limit": idle,
        "title": clean_line(title),
        "env": {"TERM": "xterm-256color"},
    }
    yield json.dumps(header, ensure_ascii=False)
    for seconds, data in frames:
        yield json.dumps([round(seconds, 3), "o", data], ensure_ascii=False)


def drawing(app: App[None], title: str) -> str:
    """The screen in front as an SVG that loads nothing from elsewhere."""
    return FONTS.sub("", app.export_screenshot(title=clean_line(title)))


def _ansi(line: Strip) -> str:
    return "".join(_coloured(segment) for segment in line if not segment.control)


def _coloured(segment: Segment) -> str:
    """Text in its colours; no link, and no control that came with the text."""
    text = CONTROLS.sub("\N{REPLACEMENT CHARACTER}", segment.text)
    if segment.style is None:
        return text
    return segment.style.update_link(None).render(text, color_system=ColorSystem.TRUECOLOR)
