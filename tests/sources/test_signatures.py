"""Signatures of webhooks, against those that the senders' own libraries make."""

from __future__ import annotations

import hashlib
import hmac
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks import Webhook

from incident_tui.sources.signatures import is_signed

NOW = datetime(2026, 11, 21, 14, 2, tzinfo=UTC)
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
BODY = '{"title": "Disk full"}'


def standard(at: datetime = NOW, secret: str = SECRET) -> dict[str, str]:
    signature = Webhook(secret).sign("msg_1", at, BODY)
    return {"webhook-id": "msg_1", "webhook-timestamp": str(int(at.timestamp())), "webhook-signature": signature}


def hexadecimal(secret: str = "a shared secret", body: str = BODY) -> str:
    return hmac.new(secret.encode(), body.encode(), hashlib.sha256).hexdigest()


def test_standard_webhooks() -> None:
    other = standard(secret="whsec_" + "A" * 32)["webhook-signature"]

    assert is_signed(standard(), BODY.encode(), SECRET, NOW)
    assert is_signed(
        {**standard(), "webhook-signature": f"{other} {standard()['webhook-signature']}"}, BODY.encode(), SECRET, NOW
    )
    assert not is_signed({**standard(), "webhook-signature": other}, BODY.encode(), SECRET, NOW)
    assert not is_signed({**standard(), "webhook-id": "msg_2"}, BODY.encode(), SECRET, NOW)
    assert not is_signed(standard(), b"{}", SECRET, NOW)


@pytest.mark.parametrize("age", [timedelta(minutes=6), timedelta(minutes=-6)])
def test_an_old_message_is_not_taken_again(age: timedelta) -> None:
    assert not is_signed(standard(NOW - age), BODY.encode(), SECRET, NOW)


def test_pagerduty_and_sentry() -> None:
    good, bad = hexadecimal(), hexadecimal("another")

    assert is_signed({"x-pagerduty-signature": f"v1={bad},v1={good}"}, BODY.encode(), "a shared secret", NOW)
    assert not is_signed({"x-pagerduty-signature": f"v1={bad}"}, BODY.encode(), "a shared secret", NOW)
    assert is_signed({"sentry-hook-signature": good}, BODY.encode(), "a shared secret", NOW)
    assert not is_signed({"sentry-hook-signature": bad}, BODY.encode(), "a shared secret", NOW)
    assert not is_signed({}, BODY.encode(), "a shared secret", NOW)


names = st.sampled_from(
    ["webhook-id", "webhook-timestamp", "webhook-signature", "x-pagerduty-signature", "sentry-hook-signature"]
)


@given(st.dictionaries(names, st.text(st.characters(max_codepoint=255), max_size=40)), st.binary(max_size=40))
def test_what_anybody_makes_up_is_no_signature(headers: dict[str, str], body: bytes) -> None:
    assert not is_signed(headers, body, SECRET, NOW)
