"""The command palette, loaded when it is first opened."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from textual.command import Provider


def commands() -> type[Provider]:
    """What offers the keys of the screen and the commands of the composer."""
    from incident_tui.ui.commands import Commands

    return Commands
