"""What holds for every channel: the preview is what is sent, nothing in it calls anybody, no secret gets out."""

from __future__ import annotations

import base64
import logging
import re
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from incident_tui.channels import mattermost
from incident_tui.channels.channel import Channel, as_sent
from incident_tui.channels.outcome import Delivered, Failed, Unknown
from incident_tui.channels.registry import KINDS as REGISTERED
from incident_tui.domain.delivery import FORMS
from incident_tui.journal.anchors import anchors_in
from incident_tui.web import Trouble
from tests.channels import kinds
from tests.channels.kinds import KINDS, SECRET
from tests.channels.letters import letter
from tests.channels.server import Answer, Request, Server, serving

WORD = re.compile(r"Z[a-z]+\d*\b(?!…)")
FREE = {
    "status": "identified",
    "title": "Ztitle",
    "commander": "Zcommander",
    "services": ("Zservice",),
    "author": "Zauthor",
}
ITEM = {"owner": "Zowner", "due": "2026-11-28"}
PUBLIC = ("openstatus", "statuspage")
HASH = "0123456789abcdef" * 4
RECORD = f"Record: INC-20261121-K7Q 9f3a1c22 184 {HASH}"


@pytest.fixture(scope="module")
def running() -> Iterator[Server]:
    with serving() as server:
        yield server


@pytest.fixture
def server(running: Server) -> Server:
    running.requests.clear()
    running.respond = kinds.taking
    return running


def configured(name: str, server: Server, monkeypatch: pytest.MonkeyPatch) -> Channel:
    for variable, value in KINDS[name].environ(server).items():
        monkeypatch.setenv(variable, value)
    return KINDS[name].channel(name, server)


def nothing() -> None:
    """Nobody is told that it began."""


def test_every_kind_is_among_them() -> None:
    assert {name.partition(" ")[0] for name in KINDS} | set(kinds.ELSEWHERE) == set(REGISTERED)


@pytest.mark.parametrize(("name", "form"), [(name, form) for name, kind in KINDS.items() for form in kind.forms])
def test_the_preview_is_what_is_sent_no_word_more_or_less(
    server: Server, monkeypatch: pytest.MonkeyPatch, name: str, form: str
) -> None:
    """Of more words than most services take, and of names that stand in it nowhere else."""
    words = " ".join(f"Zword{number}" for number in range(7_000))
    channel = configured(name, server, monkeypatch)
    given_ = letter(
        form,
        text=words,
        audience="external" if name in PUBLIC else "internal",
        card="" if form in ("opening", "test") else KINDS[name].card,
        **(FREE | ITEM if form == "item" else FREE),
    )
    shown = " ".join(text for _, text in channel.preview(given_).parts)
    outcome = channel.send(given_, nothing)

    assert isinstance(outcome, Delivered), outcome
    gone = " ".join(kinds.said(kinds.sent(server)))
    assert set(WORD.findall(shown)) == set(WORD.findall(gone))
    told = channel.preview(given_).cut
    assert bool(told) == ("Zword0" in gone and "Zword6999" not in gone), told


INSIDE = [name for name, kind in KINDS.items() if name not in PUBLIC and set(kind.forms) & {"opening", "update"}]


