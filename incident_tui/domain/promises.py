"""Promises of the next update: when each was due, and whether it was kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from datetime import datetime, timedelta
from typing import Literal

from msgspec import Struct

from incident_tui.domain.incident import Incident, Message, ordered
from incident_tui.domain.maps import values

PromiseState = Literal["kept", "broken", "open", "ended"]
ZERO = timedelta(0)


class Promise(Struct, frozen=True):
    """What a message promised its audience; `id` and `message` are the message's id and label.

    Only the next message to the same audience keeps it; `answered_at` is when that was sent, in time or late. It is
    `ended` when the incident was resolved before it was due. `over` is by how much it is, or was, broken.
    """

    audience: str
    message: str
    id: str
    sent_at: datetime
    due: datetime
    state: PromiseState
    answered_at: datetime | None = None
    over: timedelta = ZERO

    @property
    def kept_at(self) -> datetime | None:
        return self.answered_at if self.state == "kept" else None


def promises(incident: Incident, now: datetime) -> tuple[Promise, ...]:
    """All promises that went out, in the order in which their messages were written."""
    found = (promise_of(incident, message, now) for message in ordered(incident.messages))
    return tuple(promise for promise in found if promise is not None)


def promise_of(incident: Incident, message: Message, now: datetime) -> Promise | None:
    """What became of the promise of a message; None where it made none, or was not sent."""
    due, sent = message.promised_at, message.sent_at
    if due is None or sent is None:
        return None
    place = (sent, message.order)
    later = [
        (item.sent_at, item.order)
        for item in values(incident.messages)
        if item.audience == message.audience and item.sent_at is not None and (item.sent_at, item.order) > place
    ]
    answered = min(later)[0] if later else None
    resolved = incident.moment("resolved")
    state, over = outcome(due, answered, now, live=incident.live, resolved=resolved)
    return Promise(message.audience, message.label, message.id, sent, due, state, answered, over)


def outcome(
    due: datetime, answered: datetime | None, now: datetime, *, live: bool, resolved: datetime | None
) -> tuple[PromiseState, timedelta]:
    """What became of a promise, and by how much it was or is broken."""
    if answered is not None and answered <= due:
        return "kept", ZERO
    end = now if live or resolved is None else resolved
    if end <= due:
        return "open" if live else "ended", ZERO
    return "broken", (answered or end) - due


def broken(incident: Incident, now: datetime) -> int:
    """How many promises were not kept, or are not kept by now."""
    return sum(promise.state == "broken" for promise in promises(incident, now))


class Heard(Struct, frozen=True):
    """What went out: the last message to each audience that has had one, and who was ever promised another."""

    last: Mapping[str, Message]
    promised: Set[str]

    def owed(self, audience: str) -> bool:
        """Whether the audience is to hear from us by the clock: management only once it was promised an update."""
        return audience != "management" or audience in self.promised


def heard(messages: Iterable[Message]) -> Heard:
    """What each audience was told by all messages of an incident."""
    last: dict[str, Message] = {}
    promised: set[str] = set()
    for item in messages:
        if item.promised_at is not None:
            promised.add(item.audience)
        if item.sent_at is not None and (item.audience not in last or _sent(item) > _sent(last[item.audience])):
            last[item.audience] = item
    return Heard(last, promised)


def owed(incident: Incident, audience: str) -> bool:
    """Whether the audience is to hear from us by the clock."""
    return heard(values(incident.messages)).owed(audience)


def last_sent(incident: Incident, audience: str) -> Message | None:
    """The last message that went to an audience."""
    return heard(values(incident.messages)).last.get(audience)


def _sent(message: Message) -> tuple[datetime, int]:
    return message.sent_at or message.at, message.order
