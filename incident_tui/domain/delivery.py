"""What leaves for a channel: each delivery with its state, and the facts of the incident that it tells."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from msgspec import Struct

FORMS: Final = ("opening", "change", "update", "card", "item", "document")
"""What a delivery is to its channel: the first of the incident; words since whose last the severity or the status has
changed; words where it has not; the card alone, without words; an action item; a whole document.
"""
LONGEST_PROMISE: Final = timedelta(days=30)
STATES: Final = ("queued", "begun", "sent", "failed", "unclear", "dropped")
TOLD: Final = {
    "queued": "waits",
    "begun": "is on its way",
    "sent": "has arrived",
    "failed": "did not arrive",
    "unclear": "may have arrived",
    "dropped": "is given up",
}
"""The states as words that stand after the name of a delivery."""


class Facts(Struct, frozen=True):
    """What a status card says of the incident, besides the last words that went out."""

    ref: str
    title: str
    severity: int
    status: str
    commander: str
    began_at: datetime | None


class Trouble(Struct, frozen=True):
    """Why it did not arrive at that time, or that nobody knows."""

    at: datetime
    text: str


class Delivery(Struct, frozen=True):
    """Something on its way to a channel. Its id is the same for every attempt, and serves as the idempotency key.

    `facts` and `text` are as they were when it was queued, by `by` on `device`: only that device sends it. `tried` says
    that an attempt has begun, `reason` why it has not arrived or was given up, or what to know of how it arrived;
    `troubles` are the latest reasons that came, 20 at most. `receipt` is what the service knows it by. `due` (a day)
    and `owner` belong to an action item. `record` is a line with an anchor, which goes below the words if it fits.
    """

    order: int
    id: str
    number: int
    subject: str
    channel: str
    via: str
    form: str
    follow: bool
    audience: str
    mark: str
    text: str
    facts: Facts
    at: datetime
    by: str
    device: str
    state: str = "queued"
    tried: bool = False
    reason: str = ""
    troubles: tuple[Trouble, ...] = ()
    receipt: str = ""
    url: str = ""
    changed_at: datetime | None = None
    owner: str = ""
    due: str = ""
    promise_seconds: int | None = None
    record: str = ""

    @property
    def label(self) -> str:
        return f"Q{self.number}"

    @property
    def waiting(self) -> bool:
        """Whether it is still to go, or on its way."""
        return self.state in ("queued", "begun")

    @property
    def comes_back(self) -> bool:
        """Whether it waits to be tried again, after it did not arrive."""
        return self.state == "queued" and self.reason != ""

    @property
    def wanted_at(self) -> datetime | None:
        """Since when somebody wants it tried again at once; None where nobody does."""
        return self.changed_at if self.state == "queued" and self.troubles and not self.reason else None

    @property
    def told(self) -> str:
        """What has become of it."""
        return TOLD.get(self.state, self.state)

    @property
    def undelivered(self) -> bool:
        """Whether somebody has to know about it: it waits, it failed, or nobody knows."""
        return self.state in ("queued", "begun", "failed", "unclear")


def promised_by(seconds: int | None, at: datetime) -> datetime | None:
    """When the audience hears next, of words that go out `at` this moment; None where nothing is promised."""
    if seconds is None:
        return None
    try:
        return at + timedelta(seconds=min(max(0, seconds), LONGEST_PROMISE.total_seconds()))
    except OverflowError:
        return at