@pytest.mark.parametrize("name", INSIDE)
def test_an_anchor_arrives_whole_below_the_words_or_not_at_all(
    server: Server, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    channel = configured(name, server, monkeypatch)
    form = "opening" if "opening" in KINDS[name].forms else "update"
    short, long = (
        letter(form, text=text, card="" if form == "opening" else KINDS[name].card, record=RECORD)
        for text in ("Zshort", "x" * 40_000)
    )

    shown = "\n".join(text for _, text in channel.preview(as_sent(channel, short)).parts)
    assert isinstance(channel.send(as_sent(channel, short), nothing), Delivered)
    cut = channel.preview(long).cut

    assert shown.index("Zshort") < shown.index(HASH)
    assert [str(anchor) for anchor in anchors_in(shown)] == [f"anchor {RECORD.removeprefix('Record: ')}"]
    assert HASH in " ".join(kinds.said(kinds.sent(server)))
    assert (as_sent(channel, long) == long) == bool(cut)
    assert channel.preview(as_sent(channel, long)).cut == cut


@pytest.mark.parametrize("name", sorted(KINDS))
def test_what_a_channel_cannot_do_is_said_before(server: Server, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """A preview without a text means that nothing leaves, and the other way round."""
    channel = configured(name, server, monkeypatch)
    for form in (*FORMS, "test"):
        server.requests.clear()
        card = "" if form in ("opening", "test") else KINDS[name].card
        given_ = letter(form, card=card, status="identified", audience="external" if name in PUBLIC else "internal")
        preview = channel.preview(given_)
        outcome = channel.send(given_, nothing)
        leaves = any(request.method != "GET" for request in server.requests)
        assert bool(preview.parts) == leaves == isinstance(outcome, Delivered), (form, preview, outcome)


LIVE = {
    "discord": r"@(?=everyone|here)|<(?=[@#/:]|a:|id:)|\]\(",
    "github": r"@(?=\w)|#(?=\d)(?!7\b)|<(?!https?://)(?=[a-z/!?])|!\[",
    "mattermost": r"@(?=\w)|<!|\]\(",
    "slack": r"<[!@#]|@(?=channel\b|here\b|everyone\b)|<https?://[^>]*\|",
    "slack-api": r"<[!@#]|@(?=channel\b|here\b|everyone\b)|<https?://[^>]*\|",
    "teams": r"<at|\{\{",
    "confluence": r"<(?:ac|ri):|<script|<img",
    "openstatus": r"<(?=[a-z/!?])",
    "statuspage": r"<(?=[a-z/!?])",
}
"""What would call, lead astray or load in the texts of a service; in the others plain text is plain text."""
PIECES = (
    "@everyone",
    "@here",
    "@channel",
    "@mara",
    "<@123>",
    "<@&123>",
    "<#123>",
    "</run:1>",
    "<!channel>",
    "<!here|x>",
    "<https://evil.example|bank>",
    "[bank](https://evil.example)",
    "![x](https://evil.example/x.png)",
    "<at>mara</at>",
    "<img src=x>",
    "<ac:structured-macro>",
    "<script>",
    "{{DATE(2026)}}",
    "#12",
    "**bold**",
    " ",
    "\n",
    "x" * 90,
)
TEXTS = st.lists(st.sampled_from(PIECES), min_size=1, max_size=12).map("".join)


@pytest.mark.parametrize("name", sorted(LIVE))
def test_nothing_that_anybody_wrote_is_live_in_any_field(
    server: Server, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """Names, titles and services come from outside, too."""
    channel = configured(name, server, monkeypatch)

    @settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(TEXTS, TEXTS, TEXTS, TEXTS, st.sampled_from(KINDS[name].forms))
    def check(text: str, title: str, person: str, service: str, form: str) -> None:
        given_ = letter(
            form,
            text=text,
            title=title,
            commander=person,
            services=(service,),
            author=person,
            owner=person,
            due=title,
            audience="external" if name in PUBLIC else "internal",
            card="" if form in ("opening", "test") else KINDS[name].card,
        )
        server.requests.clear()
        assert isinstance(channel.send(given_, nothing), Delivered)
        request = kinds.sent(server)
        live = [text for text in kinds.read(request) if re.search(LIVE[name], _without_ours(text), re.IGNORECASE)]
        assert live == []
        assert name != "discord" or request.json["allowed_mentions"] == {"parse": []}

    check()


def _without_ours(text: str) -> str:
    """Times and addresses that we write ourselves, and our comments in issues, are to be read by the service."""
    return re.sub(r"<!date\^[^>]*>|<!-- /?incident-tui[^>]*-->|<t:\d+:[tR]>", "", text)


def forms_of(secret: str) -> list[str]:
    return [secret, quote(secret, safe=""), base64.b64encode(secret.encode()).decode(), secret.replace("/", "\\/")]


def echoing(request: Request, secrets: tuple[str, ...]) -> dict[str, object]:
    """An answer that repeats all that it was asked with, wherever it can."""
    known = [form for secret in secrets for form in forms_of(secret)]
    told = " ".join([*known, request.target, *request.headers.values()])
    return {
        "message": told,
        "error": {"message": told, "errors": [told]},
        "errors": {"content": {"_errors": [{"code": 1, "message": told}]}},
        "errorMessages": [told],
        "detail": told,
        "code": 50035,
    }


@pytest.mark.parametrize("status", [401, 429, 500, 200])
@pytest.mark.parametrize("name", sorted(KINDS))
def test_no_secret_gets_out_whatever_is_answered(
    server: Server,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
    name: str,
    status: int,
) -> None:
    caplog.set_level(logging.DEBUG)
    channel = configured(name, server, monkeypatch)

    def respond(request: Request) -> Answer:
        return Answer(
            status,
            {
                **(kinds.TAKEN if status == 200 else {}),
                **echoing(request, KINDS[name].secrets),
                **({"error": SECRET} if status == 200 else {}),
            },
        )

    server.respond = respond
    kept: list[str] = [repr(channel), str(channel)]
    for form in KINDS[name].forms:
        card = "" if form in ("opening", "test") else KINDS[name].card
        given_ = letter(form, card=card, again=True, audience="external" if name in PUBLIC else "internal")
        outcome = channel.send(given_, nothing)
        assert isinstance(outcome, Delivered | Failed | Unknown)
        kept += [repr(outcome), repr(channel.preview(given_))]
    try:
        kept.append(channel.check())
    except Trouble as trouble:
        kept += [str(trouble), repr(trouble), repr(trouble.__cause__), repr(trouble.__context__)]
    out, err = capfd.readouterr()
    everything = " ".join([*kept, caplog.text, out, err])

    assert [form for secret in KINDS[name].secrets for form in forms_of(secret) if form in everything] == []


def test_the_test_notices_a_channel_that_sends_texts_as_they_are(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mattermost, "harmless", str)

    with pytest.raises(AssertionError):
        test_nothing_that_anybody_wrote_is_live_in_any_field(server, monkeypatch, "mattermost")
