"""Lines of the composer that are for the screen itself, and what it says where nothing fitting is selected."""

from __future__ import annotations

from typing import Final

from msgspec import Struct

BEYOND: Final = (
    *("report", "replay", "home", "help", "message", "handoff", "update", "close", "similar", "compare"),
    *("look", "quit"),
)
SCREEN_LINES: Final = {"/undo": "undo", "/search": "search"} | {f"/{what}": f"ask('{what}')" for what in BEYOND}
ABOUT: Final = ("update", "send", "look", "track")
LABELLED: Final = ("send", "track")
"""Where none is named, these take the newest, or say which there are."""


class ScreenLine(Struct, frozen=True):
    """A command that is for the screen: what it takes, the optional in brackets, what it does, a whole line."""

    usage: str
    summary: str
    example: str

    @property
    def name(self) -> str:
        return self.usage.partition(" ")[0]


COMMANDS: Final = (
    ScreenLine("send M1 [CHANNEL…]", "see what of a message goes where, and send it", "send M1 ops"),
    ScreenLine("track A1 [TRACKER…]", "see what of an action item is filed where, and file it", "track A1 issues"),
    ScreenLine("look [LINK|SOURCE]", "ask outside: what the sources say, or about a link", "look https://…/issues/1/"),
    ScreenLine("update [AUDIENCE]", "draft the next update from what has changed", "update external"),
)
"""What the palette and the help list of them, besides what a key does."""
NEEDED: Final = {
    "step": "select a step first",
    "phase": "select a phase first",
    "message": "select a message first",
    "delivery": "select what did not arrive first",
    "theory": "select a theory first",
    "item": "select an action item first",
    "filing": "select an action item that did not arrive first",
    "order": "select an order first",
    "proposal": "select a proposal first",
    "entry": "select an entry of the log first",
    "text": "that has no text to amend",
    "part": "select a step or a phase first",
    "section": "select a section that is only read first",
    "callout": "nothing is called out",
}
"""What to say where a word of `Selection.words` is missing."""


class Own(Struct, frozen=True):
    """What a line asks the screen for: an `action`, or `what` beyond the room, and about what."""

    action: str = ""
    what: str = ""
    about: str = ""


def own_line(text: str) -> Own | None:
    """What a line asks of the screen itself; None where it is to be recorded."""
    line = text.strip()
    name, _, about = line.partition(" ")
    if name[:1] == "/" and name[1:] in ABOUT and about.strip():
        return Own(what=name[1:], about=about.strip().casefold() if name == "/update" else about.strip())
    if name[1:] in LABELLED and line == name:
        return Own(what=name[1:])
    if line in SCREEN_LINES:
        return Own(action=SCREEN_LINES[line])
    taker = _handed_to(line)
    return Own(what="handoff", about=taker) if taker else None


def explained(text: str) -> str:
    """What a line of the screen itself will do; "" where it is to be recorded."""
    line = text.strip()
    own = own_line(text)
    if own is None:
        return ""
    if own.action:
        return f"{line} — done at once"
    known = {command.name: command.summary for command in COMMANDS}
    return f"{line} — {known[own.what]}" if own.what in known else ""


def link_in(text: str) -> str:
    """The text where it is a link and nothing else."""
    words = text.split()
    return words[0] if len(words) == 1 and words[0].startswith(("https://", "http://")) else ""


def _handed_to(text: str) -> str:
    """What follows `/handoff`, or a beginning of it: to whom, and which role; what is offered is signed on a screen."""
    if not text.startswith("/"):
        return ""
    from incident_tui.verbs.phrases import word
    from incident_tui.verbs.table import Verb, verb_meant

    name, rest = word(text)
    verb = verb_meant(name[1:])
    return rest.strip() if isinstance(verb, Verb) and verb.name == "handoff" else ""
