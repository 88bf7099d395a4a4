"""Rules of the commander's loop: size-up, stabilize, update, verify, and again."""

from __future__ import annotations

from incident_tui.domain.decide import Decision, Refused, one_of
from incident_tui.domain.events import LoopMoved
from incident_tui.domain.incident import Incident
from incident_tui.domain.teamwork import LOOP

QUESTIONS = {
    "size-up": "What is wrong?",
    "stabilize": "What can be done, and how risky is it?",
    "update": "Are there any strong objections? Who must know?",
    "verify": "Is it done, and did it help?",
}
"""What a commander asks in each segment. Source: PagerDuty incident response, training of commanders."""


def move(incident: Incident, segment_word: str = "") -> Decision:
    """Go on to a segment; to the next one when none is named."""
    segment = one_of(segment_word, LOOP, "segment of the loop") if segment_word.strip() else next_segment(incident)
    if isinstance(segment, Refused):
        return segment
    if segment == incident.loop.segment and incident.loop.at is not None:
        return Refused(f"the loop is at {segment} already")
    return (LoopMoved(segment),)


def next_segment(incident: Incident) -> str:
    """What comes after the segment that the loop is at; the first comes after the last."""
    return LOOP[(LOOP.index(incident.loop.segment) + 1) % len(LOOP)]
