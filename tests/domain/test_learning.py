"""What many incidents teach: tables for each lesson, and that no history is too odd to learn from."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from rpds import HashTrieMap

from incident_tui.domain import events as e
from incident_tui.domain import learning
from incident_tui.domain.conformance import conformance
from incident_tui.domain.gist import (
    ActionGist,
    Gist,
    NoteGist,
    PhaseGist,
    PromiseGist,
    SkippedGist,
    TermGist,
)
from incident_tui.domain.promises import promises
from incident_tui.domain.roles import gap
from incident_tui.domain.survey import survey
from incident_tui.domain.working import ALWAYS_UTC
from tests.story import START, Story, checkout_outage, quiet_story
from tests.strategies import moments, stories

BERLIN = ZoneInfo("Europe/Berlin")
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
NOW = START + timedelta(days=2)


def after(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)


def over(number: int = 0) -> Gist:
    """Resolved after an hour."""
    ref = f"INC-{number}"
    milestones = HashTrieMap({"detected": START, "resolved": after(60)})
    return Gist(ref, ref, "x", 2, "resolved", START, milestones)


def phase(ended: float | None, *, budget: int | None = 600, done: int = 1, working: bool = False) -> PhaseGist:
    return PhaseGist("Stabilization", "", budget, working, START, None if ended is None else after(ended), done, 0)


def test_a_phase_overruns_when_it_took_longer_than_its_budget() -> None:
    gists = [
        replace(over(1), phases=(phase(12),)),
        replace(over(2), phases=(phase(9),)),
        replace(over(3), phases=(phase(40),)),
        replace(over(4), phases=(phase(99, done=0),)),
        replace(over(5), phases=(phase(99, budget=None),)),
    ]
    (found,) = learning.overruns(gists, NOW, ALWAYS_UTC)

    assert (found.overran, found.worked, found.ref) == (2, 3, "INC-3")
    assert (found.median, found.worst) == (16 * MINUTE, 30 * MINUTE)


def test_a_phase_that_is_not_over_is_read_now() -> None:
    unfinished = [replace(over(), phases=(phase(None),))]

    assert learning.overruns(unfinished, after(9), ALWAYS_UTC) == ()
    assert learning.overruns(unfinished, after(15), ALWAYS_UTC)[0].worst == 5 * MINUTE


def test_a_budget_of_working_time_stands_still_at_the_weekend() -> None:
    # START is a Saturday: nine hours of working time are over on Tuesday.
    weekend = [replace(over(), phases=(phase(None, budget=9 * 3600, working=True),))]

    assert learning.overruns(weekend, START + timedelta(days=2), ALWAYS_UTC) == ()
    assert learning.overruns(weekend, START + timedelta(days=4), ALWAYS_UTC) != ()


def test_a_skipped_step_counts_against_the_runs_of_its_phase() -> None:
    skipped = SkippedGist("Stabilization", "", "Restart", "not safe")
    gists = [
        replace(over(1), phases=(phase(1),), skipped=(skipped,)),
        replace(over(2), phases=(phase(1),), skipped=(replace(skipped, step="restart", reason="no need"),)),
        replace(over(3), phases=(phase(1),)),
    ]
    (found,) = learning.skipped_steps(gists)

    assert (found.step, found.times, found.runs, found.reasons) == ("Restart", 2, 3, ("not safe", "no need"))


def test_promises_are_kept_broken_open_or_ended() -> None:
    kept = PromiseGist("internal", "M1", after(20), after(19))
    late = PromiseGist("external", "M2", after(20), after(27))
    ended = PromiseGist("internal", "M3", after(70), None)
    found = learning.promised([replace(over(), promises=(kept, late, ended))], NOW)

    assert (found.made, found.kept, found.open) == (3, 1, 0)
    assert [(item.message, item.over) for item in found.broken] == [("M2", 7 * MINUTE)]


def test_time_without_a_commander_is_summed_and_the_worst_named() -> None:
    led = replace(over(1), command=(TermGist(after(10), after(30)), TermGist(after(30), None)))
    found = learning.without_commander([led, over(2)], NOW)

    assert (found.incidents, found.total, found.worst, found.ref) == (2, 70 * MINUTE, HOUR, "INC-2")
    assert found.median == 35 * MINUTE


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("release 4.12 leaks a connection", "Leaks connections: release 4.13", True),
        ("The disk of db-2 is full", "disk full on db 7", True),
        ("pool exhausted", "pool exhausted by retries", False),
        ("42", "43", False),
        ("", "", False),
    ],
)
def test_causes_are_the_same_when_their_words_are(one: str, other: str, same: bool) -> None:
    gists = [
        replace(over(number), notes=(NoteGist("cause", after(number), text),))
        for number, text in enumerate((one, other))
    ]
    found = learning.recurring(gists)

    assert bool(found) == same
    assert all((item.text, item.refs) == (other, ("INC-1", "INC-0")) for item in found)


def test_one_incident_with_a_cause_twice_is_no_recurrence() -> None:
    twice = (NoteGist("cause", START, "pool exhausted"), NoteGist("cause", START, "exhausted pool"))

    assert learning.recurring([replace(over(), notes=twice)]) == ()
    assert len(learning.recurring([replace(over(), notes=twice)], least=1)) == 1


def test_an_action_item_is_late_when_its_day_is_over() -> None:
    def item(label: str, due: str | None, priority: str = "high", done: datetime | None = None) -> ActionGist:
        return ActionGist(label, "alert on pool use", "lee", due, priority, START, done)

    actions = (
        item("A1", "2026-11-23"),
        item("A2", "2026-11-22"),
        item("A3", None, "low"),
        item("A4", "2026-11-01", done=START),
        item("A5", "soon"),
        item("A6", "2026-11-20"),
    )
    found = learning.tasks([replace(over(), actions=actions)], NOW, BERLIN)

    assert [(task.item.label, task.late is not None) for task in found.open] == [
        ("A6", True),
        ("A2", True),
        ("A1", False),
        ("A5", False),
        ("A3", False),
    ]
    assert (len(found.late), found.done) == (2, 1)


def test_the_review_sets_a_week_beside_the_one_before() -> None:
    incident = Gist.of(checkout_outage().incident())
    error = NoteGist("error", START, "PoolTimeout: no connection within 5 s")
    now_too = replace(over(1), notes=(error,))
    six_days = timedelta(days=6)
    before = HashTrieMap({"detected": START - six_days, "resolved": after(60) - six_days})
    week_before = replace(over(2), milestones=before)
    found = survey([incident, now_too, week_before], NOW - timedelta(days=1), BERLIN).week

    assert (found.period.label, found.before.label) == ("2026-W47", "2026-W46")
    assert (found.now.incidents, found.earlier.incidents) == (2, 1)
    assert found.severities == ((0, 0), (2, 1), (0, 0), (0, 0))
    assert (found.errors[0].text, len(found.errors[0].refs)) == (error.text, 2)
    assert set(found.resolved) == {incident.ref, "INC-1"}
    assert found.lessons
    assert found.unknown


def test_the_month_of_a_new_year_follows_december() -> None:
    found = survey([], datetime(2027, 1, 3, tzinfo=BERLIN), BERLIN)

    assert (found.month.period.label, found.month.before.label) == ("2027-01", "2026-12")
    assert (found.week.period.label, found.week.before.label) == ("2026-W53", "2026-W52")
    assert found.month.period.since == found.month.before.until


def test_services_are_the_tags_and_without_any_those_of_the_impact() -> None:
    story = quiet_story()
    story.say(e.ImpactSet("service", "Checkout, orders-db;checkout"))
    assert Gist.of(story.incident()).services == ("checkout", "orders-db")
    story.say(e.ServiceTagged("search"), e.ServiceTagged("login"))

    assert Gist.of(story.incident()).services == ("login", "search")


# Laws


@given(st.lists(stories(), max_size=4), moments)
def test_no_history_is_too_odd_to_survey(told: list[Story], now: datetime) -> None:
    gists = [Gist.of(story.incident()) for story in told]
    found = survey(gists, now, BERLIN)
    real = [gist for gist in gists if not gist.drill]

    assert len(found.incidents) == len(real)
    assert found.promised.made == sum(len(item.promises) for item in real)
    assert len(found.tasks.open) + found.tasks.done == sum(len(item.actions) for item in real)
    assert all(item.overran <= item.worked for item in found.overruns)
    assert all(item.times <= item.runs for item in found.skipped)
    assert all(item.over > timedelta(0) for item in found.promised.broken)


@given(stories(), moments)
def test_the_gist_says_what_the_incident_says(story: Story, now: datetime) -> None:
    incident = story.incident()
    mine = Gist.of(incident)
    broken = [item.message for item in promises(incident, now) if item.state == "broken"]
    late = [phase for phase in conformance(incident, now).late if phase.worked]

    assert sorted(item.message for item in learning.promised([mine], now).broken) == sorted(broken)
    assert learning.without_commander([mine], now).total == gap(incident, now)
    assert sum(item.overran for item in learning.overruns([mine], now, ALWAYS_UTC)) == len(late)
