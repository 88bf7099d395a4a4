"""The lines of the log by page: as many as the incident has, and none left out where others record beside it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incident_tui.domain import events as e
from incident_tui.domain import timeline
from incident_tui.domain.incident import Incident
from incident_tui.domain.lines import MAIN_KINDS, kind_of
from incident_tui.domain.policy import Policy
from incident_tui.domain.timeline import BeforeBase, Timeline
from incident_tui.journal import Journal, Lines
from incident_tui.ui.views.log import FILTERS, JournalSource
from incident_tui.ui.views.scene import Scene
from tests.journal.journals import chained, tell
from tests.story import Story, checkout_outage, quiet_story


class Shown:
    """What the screen knows of an incident."""

    def __init__(self, story: Story, events: Iterable[e.Event]) -> None:
        self.timeline = Timeline.of(Incident(story.id), events)
        self.now = story.now

    def scene(self) -> Scene:
        return Scene(self.timeline.incident, self.now, ZoneInfo("UTC"), Policy(), "mara")

    def source(self, journal: Journal, kinds: Sequence[str]) -> JournalSource:
        query = Lines(self.timeline.incident.id, tuple(kinds))
        return JournalSource(journal, query, self.scene, lambda: self.timeline)


@pytest.fixture
def short_timelines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timeline, "CHECKPOINT_EVERY", 5)
    monkeypatch.setattr(timeline, "MOST_HELD", 20)


def record(journal: Journal, events: Iterable[e.Event]) -> None:
    with journal.writing() as transaction:
        for event in events:
            transaction.append(event)


@pytest.mark.parametrize("kinds", [kinds for _, kinds in FILTERS])
def test_there_are_as_many_lines_as_the_journal_has(tmp_path: Path, kinds: tuple[str, ...]) -> None:
    story = checkout_outage()
    with Journal.open(tmp_path / "journal.db") as journal:
        source = Shown(story, tell(journal, story)).source(journal, kinds)

        assert source.count() == journal.count(source.query) > 0


@pytest.mark.usefixtures("short_timelines")
@given(data=st.data(), kinds=st.sampled_from([kinds for _, kinds in FILTERS]), limit=st.integers(1, 8))
def test_what_has_come_is_added_and_nothing_known_is_left_out(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject, kinds: tuple[str, ...], limit: int
) -> None:
    story = checkout_outage()
    events = chained(story.events)
    late = data.draw(st.lists(st.sampled_from(events[1:]), max_size=4, unique_by=lambda event: event.id))
    order = [*(event for event in events if event not in late), *late]
    with Journal.open(tmp_path_factory.mktemp("log") / "journal.db") as journal:
        shown = Shown(story, ())
        source = shown.source(journal, kinds)
        known = there = 0
        while known < len(order):
            more = data.draw(st.integers(1, 9))
            record(journal, order[there : known + more])
            there = max(there, known + more)
            known, before = known + data.draw(st.integers(1, more)), known
            for event in order[before:known]:
                try:
                    shown.timeline = shown.timeline.then(event).recent()
                except BeforeBase:
                    shown.timeline = Timeline.of(Incident(story.id), order[:known])

            found = [item.event.id for item in source.newest(limit)]
            seen = {event.id for event in order[:known] if kind_of(event.body) in kinds}
            assert found == sorted(seen.union(found))[-limit:]
            assert {event.id for event in order[:there]}.issuperset(found)


def test_what_has_come_is_not_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    story = checkout_outage()
    story.say(e.EntryLogged("decision", "restart pool B"))
    story.say(e.EntryLogged("action", "restarted pool B"))
    *known, other, newest = chained(story.events)
    shown = Shown(story, known)
    with Journal.open(tmp_path / "journal.db") as journal:
        record(journal, known)
        source = shown.source(journal, ["action"])
        before = source.newest(2)
        record(journal, [other, newest])
        shown.timeline = shown.timeline.then(other).then(newest)
        monkeypatch.delattr(Journal, "page")

        assert [item.event for item in source.newest(2)] == [*(item.event for item in before[1:]), newest]


def test_what_came_late_is_not_left_out_because_something_newer_came_with_it(tmp_path: Path) -> None:
    story = quiet_story()
    for number in range(10):
        story.say(e.EntryLogged("finding", f"line {number}"), device="aaaaaaaa" if number == 6 else "")
    events = chained(story.events)
    late = next(event for event in events if event.device == "aaaaaaaa")
    newest = events[-1]
    first = [event for event in events if event not in (late, newest)]
    shown = Shown(story, first)
    with Journal.open(tmp_path / "journal.db") as journal:
        source = shown.source(journal, MAIN_KINDS)
        record(journal, first)
        assert [item.event for item in source.newest(4)] == first[-4:]
        record(journal, [late])
        shown.timeline = shown.timeline.then(late)
        record(journal, [newest])  # the screen does not know it yet

        assert [item.event for item in source.newest(4)] == events[-4:]
