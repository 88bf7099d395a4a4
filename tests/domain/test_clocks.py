"""Clocks: when they start, warn, are late and stand still."""

from __future__ import annotations

from datetime import timedelta

import pytest

from incident_tui.domain import clocks
from incident_tui.domain import events as e
from incident_tui.domain.clocks import Clock, Level, clock
from incident_tui.domain.incident import Incident
from incident_tui.domain.policy import Policy
from incident_tui.domain.protocol import Phase, Protocol, Step
from tests.story import START, Story, declared, quiet_story
from tests.strategies import SMALL, opened

MINUTE = timedelta(minutes=1)
NONE = timedelta(0)
POLICY = Policy()


def phase(story: Story, index: int, minutes: int = 60) -> Clock:
    return clocks.phases(story.incident(), START + minutes * MINUTE)[index].clock


@pytest.mark.parametrize(
    ("seconds", "level", "left"),
    [(-60, "ok", 600), (0, "ok", 600), (479, "ok", 121), (480, "warn", 120), (600, "late", 0), (900, "late", -300)],
)
def test_a_clock_warns_at_four_fifths_and_is_late_at_its_budget(seconds: int, level: Level, left: int) -> None:
    read = clock("x", START, START + timedelta(seconds=seconds), 10 * MINUTE)

    assert (read.level, read.left, read.due) == (level, timedelta(seconds=left), START + 10 * MINUTE)
    assert read.elapsed >= NONE


def test_a_clock_that_has_not_started_is_idle() -> None:
    read = clock("x", None, START, 10 * MINUTE)

    assert (read.level, read.elapsed, read.due, read.late, read.part) == ("idle", NONE, None, False, 0.0)


def test_a_clock_without_a_budget_only_counts() -> None:
    read = clock("x", START, START + 90 * MINUTE)

    assert (read.level, read.elapsed, read.due, read.left, read.part) == ("ok", 90 * MINUTE, None, None, 0.0)


def test_a_clock_that_has_ended_stands_still_and_tells_whether_it_was_late() -> None:
    early = clock("x", START, START + 90 * MINUTE, 10 * MINUTE, START + 9 * MINUTE)
    late = clock("x", START, START + 90 * MINUTE, 10 * MINUTE, START + 11 * MINUTE)

    assert (early.level, early.elapsed, early.late) == ("done", 9 * MINUTE, False)
    assert (late.level, late.elapsed, late.late) == ("done", 11 * MINUTE, True)


def test_a_clock_with_no_time_at_all_is_late_at_once() -> None:
    assert clock("x", START, START, NONE).level == "late"


def test_the_incident_counts_from_its_detection_until_it_is_resolved() -> None:
    story = Story()
    story.say(declared(protocol=SMALL, detected=START - 3 * MINUTE), after=NONE)
    assert clocks.elapsed(story.incident(), START + 7 * MINUTE).elapsed == 10 * MINUTE
    story.say(e.StatusSet("resolved"), after=12 * MINUTE)
    resolved = clocks.elapsed(story.incident(), START + 60 * MINUTE)
    assert (resolved.elapsed, resolved.level) == (15 * MINUTE, "done")
    story.say(e.StatusSet("investigating"))

    assert clocks.elapsed(story.incident(), START + 57 * MINUTE).elapsed == 60 * MINUTE


def test_nothing_runs_before_the_declaration() -> None:
    nothing = Incident("x")

    assert clocks.elapsed(nothing, START).level == "idle"
    assert clocks.acknowledgement(nothing, START, POLICY).level == "idle"
    assert clocks.resolution(nothing, START, POLICY).level == "idle"
    assert clocks.next_update(nothing, START, POLICY) is None
    assert clocks.next_step(nothing) is None
    assert clocks.phases(nothing, START) == ()


