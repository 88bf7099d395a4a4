from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from incident_tui.channels.confluence import ONLY, TITLE, Confluence
from incident_tui.channels.outcome import Delivered, Failed, Unknown
from incident_tui.channels.registry import channel_of, route_of
from incident_tui.channels.storage import storage_of
from incident_tui.config.table import ConfigError, Table
from incident_tui.web import Trouble
from tests.channels.letters import letter
from tests.channels.server import CUT, Answer, Server, serving

TOKEN = "ATATT3xFfGF0abcdefghijklmnop"
KEY = "0199a5c0-0000-7000-8000-000000000001"
DOCUMENT = "# Post-mortem INC-20261121-K7Q\n\n**It** leaked <b>\n\n- [x] done\n\n```\na < b\n```\n"
TITLED = "Post-mortem INC-20261121-K7Q"
MADE = {"id": "98", "title": TITLED, "_links": {"webui": "/spaces/OPS/pages/98/PM", "base": "https://evil.example"}}
NOBODY = Answer(200, {"results": []})


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as server:
        server.answers = [NOBODY]
        server.answer = Answer(200, MADE)
        yield server


@pytest.fixture
def wiki(server: Server, monkeypatch: pytest.MonkeyPatch) -> Confluence:
    monkeypatch.setenv("WIKI_TOKEN_OF_TEST", TOKEN)
    return configured(url=f"{server.url}/wiki", plain=True, parent=7)


def configured(**more: object) -> Confluence:
    values = {"kind": "confluence", "url": "https://x.example", "email": "dana@example.com", "space": "65537"}
    table = Table("config.toml", "channels.wiki", {**values, "token": "env:WIKI_TOKEN_OF_TEST", **more})
    channel = channel_of("wiki", table)
    assert isinstance(channel, Confluence)
    return channel


def nothing() -> None:
    """Nobody asks whether it began."""


def there(**more: object) -> Answer:
    storage = "<p>x</p><p><em>INC-20261121-K7Q, incident-tui 0199-earlier</em></p>"
    body = {"storage": {"representation": "storage", "value": storage}}
    page: dict[str, object] = {**MADE, "status": "current", "version": {"number": 1, "message": ""}, "body": body}
    return Answer(200, {"results": [{"title": "another"}, page | more]})


def test_a_document_becomes_a_page(wiki: Confluence, server: Server) -> None:
    begun: list[int] = []
    outcome = wiki.send(letter("document", text=DOCUMENT), lambda: begun.append(len(server.requests)))
    assert outcome == Delivered("98", f"{server.url}/wiki/spaces/OPS/pages/98/PM")
    assert begun == [1]
    looked, made = server.requests
    assert looked.path == made.path == "/wiki/api/v2/pages"
    assert looked.query == {"space-id": "65537", "title": TITLED, "body-format": "storage", "limit": "5"}
    assert made.method == "POST"
    assert made.headers["authorization"].startswith("Basic ")
    sent = made.json
    assert (sent["spaceId"], sent["parentId"], sent["status"], sent["title"]) == ("65537", "7", "current", TITLED)
    assert sent["body"] == {
        "representation": "storage",
        "value": "<p><strong>It</strong> leaked &lt;b&gt;</p><ul><li><p>☑ done</p></li></ul><pre>a &lt; b</pre>"
        f"<p><em>INC-20261121-K7Q, incident-tui {KEY}</em></p>",
    }


def test_the_preview_says_what_becomes_of_it(wiki: Confluence) -> None:
    preview = wiki.preview(letter("document", text=DOCUMENT))
    assert (preview.where, preview.act) == ("Confluence, space 65537 below page 7", "new page")
    assert dict(preview.parts)["title"] == TITLED
    assert dict(preview.parts)["text"].startswith("**It** leaked")
    assert "next version" in preview.notes[0]
    assert TOKEN not in repr(preview) + repr(wiki)


@pytest.mark.parametrize("form", ["opening", "change", "update", "card", "item"])
def test_it_takes_documents_only(wiki: Confluence, server: Server, form: str) -> None:
    assert wiki.send(letter(form), nothing) == Failed(ONLY)
    assert wiki.preview(letter(form)).act == ONLY
    assert server.requests == []


def test_the_page_gets_its_next_version(wiki: Confluence, server: Server) -> None:
    server.answers = [there(version={"number": 4, "message": "incident-tui 0199-earlier"})]
    assert isinstance(wiki.send(letter("document", text=DOCUMENT), nothing), Delivered)
    assert (server.last.method, server.last.path) == ("PUT", "/wiki/api/v2/pages/98")
    assert server.last.json["id"] == "98"
    assert server.last.json["version"] == {"number": 5, "message": f"incident-tui {KEY}"}


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"version": {"number": 2, "message": ""}}, "edited by people"),
        ({"version": None}, "edited by people"),
        ({"status": "archived"}, "is archived"),
        ({"body": {"storage": {"value": "<p>theirs</p>"}}}, "not from here"),
    ],
)
def test_what_people_wrote_is_not_replaced(wiki: Confluence, server: Server, more: dict[str, Any], words: str) -> None:
    server.answers = [there(**more)]
    outcome = wiki.send(letter("document", text=DOCUMENT), nothing)
    assert isinstance(outcome, Failed)
    assert not outcome.retryable
    assert words in outcome.reason
    assert len(server.requests) == 1


