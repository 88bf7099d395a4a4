"""No secret in what is said of a request, in whatever form a service or a library repeats it."""

import base64
import html
import json
import logging
import traceback
from typing import Any
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incident_tui.web import Ask, Reply, Trouble, ask, redacted
from incident_tui.web.redaction import secrets_of

TOKEN = "xoxb-7Q/secret+token=very & “odd”"
HOOK = "https://discord.com/api/webhooks/112233445566778899/abcDEF-ghiJKL_mnoPQR?thread=s3cr3t-thread"
FORMS = {
    "plain": TOKEN,
    "percent-encoded": quote(TOKEN, safe=""),
    "as in a path": quote(TOKEN),
    "as in a form": quote_plus(TOKEN),
    "small hexadecimals": quote(TOKEN, safe="").replace("%2F", "%2f"),
    "twice percent-encoded": quote(quote(TOKEN, safe=""), safe=""),
    "JSON": json.dumps(TOKEN)[1:-1],
    "JSON with slashes escaped": json.dumps(TOKEN)[1:-1].replace("/", "\\/"),
    "HTML": html.escape(TOKEN),
    "base64": base64.b64encode(TOKEN.encode()).decode(),
    "base64 for addresses": base64.urlsafe_b64encode(TOKEN.encode()).decode(),
    "Basic, one before": base64.b64encode(f":{TOKEN}".encode()).decode(),
    "Basic, two before": base64.b64encode(f"a:{TOKEN}".encode()).decode(),
    "Basic, a name": base64.b64encode(f"someone@example.org:{TOKEN}".encode()).decode(),
    "in the middle of base64": base64.b64encode(f"a:{TOKEN} and more".encode()).decode(),
}


def parts(secret: str, length: int = 8) -> set[str]:
    """Every run of that many characters of a secret, as it is and in base64 from each of the three offsets."""
    runs = {secret[at : at + length] for at in range(len(secret) - length + 1)}
    for before in range(3):
        encoded = base64.b64encode(b":" * before + secret.encode()).decode().rstrip("=")[4:]
        runs |= {encoded[at : at + length] for at in range(len(encoded) - length - 3)}
    return runs


@pytest.mark.parametrize("form", FORMS)
def test_a_secret_is_taken_out_in_every_form(form: str) -> None:
    shown = redacted(f"before {FORMS[form]} after", [TOKEN])

    assert shown.startswith("before ")
    assert "…" in shown
    assert not {part for part in parts(TOKEN) if part in shown}


@given(st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=6, max_size=40), st.text(max_size=5))
def test_no_part_of_any_token_is_left_in_basic_credentials(token: str, name: str) -> None:
    encoded = base64.b64encode(f"{name}:{token}".encode("utf-8", "replace")).decode()

    shown = redacted(f"({encoded}) ({token})", [token])

    assert token not in shown
    assert not {part for part in parts(token, 12) if part in shown}


def test_the_longer_of_two_secrets_goes_first() -> None:
    assert redacted("abcdefgh-ijklmnop", ["abcdefgh", "abcdefgh-ijklmnop"]) == "…"


def test_text_without_secrets_is_left_as_it_is() -> None:
    assert redacted("a.b (c) [d] \\x", ["zzzzzz", ""]) == "a.b (c) [d] \\x"


def test_of_a_secret_address_its_parts_are_secret_too() -> None:
    found = secrets_of(HOOK, {}, [HOOK])

    assert redacted("unknown webhook 112233445566778899", found) == "unknown webhook …"
    assert "mnoPQR" not in redacted("POST /api/webhooks/112233445566778899/abcDEF-ghiJKL_mnoPQR", found)
    assert redacted("token abcDEF-ghiJKL_mnoPQR, s3cr3t-thread; api, webhooks", found) == "token …, …; api, webhooks"


def test_credentials_of_address_and_headers_are_secret_without_being_named() -> None:
    basic = base64.b64encode(b"me@example.org:p%ss-word").decode()

    found = secrets_of("https://me:pa%24%24word@x.example/", {"Authorization": f"Basic {basic}"}, [])

    assert redacted(f"{basic}; p%ss-word; pa%24%24word; pa$$word; example.org", found) == "…; …; …; …; example.org"
    assert redacted("a bearer-token!", secrets_of("", {"authorization": "Bearer bearer-token!"}, [])) == "a …"
    assert redacted("dd a-key-alone", secrets_of("", {"authorization": "a-key-alone"}, [])) == "dd …"


def echoing(connection: Any, request: bytes) -> None:
    head = f"HTTP/1.1 200 OK\r\nx-asked: {TOKEN[:12]}\r\ncontent-length: {len(request)}\r\n\r\n"
    connection.sendall(head.encode() + request)


def test_a_service_that_repeats_everything_tells_nothing(serving: Any) -> None:
    server = serving(echoing)
    token = "xoxb-7Q/secret+token"
    asked = Ask(
        "POST",
        f"{server.url}/hooks/{quote(token, safe='')}?key={quote_plus(token)}",
        headers={"authorization": f"Bearer {token}", "x-key": token},
        body={"token": token},
        secrets=(token,),
        plain=True,
    )

    reply = ask(asked)
    with pytest.raises(Trouble) as caught:
        reply.json()

    for text in (reply.glimpse, caught.value.reason, repr(reply), repr(asked), str(caught.value.args)):
        assert not {part for part in parts(token) if part in text}


def test_no_frame_of_a_traceback_holds_a_secret(serving: Any) -> None:
    server = serving(lambda connection, _request: connection.sendall(b"no HTTP " + TOKEN.encode() + b"\r\n\r\n"))
    asked = Ask("GET", f"{server.url}/{HOOK[-20:]}", {"x": "y-secret-y"}, secrets=(HOOK[-20:], TOKEN), plain=True)

    with pytest.raises(Trouble) as caught:
        ask(asked)

    shown = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
    ours = [frame for frame in shown.stack if "test_secrets" not in frame.filename]
    text = "".join(map(str, ours)) + "".join(str(frame.locals) for frame in ours) + str(shown)
    assert ours
    assert shown.__context__ is None
    assert all(secret not in text for secret in (HOOK[-20:], TOKEN, TOKEN[:12], "y-secret-y"))


def test_the_logs_of_the_library_are_silent(serving: Any, caplog: pytest.LogCaptureFixture) -> None:
    server = serving(lambda connection, _request: connection.sendall(b"HTTP/1.1 204 No Content\r\n\r\n"))

    with caplog.at_level(logging.DEBUG):
        ask(Ask("GET", f"{server.url}/a-secret-path", plain=True))

    assert "a-secret-path" not in caplog.text


def test_a_beginning_is_cut_after_secrets_are_taken_out() -> None:
    reply = Reply(500, {}, (("x" * 190) + TOKEN).encode(), (TOKEN,))

    assert reply.glimpse == "x" * 190 + "…"
