import json
from typing import Any

import pytest

from incident_tui.config.table import ConfigError
from incident_tui.domain.decide import Refused
from incident_tui.sources.registry import questions, sources_of
from incident_tui.sources.sentry import NotResolved, Resolved, Sentry
from incident_tui.sources.sentry_view import alert_of
from incident_tui.web import Trouble
from tests.channels.contracts import contract
from tests.channels.server import CUT, Answer, Request, Server
from tests.sources.asked import NOW, TOKEN, asked, configured, is_fit, recorded, routes, texts

ROOT = "/api/0/organizations/acme"
LINK = "https://acme.sentry.io/issues/4711/"


def config(server: Server, **more: object) -> Any:
    values = {"kind": "sentry", "url": server.url, "organization": "acme", "token": "env:TOKEN", "plain": True}
    return configured(shop={**values, **more})


def link(server: Server, path: str = "/issues/4711/") -> str:
    return f"{server.url}{path}"


def source(server: Server) -> Sentry:
    (found,) = sources_of(config(server))
    assert isinstance(found, Sentry)
    return found


def example(name: str) -> Any:
    return next(iter(recorded(f"sentry-openapi-examples/{name}.json")["examples"].values()))["value"]


def examples() -> dict[str, object]:
    """The published examples, at their paths."""
    release = f"{ROOT}/releases/17642328ead24b51867165985996d04b29310337"
    return {
        f"GET {ROOT}/issues/4711/": example("issue"),
        f"GET {ROOT}/issues/4711/events/latest/": example("issue_event"),
        f"GET {ROOT}/issues/": example("issues_list"),
        f"GET {release}/commits/": example("release_commits"),
        f"GET {release}/deploys/": [{"id": "1", "environment": "prod", "dateFinished": "2018-11-06T21:00:00Z"}],
    }


def test_a_pasted_link_fills_four_panels(server: Server) -> None:
    server.respond = routes(examples())

    panels = asked(config(server), link(server))

    assert list(panels) == ["Issue", "Latest event", "New issues", "Suspect changes"]
    issue, event, new, changes = panels.values()
    assert issue.title == "Issue PUMP-STATION-1"
    assert "users hit: 12 · events: 150" in texts(issue)
    assert "assigned to John Doe" in texts(issue)
    assert any("17642328ead24b51867165985996d04b29310337" in text for text in texts(issue))
    assert [row.text for row in issue.rows if row.at] == ["first seen", "last seen"]
    assert "ForbiddenError: GET /organizations/hellboy-meowmeow/users/ 403" in texts(event)
    assert texts(new) == ["150× · 0 users · PUMP-STATION-1 This is an example Python exception"]
    assert texts(changes) == ["deployed to prod", "a1b2c3d4e5 · fix: handle empty release version"]
    for panel in panels.values():
        assert panel.problem == panel.partial == ""
        is_fit(panel)
    assert {request.headers["authorization"] for request in server.requests} == {f"Bearer {TOKEN}"}


def test_what_is_asked_is_in_the_published_interface(server: Server) -> None:
    spec = contract("specs/sentry-openapi-derefed.json")
    from jsonschema import Draft202012Validator

    server.respond = routes({**examples(), f"PUT {ROOT}/issues/4711/": {"status": "resolved"}})
    asked(config(server, environment="prod", project="shop"), link(server))
    source(server).resolve("4711")

    assert len(server.requests) >= 6
    for request in server.requests:
        path = published(spec, request)
        known = {
            one["name"]: one["schema"] for one in path[request.method.lower()]["parameters"] if one["in"] == "query"
        }
        for name, value in request.query.items():
            schema = known[name]
            wanted = {"array": [value], "integer": int(value) if value.isdigit() else value}.get(schema["type"], value)
            Draft202012Validator(schema).validate(wanted)
        if request.body:
            body = path[request.method.lower()]["requestBody"]["content"]["application/json"]["schema"]
            # It says that all are required, and its own examples send one.
            Draft202012Validator({**body, "required": []}).validate(request.json)


