"""Rules of decisions: proposed with risk and rollback, open to strong objections for a while, then ruled upon."""

from __future__ import annotations

import math
from datetime import datetime, timedelta

from incident_tui.domain.decide import Decision, Refused, one_of, person_of, quoted, remark, said
from incident_tui.domain.events import DecisionProposed, DecisionRuled, ObjectionRaised
from incident_tui.domain.incident import Incident, ordered
from incident_tui.domain.teamwork import RULINGS, Proposal

WINDOW = timedelta(seconds=15)
"""How long “are there any strong objections?” waits. Source: PagerDuty incident response; silence means proceed."""
LONGEST_WINDOW = timedelta(days=1)


def propose(
    incident: Incident,
    text_word: str,
    risk: str = "",
    rollback: str = "",
    window: timedelta = WINDOW,
    executor: str = "",
) -> Decision:
    """What is about to be done; objections are asked for during `window`, which may be nothing."""
    text = said(text_word, "the proposal")
    if isinstance(text, Refused):
        return text
    if not timedelta(0) <= window <= LONGEST_WINDOW:
        return Refused("objections are awaited for seconds to hours", "for example 30s")
    seconds = int(window.total_seconds())
    return (DecisionProposed(text, remark(risk), remark(rollback), seconds, person_of(remark(executor))),)


def object_to(incident: Incident, word: str, person_word: str, text_word: str) -> Decision:
    """Somebody's objection, which counts until the commander has ruled, also after the window."""
    proposal = open_proposal(incident, word)
    if isinstance(proposal, Refused):
        return proposal
    person, text = said(person_word, "the person's name", 80), said(text_word, "the objection")
    if isinstance(person, Refused):
        return Refused("an objection has a name", "say who objects") if not person_word.strip() else person
    if isinstance(text, Refused):
        return text
    return (ObjectionRaised(proposal.id, person_of(person), text, proposal.label),)


def rule(
    incident: Incident,
    word: str,
    ruling_word: str,
    now: datetime,
    executor: str = "",
    reason: str = "",
    *,
    forced: bool = False,
) -> Decision:
    """The ruling: proceed, rejected or withdrawn.

    Going ahead before the window is over, or against an objection, says why or is `forced`; rejecting says why.
    """
    proposal, ruling = open_proposal(incident, word), one_of(ruling_word, RULINGS, "ruling")
    if isinstance(proposal, Refused):
        return proposal
    if isinstance(ruling, Refused):
        return ruling
    left = proposal.until - now
    if ruling == "proceed" and left > timedelta(0) and not forced and not reason.strip():
        seconds = math.ceil(left.total_seconds())
        return Refused(f"{proposal.label} is open to objections for another {seconds} s", "wait, or say why not to")
    if ruling == "proceed" and proposal.objections and not forced and not reason.strip():
        count = len(proposal.objections)
        said = f"{count} objection{'s' if count > 1 else ''}"
        return Refused(f"{proposal.label} has {said}", "say why it is done all the same, or reject it")
    if ruling == "rejected" and not reason.strip():
        return Refused(f"rejecting {proposal.label} needs a reason", "say why not")
    person = person_of(remark(executor)) or proposal.executor if ruling == "proceed" else ""
    return (DecisionRuled(proposal.id, ruling, remark(reason), person, proposal.label),)


def proposal_meant(incident: Incident, word: str) -> Proposal | Refused:
    """The proposal with this label (D1), number or id, or the only one whose text holds `word`."""
    wanted = " ".join(word.split()).casefold()
    proposals = ordered(incident.proposals)
    found = [item for item in proposals if wanted in (item.label.casefold(), str(item.number), item.id)]
    found = found or [item for item in proposals if wanted and wanted in item.text.casefold()]
    if len(found) == 1:
        return found[0]
    known = ", ".join(item.label for item in proposals) or "none yet"
    return Refused(f"no proposal {quoted(word)}", f"known are: {known}")


def open_proposal(incident: Incident, word: str) -> Proposal | Refused:
    """The proposal that is meant, unless it is ruled upon."""
    proposal = proposal_meant(incident, word)
    if isinstance(proposal, Refused) or proposal.open:
        return proposal
    ruling = "decided: it proceeds" if proposal.ruling == "proceed" else proposal.ruling
    return Refused(f"{proposal.label} is {ruling}", "make another proposal")
