import base64
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from incident_tui.channels.jira import Jira
from incident_tui.channels.jira_text import LIMIT, SUMMARY
from incident_tui.channels.outcome import Delivered, Failed, Unknown
from incident_tui.channels.registry import channel_of, route_of
from incident_tui.config.table import ConfigError, Table
from incident_tui.web import Trouble
from tests.channels.letters import letter
from tests.channels.server import CUT, Answer, Server, serving

TOKEN = "ATATT3xFfGF0abcdefghijklmnop"
BASIC = base64.b64encode(f"dana@example.com:{TOKEN}".encode()).decode()
CREATED = {"id": "10000", "key": "OPS-12", "self": "https://x/rest/api/3/issue/10000"}
COMMENTED = {"id": "10100", "self": "https://x/rest/api/3/issue/10010/comment/10100"}
KEY = "0199a5c0-0000-7000-8000-000000000001"


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as server:
        server.answer = Answer(201, CREATED)
        yield server


@pytest.fixture
def cloud(server: Server, monkeypatch: pytest.MonkeyPatch) -> Jira:
    monkeypatch.setenv("JIRA_TOKEN_OF_TEST", TOKEN)
    return configured(url=server.url, email="dana@example.com", plain=True)


@pytest.fixture
def own(server: Server, monkeypatch: pytest.MonkeyPatch) -> Jira:
    monkeypatch.setenv("JIRA_TOKEN_OF_TEST", TOKEN)
    return configured(url=f"{server.url}/jira", plain=True)


def configured(**more: object) -> Jira:
    values = {"kind": "jira", "url": "https://x.example", "project": "OPS", "token": "env:JIRA_TOKEN_OF_TEST", **more}
    channel = channel_of("jira", Table("config.toml", "channels.jira", values))
    assert isinstance(channel, Jira)
    return channel


def nothing() -> None:
    """Nobody asks whether it began."""


def test_it_opens_an_issue_for_the_incident(cloud: Jira, server: Server) -> None:
    begun: list[int] = []
    outcome = cloud.send(letter(), lambda: begun.append(len(server.requests)))
    assert outcome == Delivered("OPS-12", f"{server.url}/browse/OPS-12")
    assert begun == [0]
    request = server.last
    assert (request.method, request.path) == ("POST", "/rest/api/3/issue")
    assert request.headers["authorization"] == f"Basic {BASIC}"
    assert request.headers["accept"] == "application/json"
    fields = request.json["fields"]
    assert fields["project"] == {"key": "OPS"}
    assert fields["issuetype"] == {"name": "Task"}
    assert fields["summary"] == "SEV3 · INC-20261121-K7Q Checkout fails · investigating"
    assert fields["labels"] == ["SEV3", "INC-20261121-K7Q", f"incident-tui-{KEY}"]
    panel, words = fields["description"]["content"]
    assert panel["type"] == "panel"
    assert "Commander: dana" in json.dumps(panel)
    assert words["content"] == [{"type": "text", "text": "Payments by card fail for one customer in five."}]


def test_the_preview_says_what_is_sent(cloud: Jira, server: Server) -> None:
    preview = cloud.preview(letter(text="**now** see https://x.example/a\n\n- one\n\n```\ncode\n```"))
    assert (preview.where, preview.act) == ("Jira OPS", "opens an issue for the incident")
    parts = dict(preview.parts)
    assert parts["description"].startswith("- Severity: SEV3")
    assert parts["description"].endswith("now see https://x.example/a\n\n- one\n\ncode")
    cloud.send(letter(), nothing)
    assert server.last.json["fields"]["summary"] == parts["summary"]
    assert TOKEN not in repr(preview) + repr(cloud)


@pytest.mark.parametrize("form", ["update", "change", "document"])
def test_words_are_comments_once_there_is_an_issue(cloud: Jira, server: Server, form: str) -> None:
    server.answer = Answer(201, COMMENTED)
    outcome = cloud.send(letter(form, card="OPS-12"), nothing)
    assert outcome == Delivered("OPS-12/10100", f"{server.url}/browse/OPS-12")
    assert server.last.path == "/rest/api/3/issue/OPS-12/comment"
    first, *_, last = server.last.json["body"]["content"]
    assert ("strong" in json.dumps(first)) == (form != "document")
    assert last["content"] == [{"type": "text", "text": f"incident-tui {KEY}"}]


