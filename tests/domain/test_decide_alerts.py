"""Alerts from outside: told once, whatever comes how often, and never deciding anything."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from incident_tui.domain import events as e
from incident_tui.domain.alerts import Alert
from incident_tui.domain.decide import Refused
from incident_tui.domain.decide.alerts import hear, most_severe, services_of
from incident_tui.domain.decide.log import undo
from tests.story import Story
from tests.strategies import opened

BEGAN = datetime(2026, 11, 21, 13, 58, tzinfo=UTC)
ENDED = datetime(2026, 11, 21, 14, 20, 7, tzinfo=UTC)
LATENCY = Alert("Alertmanager", "k1", "Latency: p99 is 4 s", "slow\nvery", 2, ("Checkout",), BEGAN, None, "http://p", {
    "alertname": "Latency", "severity": "high", "instance": "web-1"})  # fmt: skip
ERRORS = Alert("Alertmanager", "k2", "Errors", severity=1)


def over(alert: Alert) -> Alert:
    return replace(alert, ended_at=ENDED)


def heard(story: Story, alerts: Sequence[Alert], group: str = "g", *, past: bool = False) -> list[e.EntryLogged]:
    """Tell the alerts; the entries that came of it."""
    decision = hear(story.incident(), alerts, group, past=past)
    if isinstance(decision, Refused):
        return []
    story.say(*decision)
    return [body for body in decision if isinstance(body, e.EntryLogged)]


def test_an_alert_is_told_with_what_it_says() -> None:
    story = opened()

    (entry,) = heard(story, [LATENCY])

    assert (entry.kind, entry.alert, entry.group, entry.over) == ("alert", "k1", "g", False)
    assert entry.text == (
        "Alertmanager: Latency: p99 is 4 s\nslow\nvery\nSEV2 high · since 2026-11-21 13:58:00 UTC · instance=web-1\nhttp://p"
    )
    assert "checkout" not in story.incident().services
    assert story.incident().status == "investigating"


def test_what_is_told_already_is_not_told_again() -> None:
    story = opened()
    heard(story, [LATENCY])

    assert heard(story, [LATENCY, LATENCY]) == []
    assert len(heard(story, [LATENCY, ERRORS, ERRORS])) == 1


def test_the_end_of_the_last_one_suggests_monitoring_and_does_nothing() -> None:
    story = opened()
    heard(story, [LATENCY, ERRORS])

    (first,) = heard(story, [over(ERRORS), LATENCY])
    (last,) = heard(story, [over(LATENCY), over(ERRORS)])

    assert (first.kind, first.over) == ("health", True)
    assert first.text == "Alertmanager: over: Errors\nuntil 2026-11-21 14:20:07 UTC"
    assert last.text.endswith("all 2 alerts are over; where people find the same, /status monitoring says so")
    assert story.incident().status == "investigating"
    assert heard(story, [over(LATENCY)]) == []


def test_what_fires_again_is_told_again() -> None:
    story = opened()
    heard(story, [ERRORS])
    heard(story, [over(ERRORS)])

    assert [entry.kind for entry in heard(story, [ERRORS])] == ["alert"]


def test_the_end_of_what_nobody_knew_is_told_only_where_the_past_is_wanted() -> None:
    assert heard(opened(), [over(ERRORS)]) == []
    assert [(entry.kind, entry.over) for entry in heard(opened(), [over(ERRORS)], past=True)] == [("alert", True)]


def test_the_undo_of_a_person_takes_back_their_own_act() -> None:
    story = opened()
    mine = story.say(e.EntryLogged("finding", "disk full"))
    heard(story, [LATENCY])

    decision = undo(story.timeline(), story.device)

    assert not isinstance(decision, Refused)
    assert isinstance(decision[0], e.Undone)
    assert decision[0].event == mine.id


def test_the_severest_that_fires_gives_the_name() -> None:
    assert most_severe([over(ERRORS), LATENCY, replace(LATENCY, severity=None)]) is LATENCY
    assert most_severe([]) is None
    assert services_of([LATENCY, replace(LATENCY, services=("checkout", "two words", "x" * 99))]) == ("checkout",)


@given(st.lists(st.lists(st.tuples(st.sampled_from("abc"), st.booleans()), max_size=4), max_size=6))
def test_each_alert_begins_and_ends_in_turn(messages: list[list[tuple[str, bool]]]) -> None:
    story = opened()
    told: list[e.EntryLogged] = []
    for message in messages:
        told += heard(story, [Alert("x", key, key, ended_at=ENDED if ended else None) for key, ended in message])

    for key in "abc":
        turns = [entry.over for entry in told if entry.alert == key]
        assert turns == [bool(number % 2) for number in range(len(turns))]
