"""Events from elsewhere: once, all or none, and in whatever order they come the same incident."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from incident_tui.domain import events as e
from incident_tui.domain.evolve import fold
from incident_tui.domain.incident import Incident
from incident_tui.domain.search import plain
from incident_tui.journal import Journal, JournalError, Lines, Row, from_line, to_line
from incident_tui.journal.codec import canonical, digest, to_row
from tests.journal.journals import chained, tell
from tests.story import HERE, THERE, Story, checkout_outage
from tests.strategies import stories


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    with Journal.open(tmp_path / "incidents.db") as journal:
        yield journal


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("journals")


def rows_of(story: Story) -> list[Row]:
    return [to_row(event) for event in chained(story.events)]


def test_a_second_import_adds_nothing(journal: Journal) -> None:
    rows = rows_of(checkout_outage())

    assert journal.import_rows(rows) == len(rows)
    before = (
        list(journal.rows()),
        journal.summaries(),
        journal.search(plain("pool")),
        journal.count(Lines(rows[0].incident)),
    )
    assert journal.import_rows([*rows, *reversed(rows)]) == 0

    after = (
        list(journal.rows()),
        journal.summaries(),
        journal.search(plain("pool")),
        journal.count(Lines(rows[0].incident)),
    )
    assert after == before
    assert journal.verify() == []


def test_what_came_by_import_equals_what_was_recorded_here(journal: Journal, tmp_path: Path) -> None:
    story = checkout_outage()
    journal.import_rows([from_line(to_line(row)) for row in rows_of(story)])

    with Journal.open(tmp_path / "here.db") as here:
        tell(here, story)

        assert list(journal.rows()) == list(here.rows())
        assert journal.summaries() == here.summaries()
        for words in ("", "pool"):
            query = Lines(story.id, words=words)
            assert journal.page(query) == here.page(query)
            assert journal.count(query) == here.count(query)


def test_all_or_nothing(journal: Journal) -> None:
    rows = rows_of(checkout_outage())
    broken = rows[-1]._replace(at="?")

    with pytest.raises(JournalError, match=f"event {broken.id} is damaged"):
        journal.import_rows([*rows[:-1], broken])

    assert list(journal.rows()) == []
    assert journal.summaries() == []
    assert journal.search(plain("pool")) == []
    assert journal.import_rows(rows) == len(rows)


def test_an_import_that_comes_from_nowhere_changes_nothing(journal: Journal) -> None:
    def rows() -> Iterator[Row]:
        yield from rows_of(checkout_outage())
        raise JournalError("the stream ended early")

    with pytest.raises(JournalError, match="ended early"):
        journal.import_rows(rows())

    assert list(journal.rows()) == []


@settings(max_examples=12)
@given(stories(), st.integers(0, 14))
def test_two_devices_agree_whichever_way_they_exchange(folder: Path, story: Story, shared: int) -> None:
    rows = rows_of(story)
    here = [row for number, row in enumerate(rows) if number < shared or row.device == HERE]
    there = [row for number, row in enumerate(rows) if number < shared or row.device == THERE]
    name = f"{len(list(folder.iterdir()))}"
    with Journal.open(folder / f"{name}-here.db") as one, Journal.open(folder / f"{name}-there.db") as two:
        one.import_rows(here)
        two.import_rows(there)
        one.import_rows(list(two.rows()))
        two.import_rows(list(one.rows()))

        assert list(one.rows()) == list(two.rows()) == rows
        assert one.summaries() == two.summaries()
        assert one.verify() == two.verify() == []
        folded = [fold(journal.events(story.id), Incident(story.id)) for journal in (one, two)]
        assert folded[0] == folded[1] == fold(chained(story.events), Incident(story.id))


def test_an_earlier_event_drops_the_checkpoint(journal: Journal) -> None:
    story = checkout_outage()
    rows = rows_of(story)
    late = [row for row in rows if row.device == THERE]
    journal.import_rows([row for row in rows if row.device == HERE])
    before, seq = journal.checkpoint(story.id)
    with journal.writing() as transaction:
        kept = fold((stored.event for stored in transaction.stored(story.id, 0)), before)
        transaction.keep_checkpoint(kept, len(rows) - len(late))
    assert journal.checkpoint(story.id) == (kept, len(rows) - len(late))

    journal.import_rows(late)

    base, seq = journal.checkpoint(story.id)
    found = fold((stored.event for stored in journal.stored(story.id, seq)), base)
    assert found == fold(chained(story.events), Incident(story.id))
    assert journal.summaries()[0].version == len(rows)


def test_a_field_of_a_newer_version_survives(tmp_path: Path) -> None:
    """A row that this version would write in another way keeps its content, its hash, and its way on."""
    story = checkout_outage()
    rows = rows_of(story)[:1]
    story.say(e.EntryLogged("note", "from the future"))
    last = to_row(chained(story.events)[-1])._replace(prev=rows[0].hash, hash="")
    newer = last._replace(body=canonical({**json.loads(last.body), "mood": "calm"}), at="2026-11-21T15:00:00+01:00")
    older = json.loads(last.body)
    del older["tags"], older["supports"]
    for number, odd in enumerate((newer, last._replace(body=canonical(older)))):
        sealed = odd._replace(hash=digest(odd))
        with Journal.open(tmp_path / f"{number}.db") as journal:
            journal.import_rows([*rows, from_line(to_line(sealed))])

            assert list(journal.rows())[-1] == sealed
            assert journal.verify() == []
            assert journal.search(plain("future"))[0].event.body == story.events[-1].body


def test_several_incidents_come_at_once(journal: Journal) -> None:
    one = checkout_outage()
    two = checkout_outage(one.now)

    assert journal.import_rows([*rows_of(one), *rows_of(two)]) == len(one.events) + len(two.events)
    assert {summary.incident for summary in journal.summaries()} == {one.id, two.id}
    assert journal.verify() == []


def test_rows_of_damaged_text_leave_no_half_import(journal: Journal) -> None:
    rows = rows_of(checkout_outage())

    with pytest.raises((JournalError, UnicodeEncodeError)):
        journal.import_rows([*rows, rows[0]._replace(id="x", actor="\ud800")])

    assert list(journal.rows()) == []
