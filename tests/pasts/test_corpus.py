"""Every real post-mortem at hand: what its readers counted, and that nothing in it is made up."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from incident_tui.domain.decide import Refused
from incident_tui.domain.evolve import fold
from incident_tui.domain.incident import Incident
from incident_tui.pasts import Told, read
from incident_tui.pasts.building import Entering, events_of, is_twin
from tests.pasts.shared import FILES, FOLDER, LABELS

NOW = datetime(2026, 11, 21, 14, 5, 7, tzinfo=UTC)
ZONE = re.compile(r"\b(?:UTC|PST|PDT|CET|CEST)\b")

pytestmark = pytest.mark.skipif(not FILES, reason="the shared corpus is not here")


def told(file: Path) -> Told:
    (found,) = read(file.read_text(), file.name)
    return found


@pytest.mark.parametrize("label", LABELS, ids=lambda file: file.name)
def test_count_first_and_last_are_as_a_person_read_them(label: Path) -> None:
    expected = json.loads(label.read_text())
    events = told(FOLDER / expected["file"]).events

    assert [len(events), events[0].occurred, events[-1].occurred] == [
        expected[name] for name in ("events", "first", "last")
    ]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_no_zone_is_made_up(file: Path) -> None:
    found = told(file)

    assert found.timezone is not None
    assert found.timezone in file.read_text()
    assert all(event.at is None or event.at.tzinfo is not None for event in found.events)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_every_event_has_its_words_and_its_line(file: Path) -> None:
    text = file.read_text()
    lines = text.split("\n")

    for event in told(file).events:
        assert event.text
        assert re.search(r"\d|\?\?", lines[event.line - 1])
        assert re.split(r"\s", event.stamp)[0] in lines[event.line - 1]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_it_becomes_an_incident_that_is_over(file: Path) -> None:
    found = told(file)

    events = events_of(found, Entering("0badcafe", "dana", NOW, "Europe/Berlin"), ())

    assert not isinstance(events, Refused)
    incident = fold(events, Incident(events[0].id))
    assert (incident.title, incident.status, incident.live) == (found.title, "closed", False)
    assert incident.entries == len(found.events) + 1
    assert {event.recorded for event in events} == {NOW}
    assert [event.id for event in events] == sorted({event.id for event in events})
    assert is_twin(events[0].id, found)
    assert {name: milestone.at for name, milestone in incident.milestones.items() if name in found.milestones} == {
        name: at for name, at in found.milestones.items() if name != "declared"
    }


def test_no_two_documents_are_the_same_incident() -> None:
    desk = Entering("0badcafe", "dana", NOW, "UTC")
    firsts = [events[0].id for file in FILES if not isinstance(events := events_of(told(file), desk, ()), Refused)]

    assert len(set(firsts)) == len(FILES)
