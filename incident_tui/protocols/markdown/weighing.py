"""How much speaks for a section being work: few signals, each with its weight."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from incident_tui.protocols.markdown.drafts import Found, commands_in, text_of
from incident_tui.protocols.markdown.lists import may_be_steps
from incident_tui.protocols.markdown.outline import Section
from incident_tui.protocols.markdown.tree import Block, Item, Listing, Para, Quote
from incident_tui.protocols.markdown.vocabulary import (
    asks,
    asks_clearly,
    bare,
    is_doing,
    is_numbered,
    is_reading,
    is_request,
    only_points,
    orders,
    role_in,
    sentences,
    tells_what_happens,
)

WEIGHTS: Final = {
    "its items ask": 4.0,
    "its code is to be run": 3.5,
    "its sentences ask": 2.0,
    "it has a command": 2.0,
    "its neighbours are work": 2.0,
    "its heading names work": 1.5,
    "its sentences say when or if": 1.5,
    "it has a note or a quotation": 1.5,
    "its heading is a gerund with an object": 1.0,
    "a plain imperative stands in it": 1.0,
    "its heading is what is to be done": 0.5,
    "its list is numbered": 0.5,
    "it is a text about a role": -1.5,
    "its items are terms that are explained": -1.5,
    "its author speaks of himself": -1.5,
    "it is a message to somebody": -2.0,
    "nothing in it could be a step": -2.0,
    "it introduces the sections below it": -2.0,
    "its items tell what happens": -2.5,
    "its heading announces reading": -3.0,
    "a heading above announces reading": -3.0,
    "it is the text above all headings": -4.0,
}
"""Rounded from a logistic regression over hand-read sections; README.md of the labels tells how it was done."""
ENOUGH: Final = 2.75
"""From here on a section is work. To fold a step away costs more than to show a text too many, so it is low."""
_OF_TEXT: Final = ("", "prose", "code")
_DENSE: Final = 20
"""One imperative in so many words, or more, is as dense as it gets."""
_SEVERAL: Final = 3
_CLEAR: Final = 0.75
_WHEN: Final = re.compile(r"(?:if|when|once|after|before)\b", re.IGNORECASE)
_GERUND: Final = re.compile(r"\w+ing \w(?!.*:$)", re.IGNORECASE)
_OBJECT: Final = re.compile(r" (?:the|an?|your|all|any|each|every|its|their) ")
_TERM: Final = re.compile(r"[^.]{1,60}?(?::|—| - )\s")
_AUTHOR: Final = re.compile(r"\b(?:I|my|me)\b", re.IGNORECASE)
_MESSAGE: Final = re.compile(
    r"_{3,}|^\s*(?:@|(?:hi|hey|hello|dear)\b|subject:)|#inc-"
    r"|[\[<](?:insert|name|date|time|link|incident|product|your|slack)[^\]>]*[\]>]",
    re.IGNORECASE,
)
"""A greeting, a subject or blanks to be filled in."""


def weigh(signals: dict[str, float], neighbours: float) -> float:
    """What speaks for and against work; `neighbours` says how many of the sections beside it are work, 0 to 1."""
    own = sum(WEIGHTS[name] * signal for name, signal in signals.items())
    return own + WEIGHTS["its neighbours are work"] * neighbours


def signals_of(section: Section, found: Found, *, runs: bool, below: bool) -> dict[str, float]:
    """Each signal from 0 to 1, but for the neighbours.

    `runs` tells whether its code is to be run, `below` whether a heading above announces reading.
    """
    return {
        **_of_heading(section, found, below),
        **_of_text(section, found, runs),
        **_of_items(section, found),
    }


def announces_reading(section: Section) -> bool:
    """Whether the heading says so of the sections below as well, which a question does not."""
    return section.level > 0 and is_reading(section.name) and not section.name.rstrip().endswith("?")


def is_wanted(section: Section) -> bool:
    """Whether the author says by a comment that there are steps in it."""
    return "steps" in section.remarks or "action" in section.remarks


def is_unwanted(section: Section) -> bool:
    """Whether the author says by a comment that it is to be read."""
    return "reference" in section.remarks or "reading" in section.remarks


def is_step(section: Section) -> bool:
    """Whether the heading itself is what is to be done: "3. Restart the pods"."""
    name = bare(section.name)
    clearly = asks_clearly(name) or (asks(name) and (is_numbered(section.name) or _OBJECT.search(name) is not None))
    return not section.parts and clearly


def _of_heading(section: Section, found: Found, below: bool) -> dict[str, float]:
    plain = found.marker in ("number", "bullet") and _is_plain([step.text for step in found.steps])
    reading = is_reading(section.name)
    return {
        "its heading is what is to be done": is_step(section),
        "its heading names work": is_doing(section.name) and not reading,
        "its heading is a gerund with an object": _GERUND.match(bare(section.name)) is not None,
        "its heading announces reading": reading and not plain,
        "a heading above announces reading": below and not plain,
        "it is a text about a role": found.marker in _OF_TEXT and bool(role_in(section.name)),
        "it is the text above all headings": _has_parts(section, found) and not section.level,
    }


def _of_text(section: Section, found: Found, runs: bool) -> dict[str, float]:
    texts = [block.inline.line for block in section.blocks if isinstance(block, Para)]
    own = [each for text in texts for each in sentences(text) if " " in each]
    words = sum(len(each.split()) for each in own)
    several = sum(map(_orders, own)) >= _SEVERAL
    asking = sum(map(_asking, own))
    return {
        "it introduces the sections below it": _has_parts(section, found)
        and not several
        and not _stands(section, found),
        "its code is to be run": runs,
        "it has a command": any(_commands(section.blocks)),
        "it has a note or a quotation": any(isinstance(block, Quote) for block in section.blocks),
        "nothing in it could be a step": not (runs or asking or is_step(section) or _is_in_sequence(section))
        and (found.marker in _OF_TEXT or not found.steps),
        "its sentences ask": min(_DENSE * asking / max(words, _DENSE), 1),
        "a plain imperative stands in it": any(map(orders, own)),
        "its sentences say when or if": _share(own, lambda each: _WHEN.match(each) is not None),
        "its author speaks of himself": _share(own, lambda each: _AUTHOR.search(each) is not None),
        "it is a message to somebody": _share(texts, lambda each: _MESSAGE.search(each) is not None),
    }


def _of_items(section: Section, found: Found) -> dict[str, float]:
    texts = [text_of(item) for item in _items(section.blocks)]
    return {
        "its list is numbered": found.marker in ("number", "letter", "label"),
        "its items ask": found.share if found.marker in ("number", "bullet") else 0,
        "its items tell what happens": _share(texts, tells_what_happens),
        "its items are terms that are explained": _share(texts, lambda each: _TERM.match(each) is not None),
    }


def _has_parts(section: Section, found: Found) -> bool:
    """Whether it is a text, with or without code, that sections follow."""
    return found.marker in _OF_TEXT and bool(section.parts)


def _stands(section: Section, found: Found) -> bool:
    """Whether a step stands for itself and says more than the common heading of the sections below does."""
    name = bare(section.name)
    said = name.partition(" ")[0].lower() if asks(name) else None
    return any(orders(step.text) and (said is None or said not in step.text.lower()) for step in found.steps)


def _share(texts: Sequence[str], wanted: Callable[[str], bool]) -> float:
    return sum(map(wanted, texts)) / len(texts) if texts else 0.0


def _is_plain(items: Sequence[str]) -> bool:
    """Whether a list says so clearly what to do that its heading, which announces reading, has less to say."""
    return len(items) >= 2 and sum(map(_orders, items)) >= _CLEAR * len(items)


def _is_in_sequence(section: Section) -> bool:
    """Whether it is one of several numbered headings and holds a list of which nothing says that it is none."""
    return is_numbered(section.name) and any(map(may_be_steps, section.blocks))


def _items(blocks: Sequence[Block]) -> Iterator[Item]:
    for block in blocks:
        if isinstance(block, Listing):
            yield from block.items
        elif isinstance(block, Quote):
            yield from _items(block.blocks)


def _commands(blocks: Sequence[Block]) -> Iterator[str]:
    """The commands in code spans of its paragraphs and of the first paragraphs of its items."""
    firsts = [item.blocks[0] for item in _items(blocks) if item.blocks]
    for block in (*blocks, *firsts):
        if isinstance(block, Para):
            yield from commands_in(block.inline)


def _asking(text: str) -> float:
    """An imperative counts 1, a "must" or "should" half of it."""
    return is_request(text) * (not only_points(text)) * (1 if asks(text) else 0.5)


def _orders(text: str) -> bool:
    return asks(text) and not only_points(text)
