"""The theories of an incident with their evidence and each verdict on them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from msgspec import Struct

from incident_tui.domain import events as e
from incident_tui.domain.incident import Incident, Theory, ordered
from incident_tui.reports.written import Item


class Judgement(Struct, frozen=True):
    state: str
    reason: str
    at: datetime
    by: str
    undone: bool


class TheoryView(Struct, frozen=True):
    """A theory, its text as last amended, the evidence on both sides and each verdict on it."""

    theory: Theory
    text: str
    supporting: tuple[Item, ...]
    refuting: tuple[Item, ...]
    judgements: tuple[Judgement, ...]
    struck: bool


def theory_views(
    incident: Incident,
    history: Sequence[e.Event],
    undone: Mapping[str, e.Event],
    by_id: Mapping[str, Item],
) -> tuple[TheoryView, ...]:
    """Each theory in the order in which it came up; `by_id` holds what may be evidence."""
    judgements: dict[str, list[Judgement]] = {}
    for event in history:
        if isinstance(event.body, e.TheoryJudged):
            judged = Judgement(event.body.state, event.body.reason, event.at, event.actor, event.id in undone)
            judgements.setdefault(event.body.theory, []).append(judged)
    return tuple(
        TheoryView(
            theory,
            incident.text_of(theory.id, theory.text),
            tuple(by_id[entry] for entry in theory.supporting if entry in by_id),
            tuple(by_id[entry] for entry in theory.refuting if entry in by_id),
            tuple(judgements.get(theory.id, ())),
            incident.struck(theory.id),
        )
        for theory in ordered(incident.theories)
    )