def published(spec: Any, request: Request) -> Any:
    wanted = request.path.strip("/").split("/")
    for path, found in spec["paths"].items():
        parts = path.strip("/").split("/")
        if len(parts) == len(wanted) and all(
            part.startswith("{") or part == here for part, here in zip(parts, wanted, strict=True)
        ):
            return found
    raise AssertionError(f"{request.path} is not published")


def test_an_event_shows_the_frames_of_the_application_the_last_first(server: Server) -> None:
    frames = [
        {"filename": "lib/wsgi.py", "function": "call", "lineNo": 1, "inApp": False},
        {
            "filename": "shop/views.py",
            "function": "pay",
            "lineNo": 41,
            "inApp": True,
            "context": [[41, "  charge(card)"]],
        },
        None,
        {
            "filename": "shop/cards.py",
            "function": "charge",
            "lineNo": 7,
            "inApp": True,
            "context": [[6, ""], [7, "1/0"]],
        },
    ]
    thrown = {"type": "ZeroDivisionError", "value": "division by zero", "stacktrace": {"frames": frames}}
    crumbs = {"values": [{"category": "query", "message": "SELECT 1", "timestamp": "2026-11-21T13:59:00Z"}, None]}
    server.respond = routes(
        {
            f"GET {ROOT}/issues/4711/events/latest/": {
                "title": "ZeroDivisionError",
                "dateCreated": "2026-11-21T14:00:00.123456789Z",
                "entries": [
                    {"type": "exception", "data": {"values": [None, thrown]}},
                    {"type": "breadcrumbs", "data": crumbs},
                    {"type": "request", "data": {"method": "POST", "url": "https://shop/pay"}},
                ],
                "tags": [{"key": "environment", "value": "prod"}, {"key": "shard", "value": "7"}],
                "contexts": {"trace": {"trace_id": "abc123"}},
            }
        }
    )

    event = asked(config(server), link(server))["Latest event"]

    assert texts(event) == [
        "ZeroDivisionError",
        "ZeroDivisionError: division by zero",
        "shop/cards.py:7 in charge",
        "shop/views.py:41 in pay",
        "before: query · SELECT 1",
        "request POST https://shop/pay",
        "environment prod",
        "trace abc123",
    ]
    assert [row.more for row in event.rows[2:4]] == ["1/0", "charge(card)"]
    assert event.rows[-2].more == "shard 7"


def test_what_is_no_exception_shows_its_evidence(server: Server) -> None:
    """Slow queries, feedback and the like have no frames."""
    slow = {"title": "N+1 Query", "occurrence": {"evidenceDisplay": [{"name": "Repeating spans", "value": "db · 12"}]}}
    said = {"title": "User Feedback", "contexts": {"feedback": {"message": "I cannot pay"}}}
    for event, words in ((slow, "Repeating spans: db · 12"), (said, "I cannot pay")):
        server.respond = routes({f"GET {ROOT}/issues/4711/events/latest/": event})

        (_, row) = asked(config(server), link(server))["Latest event"].rows

        assert words in (row.text, row.more)


def test_older_servers_know_no_organizations_in_paths(server: Server) -> None:
    html = Answer(405, "<!doctype html><h1>Method Not Allowed</h1>", {"content-type": "text/html"})
    server.respond = routes(
        {
            f"GET {ROOT}/issues/4711/": html,
            f"GET {ROOT}/issues/4711/events/latest/": html,
            "GET /api/0/issues/4711/": {"id": 4711, "title": "Boom", "count": "3", "projectID": 1},
            "GET /api/0/issues/4711/events/latest/": {"title": "Boom", "entries": None, "tags": None},
            f"GET {ROOT}/issues/": Answer(
                200,
                [{"title": "Boom", "count": 3}],
                {"link": '{\'<https://g/?cursor=c1>; rel="next"; results="true"; cursor="c1"\'}'},
            ),
        }
    )

    panels = asked(config(server), link(server))

    assert texts(panels["Issue"])[0] == "Boom"
    assert texts(panels["Latest event"]) == ["Boom"]
    assert panels["New issues"].partial == "there are more than these 1"
    following = panels["New issues"].following
    assert following is not None
    following.ask()
    assert server.last.query["cursor"] == "c1"


