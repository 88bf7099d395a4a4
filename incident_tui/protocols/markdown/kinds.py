"""What a section is for: to be done, to be read, or to hold other sections."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from incident_tui.protocols.markdown import lists, steps
from incident_tui.protocols.markdown.drafts import Draft, Found, of_inline
from incident_tui.protocols.markdown.outline import Section, every
from incident_tui.protocols.markdown.tree import Para
from incident_tui.protocols.markdown.vocabulary import (
    INHERITED,
    asks,
    asks_clearly,
    bare,
    is_always_reading,
    is_doing,
    is_gerund,
    is_numbered,
    is_reading,
    is_stage,
    only_points,
    orders,
    role_in,
)

_COUNTED: Final = re.compile(r"\d{1,2}[.):]\s")
_MORE_THAN_INTRO: Final = 3
"""So many paragraphs that ask for something are work of their own, not an introduction to the sections below."""
_CLEAR: Final = 0.75
"""So great a share of imperatives is a list of instructions, whatever its heading."""
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


@dataclass(slots=True)
class Verdict:
    """How a section is read, with what it holds, and whether that is certain."""

    kind: Kind
    found: Found
    sure: bool = True
    why: str = ""


def judged(
    section: Section, runs: Callable[[Section], bool], inherited: bool = False, stage: bool = False
) -> dict[int, Verdict]:
    """A verdict for each section, by its line; `runs` tells whether a snippet of a section is to be run.

    `inherited` says that a section above is reading, `stage` that the one above is a stage of the response.
    """
    verdicts: dict[int, Verdict] = {}
    below = (inherited or _hands_down(section)) and not _is_forced(section)
    for part in section.parts:
        verdicts |= judged(part, runs, below, bool(section.level) and is_stage(section.name))
    if not section.level:
        _in_sequence(every(section)[1:], verdicts)
    holds = any(verdict.kind == "action" for verdict in verdicts.values())
    verdicts[section.line if section.level else 0] = _judge(section, inherited, holds, stage, lambda: runs(section))
    return verdicts


def _judge(section: Section, inherited: bool, holds: bool, stage: bool, runs: Callable[[], bool]) -> Verdict:
    """`holds` says that there is something to do in the sections below; `stage` is that of `judged`."""
    if "reference" in section.remarks or "reading" in section.remarks:
        return Verdict("reference", Found(before=section.blocks), why="as its comment says")
    forced = _is_forced(section)
    doing = is_doing(section.name) or (is_numbered(section.name) and not role_in(section.name))
    found = steps.find(section.blocks, doing=doing or forced, forced=forced)
    if forced and found.steps:
        return Verdict("action", found, why="as its comment says")
    if found.steps and found.marker == "task":
        return Verdict("action", found)
    plain = _is_plain_work(found) and not is_always_reading(section.name)
    reading = is_reading(section.name) or (inherited and not (doing and found.share >= 0.5))
    if reading and not plain:
        sure = found.marker in ("prose", "code", "bullet") or found.share < 0.6
        return Verdict("reference", Found(before=section.blocks), sure, "its heading announces reading")
    if stage and not doing and found.marker in ("prose", "code", ""):
        doing = True
        found = steps.find(section.blocks, doing=True)
    verdict = _weighed(section, found, doing, holds, runs)
    if verdict.kind == "reference" and _is_step(section, holds):
        return Verdict("action", Found("heading", [_heading_step(section)], share=1.0), sure=False)
    return verdict


def _is_plain_work(found: Found) -> bool:
    """Whether a list says so clearly what to do that its heading, which announces reading, has less to say."""
    if found.marker not in ("number", "bullet") or len(found.steps) < 2:
        return False
    asking = sum(asks(step.text) and not only_points(step.text) for step in found.steps)
    return asking >= _CLEAR * len(found.steps)


def _is_forced(section: Section) -> bool:
    return "steps" in section.remarks or "action" in section.remarks


def _is_step(section: Section, holds: bool) -> bool:
    """Whether the heading itself is what is to be done: "3. Restart the pods"."""
    if holds or not section.blocks or not section.level:
        return False
    return asks_clearly(bare(section.name)) or (is_numbered(section.name) and asks(bare(section.name)))


def _heading_step(section: Section) -> Draft:
    name = bare(section.name)
    codes = [code for block in section.blocks if isinstance(block, Para) for code in of_inline(block.inline, 0).codes]
    return Draft(name, section.line, text=name, rest=list(section.blocks), codes=codes)


def _weighed(section: Section, found: Found, doing: bool, holds: bool, runs: Callable[[], bool]) -> Verdict:
    reference = Verdict("reference", Found(before=section.blocks), False, "little in it is an instruction")
    if not found.steps:
        return replace(reference, sure=not (doing and section.level), why="nothing in it is to be done")
    if not section.level and found.marker in ("code", "prose") and not (doing and runs()):
        return replace(reference, sure=True, why="it introduces the document")
    match found.marker:
        case "table" | "letter" | "label":
            return Verdict("action", found, sure=found.marker == "table")
        case "number":
            likely = found.share >= (0.1 if doing else 0.34) or is_numbered(section.name)
            likely = likely or (doing and lists.are_questions(found))
            return Verdict("action", found, sure=found.share >= 0.5) if likely else reference
        case "bullet":
            return Verdict("action", found, sure=found.share >= 0.6)
        case "code":
            if not found.steps[0].text and asks(bare(section.name)):
                found.steps[0].title = bare(section.name)
            return Verdict("action", found, sure=doing) if _is_code_to_run(section, found, doing, runs) else reference
    if section.parts and _introduces(section, found) and (holds or not asks(bare(section.name))):
        return replace(reference, sure=holds, why="it introduces its sections")
    likely = (doing and found.share > 0) or found.share >= 0.5
    return Verdict("action", found, sure=doing and found.share >= 0.5) if likely else reference


def _is_code_to_run(section: Section, found: Found, doing: bool, runs: Callable[[], bool]) -> bool:
    """Whether the code and the text around it are to be worked through, not an output or a file to look at."""
    if (found.share > 0 and doing) or (found.share >= 0.5 and not section.parts):
        return True
    if not found.steps[0].text and is_gerund(section.name):
        return True
    return (doing or found.share > 0 or not section.parts) and runs()


def _introduces(section: Section, found: Found) -> bool:
    """Whether the text above sections asks for little, or for no more than their common heading does."""
    if found.asking >= _MORE_THAN_INTRO:
        return False
    name = bare(section.name)
    said = name.partition(" ")[0].lower() if asks(name) else None
    return not any(orders(step.text) and (said is None or said not in step.text.lower()) for step in found.steps)


def _in_sequence(sections: Sequence[Section], verdicts: dict[int, Verdict]) -> None:
    """Numbered headings of which most are to be done: a list under another of them is to be done, too."""
    for level in {section.level for section in sections}:
        numbered = [each for each in sections if each.level == level and _COUNTED.match(each.name)]
        doing = sum(verdicts[each.line].kind == "action" for each in numbered)
        if len(numbered) < 3 or doing * 2 <= len(numbered):
            continue
        for section in numbered:
            given = verdicts[section.line].kind == "action" or section.remarks or is_reading(section.name)
            if not given and any(lists.may_be_steps(block) for block in section.blocks):
                found = steps.find(section.blocks, doing=True, forced=True)
                verdicts[section.line] = Verdict("action", found, sure=False)


def _hands_down(section: Section) -> bool:
    """Whether the sections below this one are reading as it is."""
    return bool(INHERITED.match(bare(section.name)))
