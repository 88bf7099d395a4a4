"""TLS and proxies: what they refuse is said in clear words, and `begin` comes once, when the request itself leaves."""

import socket
import ssl
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import trustme

from incident_tui.web import Ask, Limits, Trouble, ask
from incident_tui.web.exchange import trusted
from incident_tui.web.proxies import proxy_for

OK = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"
LIMITS = Limits(connect=60, seconds=60, size=20_000)
HINT = "if it is your own, have this machine trust its CA, or name that in SSL_CERT_FILE"


def certified(authority: trustme.CA, name: str = "127.0.0.1", days: int = 1) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    now = datetime.now(UTC)
    certificate = authority.issue_cert(
        name, not_before=now - timedelta(days=9), not_after=now + timedelta(days=days), key_type=trustme.KeyType.ECDSA
    )
    certificate.configure_cert(context)
    return context


def says_ok(connection: socket.socket, _request: bytes) -> None:
    connection.sendall(OK)


def trouble(port: int, ca: str = "", scheme: str = "https") -> Trouble:
    begun: list[int] = []
    with pytest.raises(Trouble) as caught:
        ask(Ask("POST", f"{scheme}://127.0.0.1:{port}/", begin=lambda: begun.append(1), limits=LIMITS, ca=ca))
    assert (begun, caught.value.left) == ([], False)
    return caught.value


def test_a_certificate_of_ones_own_authority_is_taken_with_its_ca(serving: Any, authority: trustme.CA, ca: str) -> None:
    server = serving(says_ok, context=certified(authority))
    seen: list[int] = []

    reply = ask(Ask("GET", f"https://127.0.0.1:{server.port}/", ca=ca, begin=lambda: seen.append(len(server.asked))))

    assert (reply.text, seen) == ("ok", [0])


