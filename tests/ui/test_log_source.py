"""The lines of the log by page: as many as the incident has, and none left out where others record beside it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace

from incident_tui.domain import events as e
from incident_tui.domain.evolve import fold
from incident_tui.domain.incident import Incident
from incident_tui.domain.policy import Policy
from incident_tui.journal import Journal, Lines
from incident_tui.ui.views.log import FILTERS, JournalSource
from incident_tui.ui.views.scene import Scene
from tests.journal.journals import chained, tell
from tests.story import checkout_outage, quiet_story


def scene_of(identifier: str, events: Iterable[e.Event]) -> Scene:
    incident = fold(events, Incident(identifier))
    return Scene(incident, incident.declared_at or quiet_story().now, ZoneInfo("UTC"), Policy(), "mara")


@pytest.mark.parametrize("kinds", [kinds for _, kinds in FILTERS])
def test_there_are_as_many_lines_as_the_journal_has(tmp_path: Path, kinds: tuple[str, ...]) -> None:
    story = checkout_outage()
    with Journal.open(tmp_path / "journal.db") as journal:
        scene = scene_of(story.id, tell(journal, story))
        query = Lines(story.id, kinds)

        assert JournalSource(journal, query, lambda: scene).count() == journal.count(query) > 0


def test_what_came_late_is_not_left_out_because_something_newer_came_with_it(tmp_path: Path) -> None:
    story = quiet_story()
    for number in range(10):
        story.say(e.EntryLogged("finding", f"line {number}"), device="aaaaaaaa" if number == 6 else "")
    events = chained(story.events)
    late = next(event for event in events if event.device == "aaaaaaaa")
    newest = events[-1]
    first = [event for event in events if event not in (late, newest)]
    scene = scene_of(story.id, first)
    with Journal.open(tmp_path / "journal.db") as journal:
        source = JournalSource(journal, Lines(story.id), lambda: scene)
        with journal.writing() as transaction:
            for event in first:
                transaction.append(event)
        assert [item.event for item in source.newest(4)] == first[-4:]
        with journal.writing() as transaction:
            transaction.append(late)
        scene = replace(scene, incident=fold([*first, late], Incident(story.id)))
        with journal.writing() as transaction:
            transaction.append(newest)  # the scene does not know it yet

        assert [item.event for item in source.newest(4)] == events[-4:]
