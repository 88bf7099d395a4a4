import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from incident_tui.channels.github import BODY, END, TITLE, GitHub
from incident_tui.channels.outcome import Delivered, Failed, Unknown
from incident_tui.channels.registry import channel_of, route_of
from incident_tui.config.table import ConfigError, Table
from incident_tui.web import Trouble
from tests.channels.letters import letter
from tests.channels.server import CUT, Answer, Request, Server, serving

SAMPLES = Path(__file__).resolve().parents[3] / "shared" / "contracts" / "samples" / "github"
TOKEN = "ghp_0123456789abcdefghijklmnopqrstuvwxyz"
ISSUE_URL = "https://github.com/acme/shop/issues/12"
COMMENT_URL = f"{ISSUE_URL}#issuecomment-77"
ISSUE = {"id": 9, "number": 12, "html_url": ISSUE_URL}
COMMENT = {"id": 77, "html_url": COMMENT_URL}
CARD = "acme/shop#12"
MARK = "<!-- incident-tui:0199a5c0-0000-7000-8000-000000000001 -->"


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as server:
        server.answer = Answer(201, ISSUE)
        yield server


@pytest.fixture
def github(server: Server, monkeypatch: pytest.MonkeyPatch) -> GitHub:
    monkeypatch.setenv("GITHUB_TOKEN_OF_TEST", TOKEN)
    return configured(url=server.url, plain=True)


def configured(**more: object) -> GitHub:
    values = {"kind": "github", "repository": "acme/shop", "token": "env:GITHUB_TOKEN_OF_TEST", **more}
    channel = channel_of("issues", Table("config.toml", "channels.issues", values))
    assert isinstance(channel, GitHub)
    return channel


