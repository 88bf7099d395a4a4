"""Alerts find the incident that they are about, whatever order they come in, and each is told once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from incident_tui.config import Config
from incident_tui.domain.alerts import Alert
from incident_tui.domain.decide.command import set_status
from incident_tui.domain.decide.services import tag
from incident_tui.domain.events import EntryLogged
from incident_tui.intake import ACTOR, Intake
from incident_tui.session import Done, Session
from incident_tui.sources.inbound import Inbound
from tests.faults.appender import paths_below
from tests.strategies import SMALL

NOW = datetime(2026, 11, 21, 14, 2, tzinfo=UTC)
BEGAN = NOW - timedelta(minutes=4)


def alert(key: str = "k", severity: int | None = 1, *services: str, over: bool = False) -> Alert:
    ended = NOW if over else None
    return Alert("Alertmanager", key, f"alert {key}", "", severity, services, BEGAN, ended)


def told(*alerts: Alert, group: str = "") -> Inbound:
    return Inbound(alerts, group)


@pytest.fixture
def session(home: Path) -> Iterator[Session]:
    with Session.open(paths_below(home), Config(person="mara", zone="UTC"), wall=lambda: NOW) as session:
        yield session


@pytest.fixture
def intake(session: Session) -> Iterator[Intake]:
    with Session.open(session.paths, session.config, wall=lambda: NOW) as own:
        yield Intake(own, frozenset({1, 2}), SMALL)


def declared(session: Session, title: str) -> str:
    done = session.declare(title, 2, SMALL)
    assert isinstance(done, Done)
    return done.room.incident.id


def perform(session: Session, incident: str, status: str) -> None:
    done = session.perform(session.enter(incident), lambda known: set_status(known, status))
    assert isinstance(done, Done)


def entries(session: Session, incident: str) -> list[str]:
    stored = [item.event.body for item in session.journal.stored(incident, 0)]
    return [f"{body.kind} {body.alert}" for body in stored if isinstance(body, EntryLogged)]


def test_a_severe_alert_declares_and_what_comes_again_does_not(session: Session, intake: Intake) -> None:
    message = told(alert("a", 2, "checkout"), alert("b", 1, "db"), alert("c", None, over=True), group="g")

    assert intake.take(message).what == "declared"
    assert intake.take(message).what == "known"

    (summary,) = session.summaries()
    incident = session.enter(summary.incident).incident
    assert (incident.title, incident.severity, incident.declared_by) == ("alert b", 1, ACTOR)
    assert incident.moment("detected") == BEGAN
    assert sorted(incident.services) == ["checkout", "db"]
    assert entries(session, incident.id) == ["alert a", "alert b"]


def test_one_outage_sets_off_many_alerts_and_is_one_incident(session: Session, intake: Intake) -> None:
    assert intake.take(told(alert("a"), group="g")).what == "declared"
    assert intake.take(told(alert("b"), group="h")).what == "added"

    intake._session.now = lambda: NOW + timedelta(minutes=6)
    assert intake.take(told(alert("c"), group="i")).what == "declared"
    assert len(session.summaries()) == 2


def test_a_message_that_comes_again_after_a_restart_is_known(session: Session, intake: Intake) -> None:
    intake.take(told(alert()))

    with Session.open(session.paths, session.config, wall=lambda: NOW) as own:
        assert Intake(own, frozenset({1}), SMALL).take(told(alert())).what == "known"


def test_without_an_incident_nothing_is_recorded_of_what_may_not_declare(session: Session, intake: Intake) -> None:
    taken = intake.take(told(alert("a", 3)))

    assert (taken.what, taken.words) == (
        "nowhere",
        "Alertmanager: alert a: nothing is recorded, as no incident is live",
    )
    assert intake.take(told(alert("b", 1, over=True))).what == "nowhere"
    assert session.summaries() == []


def test_the_one_live_incident_gets_what_belongs_nowhere_else(session: Session, intake: Intake) -> None:
    incident = declared(session, "Checkout fails")

    assert intake.take(told(alert("a", 3))).what == "added"
    assert entries(session, incident) == ["alert a"]

    declared(session, "Mail is late")
    assert intake.take(told(alert("b", 3))).what == "nowhere"


def test_a_group_and_a_service_stay_with_their_incident(session: Session, intake: Intake) -> None:
    checkout = declared(session, "Checkout fails")
    intake.take(told(alert("a", 3), group="g"))
    mail = declared(session, "Mail is late")
    session.perform(session.enter(mail), lambda incident: tag(incident, "mail"))

    assert intake.take(told(alert("b", 1), group="g")).what == "added"
    assert intake.take(told(alert("c", 1, "Mail"), group="other")).what == "added"
    assert intake.take(told(alert("a", 1, over=True))).what == "added"

    assert entries(session, checkout) == ["alert a", "alert b", "health a"]
    assert entries(session, mail) == ["alert c"]


def test_what_goes_on_after_people_have_resolved_it_declares_nothing_again(session: Session, intake: Intake) -> None:
    intake.take(told(alert()))
    incident = session.summaries()[0].incident
    perform(session, incident, "resolved")

    assert intake.take(told(alert())).what == "known"
    assert intake.take(told(alert(over=True))).what == "added"
    assert entries(session, incident) == ["alert k", "health k"]
    assert session.enter(incident).incident.status == "resolved"
    assert intake.take(told(alert())).what == "declared"


def test_what_is_new_beside_what_goes_on_is_not_lost(session: Session, intake: Intake) -> None:
    intake.take(told(alert("old"), group="g"))
    incident = session.summaries()[0].incident
    perform(session, incident, "resolved")

    assert intake.take(told(alert("old"), alert("new"), group="g")).what == "declared"
    assert entries(session, session.summaries()[0].incident) == ["alert new"]
    assert entries(session, incident) == ["alert old"]


def test_each_end_is_told_where_its_beginning_was(session: Session, intake: Intake) -> None:
    one = declared(session, "Checkout fails")
    intake.take(told(alert("a", 3)))
    other = declared(session, "Mail is late")
    session.perform(session.enter(other), lambda incident: tag(incident, "mail"))
    intake.take(told(alert("b", 3, "mail")))

    taken = intake.take(told(alert("a", over=True), alert("b", over=True), alert("c", over=True)))

    assert taken.what == "added"
    assert entries(session, one) == ["alert a", "health a"]
    assert entries(session, other) == ["alert b", "health b"]


def test_a_drill_gets_no_alert(session: Session, intake: Intake) -> None:
    source = declared(session, "Checkout fails")
    session.now = lambda: NOW + timedelta(hours=1)
    perform(session, source, "resolved")
    drill = session.fork(source, NOW + timedelta(minutes=30))
    assert isinstance(drill, Done)

    assert intake.take(told(alert("a", 3))).what == "nowhere"
    assert entries(session, drill.room.incident.id) == []