def test_what_has_arrived_is_not_sent_again(wiki: Confluence, server: Server) -> None:
    server.answers = [there(body={"storage": {"value": f"<em>INC-20261121-K7Q, incident-tui {KEY}</em>"}})]
    begun: list[int] = []
    outcome = wiki.send(letter("document", text=DOCUMENT, again=True), lambda: begun.append(1))
    assert isinstance(outcome, Delivered)
    assert begun == []


@pytest.mark.parametrize(
    "answer", [CUT, Answer(502), Answer(409, {"message": "Version must be incremented"}), Answer(429)]
)
def test_it_is_tried_again_as_a_title_is_there_only_once(wiki: Confluence, server: Server, answer: Answer) -> None:
    server.answer = answer
    outcome = wiki.send(letter("document"), nothing)
    assert isinstance(outcome, Failed)
    assert outcome.retryable


def test_it_says_why_it_was_refused(wiki: Confluence, server: Server) -> None:
    said = {"status": 400, "code": "INVALID_REQUEST_PARAMETER", "title": "A page already exists", "detail": None}
    server.answer = Answer(400, {"errors": [said]})
    assert wiki.send(letter("document"), nothing) == Failed("127.0.0.1: 400 A page already exists")
    server.answers, server.answer = [NOBODY], Answer(200, "<html>")
    assert isinstance(wiki.send(letter("document"), nothing), Unknown)


def test_it_sends_nothing_where_it_cannot_look(wiki: Confluence, server: Server) -> None:
    server.answers = [Answer(404, {"errors": [{"title": "No space"}]})]
    outcome = wiki.send(letter("document"), nothing)
    assert isinstance(outcome, Failed)
    assert "or the token may not see it" in outcome.reason
    assert len(server.requests) == 1


def test_a_document_without_a_heading_is_named_by_its_incident(wiki: Confluence) -> None:
    assert dict(wiki.preview(letter("document", text="words")).parts)["title"] == "INC-20261121-K7Q Checkout fails"
    assert "TEST" in dict(wiki.preview(letter("test", text="words")).parts)["title"]


def test_the_check_says_which_space_it_is(wiki: Confluence, server: Server) -> None:
    server.answers = [Answer(200, {"id": "65537", "name": "Operations"})]
    assert wiki.check() == "the space “Operations” is there"
    server.answers = [Answer(401, "")]
    with pytest.raises(Trouble):
        wiki.check()


@pytest.mark.parametrize(
    ("values", "words"),
    [({"space": "OPS"}, "channels.wiki.space"), ({"email": "dana"}, "channels.wiki.email"), ({"spac": 1}, "space")],
)
def test_a_mistake_in_the_configuration_is_told(values: dict[str, object], words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        configured(**values)


def test_its_route_is_a_wiki() -> None:
    route = route_of("wiki", Table("c", "channels.wiki", {"kind": "confluence"}))
    assert (route.via, route.group, route.follows) == ("confluence", "wiki", False)
    assert Confluence.REPEATABLE


def test_a_table_is_one_and_its_empty_head_is_left_out() -> None:
    cells = "<tbody><tr><td>1</td><td>a | b</td></tr></tbody></table>"
    assert storage_of("| x | y |\n|---|---|\n| 1 | a \\| b |") == (
        f"<table><thead><tr><th>x</th><th>y</th></tr></thead>{cells}"
    )
    assert storage_of("| | |\n|---|---|\n| 1 | a \\| b |") == f"<table>{cells}"
    quoted = "<blockquote><p><strong>c</strong> <del>d</del></p></blockquote><hr />"
    listed = '<ol start="3"><li><p>a</p><p>b</p></li></ol>'
    assert storage_of("3. a\n\n   b\n\n> **c** ~~d~~\n\n---") == listed + quoted


PIECES = (
    *(
        "# ",
        "- ",
        "3. ",
        "> ",
        "```",
        "\n",
        "\n\n",
        "    ",
        "**",
        "~~",
        "`",
        "a",
        "&",
        "<b>",
        "]]>",
        "\\",
        '"',
        "&nbsp;",
    ),
    *(
        "[x](https://a.example?a=1&b=2)",
        "[y](javascript:z)",
        "![i](https://x.example)",
        "| a | b |\n|---|---|\n| 1 | 2 |\n",
    ),
    *("<ac:structured-macro>", "{code}", "https://e.example/a", "- [ ] t", "\x00", "\ufffe", "😀"),
)
ALLOWED = {
    "p",
    "ul",
    "ol",
    "li",
    "blockquote",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
    "strong",
    "em",
    "del",
    "br",
}
ALLOWED |= {"hr", "a", "code", "pre", "page", *(f"h{level}" for level in range(1, 7))}


@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=5), max_size=30).map("".join))
@settings(max_examples=60, deadline=None)
def test_every_text_is_xhtml_without_a_macro(text: str) -> None:
    root = ElementTree.fromstring(f"<page>{storage_of(text)}</page>")
    for element in root.iter():
        assert element.tag in ALLOWED
        assert set(element.attrib) <= {"href", "start"}
        assert element.get("href", "https:").startswith(("https:", "http:", "mailto:"))


@given(st.text(max_size=700), st.text(max_size=300))
@settings(max_examples=25, deadline=None)
def test_the_title_is_one_short_line(heading: str, title: str) -> None:
    page = dict(configured().preview(letter("document", text=f"# {heading}\n\nwords", title=title)).parts)
    assert 0 < len(page["title"]) <= TITLE
    assert "\n" not in page["title"]
