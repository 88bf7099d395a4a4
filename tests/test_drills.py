"""Drills in the journal: forked in one go, filled from outside once whoever looks, kept apart from what is real."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from incident_tui import drills
from incident_tui.config import Config
from incident_tui.domain.decide import Refused
from incident_tui.domain.decide.command import set_impact, set_status, take_role
from incident_tui.domain.decide.log import log_entry
from incident_tui.domain.drill import due
from incident_tui.domain.events import EntryLogged
from incident_tui.journal import Summary
from incident_tui.measuring import gather
from incident_tui.rooms import Room
from incident_tui.session import Done, Session
from tests.faults.appender import paths_below
from tests.strategies import SMALL
from tests.ui.harness import NOW, Wall

CONFIG = Config(person="mara", zone="Europe/Berlin")


@pytest.fixture
def wall() -> Wall:
    return Wall()


@pytest.fixture
def session(home: Path, wall: Wall) -> Iterator[Session]:
    with Session.open(paths_below(home), CONFIG, wall=wall) as session:
        yield session


def done(outcome: Done | Refused) -> Room:
    assert isinstance(outcome, Done), outcome
    return outcome.room


def past(session: Session, wall: Wall) -> Room:
    """An incident of twenty minutes with an alert after five and an impact after ten."""
    room = done(session.declare("Checkout fails", 2, SMALL, "mara"))
    wall.move(minutes=5)
    room = done(session.perform(room, partial(log_entry, kind_word="alert", text_word="p99 over 5 s")))
    wall.move(minutes=5)
    room = done(session.perform(room, partial(set_impact, key_word="users", value_word="900")))
    wall.move(minutes=10)
    room = done(session.perform(room, partial(set_status, word="resolved")))
    wall.move(days=9)
    return room


def forked(session: Session, room: Room, at: datetime | None = None) -> Room:
    return done(session.fork(room.incident.id, at))


def test_a_drill_begins_as_its_source_did_and_is_marked_everywhere(session: Session, wall: Wall) -> None:
    source = past(session, wall).incident

    drill = forked(session, session.enter(source.id)).incident

    assert drill.drill is not None
    assert (drill.drill.source, drill.drill.forked) == (source.id, source.declared_at)
    assert drill.began_at == wall.now
    assert (drill.title, drill.severity, drill.commander) == ("Checkout fails", 2, None)
    assert drill.ref != source.ref
    assert {item.ref: item.drill for item in session.summaries()} == {drill.ref: source.id, source.ref: ""}
    assert session.enter(drill.id).incident == drill
    assert session.journal.verify() == []


def test_what_arrives_at_two_screens_is_recorded_once_and_a_restart_repeats_nothing(
    session: Session, wall: Wall
) -> None:
    room = forked(session, past(session, wall))
    drill = room.incident.drill
    assert drill is not None
    planned = drills.planned(session, drill)
    assert due(planned, room.incident.injected, wall.now - drill.opened) == ()
    wall.move(minutes=7)
    (first,) = due(planned, room.incident.injected, wall.now - drill.opened)

    here, there = drills.arrive(session, room, first), drills.arrive(session, room, first)

    assert isinstance(here, Done)
    assert isinstance(there, Refused)
    (event,) = here.events
    assert (event.actor, event.at, event.recorded) == ("drill", wall.now - timedelta(minutes=2), wall.now)
    assert event.body == EntryLogged("alert", "p99 over 5 s", repeats=first.event)
    wall.move(hours=1)
    again = session.enter(room.incident.id)
    (last,) = due(planned, again.incident.injected, wall.now - drill.opened)
    assert done(drills.arrive(session, again, last)).incident.impact["users"].text == "900"


def test_a_fork_in_the_middle_tells_what_was_known(session: Session, wall: Wall) -> None:
    source = past(session, wall)

    room = forked(session, source, NOW + timedelta(minutes=7))

    assert room.incident.drill is not None
    assert room.incident.began_at == wall.now - timedelta(minutes=7)
    bodies = [event.body for event in session.journal.events(room.incident.id)]
    assert EntryLogged("alert", "p99 over 5 s") in bodies
    assert len(drills.planned(session, room.incident.drill)) == 1


def test_what_cannot_be_forked_leaves_nothing_behind(session: Session) -> None:
    live = done(session.declare("Live", 3, SMALL))

    refused = session.fork(live.incident.id)

    assert isinstance(refused, Refused)
    assert isinstance(session.fork("nowhere"), Refused)
    assert len(session.summaries()) == 1
    assert isinstance(drills.beside(session, live.incident), Refused)


def test_the_one_live_incident_is_the_real_one(session: Session, wall: Wall) -> None:
    drill = forked(session, past(session, wall)).incident

    only = session.find(None)
    real = done(session.declare("The real thing", 1, SMALL)).incident
    meant = session.find(None)

    assert isinstance(only, Summary)
    assert isinstance(meant, Summary)
    assert (only.ref, meant.ref) == (drill.ref, real.ref)


def test_a_finished_drill_is_compared_and_is_in_no_memory(session: Session, wall: Wall) -> None:
    source = past(session, wall)
    room = forked(session, source)
    wall.move(minutes=1)
    room = done(session.perform(room, partial(take_role, role_word="ic", person_word="tina")))
    wall.move(minutes=3)
    room = done(session.perform(room, partial(set_status, word="resolved")))

    found = drills.beside(session, room.incident)

    assert not isinstance(found, Refused)
    rows = {row.name: row for row in found.milestones}
    assert rows["resolved"].difference == timedelta(minutes=-16)
    assert rows["acknowledged"].difference == timedelta()
    assert session.journal.cases(["checkout"])[0].incident == source.incident.id
    assert len(session.journal.cases(["checkout"])) == 1
    assert session.journal.caseless() == []
    assert [gist.drill for gist in gather(session) if gist.incident == room.incident.id] == [True]
