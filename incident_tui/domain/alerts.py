"""An alert from outside, whatever sent it, and what it becomes."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct, field


class Alert(Struct, frozen=True):
    """`key` is the same whenever the same alert comes again, `source` who sent it ("Alertmanager", "Sentry").

    `severity` is 1 to 4, None where it names none that we know. `ended_at` is set once it is over. `labels` are what it
    was sent with. All texts are untrusted.
    """

    source: str
    key: str
    title: str
    text: str = ""
    severity: int | None = None
    services: tuple[str, ...] = ()
    started_at: datetime | None = None
    ended_at: datetime | None = None
    url: str = ""
    labels: dict[str, str] = field(default_factory=dict)
