"""What a channel is given: the words of one delivery, and the facts that stand around them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from msgspec import Struct

from incident_tui.domain.decide import Decision, Intent, Refused
from incident_tui.domain.delivery import Delivery, Facts, promised_by
from incident_tui.domain.dispatch import card_of, words_on
from incident_tui.domain.events import Body, DeliveryQueued, Event
from incident_tui.domain.evolve import evolve
from incident_tui.domain.incident import Incident


class Letter(Struct, frozen=True):
    """One delivery as a channel sees it.

    `key` is the same for every attempt. `form` is one of `delivery.FORMS`, or "test". `text` is the words as a person
    wrote them, in plain text with light Markdown, and is untrusted; a "document" is Markdown; a "card" has the last
    words that arrived. `card` is the receipt of what opened the incident on this channel, "" before that; `latest` the
    receipt of the last words there. `promised` is when the audience hears next. `again` says that an earlier attempt
    may have arrived. `zone` is an IANA name. `owner` and `due` belong to an action item; `services` are
    those that are tagged as affected. `record` is the line with the anchor, which the text that is sent has below it.
    """

    key: str
    form: str
    audience: str
    mark: str
    text: str
    facts: Facts
    author: str
    at: datetime
    zone: str
    promised: datetime | None = None
    card: str = ""
    latest: str = ""
    owner: str = ""
    due: str = ""
    again: bool = False
    services: tuple[str, ...] = ()
    record: str = ""

    @property
    def words(self) -> str:
        """The text with its mark in front."""
        return f"{self.mark} {self.text}" if self.mark else self.text


def letters_for(incident: Incident, bodies: Iterable[Body], now: datetime, actor: str) -> list[tuple[Delivery, Letter]]:
    """What would go out if this was recorded: for the preview, made just as what goes out is made."""
    queued: list[str] = []
    for body in bodies:
        event = Event(f"preview-{len(queued)}-{incident.version}", incident.id, "", now, now, actor, body)
        incident = evolve(incident, event)
        if isinstance(body, DeliveryQueued):
            queued.append(event.id)
    deliveries = [incident.deliveries[identifier] for identifier in queued]
    return [(delivery, letter_of(incident, delivery, now)) for delivery in deliveries]


def as_shown(intent: Intent, incident: Incident, now: datetime, actor: str) -> Intent:
    """The intent where it sends what its preview has shown of `incident`.

    Refused where others have changed that since: the words, or the title, which may be a heading that customers read.
    """

    def contents(of: Incident, decision: Decision) -> list[object]:
        # Not the record, which goes on with every line: that of the look is sent, as the target has it.
        letters = () if isinstance(decision, Refused) else letters_for(of, decision, now, actor)
        return [
            (to.channel, to.form, item.audience, item.mark, item.text, item.facts, item.owner, item.due, item.services)
            for to, item in letters
        ]

    shown = contents(incident, intent(incident))

    def decide(newest: Incident) -> Decision:
        decision = intent(newest)
        if isinstance(decision, Refused) or contents(newest, decision) == shown:
            return decision
        return Refused(
            "it says something else by now: others have changed it", "look at it once more, and send it then"
        )

    return decide


def letter_of(incident: Incident, delivery: Delivery, now: datetime) -> Letter:
    """The letter of a delivery as of `now`, when its promise begins to count if no other channel has it yet."""
    opening, latest = card_of(incident, delivery.channel), words_on(incident, delivery.channel)
    told = latest if delivery.form == "card" and latest is not None else delivery
    begun = now if told is delivery or told.changed_at is None else told.changed_at
    return Letter(
        key=delivery.id,
        form=delivery.form,
        audience=told.audience,
        mark=told.mark,
        text=told.text,
        facts=delivery.facts,
        author=told.by,
        at=begun,
        zone=incident.zone,
        promised=_promised(incident, told, begun),
        card=opening.receipt if opening else "",
        latest=latest.receipt if latest else "",
        owner=delivery.owner,
        due=delivery.due,
        again=delivery.tried,
        services=tuple(sorted(incident.services)),
        record=told.record,
    )


def _promised(incident: Incident, told: Delivery, begun: datetime) -> datetime | None:
    """When the audience hears next: one time for all channels, also for those that get the words late."""
    message = incident.messages.get(told.subject)
    if message is not None and message.state == "sent":
        return message.promised_at
    return promised_by(told.promise_seconds, begun)
