"""Slack: Web API. One card for each incident that is edited, and a thread below it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, ClassVar, Final, Self

from msgspec import Struct

from incident_tui.channels.channel import Begin, Preview
from incident_tui.channels.outcome import Delivered, Failed, Outcome, Unknown
from incident_tui.channels.posting import posted, retry_after, said, unlocked
from incident_tui.channels.slack_blocks import Post, post_of
from incident_tui.channels.telling import impossible
from incident_tui.config.secrets import Secret, secret
from incident_tui.config.table import Table
from incident_tui.domain.letters import Letter
from incident_tui.web import Ask, Reply, Trouble, ask

NO_LONGER: Final = ("message_not_found", "edit_window_closed", "cant_update_message")
"""The card cannot be edited: it is gone, or an admin has set how long messages can be."""
PASSING: Final = ("ratelimited", "rate_limited", "service_unavailable", "request_timeout", "team_added_to_org")
"""Nothing was done, and later it may be. Slack, chat.postMessage and chat.update, errors."""
UNCLEAR: Final = ("internal_error", "fatal_error")
"""“It's possible some aspect of the operation succeeded”, says Slack."""
MEANINGS: Final = {
    "channel_not_found": "there is no such channel, or the app is not in this private one",
    "not_in_channel": "the app is not in the channel; /invite it there",
    "is_archived": "the channel is archived",
    "invalid_auth": "the token is not taken",
    "not_authed": "there is no token",
    "token_revoked": "the token was revoked",
    "token_expired": "the token has expired",
    "account_inactive": "the app was removed from the workspace",
    "missing_scope": "the token lacks the right chat:write",
    "restricted_action": "an admin does not allow posts there",
    "msg_too_long": "the message is too long",
    "msg_blocks_too_long": "the message is too long",
}


class SlackApi(Struct, frozen=True):
    KIND: ClassVar[str] = "slack-api"
    GROUP: ClassVar[str] = "chat"
    FOLLOWS: ClassVar[bool] = True
    REPEATABLE: ClassVar[bool] = False

    name: str
    token: Secret
    channel: str
    api: str = "https://slack.com/api"
    plain: bool = False

    @classmethod
    def configured(cls, name: str, table: Table) -> Self:
        """Raises ConfigError."""
        table.only(("token", "channel", "api", "plain"))
        channel, api = table.text("channel", ""), table.text("api", "https://slack.com/api").rstrip("/")
        if not re.fullmatch(r"[CDG][A-Z0-9]{6,20}", channel, re.ASCII):
            raise table.expected("channel", "the id of a channel, see its details in Slack", 'channel = "C0123456789"')
        return cls(name, secret(table, "token"), channel, api, table.flag("plain", False))

    def preview(self, letter: Letter) -> Preview:
        where = f"Slack “{self.name}” ({self.channel})"
        objection = impossible(letter, "Slack", edits=True)
        if objection is not None:
            return Preview(where, "is not sent", (), notes=(objection.reason,))
        post, card = post_of(letter), _card(letter)
        if card is None:
            return Preview(where, "new post", post.parts, post.cut)
        if letter.form == "card":
            notes = ("nobody is notified of an edit; where Slack refuses it, the card is posted anew",)
            return Preview(where, "edits the card", post.parts, post.cut, notes)
        shown = ", also shown in the channel" if letter.form == "change" else ""
        return Preview(where, f"reply in the thread of the card{shown}", post.parts, post.cut)

    def send(self, letter: Letter, begin: Begin) -> Outcome:
        objection = impossible(letter, "Slack", edits=True)
        if objection is not None:
            return objection
        try:
            token = unlocked(self.token)
        except Trouble as trouble:
            return Failed(trouble.reason)
        post, card = post_of(letter), _card(letter)
        if card is None or letter.form != "card":
            return self._posted(letter, token, post, card, begin)
        outcome = self._edited(token, post, card, begin)
        return self._posted(letter, token, post, None, None) if outcome is None else outcome

    def check(self) -> str:
        reply = ask(self._ask("auth.test", unlocked(self.token), {}, None))
        found = _body(reply)
        if not reply.ok or found.get("ok") is not True:
            raise Trouble(_refusal(reply), status=reply.status, after=retry_after(reply))
        user, team = said(reply, found.get("user")), said(reply, found.get("team"))
        return f"the token of “{user}” in “{team}” is taken; only a test message shows the right to post"

    def _edited(self, token: str, post: Post, card: _Card, begin: Begin) -> Outcome | None:
        """How an edit ended, or None where the card can no longer be edited."""
        body = {"channel": card.channel, "ts": card.ts, **_content(post)}
        reply = posted(self._ask("chat.update", token, body, begin), repeatable=True)
        if not isinstance(reply, Reply):
            return reply
        found = _body(reply)
        if found.get("ok") is True:
            return Delivered(str(card))
        if found.get("error") in NO_LONGER:
            return None
        again = not found or found.get("error") in PASSING + UNCLEAR
        return Failed(_refusal(reply), again, retry_after(reply) if again else None)

    def _posted(self, letter: Letter, token: str, post: Post, card: _Card | None, begin: Begin | None) -> Outcome:
        thread: dict[str, object] = {}
        if card is not None:
            thread = {"thread_ts": card.ts, "reply_broadcast": letter.form == "change"}
        channel = card.channel if card is not None else self.channel
        body = {"channel": channel, **_content(post), **thread, "unfurl_links": False, "unfurl_media": False}
        reply = posted(self._ask("chat.postMessage", token, body, begin))
        if not isinstance(reply, Reply):
            return reply
        found = _body(reply)
        if found.get("ok") is not True:
            return _not_posted(reply, found)
        known = _CARD.fullmatch(f"{found.get('channel')}/{found.get('ts')}")
        if known is None:
            return Delivered()
        return Delivered(str(_Card(known["channel"], known["ts"]) if card is None else card.with_reply(known["ts"])))

    def _ask(self, method: str, token: str, body: Mapping[str, object], begin: Begin | None) -> Ask:
        return Ask(
            "POST",
            f"{self.api}/{method}",
            headers={"authorization": f"Bearer {token}", "content-type": "application/json; charset=utf-8"},
            body=body,
            secrets=(token,),
            begin=begin,
            plain=self.plain,
        )


