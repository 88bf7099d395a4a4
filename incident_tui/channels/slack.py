"""Slack: incoming webhook. It can neither edit nor thread: every message is a post."""

from __future__ import annotations

from typing import ClassVar, Self

from msgspec import Struct

from incident_tui.channels.channel import Begin, Preview
from incident_tui.channels.outcome import Delivered, Failed, Outcome
from incident_tui.channels.posting import posted, refused, unlocked
from incident_tui.channels.slack_blocks import post_of
from incident_tui.channels.telling import impossible
from incident_tui.config.secrets import Secret, secret
from incident_tui.config.table import Table
from incident_tui.domain.letters import Letter
from incident_tui.web import Ask, Reply, Trouble

MEANINGS = {
    "invalid_token": "the webhook is gone; make a new one",
    "no_service": "the webhook is gone or disabled; make a new one",
    "no_service_id": "the webhook is gone; make a new one",
    "no_active_hooks": "the webhook is disabled",
    "no_team": "the workspace is gone",
    "team_disabled": "the workspace is disabled",
    "channel_not_found": "the channel is gone",
    "channel_is_archived": "the channel is archived",
    "action_prohibited": "an admin does not allow it",
    "posting_to_general_channel_denied": "an admin does not allow it in this channel",
    "invalid_payload": "Slack does not understand the message",
}
"""What the one word means that Slack answers."""


class Slack(Struct, frozen=True):
    KIND: ClassVar[str] = "slack"
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
        where = f"Slack “{self.name}”"
        objection = impossible(letter, "A Slack webhook")
        if objection is not None:
            return Preview(where, "is not sent", (), notes=(objection.reason,))
        post = post_of(letter)
        return Preview(where, "new post", post.parts, post.cut)

    def send(self, letter: Letter, begin: Begin) -> Outcome:
        objection = impossible(letter, "A Slack webhook")
        if objection is not None:
            return objection
        try:
            url = unlocked(self.url)
        except Trouble as trouble:
            return Failed(trouble.reason)
        post = post_of(letter)
        body = {"text": post.text, "blocks": post.blocks, "unfurl_links": False, "unfurl_media": False}
        asked = Ask("POST", url, body=body, secrets=(url, url.rpartition("/")[2]), begin=begin, plain=self.plain)
        reply = posted(asked, own=refused)
        if not isinstance(reply, Reply):
            return reply
        return Delivered() if reply.ok else Failed(_refusal(reply))

    def check(self) -> str:
        unlocked(self.url)
        return "the webhook is configured; only a test message shows whether it is taken"


def _refusal(reply: Reply) -> str:
    word = reply.glimpse
    meaning = MEANINGS.get(word)
    return f"Slack: {meaning} ({word})" if meaning else f"Slack: {reply.status} {word}".rstrip()
