"""Whether a message is signed with a secret that its sender and we share: Standard Webhooks, PagerDuty, Sentry."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime, timedelta

TOLERANCE = timedelta(minutes=5)
"""An older message may be somebody's recording (Standard Webhooks)."""


def is_signed(headers: Mapping[str, str], body: bytes, secret: str, now: datetime) -> bool:
    """Whether one of the signatures in the headers, whose names are in small letters, is made with the secret."""
    key = secret.encode()
    if "webhook-signature" in headers:
        return _is_standard(headers, body, _key_of(secret), now)
    if "x-pagerduty-signature" in headers:
        wanted = "v1=" + hmac.new(key, body, hashlib.sha256).hexdigest()
        return _is_among(wanted, headers["x-pagerduty-signature"].split(","))
    if "sentry-hook-signature" in headers:
        return _is_among(hmac.new(key, body, hashlib.sha256).hexdigest(), [headers["sentry-hook-signature"]])
    return False


def _is_standard(headers: Mapping[str, str], body: bytes, key: bytes, now: datetime) -> bool:
    identifier, stamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not (stamp.isascii() and stamp.isdecimal() and len(stamp) <= 12):
        return False
    if abs(now.timestamp() - int(stamp)) > TOLERANCE.total_seconds():
        return False
    signed = b".".join((identifier.encode("latin-1", "replace"), stamp.encode(), body))
    wanted = "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    return _is_among(wanted, headers["webhook-signature"].split(" "))


def _key_of(secret: str) -> bytes:
    """The bytes that `whsec_` and base64 stand for; of other secrets their own."""
    try:
        return base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    except binascii.Error:
        return secret.encode()


def _is_among(wanted: str, given: list[str]) -> bool:
    """In constant time for each: how long it takes tells nothing of what is wanted."""
    found = [hmac.compare_digest(wanted.encode(), one.strip().encode("utf-8", "replace")) for one in given[:20]]
    return any(found)
