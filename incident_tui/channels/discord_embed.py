"""What a Discord webhook posts: a line, and a card below it, within Discord's limits and without its markup."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from msgspec import Struct

from incident_tui.channels.sizes import fitted, utf16
from incident_tui.channels.telling import author_of, rows_of, title_of, words_of
from incident_tui.domain.letters import Letter
from incident_tui.times import iso

CONTENT, DESCRIPTION, VALUE, FOOTER, TOTAL, THREAD = 2_000, 4_096, 1_024, 2_048, 6_000, 100
"""Limits; TOTAL holds for all texts of an embed together. Source: Discord, message resource, embed limits.

Discord counts characters; they are held in UTF-16 units here, which are never fewer.
"""
TITLE, NAME = 300, 256
SAFE = 64
"""Left free, so that names of fields and dashes need not be counted one by one."""
COLOURS = {1: 0xD92D20, 2: 0xF79009, 3: 0xEAC54F, 4: 0x2E90FA}
CALM = 0x12B76A
_LIVE = re.compile(r"@(?=everyone|here)|<(?=[@#/:]|a:|t:|id:)")


class Post(Struct, frozen=True):
    """`content` is the line above the card; it is what a notification shows."""

    content: str
    embed: dict[str, Any]
    cut: str

    @property
    def parts(self) -> tuple[tuple[str, str], ...]:
        fields = "\n".join(f"{field['name']}: {field['value']}" for field in self.embed.get("fields", ()))
        footer = self.embed.get("footer", {}).get("text", "")
        named = (
            ("title", self.content),
            ("text", self.embed.get("description", "")),
            ("card", fields),
            ("footer", footer),
        )
        return tuple((name, text) for name, text in named if text)


def harmless(text: str) -> str:
    """Without mentions, channels, commands and times of Discord's own, and with every link to be seen as it is."""
    return _LIVE.sub(lambda found: f"{found[0]}\u200b", text).replace("](", "]\u200b(")


def reader_time(moment: datetime) -> str:
    """What Discord shows to each reader in their own zone, and how long ago or ahead it is."""
    seconds = int(moment.timestamp())
    return f"<t:{seconds}:t>, <t:{seconds}:R>"


def post_of(letter: Letter) -> Post:
    """The post for a letter; an edit of the card says the same."""
    content, cut_title = fitted(title_of(letter), TITLE, utf16, harmless)
    fields = [_field(name, value) for name, value in _rows(letter)]
    footer, _ = fitted(author_of(letter), NAME, utf16, harmless)
    spent = len(footer) + sum(utf16(field["name"]) + utf16(field["value"]) for field in fields)
    text, cut = fitted(words_of(letter), min(DESCRIPTION, TOTAL - SAFE - spent), utf16, harmless)
    embed: dict[str, Any] = {"color": _colour(letter), "timestamp": iso(letter.at)}
    if text.strip():
        embed["description"] = text
    if fields:
        embed["fields"] = fields
    if footer.strip():
        embed["footer"] = {"text": footer}
    if len(embed) == 2:
        embed["description"] = "–"
    return Post(content, embed, cut or cut_title)


def thread_name(letter: Letter) -> str:
    return fitted(title_of(letter), THREAD)[0]


def _rows(letter: Letter) -> list[tuple[str, str]]:
    times = {name for name, _ in rows_of(letter, reader_time)} & {"Began", "Next update"}
    return [(name, value if name in times else harmless(value)) for name, value in rows_of(letter, reader_time)]


def _field(name: str, value: str) -> dict[str, Any]:
    return {"name": name, "value": fitted(value, VALUE)[0], "inline": name != "Services"}


def _colour(letter: Letter) -> int:
    return CALM if letter.facts.status in ("resolved", "closed") else COLOURS.get(letter.facts.severity, CALM)
