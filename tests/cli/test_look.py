"""Asking outside from the command line: panels, evidence, and a declaration from an issue."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from tests.channels.server import Answer, Server, serving
from tests.cli.conftest import CommandLine
from tests.sources.asked import routes

ROOT = "/api/0/organizations/acme"
NOW = "2026-11-21T13:59:00Z"
ISSUE = {
    "id": "4711",
    "shortId": "SHOP-1",
    "title": "ZeroDivisionError: division by zero",
    "culprit": "shop.cards in charge",
    "level": "fatal",
    "status": "unresolved",
    "count": "250",
    "userCount": 31,
    "firstSeen": NOW,
    "permalink": "https://acme.sentry.io/issues/4711/",
    "project": {"slug": "shop"},
    "firstRelease": {"version": "shop@1.4"},
}
EVENT = {
    "eventID": "9fac2ceed9344f2bbfdd1fdacb0ed9b1",
    "title": "ZeroDivisionError",
    "tags": [{"key": "environment", "value": "prod"}],
    "entries": [
        {"type": "request", "data": {"method": "POST", "url": "https://shop/pay", "token": "ghp_" + "a1B2" * 9}},
    ],
}
PATHS = {
    f"GET {ROOT}/issues/4711/": ISSUE,
    f"GET {ROOT}/issues/4711/events/latest/": EVENT,
    f"GET {ROOT}/issues/": [ISSUE],
}


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as server:
        server.respond = routes(PATHS)
        yield server


@pytest.fixture
def shop(cli: CommandLine, server: Server) -> CommandLine:
    """With a Sentry that is configured."""
    folder = cli.home / "config"
    folder.mkdir(parents=True)
    token = cli.home / "token"
    token.write_text("sntryu_0123456789\n")
    token.chmod(0o600)
    folder.joinpath("config.toml").write_text(
        f'[sources.shop]\nkind = "sentry"\nurl = "{server.url}"\nplain = true\n'
        f'organization = "acme"\ntoken = "file:{token}"\n'
    )
    return cli


def link(server: Server) -> str:
    return f"{server.url}/issues/4711/"


def test_how_things_stand(shop: CommandLine) -> None:
    out = shop.ok("look")

    assert out.startswith("shop · New issues")
    assert "is:unresolved firstSeen:-2h" in out
    assert "250× · 31 users · SHOP-1 ZeroDivisionError: division by zero" in out


def test_a_link_as_json(shop: CommandLine, server: Server) -> None:
    panels = shop.json("look", link(server))["panels"]

    assert [panel["title"] for panel in panels] == ["Issue SHOP-1", "Latest event", "New issues", "Suspect changes"]
    assert panels[0]["rows"][0]["text"] == "ZeroDivisionError: division by zero"
    assert panels[3]["problem"]


def test_what_is_answered_is_kept_as_evidence(shop: CommandLine, server: Server) -> None:
    shop.ok("declare", "Checkout fails")

    answer = shop("look", "--keep", link(server))

    assert answer.code == 0
    assert answer.err.count("is kept as evidence") == 3
    kept = {body["title"]: body for body in shop.bodies("result.kept")}
    assert kept.keys() == {"Issue SHOP-1", "Latest event", "New issues"}
    assert "users hit: 31 · events: 250" in kept["Issue SHOP-1"]["text"]
    assert kept["New issues"]["query"] == "is:unresolved firstSeen:-2h"
    assert kept["New issues"]["asked"]


def test_nobody_answers(shop: CommandLine, server: Server) -> None:
    server.respond = lambda _request: Answer(503, "<html>")

    answer = shop("look")

    assert (answer.code, answer.err) == (1, "")
    assert "no answer: answered 503: a web page, no data" in answer.out


def test_nothing_is_configured(cli: CommandLine) -> None:
    assert cli.ok("look").startswith("no source is configured")
    assert cli.json("look") == {"panels": []}
    refused = cli("look", "https://acme.sentry.io/issues/1/")
    assert (refused.code, refused.out) == (1, "")
    assert "no source is configured for acme.sentry.io" in refused.err


def test_an_incident_is_declared_from_an_issue(shop: CommandLine, server: Server) -> None:
    answer = shop("declare", "--from-sentry", link(server), "--commander", "dana")

    assert answer.code == 0
    assert answer.out.startswith("INC-")
    assert answer.out.count("\n") == 1
    assert answer.err.startswith("Sentry: ZeroDivisionError: division by zero\n")
    shown = shop.json("show")
    assert (shown["title"], shown["severity"]) == (ISSUE["title"], 1)
    assert list(shown["services"]) == ["shop"]
    (entry,) = shop.bodies("entry.logged")
    assert entry["kind"] == "alert"
    assert "https://acme.sentry.io/issues/4711/" in entry["text"]
    assert "release shop@1.4" in entry["text"]
    (kept,) = shop.bodies("result.kept")
    assert "environment prod" in kept["text"]
    (file,) = shop.bodies("file.attached")
    assert file["name"] == "sentry-event-9fac2ceed9344f2bbfdd1fdacb0ed9b1.json"
    blobs = [
        path.read_text() for path in (shop.home / "data").rglob("*") if path.is_file() and file["sha256"] in str(path)
    ]
    assert [json.loads(text)["eventID"] for text in blobs] == [EVENT["eventID"]]
    assert "ghp_" not in blobs[0]


def test_what_a_person_says_comes_first(shop: CommandLine, server: Server) -> None:
    shop("declare", "Cards fail", "--from-sentry", link(server), "--severity", "low", "--detected-at", "5m ago")

    shown = shop.json("show")
    assert (shown["title"], shown["severity"]) == ("Cards fail", 4)


def test_without_an_answer_and_a_title_nothing_is_declared(shop: CommandLine, server: Server) -> None:
    server.respond = lambda _request: Answer(401, {"detail": "Invalid token"})

    answer = shop("declare", "--from-sentry", link(server))

    assert (answer.code, answer.out) == (1, "")
    assert answer.err == (
        "error: nothing is declared: the token is not accepted; make a new one and put it where the configuration "
        "refers to (401); give a TITLE to declare without Sentry\n"
    )
    assert shop.json("list") == []


def test_without_an_answer_a_title_is_declared(shop: CommandLine, server: Server) -> None:
    server.respond = lambda _request: Answer(500, "")

    answer = shop("declare", "Cards fail", "--from-sentry", link(server))

    assert answer.code == 0
    assert answer.err.startswith("Sentry was asked in vain: answered 500")
    assert shop.json("show")["title"] == "Cards fail"
    (entry,) = shop.bodies("entry.logged")
    assert link(server) in entry["text"]


def test_an_event_that_is_missing_does_not_matter(shop: CommandLine, server: Server) -> None:
    server.respond = routes({f"GET {ROOT}/issues/4711/": ISSUE})

    answer = shop("declare", "--from-sentry", link(server))

    assert answer.code == 0
    assert "the event is missing" in answer.err
    assert shop.bodies("result.kept") == []


def test_hostile_issues_are_declared_harmlessly(shop: CommandLine, server: Server) -> None:
    title = "\x1b]0;owned\x07 [red]x[/red] \u202e" + "y" * 900
    issue = {"id": "4711", "title": title, "project": {"slug": "a" * 200}, "permalink": "javascript:alert(1)"}
    server.respond = routes({f"GET {ROOT}/issues/4711/": issue})

    answer = shop("declare", "--from-sentry", link(server))

    assert answer.code == 0
    assert "note: not recorded:" in answer.err
    assert "\x1b" not in answer.err
    shown = shop.json("show")
    assert len(shown["title"]) <= 200
    assert "javascript:" not in shop.bodies("entry.logged")[0]["text"]
