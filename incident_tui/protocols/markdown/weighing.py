"""How much speaks for a section being work: few signals, each with its weight."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from incident_tui.protocols.markdown.drafts import Found
from incident_tui.protocols.markdown.lists import may_be_steps
from incident_tui.protocols.markdown.outline import Section
from incident_tui.protocols.markdown.tree import Block, Para
from incident_tui.protocols.markdown.vocabulary import (
    asks,
    asks_clearly,
    bare,
    is_doing,
    is_gerund,
    is_numbered,
    is_reading,
    is_request,
    only_points,
    orders,
    role_in,
    sentences,
)


@dataclass(frozen=True, slots=True)
class Above:
    """What the headings above a section say: whether one of them announces reading, and the next names work."""

    reading: bool = False
    doing: bool = False

    def and_by(self, section: Section) -> Above:
        """What is above the sections below `section`."""
        if not section.level:
            return self
        doing = is_doing(section.name) or is_wanted(section)
        return Above((self.reading or is_reading(section.name)) and not doing, doing)


WEIGHTS: Final = {
    "its heading announces reading": -4.5,
    "a heading above announces reading": -2.0,
    "it is a text about a role": -4.0,
    "it introduces the work below it": -3.5,
    "nothing in it could be a step": -1.5,
    "its items ask": 3.0,
    "its list is numbered": 1.5,
    "its code is to be run": 3.0,
    "its sentences ask": 2.5,
    "it has several imperatives": 1.0,
    "its heading is what is to be done": 2.5,
    "its heading is a gerund with an object": 1.5,
    "its heading names work": 1.0,
    "the heading above names work": 1.5,
    "its neighbours are work": 1.0,
}
"""Rounded from a logistic regression over hand-read sections; README.md of the labels tells how they were chosen."""
ENOUGH: Final = 1.0
"""From here on a section is work. To fold a step away costs more than to show a text too many, so it is low."""
ALONE: Final = 1.5
"""With so much a section is work whatever stands beside it, and speaks for its neighbours."""
_SEVERAL: Final = 3
_CLEAR: Final = 0.75


def weigh(section: Section, above: Above, found: Found, *, runs: bool, holds: bool) -> float:
    """What speaks for and against work, without the neighbours.

    `runs` tells whether its code is to be run, `holds` whether something is to be done in the sections below it.
    """
    own = [each for each in _sentences(section.blocks) if " " in each]
    several = sum(map(_orders, own)) >= _SEVERAL
    requests = sum(is_request(each) and not only_points(each) for each in own)
    listed = found.marker in ("number", "bullet")
    plain = listed and _is_plain([step.text for step in found.steps])
    text = found.marker in ("", "prose", "code")
    signals: dict[str, float] = {
        "its heading announces reading": is_reading(section.name) and not plain,
        "a heading above announces reading": above.reading and not plain,
        "it is a text about a role": text and bool(role_in(section.name)),
        "it introduces the work below it": text and holds and not several and not _stands(section, found),
        "nothing in it could be a step": not (found.steps or _is_in_sequence(section)),
        "its items ask": found.share if listed else 0,
        "its list is numbered": found.marker in ("number", "letter", "label"),
        "its code is to be run": runs,
        "its sentences ask": requests / max(len(own), 1),
        "it has several imperatives": several,
        "its heading is what is to be done": is_step(section),
        "its heading is a gerund with an object": is_gerund(section.name),
        "its heading names work": is_doing(section.name),
        "the heading above names work": above.doing,
    }
    return sum(WEIGHTS[name] * signal for name, signal in signals.items())


def is_wanted(section: Section) -> bool:
    """Whether the author says by a comment that there are steps in it."""
    return "steps" in section.remarks or "action" in section.remarks


def is_unwanted(section: Section) -> bool:
    """Whether the author says by a comment that it is to be read."""
    return "reference" in section.remarks or "reading" in section.remarks


def is_step(section: Section) -> bool:
    """Whether the heading itself is what is to be done: "3. Restart the pods"."""
    name = bare(section.name)
    return not section.parts and (asks_clearly(name) or (is_numbered(section.name) and asks(name)))


def of_neighbours(work: int, count: int) -> float:
    """What the sections beside it add, `work` of `count` being work; without any it counts as half of them."""
    return WEIGHTS["its neighbours are work"] * (work / count if count else 0.5)


def _is_plain(items: Sequence[str]) -> bool:
    """Whether a list says so clearly what to do that its heading, which announces reading, has less to say."""
    return len(items) >= 2 and sum(map(_orders, items)) >= _CLEAR * len(items)


def _is_in_sequence(section: Section) -> bool:
    """Whether it is one of several numbered headings and holds a list of which nothing says that it is none."""
    return is_numbered(section.name) and any(map(may_be_steps, section.blocks))


def _stands(section: Section, found: Found) -> bool:
    """Whether a step stands for itself and says more than the common heading of the sections below does."""
    name = bare(section.name)
    said = name.partition(" ")[0].lower() if asks(name) else None
    return any(orders(step.text) and (said is None or said not in step.text.lower()) for step in found.steps)


def _sentences(blocks: Sequence[Block]) -> Iterator[str]:
    for block in blocks:
        if isinstance(block, Para):
            yield from sentences(block.inline.line)


def _orders(text: str) -> bool:
    return asks(text) and not only_points(text)
