"""Events of the investigation log and its theories."""

from __future__ import annotations

from typing import ClassVar

from msgspec import Struct


class EntryLogged(Struct, frozen=True):
    """A line of the investigation log; `supports` and `refutes` name theories by their id.

    `repeats` is the event of the source that a drill lets happen again. What a machine tells of an alert has the key of
    that `alert`, and of the `group` that its sender keeps it in; `over` says that it has ended.
    """

    KIND: ClassVar[str] = "entry.logged"
    LATER: ClassVar[tuple[str, ...]] = ("repeats", "alert", "group", "over")
    kind: str
    text: str
    tags: tuple[str, ...] = ()
    supports: str | None = None
    refutes: str | None = None
    repeats: str = ""
    alert: str = ""
    group: str = ""
    over: bool = False


class CommandRun(Struct, frozen=True):
    """A command and its output; `output` may be cut, the whole is the blob `sha256` of `size` bytes.

    `step` is the number of the step that it was run for.
    """

    KIND: ClassVar[str] = "command.run"
    LATER: ClassVar[tuple[str, ...]] = ("step",)
    command: str
    exit_code: int
    duration_ms: int
    output: str = ""
    sha256: str = ""
    size: int = 0
    cut: bool = False
    host: str = ""
    folder: str = ""
    step: str = ""


class FileAttached(Struct, frozen=True):
    """A file kept as evidence under its SHA-256; `preview` holds the first lines of a text."""

    KIND: ClassVar[str] = "file.attached"
    name: str
    sha256: str
    size: int
    preview: str = ""


class ResultKept(Struct, frozen=True):
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


class EntryAmended(Struct, frozen=True):
    """A better text for something written earlier; the old one stays readable."""

    KIND: ClassVar[str] = "entry.amended"
    entry: str
    text: str


class EntryStruck(Struct, frozen=True):
    KIND: ClassVar[str] = "entry.struck"
    entry: str
    reason: str = ""


class EntryStarred(Struct, frozen=True):
    KIND: ClassVar[str] = "entry.starred"
    entry: str
    starred: bool = True


class TheoryJudged(Struct, frozen=True):
    KIND: ClassVar[str] = "theory.judged"
    theory: str
    state: str
    reason: str = ""


class EvidenceWeighed(Struct, frozen=True):
    """An entry counts `for` or `against` a theory, or (`none`) no longer counts."""

    KIND: ClassVar[str] = "evidence.weighed"
    entry: str
    theory: str
    stance: str
