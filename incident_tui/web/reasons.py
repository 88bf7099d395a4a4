"""Why there is no answer, in words that somebody can act upon."""

from __future__ import annotations

import errno
import socket
import ssl
from collections.abc import Iterator

import httpx

CA_HINT = "if it is your own, have this machine trust its CA, or name that in SSL_CERT_FILE"
CERTIFICATES = {
    9: "its certificate is not valid yet; is this machine's clock right?",
    10: "its certificate has expired",
    18: f"its certificate is signed by itself; {CA_HINT}",
    19: f"its certificate comes from a CA that this machine does not trust; {CA_HINT}",
    20: f"its certificate comes from a CA that this machine does not trust; {CA_HINT}",
    21: f"its certificate comes from a CA that this machine does not trust; {CA_HINT}",
    23: "its certificate was revoked",
    62: "its certificate is for another host",
    64: "its certificate is for another address",
}
"""By OpenSSL's X509_V_ERR numbers."""
SYSTEM = {
    errno.ECONNREFUSED: "nothing listens there",
    errno.ECONNRESET: "the other side broke the connection off",
    errno.EPIPE: "the other side broke the connection off",
    errno.ENETUNREACH: "this machine has no network that leads there",
    errno.EHOSTUNREACH: "no way leads there",
    errno.ETIMEDOUT: "the other side is silent",
}


def reason_of(error: BaseException, connect: float, seconds: float) -> str:
    """One line, from which secrets are still to be taken."""
    match error:
        case httpx.ConnectTimeout():
            return f"no connection within {connect:g} s"
        case TimeoutError() | httpx.TimeoutException():
            return f"no answer within {seconds:g} s"
        case httpx.ProxyError():
            return f"the proxy refuses: {error}"
        case httpx.ConnectError():
            return f"no connection: {_cause(error)}"
        case httpx.RemoteProtocolError():
            return _protocol(str(error))
        case httpx.NetworkError() | OSError():
            return f"the connection broke off: {_cause(error)}"
        case httpx.UnsupportedProtocol() | httpx.TransportError():
            return "no such request can be made; look at the address and the headers for characters that do not belong"
        case _:
            return "the address is not valid"


def _protocol(words: str) -> str:
    if "without sending a response" in words:
        return "the connection was closed without an answer"
    if "incomplete" in words or "without sending complete" in words:
        return "the answer broke off"
    if "too long" in words:
        return "the head of the answer is too long"
    return f"the answer is no proper HTTP: {words}"


def _cause(error: BaseException) -> str:
    causes = list(_causes(error))
    for cause in causes:
        match cause:
            case ssl.SSLCertVerificationError():
                return CERTIFICATES.get(cause.verify_code, f"its certificate is not valid: {cause.verify_message}")
            case ssl.SSLError():
                return _tls(cause)
            case socket.gaierror():
                return "its name is not known, or no name server answers"
            case OSError(errno=int(number)):
                return SYSTEM.get(number, cause.strerror or type(cause).__name__)
    return str(error) or type(error).__name__


def _tls(error: ssl.SSLError) -> str:
    if error.reason in ("WRONG_VERSION_NUMBER", "HTTP_REQUEST", "PACKET_LENGTH_TOO_LONG"):
        return "it does not speak TLS there; is the port right?"
    return f"TLS fails: {(error.reason or type(error).__name__).replace('_', ' ').lower()}"


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """The error and what it comes from, the outermost first; of several connections tried, the first."""
    while error is not None:
        yield error
        inner: BaseException | None = error.__cause__ or error.__context__
        if isinstance(error, BaseExceptionGroup):
            inner = error.exceptions[0]
        error = inner
