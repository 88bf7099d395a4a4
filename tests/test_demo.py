"""The demo is told through the rules, fills every part of the reports, and is made once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from incident_tui.config import Config
from incident_tui.demo import create
from incident_tui.demo.live import LIVE
from incident_tui.demo.past import PAST
from incident_tui.domain import clocks
from incident_tui.domain.decide.command import set_status
from incident_tui.domain.events import CommandRun, Event
from incident_tui.domain.incident import AUDIENCES, Incident
from incident_tui.journal.blobs import BlobStore
from incident_tui.paths import Paths
from incident_tui.reports.incident_report import render
from incident_tui.session import Done, Session

NOW = datetime(2026, 11, 21, 14, 49, 12, tzinfo=UTC)
DONE_BY_NOW = 12


def opened(home: Path, now: datetime = NOW, zone: str = "Europe/Berlin") -> Session:
    paths = Paths.find({"INCIDENT_TUI_HOME": str(home)})
    return Session.open(paths, replace(Config(), person="robin", zone=zone), wall=lambda: now)


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    """With the demo told once, for the tests that only read."""
    with opened(tmp_path_factory.mktemp("demo")) as session:
        create(session)
        yield session


def history(session: Session, title: str) -> tuple[Incident, list[Event]]:
    found = next(item for item in session.summaries() if item.title == title)
    return session.enter(found.incident).incident, list(session.journal.events(found.incident))


def report(session: Session, title: str) -> str:
    incident, events = history(session, title)
    return render(incident, events, session.policy, NOW)


def headings(text: str) -> list[str]:
    return re.findall(r"^## (.+)$", text, re.MULTILINE)


def test_it_returns_the_room_of_a_live_incident_beside_a_closed_one(session: Session) -> None:
    room = create(session)

    assert [(item.title, item.status) for item in session.summaries()] == [
        (LIVE.title, "investigating"),
        (PAST.title, "closed"),
    ]
    assert room.incident == session.enter(session.summaries()[0].incident).incident


def test_the_journal_is_sound_and_every_output_is_kept(session: Session) -> None:
    outputs = [
        event.body
        for title in (PAST.title, LIVE.title)
        for event in history(session, title)[1]
        if isinstance(event.body, CommandRun) and event.body.output
    ]
    blobs = BlobStore(session.paths.blobs)

    assert (session.journal.verify(), blobs.damaged()) == ([], [])
    assert outputs
    assert all(blobs.read(ran.sha256) == ran.output.encode() for ran in outputs)


def test_times_lie_in_the_past_and_in_the_order_of_the_ids(session: Session) -> None:
    told = [event for title in (PAST.title, LIVE.title) for event in history(session, title)[1]]

    assert [event.id for event in told] == sorted(event.id for event in told)
    assert [event.recorded for event in told] == sorted(event.recorded for event in told)
    assert all(event.at <= event.recorded <= NOW for event in told)
    assert NOW - timedelta(days=11) < told[0].at < NOW - timedelta(days=9)


def test_the_live_incident_is_half_way(session: Session) -> None:
    incident = create(session).incident
    update = clocks.next_update(incident, NOW, session.policy)
    marks = incident.marks.values()

    assert (incident.severity, incident.commander) == (1, "dana")
    assert sum(state.status == "done" for state in incident.steps.values()) == DONE_BY_NOW
    assert {theory.label: theory.state for theory in incident.theories.values()} == {
        "H1": "supported",
        "H2": "untested",
    }
    assert {message.state for message in incident.messages.values()} == {"sent", "drafted", "approved"}
    assert any(mark.starred for mark in marks)
    assert any(mark.struck for mark in marks)
    assert any(mark.amendments for mark in marks)
    assert update is not None
    assert update.level == "warn"


def test_the_past_incident_fills_every_section_of_its_report(session: Session) -> None:
    text = report(session, PAST.title)

    assert headings(text) == [
        "Severity changes",
        "Milestones and durations",
        "Roles",
        "Impact analysis",
        "Root cause",
        "Decisions",
        "Protocol: Emergency response",
        "Investigation log",
        "Communication log",
        "Technical details",
        "Resolution steps",
        "Verification and monitoring",
        "Recovery",
        "Timeline summary",
        "Post-incident actions",
        "Lessons learned",
        "Cost",
        "Sign-offs",
        "Post-mortem",
        "The record",
    ]
    assert "Not recorded." not in text
    assert all(f"### {audience.capitalize()}\n" in text for audience in AUDIENCES)


def test_the_past_incident_broke_one_promise_and_kept_the_others(session: Session) -> None:
    promises = re.findall(r"Next update promised by .*?: (.*?),", report(session, PAST.title))

    assert sorted(promises) == ["**not kept**", "kept", "kept", "kept", "kept", "kept"]


def test_the_past_incident_left_some_action_items(session: Session) -> None:
    items = history(session, PAST.title)[0].action_items.values()

    assert {item.label for item in items if item.done_at is None} == {"A2", "A3", "A5"}
    assert all(item.owner for item in items)


def test_the_live_incident_has_a_report_already(session: Session) -> None:
    text = report(session, LIVE.title)

    assert {"Root cause", "Decisions", "Investigation log", "Communication log"} <= set(headings(text))
    assert "This incident had not ended" in text


def test_a_second_call_makes_no_second_one(session: Session) -> None:
    first = create(session)

    assert create(session).incident == first.incident
    assert len(session.summaries()) == 2


def test_after_it_was_resolved_there_is_another_live_one_but_no_other_past_one(home: Path) -> None:
    with opened(home) as session:
        room = create(session)
        done = session.perform(room, lambda incident: set_status(incident, "resolved"))

        assert isinstance(done, Done)
        assert create(session).incident.id != room.incident.id
        assert sorted(item.title for item in session.summaries()) == [LIVE.title, LIVE.title, PAST.title]


def test_it_is_told_the_same_each_time_but_for_ids(session: Session, home: Path) -> None:
    with opened(home) as other:
        create(other)
        told = [without_ids(report(other, title)) for title in (PAST.title, LIVE.title)]

    assert told == [without_ids(report(session, title)) for title in (PAST.title, LIVE.title)]


def without_ids(text: str) -> str:
    """The report up to its hashes, its reference blanked."""
    return re.sub(r"INC-[0-9]{8}-[0-9A-Z]{3}", "INC", text.partition("## The record")[0])


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "America/St_Johns"])
def test_it_can_be_told_at_any_hour_in_any_zone(home: Path, zone: str) -> None:
    with opened(home, datetime(2026, 11, 2, 0, 3, tzinfo=UTC), zone) as session:
        create(session)

        assert len(session.summaries()) == 2


def test_the_person_who_looks_on_stays_who_they_are(session: Session) -> None:
    assert (session.actor, session.now()) == ("robin", NOW)
    assert "robin" not in {event.actor for event in history(session, LIVE.title)[1]}
