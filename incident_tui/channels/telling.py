"""What a chat is told, before each service writes it in its own way."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from incident_tui.channels.outcome import Failed
from incident_tui.channels.public import status_of
from incident_tui.domain.incident import SEVERITIES
from incident_tui.domain.letters import Letter
from incident_tui.domain.text import clean, clean_line
from incident_tui.times import show, zone_or_local

Moment = Callable[[datetime], str]
TEST = "TEST · incident-tui · nothing has happened"


def headline(letter: Letter) -> str:
    """One line for those inside: “SEV1 · INC-20261121-K7Q Checkout fails · investigating”."""
    facts = letter.facts
    return f"SEV{facts.severity} · {facts.ref} {facts.title} · {facts.status}"


def severity_words(letter: Letter) -> str:
    return f"SEV{letter.facts.severity} {SEVERITIES.get(letter.facts.severity, '')}".strip()


def harmless(text: str) -> str:
    """Without mentions such as @name and <!channel>: an invisible space takes their effect.

    A masked link stays to be seen as what it is.
    """
    return text.replace("@", "@\u200b").replace("<!", "<\u200b!").replace("](", "]\u200b(")


def title_of(letter: Letter) -> str:
    """One line. People outside read the title and a public word for the status, no severity and no reference."""
    if letter.form == "test":
        return TEST
    if letter.audience == "external":
        return clean_line(f"{letter.facts.title} · {status_of(letter)}")
    return clean_line(headline(letter))


def words_of(letter: Letter) -> str:
    return clean(letter.words).strip()


def rows_of(letter: Letter, moment: Moment) -> tuple[tuple[str, str], ...]:
    """Names and values of a card; for people outside only what is theirs to know."""
    if letter.form in ("test", "document"):
        return ()
    facts = letter.facts
    promised = "" if letter.promised is None else moment(letter.promised)
    if letter.audience == "external":
        rows = [("Status", status_of(letter)), ("Next update", promised)]
    else:
        rows = [
            ("Severity", severity_words(letter)),
            ("Status", facts.status),
            ("Commander", clean_line(facts.commander) or "nobody yet"),
            ("Services", clean_line(", ".join(letter.services))),
            ("Began", "" if facts.began_at is None else moment(facts.began_at)),
            ("Next update", promised),
        ]
    return tuple((name, value) for name, value in rows if value.strip())


def author_of(letter: Letter) -> str:
    """Who wrote the words, for those inside."""
    return "" if letter.audience == "external" or letter.form == "test" else clean_line(letter.author)


def in_zone(letter: Letter) -> Moment:
    """Moments in the zone of the incident, which is named."""
    zone = zone_or_local(letter.zone)
    return lambda moment: f"{show(moment, zone, letter.at)} ({zone.key})"


def impossible(letter: Letter, service: str, *, edits: bool = False) -> Failed | None:
    """Why a chat cannot take this letter, if so. `edits`: it has a card that can be edited."""
    if letter.form == "item":
        return Failed(f"{service} keeps no action items; file it in an issue tracker")
    if letter.form == "card" and not edits:
        return Failed(f"{service} has no card that could be brought up to date")
    return None
