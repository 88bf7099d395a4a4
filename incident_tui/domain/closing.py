"""The end of an incident: what is still open, and whether a post-mortem is needed and when."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Literal, get_args

from msgspec import Struct

from incident_tui.domain.incident import COMMANDER, MILESTONES, Incident, Message, ordered
from incident_tui.domain.policy import POST_MORTEM_WITHIN, post_mortem_reason
from incident_tui.domain.promises import last_sent
from incident_tui.domain.roles import offered
from incident_tui.domain.text import first_line

EndKind = Literal[
    "order", "proposal", "handoff", "message", "delivery", "promise", "milestone", "theory", "action item", "sign-off"
]
END_KINDS: tuple[EndKind, ...] = get_args(EndKind)
SIGNED_WHEN_HELD = "technical lead"
SIGNED_WHEN_SEVERE = "management"
SEVERE = 2
NAMED_AT_MOST = 12
NAMED_WITH_KIND: tuple[EndKind, ...] = ("milestone", "sign-off", "handoff", "promise")


class OpenEnd(Struct, frozen=True):
    """Something that would be lost with the closing: its name, what it is, and the command that settles it."""

    kind: EndKind
    label: str
    text: str
    how: str

    def __str__(self) -> str:
        """As it is named in a list: a label that speaks for itself alone, any other after its kind."""
        return f"{self.kind} {self.label}" if self.kind in NAMED_WITH_KIND else self.label


class PostMortem(Struct, frozen=True):
    """Why one is needed, and until when; `due` is None until the incident is resolved."""

    reason: str
    due: datetime | None


def open_ends(incident: Incident) -> tuple[OpenEnd, ...]:
    """What is still open, by kind in the order of END_KINDS; commands are as typed after the slash."""
    found = (*_of_work(incident), *_of_messages(incident), *_of_record(incident), *_of_sign_offs(incident))
    return tuple(sorted(found, key=lambda end: END_KINDS.index(end.kind)))


def post_mortem(incident: Incident) -> PostMortem | None:
    """The post-mortem that the rule asks for; None where it asks for none."""
    reason = post_mortem_reason(incident)
    if reason is None:
        return None
    resolved = None if incident.live else incident.moment("resolved")
    return PostMortem(reason, resolved + POST_MORTEM_WITHIN if resolved else None)


def listed(ends: Iterable[OpenEnd]) -> str:
    """Open ends in one line: `O1, M2, milestone mitigated`, the rest counted where there are too many."""
    words = [str(end) for end in ends]
    more = len(words) - NAMED_AT_MOST
    return ", ".join(words[:NAMED_AT_MOST] + ([f"and {more} more"] if more > 0 else []))


def _of_work(incident: Incident) -> Iterator[OpenEnd]:
    for order in ordered(incident.orders):
        if order.open:
            text = first_line(f"{order.person}: {order.text}", 100)
            yield OpenEnd("order", order.label, text, f"result {order.label} TEXT")
    for proposal in ordered(incident.proposals):
        if proposal.open:
            text = first_line(f"no ruling: {proposal.text}", 100)
            yield OpenEnd("proposal", proposal.label, text, f"proceed {proposal.label}")
    for handoff in offered(incident):
        text = first_line(f"offered to {handoff.person}", 100)
        yield OpenEnd("handoff", handoff.role, text, f"keep {handoff.role}")


def _of_messages(incident: Incident) -> Iterator[OpenEnd]:
    """Messages that have not left; and while it is live, audiences that wait for what they were promised."""
    for message in ordered(incident.messages):
        if message.waiting:
            text = first_line(f"to {message.audience}, {message.state}: {message.text}", 100)
            yield OpenEnd(
                "message",
                message.label,
                text,
                f"send {message.label}, sent {message.label}, or discard {message.label}",
            )
        yield from _on_its_way(incident, message)
        last = last_sent(incident, message.audience)
        if incident.live and message.promised_at is not None and last is not None and last.id == message.id:
            text = f"the next update to {message.audience} is promised"
            yield OpenEnd("promise", message.label, text, f"draft {message.audience} TEXT")


def _on_its_way(incident: Incident, message: Message) -> Iterator[OpenEnd]:
    for way in message.ways:
        delivery = incident.deliveries.get(way)
        if delivery is not None and delivery.undelivered:
            text = first_line(f"{message.label} to {delivery.channel}, {delivery.told} {delivery.reason}", 100)
            how = f"giveup {delivery.label}" if delivery.waiting else f"retry {delivery.label}"
            yield OpenEnd("delivery", delivery.label, text, how)


def _of_record(incident: Incident) -> Iterator[OpenEnd]:
    for milestone in MILESTONES:
        if milestone not in incident.milestones:
            yield OpenEnd("milestone", milestone, "has no time", f"milestone {milestone} 14:05")
    for theory in ordered(incident.theories):
        if theory.state == "untested" and not incident.struck(theory.id):
            text = first_line(incident.text_of(theory.id, theory.text), 100)
            yield OpenEnd("theory", theory.label, f"untested: {text}", f"judge {theory.label} refuted REASON")
    for item in ordered(incident.action_items):
        missing = [what for what, value in (("owner", item.owner), ("date", item.due)) if not value]
        if missing and item.done_at is None and not incident.struck(item.id):
            text = first_line(f"no {' and no '.join(missing)}: {item.text}", 100)
            yield OpenEnd("action item", item.label, text, f"assign {item.label} owner:NAME due:DAY")


def _of_sign_offs(incident: Incident) -> Iterator[OpenEnd]:
    """Who signs, by the emergency session: the commander always, the technical lead where there was one, and
    management what was critical or high.
    """
    roles = [COMMANDER]
    if any(term.role == SIGNED_WHEN_HELD for term in incident.terms.values()):
        roles.append(SIGNED_WHEN_HELD)
    if incident.severity <= SEVERE:
        roles.append(SIGNED_WHEN_SEVERE)
    signed = {sign_off.role for sign_off in incident.sign_offs.values() if not incident.struck(sign_off.id)}
    for role in roles:
        if role not in signed:
            person = incident.holder(role) or "NAME"
            yield OpenEnd("sign-off", role, "has not signed", f"sign {role} {person}")
