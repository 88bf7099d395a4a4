from typing import Any

from tests.channels.server import Answer, Server
from tests.sources.asked import TOKEN, asked, configured, is_fit, routes, texts

UUID = "f618072a-7bde-4eee-af63-71a77c5723bc"


def config(server: Server, **more: object) -> Any:
    values = {"kind": "healthchecks", "url": server.url, "key": "env:TOKEN", "plain": True}
    return configured(jobs={**values, **more})


def check(status: str, name: str = "Backup") -> dict[str, object]:
    ping = f"https://hc-ping.com/{UUID}"
    return {"name": name, "status": status, "ping_url": ping, "last_ping": "2026-11-21T03:00:00+00:00", "tags": "prod"}


def test_the_jobs_that_are_late_come_first(server: Server) -> None:
    server.respond = routes(
        {"GET /api/v3/checks/": {"checks": [check("up"), check("grace", "Mail"), check("down"), check("new")]}}
    )

    panel = asked(config(server, tags=["prod", "db"]))["Jobs that are late"]

    assert texts(panel) == ["down · Backup · last ping", "grace · Mail · last ping", "2 others are not late"]
    assert server.last.target == "/api/v3/checks/?tag=prod&tag=db"
    assert server.last.headers["x-api-key"] == TOKEN
    assert all(UUID not in row.text + row.more for row in panel.rows)
    is_fit(panel)


def test_a_link_to_a_check(server: Server) -> None:
    server.respond = routes({f"GET /api/v3/checks/{UUID}": check("down"), "GET /api/v3/checks/": {"checks": []}})

    panels = asked(config(server), f"{server.url}/checks/{UUID}/details/")

    assert texts(panels["Check"]) == ["down · Backup · last ping"]
    assert texts(panels["Jobs that are late"]) == ["there are none"]


def test_a_key_that_is_not_accepted(server: Server) -> None:
    server.answer = Answer(401, {"error": "wrong api key"})

    assert asked(config(server))["Jobs that are late"].problem == (
        "the API key is not accepted; a read-only key of the project is enough (401)"
    )
