"""Sections and steps put together as a protocol, with notes on how each was read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from msgspec import Struct, field
from msgspec.structs import replace

from incident_tui.domain.protocol import Block, Phase, Protocol, Reading, Step
from incident_tui.protocols.imported import Note
from incident_tui.protocols.markdown import drafts, remarks
from incident_tui.protocols.markdown.drafts import Draft
from incident_tui.protocols.markdown.durations import of_cell, of_headings
from incident_tui.protocols.markdown.items import of_item
from incident_tui.protocols.markdown.kinds import WORDS, Verdict, judged
from incident_tui.protocols.markdown.limits import NOTHING, Limit
from incident_tui.protocols.markdown.outline import Section, every
from incident_tui.protocols.markdown.quantities import words_of
from incident_tui.protocols.markdown.snippets import blocks_of
from incident_tui.protocols.markdown.tree import Block as Piece
from incident_tui.protocols.markdown.tree import Code, Para
from incident_tui.protocols.markdown.vocabulary import first_sentence, role_in

_TIMES: Final = re.compile(r"\d|hour|minute|second|day|week|month|half|stunde|tag|woche|monat|[分時日週秒月]")
_LONGEST_INTRO: Final = 160
_LONGEST_SUMMARY: Final = 200
_AS_STEPS: Final = "write <!-- incident: steps --> below the heading to make its items steps"
_AS_READING: Final = "write <!-- incident: reference --> below the heading to have it read, not done"
_CERTAIN_LIMIT: Final = "write (15 min) at the end of the heading, or <!-- incident: budget 15m --> below it"
_SHARED_LIMIT: Final = "write (first 15 min) to count for all of them from the declaration, or a limit for each section"
_SURE: Final = (
    "write a task list (- [ ] …) or <!-- incident: steps --> below the heading; <!-- incident: reference --> if not"
)


class _Above(Struct):
    """What a section has from those above it."""

    group: str = ""
    assignee: str = ""
    limit: Limit = NOTHING


class Assembler(Struct):
    """Goes through the sections in their order."""

    limits: dict[int, Limit]
    verdicts: dict[int, Verdict]
    phases: list[Phase] = field(default_factory=list)
    readings: list[Reading] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)

    def add(self, section: Section, above: _Above) -> None:
        verdict = self.verdicts[section.line if section.level else 0]
        limit = self._limit(section, above.limit)
        role = role_in(section.name) or above.assignee
        if verdict.kind == "action" and verdict.found.steps:
            self._phase(section, verdict, _with(above, role, limit))
        else:
            self._reading(section, verdict)
        if verdict.kind == "action" or section.parts:
            self._note_limit(section, limit)
        below = _Above(
            group=section.name if section.level else "",
            assignee=role,
            limit=limit if section.level else NOTHING,
        )
        for part in section.parts:
            self.add(part, below)

    def _limit(self, section: Section, above: Limit) -> Limit:
        stated = remarks.times(section.remarks)
        own = self.limits.get(section.line, NOTHING)
        if stated.none:
            own, above = replace(own, budget=None), NOTHING
        if own.budget is None and above.budget is not None:
            own = replace(own, budget=above.budget, anchor=above.anchor, working=above.working)
        if stated.budget is not None:
            own = replace(own, budget=stated.budget, anchor=stated.anchor, working=False, doubt="")
        return replace(own, every=stated.every) if stated.every else own

    def _phase(self, section: Section, verdict: Verdict, above: _Above) -> None:
        found = verdict.found
        limit = above.limit
        if limit.budget is None and "no budget" not in section.remarks:
            limit = self._intro_limit(found.before, limit)
        position = len(self.phases) + 1
        phase = Phase(
            title=section.name or "Steps",
            group=above.group,
            budget=limit.budget,
            anchor=limit.anchor,
            steps=self._steps(found.steps, str(position)),
            text=_text(found.before, section.title.links),
            blocks=_blocks(found.before),
            assignee=above.assignee,
            every=limit.every,
            working=limit.working,
            line=section.line,
        )
        self.phases.append(phase)
        count = len(phase.steps)
        text = f"“{phase.title}” is a phase: {count} step{'s' if count != 1 else ''} from {WORDS[found.marker]}"
        self._note(section.line, text, "" if verdict.sure or verdict.why else _SURE)
        if found.after:
            self._readings_of(section, found.after, section.level + 1)

    def _intro_limit(self, before: Sequence[Piece], limit: Limit) -> Limit:
        """A limit in the line right above the steps: "Within 48 hours:"."""
        last = before[-1] if before else None
        if not isinstance(last, Para) or len(last.inline.text) > _LONGEST_INTRO or last.inline.text[-1:] != ":":
            return limit
        found = of_headings([last.inline.line.rstrip(":")], [6])[0]
        return replace(found, every=found.every or limit.every) if found.budget else limit

    def _steps(self, found: Sequence[Draft], above: str) -> tuple[Step, ...]:
        return tuple(self._step(draft, f"{above}.{position}") for position, draft in enumerate(found, start=1))

    def _step(self, draft: Draft, number: str) -> Step:
        limit = of_cell(draft.target) if draft.target else _limit_of(draft.text)
        stated = remarks.times(draft.remarks)
        if limit.doubt and not (stated.budget or stated.none):
            self._note(
                draft.line, f"step {number}: {limit.doubt}", "write (15 min) behind its label to start a countdown"
            )
        commands = list(draft.codes)
        blocks: list[Block] = []
        for code, before in drafts.codes_of(draft.rest):
            runs, others = _pieces(code, before or draft.text)
            commands += [command for command in runs if command not in commands]
            blocks += others
        return Step(
            number=number,
            title=draft.title,
            detail="\n".join([*draft.detail, *drafts.texts_of(draft.rest)]),
            commands=tuple(commands),
            steps=self._steps(draft.inner, number),
            blocks=tuple(blocks),
            assignee=draft.assignee,
            budget=None if stated.none else stated.budget or limit.budget,
            wait=limit.wait,
            every=stated.every or limit.every,
            working=limit.working,
            line=draft.line,
        )

    def _reading(self, section: Section, verdict: Verdict) -> None:
        if section.blocks or (section.level and not section.parts):
            self._readings_of(section, section.blocks, section.level or 1)
        hint = "" if verdict.sure else _AS_STEPS
        if section.blocks:
            self._note(section.line, f"“{section.name}” is to be read: {verdict.why}", hint)

    def _readings_of(self, section: Section, blocks: Sequence[Piece], level: int) -> None:
        self.readings.append(
            Reading(
                title=section.name,
                text=_text(blocks, section.title.links),
                blocks=_blocks(blocks),
                before=len(self.phases),
                level=level,
                line=section.line,
            )
        )

    def _note(self, line: int, text: str, hint: str) -> None:
        self.notes.append(Note(line, "doubt" if hint else "read", text, hint))

    def _note_limit(self, section: Section, limit: Limit) -> None:
        own = self.limits.get(section.line, NOTHING)
        stated = remarks.times(section.remarks)
        if own.doubt and not (stated.budget or stated.none):
            self._note(section.line, f"“{section.name}”: {own.doubt}", _CERTAIN_LIMIT)
        elif limit.budget is not None and (own.budget is not None or stated.budget):
            since = {"declared": "the declaration", "phase": "the start of the phase", "resolved": "the resolution"}
            said = f"“{section.name}” has {words_of(limit.budget)} from {since[limit.anchor]}"
            shared = limit.anchor == "phase" and len(section.parts) > 1
            self._note(section.line, said + ", each of its sections anew" * shared, _SHARED_LIMIT * shared)


def _with(above: _Above, assignee: str, limit: Limit) -> _Above:
    return _Above(above.group, assignee, limit)


def assembled(root: Section, name: str, source: str, digest: str) -> tuple[Protocol, tuple[Note, ...]]:
    """The protocol of a document; a group whose name no phase carries keeps it as a reading."""
    sections = every(root)
    limits = of_headings([section.name for section in sections], [max(section.level, 1) for section in sections])
    by_line = {section.line: limit for section, limit in zip(sections, limits, strict=True)}
    assembler = Assembler(by_line, judged(root, _runs))
    assembler.add(root, _Above())
    readings = _with_headings(sections, assembler)
    protocol = Protocol(
        name=name,
        title=root.name or name or "Protocol",
        phases=tuple(assembler.phases),
        source=source,
        digest=digest,
        readings=tuple(readings),
        summary=_summary(root),
    )
    return protocol, tuple(sorted(assembler.notes, key=lambda note: note.line))


def _with_headings(sections: Sequence[Section], assembler: Assembler) -> list[Reading]:
    """The readings, and one for each heading that would be seen nowhere else."""
    shown = {(phase.title, phase.line) for phase in assembler.phases} | {(r.title, r.line) for r in assembler.readings}
    groups = {phase.group for phase in assembler.phases}
    readings = list(assembler.readings)
    for section in sections:
        if section.level and section.name not in groups and (section.name, section.line) not in shown:
            before = sum(phase.line < section.line for phase in assembler.phases)
            readings.append(Reading(section.name, before=before, level=section.level, line=section.line))
    return sorted(readings, key=lambda reading: (reading.before, reading.line))


def _summary(root: Section) -> str:
    first = next((block for block in root.blocks if isinstance(block, Para)), None)
    text = first_sentence(first.inline.line) if first else ""
    return text if len(text) <= _LONGEST_SUMMARY else ""


def _text(blocks: Sequence[Piece], links: Sequence[str]) -> str:
    return "\n\n".join([*drafts.texts_of(blocks), *links])


def _blocks(blocks: Sequence[Piece]) -> tuple[Block, ...]:
    found: list[Block] = []
    for code, before in drafts.codes_of(blocks):
        runs, others = _pieces(code, before)
        found += [Block("command", command, code.language) for command in runs]
        found += others
    return tuple(found)


def _limit_of(text: str) -> Limit:
    """Most items name no time at all, which is quickly seen."""
    return of_item(text) if _TIMES.search(text.lower()) else NOTHING


def _runs(section: Section) -> bool:
    heading = "" if section.name.endswith(":") else section.name
    return any(_pieces(code, text or heading)[0] for code, text in drafts.codes_of(section.blocks))


def _pieces(code: Code, before: str) -> tuple[tuple[str, ...], tuple[Block, ...]]:
    return blocks_of(code.text, code.language, before)
