"""Texts of the kind that no service should be given as they are, and configured channels for tests."""

from __future__ import annotations

from hypothesis import strategies as st

from incident_tui.channels.channel import Channel
from incident_tui.channels.registry import channel_of
from incident_tui.config.table import Table

PIECES = (
    "@everyone",
    "@here",
    "@channel",
    "@Everyone",
    "<@123>",
    "<@&123>",
    "<#123>",
    "</run:1>",
    "<!channel>",
    "<!subteam^S1|x>",
    "[bank](https://evil.example)",
    "<https://evil.example|bank>",
    "https://good.example/?a=1&b=<2>",
    "```",
    "`",
    "**",
    "**bold**",
    "&amp;",
    "{{DATE(2026-11-21T00:00:00Z)}}",
    "<at>mara</at>",
    "<t:0:R>",
    "😀" * 40,
    "é",
    "\n",
    '"\\',
    "\u200d",
    "\x1b[31m",
    " ",
    "x" * 700,
)


def texts() -> st.SearchStrategy[str]:
    """Texts made of what is dangerous somewhere, among others, up to some 30,000 characters."""
    pieces = st.one_of(st.sampled_from(PIECES), st.text(max_size=20))
    return st.lists(pieces, max_size=45).map("".join)


def titles() -> st.SearchStrategy[str]:
    """Titles and names, as hostile, which may be as long as a text."""
    return st.lists(st.sampled_from(PIECES), min_size=1, max_size=6).map("".join)


def channel(kind: str, **values: object) -> Channel:
    """The channel “ops” of a configuration; local servers are allowed."""
    plain = {} if kind == "apprise" else {"plain": True}
    return channel_of("ops", Table("config.toml", "channels.ops", {"kind": kind, **plain, **values}))
