"""The keys of a replay, and those of the live room that do nothing in it."""

from __future__ import annotations

from typing import Final

from textual.binding import Binding

from incident_tui.domain.playing import SPEEDS
from incident_tui.ui.screens.war_room import WarRoom

EVENT, STOP = "The event before or after", "The milestone or starred entry before or after"
FASTER, SPEED = "Play faster or slower", f"Play at {SPEEDS[0]}× to {SPEEDS[-1]}×"

KEYS: Final[tuple[Binding, ...]] = (
    Binding("space", "play", "play", id="replay.play", tooltip="Play, or pause; at the end from the beginning"),
    Binding("right", "move('event', 1)", "event", key_display="← →", id="replay.next", tooltip=EVENT),
    Binding(
        "left",
        "move('event', -1)",
        "event before",
        show=False,
        id="replay.previous",
        key_display="← →",
        tooltip=EVENT,
    ),
    Binding(
        "right_square_bracket",
        "move('stop', 1)",
        "mark",
        key_display="[ ]",
        id="replay.next_stop",
        tooltip=STOP,
    ),
    Binding(
        "left_square_bracket",
        "move('stop', -1)",
        "mark before",
        show=False,
        id="replay.previous_stop",
        key_display="[ ]",
        tooltip=STOP,
    ),
    Binding("shift+right,full_stop", "move('minute', 1)", "minute later", show=False, id="replay.later"),
    Binding("shift+left,comma", "move('minute', -1)", "minute earlier", show=False, id="replay.earlier"),
    Binding("home", "move('end', -1)", "beginning", show=False, priority=True, id="replay.home"),
    Binding("end", "move('end', 1)", "end", show=False, priority=True, id="replay.end"),
    Binding("plus,equals_sign", "speed(0, 1)", "speed", key_display="+ -", id="replay.faster", tooltip=FASTER),
    Binding("minus", "speed(0, -1)", "slower", show=False, id="replay.slower", key_display="+ -", tooltip=FASTER),
    *(
        Binding(
            str(number),
            f"speed({speed}, 0)",
            f"{speed}×",
            show=False,
            id=f"replay.speed{number}",
            key_display="1…9",
            tooltip=SPEED,
        )
        for number, speed in enumerate(SPEEDS, start=1)
    ),
    Binding("i", "write", "line", show=False, id="replay.line", tooltip="Back to the line of time"),
    Binding("g", "open('time')", "go to", id="replay.go", tooltip="Go to a time"),
    Binding("t", "choose('order')", "order", id="replay.order", tooltip="As known then, or as it happened"),
    Binding(
        "s",
        "choose('stars')",
        "stop at ★",
        show=False,
        id="replay.stars",
        tooltip="Pause at starred entries, or not",
    ),
    Binding("r", "open('report')", "report", id="replay.report", tooltip="Any document as of this moment"),
    Binding("e", "open('export')", "export", id="replay.export", tooltip="Export a recording, or this picture"),
    Binding("y", "open('copy')", "copy", show=False, id="replay.copy", tooltip="Copy this moment as text"),
    Binding("f1,question_mark", "open('help')", "help", id="replay.help", key_display="f1"),
    Binding("escape,q", "leave", "back", id="replay.leave", tooltip="Back to where you came from"),
)

ACTS = frozenset(key for binding in WarRoom.BINDINGS if isinstance(binding, Binding) for key in binding.key.split(","))
"""The keys of the live room."""
