"""Where a request leads, and when it begins: redirects, addresses, names, the environment."""

import contextlib
import socket
import threading
from typing import Any

import pytest

from incident_tui.web import Ask, Trouble, ask
from tests.web.scripts import TOKEN, answer, says, trouble


@pytest.mark.parametrize(
    "place",
    [
        "file:///etc/passwd",
        "http://169.254.169.254/latest/meta-data",
        "//evil.example/x",
        "https://127.0.0.1/",
        "http://127.0.0.1:1/",
    ],
)
def test_redirects_lead_nowhere_else(serving: Any, place: str) -> None:
    server = serving(says(answer(b"", f"location: {place}", status="307 Temporary Redirect")))

    found = trouble(server.url, redirects=3)

    assert found.reason.endswith(", which is not followed")
    assert (found.status, found.left, len(server.asked)) == (307, False, 1)


def test_redirects_are_answers_unless_they_are_to_be_followed(serving: Any) -> None:
    server = serving(says(answer(b"", "location: /new", status="301 Moved Permanently")))

    reply = ask(Ask("GET", server.url, plain=True))

    assert (reply.status, len(server.asked)) == (301, 1)


def test_a_loop_of_redirects_ends(serving: Any) -> None:
    server = serving(says(answer(b"", "location: /again", status="308 Permanent Redirect")))

    found = trouble(server.url, redirects=3)

    assert (found.reason, found.left) == ("127.0.0.1: it redirects more than 3 times", False)
    assert len(server.asked) == 4


def test_a_redirect_on_the_same_host_repeats_the_request_and_begins_once(serving: Any) -> None:
    def takes(connection: socket.socket, request: bytes) -> None:
        connection.sendall(answer(request.partition(b"\r\n\r\n")[2]))

    server = serving(says(answer(b"", "location: /repositories/7", status="307 Temporary Redirect")), takes)
    begun: list[int] = []
    asked = Ask("POST", f"{server.url}/old", body={"a": 1}, plain=True, redirects=3, begin=lambda: begun.append(1))

    reply = ask(asked)

    assert reply.json() == {"a": 1}
    assert [request.split()[1] for request in server.asked] == [b"/old", b"/repositories/7"]
    assert begun == [1]


def test_a_redirect_to_where_nobody_is_has_certainly_done_nothing(serving: Any) -> None:
    def leave(connection: socket.socket, _request: bytes) -> None:
        server.close()
        connection.sendall(answer(b"", "location: /new", status="307 Temporary Redirect"))

    server = serving(leave)

    found = trouble(server.url, redirects=1)

    assert (found.reason, found.left) == ("127.0.0.1: no connection: nothing listens there", False)


def test_what_is_no_reading_is_not_repeated_where_the_answer_does_not_ask_for_it(serving: Any) -> None:
    server = serving(says(answer(b"", "location: /new", status="302 Found")))

    reply = ask(Ask("POST", server.url, plain=True, redirects=3))

    assert (reply.status, len(server.asked)) == (302, 1)


def test_nothing_leaves_where_begin_does_not_want_it(serving: Any) -> None:
    server = serving(says(answer(b"")))

    def begin() -> None:
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full") as caught:
        ask(Ask("POST", server.url, plain=True, begin=begin))

    assert caught.value.__context__ is None
    server.close()
    assert server.asked in ([], [b""])


def test_begin_comes_before_the_first_byte(serving: Any) -> None:
    seen: list[int] = []
    server = serving(says(answer(b"ok")))

    reply = ask(Ask("POST", server.url, plain=True, begin=lambda: seen.append(len(server.asked))))

    assert (reply.text, seen) == ("ok", [0])


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("file:///etc/passwd", "the address is none of http(s)"),
        ("hooks.example/secret", "the address is none of http(s)"),
        ("https://", "the address is not valid"),
        ("https://[::1/secret", "the address is not valid"),
        ("https://good.example\\@evil.example/secret", "the address is not valid"),
        ("https://good.example/se cret", "the address is not valid"),
        ("https://good.example/sec\u202eret", "the address is not valid"),
        ("https://127.0.0.1:99999/secret", "the address is not valid"),
        ("https://127.0.0.1:-1/secret", "the address is not valid"),
        ("https://good.example:port/secret", "the address is not valid"),
        ("https://ex\u0378ample/secret", "the address is not valid"),
    ],
)
def test_addresses_that_lead_nowhere_are_not_repeated(url: str, reason: str) -> None:
    found = trouble(url)

    assert (found.reason, found.left, found.passing) == (reason, False, False)


def test_a_plain_address_is_refused_unless_it_is_allowed() -> None:
    with pytest.raises(Trouble, match="http:// is not safe"):
        ask(Ask("GET", "http://127.0.0.1/secret"))


def test_a_header_that_breaks_its_line_is_refused_without_repeating_it(serving: Any) -> None:
    found = trouble(serving(says(answer(b""))).url, headers={"authorization": f"Bearer {TOKEN}\nx: y"})

    assert "characters that do not belong" in found.reason
    assert TOKEN not in found.reason
    assert (found.passing, found.left) == (False, False)


def test_addresses_of_the_sixth_version_are_asked() -> None:
    if not socket.has_ipv6:
        pytest.skip("this machine has no IPv6")
    try:
        listener = socket.create_server(("::1", 0), family=socket.AF_INET6)
    except OSError:
        pytest.skip("this machine has no address ::1")
    with listener:
        thread = threading.Thread(target=_once, args=(listener,), daemon=True)
        thread.start()

        reply = ask(Ask("GET", f"http://[::1]:{listener.getsockname()[1]}/", plain=True))

    assert reply.text == "six"


def _once(listener: socket.socket) -> None:
    with contextlib.suppress(OSError):
        connection, _ = listener.accept()
        with connection:
            connection.recv(65_536)
            connection.sendall(answer(b"six"))


def test_names_in_other_scripts_are_asked_for_in_ascii(monkeypatch: pytest.MonkeyPatch, serving: Any) -> None:
    server = serving(says(answer(b"ok")))
    asked: list[object] = []

    def local(host: object, port: object, *_place: object, **_hints: object) -> list[object]:
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]

    monkeypatch.setattr(socket, "getaddrinfo", local)

    reply = ask(Ask("GET", f"http://störung.example:{server.port}/", plain=True))

    assert (reply.text, asked) == ("ok", [b"xn--strung-xxa.example"])
    assert b"host: xn--strung-xxa.example" in server.asked[0].lower()


def test_nothing_of_the_environment_but_proxies_is_used(
    serving: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    (tmp_path / ".netrc").write_text("default login me password secret\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    server = serving(says(answer(b"")))

    ask(Ask("GET", server.url, plain=True))

    assert b"authorization" not in server.asked[0].lower()
