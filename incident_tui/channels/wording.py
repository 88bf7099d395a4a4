"""The words that channels put around a message, and how they are cut."""

from __future__ import annotations

from incident_tui.domain.incident import SEVERITIES
from incident_tui.domain.letters import Letter
from incident_tui.times import show, zone_named


def headline(letter: Letter) -> str:
    """One line for those inside: “SEV1 · INC-20261121-K7Q Checkout fails · investigating”."""
    facts = letter.facts
    return f"SEV{facts.severity} · {facts.ref} {facts.title} · {facts.status}"


def severity_words(letter: Letter) -> str:
    return f"SEV{letter.facts.severity} {SEVERITIES.get(letter.facts.severity, '')}".strip()


def promise_line(letter: Letter) -> str:
    """“Next update by 14:52 (Europe/Berlin)”, or nothing."""
    if letter.promised is None:
        return ""
    return f"Next update by {show(letter.promised, zone_named(letter.zone), letter.at)} ({letter.zone})"


def cut_to(text: str, limit: int) -> tuple[str, str]:
    """The text within `limit` characters, and what was cut, in words for the preview."""
    if len(text) <= limit:
        return text, ""
    return text[: limit - 1] + "…", f"the last {len(text) - limit + 1:,} characters"
