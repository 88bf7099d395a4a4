"""A protocol before anything happens: the checklist it will be, what of it was guessed, and where the file says it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Literal

from msgspec import Struct, field

from incident_tui.domain.protocol import Anchor, Block, Phase, Reading, Step
from incident_tui.protocols.correcting import Correction
from incident_tui.protocols.imported import Imported, Note
from incident_tui.protocols.places import Listed
from incident_tui.ui.text import Line
from incident_tui.ui.views.readings import pieces
from incident_tui.ui.views.scene import budget_words
from incident_tui.ui.widgets.board import Row

PartKind = Literal["phase", "step", "reading", "item"]
OWNERS = {"project": "project", "yours": "yours", "builtin": "built in", "file": "file"}
FROM: dict[Anchor, str] = {"declared": " from declaration", "resolved": " from resolution", "phase": ""}
MARK = re.compile(r"\s*(?:•|\d+\.)\s+")


class Part(Struct, frozen=True):
    """What a row stands for; `line` is where the file has it, 0 where there is no file to correct."""

    kind: PartKind
    line: int
    title: str
    budget: timedelta | None = None
    anchor: Anchor = "phase"


class Preview(Struct, frozen=True):
    """The rows of a checklist, and by its key what each selectable row stands for."""

    rows: tuple[Row, ...] = ()
    parts: Mapping[str, Part] = field(default_factory=dict)


def list_rows(listed: Iterable[Listed]) -> tuple[Row, ...]:
    """What can be looked at, by kind; the key of a row is that of `listed_key`."""
    rows: list[Row] = []
    kind = ""
    for item in listed:
        if item.kind != kind:
            rows += [Row(f"gap:{item.kind}", (), selectable=False)] if rows else []
            rows.append(Row(f"head:{item.kind}", ((f"{item.kind.capitalize()}s", "strong"),), selectable=False))
            kind = item.kind
        tone = "muted" if item.owner == "builtin" else "info"
        rows.append(Row(listed_key(item), ((f"  {item.name}", ""),), ((OWNERS[item.owner], tone),)))
    return tuple(rows)


def listed_key(item: Listed) -> str:
    return f"{item.kind}:{item.name}"


def preview(imported: Imported, items: Iterable[tuple[int, str]], turned: frozenset[str]) -> Preview:
    """The checklist that a document becomes.

    `items` are the lines and texts of all its list items: those that are no steps can be chosen where they are read.
    Phases are unfolded and all else is folded, but what `turned` holds the key of.
    """
    drawing = _Drawing(imported, tuple(items), turned)
    protocol = imported.protocol
    group = ""
    for index, phase in enumerate(protocol.phases):
        for reading in protocol.readings:
            if reading.before == index:
                drawing.reading(reading)
        if phase.group != group and phase.group not in (phase.title, protocol.title):
            drawing.group(phase.group, index)
        group = phase.group
        drawing.phase(phase, index)
    for reading in protocol.readings:
        if reading.before >= len(protocol.phases):
            drawing.reading(reading)
    return Preview(tuple(drawing.rows), drawing.parts)


def counts(imported: Imported) -> Line:
    """How much of everything there is."""
    protocol = imported.protocol
    doubts = len([note for note in imported.notes if note.kind == "doubt"])
    said: Line = (
        (f"{_counted(len(protocol.phases), 'phase')}, {_counted(len(list(protocol.all_steps())), 'step')}", "muted"),
    )
    return (*said, ("  ", ""), (f"? {_counted(doubts, 'doubt')}", "warn")) if doubts else said


def short(path: Path) -> str:
    """The path as people write it: with ~ for their own folder."""
    with suppress(ValueError, RuntimeError):
        return f"~/{path.relative_to(Path.home())}"
    return str(path)


def about_list(imported: Imported, where: str, problem: str) -> tuple[Line, ...]:
    """What stands below the list about the document under its cursor."""
    protocol = imported.protocol
    title: Line = ((protocol.title or protocol.name, "strong"), ("  ", ""), *counts(imported))
    said: tuple[Line, ...] = (title, ((where, "muted"),))
    if problem:
        return (title, ((problem, "warn"),))
    return (*said, ((protocol.summary, ""),)) if protocol.summary else said


def about(part: Part, notes: Iterable[Note], where: str) -> tuple[Line, ...]:
    """What stands below the checklist about the row under its cursor: its place, how it was read, what was doubtful."""
    place: Line = ((f"{where}, line {part.line}" if part.line else where, "muted"),)
    here = [note for note in notes if note.line == part.line and part.line and part.kind != "item"]
    doubts = [note for note in here if note.kind == "doubt"]
    if not doubts:
        said = here[0].text if here else _said(part)
        return (place, ((said, ""),))
    lines = [line for note in doubts for line in (((f"? {note.text}", "warn"),), ((f"  {note.hint}", "muted"),))]
    return (place, *lines)


def _said(part: Part) -> str:
    words = {
        "phase": "is a phase with its steps",
        "step": "is a step, to be checked off",
        "reading": "is to be read, not done",
        "item": "is no step; it is to be read",
    }
    return f"“{part.title}” {words[part.kind]}"


def _counted(number: int, name: str) -> str:
    return f"{number} {name}{'' if number == 1 else 's'}"


def _span(duration: timedelta, *, working: bool = False) -> str:
    return _counted(duration.days, "working day") if working else budget_words(duration)


class _Drawing:
    """Puts the rows one below the other."""

    def __init__(self, imported: Imported, items: tuple[tuple[int, str], ...], turned: frozenset[str]) -> None:
        protocol = imported.protocol
        steps = [step.line for _, step in protocol.all_steps()]
        self.rows: list[Row] = []
        self.parts: dict[str, Part] = {}
        self.turned = turned
        self.doubted = {note.line for note in imported.notes if note.kind == "doubt" and note.line}
        self.sections = [*(phase.line for phase in protocol.phases), *(each.line for each in protocol.readings)]
        self.starts = [*self.sections, *steps]
        self.loose = [(line, text.partition("\n")[0]) for line, text in items if line not in set(steps)]

    def group(self, title: str, index: int) -> None:
        """The name of a group of phases, unless what is to be read about it stands right above."""
        above = self.parts.get(self.rows[-1].key) if self.rows else None
        if above is not None and above.title == title:
            return
        self.rows.append(Row(f"group:{index}", ((f"  {title}", "muted"),), selectable=False))

    def phase(self, phase: Phase, index: int) -> None:
        part = Part("phase", phase.line, phase.title, phase.budget, phase.anchor)
        key = self._key(part, str(index))
        unfolded = key not in self.turned
        glyph = "·" if not phase.steps else ("▾" if unfolded else "▸")
        times = [f"{_span(phase.budget, working=phase.working)}{FROM[phase.anchor]}"] if phase.budget else []
        times += [f"every {_span(phase.every)}"] if phase.every else []
        line: Line = ((f"{glyph} {index + 1} {phase.title}", "strong"), *_person(phase.assignee))
        self._add(key, part, line, ((", ".join(times), ""),) if times else (), indent=6)
        if not unfolded:
            return
        if phase.text or phase.blocks:
            self._above(key, phase)
        for step in phase.steps:
            self._step(step, 4)

    def reading(self, reading: Reading) -> None:
        part = Part("reading", reading.line, reading.title or "introduction")
        key = self._key(part, f"{reading.before}:{reading.title}")
        unfolded = key in self.turned
        glyph = "▾" if unfolded else "▸"
        empty = not reading.text and not reading.blocks
        line: Line = ((f"{'·' if empty else glyph} {part.title}", "" if unfolded else "muted"),)
        self._add(key, part, line, (("to read", "muted"),), indent=4)
        if unfolded:
            self._words(key, self._loose(part.line, self.sections), reading.text, "    ")
            self.rows += pieces(key, reading.blocks, "    ")

    def _above(self, key: str, phase: Phase) -> None:
        """What is to be read above the steps: its first line, or all of it."""
        text = f"text:{key}"
        first = phase.text.partition("\n")[0] or phase.blocks[0].text.partition("\n")[0]
        if text not in self.turned:
            more = " …" if phase.blocks or "\n" in phase.text else ""
            self.rows.append(Row(text, ((f"    {first}{more}", "muted"),)))
            return
        self.rows.append(Row(text, (("    to read first", "muted"),)))
        self._words(text, self._loose(phase.line, self.starts), phase.text, "      ")
        self.rows += pieces(text, phase.blocks, "      ")

    def _step(self, step: Step, indent: int) -> None:
        part = Part("step", step.line, step.title, step.budget)
        key = self._key(part, step.number)
        times = [f"within {_span(step.budget, working=step.working)}"] if step.budget else []
        times += [f"wait {_span(step.wait)}"] if step.wait else []
        times += [f"every {_span(step.every)}"] if step.every else []
        right: Line = ((", ".join(times), ""),) if times else ()
        right = (*right, ("  $" if times else "$", "muted")) if step.commands else right
        lead = " " * (indent - 2)
        line: Line = ((f"{lead}○ ", ""), (f"{step.number} ", "muted"), (step.title, ""), *_person(step.assignee))
        self._add(key, part, line, right, indent=indent + 3 + len(step.number))
        if key in self.turned:
            below = " " * (indent + 2)
            blocks = (*(Block("command", command) for command in step.commands), *step.blocks)
            self._words(key, self._loose(step.line, self.starts), step.detail, below)
            self.rows += pieces(key, blocks, below)
        for child in step.steps:
            self._step(child, indent + 2)

    def _words(self, key: str, here: list[tuple[int, str]], text: str, lead: str) -> None:
        """The lines of a text; those that are one of the items `here` can be chosen."""
        for number, words in enumerate(text.splitlines()):
            said = MARK.sub("", words, count=1)
            item = next((each for each in here if each[1] == said), None) if MARK.match(words) else None
            shown: Line = ((f"{lead}{words}", "muted"),)
            if item is None:
                self.rows.append(Row(f"{key}:{number}", shown, selectable=False, wrap=True, indent=len(lead) + 2))
                continue
            here.remove(item)
            part = Part("item", item[0], said)
            self.rows.append(Row(self._key(part, ""), shown, wrap=True, indent=len(lead) + 2))

    def _loose(self, line: int, starts: Iterable[int]) -> list[tuple[int, str]]:
        """The items without a row of their own from a line up to the next of `starts`."""
        end = min((start for start in starts if start > line), default=0)
        return [(at, text) for at, text in self.loose if at >= line and (not end or at < end)]

    def _add(self, key: str, part: Part, line: Line, right: Line, *, indent: int) -> None:
        doubt: Line = (("? ", "warn"),) if part.line in self.doubted and part.kind != "item" else (("  ", ""),)
        self.rows.append(Row(key, (*doubt, *line), right, wrap=True, indent=indent))

    def _key(self, part: Part, other: str) -> str:
        """A key that lasts while the line does; `other` tells parts apart where there are no lines."""
        key = f"{part.kind}:{part.line}:{'' if part.line else other}"
        while key in self.parts:
            key += "+"
        self.parts[key] = part
        return key


def _person(name: str) -> Line:
    return ((f"  {name}", "info"),) if name else ()


def key_near(shown: Preview, part: Part, correction: Correction) -> str:
    """The key of what stands in the place of a part after a correction; "" when nothing does."""
    line = part.line + (correction.old is None and correction.line <= part.line)
    here = [(found.kind != part.kind, key) for key, found in shown.parts.items() if found.line == line]
    return min(here)[1] if here else ""


def moved(turned: Iterable[str], correction: Correction) -> frozenset[str]:
    """The keys of rows after a correction, which may be a new line."""

    def number(found: re.Match[str]) -> str:
        line = int(found[0])
        return str(line + (correction.old is None and correction.line <= line))

    return frozenset(re.sub(r"(?<=:)\d+(?=:)", number, key, count=1) for key in turned)
