"""Who answers what a room asks for beyond itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from textual.app import App

from incident_tui.ui import checklist_errands, command_errands, drill_errands, errands, recall_errands, replay_errands
from incident_tui.ui.screens.war_room import WarRoom

Errand = Callable[[App[None], WarRoom, str], None]

ERRANDS: Final[dict[str, Errand]] = {
    "report": lambda app, room, _: errands.report(app, room.session, room.room.incident.id),
    "replay": lambda app, room, _: replay_errands.replay(app, room.session, room.room.incident.id),
    "help": lambda app, room, _: errands.explain(app, room),
    "status": lambda app, room, _: errands.choose_status(app, room),
    "message": errands.write_message,
    "template": lambda app, room, _: errands.choose_template(app, room),
    "copy": lambda app, _, text: errands.copy_text(app, text),
    "handoff": errands.hand_over,
    "update": command_errands.draft_next_update,
    "compare": lambda app, room, _: drill_errands.compare(app, room.session, room.room.incident),
    "similar": lambda app, room, _: recall_errands.show_similar(app, room),
    "close": lambda app, room, _: command_errands.close(app, room),
    "playbook": lambda app, room, _: checklist_errands.choose_playbook(app, room),
    "command": checklist_errands.choose_command,
}
"""What each word of `WarRoom.Asked` opens; home and quit are the program's own."""
