"""The file of one incident on a cState page: what it says, and what a letter makes of it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from msgspec import Struct

from incident_tui.channels.public import status_of, words_of
from incident_tui.domain.letters import Letter

SEVERITY: Final = {1: "down", 2: "disrupted", 3: "disrupted", 4: "notice"}
TEXT_LIMIT: Final = 20_000
OURS: Final = ("lastmod", "severity", "resolved", "resolvedWhen", "affected", "letters")
_HEAD: Final = r"---\n(?P<head>.*?\n)---[ \t]*(?:\n|$)(?P<body>.*)"


class ByHand(ValueError):
    """The file is not as we write it, so that nothing can be added to it."""


class Page(Struct, frozen=True):
    """The lines of the front matter that are not ours, the text, and what is ours by its name."""

    theirs: tuple[str, ...]
    body: str
    ours: Mapping[str, object]

    @property
    def letters(self) -> tuple[str, ...]:
        """The keys of the letters that the page has."""
        return _texts(self.ours.get("letters"))

    @property
    def title(self) -> str:
        """The heading as it is public; "" where a person has written it in a way of their own."""
        found = next((line.partition(":")[2] for line in self.theirs if line.startswith("title:")), "")
        value = _value(found)
        return value if isinstance(value, str) else ""


def page_of(text: str) -> Page:
    """What a file says. Raises ByHand where it has no front matter between lines of ---."""
    found = re.match(_HEAD, text.replace("\r\n", "\n"), re.DOTALL)
    if found is None:
        raise ByHand("has no front matter between lines of ---; it was changed by hand")
    theirs: list[str] = []
    ours: dict[str, object] = {}
    mine = False
    # Lines that are indented, or begin with a dash, belong to the name above them.
    for line in found["head"].split("\n")[:-1]:
        name, colon, value = line.partition(":")
        if colon and re.fullmatch(r"\w+", name):
            mine = name in OURS
            if mine:
                ours[name] = _value(value)
        if not mine:
            theirs.append(line)
    return Page(tuple(theirs), found["body"], ours)


def opening(letter: Letter, title: str) -> Page:
    """A page without words, that says what the incident is called and when it began."""
    began = moment(letter.facts.began_at or letter.at)
    head = (f"title: {_quoted(plain(title))}", f"date: {_quoted(began)}", f"section: {_quoted('issue')}")
    return Page(head, "", {})


def text_with(page: Page, letter: Letter, systems: tuple[str, ...]) -> str:
    """The file with the words of the letter above the earlier ones, and its facts brought up to date."""
    over = is_over(letter)
    ours: dict[str, object] = {
        "lastmod": moment(letter.at),
        "severity": severity_of(letter),
        "resolved": over,
        "resolvedWhen": (page.ours.get("resolvedWhen") or moment(letter.at)) if over else "",
        "affected": list(dict.fromkeys((*_texts(page.ours.get("affected")), *systems))),
        "letters": [*page.letters, letter.key],
    }
    head = [*page.theirs, *(f"{name}: {_quoted(value)}" for name, value in ours.items())]
    body = "\n\n".join(part for part in (entry_of(letter), page.body.strip()) if part)
    return "\n".join(("---", *head, "---", "", body, ""))


def words_with_status(letter: Letter) -> tuple[str, str]:
    """What a letter says on the page, and what was cut of it."""
    words, cut = words_of(letter, TEXT_LIMIT)
    return f"*{status_of(letter).capitalize()}* - {inert(words)}", cut


def entry_of(letter: Letter) -> str:
    """What a letter adds to the text of the page: its words, and when they were sent."""
    told = words_with_status(letter)[0]
    # A list or a fence at the end is not to swallow the time.
    gap = "\n\n" if "\n" in told else " "
    return f'{told}{gap}{{{{< track "{moment(letter.at)}" >}}}}'


def inert(text: str) -> str:
    """Without shortcodes of Hugo, one of which that is unknown keeps the whole page from being built."""
    return re.sub(r"\{(?=\{)", "{ ", text)


def plain(title: str) -> str:
    """Without what the page's own templates do not escape: quotation marks, backslashes, what is not printed."""
    marked = title.replace('"', "”").replace("\\", "/")
    return inert("".join(sign for sign in marked if sign.isprintable()))


def is_over(letter: Letter) -> bool:
    return status_of(letter) == "resolved"


def severity_of(letter: Letter) -> str:
    return SEVERITY.get(letter.facts.severity, "notice")


def moment(when: datetime) -> str:
    return f"{when.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _value(text: str) -> object:
    """A value as we have written it; None for what others have made of it."""
    try:
        value: object = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return value


def _texts(value: object) -> tuple[str, ...]:
    return tuple(item for item in value if isinstance(item, str)) if isinstance(value, list) else ()


def _quoted(value: object) -> str:
    """JSON, which is YAML that needs no guessing: `off` stays a text."""
    return json.dumps(value, ensure_ascii=False)
