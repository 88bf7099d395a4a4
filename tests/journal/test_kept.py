"""What is kept to be fast is never the truth: what differs from the events is named, and made anew from them alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings

from incident_tui.domain import events as e
from incident_tui.domain.evolve import fold
from incident_tui.domain.incident import MILESTONES, Incident
from incident_tui.journal import Journal, JournalError, Lines
from incident_tui.journal.kept import make_anew, problems
from tests.journal.journals import raw, tell
from tests.story import Story, checkout_outage, quiet_story
from tests.strategies import stories

DUMPED = {
    "lines": "*",
    "incidents": "*",
    "checkpoints": "incident, rules, last, seq, state",
    "gists": "*",
    "tags": "*",
    "cases": "incident, version, edition, title, causes, symptoms, services, playbooks",
}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "incidents.db"


def closed() -> Story:
    """One that is over, so that metrics and the search of similar ones keep something of it."""
    story = checkout_outage()
    story.say(*(e.MilestoneSet(name) for name in MILESTONES), e.StatusSet("resolved"))
    return story


def filled(path: Path, *stories: Story) -> None:
    with Journal.open(path) as journal:
        for story in stories:
            if not tell(journal, story):
                continue
            with journal.writing() as transaction:
                incident = fold(journal.events(story.id), Incident(story.id))
                transaction.keep_checkpoint(incident, max(stored.seq for stored in journal.stored(story.id)))


def kept(path: Path) -> dict[str, list[tuple[object, ...]]]:
    connection = raw(path)
    return {table: sorted(connection.execute(f"select {columns} from {table}")) for table, columns in DUMPED.items()}


CHANGES: dict[str, str] = {
    "list of lines": "delete from lines where id in (select min(id) from lines)",
    "list of lines ": "update lines set kind = 'fix' where id in (select max(id) from lines)",
    "list of lines  ": "insert into lines select incident, 'ffffffff', 'fix' from incidents",
    "checkpoint": "update checkpoints set state = json_set(state, '$.title', 'Nothing fails')",
    "checkpoint ": "update checkpoints set state = json_set(state, '$.severity', 4)",
    "line in the list": "update incidents set title = 'Nothing fails'",
    "line in the list ": "delete from incidents",
    "set of tags": "insert into tags select incident, 'service', 'payments' from incidents",
    "set of tags ": "delete from tags where kind = 'person'",
    "gist for the metrics": "update gists set gist = json_set(gist, '$.title', 'Nothing fails')",
    "case for the search of similar ones": "update cases set causes = 'none'",
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_differs_from_the_events_is_named_and_made_anew(path: Path, change: str) -> None:
    filled(path, closed(), quiet_story(closed().now))
    before = kept(path)
    assert problems(path) == []
    with raw(path) as connection:
        assert connection.execute(CHANGES[change]).rowcount > 0
    connection.close()

    with Journal.open(path) as journal:
        assert journal.verify() == []
        named = {problem.text.partition(": its ")[2].partition(" is not")[0] for problem in problems(path)}
        assert change.strip() in named
        with journal.writing() as transaction:
            assert make_anew(transaction) == 2
        assert problems(path) == []
    after = kept(path)
    assert {name: after[name] for name in after if name != "incidents"} == {
        name: before[name] for name in before if name != "incidents"
    }
    assert [row[:-1] for row in after["incidents"]] == [row[:-1] for row in before["incidents"]]


def test_what_is_made_anew_is_found_again(path: Path) -> None:
    story = checkout_outage()
    filled(path, story)
    with Journal.open(path) as journal:
        query = Lines(story.id, words="pool")
        found = [event.id for event in journal.page(query)]
        assert found
        with journal.writing() as transaction:
            transaction.index(1)
        with raw(path) as connection:
            connection.execute("insert into words (words) values ('delete-all')")
        connection.close()
        assert journal.page(query) == []
        with journal.writing() as transaction:
            make_anew(transaction)

        assert [event.id for event in journal.page(query)] == found


def test_nothing_has_changed_when_it_cannot_be_made_anew(path: Path) -> None:
    story = checkout_outage()
    filled(path, story)
    before = kept(path)
    with raw(path) as connection:
        connection.execute("drop trigger events_stay")
        connection.execute("update events set body = '{' where seq = 3")
    connection.close()
    with Journal.open(path) as journal, pytest.raises(JournalError), journal.writing() as transaction:
        make_anew(transaction)

    assert kept(path) == before


@settings(max_examples=20)
@given(stories())
def test_of_any_history_all_that_is_kept_is_what_its_events_make(
    tmp_path_factory: pytest.TempPathFactory, story: Story
) -> None:
    path = tmp_path_factory.mktemp("kept") / "incidents.db"
    filled(path, story)

    assert problems(path) == []
    with Journal.open(path) as journal, journal.writing() as transaction:
        make_anew(transaction)
    assert problems(path) == []