def test_acknowledgement_ends_when_somebody_takes_command() -> None:
    story = opened()
    assert clocks.acknowledgement(story.incident(), START + 48 * MINUTE, POLICY).level == "warn"
    story.say(e.RoleTaken("scribe", "Ida"))
    assert clocks.acknowledgement(story.incident(), START + 60 * MINUTE, POLICY).level == "late"
    story.say(e.RoleTaken("incident commander", "Ida"), after=9 * MINUTE)
    read = clocks.acknowledgement(story.incident(), START + 60 * MINUTE, POLICY)

    assert (read.level, read.elapsed) == ("done", 9 * MINUTE + timedelta(seconds=30))


def test_resolution_follows_the_severity() -> None:
    story = opened()
    assert clocks.resolution(story.incident(), START, POLICY).budget == timedelta(hours=8)
    story.say(e.SeveritySet(1))
    assert clocks.resolution(story.incident(), START, POLICY).budget == timedelta(hours=2)
    story.say(e.SeveritySet(4))

    assert clocks.resolution(story.incident(), START, POLICY).budget is None


# Updates


def sent(story: Story, audience: str, promised: str | None = None) -> None:
    message = story.say(e.MessageDrafted(audience, "x"), after=NONE)
    story.say(e.MessageSent(message.id, "by hand", promised), after=NONE)


def test_an_update_is_owed_by_the_cadence_of_the_severity() -> None:
    story = opened()

    assert clocks.update(story.incident(), "internal", START, POLICY).due == START + 30 * MINUTE
    assert clocks.update(story.incident(), "external", START, POLICY).due == START + 60 * MINUTE


def test_what_is_sent_starts_the_cadence_anew_and_a_draft_does_not() -> None:
    story = opened()
    story.say(e.MessageDrafted("internal", "x"), after=10 * MINUTE)
    assert clocks.update(story.incident(), "internal", START, POLICY).due == START + 30 * MINUTE
    sent(story, "internal")

    assert clocks.update(story.incident(), "internal", START, POLICY).due == START + 40 * MINUTE


def test_a_promise_goes_before_the_cadence_until_the_next_message() -> None:
    story = opened()
    sent(story, "external", (START + 5 * MINUTE).isoformat())
    assert clocks.update(story.incident(), "external", START, POLICY).due == START + 5 * MINUTE
    story.say(e.StepChecked("1.1"), after=5 * MINUTE)
    sent(story, "external")

    assert clocks.update(story.incident(), "external", START, POLICY).due == START + 65 * MINUTE


def test_the_next_update_is_the_one_due_first() -> None:
    story = opened()
    first = clocks.next_update(story.incident(), START, POLICY)
    sent(story, "external", (START + 5 * MINUTE).isoformat())
    promised = clocks.next_update(story.incident(), START, POLICY)

    assert (first and first.name, promised and promised.name) == ("internal", "external")


def test_management_is_owed_an_update_only_once_promised() -> None:
    story = opened()
    sent(story, "management")
    before = clocks.next_update(story.incident(), START, POLICY)
    sent(story, "management", (START + MINUTE).isoformat())
    after = clocks.next_update(story.incident(), START, POLICY)

    assert (before and before.name, after and after.name) == ("internal", "management")


def test_nobody_is_owed_an_update_after_the_end() -> None:
    story = opened()
    story.say(e.StatusSet("resolved"))

    assert clocks.next_update(story.incident(), START, POLICY) is None
    assert clocks.update(story.incident(), "internal", START, POLICY).level == "done"


# Phases and steps


def test_the_first_phase_starts_with_the_declaration() -> None:
    story = opened()

    assert phase(story, 0, minutes=4).level == "warn"
    assert phase(story, 1).level == "idle"
    assert phase(story, 2).level == "idle"


def test_a_phase_ends_with_its_last_step_and_the_next_begins() -> None:
    story = opened()
    story.say(e.StepChecked("1.1"), after=MINUTE)
    assert phase(story, 1).started is None
    story.say(e.StepSkipped("1.2", "x"), after=MINUTE)
    progress = clocks.phases(story.incident(), START + 60 * MINUTE)

    assert (progress[0].settled, progress[0].total, progress[0].complete) == (2, 2, True)
    assert (progress[0].clock.level, progress[0].clock.elapsed) == ("done", 2 * MINUTE)
    assert progress[1].clock.started == START + 2 * MINUTE