class _Card(Struct, frozen=True):
    channel: str
    ts: str
    reply: str = ""

    def with_reply(self, ts: str) -> _Card:
        return _Card(self.channel, self.ts, ts)

    def __str__(self) -> str:
        return f"{self.channel}/{self.ts}/{self.reply}" if self.reply else f"{self.channel}/{self.ts}"


_CARD = re.compile(r"(?P<channel>[A-Z0-9]{2,30})/(?P<ts>\d{1,12}\.\d{1,12})(?:/[\d.]+)?", re.ASCII)


def _card(letter: Letter) -> _Card | None:
    found = _CARD.fullmatch(letter.card)
    if found is None or letter.form in ("opening", "test"):
        return None
    return _Card(found["channel"], found["ts"])


def _content(post: Post) -> dict[str, object]:
    """`parse` is said each time: an edit without it reads names of channels and people into the text."""
    return {"text": post.text, "blocks": post.blocks, "parse": "none", "link_names": False}


def _not_posted(reply: Reply, found: Mapping[str, Any]) -> Outcome:
    error = found.get("error")
    if not found or error in UNCLEAR:
        return Unknown(_refusal(reply))
    passing = error in PASSING
    return Failed(_refusal(reply), passing, retry_after(reply) if passing else None)


def _refusal(reply: Reply) -> str:
    found = _body(reply)
    error = said(reply, found.get("error"))
    if not error:
        return f"Slack: {reply.status} {reply.glimpse}".rstrip()
    details = found.get("errors")
    detail = said(reply, details[0]) if isinstance(details, list) and details else ""
    meaning = MEANINGS.get(error) or detail
    return f"Slack: {meaning} ({error})" if meaning else f"Slack: {error}"


def _body(reply: Reply) -> Mapping[str, Any]:
    try:
        body = reply.json()
    except Trouble:
        return {}
    return body if isinstance(body, dict) else {}
