"""How sending ends. Nothing else comes out of a channel: it never raises into the screen."""

from __future__ import annotations

from datetime import timedelta

from msgspec import Struct


class Delivered(Struct, frozen=True):
    """It arrived. `receipt` is what the service knows it by, such as the id of a post; `url` is where it can be seen.

    `note` is what a person is told of it, such as who did not get it. A receipt holds no secret: it is recorded with
    the incident.
    """

    receipt: str = ""
    url: str = ""
    note: str = ""


class Failed(Struct, frozen=True):
    """It has certainly not arrived. `retryable`: trying again may help, not before `after` if the service says so."""

    reason: str
    retryable: bool = False
    after: timedelta | None = None


class Unknown(Struct, frozen=True):
    """It may have arrived: the answer was lost. A service with idempotency keys answers Failed(retryable) instead."""

    reason: str


Outcome = Delivered | Failed | Unknown
