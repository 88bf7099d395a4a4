"""Mattermost: incoming webhook. It cannot edit: every message is a post."""

from __future__ import annotations

from typing import ClassVar, Self

from msgspec import Struct

from incident_tui.channels.channel import Begin, Preview
from incident_tui.channels.outcome import Delivered, Failed, Outcome
from incident_tui.channels.posting import posted, unlocked
from incident_tui.channels.sizes import fitted
from incident_tui.channels.telling import author_of, harmless, impossible, in_zone, rows_of, title_of, words_of
from incident_tui.config.secrets import Secret, secret
from incident_tui.config.table import Table
from incident_tui.domain.letters import Letter
from incident_tui.web import Ask, Reply, Trouble

LIMIT = 16_383
"""Longer posts are split by the server. Source: Mattermost, incoming webhooks."""
CARD, TITLE = 4_000, 300


class Mattermost(Struct, frozen=True):
    KIND: ClassVar[str] = "mattermost"
    GROUP: ClassVar[str] = "chat"
    FOLLOWS: ClassVar[bool] = False
    REPEATABLE: ClassVar[bool] = False

    name: str
    url: Secret
    plain: bool = False

    @classmethod
    def configured(cls, name: str, table: Table) -> Self:
        """Raises ConfigError."""
        table.only(("url", "plain"))
        return cls(name, secret(table, "url"), table.flag("plain", False))

    def preview(self, letter: Letter) -> Preview:
        where = f"Mattermost “{self.name}”"
        objection = impossible(letter, "A Mattermost webhook")
        if objection is not None:
            return Preview(where, "is not sent", (), notes=(objection.reason,))
        text, cut = _text(letter)
        shown = (("text", text), ("card", _card(letter)))
        return Preview(where, "new post", tuple(part for part in shown if part[1]), cut)

    def send(self, letter: Letter, begin: Begin) -> Outcome:
        objection = impossible(letter, "A Mattermost webhook")
        if objection is not None:
            return objection
        try:
            url = unlocked(self.url)
        except Trouble as trouble:
            return Failed(trouble.reason)
        body: dict[str, object] = {"text": _text(letter)[0]}
        if card := _card(letter):
            body["props"] = {"card": card}
        secrets = (url, url.rpartition("/")[2])
        reply = posted(Ask("POST", url, body=body, secrets=secrets, begin=begin, plain=self.plain))
        return Delivered() if isinstance(reply, Reply) else reply

    def check(self) -> str:
        unlocked(self.url)
        return "the webhook is configured; only a test message shows whether it is taken"


def _text(letter: Letter) -> tuple[str, str]:
    title, _ = fitted(title_of(letter), TITLE)

    def whole(words: str) -> str:
        return harmless(f"**{title}**\n{words}".rstrip())

    return fitted(words_of(letter), LIMIT, len, whole)


def _card(letter: Letter) -> str:
    """What is so, which Mattermost shows at the side when the mark at the post is chosen."""
    rows = [f"**{name}:** {harmless(value)}" for name, value in rows_of(letter, in_zone(letter))]
    author = author_of(letter)
    return fitted("\n".join([*rows, harmless(author)] if author else rows), CARD)[0]
