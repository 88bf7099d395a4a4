"""How well a document was read, against a structure that a person wrote down for it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from markdown_it import MarkdownIt

from incident_tui.domain.protocol import Block, Phase, Protocol, Step
from incident_tui.protocols.markdown import read

SHARED = Path(__file__).resolve().parents[3] / "shared"
LABELS = Path(__file__).parent / "labels"
_BOX = re.compile(r"^\s*(?:[-*+]|\d+[.)])\s+\[[ xX]?\]\s", re.MULTILINE)
WORD = re.compile(r"[^\W_]+")
Label = Mapping[str, Any]


@dataclass
class Score:
    """Counts over one or more documents; `faults` say what was read otherwise, one line each."""

    wanted: int = 0
    found: int = 0
    given: int = 0
    right: int = 0
    steps: int = 0
    steps_exact: int = 0
    codes: int = 0
    codes_exact: int = 0
    budgets: int = 0
    budgets_found: int = 0
    false_budgets: int = 0
    faults: list[str] = field(default_factory=list)

    @property
    def recall(self) -> float:
        return self.found / self.wanted if self.wanted else 1.0

    @property
    def precision(self) -> float:
        return self.right / self.given if self.given else 1.0

    @property
    def exact(self) -> float:
        return self.steps_exact / self.steps if self.steps else 1.0

    def __add__(self, other: Score) -> Score:
        return Score(*(getattr(self, each.name) + getattr(other, each.name) for each in fields(self)))

    def line(self) -> str:
        return (
            f"precision {self.precision:.3f} ({self.right}/{self.given}) recall {self.recall:.3f} "
            f"({self.found}/{self.wanted}) steps {self.exact:.3f} ({self.steps_exact}/{self.steps}) "
            f"code {self.codes_exact}/{self.codes} budgets {self.budgets_found}/{self.budgets} "
            f"false {self.false_budgets}"
        )


def labels_of(folder: str) -> list[Path]:
    """The labels in a folder of ours, or the shared ones."""
    home = SHARED / "corpus" / "labelled" / "expected" if folder == "shared" else LABELS / folder
    return sorted(home.glob("*.json"))


def document_of(label: Path) -> Path:
    """The file that a label is about."""
    name = label.name.removesuffix(".json")
    places = [SHARED / "corpus" / folder / name for folder in ("labelled", "runbooks")]
    return next((place for place in places if place.exists()), places[0])


def score(label_file: Path) -> Score:
    """Reads the document of a label and compares."""
    label = json.loads(label_file.read_text())
    document = document_of(label_file)
    text = document.read_text()
    protocol = read(text, document.name).protocol
    result = _Comparison(label, protocol, text).score
    result.faults = [f"{document.name}: {fault}" for fault in result.faults]
    return result


class _Comparison:
    def __init__(self, label: Label, protocol: Protocol, text: str) -> None:
        self.score = Score()
        self._protocol = protocol
        self._fences, self._paragraphs = _fences(text)
        self._headings = sorted({*(each.line for each in protocol.phases), *(each.line for each in protocol.readings)})
        pairs = _paired(label["phases"], protocol.phases)
        for index, section in enumerate(label["phases"]):
            self._section(section, pairs.get(index))
        sections = {id(pairs[index]): section for index, section in enumerate(label["phases"]) if index in pairs}
        for phase in protocol.phases:
            self._given(phase, sections.get(id(phase)))
        self._budgets(label, protocol)

    def _end(self, phase: Phase) -> int:
        return next((line for line in self._headings if line > phase.line), 10**9)

    def _fault(self, text: str) -> None:
        self.score.faults.append(text)

    def _section(self, section: Label, phase: Phase | None) -> None:
        if section["kind"] != "action":
            return
        if phase is None:
            if "reference" in _kinds(section):
                return
            self.score.wanted += 1
            self._fault(f"missing phase “{section['title']}” ({section['marker']})")
            return
        self.score.wanted += 1
        self.score.found += 1
        self._steps(section, phase)
        self._codes(section, phase)

    def _given(self, phase: Phase, section: Label | None) -> None:
        self.score.given += 1
        if section is not None and "action" in _kinds(section):
            self.score.right += 1
        else:
            self._fault(f"phase “{phase.title}” with {len(phase.steps)} steps is none ({phase.steps[0].title[:50]})")

    def _steps(self, section: Label, phase: Phase) -> None:
        self.score.steps += 1
        count = len(phase.steps)
        readings = [section, *({**section, **other} for other in section.get("alternative", ()))]
        end = self._end(phase)
        paragraphs = sum(phase.line < line < end for line in self._paragraphs)
        if any(_fits(reading, phase, paragraphs) for reading in readings):
            self.score.steps_exact += 1
            return
        said = f"{section['steps']} steps + {section.get('prose_actions', 0)} paragraphs ({section['marker']})"
        ends = f"{phase.steps[0].title[:40]} … {phase.steps[-1].title[:40]}"
        self._fault(f"steps of “{phase.title}”: {count} ({ends}), not {said}")

    def _codes(self, section: Label, phase: Phase) -> None:
        wanted = int(section.get("code_blocks") or 0)
        end = self._end(phase)
        fences = [text for line, text in self._fences if phase.line <= line < end]
        plain = [text for text in fences if not text.startswith("{")]
        if any(other.get("code_blocks") == len(plain) for other in section.get("alternative", ())):
            wanted, fences = len(plain), plain
        shown = _squeezed(" ".join(_strings(phase, self._protocol)))
        words = set(WORD.findall(" ".join(_strings(phase, self._protocol)).casefold()))
        kept = sum(_is_kept(text, shown, words) for text in fences)
        self.score.codes += max(wanted, len(fences))
        self.score.codes_exact += min(kept, max(wanted, len(fences)))
        if kept != len(fences) or len(fences) < wanted:
            self._fault(f"code of “{phase.title}”: {kept} of {len(fences)} kept, {wanted} labelled")

    def _budgets(self, label: Label, protocol: Protocol) -> None:
        limits = {_key(section["title"]): _budgets_of(section) for section in label["phases"]}
        for section in label["phases"]:
            wanted = section.get("budget_seconds")
            if wanted is None:
                continue
            optional = None in _budgets_of(section)
            got = [
                phase for phase in protocol.phases if _key(section["title"]) in (_key(phase.title), _key(phase.group))
            ]
            right = bool(got) and all(phase.budget and phase.budget.total_seconds() == wanted for phase in got)
            self.score.budgets += right or not optional
            self.score.budgets_found += right
            if not right and not optional:
                self._fault(f"budget of “{section['title']}”: {[phase.budget for phase in got]}, not {wanted} s")
        for phase in protocol.phases:
            allowed = limits.get(_key(phase.title), set()) | limits.get(_key(phase.group), set())
            if phase.budget and phase.budget.total_seconds() not in allowed:
                self.score.false_budgets += 1
                self._fault(f"false countdown of “{phase.title}”: {phase.budget}")
        stated = {seconds for section in label["phases"] for seconds in _step_budgets(section)}
        for _, step in protocol.all_steps():
            if step.budget and step.budget.total_seconds() not in stated:
                self.score.false_budgets += 1
                self._fault(f"false countdown of step {step.number} “{step.title}”: {step.budget}")


def _kinds(section: Label) -> set[str]:
    return {section["kind"], *(other["kind"] for other in section.get("alternative", ()) if "kind" in other)}


def _budgets_of(section: Label) -> set[int | None]:
    others = (other["budget_seconds"] for other in section.get("alternative", ()) if "budget_seconds" in other)
    return {section.get("budget_seconds"), *others}


def _step_budgets(section: Label) -> list[int]:
    stated = section.get("step_budget") or {}
    if isinstance(stated, Mapping):
        return list(stated.values())
    return [value for each in stated for value in each.values() if isinstance(value, int)]


def _fits(reading: Label, phase: Phase, paragraphs: int) -> bool:
    """Of a section without a list, one step for the whole or one for a paragraph are both right."""
    count = len(phase.steps)
    steps = int(reading.get("steps") or 0)
    if not steps:
        return 0 < count <= max(paragraphs, int(reading.get("prose_actions") or 0), 1)
    first, last = reading.get("first_step"), reading.get("last_step")
    return (
        count == steps
        and (not first or _starts(phase.steps[0], first))
        and (not last or _starts(phase.steps[-1], last))
    )


def _starts(step: Step, text: str) -> bool:
    return _key(f"{step.title} {step.detail}").startswith(_key(text[:40]))


def _paired(sections: Sequence[Label], phases: Sequence[Phase]) -> dict[int, Phase]:
    """Each section with the phase of its title, both in the order of the document."""
    left = list(phases)
    pairs: dict[int, Phase] = {}
    for index, section in enumerate(sections):
        title, group = _key(section["title"]), _key(section.get("group") or "")
        same = [phase for phase in left if _key(phase.title) == title]
        fitting = [phase for phase in same if not group or _key(phase.group) == group] or same
        wanted = sum(_key(other["title"]) == title for other in sections[index:])
        if not fitting or (len(fitting) < wanted and section["kind"] != "action"):
            continue
        pairs[index] = fitting[0]
        left.remove(fitting[0])
    return pairs


def _key(text: str) -> str:
    return re.sub(r"[\W_]+", "", text).casefold()


def _squeezed(text: str) -> str:
    """Without prompts and blanks, which a command to copy does not have."""
    return re.sub(r"\s+", "", re.sub(r"^\s*(?:[$#%>]|\S+[@:]\S*[$#>]|\S+=[#>])\s", "", text))


def _is_kept(fence: str, shown: str, words: set[str]) -> bool:
    """Code to the letter; an admonition or a checklist in a fence, which is text, by its words."""
    if not fence.startswith("{") and not _BOX.search(fence):
        return all(_squeezed(line) in shown for line in fence.split("\n"))
    text = re.sub(r"^\s*:[\w-]+:.*$|\]\([^)]*\)|^[\s`~]*\{[\w:-]+\}", " ", fence, flags=re.MULTILINE)
    text = _BOX.sub(" ", text)
    return set(WORD.findall(text.casefold())) <= words


def _fences(text: str) -> tuple[list[tuple[int, str]], list[int]]:
    """The code blocks of a document with their lines, and the lines of the paragraphs that stand in no list."""
    tokens = MarkdownIt("commonmark").parse(text)
    fences = [
        (token.map[0] + 1, (token.info if token.info.startswith("{") else "") + "\n" + token.content)
        for token in tokens
        if token.type in ("fence", "code_block") and token.map
    ]
    paragraphs = [
        token.map[0] + 1 for token in tokens if token.type == "paragraph_open" and not token.level and token.map
    ]
    return fences, paragraphs


def _strings(phase: Phase, protocol: Protocol) -> Iterator[str]:
    yield from (phase.title, phase.group, phase.text)
    yield from _blocks(phase.blocks)
    for step in phase.steps:
        yield from strings_of(step)
    for reading in protocol.readings:
        if reading.line == phase.line:
            yield from (reading.text, *_blocks(reading.blocks))


def strings_of(step: Step) -> Iterator[str]:
    """Every text of a step and of those below it."""
    yield from (step.title, step.detail, *step.commands, *_blocks(step.blocks), step.assignee)
    for inner in step.steps:
        yield from strings_of(inner)


def _blocks(blocks: Iterable[Block]) -> Iterator[str]:
    yield from (block.text for block in blocks)


def shown(protocol: Protocol) -> str:
    """Everything of a protocol that a reader can see."""
    texts = [protocol.title]
    for phase in protocol.phases:
        texts += _strings(phase, protocol)
    for reading in protocol.readings:
        texts += [reading.title, reading.text, *_blocks(reading.blocks)]
    return "\n".join(texts)
