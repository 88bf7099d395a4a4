"""Help: what this pane is for, and every key that acts in it."""

from collections.abc import Iterable
from typing import ClassVar, TypeVar

from textual.binding import Binding, BindingType
from textual.dom import DOMNode
from textual.screen import Screen
from textual.widget import Widget

from incident_tui.ui.keys import key_shown
from incident_tui.ui.screens.dialog import Dialog
from incident_tui.ui.text import Line, pad
from incident_tui.ui.widgets.board import Board, Row
from incident_tui.ui.widgets.words import Words

AnswerT = TypeVar("AnswerT")

Sections = tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
"""Headings, each with its pairs of (keys, what they do)."""

KEY_CELLS = 16


class HelpScreen(Dialog[None]):
    """Shows `intro` and the keys by section; closed with the key that opened it, or Escape."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f1,question_mark", "close_dialog", "close", show=False, id="help.close"),
    ]

    def __init__(self, title: str, intro: Line, sections: Sections) -> None:
        super().__init__(title)
        self.intro = intro
        self.board = Board(help_rows(sections), classes="choices")

    def body(self) -> Iterable[Widget]:
        """The text above the keys."""
        if self.intro:
            yield Words(self.intro)
        yield self.board


def help_for(screen: Screen[AnswerT], title: str, intro: Line) -> HelpScreen:
    """Help on a screen as it is now: the focused pane's own text if it has one, and all keys that act."""
    focused = screen.focused
    own = focused.HELP if focused is not None else None
    return HelpScreen(title, ((own, ""),) if own else intro, sections_of(screen))


def sections_of(screen: Screen[AnswerT]) -> Sections:
    """Every key of ours that acts now: those of the focused pane, of the screen, of the program."""
    groups: dict[str, dict[str, list[str]]] = {"Here": {}, "On this screen": {}, "Everywhere": {}}
    for found in screen.active_bindings.values():
        binding = found.binding
        if not found.enabled or not binding.id or not binding.description:
            continue
        group = groups[_place(found.node, screen)]
        group.setdefault(binding.tooltip or _sentence(binding.description), []).append(key_shown(binding))
    return tuple(
        (title, tuple((", ".join(dict.fromkeys(keys)), what) for what, keys in group.items()))
        for title, group in groups.items()
        if group
    )


def help_rows(sections: Sections) -> tuple[Row, ...]:
    """One row for each key, under its heading."""
    rows: list[Row] = []
    for number, (title, pairs) in enumerate(sections):
        if rows:
            rows.append(Row(f"gap:{number}", (), selectable=False))
        rows.append(Row(f"head:{number}", ((title, "strong"),), selectable=False))
        for place, (keys, what) in enumerate(pairs):
            line: Line = (*pad(((keys, "key"),), KEY_CELLS), (f" {what}", ""))
            rows.append(Row(f"key:{number}:{place}", line, wrap=True, indent=KEY_CELLS + 1))
    return tuple(rows)


def _place(node: DOMNode, screen: Screen[AnswerT]) -> str:
    if node is screen:
        return "On this screen"
    return "Here" if isinstance(node, Widget) else "Everywhere"


def _sentence(description: str) -> str:
    return description[:1].upper() + description[1:]
