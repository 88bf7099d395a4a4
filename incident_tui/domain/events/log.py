"""Events of the investigation log and its theories."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from incident_tui.domain.events.json import LATER


@dataclass(frozen=True, slots=True)
class EntryLogged:
    """A line of the investigation log; `supports` and `refutes` name theories by their id.

    `repeats` is the event of the source that a drill lets happen again. What a machine tells of an alert has the key of
    that `alert`, and of the `group` that its sender keeps it in; `over` says that it has ended.
    """

    KIND: ClassVar[str] = "entry.logged"
    kind: str
    text: str
    tags: tuple[str, ...] = ()
    supports: str | None = None
    refutes: str | None = None
    repeats: str = field(default="", metadata=LATER)
    alert: str = field(default="", metadata=LATER)
    group: str = field(default="", metadata=LATER)
    over: bool = field(default=False, metadata=LATER)


@dataclass(frozen=True, slots=True)
class CommandRun:
    """A command and its output; `output` may be cut, the whole is the blob `sha256` of `size` bytes.

    `step` is the number of the step that it was run for.
    """

    KIND: ClassVar[str] = "command.run"
    command: str
    exit_code: int
    duration_ms: int
    output: str = ""
    sha256: str = ""
    size: int = 0
    cut: bool = False
    host: str = ""
    folder: str = ""
    step: str = field(default="", metadata=LATER)


@dataclass(frozen=True, slots=True)
class FileAttached:
    """A file kept as evidence under its SHA-256; `preview` holds the first lines of a text."""

    KIND: ClassVar[str] = "file.attached"
    name: str
    sha256: str
    size: int
    preview: str = ""


@dataclass(frozen=True, slots=True)
class ResultKept:
    """What a source answered, kept as evidence: `text` with a line for each row.

    `query` is what was asked, about the time from `since` to `until`, and `asked` when; `partial` says what is missing.
    """

    KIND: ClassVar[str] = "result.kept"
    source: str
    title: str
    text: str
    query: str = ""
    since: str | None = None
    until: str | None = None
    asked: str | None = None
    url: str = ""
    partial: str = ""


@dataclass(frozen=True, slots=True)
class EntryAmended:
    """A better text for something written earlier; the old one stays readable."""

    KIND: ClassVar[str] = "entry.amended"
    entry: str
    text: str


@dataclass(frozen=True, slots=True)
class EntryStruck:
    KIND: ClassVar[str] = "entry.struck"
    entry: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class EntryStarred:
    KIND: ClassVar[str] = "entry.starred"
    entry: str
    starred: bool = True


@dataclass(frozen=True, slots=True)
class TheoryJudged:
    KIND: ClassVar[str] = "theory.judged"
    theory: str
    state: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class EvidenceWeighed:
    """An entry counts `for` or `against` a theory, or (`none`) no longer counts."""

    KIND: ClassVar[str] = "evidence.weighed"
    entry: str
    theory: str
    stance: str
