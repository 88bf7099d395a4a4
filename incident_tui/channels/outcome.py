"""How sending ends. Nothing else comes out of a channel: it never raises into the screen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Delivered:
    """It arrived. `receipt` is what the service knows it by, such as the id of a post; `url` is where it can be seen.

    `note` is what a person is told of it, such as who did not get it. A receipt holds no secret: it is recorded with
    the incident.
    """

    receipt: str = ""
    url: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Failed:
    """It has certainly not arrived. `retryable`: trying again may help, not before `after` if the service says so."""

    reason: str
    retryable: bool = False
    after: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Unknown:
    """It may have arrived: the answer was lost. A service with idempotency keys answers Failed(retryable) instead."""

    reason: str


Outcome = Delivered | Failed | Unknown
