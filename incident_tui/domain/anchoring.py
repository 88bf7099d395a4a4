"""The line by which a text is an anchor: with it `verify --anchor` finds out whether the record was cut or changed."""

from __future__ import annotations

from typing import Final

from incident_tui.domain.identity import well_formed
from incident_tui.domain.incident import Incident
from incident_tui.domain.routing import EXTERNAL

RECORD: Final = "Record: "


def anchor_line(incident: Incident) -> str:
    """`Record: INC-20261121-K7Q 9f3a1c22 184 <hash>`, for each device its events and the hash of the last.

    "" where nothing of it has a hash, as nothing was recorded then.
    """
    heads = [(device, incident.heads[device]) for device in sorted(incident.heads)]
    named = f"{well_formed(incident.ref)} ".lstrip()
    chains = [f"{named}{device} {head.count} {head.hash}" for device, head in heads if head.hash]
    return f"{RECORD}{'; '.join(chains)}" if chains else ""


def with_anchor(text: str, line: str) -> str:
    """The text with the line below it; as it is where there is no line, or it has one."""
    return f"{text.rstrip()}\n\n{line}" if line and not has_anchor(text) else text


def for_posting(text: str, audience: str, incident: Incident) -> str:
    """What a person copies to post it by hand: for those inside with the anchor."""
    return text if audience == EXTERNAL else with_anchor(text, anchor_line(incident))


def without_anchor(text: str) -> str:
    """A document without the line at its end, as people outside get it."""
    before, found, line = text.rstrip().rpartition(f"\n{RECORD}")
    return f"{before.rstrip()}\n" if found and "\n" not in line else text


def has_anchor(text: str) -> bool:
    return any(line.startswith(RECORD) for line in text.splitlines())
