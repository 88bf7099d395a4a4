"""What is posted to Slack: blocks within Slack's limits, and without markup that anybody else wrote."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from msgspec import Struct

from incident_tui.channels.sizes import Shape, fitted, utf16
from incident_tui.channels.telling import Moment, author_of, in_zone, rows_of, title_of, words_of
from incident_tui.domain.letters import Letter

HEADER, SECTION, FIELD, TEXT, AUTHOR = 150, 3_000, 2_000, 3_000, 300
"""Limits of a header, a section, a field of a section; the plain text beside the blocks is kept short, too."""
_MARKS = re.compile(
    r"(?P<code>```.*?```|`[^`\n]+`)|\*\*(?P<bold>[^*\n]+)\*\*|(?P<url>https?://[^\s<>|`\"'()\[\]*]+)", re.DOTALL
)
# Also at the front of a longer word, which may be taken apart into a name and an address later.
_SHOUT = re.compile(r"@(?=channel|here|everyone|group)", re.IGNORECASE)


class Post(Struct, frozen=True):
    """`text` is what a notification shows, `blocks` what is read in the channel."""

    text: str
    blocks: list[dict[str, Any]]
    parts: tuple[tuple[str, str], ...]
    cut: str


def escaped(text: str) -> str:
    """Without mentions and links: &, < and > as entities (Slack, formatting text), and no @channel in plain words."""
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _SHOUT.sub("@\u200b", text)


def marked(text: str) -> str:
    """Light Markdown in Slack's markup: bold and addresses; a masked link stays to be seen as what it is."""
    return _MARKS.sub(_rewritten, escaped(text))


def post_of(letter: Letter) -> Post:
    title, cut_title = fitted(title_of(letter), HEADER)
    words, cut = fitted(words_of(letter), SECTION, utf16, marked)
    rows = [(name, _value(name, value)) for name, value in rows_of(letter, _reader_time(letter))]
    author = _shaped(author_of(letter), AUTHOR, escaped)
    blocks: list[dict[str, Any]] = [{"type": "header", "text": {"type": "plain_text", "text": title, "emoji": False}}]
    if words.strip():
        blocks.append({"type": "section", "text": _mrkdwn(words)})
    if rows:
        fields = [_mrkdwn(f"*{name}*\n{value}") for name, value in rows]
        blocks.append({"type": "section", "fields": fields})
    if author:
        blocks.append({"type": "context", "elements": [_mrkdwn(author)]})
    shown = (
        ("title", title),
        ("text", words),
        ("card", "\n".join(f"{name}: {value}" for name, value in rows)),
        ("footer", author),
    )
    text = _shaped(f"{title_of(letter)}\n{words_of(letter)}".strip(), TEXT, escaped)
    return Post(text, blocks, tuple(part for part in shown if part[1]), cut or cut_title)


def _value(name: str, value: str) -> str:
    """Only times are markup of our own."""
    return value if name in ("Began", "Next update") else _shaped(value, FIELD - 50, escaped)


def _reader_time(letter: Letter) -> Moment:
    """What Slack shows to each reader in their own zone, with the time in the incident's zone where it cannot."""
    fallback = in_zone(letter)

    def shown(moment: datetime) -> str:
        return f"<!date^{int(moment.timestamp())}^{{date_short_pretty}} {{time}}|{escaped(fallback(moment))}>"

    return shown


def _shaped(text: str, limit: int, shaped: Shape) -> str:
    return fitted(text, limit, utf16, shaped)[0]


def _mrkdwn(text: str) -> dict[str, Any]:
    """`verbatim`: Slack makes no names of channels, groups or addresses in it into links of its own."""
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def _rewritten(match: re.Match[str]) -> str:
    if match["bold"]:
        return f"*{match['bold']}*"
    if match["url"]:
        return _linked(match["url"])
    return match[0]


def _linked(address: str) -> str:
    """The address as a link, without what ends the sentence, and whole entities only."""
    end = re.search(r"(?:&(?:lt|gt);.*|[.,;:!?]+)$", address)
    bare = address[: end.start()] if end and not address.endswith("&amp;") else address
    return f"<{bare}>{address[len(bare) :]}" if len(bare) > len("https://") else address
