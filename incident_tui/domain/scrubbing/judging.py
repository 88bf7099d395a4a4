"""Whether what stands behind `password=` and its like is a secret, or a name, a place to fill, a word of prose."""

from __future__ import annotations

import math
import re
from collections import Counter
from functools import cache
from typing import Final

PASSWORDS: Final = ("password", "passwd", "passphrase", "pwd", "passwort")
_KEYS: Final = (
    *("api", "access", "auth", "private", "encryption", "signing", "routing", "integration", "service", "app"),
    *("application", "license", "account"),
)
KEEPERS: Final = (
    *PASSWORDS,
    *("secret", "token", "credential", "apikey", "accesskey", "privatekey", "authkey", "licensekey", "webhook_url"),
    *(f"{what}{between}key" for what in _KEYS for between in "_-"),
)
"""What a name ends with, or nearly, whose value is a secret."""

CORES: Final = ("pass", "pwd", "secret", "token", "credential", "key", "webhook_url")
"""One of these is in each of them."""

ASSIGNED: Final = (
    rf"(?i)(?<!:)(?P<name>{'|'.join(sorted(KEEPERS, key=len, reverse=True))})(?P<more>[\w-]{{0,14}})[\"'\]`]{{0,2}}"
    r"[ \t]{0,3}(?P<sign>=>|:=|==?|:)[ \t]{0,3}(?P<quote>[\"'`]?)"
    # Only looked at: what is no secret may begin with a name whose value is one.
    r"(?=(?P<s>[^\s\"'`‹›]{6,200}))"
)
_MORE: Final = (
    r"(?i)|s|[_-]?\d{1,3}|[_-](?:value|base|id|prod|live|test|dev|staging|new|old|data)"
    r"|[\w-]{0,8}(?:key|token|secret|password)"
)
_ENDS: Final = r"[,;&)\]}]|\\n|\\\"|\\u0026|</"
_NAMED: Final = (
    r"(?i)[$<{\[(*#%@~.|!]|/[a-z_.-]{0,40}(?:/|$)|\\|-{1,2}[a-z]|([xyz])\1{2}|arn:|env[.:]|process\.|os\.|var\.|local\.|data\.|vault:"
    r"|secret[:s/]|ref\+|!ref|https?:|file:"
)
_WORD: Final = r"(?:[a-z]+|[A-Z]+|[A-Z][a-z]+|v?\d{1,4})"
_WORDS: Final = rf"{_WORD}(?:[-_./:+|]{{1,2}}{_WORD})*"
_CALLED: Final = r"[A-Za-z_][\w.]*(?:\(|\[|\.[a-z_]+$|=)"
_STAND_INS: Final = (
    *("example", "changeme", "change-me", "change_me", "redacted", "placeholder", "your-", "your_", "yourp", "xxxx"),
    *("****", "...", "…", "masked", "hidden", "dummy", "<", ">", "{{", "${", "a-secret", "mypass", "my-pass"),
)
_LEAST_BITS: Final = 2.7


@cache
def compiled(pattern: str) -> re.Pattern[str]:
    """Compiled when a text first has a mark of it: all at once would cost more than most verbs take."""
    return re.compile(pattern)


def value_meant(found: re.Match[str]) -> str:
    """The value of what ASSIGNED found, where it is a secret; else nothing."""
    if not compiled(_MORE).fullmatch(found["more"]):
        return ""
    value: str = found["s"]
    if not found["quote"]:
        value = compiled(_ENDS).split(value, maxsplit=1)[0].rstrip(".:!?")
    if found["name"].lower() in PASSWORDS:
        return value if is_password(value, tight=found["sign"] == "=") else ""
    return value if is_token(value) else ""


def is_token(value: str) -> bool:
    """Whether a value was made by a machine to be kept: letters and digits without a pattern."""
    if len(value) < 10 or not mixed(value) or stands_in(value):
        return False
    if compiled(_WORDS).fullmatch(value) or compiled(_CALLED).match(value):
        return False
    return bits(value) >= _LEAST_BITS


def is_password(value: str, *, tight: bool) -> bool:
    """Whether a value may open something; a mere word is one only where nothing separates it from its name."""
    if len(value) < 6 or stands_in(value) or compiled(_CALLED).match(value):
        return False
    if value.isdigit():
        return len(value) >= 8
    if value.isalpha():
        return tight and not value.islower() and len(re.findall(r"[A-Z]", value)) >= 3 and bits(value) > 3
    return any(sign.isdigit() for sign in value) or (tight and re.search(r"[^\w.:/-]", value) is not None)


def mixed(text: str) -> bool:
    """Whether it has letters and at least two digits, as what a machine made has."""
    return re.search(r"\d\D*\d", text) is not None and re.search(r"[A-Za-z]", text) is not None


def is_filler(token: str) -> bool:
    """Whether a token is only drawn: `ghp_xxxxxxxx…`."""
    body = max(re.split(r"[_\-.:/]", token), key=len)
    return len(set(body)) <= 1 and body[:1] in ("x", "X", "*", "0", "")


def bits(text: str) -> float:
    """Shannon's entropy in bits for each character."""
    size = len(text)
    return -sum(count / size * math.log2(count / size) for count in Counter(text).values()) if size else 0.0


def stands_in(value: str) -> bool:
    """Whether it only keeps the place of a secret, or says where that is."""
    low = value.lower()
    return bool(compiled(_NAMED).match(value)) or len(set(value)) <= 2 or any(word in low for word in _STAND_INS)
