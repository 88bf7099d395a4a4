"""The laws of the fold: what holds for any history whatever."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from itertools import permutations
from typing import Any, Literal, get_args, get_origin

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from msgspec import Struct
from msgspec.structs import replace
from rpds import HashTrieMap

from incident_tui.domain import events as e
from incident_tui.domain import timeline as timeline_module
from incident_tui.domain.clocks import next_step, next_update, phases
from incident_tui.domain.decide import Refused
from incident_tui.domain.decide.log import undo
from incident_tui.domain.dispatch import DeliveryChange
from incident_tui.domain.encoding import field_types, from_json, to_json
from incident_tui.domain.evolve import Repeating, evolve, fold
from incident_tui.domain.incident import FACTS, Incident
from incident_tui.domain.involved import involved, person_key
from incident_tui.domain.lines import line_of
from incident_tui.domain.policy import Policy, post_mortem_reason
from incident_tui.domain.timeline import BeforeBase, Timeline
from tests.story import HERE, Story, checkout_outage
from tests.strategies import Act, acts, bodies, junk_restores, opened, stories, told

cuts = st.integers(0, 15)


@pytest.fixture
def short_checkpoints(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timeline_module, "CHECKPOINT_EVERY", 5)
    monkeypatch.setattr(timeline_module, "MOST_HELD", 20)


def facts(incident: Incident, *but: str) -> dict[str, object]:
    """What undo answers for: all but the marks on the things named."""
    found = {name: getattr(incident, name) for name in FACTS}
    marks = {key: mark for key, mark in incident.marks.items() if key not in but}
    return found | {"marks": marks}


def well_typed(hint: Any, value: object) -> bool:
    """Whether a value is of the type that a field of the incident declares."""
    origin, inner = get_origin(hint), get_args(hint)
    if origin is tuple:
        return isinstance(value, tuple) and all(well_typed(inner[0], item) for item in value)
    if isinstance(value, HashTrieMap):
        return all(isinstance(key, str) and well_typed(inner[1], item) for key, item in value.items())
    if origin is Literal:
        return value in inner
    if inner:
        return any(well_typed(option, value) for option in inner)
    if isinstance(hint, type) and issubclass(hint, Struct):
        return isinstance(value, hint) and sound(value)
    return isinstance(value, hint)


def sound(value: object) -> bool:
    kind: Any = type(value)
    return all(well_typed(hint, getattr(value, name)) for name, hint in field_types(kind).items())


# Adding up


@given(stories(), cuts)
def test_folding_in_two_parts_is_folding_at_once(story: Story, cut: int) -> None:
    start = Incident(story.id)

    assert fold(story.events, start) == fold(story.events[cut:], fold(story.events[:cut], start))


@given(stories())
def test_the_lines_of_the_log_and_the_people_are_counted(story: Story) -> None:
    incident = fold(story.events, Incident(story.id))

    lines = [line.kind for event in story.events if (line := line_of(event.body))]
    people = {person_key(name) for event in story.events for name in involved(event)} - {""}
    assert dict(incident.lines.items()) == Counter(lines)
    assert set(incident.people) == people == {person_key(name) for name in incident.people.values()}


@given(stories(), cuts)
def test_a_stored_checkpoint_stands_for_the_events_before_it(story: Story, cut: int) -> None:
    checkpoint = from_json(Incident, to_json(fold(story.events[:cut], Incident(story.id))))

    assert fold(story.events[cut:], checkpoint) == story.incident()


@given(bodies)
def test_no_body_makes_evolve_raise_or_breaks_a_type(body: e.Body) -> None:
    story = checkout_outage()
    before = story.incident()
    after = evolve(before, story.say(body))

    assert after.version == before.version + 1
    assert sound(after)


@given(stories(), junk_restores)
def test_no_restored_junk_raises_or_breaks_a_type(story: Story, junk: e.JsonObject) -> None:
    story.say(e.Undone("nowhere", junk))

    assert sound(story.incident())


@given(stories())
def test_clocks_and_policy_read_any_incident(story: Story) -> None:
    incident = story.incident()
    step = next_step(incident)
    update = next_update(incident, story.now, Policy())

    assert len(phases(incident, story.now)) == len(incident.protocol.phases)
    assert step is None or incident.step(step.number).status == "open"
    assert update is None or incident.live
    assert post_mortem_reason(incident) != ""


@given(stories())
def test_the_heads_count_the_events_of_each_device(story: Story) -> None:
    heads = story.incident().heads

    assert sum(head.count for head in heads.values()) == len(story.events)
    assert set(heads) == {event.device for event in story.events}


def test_nothing_that_grows_with_the_events_is_copied_for_each_of_them() -> None:
    """A tuple that grows is copied by every addition; those there are belong to one thing each and stay short."""
    short = {
        "milestones.earlier",
        "steps.notes",
        "steps.ran",
        "theories.supporting",
        "theories.refuting",
        "marks.amendments",
        "messages.ways",
        "deliveries.troubles",
        "proposals.objections",
    }
    hints = field_types(Incident)
    growing = {name: get_args(hint)[1] for name, hint in hints.items() if get_origin(hint) is Mapping}
    inside = {
        f"{name}.{part}"
        for name, kind in growing.items()
        if isinstance(kind, type) and issubclass(kind, Struct)
        for part, hint in field_types(kind).items()
        if get_origin(hint) in (tuple, list, dict)
    }

    assert [name for name, hint in hints.items() if get_origin(hint) in (tuple, list, dict, set)] == []
    assert inside == short


def test_no_map_is_walked_through_to_add_one_more_event() -> None:
    """What takes as long as there are things would make a long incident slow; a lookup by key does not."""
    story = checkout_outage()
    held = story.incident()
    blind: dict[str, Any] = {
        name: Unwalked(value) for name in FACTS if isinstance(value := getattr(held, name), HashTrieMap)
    }
    incident = replace(held, **blind)

    for event in story.events:
        if not isinstance(event.body, e.Undone):
            assert evolve(incident, event).version == held.version + 1


class Unwalked:
    """A map that can be looked up and added to, and refuses to be walked through."""

    def __init__(self, inner: HashTrieMap[str, Any]) -> None:
        self.inner = inner

    def __contains__(self, key: str) -> bool:
        return key in self.inner

    def get(self, key: str, default: object = None) -> object:
        return self.inner.get(key, default)

    def insert(self, key: str, value: object) -> Unwalked:
        return Unwalked(self.inner.insert(key, value))

    def discard(self, key: str) -> Unwalked:
        return Unwalked(self.inner.discard(key))


# Arriving in any order


@given(stories(), st.randoms(use_true_random=False))
def test_any_order_of_arrival_gives_the_same_incident(story: Story, random: Any) -> None:
    arriving = [*story.events]
    random.shuffle(arriving)
    timeline = Timeline.of(Incident(story.id))
    for event in arriving:
        timeline = timeline.then(event)

    assert timeline.incident == story.incident()
    assert timeline.tail() == story.events


@given(stories())
def test_two_devices_that_exchange_their_events_agree(story: Story) -> None:
    mine = [event for event in story.events if event.device == HERE]
    theirs = [event for event in story.events if event.device != HERE]
    start = Timeline.of(Incident(story.id))
    here = there = start
    for event in (*mine, *theirs):
        here = here.then(event)
    for event in (*theirs, *mine):
        there = there.then(event)

    assert here.incident == there.incident == story.incident()


def test_every_order_of_four_events_agrees() -> None:
    events = checkout_outage().events[:4]
    expected = fold(events, Incident("x"))

    assert all(Timeline.of(Incident("x"), order).incident == expected for order in permutations(events))


@pytest.mark.usefixtures("short_checkpoints")
def test_every_prefix_is_the_fold_of_its_events() -> None:
    story = checkout_outage()
    timeline = story.timeline()
    incident = Incident(story.id)

    assert len(timeline.checkpoints) == len(story.events) // 5
    for length, event in enumerate(story.events):
        assert timeline.upto(length).incident == incident
        assert timeline.position(event.id) == length
        incident = evolve(incident, event)
    assert timeline.upto(10**6).incident == incident
    assert timeline.upto(-1).incident == Incident(story.id)


@pytest.mark.usefixtures("short_checkpoints")
def test_a_late_event_finds_its_place_among_checkpoints() -> None:
    events = checkout_outage().events
    for place in (0, 4, 5, 6, len(events) - 1):
        without = [*events[:place], *events[place + 1 :]]
        whole = Timeline.of(Incident("x"), without).then(events[place])

        assert whole.incident == fold(events, Incident("x"))
        assert [whole.upto(n).incident.version for n in range(len(events) + 1)] == [*range(len(events) + 1)]


@pytest.mark.usefixtures("short_checkpoints")
def test_branches_do_not_disturb_each_other() -> None:
    story = checkout_outage()
    whole = story.timeline()
    late = story.say(e.IncidentRenamed("one"))
    other = story.say(e.IncidentRenamed("other"))
    branches = [whole.upto(cut).then(event) for cut in (3, 10, 11, whole.length) for event in (late, other)]
    grown = [branch.then(other if branch.events[-1] is late else late) for branch in branches]

    assert whole.incident == fold(whole.tail(), Incident(story.id))
    for branch in (*branches, *grown):
        assert branch.incident == fold(branch.tail(), Incident(story.id))
        assert all(branch.upto(n).incident == fold(branch.tail()[:n], branch.base) for n in (4, 5, 9, 10, 12))


@pytest.mark.usefixtures("short_checkpoints")
@given(stories(), cuts)
def test_a_timeline_over_a_checkpoint_continues_it(story: Story, cut: int) -> None:
    base = fold(story.events[:cut], Incident(story.id))
    timeline = Timeline.of(base, story.events[cut:])

    assert timeline.incident == story.incident()
    last = max(0, min(cut, len(story.events)) - 1)
    for event in story.events[:last]:
        with pytest.raises(BeforeBase):
            timeline.then(event)
        with pytest.raises(BeforeBase):
            timeline.since(event.id)
    for place, event in enumerate(story.events[last:], start=last + 1):
        assert timeline.since(event.id) == story.events[place:]


@pytest.mark.usefixtures("short_checkpoints")
@given(stories(), cuts)
def test_a_long_timeline_lets_go_of_its_oldest_events_and_stays_the_same_incident(story: Story, cut: int) -> None:
    events, whole = story.events, story.timeline()
    recent = Timeline.of(Incident(story.id), events[:cut]).recent()
    for event in events[cut:]:
        recent = recent.then(event).recent()

    assert recent.length < 20
    assert recent.incident == whole.incident
    assert recent.base == fold(events[: len(events) - recent.length], Incident(story.id))
    assert list(recent.tail()) == events[len(events) - recent.length :]
    for length in range(recent.length + 1):
        assert recent.upto(length).incident == whole.upto(whole.length - recent.length + length).incident


def test_an_event_that_is_there_already_changes_nothing() -> None:
    timeline = checkout_outage().timeline()

    assert all(timeline.then(event) is timeline for event in timeline.tail())


# Taking back


@given(stories(8), acts)
def test_undo_puts_back_what_was(story: Story, act: Act) -> None:
    before = story.incident()
    target = told([dataclasses.replace(act, device=HERE)], story).events[-1]
    decision = undo(story.timeline(), HERE)
    if isinstance(target.body, e.MessageSent | e.IncidentDeclared):
        assert isinstance(decision, Refused)
        return
    # What a drill began with and what arrived in it stay: see the tests of drills.
    assume(not isinstance(target.body, e.Undone) and before.drill is None and by_somebody(target.body))
    assert not isinstance(decision, Refused)
    story.say(*decision)

    assert facts(story.incident(), target.id) == facts(before, target.id)


@given(st.lists(acts.filter(lambda act: can_be_taken_back(act.body)), min_size=1, max_size=6))
def test_undoing_everything_goes_back_to_the_declaration(done: list[Act]) -> None:
    story = opened()
    before = story.incident()
    told([dataclasses.replace(act, device=HERE) for act in done], story)
    for _ in done:
        story.take_back()
    told_of = [event.id for event in story.events]

    assert facts(story.incident(), *told_of) == facts(before, *told_of)
    assert undo(story.timeline(), HERE) == Refused("the declaration cannot be undone", "resolve and close the incident")


def can_be_taken_back(body: e.Body) -> bool:
    return not isinstance(body, e.MessageSent | e.IncidentDeclared | e.Undone) and by_somebody(body)


def by_somebody(body: e.Body) -> bool:
    """Whether it is neither something that a drill lets happen again nor told by a machine."""
    if isinstance(body, DeliveryChange) or (isinstance(body, e.DeliveryQueued) and body.form == "card"):
        return False
    if isinstance(body, e.EntryLogged) and body.alert:
        return False
    return not (isinstance(body, Repeating) and body.repeats)


def test_an_event_is_late_from_a_minute_on() -> None:
    event = checkout_outage().events[0]
    at = datetime.fromisoformat("2026-11-21T14:00:00+00:00")
    moments = [("14:00:59", False), ("14:01:00", True), ("13:50:00", False)]

    for clock, late in moments:
        recorded = datetime.fromisoformat(f"2026-11-21T{clock}+00:00")
        assert replace(event, at=at, recorded=recorded).late is late
