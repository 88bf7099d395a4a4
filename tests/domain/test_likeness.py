"""Which past incidents are like one at hand: rare shared words, shared services, and why."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from incident_tui.domain import events as e
from incident_tui.domain.likeness import LEAST, Case, Sought, alike, causes_of, playbooks_of, sought, symptoms_of
from tests.story import START, checkout_outage, quiet_story

DAY = datetime(2026, 10, 12, tzinfo=UTC)


def case(name: str, title: str, days: int = 0, **more: tuple[str, ...]) -> Case:
    began = DAY + timedelta(days=days)
    return Case(name, f"INC-{name}", title, 2, began, timedelta(minutes=41), **more)


CASES = (
    case("a", "Checkout fails with 502", causes=("connection pool leaks",), services=("orders-db",)),
    case("b", "Mail is late", symptoms=("queue of checkout mails grows",), services=("mail",)),
    case("c", "Login is slow", causes=("pool of sessions",)),
    case("d", "Disk of the build server is full"),
)


def names(wanted: Sought, cases: tuple[Case, ...] = CASES) -> str:
    return "".join(item.case.incident for item in alike(wanted, cases))


def test_the_title_counts_more_than_a_symptom() -> None:
    assert names(Sought("checkout gives 502")) == "a"
    assert names(Sought("checkout")) == "ab"


def test_a_shared_service_says_a_lot() -> None:
    found = alike(Sought("everything is red", ("mail",)), CASES)

    assert [(item.case.incident, item.why) for item in found] == [("b", ("service mail",))]


def test_it_says_why() -> None:
    (first, *_) = alike(Sought("Checkout 502", ("orders-db",), ("pool is empty",)), CASES)

    assert first.why == ("service orders-db", "title: checkout, 502", "cause: pool")


def test_an_unfinished_word_stands_for_those_that_begin_so() -> None:
    assert names(Sought("chec", typing=True)) == "ab"
    assert names(Sought("chec")) == ""
    assert names(Sought("chec ", typing=True)) == ""


def test_words_that_everybody_uses_say_nothing() -> None:
    assert alike(Sought("it fails with an error"), CASES) == ()
    assert alike(Sought(""), CASES) == ()
    assert alike(Sought("checkout"), ()) == ()


def test_of_equals_the_newest_comes_first_then_the_reference() -> None:
    same = (case("old", "disk full"), case("y", "disk full", 3), case("x", "disk full", 3))

    assert [item.case.incident for item in alike(Sought("disk"), same)] == ["x", "y", "old"]


WORDS = st.lists(st.sampled_from(("pool", "checkout", "mail", "disk", "502", "queue", "orders-db")), max_size=5)


@given(WORDS, st.permutations(CASES))
def test_the_same_is_found_whatever_the_order(words: list[str], cases: list[Case]) -> None:
    wanted = Sought(" ".join(words), tuple(words[:1]))

    found = alike(wanted, cases)

    assert found == alike(wanted, CASES)
    assert [item.score for item in found] == sorted((item.score for item in found), reverse=True)
    assert all(item.score >= LEAST and item.why for item in found)


def test_what_is_known_of_an_incident_is_what_stands() -> None:
    incident = checkout_outage().incident()

    assert causes_of(incident) == ("release 4.12 leaks a connection on every declined card",)
    assert symptoms_of(incident) == (
        "PoolTimeout: no connection within 5 s",
        "the connection pool of orders-db is exhausted",
    )
    assert playbooks_of(incident) == ("pool",)
    assert sought(incident, ("seen",)).services == ("orders-db",)
    assert "exhausted" in sought(incident).words


def test_a_struck_cause_is_none() -> None:
    story = quiet_story(START)
    wrong = story.say(e.EntryLogged("cause", "the moon"))
    story.say(e.EntryStruck(wrong.id))

    assert causes_of(story.incident()) == ()
