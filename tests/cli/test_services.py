"""Services and search on the command line: tags, the history of a service, filters, what is wrong in one line."""

from __future__ import annotations

from tests.cli.conftest import CommandLine


def test_services_are_tagged_listed_and_taken_away(live: CommandLine) -> None:
    assert "service web is affected" in live.ok("service", "add", "Web", "orders-db")
    assert [item["service"] for item in live.json("service", "list")] == ["orders-db", "web"]
    assert "tagged by dana" in live.ok("service")
    assert "web" in live.ok("show")

    live.ok("service", "remove", "web")
    assert sorted(live.json("show")["services"]) == ["orders-db"]
    assert live("service", "remove", "web").err == "error: no service “web” is tagged; tagged are: orders-db\n"
    assert live("service", "web").code == 2


def test_the_history_of_a_service_and_of_a_person(live: CommandLine) -> None:
    live.ok("service", "add", "web")

    assert [item["services"] for item in live.json("list", "--service", "web")] == [["web"]]
    assert live.json("list", "--service", "mail") == []
    assert len(live.json("list", "--person", "@Dana", "--status", "live")) == 1
    assert live.ok("list", "--until", "2001-01-01") == "no incidents among until 2001-01-01\n"
    assert live("list", "--severity", "7").err.startswith("error: no severity “7”; it is SEV1")


def test_a_search_marks_ranks_and_filters(live: CommandLine) -> None:
    live.ok("log", "the pool of web is full")
    live.ok("log", "pool pool")

    first, second = live.json("search", "pool", "@dana")
    assert (first["rank"], first["snippet"]) == (1, "[pool] [pool]")
    assert (second["rank"], second["snippet"]) == (2, "the [pool] of web is full")
    assert set(first) == {
        *("id", "incident", "ref", "at", "recorded", "actor", "kind", "body", "snippet", "rank"),
    }
    assert live.json("search", '"pool of web"')[0]["rank"] == 1
    assert live.json("search", "pool", "service:web") == []
    assert live("search", "pool", "since:soon").err == (
        "error: “soon” is not a day; write 2026-11-01, 2026-11, today, yesterday or 7d\n"
    )
