"""Rules of what leaves: queued by a person's act, begun before its first byte, ended with what the service answered."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from incident_tui.domain import events as e
from incident_tui.domain.anchoring import has_anchor
from incident_tui.domain.decide import Decision, Refused, quoted, remark
from incident_tui.domain.decide.drill import may_leave
from incident_tui.domain.decide.messages import message_meant, unsaid
from incident_tui.domain.decide.record import action_item_meant
from incident_tui.domain.delivery import Delivery
from incident_tui.domain.dispatch import card_of, last_to, next_to_go, stale_cards
from incident_tui.domain.incident import Incident, Message, ordered
from incident_tui.domain.text import clean

REASON_LIMIT = 300
LONGEST_ATTEMPT: Final = timedelta(minutes=15)
"""More than the time limits of all questions to a service that one attempt may ask."""


class Target(Struct, frozen=True):
    """A channel that something may go to: its name, the kind of its service, and whether it keeps a card up to date.

    `record` is the line with the anchor, as of the look at what goes there; "" where none is to go there.
    """

    channel: str
    via: str
    follows: bool = False
    record: str = ""


def queue_message(incident: Incident, word: str, targets: Sequence[Target], *, force: bool = False) -> Decision:
    """A message goes to these channels. One that nobody approved is approved by whoever sends it.

    Refused in a drill, where it says nothing new or has a gap unless by `force`, and where a channel has it already.
    Who may approve it is for the policy to say, see `permission`.
    """
    message = message_meant(incident, word)
    if isinstance(message, Refused):
        return message
    objection = may_leave(incident) or _objection(incident, message, targets, force=force)
    if objection is not None:
        return objection
    approved = (e.MessageApproved(message.id),) if message.state == "drafted" else ()
    # A second anchor would say no more than the one that a person has put into the words.
    meant = [replace(target, record="") for target in targets] if has_anchor(message.text) else targets
    return (*approved, *(_queued(incident, message.id, target) for target in meant))


def queue_document(incident: Incident, word: str, targets: Sequence[Target]) -> Decision:
    """A message that is a whole document goes to these channels; documents for those inside have their anchor."""
    decision = queue_message(incident, word, [replace(target, record="") for target in targets], force=True)
    if isinstance(decision, Refused):
        return decision
    return tuple(
        e.DeliveryQueued(body.subject, body.channel, body.via, "document")
        if isinstance(body, e.DeliveryQueued)
        else body
        for body in decision
    )


def queue_item(incident: Incident, word: str, targets: Sequence[Target]) -> Decision:
    """An action item is filed in these trackers, once in each."""
    item = action_item_meant(incident, word)
    if isinstance(item, Refused):
        return item
    leaving = may_leave(incident)
    if leaving is not None:
        return leaving
    there = _has_got(incident, item.id)
    if not targets or any(target.channel in there for target in targets):
        return Refused(f"{item.label} is there already" if targets else "no channel is named", "see `outbox`")
    return tuple(e.DeliveryQueued(item.id, target.channel, target.via, "item") for target in targets)


def refresh_cards(incident: Incident, device: str) -> Decision:
    """The cards of `device` that say what is no longer so are brought up to date."""
    stale = stale_cards(incident, device)
    if not stale:
        return Refused("every card is up to date")
    return tuple(e.DeliveryQueued("", item.channel, item.via, "card", True) for item in stale)


def begin(incident: Incident, identifier: str, device: str) -> Decision:
    """From here on it may have arrived. Refused where it is not its turn, or not for `device` to send."""
    delivery = incident.deliveries.get(identifier)
    if delivery is None or delivery.state != "queued" or delivery.device != device:
        return Refused("it is not waiting")
    if all(item.id != identifier for item in next_to_go(incident, device)):
        return Refused("something else goes before it")
    return may_leave(incident) or (e.DeliveryBegun(identifier),)


def done(incident: Incident, identifier: str, receipt: str = "", url: str = "", note: str = "") -> Decision:
    """It has arrived. What is to be known of words stands with them; what is to be known of a card, in the log."""
    arrived = e.DeliveryDone(identifier, remark(receipt), remark(url), _shortened(note))
    delivery = incident.deliveries.get(identifier)
    if not arrived.note or delivery is None or delivery.form != "card":
        return (arrived,)
    told = e.EntryLogged("note", f"{delivery.channel}: {arrived.note}", alert=f"delivery {identifier}", over=True)
    return arrived, told


def delayed(incident: Incident, identifier: str, reason: str) -> Decision:
    """It is tried again; said once for each reason."""
    delivery = incident.deliveries.get(identifier)
    words = _shortened(reason)
    if delivery is not None and delivery.state == "queued" and delivery.reason == words:
        return Refused("that is known")
    return (e.DeliveryDelayed(identifier, words),)


def failed(incident: Incident, identifier: str, reason: str) -> Decision:
    return (e.DeliveryFailed(identifier, _shortened(reason)),)


def unclear(incident: Incident, identifier: str, reason: str) -> Decision:
    return (e.DeliveryUnclear(identifier, _shortened(reason)),)


def retry(incident: Incident, word: str) -> Decision:
    """Try once more what failed, or what nobody knows about: whoever does so has looked; or at once what comes back."""
    delivery = delivery_meant(incident, word)
    if isinstance(delivery, Refused):
        return delivery
    if delivery.state not in ("failed", "unclear") and not delivery.comes_back:
        hint = "it goes out by itself, after what is before it" if delivery.waiting else ""
        return Refused(f"{delivery.label} {delivery.told} already", hint)
    return may_leave(incident) or (e.DeliveryRetried(delivery.id),)


def drop(incident: Incident, word: str, now: datetime, reason: str = "", *, arrived: bool = False) -> Decision:
    """Give a delivery up; or, where a person saw it there, say that it `arrived`.

    One on its way is refused while its answer can still come: a device that is gone brings none.
    """
    delivery = delivery_meant(incident, word)
    if isinstance(delivery, Refused):
        return delivery
    if delivery.state == "begun" and (delivery.changed_at is None or now - delivery.changed_at < LONGEST_ATTEMPT):
        return Refused(f"{delivery.label} {delivery.told}", "wait for its answer")
    if not delivery.undelivered:
        return Refused(f"{delivery.label} {delivery.told} already")
    return (e.DeliveryDropped(delivery.id, arrived, remark(reason)),)


def delivery_meant(incident: Incident, word: str) -> Delivery | Refused:
    """The delivery with this label (Q3) or id, or the only undelivered one of a message (M2)."""
    wanted = word.strip().casefold()
    known = ordered(incident.deliveries)
    for delivery in known:
        if wanted in (delivery.id, delivery.label.casefold()):
            return delivery
    message = next((item for item in incident.messages.values() if item.label.casefold() == wanted), None)
    of_it = [item for item in known if message is not None and item.subject == message.id and item.undelivered]
    if len(of_it) == 1:
        return of_it[0]
    labels = ", ".join(item.label for item in known if item.undelivered) or "none"
    return Refused(f"no delivery {quoted(word)}", f"undelivered are: {labels}")


def _objection(incident: Incident, message: Message, targets: Sequence[Target], *, force: bool) -> Refused | None:
    if not targets:
        return Refused("no channel is named", "configure one under [channels], or mark it as sent by hand")
    if message.state not in ("drafted", "approved", "queued", "sent"):
        return Refused(f"{message.label} is {message.state} already")
    there = _has_got(incident, message.id)
    for target in targets:
        if target.channel in there:
            return Refused(f"{target.channel} has {message.label} already", "see `outbox`")
    return None if force or there else unsaid(incident, message.audience, message.text, message.label)


def _has_got(incident: Incident, subject: str) -> set[str]:
    of_it = (item for item in incident.deliveries.values() if item.subject == subject)
    return {item.channel for item in of_it if item.state != "dropped"}


def _queued(incident: Incident, subject: str, target: Target) -> e.DeliveryQueued:
    last = last_to(incident, target.channel)
    if last is None:
        form = "opening"
    else:
        before, now = (last.facts.severity, last.facts.status), (incident.severity, incident.status)
        form = "update" if before == now else "change"
    follow = target.follows and (last is None or card_of(incident, target.channel) is None)
    return e.DeliveryQueued(subject, target.channel, target.via, form, follow, target.record)


def _shortened(reason: str) -> str:
    text = " ".join(clean(reason).split())
    return text if len(text) <= REASON_LIMIT else f"{text[: REASON_LIMIT - 1]}…"
