"""Texts without secrets, in whatever form a service or a library repeats them."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from urllib.parse import parse_qsl, unquote, urlsplit

WITHHELD = "…"
LONG = 6
"""Shorter secrets are taken out as they are; their other forms would be found in any text."""
TOKEN = 16
"""A part of a secret address as long as this is a token; shorter ones are words such as “services”."""
_ESCAPED = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#x27;"}


def redacted(text: str, secrets: Iterable[str]) -> str:
    """The text without any of the secrets: plain, percent-encoded, escaped as in JSON and HTML, and in base64."""
    forms = {form for secret in secrets for form in _forms(secret)}
    if not text or not forms:
        return text
    return re.sub("|".join(sorted(forms, key=len, reverse=True)), WITHHELD, text)


def secrets_of(url: str, headers: Mapping[str, str], named: Sequence[str]) -> tuple[str, ...]:
    """What of a request is secret: what its maker named, what its address and its headers carry."""
    found = [*named, *_credentials(url)]
    for secret in named:
        found += _tokens(secret)
    for name, value in headers.items():
        if name.lower() in ("authorization", "proxy-authorization"):
            found += _authorization(value)
    return tuple(dict.fromkeys(secret for secret in found if secret))


def _authorization(value: str) -> Iterator[str]:
    scheme, _, rest = value.partition(" ")
    yield rest or scheme
    if scheme.lower() != "basic":
        return
    try:
        yield base64.b64decode(rest).decode().partition(":")[2]
    except ValueError:
        return


def _credentials(url: str) -> Iterator[str]:
    """The password of an address, or its name where there is no password."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return
    for text in (parts.password or parts.username or "",):
        yield text
        yield unquote(text)


def _tokens(secret: str) -> Iterator[str]:
    """What is secret in an address that is a secret: a service repeats parts of it."""
    if "://" not in secret:
        return
    try:
        parts = urlsplit(secret)
        values = [value for _, value in parse_qsl(parts.query)]
    except ValueError:
        return
    yield from _credentials(secret)
    path = parts.path.strip("/")
    for text in (f"{path}?{parts.query}", path, *path.split("/")):
        if len(text) >= TOKEN:
            yield text
            yield unquote(text)
    yield from (value for value in values if len(value) >= LONG)


def _forms(secret: str) -> Iterator[str]:
    if not secret:
        return
    if len(secret) < LONG:
        yield re.escape(secret)
        return
    yield "".join(map(_sign, secret))
    yield from _in_base64(secret.encode("utf-8", "surrogatepass"))


def _sign(sign: str) -> str:
    """One character as it is, percent-encoded (once or twice), as Python shows its bytes, or escaped."""
    encoded = sign.encode("utf-8", "surrogatepass")
    coded = "".join(rf"(?:%(?:25)?|\\x){byte:02x}" for byte in encoded)
    forms = [re.escape(sign), f"(?i:{coded})"]
    if not sign.isalnum():
        forms += [rf"\\{re.escape(sign)}", rf"(?i:\\u{ord(sign):04x})", f"(?i:&#(?:{ord(sign)}|x{ord(sign):x});)"]
        forms += [re.escape(_ESCAPED[sign])] if sign in _ESCAPED else []
        forms += [r"\+"] if sign == " " else []
    return f"(?:{'|'.join(forms)})"


def _in_base64(secret: bytes) -> Iterator[str]:
    """The signs that hold nothing but the secret, wherever it begins in what is encoded (“name:secret”)."""
    for before in range(3):
        encoded = base64.b64encode(bytes(before) + secret).decode()
        own = encoded[-(-8 * before // 6) : 8 * (before + len(secret)) // 6]
        signs = (re.escape(sign) if sign.isalnum() else "[+-]" if sign == "+" else "[/_]" for sign in own)
        yield "".join(signs) + "[A-Za-z0-9+/_-]*={0,2}"
