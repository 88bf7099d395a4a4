"""Which work ends with the resolution: all of it but what a document keeps for afterwards."""

from __future__ import annotations

import re
from typing import Final

from msgspec.structs import replace

from incident_tui.domain.protocol import Phase

_AFTERWARDS: Final = re.compile(
    r"\b(?:post|after|afterwards|follow(?:s|ing)?|lessons?|learn\w*|retro\w*|review\w*|monitor\w*|verif\w*|valid\w*"
    r"|recover\w*|restor\w*|clos(?:e|ing|ure)|clean\w*|debrief\w*|document\w*|improve\w*|prevent\w*|nach\w*)\b",
    re.IGNORECASE,
)


def ended(phase: Phase) -> Phase:
    """The phase, whose clock stops with the resolution at the latest unless its name speaks of a time after that."""
    later = phase.anchor == "resolved" or _AFTERWARDS.search(f"{phase.group} {phase.title}") is not None
    return phase if later else replace(phase, until="resolved")
