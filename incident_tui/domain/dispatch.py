"""How deliveries change, and what is next to go: the part of `evolve` that is about what leaves."""

from __future__ import annotations

from datetime import datetime
from typing import assert_never

from msgspec.structs import replace

from incident_tui.domain import events as e
from incident_tui.domain.delivery import FORMS, Delivery, Facts, Trouble, promised_by
from incident_tui.domain.incident import Incident, Message, ordered
from incident_tui.domain.maps import values

Answer = e.DeliveryBegun | e.DeliveryDone | e.DeliveryDelayed | e.DeliveryFailed | e.DeliveryUnclear
"""What a service brought about; the other changes are decisions of a person."""
DeliveryChange = Answer | e.DeliveryRetried | e.DeliveryDropped
Dispatch = e.DeliveryQueued | DeliveryChange
MOST_TROUBLES = 20
FOLLOWED = ("opening", "change", "update", "card")


def evolve(incident: Incident, event: e.Event, body: Dispatch) -> Incident:
    """The incident after an event of a delivery; it never raises."""
    if isinstance(body, e.DeliveryQueued):
        return _queue(incident, event, body)
    delivery = incident.deliveries.get(body.delivery)
    if delivery is None or delivery.state in ("sent", "dropped"):
        return incident
    changed = replace(_changed(delivery, body), changed_at=event.at)
    if isinstance(body, e.DeliveryDelayed | e.DeliveryFailed | e.DeliveryUnclear):
        changed = replace(changed, troubles=(*changed.troubles, Trouble(event.at, body.reason))[-MOST_TROUBLES:])
    after = replace(incident, deliveries=incident.deliveries.insert(delivery.id, changed))
    message = after.messages.get(delivery.subject)
    return after if message is None else _told(after, message, changed, event.at)


def facts_of(incident: Incident) -> Facts:
    """What a card would say now."""
    return Facts(
        incident.ref,
        incident.title,
        incident.severity,
        incident.status,
        incident.commander or "",
        incident.began_at,
    )


def undelivered(incident: Incident) -> list[Delivery]:
    """What has not arrived and was not given up, in the order in which it was queued."""
    return [item for item in ordered(incident.deliveries) if item.undelivered]


def ways_of(incident: Incident, subject: str) -> list[Delivery]:
    """What was queued of a message or an action item (its id) and was not given up, in that order."""
    ways = (item for item in values(incident.deliveries) if item.subject == subject and item.state != "dropped")
    return sorted(ways, key=lambda item: item.order)


def next_to_go(incident: Incident, device: str) -> list[Delivery]:
    """The first that waits for each channel, of those that `device` sends; none where one of the channel is begun.

    What failed for good, and what nobody knows about, holds up nothing: a person decides about it in their own time.
    """
    first: dict[str, Delivery] = {}
    for item in ordered(incident.deliveries):
        if item.waiting and item.device == device:
            first.setdefault(item.channel, item)
    return [item for item in first.values() if item.state == "queued"]


def last_to(incident: Incident, channel: str) -> Delivery | None:
    """The last words or card that were queued for a channel and not given up."""
    found = [
        item
        for item in values(incident.deliveries)
        if item.channel == channel and item.form in FOLLOWED and item.state != "dropped"
    ]
    return max(found, key=lambda item: item.order, default=None)


def card_of(incident: Incident, channel: str) -> Delivery | None:
    """What opened the incident on a channel, once it has arrived, or the card that was since posted in its place."""
    arrived = [
        item
        for item in ordered(incident.deliveries)
        if item.channel == channel and item.form in FOLLOWED and item.state == "sent" and item.receipt
    ]
    cards = [item for item in arrived if item.form == "card"]
    return cards[-1] if cards else next(iter(arrived), None)


def words_on(incident: Incident, channel: str) -> Delivery | None:
    """The last words that arrived on a channel."""
    found = [
        item
        for item in values(incident.deliveries)
        if item.channel == channel and item.state == "sent" and item.form in ("opening", "change", "update")
    ]
    return max(found, key=lambda item: item.order, default=None)


