"""Searches over all incidents: filters, ranks, snippets; and what is kept so that past incidents are found."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from incident_tui.domain import events as e
from incident_tui.domain.decide import Refused
from incident_tui.domain.evolve import fold
from incident_tui.domain.incident import Incident
from incident_tui.domain.search import Query, parse
from incident_tui.journal import Journal
from incident_tui.journal.codec import to_row
from tests.journal.journals import chained, raw, tampering, tell
from tests.story import START, Story, declared
from tests.strategies import stories


def told(title: str, days: int, *bodies: e.Body, severity: int = 2, actor: str = "mara") -> Story:
    story = Story(start=START + timedelta(days=days), actor=actor)
    story.say(declared(title, severity, ref=f"INC-{days}"), after=timedelta(0))
    story.say(*bodies)
    return story


WEB = told("Web is down", 1, e.EntryLogged("finding", "pool pool pool"), e.ServiceTagged("web"), severity=1)
MAIL = told(
    "Mail is late",
    2,
    e.EntryLogged("cause", "the pool of the mailer leaks"),
    e.OrderGiven("@Lee", "look at the queue", 60),
    e.ServiceTagged("mail"),
    e.ServiceTagged("web"),
    e.StatusSet("resolved"),
    actor="Dana",
)
DISK = told(
    "Disk is full",
    3,
    e.EntryLogged("alert", "no space left"),
    e.ServiceTagged("build"),
    e.ServiceUntagged("build"),
    e.StatusSet("resolved"),
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "incidents.db"


@pytest.fixture
def journal(path: Path) -> Iterator[Journal]:
    with Journal.open(path) as journal:
        for story in (WEB, MAIL, DISK):
            tell(journal, story)
        yield journal


def query(text: str) -> Query:
    found = parse(text, START + timedelta(days=9), UTC)
    assert isinstance(found, Query), str(found)
    return found


def names(journal: Journal, text: str) -> list[str]:
    known = {story.id: story.incident().ref for story in (WEB, MAIL, DISK)}
    return [known[item.incident] for item in journal.summaries(query(text))]


@pytest.mark.parametrize(
    ("text", "refs"),
    [
        ("", "INC-1 INC-3 INC-2"),
        ("pool", "INC-1 INC-3 INC-2"),
        ("sev1", "INC-1"),
        ("is:resolved", "INC-3 INC-2"),
        ("service:web", "INC-1 INC-2"),
        ("service:build", ""),
        ("@dana", "INC-2"),
        ("@LEE", "INC-2"),
        ("@lee @mara", "INC-1 INC-3 INC-2"),
        ("2026-11-23", "INC-2"),
        ("since:2026-11-23 sev2", "INC-3 INC-2"),
        ("service:web is:live @mara", "INC-1"),
    ],
)
def test_filters_choose_incidents(journal: Journal, text: str, refs: str) -> None:
    assert names(journal, text) == refs.split()


def test_the_best_line_comes_first_with_what_was_found_in_it(journal: Journal) -> None:
    found = journal.search(query("pool"))

    assert [(item.rank, item.snippet.marked()) for item in found] == [
        (1, "[pool] [pool] [pool]"),
        (2, "the [pool] of the mailer leaks"),
    ]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("pool @dana", ["the [pool] of the mailer leaks"]),
        ("pool sev4", []),
        ('"pool of the"', ["the [pool of the] mailer leaks"]),
        ('"pool the"', []),
        ("sev2", ["declared: Disk is full", "declared: Mail is late"]),
        ("", []),
    ],
)
def test_words_and_filters_together(journal: Journal, text: str, lines: list[str]) -> None:
    assert [item.snippet.marked() for item in journal.search(query(text))] == lines


def test_one_incident_is_searched_by_itself(journal: Journal) -> None:
    assert [item.event.incident for item in journal.search(query("pool"), MAIL.id)] == [MAIL.id]
    assert journal.search(query("pool sev1"), MAIL.id) == []
    assert journal.search(query("pool"), "nowhere") == []


def test_of_equally_good_lines_the_newest_comes_first(journal: Journal) -> None:
    same = told("Same", 5, *(e.EntryLogged("note", "needle here") for _ in range(4)))
    events = tell(journal, same)

    assert [item.event.id for item in journal.search(query("needle"), limit=3)] == [
        event.id for event in events[:0:-1][:3]
    ]


def test_summaries_carry_services_and_lose_those_taken_away(journal: Journal) -> None:
    services = {item.ref: item.services for item in journal.summaries()}

    assert services == {"INC-1": ("web",), "INC-2": ("mail", "web"), "INC-3": ()}


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.text(max_size=40) | st.sampled_from(('"', '" OR *', "NEAR(a b)", "a AND", 'x"*', "\0", "text:pool", "^", "( )"))
)
def test_no_text_is_syntax_of_the_index(journal: Journal, text: str) -> None:
    read = parse(text, START, UTC)

    assert isinstance(read, Refused) or len(journal.search(read)) >= 0
    assert journal.cases(text.split() or [""], typing=True) is not None


def test_a_past_incident_is_kept_as_a_case(journal: Journal) -> None:
    (case,) = journal.cases(["mailer"])

    assert (case.ref, case.title, case.causes, case.services) == (
        "INC-2",
        "Mail is late",
        ("the pool of the mailer leaks",),
        ("mail", "web"),
    )
    assert case.began == datetime(2026, 11, 23, 14, 2, tzinfo=UTC)
    assert case.took == timedelta(seconds=30)
    assert [case.symptoms for case in journal.cases(["space"])] == [("no space left",)]


def test_a_live_incident_is_no_case(journal: Journal) -> None:
    assert [case.ref for case in journal.cases(["down", "late"])] == ["INC-2"]
    assert [case.ref for case in journal.cases(["lat"], typing=True)] == ["INC-2"]
    assert journal.cases(["lat"]) == []
    assert journal.cases([]) == []


def test_a_case_follows_its_incident(journal: Journal) -> None:
    story = told("Mail is late", 4, e.EntryLogged("cause", "gremlins"), e.StatusSet("resolved"))
    events = tell(journal, story)
    assert len(journal.cases(["gremlins"])) == 1

    story.say(e.EntryStruck(events[1].id, "no"), e.EntryLogged("cause", "mice"))
    journal.import_rows([to_row(event) for event in chained(story.events)])
    assert journal.cases(["gremlins"]) == []
    assert [case.causes for case in journal.cases(["mice"])] == [("mice",)]

    story.say(e.StatusSet("investigating", "again"))
    journal.import_rows([to_row(event) for event in chained(story.events)])
    assert journal.cases(["mice"]) == []
    assert raw(journal.path).execute("insert into clues (clues) values ('integrity-check')").fetchall() == []


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(stories())
def test_services_are_those_of_the_fold_after_any_history(journal: Journal, story: Story) -> None:
    journal.import_rows([to_row(event) for event in chained(story.events)])
    incident = fold(journal.events(story.id), Incident(story.id))

    found = {item.incident: item.services for item in journal.summaries()}

    if story.events:
        assert found[story.id] == tuple(sorted(incident.services))


def test_cases_that_are_missing_or_of_another_edition_are_named(journal: Journal, path: Path) -> None:
    assert journal.caseless() == []

    tampering(path, "update cases set edition = 0")

    assert journal.cases(["mailer"]) == []
    assert sorted(journal.caseless()) == sorted([MAIL.id, DISK.id])


def test_the_file_of_an_older_program_learns_who_took_part_and_is_searched_as_it_is(path: Path) -> None:
    with Journal.open(path) as journal:
        tell(journal, MAIL)
    tampering(path, "drop table tags", "drop table cases", "drop table clues", "pragma user_version = 2")

    with Journal.open(path, writable=False) as journal:
        assert [item.services for item in journal.summaries(query("sev2"))] == [()]
        assert journal.summaries(query("@lee")) == []
        assert (journal.cases(["mailer"]), journal.caseless()) == ([], [])
        assert len(journal.search(query("mailer"))) == 1

    raw(path).execute("delete from _sqlite_migrations where name = 'tags_and_cases_of_incidents'")
    with Journal.open(path) as journal:
        assert [item.ref for item in journal.summaries(query("@lee"))] == ["INC-2"]
        assert [item.ref for item in journal.summaries(query("@dana"))] == ["INC-2"]
        assert journal.caseless() == [MAIL.id]
