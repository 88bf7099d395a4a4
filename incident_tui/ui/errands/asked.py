"""Who answers what a room asks for beyond itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from textual.app import App

from incident_tui.ui.errands import basics, checklist, command, drill, looking, recall, replay, sending, tracking
from incident_tui.ui.screens.war_room import WarRoom

Errand = Callable[[App[None], WarRoom, str], None]

ERRANDS: Final[dict[str, Errand]] = {
    "report": lambda app, room, _: basics.report(app, room.session, room.room.incident.id, recorder=room.recorder),
    "replay": lambda app, room, _: replay.replay(app, room.session, room.room.incident.id),
    "help": lambda app, room, _: basics.explain(app, room),
    "status": lambda app, room, _: basics.choose_status(app, room),
    "message": basics.write_message,
    "send": sending.send,
    "track": tracking.track,
    "look": looking.look,
    "template": lambda app, room, _: basics.choose_template(app, room),
    "copy": lambda app, _, text: basics.copy_text(app, text),
    "handoff": basics.hand_over,
    "update": command.draft_next_update,
    "compare": lambda app, room, _: drill.compare(app, room.session, room.room.incident),
    "similar": lambda app, room, _: recall.show_similar(app, room),
    "close": lambda app, room, _: command.close(app, room),
    "playbook": lambda app, room, _: checklist.choose_playbook(app, room),
    "command": checklist.choose_command,
}
"""What each word of `WarRoom.Asked` opens; home and quit are the program's own."""