def test_a_short_id_finds_its_issue(server: Server) -> None:
    server.respond = routes(
        {
            f"GET {ROOT}/shortids/SHOP-1A2/": {"group": {"id": "4711", "title": "Boom"}},
            f"GET {ROOT}/issues/4711/events/latest/": {"title": "The event"},
        }
    )

    panels = asked(config(server), "SHOP-1A2")

    assert (texts(panels["Issue"])[0], texts(panels["Latest event"])) == ("Boom", ["The event"])


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (Answer(401, {"detail": "Invalid token"}), "the token is not accepted"),
        (Answer(403, {"detail": "no"}), "needs the scopes event:read"),
        (Answer(404, "<html>x</html>"), "not there, or the token may not see it"),
        (
            Answer(429, "", {"x-sentry-rate-limit-reset": "9999999999"}),
            "too many requests; it asks to be left alone for",
        ),
        (Answer(500, "<html><h1>Oops</h1>", {"content-type": "text/html"}), "answered 500: a web page, no data"),
        (Answer(400, {"detail": {"message": "bad \x1b[31mquery", "code": 1}}), "answered 400: bad query"),
        (Answer(400, '["a", "b"]'), 'answered 400: ["a", "b"]'),
        (Answer(200, "not json"), "no JSON"),
        (Answer(200, "[1]"), "the answer is neither an issue nor an event"),
        (CUT, "closed"),
        (Answer(302, "", {"location": "https://evil.example/"}), "answered 302"),
    ],
)
def test_what_is_in_the_way_is_one_line(server: Server, answer: Answer, words: str) -> None:
    server.answer = answer

    panels = asked(config(server), link(server))

    assert words in panels["Issue"].problem
    for panel in panels.values():
        assert panel.rows == ()
        is_fit(panel)


def test_each_panel_fills_on_its_own(server: Server) -> None:
    paths = examples()
    del paths[f"GET {ROOT}/issues/4711/events/latest/"]
    paths[f"GET {ROOT}/releases/17642328ead24b51867165985996d04b29310337/deploys/"] = Answer(403, {})
    server.respond = routes(paths)

    panels = asked(config(server), link(server))

    assert panels["Latest event"].problem
    assert panels["Issue"].problem == panels["New issues"].problem == ""
    assert panels["Suspect changes"].partial.startswith("no deploys: the token may not read this")
    assert len(panels["Suspect changes"].rows) == 1


def test_the_issue_is_asked_for_once_by_all_panels(server: Server) -> None:
    server.respond = routes(examples())

    asked(config(server), link(server))

    assert [request.path for request in server.requests].count(f"{ROOT}/issues/4711/") == 1


