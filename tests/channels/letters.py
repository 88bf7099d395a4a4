"""A letter about one and the same incident, to change for each test."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from msgspec.structs import replace

from incident_tui.domain.delivery import Facts
from incident_tui.domain.letters import Letter

AT = datetime(2026, 11, 21, 13, 30, tzinfo=UTC)
FACTS = Facts("INC-20261121-K7Q", "Checkout fails", 3, "investigating", "dana", AT.replace(minute=5))


def letter(form: str = "opening", **changes: Any) -> Letter:
    """A letter with these changes; `status`, `severity`, `title`, `commander` change its facts."""
    facts = {name: changes.pop(name) for name in ("status", "severity", "title", "commander") if name in changes}
    plain = Letter(
        key="0199a5c0-0000-7000-8000-000000000001",
        form=form,
        audience="internal",
        mark="",
        text="Payments by card fail for one customer in five.",
        facts=replace(FACTS, **facts),
        author="mara",
        at=AT,
        zone="Europe/Berlin",
        services=("checkout-api", "payments"),
    )
    return replace(plain, **changes)
