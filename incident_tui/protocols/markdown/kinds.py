"""What a section is for: to be done, to be read, or to hold other sections."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

from incident_tui.protocols.markdown import steps
from incident_tui.protocols.markdown.drafts import Draft, Found
from incident_tui.protocols.markdown.outline import Section
from incident_tui.protocols.markdown.vocabulary import INHERITED, asks, bare, is_doing, is_numbered, is_reading

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


def judge(section: Section, inherited: bool, runs: Callable[[], bool]) -> Verdict:
    """`inherited` says that a section above is reading, `runs` whether a snippet of it is to be run."""
    if "reference" in section.remarks or "reading" in section.remarks:
        return Verdict("reference", Found(before=section.blocks), why="as its comment says")
    forced = "steps" in section.remarks or "action" in section.remarks
    doing = is_doing(section.name)
    found = steps.find(section.blocks, doing=doing or forced, forced=forced)
    if forced:
        return Verdict("action", found, why="as its comment says")
    if not found.steps and _is_step(section):
        title = Draft(bare(section.name), section.line, text=bare(section.name))
        return Verdict("action", Found("heading", [title], section.blocks, share=1.0), sure=False)
    if not found.steps:
        return Verdict(
            "reference",
            Found(before=section.blocks),
            sure=not (doing and section.level),
            why="nothing in it is to be done",
        )
    if found.marker == "task":
        return Verdict("action", found)
    if is_reading(section.name) or inherited:
        sure = found.marker in ("prose", "code", "bullet") or found.share < 0.6
        return Verdict("reference", Found(before=section.blocks), sure, "its heading announces reading")
    if not section.level and found.marker in ("code", "prose") and not (doing and runs()):
        return Verdict("reference", Found(before=section.blocks), why="it introduces the document")
    return _weighed(section, found, doing, runs)


def _is_step(section: Section) -> bool:
    """Whether the heading itself is what is to be done: "3. Restart the pods"."""
    if section.parts or not section.blocks or not is_numbered(section.name):
        return False
    return asks(bare(section.name))


def _weighed(section: Section, found: Found, doing: bool, runs: Callable[[], bool]) -> Verdict:
    reference = Verdict("reference", Found(before=section.blocks), False, "little in it is an instruction")
    match found.marker:
        case "table" | "letter" | "label":
            return Verdict("action", found, sure=found.marker == "table")
        case "number":
            likely = found.share >= (0.1 if doing else 0.34) or is_numbered(section.name)
            return Verdict("action", found, sure=found.share >= 0.5) if likely else reference
        case "bullet":
            return Verdict("action", found, sure=found.share >= 0.6)
        case "code":
            likely = (found.share > 0 and doing) or ((doing or found.share > 0 or not section.parts) and runs())
            return Verdict("action", found, sure=doing) if likely else reference
    if section.parts and not asks(bare(section.name)):
        return reference
    likely = (doing and found.share > 0) or found.share >= 0.5
    return Verdict("action", found, sure=doing and found.share >= 0.5) if likely else reference


def hands_down(section: Section) -> bool:
    """Whether the sections below this one are reading as it is."""
    return bool(INHERITED.match(bare(section.name)))
