"""Action items and documents leave from the command line: shown first, then sent, each once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.channels.server import Answer, Request, Server, serving
from tests.cli.conftest import CommandLine

ISSUE = {"id": 9, "number": 12, "html_url": "https://github.com/acme/shop/issues/12"}
PAGE = {"id": "98", "title": "x", "_links": {"webui": "/spaces/OPS/pages/98"}}
TOML = """
[channels.issues]
kind = "github"
repository = "acme/shop"
token = "file:{token}"
url = "{url}"
plain = true

[channels.wiki]
kind = "confluence"
url = "{url}"
email = "dana@example.com"
token = "file:{token}"
space = "65537"
plain = true
"""


@pytest.fixture
def server() -> Iterator[Server]:
    def respond(request: Request) -> Answer:
        if request.path.startswith("/wiki"):
            return Answer(200, {"results": []} if request.method == "GET" else PAGE)
        return Answer(201, ISSUE)

    with serving() as server:
        server.respond = respond
        yield server


@pytest.fixture
def live(cli: CommandLine, server: Server, tmp_path: Path) -> CommandLine:
    """With one live incident, an action item, a tracker and a wiki."""
    token = tmp_path / "token"
    token.write_text("ghp_0123456789abcdefghijklmnopqrstuvwxyz\n")
    token.chmod(0o600)
    cli.ok("declare", "Checkout fails", "--commander", "dana")
    cli.ok("action", "add", "Alert on pool use", "--owner", "lee", "--due", "2026-12-01")
    (cli.home / "config").mkdir(exist_ok=True)
    (cli.home / "config" / "config.toml").write_text(TOML.format(token=token, url=server.url))
    return cli


def test_an_item_is_shown_and_nothing_is_sent(live: CommandLine, server: Server) -> None:
    answer = live("action", "track", "A1")
    assert (answer.code, answer.out) == (0, "")
    assert "to issues, GitHub acme/shop: opens an issue for the action item" in answer.err
    assert "title    │ Alert on pool use" in answer.err
    assert answer.err.endswith("note: nothing is sent; the same with --send sends it\n")
    assert server.requests == []
    assert live.bodies("delivery.queued") == []


def test_an_item_is_filed_once(live: CommandLine, server: Server) -> None:
    answer = live("action", "track", "A1", "--send")
    assert answer.code == 0
    assert answer.out.endswith("Q1 A1 to issues arrived https://github.com/acme/shop/issues/12\n")
    (request,) = server.requests
    assert request.json["title"] == "Alert on pool use"
    assert "- **Owner:** lee\n- **Due:** 2026-12-01" in request.json["body"]
    assert live.bodies("delivery.done")[0]["receipt"] == "acme/shop#12"
    assert "ghp_" not in live.ok("export") + answer.err
    again = live("action", "track", "A1", "--send")
    assert (again.code, again.err) == (1, "error: A1 is there already; see `outbox`\n")


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (("A1", "--channel", "wiki"), "“wiki” is no issue tracker; configured are: issues"),
        (("A7",), "no action item “A7”; known are: A1"),
    ],
)
def test_what_cannot_be_filed_is_told(live: CommandLine, words: tuple[str, ...], error: str) -> None:
    answer = live("action", "track", *words)
    assert (answer.code, answer.err) == (1, f"error: {error}\n")


def test_nothing_of_a_drill_is_filed(live: CommandLine, server: Server) -> None:
    live.ok("resolve")
    reference = live.json("list")[0]["ref"]
    live.ok("drill", reference)
    live.ok("action", "add", "Another alert")
    answer = live("action", "track", "Another", "--send")
    assert answer.code == 1
    assert "this is a drill" in answer.err
    assert server.requests == []


def test_a_document_is_published(live: CommandLine, server: Server) -> None:
    answer = live("say", "management", "--template", "postmortem", "--channel", "wiki", "--send")
    assert (answer.code, answer.out.splitlines()[-1].partition(" Q1 ")[2]) == (
        0,
        f"M1 to wiki arrived {server.url}/wiki/spaces/OPS/pages/98",
    )
    assert "to wiki, Confluence, space 65537: new page" in answer.err
    made = server.last
    assert (made.method, made.path) == ("POST", "/wiki/api/v2/pages")
    assert "Checkout fails" in made.json["title"] + made.json["body"]["value"]
    assert live.bodies("delivery.queued")[0]["form"] == "document"


def test_a_document_takes_no_words(live: CommandLine) -> None:
    answer = live("say", "management", "see this", "--template", "postmortem", "--channel", "wiki")
    assert (answer.code, answer.err) == (2, "error: postmortem is a whole document; leave out TEXT\n")
