"""The kept line of an incident says what the incident says, however little of it is written anew."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings

from incident_tui.domain import events as e
from incident_tui.domain.evolve import evolve
from incident_tui.domain.incident import Incident
from incident_tui.journal import Journal
from incident_tui.journal.summaries import COLUMNS, summary_values
from tests.journal.journals import chained, raw, tell
from tests.story import Story, checkout_outage, quiet_story
from tests.strategies import stories


def kept(path: Path, identifier: str) -> tuple[object, ...]:
    row: tuple[object, ...] = (
        raw(path).execute(f"select {COLUMNS} from incidents where incident = ?", (identifier,)).fetchone()
    )
    return row


@given(stories())
@settings(max_examples=40)
def test_it_is_up_to_date_after_every_event(tmp_path_factory: pytest.TempPathFactory, story: Story) -> None:
    path = tmp_path_factory.mktemp("journal") / "incidents.db"
    follow(path, story)


def test_it_is_up_to_date_all_through_an_outage(tmp_path: Path) -> None:
    follow(tmp_path / "incidents.db", checkout_outage())


@pytest.mark.parametrize(
    "body",
    [
        e.MilestoneSet("detected"),
        e.MilestoneSet("resolved"),
        e.RoleTaken("incident commander", "Ana"),
        e.RoleLeft("incident commander"),
        e.IncidentRenamed("another"),
        e.SeveritySet(3),
        e.StatusSet("monitoring", ""),
    ],
)
def test_it_is_up_to_date_after_what_changes_it(tmp_path: Path, body: e.Body) -> None:
    story = quiet_story()
    story.say(e.RoleTaken("incident commander", "Mara"))
    story.say(body)
    follow(tmp_path / "incidents.db", story)


def follow(path: Path, story: Story) -> None:
    """Record a story event by event, and look at the line after each."""
    incident, before = Incident(story.id), None
    with Journal.open(path) as journal:
        for event in chained(story.events):
            with journal.writing() as transaction:
                transaction.append(event)
                incident = evolve(incident, event)
                transaction.summarise(incident, event.recorded, before)
            before = incident
            assert kept(path, story.id) == summary_values(incident, event.recorded)


def test_one_that_is_gone_comes_back(tmp_path: Path) -> None:
    story = quiet_story()
    with Journal.open(tmp_path / "incidents.db") as journal:
        tell(journal, story)
        raw(journal.path).execute("delete from incidents")
        before = story.incident()
        event = story.say(e.EntryLogged("finding", "the pool is full"))
        with journal.writing() as transaction:
            transaction.append(event)
            transaction.summarise(story.incident(), story.now, before)

        assert kept(journal.path, story.id) == summary_values(story.incident(), story.now)
