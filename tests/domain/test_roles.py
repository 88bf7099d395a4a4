"""The time without a commander, roles that do not go together, the span of control; open and eliminated theories."""

from __future__ import annotations

from datetime import timedelta

import pytest

from incident_tui.domain import events as e
from incident_tui.domain import theories
from incident_tui.domain.incident import COMMANDER, Incident
from incident_tui.domain.roles import SPAN, Conflict, conflicts, gap, span_of_control, vacant_since
from tests.story import START, Story, checkout_outage, quiet_story

MINUTE = timedelta(minutes=1)


def commanded() -> Story:
    """Declared; commanded from minute 2 to 5, and again from minute 9."""
    story = quiet_story()
    story.say(e.RoleTaken(COMMANDER, "Mara"), after=2 * MINUTE)
    story.say(e.RoleLeft(COMMANDER), after=3 * MINUTE)
    story.say(e.RoleTaken(COMMANDER, "Noor"), after=4 * MINUTE)
    return story


@pytest.mark.parametrize(
    ("count", "minutes", "missing", "vacant"),
    [
        (0, 0, 0, None),
        (1, 0, 0, 0),
        (1, 1, 1, 0),
        (2, 4, 2, None),
        (3, 7, 4, 5),
        (4, 30, 6, None),
    ],
)
def test_the_time_without_a_commander(count: int, minutes: int, missing: int, vacant: int | None) -> None:
    story = commanded()
    story.events = story.events[:count]
    incident = story.incident()

    assert gap(incident, START + minutes * MINUTE) == missing * MINUTE
    assert vacant_since(incident) == (None if vacant is None else START + vacant * MINUTE)


def test_command_that_passes_from_hand_to_hand_leaves_no_gap() -> None:
    story = quiet_story()
    story.say(e.RoleTaken(COMMANDER, "Mara"), after=timedelta(0))
    story.say(e.RoleTaken(COMMANDER, "Noor"), after=5 * MINUTE)

    assert gap(story.incident(), START + 60 * MINUTE) == timedelta()


def test_after_the_end_nobody_needs_to_command() -> None:
    story = commanded()
    story.say(e.StatusSet("resolved"), after=MINUTE)
    story.say(e.RoleLeft(COMMANDER), after=MINUTE)
    incident = story.incident()

    assert vacant_since(incident) is None
    assert gap(incident, START + timedelta(days=9)) == 6 * MINUTE
    assert gap(incident, START + MINUTE) == MINUTE


def test_command_entered_late_fills_the_gap() -> None:
    story = quiet_story()
    story.say(e.RoleTaken(COMMANDER, "Mara"), at=START - MINUTE, after=5 * MINUTE)

    assert gap(story.incident(), START + 9 * MINUTE) == timedelta()


def test_before_the_declaration_there_is_nothing_to_command() -> None:
    assert gap(Incident("x"), START) == timedelta()
    assert gap(quiet_story().incident(), START - MINUTE) == timedelta()


def test_one_person_in_roles_that_do_not_go_together() -> None:
    story = quiet_story()
    story.say(e.RoleTaken("scribe", "mara"), e.RoleTaken("deputy", "Mara"), e.RoleTaken("technical lead", "Kim"))
    assert conflicts(story.incident()) == ()

    story.say(e.RoleTaken(COMMANDER, "Mara"))
    assert conflicts(story.incident()) == (Conflict("Mara", (COMMANDER, "scribe")),)

    story.say(e.RoleTaken("technical lead", "Mara"))
    assert conflicts(story.incident())[0].roles == (COMMANDER, "scribe", "technical lead")

    apart = {"deputy": frozenset({"scribe", "runner"})}
    assert conflicts(story.incident(), apart)[0].roles == ("deputy", "scribe")
    story.say(e.RoleTaken("scribe", "Ida"))
    assert conflicts(story.incident(), apart) == ()
    assert conflicts(story.incident()) == (Conflict("Mara", (COMMANDER, "technical lead")),)


def test_the_span_of_control_counts_people() -> None:
    story = quiet_story()
    assert span_of_control(story.incident()) == 0

    story.say(e.RoleTaken(COMMANDER, "Mara"), e.RoleTaken("deputy", "Jonas"))
    assert span_of_control(story.incident()) == 0

    story.say(e.RoleTaken("scribe", "Mara"), e.RoleTaken("technical lead", "Lee"), e.RoleTaken("database", "Lee"))
    assert span_of_control(story.incident()) == 1

    order = story.say(e.OrderGiven("lee", "x", 60), e.OrderGiven("Jonas", "x", 60), e.OrderGiven("Ida", "x", 60))
    assert span_of_control(story.incident()) == 3

    story.say(e.OrderDone(order.id, "seen"))
    assert span_of_control(story.incident()) == 2

    story.say(*(e.OrderGiven(f"person {number}", "x", 60) for number in range(6)))
    assert span_of_control(story.incident()) == SPAN + 1


def test_theories_are_open_eliminated_or_confirmed() -> None:
    story = quiet_story()
    old, pool, cache, wrong, last = (
        story.say(e.EntryLogged("theory", text)).id for text in ("old", "pool", "cache", "wrong", "last")
    )
    story.say(e.TheoryJudged(cache, "refuted"), e.TheoryJudged(pool, "supported"), e.EntryStruck(wrong))
    story.say(e.EntryLogged("evidence", "x", (), last))
    doubtful = story.say(e.EntryLogged("evidence", "y", (), old, last))
    story.say(e.EntryStruck(doubtful.id), e.EntryLogged("evidence", "z", (), None, old))
    incident = story.incident()

    assert [theory.id for theory in theories.standing(incident)] == [pool, last, old]
    assert [theories.weight(incident, theory) for theory in theories.standing(incident)] == [0, 1, -1]
    assert [theory.id for theory in theories.eliminated(incident)] == [cache]
    assert theories.confirmed(incident) == []


def test_the_outage_ends_with_one_cause_and_one_thing_ruled_out() -> None:
    incident = checkout_outage().incident()

    assert [theory.label for theory in theories.confirmed(incident)] == ["H1"]
    assert [theory.label for theory in theories.eliminated(incident)] == ["H2"]
    assert theories.standing(incident) == []
