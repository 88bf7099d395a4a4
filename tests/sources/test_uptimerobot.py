from typing import Any

from incident_tui.sources.remembering import Remembered
from incident_tui.web import Trouble
from tests.channels.contracts import contract
from tests.channels.server import Answer, Server
from tests.sources.asked import TOKEN, asked, configured, is_fit, recorded, routes, texts

PATH = "GET /v3/monitors"
DOWN = {"id": 1, "friendlyName": "Shop", "status": "DOWN", "url": "https://shop.example"}


def config(server: Server) -> Any:
    return configured(robot={"kind": "uptimerobot", "url": f"{server.url}/v3", "key": "env:TOKEN", "plain": True})


def panel(server: Server) -> Any:
    return asked(config(server))["Down from outside"]


def test_what_is_down_in_the_documented_shape(server: Server) -> None:
    looks = {"id": 2, "friendlyName": "Api", "status": "looks_down", "lastIncident": {"reason": "Timeout"}}
    server.respond = routes({PATH: {"nextLink": None, "data": [DOWN, looks, {"id": 3, "status": "UP"}]}})

    found = panel(server)

    assert texts(found) == ["down · Shop", "looks down · Api · Timeout"]
    assert [row.tone for row in found.rows] == ["bad", "warn"]
    assert server.last.query == {"status": "DOWN,LOOKS_DOWN", "limit": "200"}
    assert server.last.headers["authorization"] == f"Bearer {TOKEN}"
    is_fit(found)


def test_what_is_asked_is_in_the_published_interface(server: Server) -> None:
    spec = contract("specs/uptimerobot-v3.json")
    server.respond = routes({PATH: {"data": []}})

    panel(server)

    (found,) = [
        one for path, one in spec["paths"].items() if path.rstrip("/").endswith("/monitors") and "{" not in path
    ]
    known = {one["name"] for one in found["get"]["parameters"] if one["in"] == "query"}
    assert server.last.query.keys() <= known


def test_the_shape_of_the_vendors_own_tests(server: Server) -> None:
    server.respond = routes(
        {PATH: recorded("uptimerobot/tf_provider_test_bodies.json")["GET /v3/monitors 200 (minimal)"]}
    )

    assert texts(panel(server)) == ["nothing is down"]


def test_it_is_asked_once_a_minute(server: Server) -> None:
    server.respond = routes({PATH: {"data": [DOWN]}})

    first, second = panel(server), panel(server)

    assert len(server.requests) == 1
    assert first.asked_at == second.asked_at
    assert texts(first) == texts(second)


def test_a_page_that_is_missing_leaves_the_rest(server: Server, stranger: Server) -> None:
    server.answers = [Answer(200, {"nextLink": f"{stranger.url}/v3/monitors?cursor=99", "data": [DOWN]})]
    server.answer = Answer(500, "<html>")

    found = panel(server)

    assert texts(found) == ["down · Shop"]
    assert found.partial.startswith("page 2 is missing: answered 500")
    assert server.last.query["cursor"] == "99"
    assert stranger.requests == []


def test_too_many_requests(server: Server) -> None:
    server.answer = Answer(429, {"message": "slow down"}, {"retry-after": "30"})

    assert panel(server).problem == "too many requests; it asks to be left alone for 30 s"
    assert panel(server).problem
    assert len(server.requests) == 1


def test_a_monitor_whose_own_page_fails_is_found_among_all(server: Server) -> None:
    server.respond = routes({"GET /v3/monitors/1": Answer(500, {"statusCode": 500}), PATH: {"data": [DOWN]}})

    panels = asked(config(server), "https://dashboard.uptimerobot.com/monitors/1")

    assert texts(panels["Monitor 1"]) == ["down · Shop"]


def test_a_lost_connection_is_not_remembered() -> None:
    times = iter([0.0, 30.0, 61.0, 61.0])
    calls: list[int] = []
    known: Remembered[int] = Remembered(60, lambda: next(times))

    def load() -> int:
        calls.append(1)
        if len(calls) == 1:
            raise Trouble("no connection")
        return len(calls)

    answers = []
    for _ in range(4):
        try:
            answers.append(known.value(load))
        except Trouble:
            answers.append(0)

    assert answers == [0, 2, 2, 3]
