"""The history that other tests are told from is complete."""

from __future__ import annotations

from typing import get_args

from incident_tui.domain.events import Body
from tests.story import checkout_outage, quiet_story


def test_the_outage_has_events_of_every_kind() -> None:
    told = {type(event.body) for event in checkout_outage().events}

    assert set(get_args(Body)) - told == set()


def test_the_outage_ends_resolved_with_its_undone_act_taken_back() -> None:
    incident = checkout_outage().incident()

    assert (incident.status, incident.severity, incident.commander) == ("resolved", 2, "Mara")
    assert sorted(incident.impact) == ["revenue", "users"]


def test_the_order_of_the_telling_is_the_order_of_the_ids() -> None:
    ids = [event.id for event in checkout_outage().events]

    assert ids == sorted(set(ids))


def test_a_quiet_story_is_one_declaration() -> None:
    assert quiet_story().incident().version == 1