def test_a_phase_starts_early_by_hand_or_by_a_step() -> None:
    story = opened()
    story.say(e.PhaseBegun(1), after=MINUTE)
    assert phase(story, 1).started == START + MINUTE
    other = opened()
    other.say(e.StepChecked("2.1"), after=3 * MINUTE)

    assert phase(other, 1).started == START + 3 * MINUTE


def test_a_phase_after_resolution_counts_from_there() -> None:
    story = opened()
    story.say(e.StatusSet("resolved"), after=30 * MINUTE)

    assert phase(story, 2).started == START + 30 * MINUTE


def three_phases(*numbers: tuple[str, ...]) -> Story:
    phases = tuple(Phase(str(i), steps=tuple(Step(n, n) for n in steps)) for i, steps in enumerate(numbers))
    story = Story()
    story.say(declared(protocol=Protocol("x", "x", phases)), after=NONE)
    return story


def test_a_phase_waits_for_all_before_it() -> None:
    story = three_phases(("1.1",), ("2.1",), ("3.1",))
    story.say(e.StepChecked("2.1"), after=MINUTE)
    assert phase(story, 2).started is None
    story.say(e.StepChecked("1.1"), after=MINUTE)

    assert phase(story, 2).started == START + 2 * MINUTE


def test_a_phase_without_steps_holds_nobody_up() -> None:
    story = three_phases(("1.1",), (), ("3.1",))
    story.say(e.StepChecked("1.1"), after=MINUTE)

    assert phase(story, 2).started == START + MINUTE


def test_a_reopened_step_makes_its_phase_run_again() -> None:
    story = opened()
    story.say(e.StepChecked("1.1"), e.StepChecked("1.2"), e.StepReopened("1.2"))

    assert phase(story, 0).level == "late"


def next_number(story: Story) -> str | None:
    step = clocks.next_step(story.incident())
    return step.number if step else None


def test_the_next_step_is_the_first_open_one_of_the_phase_being_worked() -> None:
    story = opened()
    assert next_number(story) == "1.1"
    story.say(e.StepChecked("1.1"))
    assert next_number(story) == "1.2"
    story.say(e.PhaseBegun(2))
    assert next_number(story) == "3.1"
    story.say(e.StepChecked("3.1"))
    assert next_number(story) == "1.2"
    story.say(e.StepRuledOut("1.2"), e.StepSkipped("2.1", "x"))

    assert next_number(story) is None


@pytest.mark.parametrize("key", ["x", "-1", "99", "1.5", "²", ""])
def test_a_phase_begun_that_is_none_is_no_obstacle(key: str) -> None:
    story = opened()
    story.say(e.Undone("x", {"begun": {key: START.isoformat()}}))

    assert next_number(story) == "1.1"


def test_work_that_ends_with_the_resolution_stops_its_clock() -> None:
    story = Story()
    phases = (
        Phase(
            "Stop it", budget=timedelta(minutes=5), anchor="declared", steps=(Step("1.1", "Stop"),), until="resolved"
        ),
        Phase("Watch it", budget=timedelta(hours=24), steps=(Step("2.1", "Watch"),)),
    )
    story.say(declared(protocol=Protocol("p", "P", phases)), e.PhaseBegun(1))
    resolved = story.say(e.StatusSet("resolved"), after=timedelta(minutes=4))
    stopped, running = clocks.phases(story.incident(), resolved.at + timedelta(hours=1))

    assert stopped.clock.ended == resolved.at
    assert (stopped.clock.level, stopped.clock.late, stopped.complete) == ("done", False, False)
    assert running.clock.ended is None
    assert running.clock.elapsed > timedelta(hours=1)


def test_what_is_reopened_is_not_resolved_until_it_is_again() -> None:
    story = quiet_story()
    story.say(e.StatusSet("resolved"))
    story.say(e.StatusSet("investigating"))
    assert story.incident().moment("resolved") is None
    again = story.say(e.StatusSet("resolved"), after=timedelta(hours=1))
    assert story.incident().moment("resolved") == again.at
