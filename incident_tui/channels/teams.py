"""Microsoft Teams: a Workflows webhook. It takes a card and does not say whether it was posted."""

from __future__ import annotations

import json
import re
from typing import ClassVar, Final, Self

from msgspec import Struct

from incident_tui.channels.channel import Begin, Preview
from incident_tui.channels.outcome import Delivered, Failed, Outcome
from incident_tui.channels.posting import posted, unlocked
from incident_tui.channels.sizes import fitted, utf8, utf16
from incident_tui.channels.telling import author_of, impossible, in_zone, rows_of, title_of, words_of
from incident_tui.config.secrets import Secret, secret
from incident_tui.config.table import Table
from incident_tui.domain.letters import Letter
from incident_tui.web import Ask, Reply, Trouble

LIMIT: Final = 28_000
"""Bytes of the whole message, in UTF-8 and in UTF-16: Teams takes some 28 KB and does not say in which of the two."""
VALUE, TITLE = 500, 300
UNSURE: Final = "Teams takes the message before it posts it: that it was taken is no proof that it can be read"
_MARKS = re.compile(r"\*\*(?P<bold>[^*\n]+)\*\*|`(?P<code>[^`\n]+)`")


class Teams(Struct, frozen=True):
    KIND: ClassVar[str] = "teams"
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
        where = f"Teams “{self.name}”"
        objection = impossible(letter, "Teams")
        if objection is not None:
            return Preview(where, "is not sent", (), notes=(objection.reason,))
        words, cut = _words(letter)
        rows = "\n".join(f"{name}: {value}" for name, value in _rows(letter))
        shown = (("title", _title(letter)), ("text", words), ("card", rows), ("footer", _author(letter)))
        return Preview(where, "new post", tuple(part for part in shown if part[1]), cut, (UNSURE,))

    def send(self, letter: Letter, begin: Begin) -> Outcome:
        objection = impossible(letter, "Teams")
        if objection is not None:
            return objection
        try:
            url = unlocked(self.url)
        except Trouble as trouble:
            return Failed(trouble.reason)
        content = message_of(letter, _words(letter)[0]).encode()
        headers = {"content-type": "application/json; charset=utf-8"}
        asked = Ask("POST", url, headers=headers, content=content, secrets=(url,), begin=begin, plain=self.plain)
        reply = posted(asked)
        return Delivered() if isinstance(reply, Reply) else reply

    def check(self) -> str:
        unlocked(self.url)
        return "the workflow is configured; only a test message shows whether it posts"


def message_of(letter: Letter, words: str) -> str:
    """The message as JSON: an Adaptive Card of rich text, in which Teams reads no Markdown and no mentions."""
    body = [_block(_run(_title(letter), weight="Bolder", size="Medium"))]
    body += [_block(*_runs(line)) for line in words.split("\n") if line.strip()]
    body += [_block(_run(f"{name}: ", weight="Bolder"), _run(value)) for name, value in _rows(letter)]
    if _author(letter):
        body.append(_block(_run(_author(letter), isSubtle=True)))
    card = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "msteams": {"width": "Full"},
        "body": body,
    }
    attachment = {"contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": None, "content": card}
    return json.dumps({"type": "message", "attachments": [attachment]}, ensure_ascii=False, separators=(",", ":"))


def harmless(text: str) -> str:
    """Without the functions of cards, `{{DATE(…)}}`, and without `<at>`."""
    return text.replace("{{", "{\u200b{").replace("<at", "<\u200bat")


def _words(letter: Letter) -> tuple[str, str]:
    def size(words: str) -> int:
        message = message_of(letter, words)
        return max(utf8(message), 2 * utf16(message))

    return fitted(words_of(letter), LIMIT, size, harmless)


def _title(letter: Letter) -> str:
    return fitted(title_of(letter), TITLE, utf16, harmless)[0]


def _author(letter: Letter) -> str:
    return fitted(author_of(letter), TITLE, utf16, harmless)[0]


def _rows(letter: Letter) -> tuple[tuple[str, str], ...]:
    rows = rows_of(letter, in_zone(letter))
    return tuple((name, fitted(value, VALUE, utf16, harmless)[0]) for name, value in rows)


def _block(*runs: dict[str, object]) -> dict[str, object]:
    return {"type": "RichTextBlock", "inlines": list(runs), "spacing": "Small"}


def _run(text: str, **looks: object) -> dict[str, object]:
    return {"type": "TextRun", "text": text, **looks}


def _runs(line: str) -> list[dict[str, object]]:
    """A line with its bold and its code; all other Markdown stands there as it was written."""
    runs, end = [], 0
    for found in _MARKS.finditer(line):
        if found.start() > end:
            runs.append(_run(line[end : found.start()]))
        bold = found["bold"]
        runs.append(_run(bold, weight="Bolder") if bold else _run(found["code"], fontType="Monospace"))
        end = found.end()
    if end < len(line):
        runs.append(_run(line[end:]))
    return runs
