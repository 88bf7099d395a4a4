"""Drills: what was known is told, what came from outside comes again once, both runs stand side by side."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from msgspec.structs import replace

from incident_tui.domain import events as e
from incident_tui.domain.decide import Refused
from incident_tui.domain.decide.drill import fork_moment, inject, may_leave
from incident_tui.domain.decide.log import undo
from incident_tui.domain.decide.messages import mark_sent
from incident_tui.domain.drill import compare, due, injections, known_at, renamed, retold
from incident_tui.domain.dues import dues
from incident_tui.domain.evolve import evolve, fold
from incident_tui.domain.gist import Gist
from incident_tui.domain.identity import Tick, event_id, next_tick
from incident_tui.domain.incident import Incident
from incident_tui.domain.pace import pace
from incident_tui.domain.policy import Policy, post_mortem_reason
from incident_tui.domain.protocol_stats import stats
from incident_tui.domain.survey import survey
from incident_tui.domain.timeline import Timeline
from tests.story import HERE, START, Story, checkout_outage, declared, millis_of
from tests.strategies import SMALL, stories

LATER = START + timedelta(days=90, seconds=17)
MINUTE = timedelta(minutes=1)


def drilled(source: Sequence[e.Event], forked: datetime, now: datetime = LATER) -> list[e.Event]:
    """The first events of a drill."""
    told: list[e.Event] = []
    names: dict[str, str] = {}
    tick = Tick(0, 0)
    identifier = "source"
    for item in retold(source, identifier, forked, now, "INC-20270219-DR1"):
        tick = next_tick(tick, millis_of(now))
        new = event_id(tick, HERE, len(told))
        names[item.event] = new
        told.append(e.Event(new, "drill", HERE, item.at, item.recorded, item.actor, renamed(item.body, names)))
    return told


def later(drill: list[e.Event], body: e.Body, now: datetime, actor: str = "tina") -> None:
    tick = next_tick(Tick(millis_of(now), 0), 0) if drill else Tick(millis_of(now), 0)
    drill.append(e.Event(event_id(tick, HERE, len(drill)), "drill", HERE, now, now, actor, body))


def situation(incident: Incident, since: datetime) -> dict[str, object]:
    """What is known of an incident, without who commands it; moments as they stand to another."""
    return {
        "title": incident.title,
        "severity": incident.severity,
        "status": incident.status,
        "protocol": incident.protocol,
        "milestones": {name: found.at - since for name, found in incident.milestones.items()},
        "impact": {key: (fact.text, fact.by, fact.at - since) for key, fact in incident.impact.items()},
        "services": set(incident.services),
        "steps": {number: (state.status, state.reason) for number, state in incident.steps.items()},
        "theories": sorted((item.text, item.state, len(item.supporting)) for item in incident.theories.values()),
        "pillars": sorted((item.kind, item.text) for item in incident.pillars.values()),
        "messages": sorted((item.audience, item.text, item.state) for item in incident.messages.values()),
        "records": sorted((item.section, item.text) for item in incident.records.values()),
        "items": sorted(item.text for item in incident.action_items.values()),
        "proposals": sorted((item.text, item.ruling) for item in incident.proposals.values()),
        "entries": incident.entries,
    }


@given(stories(), st.integers(0, 1200))
def test_what_was_known_at_the_fork_is_known_in_the_drill(story: Story, seconds: int) -> None:
    events = [event for event in story.events if not isinstance(event.body, e.Undone)]
    forked = START + timedelta(seconds=seconds)
    known = known_at(events, forked)
    assume(known)

    drill = fold(drilled(events, forked), Incident("drill"))

    assert situation(drill, LATER) == situation(fold(known, Incident(story.id)), forked)
    assert not drill.terms
    assert not drill.orders


@given(stories(), st.integers(0, 1200), st.lists(st.integers(0, 600), max_size=8))
def test_what_comes_from_outside_comes_once_and_all_of_it(story: Story, seconds: int, ticks: list[int]) -> None:
    forked = START + timedelta(seconds=seconds)
    planned = injections(story.events, forked)
    drill = fold(drilled([story.events[0]], START), Incident("drill")) if story.events else Incident("drill")
    assume(drill.drill is not None)
    came: list[str] = []
    elapsed = timedelta()
    for tick in [*ticks, 10**9]:
        elapsed += timedelta(seconds=tick)
        # Two screens look at the same moment, and each records what it saw missing.
        for item in (*due(planned, drill.injected, elapsed), *due(planned, drill.injected, elapsed)):
            decision = inject(drill, item)
            if isinstance(decision, Refused):
                continue
            assert item.after <= elapsed
            came.append(item.event)
            event = e.Event(f"~{len(came)}", "drill", HERE, LATER, LATER, "drill", decision[0])
            drill = evolve(drill, event)

    assert came == [item.event for item in planned]
    assert set(came) <= set(drill.injected)


@given(stories(), st.integers(0, 1200))
def test_nothing_both_is_known_and_comes_again(story: Story, seconds: int) -> None:
    forked = START + timedelta(seconds=seconds)

    told = {item.event for item in retold(story.events, "source", forked, LATER, "x")}
    again = {item.event for item in injections(story.events, forked)}

    assert not told & again


def test_what_comes_from_outside_is_what_nobody_in_the_room_did() -> None:
    story = Story()
    story.say(declared(protocol=SMALL), after=timedelta(0))
    story.say(e.EntryLogged("alert", "before"), after=MINUTE)
    story.say(e.EntryLogged("alert", "p99 over 5 s"), e.EntryLogged("finding", "ours"), after=MINUTE)
    story.say(e.EntryLogged("health", "38 % errors"), e.ImpactSet("users", "9"), e.ServiceTagged("web"), after=MINUTE)
    wrong = story.say(e.EntryLogged("alert", "another system"), after=MINUTE)
    story.say(e.EntryStruck(wrong.id), after=MINUTE)
    story.say(e.EntryLogged("alert", "taken back"), after=MINUTE)
    story.take_back()
    story.say(e.MilestoneSet("started"), at=START - MINUTE, after=MINUTE)
    story.say(e.MilestoneSet("mitigated"), e.StatusSet("resolved"), after=MINUTE)

    planned = injections(story.events, START + MINUTE)

    assert [(item.after // MINUTE, type(item.body).__name__) for item in planned] == [
        (1, "EntryLogged"),
        (2, "EntryLogged"),
        (2, "ImpactSet"),
        (2, "ServiceTagged"),
        (6, "MilestoneSet"),
    ]
    assert planned[-1].happened == -2 * MINUTE
    assert all(getattr(item.body, "repeats", "") == item.event for item in planned)


def test_a_history_that_was_written_down_afterwards_is_run_as_it_happened() -> None:
    story = Story(start=START + timedelta(days=9))
    story.say(declared(protocol=SMALL), at=START)
    story.say(e.EntryLogged("alert", "second"), at=START + 2 * MINUTE, after=timedelta(0))
    story.say(e.EntryLogged("alert", "first"), at=START + MINUTE, after=timedelta(0))

    planned = injections(story.events, START)

    assert [getattr(item.body, "text", "") for item in planned] == ["first", "second"]
    assert [item.after for item in planned] == [MINUTE, 2 * MINUTE]
    assert len(retold(story.events, "source", START + MINUTE, LATER, "x")) == 2


def test_a_milestone_that_somebody_reached_by_acting_is_told_without_the_act() -> None:
    story = Story()
    story.say(declared(protocol=SMALL), after=timedelta(0))
    story.say(e.RoleTaken("incident commander", "Mara"), after=MINUTE)

    drill = fold(drilled(story.events, START + 2 * MINUTE), Incident("drill"))

    assert drill.commander is None
    assert drill.moment("acknowledged") == LATER - MINUTE


def test_the_drill_runs_on_the_real_clock_of_the_source() -> None:
    events = checkout_outage().events
    forked = START + 12 * MINUTE
    source = fold(events, Incident("source"))
    drill = fold(drilled(events, forked), Incident("drill"))

    assert drill.drill is not None
    assert (drill.drill.source, drill.drill.forked, drill.drill.opened) == ("source", forked, LATER)
    assert source.began_at is not None
    assert drill.began_at == LATER - (forked - source.began_at)
    assert drill.ref == "INC-20270219-DR1"
    assert max(event.recorded for event in drilled(events, forked)) <= LATER


def test_a_run_that_does_the_same_differs_in_nothing() -> None:
    events = checkout_outage().events
    source = fold(events, Incident("source"))
    forked = START
    drill = drilled(events, forked)
    known = {event.id for event in known_at(events, forked)}
    names: dict[str, str] = {}
    for event in events:
        if event.id in known:
            continue
        tick = Tick(millis_of(LATER) + len(drill), 0)
        names[event.id] = event_id(tick, HERE, 0)
        body = renamed(event.body, names)
        at = event.at - forked + LATER
        drill.append(replace(event, id=names[event.id], incident="drill", at=at, recorded=at, body=body))

    found = compare(source, fold(drill, Incident("drill")))

    assert {row.difference for row in found.milestones} == {timedelta()}
    assert {row.difference for row in found.steps} == {timedelta()}
    assert [row.theirs for row in found.milestones] == [
        moment - source.began_at if moment and source.began_at else None
        for moment in map(source.moment, (row.name for row in found.milestones))
    ]


def test_a_slower_run_is_later_by_as_much() -> None:
    events = checkout_outage().events
    source = fold(events, Incident("source"))
    drill = drilled(events, START)
    reached = source.moment("mitigated")
    assert reached is not None
    later(drill, e.MilestoneSet("mitigated"), reached - START + LATER + 7 * MINUTE)

    found = compare(source, fold(drill, Incident("drill")))

    rows = {row.name: row for row in found.milestones}
    assert rows["mitigated"].difference == 7 * MINUTE
    assert (rows["resolved"].ours, rows["resolved"].difference) == (None, None)
    assert next(row for row in found.counts if row.name == "orders").ours == 0


def test_comparing_what_is_no_drill_shows_nothing() -> None:
    source = checkout_outage().incident()

    assert compare(source, source).milestones == ()


@pytest.mark.parametrize(
    ("at", "reason"),
    [(START - MINUTE, "before it was declared"), (START + timedelta(days=30), "it was over")],
)
def test_a_fork_lies_within_the_incident(at: datetime, reason: str) -> None:
    story = checkout_outage()

    refused = fork_moment(story.incident(), story.events, at)

    assert isinstance(refused, Refused)
    assert reason in refused.reason


def test_a_fork_is_of_a_past_incident_and_begins_with_its_declaration() -> None:
    story = checkout_outage()
    live = Story()
    live.say(declared(), after=timedelta(0))
    again = fold(drilled(story.events, START), Incident("drill"))

    assert fork_moment(story.incident(), story.events, None) == story.incident().declared_at
    assert isinstance(fork_moment(live.incident(), live.events, None), Refused)
    assert isinstance(fork_moment(again, (), None), Refused)
    assert isinstance(fork_moment(Incident("x"), (), None), Refused)


def test_nothing_arrives_where_the_drill_is_over() -> None:
    story = checkout_outage()
    item = injections(story.events, START)[0]
    drill = drilled(story.events, START)
    later(drill, e.StatusSet("resolved"), LATER + MINUTE)

    assert isinstance(inject(fold(drill, Incident("drill")), item), Refused)
    assert isinstance(inject(story.incident(), item), Refused)


def test_undo_takes_back_neither_what_arrived_nor_what_the_drill_began_with() -> None:
    story = checkout_outage()
    drill = drilled(story.events, START)
    body = inject(fold(drill, Incident("drill")), injections(story.events, START)[0])
    assert not isinstance(body, Refused)
    later(drill, body[0], LATER + MINUTE, "drill")

    assert isinstance(undo(Timeline.of(Incident("drill"), drill), HERE), Refused)

    later(drill, e.EntryLogged("note", "mine"), LATER + 2 * MINUTE)
    mine = drill[-1].id
    later(drill, replace(body[0], repeats="another"), LATER + 3 * MINUTE, "drill")

    decision = undo(Timeline.of(Incident("drill"), drill), HERE)

    assert not isinstance(decision, Refused)
    assert isinstance(decision[0], e.Undone)
    assert decision[0].event == mine


def test_nothing_of_a_drill_leaves_and_what_is_sent_by_hand_says_so() -> None:
    story = checkout_outage()
    drill = drilled(story.events, START)
    later(drill, e.MessageDrafted("external", "We look into it."), LATER + MINUTE)
    incident = fold(drill, Incident("drill"))

    sent = mark_sent(incident, drill[-1].id, "by hand", LATER)

    assert not isinstance(sent, Refused)
    assert isinstance(sent[0], e.MessageSent)
    assert sent[0].how == "drill, by hand"
    assert isinstance(may_leave(incident), Refused)
    assert may_leave(story.incident()) is None


def test_a_drill_is_measured_by_nothing_and_owes_nothing() -> None:
    story = checkout_outage()
    drill = drilled(story.events, START + 30 * MINUTE)
    later(drill, e.StatusSet("resolved"), LATER + MINUTE)
    incident, past = fold(drill, Incident("drill")), story.incident()
    now = LATER + timedelta(days=3)

    found = survey([Gist.of(incident), Gist.of(past)], now, UTC)

    assert [item.gist.ref for item in found.incidents] == [past.ref]
    assert pace(past.protocol, [incident], now).runs == 0
    assert stats(past.protocol.name, [incident], now).runs == 0
    assert post_mortem_reason(incident) is None
    assert {item.kind for item in dues(incident, now, Policy(), UTC)} <= {"action item"}


def test_a_declaration_with_moments_that_cannot_be_read_is_a_drill_all_the_same() -> None:
    story = Story()
    story.say(replace(declared(), drill="elsewhere", forked="soon", opened=None), after=timedelta(0))

    drill = story.incident().drill

    assert drill is not None
    assert (drill.source, drill.opened) == ("elsewhere", START)