def stale_cards(incident: Incident, device: str) -> list[Delivery]:
    """The openings of channels whose card, which is followed, says what is no longer so; only this device's.

    None while something else is on its way there, and none in a drill.
    """
    if incident.drill is not None:
        return []
    facts = facts_of(incident)
    channels = {item.channel for item in values(incident.deliveries) if item.follow and item.device == device}
    stale = []
    for channel in sorted(channels):
        opening, last = card_of(incident, channel), _last_tried(incident, channel, device)
        if opening is None or last is None or opening.device != device or last.state not in ("sent", "dropped"):
            continue
        if last.facts != facts or last.form == "change":
            stale.append(opening)
    return stale


def leaves(incident: Incident, device: str) -> bool:
    """Whether something of the incident is to be sent by `device`, now or once it has looked."""
    waiting = any(item.device == device and item.waiting for item in values(incident.deliveries))
    return waiting or bool(stale_cards(incident, device))


def _last_tried(incident: Incident, channel: str, device: str) -> Delivery | None:
    """The last of ours, given up or not: a card that nobody wants is not made again of itself."""
    ours = (item for item in values(incident.deliveries) if item.channel == channel and item.device == device)
    return max((item for item in ours if item.form in FOLLOWED), key=lambda item: item.order, default=None)


def _queue(incident: Incident, event: e.Event, body: e.DeliveryQueued) -> Incident:
    number = incident.next_number("delivery")
    message = incident.messages.get(body.subject)
    item = incident.action_items.get(body.subject)
    delivery = Delivery(
        order=incident.version,
        id=event.id,
        number=number,
        subject=body.subject,
        channel=body.channel,
        via=body.via,
        form=body.form if body.form in FORMS else "update",
        follow=body.follow,
        audience=message.audience if message else "",
        mark=message.mark if message else "",
        text=message.text if message else item.text if item else "",
        facts=facts_of(incident),
        at=event.at,
        by=event.actor,
        device=event.device,
        owner=item.owner if item else "",
        due=(item.due or "") if item else "",
        promise_seconds=message.promise_seconds if message else None,
        record=body.record,
    )
    numbers = incident.numbers.insert("delivery", number)
    messages = incident.messages
    if message is not None:
        state = "queued" if message.waiting else message.state
        messages = messages.insert(message.id, replace(message, state=state, ways=(*message.ways, event.id)))
    deliveries = incident.deliveries.insert(delivery.id, delivery)
    return replace(incident, deliveries=deliveries, numbers=numbers, messages=messages)


def _changed(delivery: Delivery, body: DeliveryChange) -> Delivery:
    match body:
        case e.DeliveryBegun():
            return replace(delivery, state="begun", tried=True)
        case e.DeliveryDone():
            return replace(delivery, state="sent", reason=body.note, receipt=body.receipt, url=body.url)
        case e.DeliveryDelayed():
            return replace(delivery, state="queued", reason=body.reason)
        case e.DeliveryFailed():
            return replace(delivery, state="failed", reason=body.reason)
        case e.DeliveryUnclear():
            return replace(delivery, state="unclear", reason=body.reason)
        case e.DeliveryRetried():
            return replace(delivery, state="queued", reason="")
        case e.DeliveryDropped():
            return replace(delivery, state="sent" if body.arrived else "dropped", reason=body.reason)
        case _:
            assert_never(body)


def _told(incident: Incident, message: Message, delivery: Delivery, at: datetime) -> Incident:
    """The message as its deliveries leave it: sent with the first that arrives, ready again once all are given up."""
    if delivery.state == "sent":
        how = f"{delivery.channel} ({delivery.via}{f'; {delivery.reason}' if delivery.reason else ''})"
        if message.state == "sent":
            changed = replace(message, how=f"{message.how}, {how}")
        else:
            promised = promised_by(message.promise_seconds, at)
            changed = replace(message, state="sent", sent_at=at, how=how, promised_at=promised)
    elif delivery.state == "dropped" and message.state == "queued" and not _any_left(incident, message):
        changed = replace(message, state="approved")
    else:
        return incident
    return replace(incident, messages=incident.messages.insert(message.id, changed))


def _any_left(incident: Incident, message: Message) -> bool:
    ways = (incident.deliveries.get(way) for way in message.ways)
    return any(item is not None and item.state != "dropped" for item in ways)
