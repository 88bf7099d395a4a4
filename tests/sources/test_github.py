from typing import Any

import pytest

from incident_tui.config.table import ConfigError
from incident_tui.domain.decide import Refused
from incident_tui.sources.registry import questions, source_of
from tests.channels.server import Answer, Server
from tests.sources.asked import NOW, TOKEN, asked, configured, is_fit, recorded, routes, texts

ROOT = "/repos/acme/shop"
OLD, NEW = "a" * 40, "b" * 40
COMMIT = {
    "sha": NEW,
    "commit": {
        "message": "Charge twice\n\nFixes #7",
        "author": {"name": "lee", "date": "2026-11-21T13:00:00Z"},
    },
}


def config(server: Server, **more: object) -> Any:
    values = {"kind": "github", "url": server.url, "repository": "acme/shop", "token": "env:TOKEN", "plain": True}
    return configured(code={**values, **more})


def deployments(*shas: str) -> list[dict[str, object]]:
    return [
        {"id": number, "sha": sha, "ref": "main", "environment": "prod", "created_at": "2026-11-21T14:00:00Z"}
        for number, sha in enumerate(shas, 1)
    ]


def usual() -> dict[str, object]:
    return {
        f"GET {ROOT}/deployments": deployments(NEW, OLD),
        f"GET {ROOT}/deployments/1/statuses": [{"state": "failure", "description": "health check failed"}],
        f"GET {ROOT}/deployments/2/statuses": [{"state": "success"}],
        f"GET {ROOT}/compare/{OLD}...{NEW}": {
            "total_commits": 3,
            "commits": [COMMIT],
            "files": [{"filename": "pay.py", "status": "modified", "additions": 2, "deletions": 1}],
        },
    }


def test_deployments_and_what_the_latest_brought(server: Server) -> None:
    server.respond = routes(usual())

    panels = asked(config(server, environment="prod"))

    assert texts(panels["Deployments"]) == ["prod · failure · main bbbbbbbbbb", "prod · success · main aaaaaaaaaa"]
    assert [row.tone for row in panels["Deployments"].rows] == ["bad", "good"]
    assert texts(panels["Latest changes"]) == ["bbbbbbbbbb · Charge twice · lee", "1 files changed"]
    assert panels["Latest changes"].rows[0].more == "Fixes #7"
    assert panels["Latest changes"].partial == "2 older commits are missing"
    headers = server.last.headers
    assert (headers["authorization"], headers["accept"]) == (f"Bearer {TOKEN}", "application/vnd.github+json")
    assert headers["x-github-api-version"] == "2022-11-28"
    assert any(request.query.get("environment") == "prod" for request in server.requests)
    for panel in panels.values():
        is_fit(panel)


def test_a_status_that_is_missing_leaves_the_rest(server: Server) -> None:
    server.respond = routes({**usual(), f"GET {ROOT}/deployments/2/statuses": Answer(502, "<html>")})

    panel = asked(config(server))["Deployments"]

    assert texts(panel)[1] == "prod · state not told · main aaaaaaaaaa"
    assert panel.partial.startswith("how 1 of them went is missing: answered 502")


def test_without_deployments_the_commits_of_a_day(server: Server) -> None:
    server.respond = routes({f"GET {ROOT}/deployments": [], f"GET {ROOT}/commits": [COMMIT]})

    panels = asked(config(server))

    assert texts(panels["Deployments"]) == ["no deployments"]
    assert texts(panels["Latest changes"]) == ["bbbbbbbbbb · Charge twice · lee"]
    assert server.last.query["since"].startswith("2026-11-20T14:05:00")


def test_a_repository_that_was_renamed_is_followed(server: Server, stranger: Server) -> None:
    moved = Answer(301, {"message": "Moved Permanently"}, {"location": f"{server.url}/repositories/9/deployments"})
    away = Answer(301, "", {"location": f"{stranger.url}/repositories/9/commits"})
    server.respond = routes(
        {f"GET {ROOT}/deployments": moved, "GET /repositories/9/deployments": [], f"GET {ROOT}/commits": away}
    )

    panels = asked(config(server))

    assert texts(panels["Deployments"]) == ["no deployments"]
    assert panels["Latest changes"].problem
    assert stranger.requests == []


def test_a_link_to_a_comparison(server: Server) -> None:
    server.respond = routes({f"GET {ROOT}/compare/v1...release%2F2": {"commits": [COMMIT], "total_commits": 1}})

    (panel,) = asked(config(server), f"{server.url}/acme/shop/compare/v1...release/2").values()

    assert panel.query == "v1...release/2"
    assert texts(panel) == ["bbbbbbbbbb · Charge twice · lee"]


def test_a_link_to_nothing_of_ours_is_refused(server: Server) -> None:
    for path in ("/", "/acme", "/../..", "/acme/.."):
        assert isinstance(questions(config(server), f"{server.url}{path}", NOW), Refused)
    assert server.requests == []


@pytest.mark.parametrize("status", [403, 429])
def test_too_many_requests_come_as_403_too(server: Server, status: int) -> None:
    headers = {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "9999999999"}
    server.answer = Answer(status, {"message": "API rate limit exceeded"}, headers)

    assert "too many requests; it asks to be left alone for" in asked(config(server))["Deployments"].problem


def test_a_recorded_error_is_told_in_its_words(server: Server) -> None:
    error = recorded("github/errors.json")[0]
    server.answer = Answer(error["status"], error["response"])

    assert asked(config(server))["Deployments"].problem == "answered 422: Validation Failed"


@pytest.mark.parametrize("repository", ["", "shop", "acme/..", "../shop", "acme/shop/x", "acme/sh op"])
def test_a_repository_is_an_owner_and_a_name(repository: str) -> None:
    known = configured(code={"kind": "github", "repository": repository, "token": "env:TOKEN"})

    with pytest.raises(ConfigError, match="is not an owner and a name"):
        source_of("code", known.sources["code"])
