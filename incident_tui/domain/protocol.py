"""The checklist an incident follows: a protocol, its phases and their steps."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Literal, get_args

from msgspec import Struct

Anchor = Literal["declared", "phase", "resolved"]
"""From when a budget counts: the declaration, the start of the phase, or the resolution."""
Until = Literal["", "resolved"]
BlockKind = Literal["command", "output", "message", "text"]
BLOCK_KINDS: tuple[BlockKind, ...] = get_args(BlockKind)


class Block(Struct, frozen=True):
    """A piece of a document to be kept as it is: sample output, a message to send, a configuration."""

    kind: BlockKind
    text: str
    language: str = ""


class Step(Struct, frozen=True):
    """One thing to do; `number` is its address such as "2.3", of a sub-step "2.3.1".

    `commands` are whole runnable texts; `blocks` are the other pieces to copy or compare with. `budget` counts from the
    start of the phase, `wait` from the step before, `every` repeats until the step is settled; `working` says that the
    days of `budget` are working days. `line` is where the document has it, from 1.
    """

    number: str
    title: str
    detail: str = ""
    commands: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()
    blocks: tuple[Block, ...] = ()
    assignee: str = ""
    budget: timedelta | None = None
    wait: timedelta | None = None
    every: timedelta | None = None
    working: bool = False
    line: int = 0


class Phase(Struct, frozen=True):
    """Steps that belong together; `budget` counts from `anchor`, None means open-ended.

    With `until` "resolved" the work of the phase, and so its clock, ends with the resolution at the latest. `text` and
    `blocks` stand above its steps, to be read; `every` repeats while the phase lasts; `working` says that the days of
    `budget` are working days; `playbook` names the playbook that an attached phase comes from.
    """

    title: str
    group: str = ""
    budget: timedelta | None = None
    anchor: Anchor = "phase"
    steps: tuple[Step, ...] = ()
    until: Until = ""
    text: str = ""
    blocks: tuple[Block, ...] = ()
    assignee: str = ""
    every: timedelta | None = None
    working: bool = False
    playbook: str = ""
    line: int = 0


class Reading(Struct, frozen=True):
    """A section to read, not to do: it stands before the phase with the index `before` (at the end: their number)."""

    title: str
    text: str = ""
    blocks: tuple[Block, ...] = ()
    before: int = 0
    level: int = 2
    line: int = 0


class Protocol(Struct, frozen=True):
    """A whole checklist; `digest` is the SHA-256 (hex) of the document it was read from.

    `symptoms` are words of a log or an alert that speak for a playbook.
    """

    name: str
    title: str
    phases: tuple[Phase, ...]
    source: str = ""
    digest: str = ""
    readings: tuple[Reading, ...] = ()
    summary: str = ""
    symptoms: tuple[str, ...] = ()

    def all_steps(self) -> Iterator[tuple[int, Step]]:
        """Each step with the index (from 0) of its phase, a step before its sub-steps."""
        for index, phase in enumerate(self.phases):
            waiting = list(reversed(phase.steps))
            while waiting:
                step = waiting.pop()
                yield index, step
                waiting.extend(reversed(step.steps))

    def step(self, number: str) -> Step | None:
        """The first step with this number, sub-steps included."""
        return next((step for _, step in self.all_steps() if step.number == number), None)


def find(protocol: Protocol, text: str) -> list[Step]:
    """The steps that `text` may mean: its number, else its whole title, else a part of a title.

    Case does not matter. One step is an answer; none or several are for the caller to explain.
    """
    wanted = text.strip().casefold()
    if not wanted:
        return []
    steps = [step for _, step in protocol.all_steps()]
    numbered = [step for step in steps if step.number.casefold() == wanted]
    titled = [step for step in steps if step.title.casefold() == wanted]
    return numbered or titled or [step for step in steps if wanted in step.title.casefold()]
