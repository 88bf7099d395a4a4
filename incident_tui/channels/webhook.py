"""A webhook of one's own: CloudEvents in JSON, signed as Standard Webhooks says, safe to be sent twice."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, ClassVar, Final, Self

from msgspec import Struct

from incident_tui.channels.channel import Begin, Preview
from incident_tui.channels.outcome import Delivered, Failed, Outcome
from incident_tui.channels.posting import posted, refused, unlocked
from incident_tui.channels.sizes import as_it_is, fitted
from incident_tui.config.secrets import Secret, secret
from incident_tui.config.table import Table
from incident_tui.domain.letters import Letter
from incident_tui.domain.text import clean
from incident_tui.times import iso
from incident_tui.web import Ask, Reply, Trouble

LIMIT: Final = 20_000
"""Bytes of the body. Source: Standard Webhooks, payload size."""
PREFIX: Final = "whsec_"
KEY_LEAST, KEY_MOST = 24, 64
"""Bytes of the key. Source: Standard Webhooks, signature scheme."""


class Webhook(Struct, frozen=True):
    KIND: ClassVar[str] = "webhook"
    GROUP: ClassVar[str] = "other"
    FOLLOWS: ClassVar[bool] = True
    REPEATABLE: ClassVar[bool] = True

    name: str
    url: Secret
    key: Secret
    plain: bool = False

    @classmethod
    def configured(cls, name: str, table: Table) -> Self:
        """Raises ConfigError."""
        table.only(("url", "key", "plain"))
        return cls(name, secret(table, "url"), secret(table, "key"), table.flag("plain", False))

    def preview(self, letter: Letter) -> Preview:
        event, cut = event_of(letter)
        shown = json.dumps(event, ensure_ascii=False, indent=2)
        return Preview(f"Webhook “{self.name}”", f"event {event['type']}", (("event", shown),), cut)

    def send(self, letter: Letter, begin: Begin) -> Outcome:
        try:
            url, word, key = unlocked(self.url), unlocked(self.key), self._key()
        except Trouble as trouble:
            return Failed(trouble.reason)
        content = _written(event_of(letter)[0])
        asked = Ask(
            "POST",
            url,
            headers=signed(key, letter.key, datetime.now(UTC), content),
            content=content,
            secrets=(url, word, word.removeprefix(PREFIX)),
            begin=begin,
            plain=self.plain,
        )
        reply = posted(asked, repeatable=True, own=refused)
        if not isinstance(reply, Reply):
            return reply
        if reply.ok:
            return Delivered(letter.key)
        if reply.status == 410:
            return Failed("the receiver has unsubscribed (410); take the channel out of the configuration")
        return Failed(f"{asked.host}: {reply.status} {reply.glimpse}".rstrip())

    def check(self) -> str:
        unlocked(self.url)
        self._key()
        return "the address and the key are configured; only a test event shows whether they are taken"

    def _key(self) -> bytes:
        """Raises Trouble."""
        text = unlocked(self.key).removeprefix(PREFIX)
        try:
            key = base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
        except (binascii.Error, ValueError):
            key = b""
        if not KEY_LEAST <= len(key) <= KEY_MOST:
            raise Trouble(f"{self.key.place} is no key: whsec_ and base64 of {KEY_LEAST} to {KEY_MOST} bytes")
        return key


def signed(key: bytes, identifier: str, at: datetime, content: bytes) -> Mapping[str, str]:
    """The headers for a body; the identifier is the same for every attempt, the time is that of this one."""
    seconds = str(int(at.timestamp()))
    digest = hmac.new(key, f"{identifier}.{seconds}.".encode() + content, hashlib.sha256).digest()
    return {
        "content-type": "application/cloudevents+json; charset=utf-8",
        "webhook-id": identifier,
        "webhook-timestamp": seconds,
        "webhook-signature": f"v1,{base64.b64encode(digest).decode()}",
    }


def event_of(letter: Letter) -> tuple[dict[str, Any], str]:
    """The event as docs/channels/webhook.md describes it, and what was cut."""

    def size(text: str) -> int:
        return len(_written(_event(letter, text, cut=True)))

    text, cut = fitted(clean(letter.text), LIMIT, size, as_it_is)
    return _event(letter, text, cut=bool(cut)), cut


def _event(letter: Letter, text: str, *, cut: bool) -> dict[str, Any]:
    facts = letter.facts
    return {
        "specversion": "1.0",
        "id": letter.key,
        "source": "incident-tui",
        "type": f"incident-tui.{letter.form}",
        "subject": facts.ref or "test",
        "time": iso(letter.at),
        "datacontenttype": "application/json",
        "data": {
            "form": letter.form,
            "audience": letter.audience,
            "text": text,
            "mark": letter.mark,
            "cut": cut,
            "author": letter.author,
            "promised_at": None if letter.promised is None else iso(letter.promised),
            "incident": {
                "ref": facts.ref,
                "title": facts.title[:500],
                "severity": facts.severity,
                "status": facts.status,
                "commander": facts.commander[:200],
                "began_at": None if facts.began_at is None else iso(facts.began_at),
                "services": [service[:200] for service in letter.services[:20]],
            },
            "item": {"owner": letter.owner[:200], "due": letter.due} if letter.form == "item" else None,
        },
    }


def _written(event: Mapping[str, Any]) -> bytes:
    return json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
