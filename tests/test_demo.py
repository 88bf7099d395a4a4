"""The demo: two incidents that look lived in, recorded like any other."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from incident_tui.config import Config
from incident_tui.demo import create
from incident_tui.demo_script import CHECKOUT, LOGIN
from incident_tui.domain import clocks
from incident_tui.paths import Paths
from incident_tui.session import Session

NOW = datetime(2026, 11, 21, 14, 30, tzinfo=UTC)


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    config = Config(zone="Europe/Berlin", person="alex")
    with Session.open(Paths(tmp_path / "data", tmp_path / "config"), config, wall=lambda: NOW) as session:
        yield session


def test_one_is_live_and_half_way_and_one_is_over(session: Session) -> None:
    room = create(session)

    live, past = session.summaries()
    assert (live.title, live.status, past.title, past.status) == (
        CHECKOUT.title,
        "investigating",
        LOGIN.title,
        "resolved",
    )
    assert room.incident.id == live.incident
    assert session.journal.verify() == []
    assert session.actor == "alex"


def test_nothing_in_it_is_late_or_lies_in_the_future(session: Session) -> None:
    create(session)

    for summary in session.summaries():
        events = list(session.journal.events(summary.incident))
        assert not any(event.late for event in events)
        assert all(event.recorded <= NOW for event in events)
        assert [event.recorded for event in events] == sorted(event.recorded for event in events)


def test_it_shows_what_there_is_to_show(session: Session) -> None:
    incident = create(session).incident

    assert {theory.state for theory in incident.theories.values()} == {"supported", "refuted"}
    assert {message.audience for message in incident.messages.values()} == {"internal", "management", "external"}
    assert {message.state for message in incident.messages.values()} == {"sent", "drafted"}
    levels = {clocks.clock.level for clocks in clocks.phases(incident, NOW)}
    assert {"done", "late", "ok", "idle"} <= levels
    assert clocks.elapsed(incident, NOW).elapsed == timedelta(minutes=27, seconds=40)
    assert len(incident.protocol.phases) == 13


def test_a_second_time_nothing_is_recorded(session: Session) -> None:
    first = create(session)
    second = create(session)

    assert second.incident == first.incident
    assert len(session.summaries()) == 2


def test_it_can_be_added_to_a_journal_in_use(session: Session) -> None:
    from incident_tui.protocols.library import load_builtin

    session.declare("Real outage", 1, load_builtin("emergency"))
    create(session)

    assert len(session.summaries()) == 3
    assert session.journal.verify() == []
