"""Discord: a webhook. It posts, and it edits its card until Discord no longer lets it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, ClassVar, Final, Self

from msgspec import Struct

from incident_tui import __version__
from incident_tui.channels.channel import Begin, Preview
from incident_tui.channels.discord_embed import Post, post_of, thread_name
from incident_tui.channels.outcome import Delivered, Failed, Outcome
from incident_tui.channels.posting import LONGEST_WAIT, posted, refused, retry_after, said, unlocked
from incident_tui.channels.telling import impossible
from incident_tui.config.secrets import Secret, secret
from incident_tui.config.table import Table
from incident_tui.domain.letters import Letter
from incident_tui.web import Ask, Reply, Trouble, ask

AGENT: Final = f"DiscordBot (incident-tui, {__version__})"
"""Requests with another one may be blocked. Source: Discord, API reference, user agent."""
SILENT: Final = {"parse": list[str]()}
"""Nobody is mentioned. It goes with every post and every edit: an edit without it makes mentions anew."""
NO_LONGER: Final = (10008, 30046, 50083)
"""The card is gone, has been edited too often for its age, or lies in an archived thread."""
GONE: Final = (10015, 50027)
"""The webhook is gone, or its token is no longer taken."""
_ADDRESS = re.compile(r"https?://[^/?#]+/api/(?:v\d+/)?webhooks/\d+/(?P<token>[\w-]+)/?", re.ASCII)


class Discord(Struct, frozen=True):
    """With `forum` the webhook belongs to a forum, where each incident is a thread; `thread` is one for all of them."""

    KIND: ClassVar[str] = "discord"
    GROUP: ClassVar[str] = "chat"
    FOLLOWS: ClassVar[bool] = True
    REPEATABLE: ClassVar[bool] = False

    name: str
    url: Secret
    forum: bool = False
    thread: str = ""
    plain: bool = False

    @classmethod
    def configured(cls, name: str, table: Table) -> Self:
        """Raises ConfigError."""
        table.only(("url", "forum", "thread", "plain"))
        forum, thread = table.flag("forum", False), table.text("thread", "")
        if thread and not re.fullmatch(r"\d{15,20}", thread, re.ASCII):
            raise table.expected("thread", "the id of a thread", 'thread = "1234567890123456789"')
        if thread and forum:
            raise table.wrong("thread", "is either one thread for all incidents or forum = true, not both")
        return cls(name, secret(table, "url"), forum, thread, table.flag("plain", False))

    def preview(self, letter: Letter) -> Preview:
        where = f"Discord “{self.name}”"
        objection = impossible(letter, "Discord", edits=True)
        if objection is not None:
            return Preview(where, "is not sent", (), notes=(objection.reason,))
        post, place = post_of(letter), _Place.of(letter, self.thread)
        notes = ["<t:…> is shown to each reader as a time of their own zone"] if "<t:" in str(post.parts) else []
        if self._edits(letter, place):
            notes.append("nobody is notified of an edit; where Discord refuses it, the card is posted anew")
            return Preview(where, "edits the card", post.parts, post.cut, tuple(notes))
        act = "new thread in the forum" if self.forum and not place.thread else "new post"
        return Preview(where, f"{act} in the thread" if place.thread else act, post.parts, post.cut, tuple(notes))

    def send(self, letter: Letter, begin: Begin) -> Outcome:
        objection = impossible(letter, "Discord", edits=True)
        if objection is not None:
            return objection
        try:
            url = self._url()
        except Trouble as trouble:
            return Failed(trouble.reason)
        post, place = post_of(letter), _Place.of(letter, self.thread)
        if not self._edits(letter, place):
            return self._posted(letter, url, post, place, begin)
        outcome = self._edited(url, post, place, begin)
        return self._posted(letter, url, post, place, None) if outcome is None else outcome

    def check(self) -> str:
        url = self._url()
        reply = ask(Ask("GET", url, headers={"user-agent": AGENT}, secrets=_secrets(url), plain=self.plain))
        if not reply.ok:
            raise Trouble(_refusal(reply), status=reply.status)
        found = reply.json()
        name = found.get("name") if isinstance(found, dict) else ""
        return f"webhook “{said(reply, name) or self.name}” answers"

    def _edits(self, letter: Letter, place: _Place) -> bool:
        """Words go into the thread of a forum; a channel has none that a webhook could make, so there they edit."""
        return bool(place.card) and (letter.form == "card" or (letter.form == "update" and not self.forum))

    def _edited(self, url: str, post: Post, place: _Place, begin: Begin) -> Outcome | None:
        """How an edit ended, or None where the card can no longer be edited."""
        asked = self._ask("PATCH", f"{url}/messages/{place.card}", _content(post), url, place.params, begin)
        reply = posted(asked, repeatable=True, waiting=wait, own=refused)
        if not isinstance(reply, Reply):
            return reply
        if reply.ok:
            return Delivered(str(place))
        return None if _code(reply) in NO_LONGER else Failed(_refusal(reply))

    def _posted(self, letter: Letter, url: str, post: Post, place: _Place, begin: Begin | None) -> Outcome:
        body = _content(post)
        if self.forum and not place.thread:
            body["thread_name"] = thread_name(letter)
        asked = self._ask("POST", url, body, url, {"wait": "true", **place.params}, begin)
        reply = posted(asked, waiting=wait, own=refused)
        if not isinstance(reply, Reply):
            return reply
        if not reply.ok:
            return Failed(_refusal(reply))
        return Delivered(self._receipt(letter, reply, place))

    def _receipt(self, letter: Letter, reply: Reply, place: _Place) -> str:
        message, channel = _text(reply, "id"), _text(reply, "channel_id")
        if not re.fullmatch(r"\d{1,20}", message, re.ASCII):
            return ""
        thread = channel if self.forum and not place.thread else place.thread
        is_card = not place.card or letter.form == "card" or (letter.form == "update" and not self.forum)
        return str(_Place(message, thread) if is_card else _Place(place.card, thread, message))

    def _ask(
        self, method: str, address: str, body: object, url: str, params: Mapping[str, str], begin: Begin | None
    ) -> Ask:
        return Ask(
            method,
            address,
            headers={"user-agent": AGENT},
            params=params,
            body=body,
            secrets=_secrets(url),
            begin=begin,
            plain=self.plain,
        )

    def _url(self) -> str:
        url = unlocked(self.url)
        if not _ADDRESS.fullmatch(url):
            raise Trouble(f"{self.url.place} is no address of a Discord webhook, …/api/webhooks/ID/TOKEN")
        return url.rstrip("/")


class _Place(Struct, frozen=True):
    """Where the incident is: its card, its thread if it has one, and the post that a receipt is about."""

    card: str
    thread: str = ""
    post: str = ""

    @classmethod
    def of(cls, letter: Letter, thread: str) -> Self:
        """Of the cards that the receipts name the newest: one that could not be edited was posted anew."""
        if letter.form in ("opening", "test"):
            return cls("", thread)
        found = [_PLACE.fullmatch(receipt) for receipt in (letter.card, letter.latest)]
        known = [cls(match["card"], match["thread"] or thread) for match in found if match]
        return max(known, key=lambda place: int(place.card), default=cls("", thread))

    @property
    def params(self) -> dict[str, str]:
        return {"thread_id": self.thread} if self.thread else {}

    def __str__(self) -> str:
        thread = f"@{self.thread}" if self.thread else ""
        return f"{self.card}{thread}+{self.post}" if self.post else f"{self.card}{thread}"


_PLACE = re.compile(r"(?P<card>\d{1,20})(?:@(?P<thread>\d{1,20}))?(?:\+\d{1,20})?", re.ASCII)


def _content(post: Post) -> dict[str, object]:
    return {"content": post.content, "embeds": [post.embed], "allowed_mentions": SILENT}


def wait(reply: Reply) -> timedelta | None:
    """The header, else `retry_after` of the body, in seconds with a fraction."""
    found = retry_after(reply)
    if found is not None:
        return found
    seconds = _body(reply).get("retry_after")
    return min(timedelta(seconds=float(seconds)), LONGEST_WAIT) if isinstance(seconds, int | float) else None


def _refusal(reply: Reply) -> str:
    """Why Discord refused, in one line."""
    code, words = _code(reply), said(reply, _text(reply, "message")) or reply.glimpse
    if code in GONE or reply.status == 401:
        return f"Discord: the webhook is gone or its token is wrong ({code or reply.status}); make a new one"
    if code == 10003:
        return "Discord: the channel or thread is gone (10003)"
    if code in (220001, 220003):
        return f"Discord: {words} ({code}); forum = true is for webhooks of forums, and for no others"
    inner = said(reply, _first_error(_body(reply).get("errors")))
    numbers = f"{reply.status}, {code}" if code else str(reply.status)
    return f"Discord: {words}{f': {inner}' if inner else ''} ({numbers})"


def _first_error(errors: object) -> str:
    """The first message in the nested errors of 50035."""
    while isinstance(errors, dict) and errors:
        listed = errors.get("_errors")
        if isinstance(listed, list) and listed and isinstance(listed[0], dict):
            return str(listed[0].get("message", ""))
        errors = next(iter(errors.values()))
    return ""


def _code(reply: Reply) -> int:
    code = _body(reply).get("code")
    return code if isinstance(code, int) else 0


def _text(reply: Reply, key: str) -> str:
    value = _body(reply).get(key)
    return value if isinstance(value, str) else ""


def _body(reply: Reply) -> dict[str, Any]:
    try:
        body = reply.json()
    except Trouble:
        return {}
    return body if isinstance(body, dict) else {}


def _secrets(url: str) -> tuple[str, ...]:
    return (url, url.rpartition("/")[2])
