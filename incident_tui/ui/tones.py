"""One meaning, one colour: what is painted names a tone, and the theme its colour."""

from collections.abc import Mapping
from typing import Final

from rich.style import Style
from textual.color import Color

COLORS: Final = {
    "muted": "foreground-muted",
    "strong": "foreground",
    "good": "success",
    "warn": "warning",
    "bad": "error",
    "info": "primary",
    "accent": "primary",
    "theory": "secondary",
    "decision": "accent",
    "action": "text-warning",
    "key": "accent",
    "replay": "secondary",
    "drill": "warning",
    "thumb": "border-blurred",
}
"""The theme's variable for each tone."""

BOLD: Final = frozenset({"strong", "accent", "key", "replay", "drill"})
REVERSED: Final = frozenset({"drill"})


def style_of(tone: str, variables: Mapping[str, str], background: Color) -> Style:
    """How a tone looks above a background, which is no part of it, so that it can lie over a highlighted line."""
    name, _, opacity = variables[COLORS[tone]].partition(" ")
    color = Color.parse(name)
    if opacity:
        color = color.multiply_alpha(float(opacity.removesuffix("%")) / 100)
    bold, reverse = tone in BOLD or None, tone in REVERSED or None
    return Style(color=(background + color).rich_color, bold=bold, reverse=reverse)
