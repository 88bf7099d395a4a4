"""The language of searches: what is a filter, what is a word, what is refused; what a snippet shows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from incident_tui.domain.decide import Refused
from incident_tui.domain.involved import person_key
from incident_tui.domain.search import Query, Term, fits, holds, parse, plain
from incident_tui.domain.snippets import Snippet, snippet

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 21, 23, 30, tzinfo=UTC)  # the 22nd in Berlin


def berlin(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, tzinfo=BERLIN).astimezone(UTC)


BEGAN = berlin(2026, 11, 12)


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("", Query()),
        ("pool timeout", Query((Term("pool"), Term("timeout")))),
        ('"connection pool" full', Query((Term("connection pool", exact=True), Term("full")))),
        ("SEV1 sev:2,low", Query(severities=(1, 2, 4))),
        ("severity:critical", Query(severities=(1,))),
        ("status:res is:closed", Query(statuses=("resolved", "closed"))),
        ("is:live", Query(statuses=("investigating", "identified", "monitoring"))),
        ("service:Web,orders-db service:#cache", Query(services=("web", "orders-db", "cache"))),
        ('@Lee person:"Mara  Ruiz"', Query(people=("lee", "mara ruiz"))),
        ("since:2026-11-01", Query(since=berlin(2026, 11, 1))),
        ("until:2026-11", Query(until=berlin(2026, 12, 1))),
        ("2026-11-12", Query(since=berlin(2026, 11, 12), until=berlin(2026, 11, 13))),
        ("on:2026-02", Query(since=berlin(2026, 2, 1), until=berlin(2026, 3, 1))),
        ("since:today", Query(since=berlin(2026, 11, 22))),
        ("on:yesterday", Query(since=berlin(2026, 11, 21), until=berlin(2026, 11, 22))),
        ("since:7d", Query(since=berlin(2026, 11, 15))),
        ("since:2w until:2026", Query(since=berlin(2026, 11, 8), until=berlin(2027, 1, 1))),
        ("orders.py:81 user:root @", Query((Term("orders.py:81"), Term("user:root"), Term("@")))),
        ('"sev1" "@lee"', Query((Term("sev1", exact=True), Term("@lee", exact=True)))),
        ('he"llo "un', Query((Term("hello"), Term("un")))),
    ],
)
def test_reading(text: str, query: Query) -> None:
    found = parse(text, NOW, BERLIN)

    assert isinstance(found, Query)
    assert structs.replace(found, shown=()) == query


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("sev7", "no severity “7”"),
        ("status:gone", "no status “gone”"),
        ("service:", "service: needs a value"),
        ('person:" "', "person: needs a value"),
        ("since:soon", "“soon” is not a day"),
        ("2026-13-01", "“2026-13-01” is not a day"),
        ("on:2026-02-30", "“2026-02-30” is not a day"),
        ("until:9999", "“9999” is not a day"),
        ("since:2026-11-02 until:2026-11-01", "the search ends before it begins"),
        ("x" * 501, "a search has at most 500 characters"),
    ],
)
def test_refusing(text: str, reason: str) -> None:
    refused = parse(text, NOW, BERLIN)

    assert isinstance(refused, Refused)
    assert refused.reason == reason
    assert refused.hint
    assert "\n" not in str(refused)


SIGNS = st.text(st.sampled_from("aZ9\"'*():^-+@#,. \n\0\ud800{}") | st.characters(), max_size=60)


@given(SIGNS)
def test_any_text_is_read_or_refused(text: str) -> None:
    query = parse(text, NOW, BERLIN)

    assert isinstance(query, Query | Refused)


@given(st.lists(st.sampled_from(["sev1", "pool", "service:web", "@lee", "since:2026-01", "is:live"]), max_size=6))
def test_the_order_of_filters_does_not_matter(words: list[str]) -> None:
    query, back = (parse(" ".join(given), NOW, BERLIN) for given in (words, reversed(words)))

    assert isinstance(query, Query)
    assert isinstance(back, Query)
    assert (sorted(query.severities), query.since, sorted(query.people)) == (
        sorted(back.severities),
        back.since,
        sorted(back.people),
    )
    assert query.filters == any(word != "pool" for word in words)


@dataclass(frozen=True)
class Item:
    severity: int = 1
    status: str = "resolved"
    services: tuple[str, ...] = ("web", "db")
    began_at: datetime | None = BEGAN
    declared_at: datetime | None = None


@pytest.mark.parametrize(
    ("text", "through"),
    [
        ("", True),
        ("sev1", True),
        ("sev2", False),
        ("sev2 sev1", True),
        ("is:live", False),
        ("service:db", True),
        ("service:d", False),
        ("service:cache,web", True),
        ("2026-11-12", True),
        ("since:2026-11-13", False),
        ("until:2026-11-11", False),
        ("sev1 service:cache", False),
    ],
)
def test_filters(text: str, through: bool) -> None:
    query = parse(text, NOW, BERLIN)

    assert isinstance(query, Query)
    assert fits(query, Item()) is through


def test_what_never_began_is_in_no_time() -> None:
    never = replace(Item(), began_at=None)

    assert fits(Query(), never)
    assert not fits(Query(since=NOW), never)
    assert not fits(Query(until=NOW), never)


def test_people_are_one_however_they_are_written() -> None:
    assert person_key("@Mara  RUIZ ") == person_key("mara ruiz") == "mara ruiz"


def test_a_text_holds_every_term() -> None:
    assert holds(plain("ABC fail"), "inc-abc checkout fails")
    assert not holds(plain("abc gone"), "inc-abc checkout fails")


@pytest.mark.parametrize(
    ("text", "words", "shown"),
    [
        ("the pool of orders is full", "pool fu", "the [pool] of orders is [full]"),
        ("Cafés are closed", "cafe\u0301s", "[Cafés] are closed"),
        ("at api/orders.py:81", "orders.py:81", "at api/[orders.py:81]"),
        ("pools and pool", "pool", "[pools] and [pool]"),
        ("pools and pool", "pool x", "pools and [pool]"),
        ("a\nb\tpool\x1b[31m", "pool", "a b [pool]"),
        ("nothing here", "pool", "nothing here"),
    ],
)
def test_snippets_mark_what_was_found(text: str, words: str, shown: str) -> None:
    assert snippet(text, plain(words).terms).marked() == shown


def test_a_phrase_is_marked_where_its_words_follow_each_other() -> None:
    found = snippet("pool connection, connection pool", (Term("connection pool", exact=True),))

    assert found.marked() == "pool connection, [connection pool]"


def test_a_long_text_is_cut_around_most_of_the_words() -> None:
    text = "pool " + "x " * 200 + "the pool has a timeout now " + "y " * 200

    found = snippet(text, plain("pool timeout").terms, width=60)

    assert found.marked().startswith("… ")
    assert found.marked().endswith(" …")
    assert "the [pool] has a [timeout] now" in found.marked()
    assert len(found.text) <= 64


@given(st.text(max_size=300), st.lists(st.text(max_size=8), max_size=4), st.integers(20, 80))
def test_marks_lie_in_the_line_and_in_order(text: str, words: list[str], width: int) -> None:
    found = snippet(text, [Term(word) for word in words], width)

    assert "\n" not in found.text
    assert list(found.marks) == sorted(found.marks)
    assert all(0 <= start < end <= len(found.text) for start, end in found.marks)
    assert "".join(part for part, _ in found.parts()) == found.text
    assert len(found.text) <= width + 4


def test_a_text_of_one_word_many_times_is_looked_through_quickly() -> None:
    found = snippet("a " * 30_000, [Term("a")] * 2_000)

    assert found.marks[0] == (0, 1)
    assert isinstance(found, Snippet)
