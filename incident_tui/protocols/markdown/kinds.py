"""What a section is for: to be done, to be read, or to hold other sections."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Literal

from msgspec import Struct

from incident_tui.protocols.markdown import steps
from incident_tui.protocols.markdown.drafts import Draft, Found, of_inline
from incident_tui.protocols.markdown.outline import Section, every
from incident_tui.protocols.markdown.tree import Para
from incident_tui.protocols.markdown.vocabulary import (
    asks,
    bare,
    is_always_reading,
    is_reading,
)
from incident_tui.protocols.markdown.weighing import (
    ENOUGH,
    announces_reading,
    is_step,
    is_unwanted,
    is_wanted,
    signals_of,
    weigh,
)

_PLAIN: Final = 1.5
"""So far from the line the verdict is beyond doubt."""
_MOSTLY: Final = 0.5
Kind = Literal["action", "reference"]
WORDS: Final = {
    "task": "a task list",
    "table": "a table of steps",
    "number": "a numbered list",
    "bullet": "a list",
    "letter": "lettered paragraphs",
    "label": "bold labels",
    "code": "text with code",
    "prose": "text",
    "heading": "its heading",
}


class Verdict(Struct):
    """How a section is read, with what it holds, and whether that is certain."""

    kind: Kind
    found: Found
    sure: bool = True
    why: str = ""


class _Weighed(Struct):
    """A section with what it holds, and with the verdict if that is certain whatever stands beside it."""

    section: Section
    found: Found
    signals: dict[str, float]
    certain: Verdict | None

    @property
    def is_work(self) -> bool:
        """Whether it is work as far as can be told without those beside it, half of which are taken for work."""
        if self.certain:
            return self.certain.kind == "action"
        return bool(self.section.blocks) and weigh(self.signals, 0.5) >= ENOUGH


def judged(root: Section, runs: Callable[[Section], bool]) -> dict[int, Verdict]:
    """A verdict for each section, by its line; `runs` tells whether a snippet of a section is to be run."""
    verdicts = {0: _verdict(_weighed(root, runs), 0.5)}
    reading: set[int] = set()
    for section in every(root):
        below = section.line in reading or announces_reading(section)
        reading |= {part.line for part in section.parts if below}
        parts = [_weighed(part, runs, below) for part in section.parts]
        work = sum(part.is_work for part in parts)
        count = sum(bool(part.section.blocks) for part in parts)
        for part in parts:
            others = count - bool(part.section.blocks)
            share = (work - part.is_work) / others if others else 0.5
            verdicts[part.section.line] = _verdict(part, share)
    return verdicts


def _weighed(section: Section, runs: Callable[[Section], bool], below: bool = False) -> _Weighed:
    forced = is_wanted(section)
    found = steps.find(section.blocks, forced=forced)
    certain = _certain(section, found, forced)
    signals = {} if certain or not section.blocks else signals_of(section, found, runs=runs(section), below=below)
    return _Weighed(section, found, signals, certain)


def _certain(section: Section, found: Found, forced: bool) -> Verdict | None:
    """The verdict that its author, its form or its heading gives a section."""
    if is_unwanted(section):
        return Verdict("reference", Found(before=section.blocks), why="as its comment says")
    if forced and found.steps:
        return Verdict("action", found, why="as its comment says")
    if found.steps and found.marker in ("task", "table"):
        return Verdict("action", found)
    if is_always_reading(section.name):
        return Verdict("reference", Found(before=section.blocks), why="its heading announces reading")
    return None


def _verdict(weighed: _Weighed, neighbours: float) -> Verdict:
    """`neighbours` says how many of those beside it are work. What an author says to be a step is one in any case."""
    verdict = weighed.certain or _by_weight(weighed, neighbours)
    wished = steps.wished(weighed.section.blocks)
    if verdict.kind == "reference" and wished.steps and not is_unwanted(weighed.section):
        return Verdict("action", wished)
    return verdict


def _by_weight(weighed: _Weighed, neighbours: float) -> Verdict:
    section = weighed.section
    over = weigh(weighed.signals, neighbours) - ENOUGH
    sure = abs(over) >= _PLAIN
    if over < 0 or not section.blocks:
        return Verdict("reference", Found(before=section.blocks), sure, _why_read(weighed))
    found = weighed.found
    if not found.steps and is_step(section):
        found = Found("heading", [_heading_step(section)])
    if not found.steps:
        found = steps.find(section.blocks, forced=True)
    if not found.steps:
        return Verdict("reference", Found(before=section.blocks), False, "nothing in it is to be done")
    if found.marker == "code" and not found.steps[0].text and asks(bare(section.name)):
        found.steps[0].title = bare(section.name)
    return Verdict("action", found, sure)


def _why_read(weighed: _Weighed) -> str:
    if is_reading(weighed.section.name):
        return "its heading announces reading"
    if weighed.signals.get("a heading above announces reading"):
        return "a heading above announces reading"
    if weighed.signals.get("it is a message to somebody", 0) > _MOSTLY:
        return "it reads like a message to somebody"
    if not weighed.found.steps:
        return "nothing in it is to be done"
    return "it introduces its sections" if weighed.section.parts else "little in it is an instruction"


def _heading_step(section: Section) -> Draft:
    name = bare(section.name)
    codes = [code for block in section.blocks if isinstance(block, Para) for code in of_inline(block.inline, 0).codes]
    return Draft(name, section.line, text=name, rest=list(section.blocks), codes=codes)
