"""What a command consists of."""

from __future__ import annotations

from msgspec import Struct

from incident_tui.verbs.readers import Reader


class Verb(Struct, frozen=True):
    """A command. `usage` names what it takes, the optional in brackets; `example` is a whole line without the slash.

    `read` gets what follows the name. A `timed` verb takes a time as its last, optional argument; one that is
    `on_entry` is about an entry of the log, which may be named in front of the rest.
    """

    name: str
    usage: str
    summary: str
    example: str
    read: Reader
    timed: bool = False
    on_entry: bool = False

    @property
    def needed(self) -> int:
        """How many words it takes at least."""
        return len(self.usage.partition("[")[0].split()) - 1
