"""The playbooks that come with the program, and which of them an incident speaks for."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from importlib.resources import files

from msgspec import Struct

from incident_tui.domain.protocol import Protocol
from incident_tui.protocols.filling import fill, placeholders
from incident_tui.protocols.library import UnknownProtocol, documents, read

__all__ = ["Suggestion", "UnknownProtocol", "all_playbooks", "fill", "load", "names", "placeholders", "suggest"]

PLAYBOOKS = files("incident_tui.protocols") / "playbooks"


class Suggestion(Struct, frozen=True):
    """A playbook with those of its symptoms that were found, the most frequent first; `hits` adds their numbers."""

    playbook: Protocol
    symptoms: tuple[str, ...]
    hits: int


def names() -> tuple[str, ...]:
    """Names of the playbooks, sorted."""
    return documents(PLAYBOOKS)


def load(name: str) -> Protocol:
    """The playbook, its steps numbered from 1.1. Raises UnknownProtocol."""
    if name not in names():
        raise UnknownProtocol(name, names(), "playbook")
    return read(PLAYBOOKS, name, f"playbook:{name}")


def all_playbooks() -> tuple[Protocol, ...]:
    """Every playbook, by name."""
    return tuple(load(name) for name in names())


def suggest(playbooks: Iterable[Protocol], mentions: Callable[[str], int]) -> tuple[Suggestion, ...]:
    """The playbooks the log speaks for, best first; `mentions` says how many entries hold a phrase.

    Several different symptoms say more than one symptom repeated, so their number counts before the hits.
    """
    shelf = tuple(playbooks)
    counts = {symptom: mentions(symptom) for symptom in dict.fromkeys(s for each in shelf for s in each.symptoms)}
    found = (_suggestion(playbook, counts) for playbook in shelf)
    return tuple(
        sorted(
            (suggestion for suggestion in found if suggestion.hits),
            key=lambda suggestion: (-len(suggestion.symptoms), -suggestion.hits, suggestion.playbook.name),
        )
    )


def _suggestion(playbook: Protocol, counts: dict[str, int]) -> Suggestion:
    heard = [symptom for symptom in dict.fromkeys(playbook.symptoms) if counts[symptom] > 0]
    ranked = tuple(sorted(heard, key=lambda symptom: -counts[symptom]))
    return Suggestion(playbook, ranked, sum(counts[symptom] for symptom in ranked))
