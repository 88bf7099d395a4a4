"""Pages up to a moment: nothing that came later is found, counted, or found by words that came later."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from incident_tui.domain import events as e
from incident_tui.journal import Journal, Lines
from incident_tui.journal.codec import sealed, to_row
from tests.story import Story, declared


def test_an_amendment_is_searched_only_once_it_was_made(tmp_path: Path) -> None:
    story = Story()
    story.say(declared(), after=timedelta(0))
    entry = story.say(e.EntryLogged("finding", "error rate climbs"))
    other = story.say(e.EntryLogged("finding", "zanzibar is slow"))
    amended = story.say(e.EntryAmended(entry.id, "error rate climbs in zanzibar"))
    previous, rows = "", []
    for event in story.events:
        chained = sealed(event, previous)
        previous = chained.hash
        rows.append(to_row(chained))
    with Journal.open(tmp_path / "journal.db") as journal:
        journal.import_rows(rows)
        for upto, found in (
            (entry.id, []),
            (other.id, [other.id]),
            (amended.id, [entry.id, other.id]),
            ("", [entry.id, other.id]),
        ):
            query = Lines(story.id, words="zanzibar", upto=upto)
            assert [event.id for event in journal.page(query)] == found
            assert journal.count(query) == len(found)