class Begun:
    """Counts how often something began, and how many requests had come by then."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self.at: list[int] = []

    def __call__(self) -> None:
        self.at.append(len(self._server.requests))


def test_it_opens_an_issue_for_the_incident(github: GitHub, server: Server) -> None:
    begun = Begun(server)
    outcome = github.send(letter(), begun)
    assert outcome == Delivered(CARD, ISSUE_URL)
    assert begun.at == [0]
    request = server.last
    assert (request.method, request.path) == ("POST", "/repos/acme/shop/issues")
    assert request.headers["authorization"] == f"Bearer {TOKEN}"
    assert request.headers["accept"] == "application/vnd.github+json"
    assert request.headers["x-github-api-version"] == "2022-11-28"
    assert request.headers["user-agent"].startswith("incident-tui/")
    assert request.json["title"] == "SEV3 · INC-20261121-K7Q Checkout fails · investigating"
    assert request.json["labels"] == ["SEV3"]
    body = request.json["body"]
    assert body.startswith(f"{MARK}\n- **Severity:** SEV3")
    assert "- **Commander:** dana\n- **Services:** checkout-api, payments" in body
    assert body.endswith(f"\n\nPayments by card fail for one customer in five.\n\n{END}")


def test_the_preview_is_what_is_sent(github: GitHub, server: Server) -> None:
    for form, card in (("opening", ""), ("update", CARD), ("change", CARD), ("item", CARD), ("document", CARD)):
        preview = github.preview(letter(form, card=card))
        github.send(letter(form, card=card), lambda: None)
        sent = {key: value for key, value in server.last.json.items() if key != "labels"}
        assert {key: value for key, value in preview.parts if key != "labels"} == sent
        assert preview.where == "GitHub acme/shop"
        assert TOKEN not in repr(preview) + repr(github)


@pytest.mark.parametrize("form", ["update", "change", "opening"])
def test_words_go_into_comments_once_there_is_an_issue(github: GitHub, server: Server, form: str) -> None:
    server.answer = Answer(201, COMMENT)
    outcome = github.send(letter(form, card=CARD), lambda: None)
    assert outcome == Delivered("acme/shop#12/77", COMMENT_URL)
    assert server.last.path == "/repos/acme/shop/issues/12/comments"
    assert list(server.last.json) == ["body"]
    assert github.preview(letter(form, card="acme/shop#12/77")).act == "comments on #12"


def test_words_without_an_issue_open_one(github: GitHub) -> None:
    assert github.preview(letter("update")).act == "opens an issue for the incident"
    assert github.preview(letter("update", card="acme/other#3")).act == "opens an issue for the incident"


def test_the_card_keeps_what_others_wrote_and_their_labels(github: GitHub, server: Server) -> None:
    labels = [{"name": "customer"}, {"name": "SEV1"}, "triage"]
    there = ISSUE | {"labels": labels, "body": f"before\n{MARK}\nold\n{END}\n\nMara: seen in Rome, too. @lee"}
    server.answers = [Answer(200, there), Answer(200, ISSUE)]
    begun = Begun(server)
    assert github.send(letter("card", card=CARD, status="closed"), begun) == Delivered(CARD, ISSUE_URL)
    assert [request.method for request in server.requests] == ["GET", "PATCH"]
    assert begun.at == [1]
    sent = server.last.json
    assert server.last.path == "/repos/acme/shop/issues/12"
    assert sent["labels"] == ["customer", "triage", "SEV3"]
    assert (sent["state"], sent["state_reason"]) == ("closed", "completed")
    assert sent["title"].endswith("· closed")
    assert sent["body"].startswith(f"before\n{MARK}\n<!-- closed with its incident -->\n- **Severity:**")
    assert sent["body"].endswith(f"{END}\n\nMara: seen in Rome, too. @lee")


def test_the_issue_of_a_live_incident_is_open(github: GitHub, server: Server) -> None:
    server.answers = [Answer(200, ISSUE | {"body": None, "labels": None}), Answer(200, ISSUE)]
    github.send(letter("card", card=CARD, status="monitoring"), lambda: None)
    assert server.last.json["state"] == "open"
    assert "state_reason" not in server.last.json


def test_what_somebody_has_closed_stays_closed_and_is_told_once(github: GitHub, server: Server) -> None:
    there = ISSUE | {"state": "closed", "state_reason": "not_planned", "body": f"{MARK}\r\nold\r\n{END}"}
    notes = []
    for status in ("monitoring", "resolved", "closed", "investigating"):
        server.answers = [Answer(200, there), Answer(200, ISSUE)]
        outcome = github.send(letter("card", card=CARD, status=status), lambda: None)
        assert isinstance(outcome, Delivered)
        notes.append(outcome.note)
        sent = server.last.json
        assert {"state", "state_reason"} & set(sent) == set()
        assert sent["title"].endswith(f"· {status}")
        assert sent["body"].startswith(f"{MARK}\n<!-- closed by somebody else -->\n- **Severity:**")
        there |= {"body": sent["body"].replace("\n", "\r\n")}
    assert notes == ["#12 has been closed there by somebody, and stays closed", "", "", ""]


def test_it_is_told_again_where_nobody_knows_whether_it_was(github: GitHub, server: Server) -> None:
    there = ISSUE | {"state": "closed", "body": f"{MARK}\n<!-- closed by somebody else -->\nold\n{END}"}
    for again in (False, True):
        server.answers = [Answer(200, there), Answer(200, ISSUE)]
        outcome = github.send(letter("card", card=CARD, again=again), lambda: None)
        assert isinstance(outcome, Delivered)
        assert bool(outcome.note) == again


def test_what_was_closed_with_its_incident_is_opened_with_it(github: GitHub, server: Server) -> None:
    server.answers = [Answer(200, ISSUE | {"state": "open", "body": f"{MARK}\nold\n{END}"}), Answer(200, ISSUE)]
    github.send(letter("card", card=CARD, status="closed"), lambda: None)
    closed = server.last.json
    server.answers = [Answer(200, ISSUE | {"state": "closed", "body": closed["body"]}), Answer(200, ISSUE)]
    outcome = github.send(letter("card", card=CARD, status="investigating"), lambda: None)
    assert outcome == Delivered(CARD, ISSUE_URL)
    assert server.last.json["state"] == "open"
    assert "<!-- closed" not in server.last.json["body"]


def test_an_action_item_is_an_issue_that_refers_to_the_incident(github: GitHub, server: Server) -> None:
    item = letter("item", text="Alert on pool use for @ops", owner="@lee", due="2026-12-01", card=CARD)
    assert github.send(item, lambda: None) == Delivered(CARD, ISSUE_URL)
    sent = server.last.json
    assert sent["title"] == "Alert on pool use for @\u200bops"
    assert "labels" not in sent
    assert (
        "- **Owner:** @\u200blee\n- **Due:** 2026-12-01\n- **Incident:** INC-20261121-K7Q Checkout fails"
        in sent["body"]
    )
    assert ", see #12\n" in sent["body"]


def test_a_document_is_a_comment_or_an_issue_of_its_own(github: GitHub) -> None:
    document = letter("document", text="# Post-mortem of the pool\n\nIt leaked.")
    assert github.preview(document).act == "opens an issue for the document"
    assert dict(github.preview(document).parts)["title"] == "INC-20261121-K7Q Post-mortem of the pool"
    assert github.preview(letter("document", card=CARD)).act == "comments on #12"


def test_the_test_says_that_it_is_one(github: GitHub) -> None:
    preview = github.preview(letter("test", text="hello"))
    assert preview.act == "opens a test issue"
    assert "TEST" in dict(preview.parts)["title"]


def test_people_outside_read_no_internal_words(github: GitHub) -> None:
    parts = dict(github.preview(letter(audience="external")).parts)
    assert parts["title"] == "Checkout fails · investigating"
    assert "SEV" not in str(parts)
    assert "dana" not in str(parts)


def test_again_it_looks_before_it_opens(github: GitHub, server: Server) -> None:
    others = [ISSUE | {"number": number, "body": "another"} for number in range(100)]
    server.answers = [Answer(200, others), Answer(200, [{"number": 7, "body": None}, ISSUE | {"body": f"{MARK}\nx"}])]
    begun = Begun(server)
    assert github.send(letter(again=True), begun) == Delivered(CARD, ISSUE_URL)
    assert begun.at == []
    first, second = server.requests
    assert first.method == second.method == "GET"
    assert first.path == "/repos/acme/shop/issues"
    # The key was made on 2 October 2025; a day is left for clocks that are wrong.
    assert first.query == {"state": "all", "per_page": "100", "page": "1", "since": "2025-10-01T16:27:27Z"}
    assert second.query["page"] == "2"


def test_again_it_sends_what_is_not_there(github: GitHub, server: Server) -> None:
    server.answers = [Answer(200, []), Answer(201, COMMENT)]
    assert github.send(letter("update", card=CARD, again=True), lambda: None) == Delivered(
        "acme/shop#12/77", COMMENT_URL
    )
    assert [request.method for request in server.requests] == ["GET", "POST"]


def test_it_sends_nothing_where_it_cannot_look(github: GitHub, server: Server) -> None:
    server.answer = Answer(502, "<html>bad gateway</html>")
    begun = Begun(server)
    outcome = github.send(letter(again=True), begun)
    assert isinstance(outcome, Failed)
    assert outcome.retryable
    assert begun.at == []


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_it_follows_a_renamed_repository(github: GitHub, server: Server, status: int) -> None:
    server.answers = [
        Answer(status, {"message": "Moved"}, {"location": "/repositories/1000/issues"}),
        Answer(201, ISSUE),
    ]
    begun = Begun(server)
    assert github.send(letter(), begun) == Delivered(CARD, ISSUE_URL)
    assert begun.at == [0]
    assert (server.last.method, server.last.path) == ("POST", "/repositories/1000/issues")
    assert server.last.json["title"]


def test_it_sends_its_token_to_no_other_server(github: GitHub, server: Server) -> None:
    with serving() as other:
        server.answer = Answer(307, "", {"location": f"{other.url}/repos/acme/shop/issues"})
        outcome = github.send(letter(), lambda: None)
        assert isinstance(outcome, Failed)
        assert not outcome.retryable
        assert other.requests == []


def limited(message: str, **headers: str) -> Answer:
    return Answer(403, {"message": message}, {name.replace("_", "-"): value for name, value in headers.items()})


@pytest.mark.parametrize(
    ("answer", "wait"),
    [
        (limited("You have exceeded a secondary rate limit.", retry_after="7"), 7),
        (limited("API rate limit exceeded", x_ratelimit_remaining="0", x_ratelimit_reset="0"), 0),
        (limited("API rate limit exceeded", x_ratelimit_remaining="0", x_ratelimit_reset="99999999999"), 3600),
        (limited("You have exceeded a secondary rate limit."), 60),
        (Answer(429, {"message": "slow"}, {"x-ratelimit-remaining": "12", "x-ratelimit-reset": "99999999999"}), 60),
    ],
)
def test_it_waits_as_long_as_it_is_asked_to(github: GitHub, server: Server, answer: Answer, wait: int) -> None:
    server.answer = answer
    outcome = github.send(letter(), lambda: None)
    assert isinstance(outcome, Failed)
    assert outcome.retryable
    assert outcome.after == timedelta(seconds=wait)


REFUSED = [
    (Answer(403, {"message": "Resource not accessible by personal access token"}), "not accessible"),
    (Answer(410, {"message": "Issues has been disabled in this repository."}), "issues are switched off"),
    (Answer(401, {"message": "Bad credentials"}), "is the token right?"),
    (Answer(404, {"message": "Not Found"}), "or the token may not see it"),
    (
        Answer(
            422, {"message": "Validation Failed", "errors": [{"resource": "Issue", "code": "missing", "field": "t"}]}
        ),
        "Validation Failed; t missing",
    ),
    (Answer(422, "<html>\x1b[31m no"), "422 <html>"),
]


@pytest.mark.parametrize(("answer", "words"), REFUSED)
def test_it_says_why_it_was_refused(github: GitHub, server: Server, answer: Answer, words: str) -> None:
    server.answer = answer
    outcome = github.send(letter(), lambda: None)
    assert isinstance(outcome, Failed)
    assert not outcome.retryable
    assert words in outcome.reason
    assert "\x1b" not in outcome.reason


@pytest.mark.parametrize(
    "answer", [CUT, Answer(502, "bad gateway"), Answer(200, "<html>sign in</html>"), Answer(201, [])]
)
def test_nobody_knows_after_no_clear_answer(github: GitHub, server: Server, answer: Answer) -> None:
    server.answer = answer
    assert isinstance(github.send(letter(), lambda: None), Unknown)


def test_the_card_may_be_edited_once_more(github: GitHub, server: Server) -> None:
    server.answers = [Answer(200, ISSUE), CUT]
    outcome = github.send(letter("card", card=CARD), lambda: None)
    assert isinstance(outcome, Failed)
    assert outcome.retryable


def test_without_its_token_nothing_is_sent(github: GitHub, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GITHUB_TOKEN_OF_TEST")
    outcome = github.send(letter(), lambda: None)
    assert isinstance(outcome, Failed)
    assert "channels.issues.token" in outcome.reason
    assert server.requests == []


def test_the_check_says_what_the_token_may(github: GitHub, server: Server) -> None:
    server.answer = Answer(200, {"has_issues": True, "permissions": {"push": True}})
    assert github.check() == "acme/shop takes issues"
    server.answer = Answer(200, {"has_issues": True, "permissions": {"push": False}})
    assert "labels are dropped" in github.check()
    for answer in (Answer(200, {"has_issues": False}), Answer(404, {"message": "Not Found"})):
        server.answer = answer
        with pytest.raises(Trouble):
            github.check()


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"repository": "shop"}, "channels.issues.repository"),
        ({"token": TOKEN}, "is to be a reference"),
        ({"url": "http://ghes.example"}, "http:// is not safe"),
        ({"url": "https://me:secret@ghes.example"}, "is not to hold a name or a password"),
        ({"label": ["x"]}, "did you mean labels"),
    ],
)
def test_a_mistake_in_the_configuration_is_told(values: dict[str, object], words: str) -> None:
    with pytest.raises(ConfigError, match=words) as caught:
        configured(**values)
    assert TOKEN not in str(caught.value)


def test_its_route_is_an_issue_tracker() -> None:
    route = route_of("issues", Table("c", "channels.issues", {"kind": "github", "audiences": ["internal"]}))
    assert (route.via, route.group, route.follows) == ("github", "issue tracker", True)


@pytest.mark.skipif(not SAMPLES.exists(), reason="the recorded samples are not beside the checkout")
def test_recorded_answers_are_understood(github: GitHub, server: Server) -> None:
    """Created, refused and listed as api.github.com answered, and our request has the fields of the recorded one."""
    created, *_ = json.loads((SAMPLES / "add-labels-to-issue.json").read_text())
    server.answer = Answer(created["status"], created["response"])
    assert github.send(letter(), lambda: None) == Delivered("acme/shop#1", created["response"]["html_url"])
    assert set(created["body"]) <= set(server.last.json)
    (refused,) = json.loads((SAMPLES / "errors.json").read_text())
    server.answer = Answer(refused["status"], refused["response"])
    assert github.send(letter(), lambda: None) == Failed("127.0.0.1: 422 Validation Failed; color invalid")
    listed = json.loads((SAMPLES / "paginate-issues.json").read_text())[0]["response"]
    theirs: Any = listed[0] | {"body": MARK}
    server.answers = [Answer(200, [*listed, theirs])]
    found = github.send(letter(again=True), lambda: None)
    assert found == Delivered(f"acme/shop#{theirs['number']}", theirs["html_url"])


@given(st.text(max_size=400), st.integers(0, 70_000), st.sampled_from(["opening", "update", "item", "document"]))
@settings(max_examples=15, deadline=None)
def test_the_limits_hold(title: str, length: int, form: str) -> None:
    github = configured()
    sent = letter(form, title=title, text="@😀\n" * (length // 3) or "x", card="" if length % 2 else CARD)
    preview = github.preview(sent)
    parts = dict(preview.parts)
    assert len(parts["body"]) <= BODY
    assert len(parts.get("title", "")) <= TITLE
    assert parts["body"].startswith(MARK)
    assert parts["body"].endswith(END)
    assert "\n" not in parts.get("title", "")
    assert bool(preview.cut) == ("…\n" in parts["body"])


def test_anything_may_be_answered(github: GitHub, server: Server) -> None:
    def respond(request: Request) -> Answer:
        return Answer(200, [None, 3, {"body": 5}] if request.method == "GET" else {"id": "x"})

    server.respond = respond
    assert isinstance(github.send(letter(again=True), lambda: None), Unknown)