def test_an_authority_is_trusted_that_the_environment_names(
    serving: Any, authority: trustme.CA, ca: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = serving(says_ok, context=certified(authority))
    monkeypatch.setenv("SSL_CERT_FILE", ca)
    trusted.cache_clear()

    reply = ask(Ask("GET", f"https://127.0.0.1:{server.port}/"))
    trusted.cache_clear()

    assert reply.text == "ok"


def test_an_unknown_authority_is_named(serving: Any, authority: trustme.CA) -> None:
    server = serving(says_ok, context=certified(authority))

    assert trouble(server.port).reason == (
        f"127.0.0.1: no connection: its certificate comes from a CA that this machine does not trust; {HINT}"
    )


def test_an_expired_certificate_is_named(serving: Any, authority: trustme.CA, ca: str) -> None:
    server = serving(says_ok, context=certified(authority, days=-1))

    assert trouble(server.port, ca).reason == "127.0.0.1: no connection: its certificate has expired"


@pytest.mark.parametrize("name", ["other.example", "127.0.0.2"])
def test_a_certificate_of_another_host_is_named(serving: Any, authority: trustme.CA, ca: str, name: str) -> None:
    server = serving(says_ok, context=certified(authority, name))

    found = trouble(server.port, ca).reason

    assert found.startswith("127.0.0.1: no connection: its certificate is for another ")


def test_a_certificate_that_is_signed_by_itself_is_named(serving: Any, authority: trustme.CA, tmp_path: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    both = tmp_path / "both.pem"
    authority.private_key_pem.write_to_path(str(both))
    authority.cert_pem.write_to_path(str(both), append=True)
    context.load_cert_chain(both)
    server = serving(says_ok, context=context)

    assert trouble(server.port).reason == f"127.0.0.1: no connection: its certificate is signed by itself; {HINT}"


def test_a_server_without_tls_is_named() -> None:
    def plain(listener: socket.socket) -> None:
        connection, _ = listener.accept()
        with connection:
            connection.sendall(OK)
            connection.recv(65_536)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=plain, args=(listener,), daemon=True)
        thread.start()
        found = trouble(listener.getsockname()[1])
        thread.join(60)

    assert found.reason == "127.0.0.1: no connection: it does not speak TLS there; is the port right?"


def test_a_ca_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    assert trouble(1, str(tmp_path / "none.pem")).reason == f"127.0.0.1: the CA {tmp_path / 'none.pem'} cannot be read"
    (tmp_path / "bad.pem").write_text("nothing")
    assert trouble(1, str(tmp_path / "bad.pem")).reason == f"127.0.0.1: the CA {tmp_path / 'bad.pem'} cannot be read"


def tunnel(port: int) -> Any:
    """A proxy that connects to our own server whatever host is asked for."""

    def script(connection: socket.socket, request: bytes) -> None:
        assert request.startswith(b"CONNECT ")
        with socket.create_connection(("127.0.0.1", port)) as inner:
            connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            back = threading.Thread(target=_pump, args=(inner, connection), daemon=True)
            back.start()
            _pump(connection, inner)
            back.join(60)

    return script


def _pump(one: socket.socket, other: socket.socket) -> None:
    try:
        while piece := one.recv(65_536):
            other.sendall(piece)
        other.shutdown(socket.SHUT_WR)
    except OSError:
        return


def test_through_a_proxy_begin_comes_once_and_not_with_the_words_to_the_proxy(
    serving: Any, authority: trustme.CA, ca: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = serving(says_ok, context=certified(authority, "hooks.example"))
    proxy = serving(tunnel(server.port))
    monkeypatch.setenv("https_proxy", f"http://me:proxy-password@127.0.0.1:{proxy.port}")
    seen: list[tuple[int, int]] = []

    def begin() -> None:
        seen.append((len(proxy.asked), len(server.asked)))

    reply = ask(Ask("POST", "https://hooks.example/x", begin=begin, ca=ca, limits=LIMITS))

    assert (reply.text, seen) == ("ok", [(1, 0)])
    assert proxy.asked[0].startswith(b"CONNECT hooks.example:443 ")
    assert b"proxy-authorization" not in server.asked[0].lower()
    assert "proxy-password" not in "".join(reply.secrets[:0]) + repr(reply)


def test_a_plain_request_through_a_proxy_begins_once(serving: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    proxy = serving(says_ok)
    monkeypatch.setenv("ALL_PROXY", f"127.0.0.1:{proxy.port}")
    seen: list[int] = []

    reply = ask(Ask("POST", "http://hooks.example/x", begin=lambda: seen.append(1), plain=True, limits=LIMITS))

    assert (reply.text, seen) == ("ok", [1])
    assert proxy.asked[0].startswith(b"POST http://hooks.example/x ")


def test_a_proxy_that_refuses_is_named_without_its_password(serving: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    refusal = b"HTTP/1.1 407 No, proxy-password\r\ncontent-length: 0\r\n\r\n"
    proxy = serving(lambda connection, _request: connection.sendall(refusal))
    monkeypatch.setenv("HTTPS_PROXY", f"http://me:proxy-password@127.0.0.1:{proxy.port}")
    begun: list[int] = []

    with pytest.raises(Trouble) as caught:
        ask(Ask("POST", "https://hooks.example/x", begin=lambda: begun.append(1), limits=LIMITS))

    assert caught.value.reason == "hooks.example (through the proxy 127.0.0.1): the proxy refuses: 407 No, …"
    assert (begun, caught.value.left) == ([], False)


def test_a_proxy_of_another_kind_is_refused_and_not_gone_around(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "socks5://127.0.0.1:1")

    with pytest.raises(Trouble, match=r"the proxy of the environment is none of http\(s\)"):
        ask(Ask("GET", "https://hooks.example/x", limits=LIMITS))


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1.2.3", "::1", "localhost", "LOCALHOST.", "a.localhost", "0.0.0.0"])
def test_this_machine_itself_is_never_asked_through_a_proxy(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://proxy.example:3128")

    assert proxy_for("http", host, 80) == ""
    assert proxy_for("http", "hooks.example", 80) == "http://proxy.example:3128"
    assert proxy_for("https", "hooks.example", 443) == ""


@pytest.mark.parametrize(
    ("words", "host"),
    [
        ("*", "hooks.example"),
        ("x, hooks.example", "hooks.example"),
        (".example", "hooks.example"),
        ("*.example", "hooks.example"),
        ("example", "HOOKS.example."),
        ("hooks.example:443", "hooks.example"),
        ("10.0.0.0/8", "10.1.2.3"),
        ("10.1.2.3:443", "10.1.2.3"),
        ("fd00::/8", "fd00::7"),
        ("[fd00::7]", "fd00::7"),
    ],
)
def test_no_proxy_is_heeded(words: str, host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "proxy.example:3128")
    monkeypatch.setenv("no_proxy", words)

    assert proxy_for("https", host, 443) == ""
    assert (proxy_for("https", "else.where", 443) == "") == (words == "*")
    assert (proxy_for("https", "notexample", 443) == "") == (words == "*")
