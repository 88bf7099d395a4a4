"""What help says: the focused pane's purpose and keys, the composer's signs, the commands."""

from __future__ import annotations

from textual.screen import Screen

from incident_tui.ui.keys import key_shown
from incident_tui.ui.text import Line
from incident_tui.verbs import VERBS

SIGNS = (
    ("text", "a finding"),
    ("? text", "a theory"),
    ("! command", "run a command and keep its output"),
    ("> text", "a decision"),
    ("* text", "an action"),
    ("+ text", "evidence; a paste of several lines becomes evidence by itself"),
    ("@audience text", "draft a message to internal, management or external; `next 20m` at the end promises"),
    ("/command", "everything else, see below"),
    ("@14:05 or -10m", "in front: when it happened, if not now"),
    ("#tag", "at the end: a tag"),
    ("+H1 or -H1", "at the end: evidence for or against a theory"),
    ("\\ text", "the rest as it is, as a finding"),
)
COMPOSER = "Type what you see and press Enter: it is in the log, durably. The first character chooses what it becomes."

Section = tuple[str, tuple[tuple[str, str], ...]]


def help_sections(screen: Screen[None]) -> tuple[Line, tuple[Section, ...]]:
    """The introduction and the sections for what has the focus."""
    focused = screen.focused
    intro = getattr(focused, "HELP", None) or COMPOSER
    sections: list[Section] = []
    keys = _keys(screen)
    if keys:
        sections.append(("Keys", keys))
    sections.append(("In the composer", SIGNS))
    sections.append(("Commands", tuple((f"/{verb.usage}", verb.summary) for verb in VERBS.values())))
    return ((intro, ""),), tuple(sections)


def _keys(screen: Screen[None]) -> tuple[tuple[str, str], ...]:
    found: dict[str, tuple[str, str]] = {}
    for active in screen.active_bindings.values():
        binding = active.binding
        if binding.id and binding.description and (active.node is not screen.app or binding.show):
            found.setdefault(binding.action, (key_shown(binding), binding.tooltip or binding.description))
    return tuple(found.values())
