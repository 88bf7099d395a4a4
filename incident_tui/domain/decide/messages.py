"""Rules of communication: drafted, approved, sent; a promise of the next update goes out with a message."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from incident_tui.domain.decide import TEXT_LIMIT, Decision, Intent, Refused, one_of, quoted, remark, written
from incident_tui.domain.delivery import LONGEST_PROMISE, promised_by
from incident_tui.domain.events import (
    MessageApproved,
    MessageDiscarded,
    MessageDrafted,
    MessageEdited,
    MessageSent,
)
from incident_tui.domain.incident import AUDIENCES, Incident, Message, ordered
from incident_tui.domain.promises import last_sent
from incident_tui.domain.scrubbing import scrub

MARKS = {
    "ack": "👀",
    "work": "🔧",
    "progress": "🔄",
    "done": "✅",
    "look": "🔍",
    "invalid": "❌",
    "document": "📝",
}
MARK_MEANINGS = {
    "👀": "acknowledged, looking into it",
    "🔍": "found something, needs more investigation",
    "🔧": "working on the fix",
    "🔄": "deploying, in progress",
    "✅": "resolved and verified",
    "❌": "cannot be reproduced, invalid",
    "📝": "post-mortem to follow",
}
MESSAGE_LIMIT = 16 * 1024
DOCUMENT_LIMIT = TEXT_LIMIT
"""Of a message that is a whole document, such as the report of a long incident."""
IN_A_DRILL = "drill, "
GAP = "…"
"""Stands, as a word of its own, for what only a person can say."""
_GAP = re.compile(rf"(?<!\S){GAP}(?!\S)")
_NEXT_UPDATE = re.compile(r"\b(?:the )?next update\b[^\n;!?]*")


def draft(
    incident: Incident,
    audience_word: str,
    text_word: str,
    channel: str = "",
    promise: timedelta | None = None,
    limit: int = MESSAGE_LIMIT,
) -> Decision:
    """A message to an audience; a mark at the front of the text (👀 …) becomes its mark."""
    audience = one_of(audience_word, AUDIENCES, "audience")
    if isinstance(audience, Refused):
        return audience
    mark, rest = split_mark(text_word)
    text = written(rest, "the message", limit)
    if isinstance(text, Refused):
        return text
    seconds = _seconds(promise)
    if isinstance(seconds, Refused):
        return seconds
    return (MessageDrafted(audience, text, remark(channel), mark, seconds),)


def edit(
    incident: Incident,
    word: str,
    text_word: str,
    channel: str = "",
    promise: timedelta | None = None,
) -> Decision:
    """Change a message that is still here; an approval is then needed again."""
    message = message_meant(incident, word)
    if isinstance(message, Refused):
        return message
    if not message.waiting:
        return Refused(f"{message.label} is {message.state}", "write another message")
    mark, rest = split_mark(text_word)
    text = written(rest, "the message", MESSAGE_LIMIT)
    if isinstance(text, Refused):
        return text
    seconds = _seconds(promise)
    if isinstance(seconds, Refused):
        return seconds
    return (MessageEdited(message.id, text, remark(channel), mark, seconds),)


def same_words(one: Message, other: Message) -> bool:
    """Whether two states of a message would tell an audience the same, in the same place."""
    contents = [(item.mark, item.text, item.channel, item.promise_seconds) for item in (one, other)]
    return contents[0] == contents[1]


def as_read(intent: Intent, read: Message) -> Intent:
    """The intent where a message says what was `read` of it. Refused where others have changed that since."""

    def decide(newest: Incident) -> Decision:
        now = newest.messages.get(read.id)
        if now is None or same_words(now, read):
            return intent(newest)
        return Refused(f"{read.label} says something else by now: others have changed it", "look at it once more")

    return decide


def approve(incident: Incident, word: str) -> Decision:
    message = message_meant(incident, word)
    if isinstance(message, Refused):
        return message
    if message.state != "drafted":
        return Refused(f"{message.label} is {message.state} already")
    return (MessageApproved(message.id),)


def mark_sent(incident: Incident, word: str, how: str, at: datetime, *, force: bool = False) -> Decision:
    """Record that a message has left, and by what means; its promise counts from `at`.

    One that says nothing new, has a gap or a secret, is refused unless it is to be sent by `force`. In a drill the
    means says so: only people know where it has gone.
    """
    message = message_meant(incident, word)
    if isinstance(message, Refused):
        return message
    if not message.waiting:
        return Refused(f"{message.label} is {message.state} already")
    objection = None if force else unsaid(incident, message.audience, message.text, message.label)
    if objection is not None:
        return objection
    promised = promised_by(message.promise_seconds, at)
    means = remark(how) or "by hand"
    return (
        MessageSent(
            message.id, f"{IN_A_DRILL}{means}" if incident.drill else means, promised.isoformat() if promised else None
        ),
    )


def unsaid(incident: Incident, audience: str, text: str, label: str = "the message") -> Refused | None:
    """Why a text is not to be sent to `audience`: it has a secret, something is still to be said, or nothing is new."""
    secrets = scrub(text).found
    if secrets:
        return Refused(f"{label} has a secret in it ({secrets[0].kind})", "leave it out, or send it anyway")
    if has_gap(text):
        return Refused(f"{label} has a gap, {GAP}, to be filled", "say what is missing, or send it anyway")
    before = last_sent(incident, audience)
    if before is not None and _told(before.text) == _told(text):
        return Refused(f"{label} says what {before.label} has said", "say what is new, or send it anyway")
    return None


def has_gap(text: str) -> bool:
    """Whether something is still to be said in it."""
    return _GAP.search(text) is not None


def _told(text: str) -> str:
    """What a message says, for comparing: without its mark, its spaces, and the time of the next update."""
    words = " ".join(split_mark(text)[1].split()).casefold()
    return _NEXT_UPDATE.sub("", words).strip(" .,;")


def discard(incident: Incident, word: str, reason: str = "") -> Decision:
    message = message_meant(incident, word)
    if isinstance(message, Refused):
        return message
    if not message.waiting:
        return Refused(f"{message.label} is {message.state} already")
    return (MessageDiscarded(message.id, remark(reason)),)


def message_meant(incident: Incident, word: str) -> Message | Refused:
    """The message with this label (M3) or id."""
    wanted = word.strip().casefold()
    for message in ordered(incident.messages):
        if wanted in (message.id, message.label.casefold()):
            return message
    known = ", ".join(message.label for message in ordered(incident.messages)) or "none yet"
    return Refused(f"no message {quoted(word)}", f"known are: {known}")


def split_mark(text: str) -> tuple[str, str]:
    """The mark at the front of a text, and the rest."""
    stripped = text.lstrip()
    for mark in MARK_MEANINGS:
        if stripped.startswith(mark):
            return mark, stripped.removeprefix(mark).lstrip("\ufe0f").lstrip()
    return "", text


def _seconds(promise: timedelta | None) -> int | Refused | None:
    if promise is None:
        return None
    if promise <= timedelta(0):
        return Refused("the next update is promised for a moment that has been", "promise it in 20m, for example")
    if promise > LONGEST_PROMISE:
        return Refused(f"an update is promised within {LONGEST_PROMISE.days} days", "promise it in 20m, for example")
    return int(promise.total_seconds())
