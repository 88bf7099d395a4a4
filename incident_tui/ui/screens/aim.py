"""Which entry of the log a line of the composer is about: the one that it names, else the selected one."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from incident_tui.domain.decide import Refused
from incident_tui.domain.events import Event
from incident_tui.domain.identity import name_of
from incident_tui.domain.lines import LINE_KINDS, line_of
from incident_tui.domain.text import first_line
from incident_tui.journal import Lines
from incident_tui.ui.screens.selection import Selection

if TYPE_CHECKING:
    from incident_tui.grammar import Typed
    from incident_tui.ui.screens.room_screen import RoomScreen
    from incident_tui.ui.views.scene import Scene

SHORTEST_NAME: Final = 6
"""So many signs of an id are shown by `search`."""
REACH: Final = 5_000
"""A name that this screen has not given is looked for in so many of the newest lines, which takes 40 ms."""
QUOTED: Final = 40
NOT_CHOSEN: Final = Refused(
    "the entry that was selected for this line is not known any more", "select it in the log, esc comes back here"
)


class Aim:
    """Finds the entry that a line is about. `kept` says whether the line in the composer is from an earlier screen.

    A line never passes to another entry than the person has seen: what a key has begun names its entry; what is typed
    without a name while nothing is selected means the newest entry as it was when the line was begun; and of a line
    that was kept without a name nobody knows any more what was selected.
    """

    def __init__(self, room: RoomScreen, kept: Callable[[], bool]) -> None:
        self._room = room
        self._kept = kept
        self._known: dict[str, Event] = {}
        self._unknown = ("", 0)  # a name that was looked for, and how far the room had come
        self._quoted: Event | None = None

    def given(self, selection: Selection) -> dict[str, str]:
        """The words of a selection; what they name is known from now on, however old it is."""
        if selection.entry is not None:
            self._known[name_of(selection.entry.id)[1:]] = selection.entry
        return selection.words()

    def find(self, name: str | None) -> Event | Refused | None:
        """The entry whose id ends so; for None the selected one."""
        if name is None:
            return self._selected()
        if name not in self._known and self._unknown != (name, self._room.room.seq):
            self._look_for(name)
        return self._known.get(name) or Refused(
            f"there is no entry ^{first_line(name, 20)} among the newest {REACH:,}",
            "select it, and begin the line anew",
        )

    def about(self, typed: Typed | None, scene: Scene) -> str:
        """The entry that a line is about in words, or why there is none; "" where it is about none."""
        text = _on_an_entry(typed)
        if text is None:
            self._quoted = None
            return ""
        from incident_tui.verbs.phrases import entry_named

        name, _ = entry_named(text)
        entry = self.find(name)
        if isinstance(entry, Refused):
            return str(entry)
        if entry is None:
            return ""
        if name is None:
            self._quoted = entry
        line = line_of(entry.body)
        shown = scene.incident.text_of(entry.id, line.text if line else "")
        return f"“{first_line(shown, QUOTED)}” of {scene.time(entry.at, seconds=True)} by {entry.actor}"

    def _selected(self) -> Event | Refused | None:
        selection = self._room.selection()
        if selection.chosen:
            return selection.entry
        if self._quoted is None and self._kept():
            return NOT_CHOSEN
        return self._quoted or selection.entry

    def _look_for(self, name: str) -> None:
        lines = Lines(self._room.room.incident.id, LINE_KINDS)
        found = self._room.session.journal.page(lines, limit=REACH) if len(name) >= SHORTEST_NAME else []
        found = [event for event in found if event.id.endswith(name)]
        if len(found) == 1:
            self._known[name] = found[0]
        else:
            self._unknown = (name, self._room.room.seq)


def _on_an_entry(typed: Typed | None) -> str | None:
    """What follows a command that is about an entry; None where a line is none of these."""
    if typed is None or typed.kind != "verb":
        return None
    from incident_tui.verbs.phrases import word
    from incident_tui.verbs.table import Verb, verb_meant

    name, text = word(typed.text.removeprefix("/"))
    verb = verb_meant(name)
    return text if isinstance(verb, Verb) and verb.on_entry else None
