"""How a protocol was followed, how fast it was worked before, and what all runs say about it."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from msgspec.structs import replace

from incident_tui.domain import events as e
from incident_tui.domain.clocks import phases
from incident_tui.domain.conformance import Conformance, conformance
from incident_tui.domain.incident import Incident
from incident_tui.domain.pace import Pace, behind, middle, pace, same
from incident_tui.domain.protocol import Phase, Protocol, Step
from incident_tui.domain.protocol_json import to_json
from incident_tui.domain.protocol_stats import meant, stats
from tests.story import START, Story, declared
from tests.strategies import SMALL, stories

MINUTE = timedelta(minutes=1)
TITLES = ("Look", "Ask", "Tell")
FIX = tuple(Step(f"2.{number}", title) for number, title in enumerate(("Fix", "Check"), start=1))
PLAN = Protocol(
    "plan",
    "The plan",
    (
        Phase("Find", budget=10 * MINUTE, steps=tuple(Step(f"1.{n}", t) for n, t in enumerate(TITLES, start=1))),
        Phase("Fix", steps=(replace(FIX[0], budget=2 * MINUTE), FIX[1])),
    ),
    "plan.md",
    "ab" * 32,
)


def run(*acts: tuple[int, e.Body], protocol: Protocol = PLAN, over: bool = True) -> Story:
    """A story of acts, each after so many minutes since the declaration; resolved after an hour."""
    story = Story()
    story.say(declared(protocol=protocol), after=timedelta(0))
    for minutes, body in acts:
        story.say(body, at=START + minutes * MINUTE)
    if over:
        story.say(e.StatusSet("resolved"), at=START + 60 * MINUTE)
    return story


def followed(*acts: tuple[int, e.Body], protocol: Protocol = PLAN, now: datetime = START + 60 * MINUTE) -> Conformance:
    return conformance(run(*acts, protocol=protocol).incident(), now)


def done(*numbers: str, every: int = 1) -> list[tuple[int, e.Body]]:
    return [(every * place, e.StepChecked(number)) for place, number in enumerate(numbers, start=1)]


def test_every_step_is_done_skipped_ruled_out_or_open() -> None:
    find, fix = followed(
        (1, e.StepChecked("1.1")), (2, e.StepSkipped("1.2", "nobody there")), (3, e.StepRuledOut("1.3", "no users"))
    ).phases

    assert [step.number for step in find.done] == ["1.1"]
    assert [(step.number, step.reason) for step in find.skipped] == [("1.2", "nobody there")]
    assert [(step.number, step.reason) for step in find.ruled_out] == [("1.3", "no users")]
    assert [step.number for step in fix.open] == ["2.1", "2.2"]
    assert (find.complete, find.worked, fix.complete, fix.worked, fix.telling) == (True, True, False, False, True)


@pytest.mark.parametrize(
    ("minutes", "late_by"), [(9, None), (10, timedelta(0)), (14, 4 * MINUTE)], ids=["in time", "at once", "late"]
)
def test_a_phase_overruns_its_budget(minutes: int, late_by: timedelta | None) -> None:
    find = followed((1, e.StepChecked("1.1")), (2, e.StepChecked("1.2")), (minutes, e.StepChecked("1.3"))).phases[0]

    assert (find.late_by, find.elapsed) == (late_by, minutes * MINUTE)


def test_a_step_overruns_a_limit_of_its_own() -> None:
    fix = followed(*done("1.1", "1.2", "1.3"), (8, e.StepChecked("2.1"))).phases[1]

    assert [(step.number, step.late_by) for step in fix.late_steps] == [("2.1", 3 * MINUTE)]


@pytest.mark.parametrize(
    ("acts", "early"),
    [
        (done("1.1", "1.2", "1.3"), ()),
        (done("1.2", "1.1", "1.3"), ("1.2",)),
        (done("1.3", "1.1", "1.2"), ("1.3",)),
        (done("1.2", "1.3", "1.1"), ("1.2", "1.3")),
        (done("1.2", "1.3"), ()),
        (done("1.1", "1.2", "1.3", every=0), ()),
        ([(1, e.StepChecked("1.2")), (2, e.StepSkipped("1.1", "not needed"))], ("1.2",)),
        ([(1, e.StepSkipped("1.2", "not needed")), (2, e.StepChecked("1.1"))], ()),
        ([(1, e.StepRuledOut("1.3")), *done("1.1", "1.2", every=2)], ()),
    ],
    ids=[
        "in order",
        "second first",
        "last first",
        "first last",
        "first left open",
        "all at once",
        "jumped over, then skipped",
        "skipped ahead",
        "ruled out ahead",
    ],
)
def test_order_within_a_phase(acts: list[tuple[int, e.Body]], early: tuple[str, ...]) -> None:
    assert followed(*acts).phases[0].out_of_order == early


@pytest.mark.parametrize(
    ("acts", "ahead"),
    [
        (done("1.1", "1.2", "1.3", "2.1"), ()),
        (done("1.1", "2.1", "1.2"), (0,)),
        (done("1.1", "2.1"), ()),
        ([(1, e.StepSkipped("2.1", "no")), (2, e.StepChecked("1.1"))], ()),
    ],
    ids=["in order", "begun before", "left open", "skipped ahead"],
)
def test_order_of_the_phases(acts: list[tuple[int, e.Body]], ahead: tuple[int, ...]) -> None:
    assert followed(*acts).phases[1].ahead_of == ahead


def test_a_playbook_is_not_measured_against_the_protocol_it_is_attached_to() -> None:
    playbook = e.PlaybookAttached(to_json(replace(PLAN, name="pool")))
    acts: list[tuple[int, e.Body]] = [
        (1, e.StepChecked("1.1")),
        (2, playbook),
        (3, e.StepChecked("3.1")),
        (4, e.StepChecked("1.2")),
    ]

    whole = followed(*acts)

    assert [(phase.playbook, phase.ahead_of) for phase in whole.phases] == [("", ())] * 2 + [("pool", ())] * 2


def test_sub_steps_do_not_count() -> None:
    protocol = replace(PLAN, phases=(Phase("One", steps=(Step("1.1", "a", steps=(Step("1.1.1", "b"),)),)),))

    (phase,) = followed((1, e.StepChecked("1.1.1")), protocol=protocol).phases

    assert ([step.number for step in phase.open], phase.telling) == (["1.1"], False)


@given(stories())
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_history_adds_up(story: Story) -> None:
    incident = story.incident()

    whole = conformance(incident, story.now)

    assert len(whole.phases) == len(incident.protocol.phases)
    for phase, progress in zip(whole.phases, phases(incident, story.now), strict=True):
        assert len(phase.done) + len(phase.skipped) + len(phase.ruled_out) + len(phase.open) == progress.total
        assert (phase.late_by is not None) == progress.clock.late
        assert phase.late_by is None or phase.late_by >= timedelta(0)
        assert set(phase.out_of_order) <= {step.number for step in phase.done}
        assert all(0 <= index < phase.index for index in phase.ahead_of)


@given(stories())
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_history_has_a_pace_and_stats(story: Story) -> None:
    incident = story.incident()

    known = pace(SMALL, [incident, incident], story.now)
    found = stats("small", [incident, incident], story.now)

    assert known.runs == found.runs <= 2
    assert found.runs + found.live in (0, 2)
    for phase in found.phases:
        assert max(phase.worked, phase.completed, phase.overran, phase.out_of_order) <= phase.runs <= found.runs
        assert {step.runs for step in phase.steps} <= set(range(1, phase.runs + 1))
        assert (phase.median is None) == (phase.completed == 0)


def ended(*minutes: int, protocol: Protocol = PLAN) -> list[Incident]:
    """Incidents whose first phase took so many minutes."""
    return [
        run(*((at, e.StepChecked(number)) for number in ("1.1", "1.2", "1.3")), protocol=protocol).incident()
        for at in minutes
    ]


@pytest.mark.parametrize(("times", "median"), [((4,), 4.0), ((4, 9), 6.5), ((9, 4, 5), 5.0)])
def test_the_pace_is_the_median_of_what_was_completed(times: tuple[int, ...], median: float) -> None:
    unfinished = run((1, e.StepChecked("1.1"))).incident()
    found = pace(PLAN, [*ended(*times), unfinished], START + 60 * MINUTE)

    (find,) = found.phases.values()
    assert (found.runs, find.runs) == (len(times) + 1, len(times))
    assert (find.median, find.best) == (median * MINUTE, min(times) * MINUTE)
    assert found.of(" FIND ") == find
    assert (found.of("Fix"), found.of("Find", "pool")) == (None, None)


def test_the_pace_knows_neither_live_incidents_nor_other_protocols() -> None:
    other = replace(PLAN, name="other", source="other.md", digest="cd" * 32)
    live = run(*done("1.1", "1.2", "1.3"), over=False).incident()

    assert pace(PLAN, [live, *ended(4, protocol=other)], START + 60 * MINUTE) == Pace()


def test_a_title_that_stands_twice_is_not_compared() -> None:
    twice = replace(PLAN, phases=(PLAN.phases[0], replace(PLAN.phases[1], title="find ")))

    assert pace(twice, ended(4, protocol=twice), START + 60 * MINUTE) == Pace(1)


def test_how_far_behind_the_median() -> None:
    known = pace(PLAN, ended(6), START + 60 * MINUTE)
    live = run((1, e.StepChecked("1.1")), over=False).incident()

    at = {minutes: phases(live, START + minutes * MINUTE) for minutes in (4, 10)}

    assert [behind(known, at[minutes][0]) for minutes in (4, 10)] == [-2 * MINUTE, 4 * MINUTE]
    assert (behind(known, at[4][1]), behind(None, at[4][0])) == (None, None)


@pytest.mark.parametrize(
    ("other", "alike"),
    [
        (Protocol("plan", "", ()), True),
        (Protocol("x", "", (), "plan.md"), True),
        (Protocol("x", "", (), "y", "ab" * 32), True),
        (Protocol("x", "The plan", (), "y", "z"), False),
        (Protocol("", "", ()), False),
    ],
)
def test_which_protocols_are_the_same(other: Protocol, alike: bool) -> None:
    assert same(PLAN, other) == same(other, PLAN) == alike
    assert not same(Protocol("", "", ()), Protocol("", "", ()))


@pytest.mark.parametrize(
    ("name", "found"),
    [("plan", True), ("PLAN ", True), ("plan.md", True), ("abababab", True), ("ab", False), ("", False)],
)
def test_what_names_a_protocol(name: str, found: bool) -> None:
    assert meant(name, PLAN) == found


def test_stats_tell_what_is_left_out_and_what_overruns() -> None:
    skipped = (3, e.StepSkipped("1.2", "never anybody there"))
    runs = [
        run(*done("1.1"), skipped, (last, e.StepChecked("1.3")), *done("2.2", every=last + 1)).incident()
        for last in (12, 15, 14)
    ]
    live = run(over=False).incident()

    found = stats("plan", [live, *runs], START + 60 * MINUTE)

    find, fix = found.phases
    assert (found.title, found.runs, found.live, found.known) == ("The plan", 3, 1, ("plan",))
    assert (find.habit, find.overran, find.over, find.median, find.best) == (
        "always",
        3,
        4 * MINUTE,
        14 * MINUTE,
        12 * MINUTE,
    )
    assert [(step.title, step.habit, step.reasons) for step in find.steps] == [
        ("Look", "", ()),
        ("Ask", "always", ("never anybody there",)),
        ("Tell", "", ()),
    ]
    assert [(step.title, step.habit, step.left_open) for step in fix.steps] == [("Fix", "always", 3), ("Check", "", 0)]


@pytest.mark.parametrize(("left_out", "runs", "habit"), [(1, 1, ""), (2, 2, "always"), (2, 3, "mostly"), (1, 2, "")])
def test_one_run_is_no_habit(left_out: int, runs: int, habit: str) -> None:
    incidents = [run((1, e.StepSkipped("1.1", "no"))).incident()] * left_out
    incidents += [run((1, e.StepChecked("1.1"))).incident()] * (runs - left_out)

    assert stats("plan", incidents, START + 60 * MINUTE).phases[0].steps[0].habit == habit


def test_stats_follow_a_playbook_over_the_protocols_it_was_attached_to() -> None:
    attached = e.PlaybookAttached(to_json(replace(PLAN, name="pool", title="Empty pool")))
    runs = [run((1, attached), (2, e.StepChecked("3.1"))).incident(), *ended(4)]

    found = stats("pool", runs, START + 60 * MINUTE)

    assert (found.title, found.runs, found.known) == ("Empty pool", 1, ("plan", "pool"))
    assert [(phase.title, phase.playbook, phase.worked) for phase in found.phases] == [
        ("Find", "pool", 1),
        ("Fix", "pool", 0),
    ]


def test_steps_are_told_apart_by_title_when_their_numbers_move() -> None:
    first, *rest = PLAN.phases[0].steps
    moved = replace(PLAN.phases[0], steps=tuple(replace(s, number=f"1.{n}") for n, s in enumerate((*rest, first), 1)))
    newer = replace(PLAN, phases=(moved, PLAN.phases[1]), digest="cd" * 32)
    incidents = [*ended(4, protocol=newer), run((1, e.StepChecked("1.1"))).incident()]

    look = next(step for step in stats("plan", incidents, START).phases[0].steps if step.title == "Look")

    assert (look.number, look.done) == ("1.3", 2)


def test_the_middle_of_an_even_number_lies_between() -> None:
    assert middle([3 * MINUTE, MINUTE]) == 2 * MINUTE