def test_the_card_keeps_what_people_wrote(cloud: Jira, server: Server) -> None:
    cloud.send(letter(), nothing)
    description = server.last.json["fields"]["description"]
    theirs = {"type": "paragraph", "content": [{"type": "mention", "attrs": {"id": "1"}}]}
    description["content"].append(theirs)
    there = {"fields": {"description": description, "labels": ["SEV1", "customer"]}}
    server.answers = [Answer(200, there), Answer(204)]
    outcome = cloud.send(letter("card", card="OPS-12/77", commander="kim", status="monitoring"), nothing)
    assert outcome == Delivered("OPS-12", f"{server.url}/browse/OPS-12")
    read, written = server.requests[-2:]
    assert read.query == {"fields": "description,labels"}
    assert (written.method, written.path) == ("PUT", "/rest/api/3/issue/OPS-12")
    sent = written.json
    assert sent["update"] == {"labels": [{"remove": "SEV1"}, {"add": "SEV3"}]}
    panel, words, last = sent["fields"]["description"]["content"]
    assert "Commander: kim" in json.dumps(panel)
    assert "Payments by card" in json.dumps(words)
    assert last == theirs


def test_a_panel_of_others_stays(cloud: Jira, server: Server) -> None:
    theirs = {"type": "panel", "attrs": {"panelType": "note"}, "content": []}
    server.answers = [Answer(200, {"fields": {"description": {"content": [theirs]}}}), Answer(204)]
    cloud.send(letter("card", card="OPS-12"), nothing)
    assert [block["type"] for block in server.last.json["fields"]["description"]["content"]] == ["panel", "panel"]


def test_an_action_item_is_an_issue_that_leads_to_the_incident(cloud: Jira, server: Server) -> None:
    item = letter("item", text="Alert on\npool use", owner="lee", due="2026-12-01", card="OPS-3")
    assert cloud.send(item, nothing) == Delivered("OPS-12", f"{server.url}/browse/OPS-12")
    fields = server.last.json["fields"]
    assert fields["summary"] == "Alert on pool use"
    assert "SEV3" not in fields["labels"]
    text = json.dumps(fields["description"])
    assert "Owner: lee" in text
    assert "Due: 2026-12-01" in text
    assert f'"href": "{server.url}/browse/OPS-3"' in text


def test_again_it_looks_by_label_before_it_opens(cloud: Jira, server: Server) -> None:
    server.answers = [Answer(200, {"issues": [{"id": "1", "key": "OPS-9"}], "isLast": True})]
    begun: list[int] = []
    assert cloud.send(letter(again=True), lambda: begun.append(1)) == Delivered("OPS-9", f"{server.url}/browse/OPS-9")
    assert begun == []
    assert (server.last.method, server.last.path) == ("POST", "/rest/api/3/search/jql")
    assert server.last.json["jql"] == f'project = "OPS" AND labels = "incident-tui-{KEY}"'


def test_again_it_looks_among_the_comments(cloud: Jira, server: Server) -> None:
    body = {"type": "doc", "content": [{"type": "text", "text": f"incident-tui {KEY}"}]}
    server.answers = [Answer(200, {"comments": [{"id": "1", "body": "x"}, {"id": "2", "body": body}]})]
    outcome = cloud.send(letter("update", card="OPS-12", again=True), nothing)
    assert outcome == Delivered("OPS-12/2", f"{server.url}/browse/OPS-12")
    server.answers = [Answer(200, {"comments": []}), Answer(201, COMMENTED)]
    assert isinstance(cloud.send(letter("update", card="OPS-12", again=True), nothing), Delivered)
    assert server.last.method == "POST"


def test_it_waits_as_long_as_it_is_asked_to(cloud: Jira, server: Server) -> None:
    server.answer = Answer(429, "", {"retry-after": "5", "ratelimit-reason": "jira-burst-based"})
    assert cloud.send(letter(), nothing) == Failed("127.0.0.1: 429", True, timedelta(seconds=5))
    later = datetime.now(UTC) + timedelta(minutes=20)
    server.answer = Answer(429, "", {"x-ratelimit-reset": f"{later:%Y-%m-%dT%H:%MZ}"})
    outcome = cloud.send(letter(), nothing)
    assert isinstance(outcome, Failed)
    assert outcome.after is not None
    assert timedelta(minutes=18) < outcome.after <= timedelta(minutes=20)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (
            Answer(400, {"errorMessages": [], "errors": {"issuetype": "Specify a valid issue type"}}),
            "issuetype: Specify",
        ),
        (Answer(404, {"errorMessages": ["No project could be found"], "errors": {}}), "or the token may not see it"),
        (Answer(401, "Client must be authenticated"), "Client must be authenticated"),
        (Answer(403, {"message": "no", "status-code": 403}), "403 no"),
        (Answer(302, "", {"location": "https://id.example/login"}), "302"),
    ],
)
def test_it_says_why_it_was_refused(cloud: Jira, server: Server, answer: Answer, words: str) -> None:
    server.answer = answer
    outcome = cloud.send(letter(), nothing)
    assert isinstance(outcome, Failed)
    assert not outcome.retryable
    assert words in outcome.reason


