"""Mattermost: incoming webhook. It cannot edit: every message is a post."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Self

from incident_tui.channels.channel import Begin, Preview
from incident_tui.channels.outcome import Delivered, Outcome
from incident_tui.channels.posting import posted
from incident_tui.channels.wording import cut_to, headline
from incident_tui.config.secrets import Secret, secret
from incident_tui.config.table import Table
from incident_tui.domain.letters import Letter
from incident_tui.web import Ask, Reply

LIMIT = 16_383
"""Longer posts are split by the server. Source: Mattermost, incoming webhooks."""


@dataclass(frozen=True, slots=True)
class Mattermost:
    KIND: ClassVar[str] = "mattermost"
    GROUP: ClassVar[str] = "chat"
    FOLLOWS: ClassVar[bool] = False

    name: str
    url: Secret
    plain: bool = False

    @classmethod
    def configured(cls, name: str, table: Table) -> Self:
        """Raises ConfigError."""
        return cls(name, secret(table, "url"), table.flag("plain", False))

    def preview(self, letter: Letter) -> Preview:
        text, cut = self._text(letter)
        return Preview(f"Mattermost “{self.name}”", "new post", (("text", text),), cut)

    def send(self, letter: Letter, begin: Begin) -> Outcome:
        text, _ = self._text(letter)
        url = self.url.reveal()
        reply = posted(Ask("POST", url, body={"text": text}, secrets=(url,), begin=begin, plain=self.plain))
        return Delivered() if isinstance(reply, Reply) else reply

    def check(self) -> str:
        self.url.reveal()
        return "the webhook is configured; only a test message shows whether it is taken"

    def _text(self, letter: Letter) -> tuple[str, str]:
        return cut_to(f"**{headline(letter)}**\n{harmless(letter.words)}", LIMIT)


def harmless(text: str) -> str:
    """Without mentions: @name and <!channel> are live in Mattermost; an invisible space takes their effect."""
    return text.replace("@", "@\u200b").replace("<!", "<\u200b!")
