"""Letters for the tests of channels, and texts of the kind that nobody should send on as they are."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from incident_tui.domain.delivery import Facts
from incident_tui.domain.letters import Letter

AT = datetime(2026, 11, 21, 14, 22, tzinfo=UTC)
FACTS = Facts(
    "INC-20261121-K7Q", "Checkout fails", 1, "investigating", "mara", AT - timedelta(minutes=20), ("checkout", "cart")
)
HOSTILE = (
    "@everyone",
    "@here",
    "@channel",
    "<@123>",
    "<@&123>",
    "<#123>",
    "</run:1>",
    "<!channel>",
    "<!subteam^S1|x>",
    "[bank](https://evil.example)",
    "<https://evil.example|bank>",
    "```",
    "**",
    "&amp;",
    "{{DATE(2026-11-21T00:00:00Z)}}",
    "<at>mara</at>",
    "😀",
    "é",
    "\n",
    "\u200d",
    " ",
    "x" * 700,
)


def letter(form: str = "opening", facts: Facts = FACTS, **changes: Any) -> Letter:
    """A letter inside the house; `changes` are fields of it."""
    plain = Letter(
        key="0193-key-1",
        form=form,
        audience="internal",
        mark="",
        text="Payments fail for **some** customers. We are rolling back.",
        facts=facts,
        author="mara",
        at=AT,
        zone="Europe/Berlin",
        promised=AT + timedelta(minutes=30),
    )
    return replace(plain, **changes)


def hostile_texts() -> st.SearchStrategy[str]:
    """Texts made of what is dangerous somewhere, among others, up to some 30,000 characters."""
    pieces = st.one_of(st.sampled_from(HOSTILE), st.text(max_size=20))
    return st.lists(pieces, max_size=45).map("".join)