def test_a_token_that_is_not_set_is_said_without_asking(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TOKEN")

    panel = asked(config(server), link(server))["Issue"]

    assert "TOKEN is" in panel.problem
    assert server.requests == []


def test_a_secret_that_is_repeated_is_withheld(server: Server) -> None:
    token = "ghp_" + "a1B2" * 9
    server.respond = routes({f"GET {ROOT}/issues/4711/": {"title": f"leak {TOKEN} and {token}", "culprit": f"{TOKEN}"}})

    panel = asked(config(server), link(server))["Issue"]

    is_fit(panel)
    assert token not in panel.rows[0].text


def test_links_of_others_are_refused(server: Server, stranger: Server) -> None:
    known = config(server)
    for text in (
        link(stranger),
        LINK,
        f"http://{server.url.removeprefix('http://')}@{stranger.url.removeprefix('http://')}/issues/4711/",
    ):
        found = questions(known, text, NOW)
        assert isinstance(found, Refused)
        assert "no source is configured for" in found.reason
        assert found.hint

    assert server.requests == stranger.requests == []


def test_a_pasted_link_does_not_decide_where_a_token_goes(server: Server, stranger: Server) -> None:
    """Also not what the service answers: neither a redirect nor the address of a next page is followed elsewhere."""
    away = Answer(302, "", {"location": f"{stranger.url}/api/0/"})
    more = {"link": f'<{stranger.url}/?cursor=9>; rel="next"; results="true"; cursor="9"'}
    server.respond = routes({f"GET {ROOT}/issues/4711/": away, f"GET {ROOT}/issues/": Answer(200, [], more)})

    panels = asked(config(server), link(server, f"/issues/4711/?next={stranger.url}"))
    following = panels["New issues"].following
    assert following is not None
    following.ask()

    assert server.last.query["cursor"] == "9"
    assert stranger.requests == []


def test_a_link_to_another_organization_of_the_service_is_refused() -> None:
    known = configured(shop={"kind": "sentry", "organization": "acme", "token": "env:TOKEN"})

    for text in ("https://sentry.io/organizations/other/issues/1/", "https://sentry.io/acme/"):
        found = questions(known, text, NOW)
        assert isinstance(found, Refused)
        assert "names nothing" in found.reason
    assert not isinstance(questions(known, LINK, NOW), Refused)


def test_an_issue_is_an_alert() -> None:
    issue, event = example("issue"), example("issue_event")

    alert = alert_of(issue, event)

    assert (alert.source, alert.key, alert.title) == ("Sentry", "sentry:1", "This is an example Python exception")
    assert (alert.severity, alert.services) == (2, ("pump-station",))
    assert alert.url == "https://sentry.io/the-interstellar-jurisdiction/pump-station/issues/1/"
    assert alert.started_at is not None
    assert alert.ended_at is None
    assert alert.labels["environment"] == "prod"


def test_resolving_says_what_the_service_says(server: Server) -> None:
    shop = source(server)
    server.answer = Answer(200, {"status": "resolved", "permalink": "https://sentry.io/x"})

    assert shop.resolve("4711") == Resolved("4711", "https://sentry.io/x")
    assert (server.last.method, server.last.path) == ("PUT", f"{ROOT}/issues/4711/")
    assert json.loads(server.last.body) == {"status": "resolved"}

    server.answer = Answer(200, {"status": "unresolved"})
    assert shop.resolve("4711") == NotResolved("it is still unresolved there")
    server.answer = Answer(403, {})
    assert isinstance(shop.resolve("4711"), NotResolved)
    server.answer = CUT
    lost = shop.resolve("4711")
    assert isinstance(lost, NotResolved)
    assert lost.unknown


def test_checking_asks_for_one_issue(server: Server) -> None:
    server.answer = Answer(200, [])
    assert source(server).check() == "organization acme answers"
    assert server.last.query["limit"] == "1"

    for answer, words in ((Answer(200, {}), "no list of issues"), (Answer(401, {}), "the token is not accepted")):
        server.answer = answer
        with pytest.raises(Trouble, match=words):
            source(server).check()


def test_what_is_configured_wrongly_is_named() -> None:
    for values, words in (
        ({"organization": "a/b"}, "organization"),
        ({"organization": ".."}, "organization"),
        ({"url": "http://sentry.company.com"}, "http:// is not safe"),
        ({"url": "https://user:pw@sentry.io"}, "is not to hold a name or a password"),
        ({"token": "sntryu_secret"}, "is to be a reference"),
        ({"orgnization": "x"}, "did you mean organization?"),
    ):
        known = configured(shop={"kind": "sentry", "organization": "acme", "token": "env:TOKEN", **values})
        with pytest.raises(ConfigError, match=words) as caught:
            sources_of(known)
        assert "sntryu_secret" not in str(caught.value)
        assert "user:pw" not in str(caught.value)
        (panel,) = asked(known).values()
        assert words in panel.problem


def test_nothing_configured_is_nothing_asked() -> None:
    assert questions(configured(), "", NOW) == ()
    found = questions(configured(), "https://acme.sentry.io/issues/1/", NOW)
    assert isinstance(found, Refused)
    assert 'kind = "sentry"' in found.hint
