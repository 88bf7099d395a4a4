"""Which past incidents are like one at hand: the words and services that they share, weighed by how rare they are."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final

from msgspec import Struct

from incident_tui.domain.incident import Incident, ordered
from incident_tui.domain.snippets import words_of

PART_WEIGHTS: Final = {"service": 4.0, "title": 3.0, "cause": 2.0, "symptom": 1.5}
FULL: Final = 3.0
"""The weight of a part in which a word counts as wholly found."""
SHARED_SERVICE: Final = 0.25
LEAST: Final = 0.2
"""What is less alike than this, out of 1 for every word found, is not worth a look."""
SHORTEST: Final = 3
MOST_WORDS: Final = 60
MOST_SYMPTOMS: Final = 8
_STOP_WORDS: Final = """
about after again all also and any are because been before but can cannot could does down during error errors every
fail failed failing fails for from had has have how incident into issue its later more most much new not now off once
one only onto other our out over problem since slow some still than that the their them then there they this too two
under until very was were what when where which while who why will with without work working works you your
"""
STOP_WORDS: Final = frozenset(_STOP_WORDS.split())


class Case(Struct, frozen=True):
    """A past incident, as far as others may be like it. `took` runs from its detection to its resolution."""

    incident: str
    ref: str
    title: str
    severity: int
    began: datetime | None
    took: timedelta | None
    services: tuple[str, ...] = ()
    causes: tuple[str, ...] = ()
    symptoms: tuple[str, ...] = ()
    playbooks: tuple[str, ...] = ()


class Sought(Struct, frozen=True):
    """The incident at hand; with `typing` the last word of the title may be unfinished."""

    title: str
    services: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    typing: bool = False

    @property
    def words(self) -> tuple[str, ...]:
        """The words that tell, each once; those of the title come first."""
        found = [word for text in (self.title, *self.services, *self.texts) for word in words_of(text)]
        return tuple(dict.fromkeys(word for word in found if _telling(word)))[:MOST_WORDS]

    @property
    def unfinished(self) -> str:
        """The word that is still being typed, or ""."""
        words = words_of(self.title)
        return words[-1] if self.typing and words and self.title[-1:].isalnum() and _telling(words[-1]) else ""


class Likeness(Struct, frozen=True):
    """How like a case is: `score` is 1 where every word is found in its title; `why` says what they share."""

    case: Case
    score: float
    why: tuple[str, ...]


def sought(incident: Incident, seen: Iterable[str] = ()) -> Sought:
    """What is known of an incident, and what was `seen` in its log."""
    return Sought(
        incident.title, tuple(sorted(incident.services)), (*symptoms_of(incident), *causes_of(incident), *seen)
    )


def causes_of(incident: Incident) -> tuple[str, ...]:
    """The causes that stand."""
    return tuple(
        incident.text_of(entry.id, entry.text).partition("\n")[0]
        for entry in ordered(incident.pillars)
        if entry.kind == "cause" and not incident.struck(entry.id)
    )


def symptoms_of(incident: Incident) -> tuple[str, ...]:
    """The errors on record, and the theories that were not refuted."""
    errors = [(item.id, item.text) for item in ordered(incident.records) if item.section == "error"]
    theories = [(item.id, item.text) for item in ordered(incident.theories) if item.state != "refuted"]
    standing = [found for found in (*errors, *theories) if not incident.struck(found[0])]
    return tuple(incident.text_of(*found).partition("\n")[0] for found in standing[:MOST_SYMPTOMS])


def playbooks_of(incident: Incident) -> tuple[str, ...]:
    """The playbooks that were attached."""
    return tuple(dict.fromkeys(phase.playbook for phase in incident.protocol.phases if phase.playbook))


def alike(wanted: Sought, cases: Sequence[Case], limit: int = 10) -> tuple[Likeness, ...]:
    """The cases that are most like `wanted`, best first; of equals the newest, then by reference."""
    words = wanted.words
    if not words:
        return ()
    known = [(case, _parts(case, wanted.unfinished)) for case in cases]
    spread = Counter(word for _, parts in known for word in {word for found in parts.values() for word in found})
    rarity = {word: math.log1p(len(known) / max(1, spread[word])) for word in words}
    found = [_likeness(wanted, words, rarity, case, parts) for case, parts in known]
    worth = [item for item in found if item.score >= LEAST]
    worth.sort(key=lambda item: item.case.ref)
    worth.sort(key=lambda item: item.case.began.timestamp() if item.case.began else 0.0, reverse=True)
    worth.sort(key=lambda item: round(item.score, 6), reverse=True)
    return tuple(worth[:limit])


def _likeness(
    wanted: Sought, words: Sequence[str], rarity: dict[str, float], case: Case, parts: dict[str, set[str]]
) -> Likeness:
    """Every word counts once, in the part that weighs most; a shared service counts beyond its words."""
    why: dict[str, list[str]] = {}
    gained = 0.0
    for word in words:
        part = next((name for name in PART_WEIGHTS if word in parts[name]), None)
        if part is not None:
            gained += min(PART_WEIGHTS[part], FULL) * rarity[word]
            why.setdefault(part, []).append(word)
    services = [name for name in wanted.services if name in case.services]
    score = gained / (FULL * sum(rarity.values())) + SHARED_SERVICE * min(len(services), 2)
    told = [f"service {name}" for name in services]
    told += [f"{part}: {', '.join(found)}" for part, found in why.items() if part != "service" or not services]
    return Likeness(case, score, tuple(told))


def _parts(case: Case, unfinished: str) -> dict[str, set[str]]:
    """The words of each part of a case; a word that begins with the unfinished one stands for it."""
    texts = {"service": case.services, "title": (case.title,), "cause": case.causes, "symptom": case.symptoms}
    found = {part: {word for text in several for word in words_of(text)} for part, several in texts.items()}
    for words in found.values():
        if unfinished and any(word.startswith(unfinished) for word in words):
            words.add(unfinished)
    return found


def _telling(word: str) -> bool:
    return len(word) >= SHORTEST and word not in STOP_WORDS
