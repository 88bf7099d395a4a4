"""Events of what leaves: something goes to a channel, and how that ended."""

from __future__ import annotations

from typing import ClassVar

from msgspec import Struct


class DeliveryQueued(Struct, frozen=True):
    """This is to go to a channel, as it is now.

    `subject` is the id of a message or of an action item, empty for the card of the channel. `channel` is its name in
    the configuration, `via` the kind of its service. `form` is one of `delivery.FORMS`. With `follow` the card of the
    channel is kept up to date from now on, which the person who sent it was told. `record` is the line with the anchor
    that they were shown below the words.
    """

    KIND: ClassVar[str] = "delivery.queued"
    LATER: ClassVar[tuple[str, ...]] = ("record",)
    subject: str
    channel: str
    via: str
    form: str
    follow: bool = False
    record: str = ""


class DeliveryBegun(Struct, frozen=True):
    """From here on it may have arrived; recorded before the first byte of it leaves."""

    KIND: ClassVar[str] = "delivery.begun"
    delivery: str


class DeliveryDone(Struct, frozen=True):
    """It arrived. `receipt` is what the service knows it by, `url` where it can be seen.

    `note` is what a person is told of it, such as who did not get it.
    """

    KIND: ClassVar[str] = "delivery.done"
    delivery: str
    receipt: str = ""
    url: str = ""
    note: str = ""


class DeliveryDelayed(Struct, frozen=True):
    """It did not arrive and is tried again; recorded once for each reason, not for each attempt."""

    KIND: ClassVar[str] = "delivery.delayed"
    delivery: str
    reason: str


class DeliveryFailed(Struct, frozen=True):
    """It did not arrive, and trying again by itself is of no use."""

    KIND: ClassVar[str] = "delivery.failed"
    delivery: str
    reason: str


class DeliveryUnclear(Struct, frozen=True):
    """Nobody knows whether it arrived; a person looks, and decides."""

    KIND: ClassVar[str] = "delivery.unclear"
    delivery: str
    reason: str


class DeliveryRetried(Struct, frozen=True):
    """A person wants it to be tried once more."""

    KIND: ClassVar[str] = "delivery.retried"
    delivery: str


class DeliveryDropped(Struct, frozen=True):
    """A person has given it up. `arrived`: because they saw that it had arrived."""

    KIND: ClassVar[str] = "delivery.dropped"
    delivery: str
    arrived: bool = False
    reason: str = ""
