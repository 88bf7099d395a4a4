"""The clocks of single steps, of what repeats, and of what is counted in working days."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from incident_tui.domain import clocks
from incident_tui.domain import events as e
from incident_tui.domain.clocks import StepClock
from incident_tui.domain.policy import Policy
from incident_tui.domain.protocol import Phase, Protocol, Step
from incident_tui.domain.working import Calendar, Working
from tests.story import START, Story, declared
from tests.strategies import stories

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
NONE = timedelta(0)
BERLIN = Calendar(ZoneInfo("Europe/Berlin"))
FRIDAY = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)  # 16:00 in Berlin


def story_of(*phases: Phase, start: datetime = START) -> Story:
    story = Story(start=start)
    story.say(declared(protocol=Protocol("x", "x", phases)), after=NONE)
    return story


def read(story: Story, minutes: int = 0) -> tuple[StepClock, ...]:
    return clocks.steps(story.incident(), START + minutes * MINUTE)


def only(story: Story, minutes: int = 0) -> StepClock:
    (found,) = read(story, minutes)
    return found


def test_a_budget_counts_from_the_start_of_the_phase_until_the_step_is_settled() -> None:
    story = story_of(Phase("One", steps=(Step("1.1", "Look", budget=10 * MINUTE), Step("1.2", "Ask"))))
    running = only(story, 8)
    story.say(e.StepChecked("1.1"), after=9 * MINUTE)
    done = only(story, 60)

    assert (running.phase, running.step and running.step.number, running.kind) == (0, "1.1", "budget")
    assert (running.clock.name, running.clock.level, running.clock.due) == ("Look", "warn", START + 10 * MINUTE)
    assert (done.clock.level, done.clock.elapsed, done.clock.late) == ("done", 9 * MINUTE, False)


def test_a_budget_of_a_phase_that_has_not_begun_is_idle() -> None:
    story = story_of(Phase("One", steps=(Step("1.1", "a"),)), Phase("Two", steps=(Step("2.1", "b", budget=MINUTE),)))
    assert only(story, 60).clock.level == "idle"
    story.say(e.StepSkipped("1.1", "x"), after=5 * MINUTE)

    assert only(story, 5).clock.due == START + 6 * MINUTE


def test_a_wait_counts_from_when_the_step_before_was_settled() -> None:
    story = story_of(Phase("One", steps=(Step("1.1", "Restart"), Step("1.2", "Look again", wait=5 * MINUTE))))
    assert only(story, 60).clock.level == "idle"
    story.say(e.StepChecked("1.1"), after=3 * MINUTE)
    waiting = only(story, 4)
    story.say(e.StepReopened("1.1"))

    assert (waiting.kind, waiting.clock.due, waiting.clock.level) == ("wait", START + 8 * MINUTE, "ok")
    assert only(story, 60).clock.level == "idle"


def test_the_wait_of_a_first_step_counts_from_the_start_of_the_phase() -> None:
    below = Step("1.1.1", "b", wait=3 * MINUTE)
    story = story_of(Phase("One", steps=(Step("1.1", "a", wait=2 * MINUTE, steps=(below,)),)))

    assert [item.clock.due for item in read(story)] == [START + 2 * MINUTE, START + 3 * MINUTE]


def test_what_repeats_is_due_again_after_each_act_or_note() -> None:
    story = story_of(Phase("One", steps=(Step("1.1", "Report", every=10 * MINUTE),)))
    assert only(story, 10).clock.level == "late"
    story.say(e.StepNoted("1.1", "told them"), after=11 * MINUTE)
    noted = only(story, 12)
    story.say(e.StepChecked("1.1"), after=20 * MINUTE)
    story.say(e.StepReopened("1.1"), after=20 * MINUTE)
    reopened = only(story, 52)
    story.say(e.StepChecked("1.1"), after=5 * MINUTE)
    done = only(story, 90)

    assert (noted.kind, noted.clock.level, noted.clock.due) == ("every", "ok", START + 21 * MINUTE)
    assert reopened.clock.due == START + 61 * MINUTE
    assert (done.clock.level, done.clock.ended) == ("done", START + 56 * MINUTE)


def test_a_step_may_have_all_three_clocks() -> None:
    step = Step("1.1", "a", budget=MINUTE, wait=MINUTE, every=MINUTE)

    assert [item.kind for item in read(story_of(Phase("One", steps=(step,))))] == ["budget", "wait", "every"]


def test_a_phase_that_repeats_is_due_again_after_each_act_in_it() -> None:
    inner = Step("1.1.1", "c")
    story = story_of(Phase("Watch", every=30 * MINUTE, steps=(Step("1.1", "a", steps=(inner,)), Step("1.2", "b"))))
    begun = only(story, 30)
    story.say(e.StepNoted("1.1.1", "quiet"), after=20 * MINUTE)
    noted = only(story, 30)
    story.say(e.StepChecked("1.1"), e.StepChecked("1.2"), after=10 * MINUTE)

    assert (begun.step, begun.kind, begun.clock.name, begun.clock.level) == (None, "every", "Watch", "late")
    assert noted.clock.due == START + 50 * MINUTE
    assert only(story, 90).clock.level == "done"


def test_what_ends_with_the_resolution_asks_for_nothing_more() -> None:
    step = Step("1.1", "Report", every=10 * MINUTE, budget=5 * MINUTE)
    story = story_of(Phase("Until", until="resolved", every=MINUTE, steps=(step,)))
    story.say(e.StatusSet("resolved"), after=4 * MINUTE)
    found = read(story, 120)

    assert len(found) == 3
    assert {item.clock.ended for item in found} == {START + 4 * MINUTE}
    assert [item.clock.late for item in found] == [True, False, False]


# Laws

RICH = Protocol(
    "rich",
    "Rich",
    (
        Phase(
            "First", every=MINUTE, steps=(Step("1.1", "a", budget=MINUTE, every=MINUTE), Step("1.2", "b", wait=MINUTE))
        ),
        Phase("Then", budget=2 * DAY, working=True, steps=(Step("2.1", "c", steps=(Step("2.1.1", "d", every=DAY),)),)),
        Phase("Last", anchor="resolved", every=DAY, steps=(Step("3.1", "e", budget=3 * DAY, working=True, wait=DAY),)),
    ),
)
EVERYWHERE = Policy(calendar=BERLIN, business_hours_only=frozenset({1, 2, 3, 4}))


@given(stories(), st.integers(-10, 100_000))
def test_clocks_of_any_incident_can_be_read_and_agree_with_themselves(story: Story, minutes: int) -> None:
    incident, now = replace(story.incident(), protocol=RICH), START + minutes * MINUTE
    found = [item.clock for item in clocks.steps(incident, now, BERLIN)]
    following = clocks.escalation(incident, now, EVERYWHERE)
    found += [
        clocks.acknowledgement(incident, now, EVERYWHERE),
        clocks.resolution(incident, now, EVERYWHERE),
        *([following.clock] if following else []),
    ]

    for read in found:
        assert read.elapsed >= NONE
        assert (read.level == "idle") == (read.started is None and read.ended is None)
        if read.started is not None and read.due is not None and read.ended is None:
            assert (read.level == "late") == (now >= read.due)


# Working time


def test_the_days_of_a_working_phase_are_working_days() -> None:
    story = story_of(
        Phase("Plain", budget=DAY, anchor="declared", steps=(Step("1.1", "a"),)),
        Phase(
            "Work", budget=DAY, anchor="declared", working=True, steps=(Step("2.1", "b", budget=2 * DAY, working=True),)
        ),
        start=FRIDAY,
    )
    story.say(e.PhaseBegun(1), after=NONE)
    plain, work = clocks.phases(story.incident(), FRIDAY, BERLIN)
    (step,) = clocks.steps(story.incident(), FRIDAY, BERLIN)

    assert plain.clock.due == FRIDAY + DAY
    assert work.clock.due == datetime(2026, 11, 23, 16, 0, tzinfo=UTC)
    assert step.clock.due == datetime(2026, 11, 24, 16, 0, tzinfo=UTC)


def test_a_clock_of_working_time_does_not_warn_over_the_weekend() -> None:
    """One hour of Friday and all eight of Monday: four fifths of nine hours are used on Monday at 15:12."""
    policy = Policy(calendar=BERLIN)
    story = Story(start=FRIDAY)
    story.say(declared(severity=4, protocol=Protocol("x", "x", ())), after=NONE)
    moments = [FRIDAY, FRIDAY + 2 * DAY, *(datetime(2026, 11, 23, 14, m, tzinfo=UTC) for m in (11, 12))]
    moments.append(datetime(2026, 11, 23, 16, tzinfo=UTC))
    found = [clocks.acknowledgement(story.incident(), moment, policy) for moment in moments]

    assert [item.level for item in found] == ["ok", "ok", "ok", "warn", "late"]
    assert [round(item.part, 2) for item in found] == [0.0, 0.11, 0.8, 0.8, 1.0]
    assert found[0].due == datetime(2026, 11, 23, 16, 0, tzinfo=UTC)


def test_the_clocks_of_some_severities_stand_still_outside_of_business_hours() -> None:
    policy = Policy(calendar=BERLIN, business_hours_only=frozenset({3}))
    story = Story(start=FRIDAY)
    story.say(declared(severity=3, protocol=Protocol("x", "x", ())), after=NONE)
    low = story.incident()
    story.say(e.SeveritySet(2))
    monday = datetime(2026, 11, 23, tzinfo=UTC)

    assert clocks.acknowledgement(low, FRIDAY, policy).due == monday.replace(hour=11)
    assert clocks.update(low, "internal", FRIDAY, policy).due == monday.replace(hour=9)
    assert clocks.acknowledgement(story.incident(), FRIDAY, policy).due == FRIDAY + timedelta(hours=1)


def test_a_clock_of_working_time_that_has_ended_or_not_begun() -> None:
    idle = clocks.clock("x", None, FRIDAY, Working(days=1), calendar=BERLIN)
    done = clocks.clock("x", FRIDAY, FRIDAY + 30 * DAY, Working(hours=2), FRIDAY + MINUTE, BERLIN)

    assert (idle.level, idle.budget, idle.part) == ("idle", None, 0.0)
    assert (done.level, done.late, done.elapsed, round(done.part, 3)) == ("done", False, MINUTE, 0.008)