def test_no_answer_repeats_its_secret(cloud: Jira, server: Server) -> None:
    server.answer = Answer(400, {"errorMessages": [f"bad {BASIC} and {TOKEN}"]})
    outcome = cloud.send(letter(), nothing)
    assert isinstance(outcome, Failed)
    assert outcome.reason.endswith("bad … and …")


@pytest.mark.parametrize("answer", [CUT, Answer(504), Answer(200, "<html>"), Answer(201, {"id": "1"})])
def test_nobody_knows_after_no_clear_answer(cloud: Jira, server: Server, answer: Answer) -> None:
    server.answer = answer
    assert isinstance(cloud.send(letter(), nothing), Unknown)


def test_a_server_of_ones_own_is_asked_in_its_way(own: Jira, server: Server) -> None:
    outcome = own.send(letter(text="see {noformat} [~lee] {code}x{code}"), nothing)
    assert outcome == Delivered("OPS-12", f"{server.url}/jira/browse/OPS-12")
    assert server.last.path == "/jira/rest/api/2/issue"
    assert server.last.headers["authorization"] == f"Bearer {TOKEN}"
    facts, words = server.last.json["fields"]["description"].split("\n----\n")
    assert facts.startswith("{noformat}\nSeverity: SEV3")
    assert words == "{noformat}\nsee {\u200bnoformat} [~lee] {code}x{code}\n{noformat}"
    server.answer = Answer(200, {"issues": []})
    own.send(letter(again=True), nothing)
    assert server.requests[-2].path == "/jira/rest/api/2/search"


def test_the_card_of_a_server_of_ones_own_keeps_what_people_wrote(own: Jira, server: Server) -> None:
    own.send(letter(), nothing)
    there = server.last.json["fields"]["description"] + "\nMara: in Rome, too\r\n----\r\nmore"
    server.answers = [Answer(200, {"fields": {"description": there}}), Answer(204)]
    own.send(letter("card", card="OPS-12", commander="kim"), nothing)
    facts, words, more = server.last.json["fields"]["description"].split("\n----\n")
    assert "Commander: kim" in facts
    assert words.endswith("{noformat}\nMara: in Rome, too")
    assert more == "more"
    server.answers = [Answer(200, {"fields": {"description": "of others\n----\nonly"}}), Answer(204)]
    own.send(letter("card", card="OPS-12"), nothing)
    assert server.last.json["fields"]["description"].endswith("{noformat}\n----\nof others\n----\nonly")


def test_the_check_says_what_is_there(cloud: Jira, server: Server) -> None:
    server.answer = Answer(200, {"name": "Operations", "issueTypes": [{"name": "Task"}]})
    assert cloud.check() == "OPS “Operations” is there"
    for answer in (Answer(200, {"name": "x", "issueTypes": [{"name": "Bug"}]}), Answer(404, {"errorMessages": ["no"]})):
        server.answer = answer
        with pytest.raises(Trouble):
            cloud.check()


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"project": "ops"}, "channels.jira.project"),
        ({"url": "jira.example"}, "channels.jira.url"),
        ({"labels": ["two words"]}, "no spaces"),
        ({"token": TOKEN}, "is to be a reference"),
    ],
)
def test_a_mistake_in_the_configuration_is_told(values: dict[str, object], words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        configured(**values)


def test_its_route_is_an_issue_tracker() -> None:
    route = route_of("jira", Table("c", "channels.jira", {"kind": "jira", "audiences": ["internal"]}))
    assert (route.via, route.group, route.follows) == ("jira", "issue tracker", True)


@given(
    st.text(max_size=600), st.integers(0, 40_000), st.sampled_from(["opening", "update", "item", "document", "test"])
)
@settings(max_examples=15, deadline=None)
def test_the_limits_hold(title: str, length: int, form: str) -> None:
    sent = letter(form, title=title, text="😀 é\n" * (length // 4) or "x", card="OPS-1" if length % 2 else "")
    for jira in (configured(email="a@b.example"), configured()):
        parts = dict(jira.preview(sent).parts)
        assert len(parts.get("summary", "")) <= SUMMARY
        assert "\n" not in parts.get("summary", "")
        assert len(parts.get("description", "") + parts.get("comment", "")) <= LIMIT
        assert " " not in parts.get("labels", "").replace(", ", "")
