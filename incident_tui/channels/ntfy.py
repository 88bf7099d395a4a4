"""ntfy: a notification on a telephone, louder for what is more severe."""

from __future__ import annotations

import json
import re
from typing import Any, ClassVar, Final, Self

from msgspec import Struct

from incident_tui.channels.channel import Begin, Preview
from incident_tui.channels.outcome import Delivered, Failed, Outcome
from incident_tui.channels.posting import posted, refused, said, unlocked
from incident_tui.channels.sizes import fitted, utf8
from incident_tui.channels.telling import impossible, in_zone, rows_of, title_of, words_of
from incident_tui.config.addresses import base_of
from incident_tui.config.secrets import Secret, secret
from incident_tui.config.table import Table
from incident_tui.domain.letters import Letter
from incident_tui.web import Ask, Reply, Trouble, ask

MESSAGE: Final = 4_096
"""Bytes; a server makes a file of a longer one."""
WHOLE: Final = 2 * MESSAGE
"""Bytes of the JSON. Source: ntfy, server.go, transformBodyJSON."""
TITLE: Final = 250
PRIORITIES: Final = {1: 5, 2: 4, 3: 3, 4: 2}
TAGS: Final = {1: "rotating_light", 2: "warning", 3: "large_orange_diamond", 4: "information_source"}


class Ntfy(Struct, frozen=True):
    """The name of the topic is a secret where everybody who knows it may read it, as on the public server."""

    KIND: ClassVar[str] = "ntfy"
    GROUP: ClassVar[str] = "chat"
    FOLLOWS: ClassVar[bool] = False
    REPEATABLE: ClassVar[bool] = False

    name: str
    url: str
    topic: Secret
    token: Secret | None = None
    plain: bool = False

    @classmethod
    def configured(cls, name: str, table: Table) -> Self:
        """Raises ConfigError."""
        table.only(("url", "topic", "token", "plain"))
        token = secret(table, "token") if "token" in table.values else None
        url = base_of(table, "https://ntfy.sh", "https://ntfy.example.com")
        return cls(name, url, secret(table, "topic"), token, table.flag("plain", False))

    def preview(self, letter: Letter) -> Preview:
        where = f"ntfy “{self.name}”"
        objection = impossible(letter, "ntfy")
        if objection is not None:
            return Preview(where, "is not sent", (), notes=(objection.reason,))
        body, cut = _body(letter)
        act = f"notification of priority {body['priority']}"
        return Preview(where, act, (("title", body["title"]), ("text", body["message"])), cut)

    def send(self, letter: Letter, begin: Begin) -> Outcome:
        objection = impossible(letter, "ntfy")
        if objection is not None:
            return objection
        try:
            topic, token = unlocked(self.topic), unlocked(self.token) if self.token else ""
        except Trouble as trouble:
            return Failed(trouble.reason)
        if not re.fullmatch(r"[-_A-Za-z0-9]{1,64}", topic, re.ASCII):
            return Failed(f"{self.topic.place} is no topic: up to 64 letters, digits, - and _")
        headers = {"content-type": "application/json"}
        if token:
            headers["authorization"] = f"Bearer {token}"
        content = _written({"topic": topic, **_body(letter)[0]})
        secrets = (topic, token) if token else (topic,)
        asked = Ask(
            "POST", f"{self.url}/", headers=headers, content=content, secrets=secrets, begin=begin, plain=self.plain
        )
        reply = posted(asked, own=refused)
        if not isinstance(reply, Reply):
            return reply
        found = _answer(reply)
        if not reply.ok:
            code = found.get("code")
            words = said(reply, found.get("error")) or reply.glimpse
            return Failed(f"ntfy: {words} ({code if isinstance(code, int) else reply.status})")
        identifier = found.get("id")
        known = isinstance(identifier, str) and re.fullmatch(r"[A-Za-z0-9]{1,40}", identifier, re.ASCII)
        return Delivered(str(identifier) if known and identifier != topic else "")

    def check(self) -> str:
        unlocked(self.topic)
        if self.token:
            unlocked(self.token)
        reply = ask(Ask("GET", f"{self.url}/v1/health", plain=self.plain))
        if not reply.ok or _answer(reply).get("healthy") is not True:
            raise Trouble(f"{self.url} does not say that it is healthy", status=reply.status)
        return "the server is healthy; only a test message shows whether it takes the topic"


def _body(letter: Letter) -> tuple[dict[str, Any], str]:
    """All but the topic, and what was cut."""
    title, _ = fitted(title_of(letter), TITLE, utf8)
    test = letter.form == "test"
    body: dict[str, Any] = {"title": title, "message": "", "priority": 3 if test else PRIORITIES.get(_level(letter), 3)}
    if letter.audience != "external" and not test:
        body["tags"] = [TAGS[_level(letter)]] if _level(letter) in TAGS else []
    rows = "".join(f"\n{name}: {value}" for name, value in rows_of(letter, in_zone(letter)) if name == "Next update")

    def whole(words: str) -> str:
        return f"{words}{rows}".strip() or "–"

    def size(message: str) -> int:
        written = len(_written({"topic": "x" * 64, **body, "message": message}))
        return max(utf8(message), written - WHOLE + MESSAGE)

    body["message"], cut = fitted(words_of(letter), MESSAGE, size, whole)
    return body, cut


def _level(letter: Letter) -> int:
    return 4 if letter.facts.status in ("resolved", "closed") else letter.facts.severity


def _written(body: dict[str, Any]) -> bytes:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def _answer(reply: Reply) -> dict[str, Any]:
    try:
        found = reply.json()
    except Trouble:
        return {}
    return found if isinstance(found, dict) else {}
