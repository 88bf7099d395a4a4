"""Kept gists: of what is over, true of the newest version, made anew where they are not, absent in older files."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from msgspec.structs import replace

from incident_tui.domain import events as e
from incident_tui.domain.encoding import from_json, to_json
from incident_tui.domain.evolve import fold
from incident_tui.domain.gist import EDITION, Gist
from incident_tui.domain.incident import Incident
from incident_tui.journal import Journal
from incident_tui.journal.codec import to_row
from tests.journal.journals import chained, raw, tampering, tell
from tests.story import Story, checkout_outage, quiet_story
from tests.strategies import stories


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "incidents.db"


def test_the_gist_of_what_is_over_is_kept_with_the_last_event(path: Path) -> None:
    story = checkout_outage()
    with Journal.open(path) as journal:
        events = tell(journal, story)

        assert list(journal.gists()) == [Gist.of(fold(events, Incident(story.id)))]


def test_a_live_incident_has_no_gist(path: Path) -> None:
    with Journal.open(path) as journal:
        tell(journal, quiet_story())

        assert list(journal.gists()) == []


def test_an_incident_that_is_live_again_has_none_until_it_is_over(path: Path) -> None:
    story = checkout_outage()
    with Journal.open(path) as journal:
        tell(journal, story)
        story.say(e.StatusSet("investigating", "it is back"))
        _summarise(journal, story)
        assert list(journal.gists()) == []

        story.say(e.StatusSet("resolved"))
        _summarise(journal, story)
        assert list(journal.gists()) == [Gist.of(story.incident())]


def test_imported_events_renew_the_gist(path: Path) -> None:
    story = checkout_outage()
    events = chained(story.events)
    rows = [to_row(event) for event in events]
    with Journal.open(path) as journal:
        journal.import_rows(rows[:-3])
        journal.import_rows(rows[-3:])

        assert list(journal.gists()) == [Gist.of(fold(events, Incident(story.id)))]


@pytest.mark.parametrize(
    "change",
    [f"update gists set edition = {EDITION + 1}", "update gists set rules = 0", "update gists set gist = '{'"],
)
def test_a_gist_of_another_edition_or_a_damaged_one_is_not_used(path: Path, change: str) -> None:
    with Journal.open(path) as journal:
        tell(journal, checkout_outage())
    tampering(path, change)

    with Journal.open(path) as journal:
        assert list(journal.gists()) == []


def test_a_file_of_an_older_program_that_may_only_be_read_has_no_gists(path: Path) -> None:
    with Journal.open(path) as journal:
        tell(journal, checkout_outage())
    connection = raw(path)
    connection.execute("drop table gists")
    connection.execute("pragma user_version = 1")

    with Journal.open(path, writable=False) as journal:
        assert list(journal.gists()) == []
        assert len(journal.summaries()) == 1


def test_a_gist_of_another_version_than_the_summary_is_not_kept(path: Path) -> None:
    story = checkout_outage()
    with Journal.open(path) as journal:
        tell(journal, story)
        with journal.writing() as transaction:
            transaction.keep_gist(replace(story.incident(), title="old", version=3))

        assert [gist.title for gist in journal.gists()] == [story.incident().title]


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(stories())
def test_a_gist_reads_back_as_it_was(story: Story) -> None:
    gist = Gist.of(story.incident())

    assert from_json(Gist, to_json(gist)) == gist


def _summarise(journal: Journal, story: Story) -> None:
    with journal.writing() as transaction:
        incident = story.incident()
        transaction.summarise(incident, story.now)
