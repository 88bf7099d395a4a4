"""What was written down, with what was done to it since: entries of the log, evidence, and the technical record."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from msgspec import Struct
from msgspec.structs import replace

from incident_tui.domain import events as e
from incident_tui.domain.encoding import moment_of
from incident_tui.domain.incident import ENTRY_KINDS, Fact, Incident, Mark, ordered
from incident_tui.domain.lines import size_words
from incident_tui.domain.text import clean, first_line

HEADLINE = 120


class Weight(Struct, frozen=True):
    """That something counts `for` or `against` the theory `label`."""

    stance: str
    label: str


class Output(Struct, frozen=True):
    """What a command did; `text` is cut where `cut` says so, the whole has `size` bytes and the hash `sha256`."""

    command: str
    text: str
    exit_code: int
    took: timedelta
    host: str
    folder: str
    size: str
    sha256: str
    cut: bool


class File(Struct, frozen=True):
    name: str
    size: str
    sha256: str
    preview: str


class Answer(Struct, frozen=True):
    """What a source answered to `query` about the time from `since` to `until`; `partial` says what is missing."""

    source: str
    query: str
    since: datetime | None
    until: datetime | None
    asked: datetime | None
    url: str
    partial: str
    text: str


class Item(Struct, frozen=True):
    """Something written: `text` as last amended, `earlier` the texts before, `withdrawn` those that were undone.

    `label` and `extra` sort it.
    """

    id: str
    kind: str
    text: str
    at: datetime
    recorded: datetime
    by: str
    late: bool
    label: str = ""
    extra: str = ""
    tags: tuple[str, ...] = ()
    earlier: tuple[Fact, ...] = ()
    withdrawn: tuple[Fact, ...] = ()
    amended: Fact | None = None
    struck: Fact | None = None
    starred: bool = False
    weights: tuple[Weight, ...] = ()
    output: Output | None = None
    file: File | None = None
    answer: Answer | None = None

    @property
    def touched(self) -> bool:
        """Whether there is more to say than who wrote it when."""
        return self.late or self.amended is not None or self.struck is not None

    @property
    def plain(self) -> bool:
        """Whether it is a line like most, which needs no look at what else may be said of it."""
        if self.late or self.amended is not None or self.struck is not None or self.earlier or self.withdrawn:
            return False
        return self.text.isprintable() or "\n" not in clean(self.text)

    @property
    def headline(self) -> str:
        """The first line, shortened."""
        return first_line(self.text, HEADLINE)


class Group(Struct, frozen=True):
    """Items under one sub-heading."""

    label: str
    items: tuple[Item, ...]


class Later(Struct, frozen=True):
    """What came after something was written, by the event that wrote it: who took it back, texts that were taken back,
    and the theories that it counts for or against. The rest is in the fold.
    """

    undone: Mapping[str, e.Event]
    withdrawn: Mapping[str, tuple[Fact, ...]]
    weights: Mapping[str, tuple[Weight, ...]]


CHANGES = (e.Undone.KIND, e.EntryAmended.KIND)
"""The kinds of events that `later` is made from."""


def later(incident: Incident, changes: Iterable[e.Event]) -> Later:
    """What came after, by all events of the kinds CHANGES in the order of their ids."""
    undone: dict[str, e.Event] = {}
    amended: list[tuple[str, str, Fact]] = []
    for event in changes:
        if isinstance(event.body, e.Undone):
            undone[event.body.event] = event
        elif isinstance(event.body, e.EntryAmended):
            amended.append((event.id, event.body.entry, Fact(event.body.text, event.at, event.actor)))
    withdrawn: dict[str, tuple[Fact, ...]] = {}
    for identifier, entry, fact in amended:
        if identifier in undone:  # the fold no longer holds it
            withdrawn[entry] = (*withdrawn.get(entry, ()), fact)
    return Later(undone, withdrawn, _weights(incident))


def grouped(items: Sequence[Item], known: Sequence[str]) -> tuple[Group, ...]:
    """The items by label: the known ones in their order, then any other; groups with nothing are left out."""
    labels = dict.fromkeys((*known, *(item.label for item in items)))
    groups = (Group(label, tuple(item for item in items if item.label == label)) for label in labels)
    return tuple(group for group in groups if group.items)


def _weights(incident: Incident) -> dict[str, tuple[Weight, ...]]:
    found: dict[str, tuple[Weight, ...]] = {}
    for theory in ordered(incident.theories):
        for stance, entries in (("for", theory.supporting), ("against", theory.refuting)):
            for entry in entries:
                found[entry] = (*found.get(entry, ()), Weight(stance, theory.label))
    return found


def item_of(incident: Incident, event: e.Event, after: Later) -> Item | None:
    """What the event wrote down; None when it wrote nothing."""
    item = _first(event)
    if item is None or not _touched(incident, event.id, after):
        return item
    return _as_it_stands(incident, item, after)


def _first(event: e.Event) -> Item | None:
    """The item as it was when it was written."""
    body = event.body
    at, recorded, by, late = event.at, event.recorded, event.actor, event.late
    if isinstance(body, e.EntryLogged):
        kind = body.kind if body.kind in ENTRY_KINDS else "note"
        return Item(event.id, kind, body.text, at, recorded, by, late, "", "", body.tags)
    if isinstance(body, e.CommandRun):
        return Item(event.id, "evidence", body.command, at, recorded, by, late, output=_output(body))
    if isinstance(body, e.FileAttached):
        return Item(event.id, "evidence", body.name, at, recorded, by, late, file=_file(body))
    if isinstance(body, e.ResultKept):
        return Item(event.id, "evidence", body.title, at, recorded, by, late, answer=_answer(body))
    described = _described(body)
    if described is None:
        return None
    kind, text, label, extra = described
    return Item(event.id, kind, text, at, recorded, by, late, label, extra)


def _touched(incident: Incident, identifier: str, after: Later) -> bool:
    """Whether anything came after: nothing did after most of a log."""
    if identifier in incident.marks or identifier in incident.theories:
        return True
    return identifier in after.undone or identifier in after.withdrawn or identifier in after.weights


def _as_it_stands(incident: Incident, item: Item, after: Later) -> Item:
    """The item with what came after."""
    theory = incident.theories.get(item.id)
    mark = incident.marks.get(item.id, Mark())
    texts = (Fact(item.text, item.at, item.by), *mark.amendments)
    struck, undoing = mark.struck, after.undone.get(item.id)
    if undoing is not None and (struck is None or struck.text == "undone"):
        struck = Fact("undone", undoing.at, undoing.actor)
    return replace(
        item,
        text=texts[-1].text,
        label=theory.label if theory is not None else item.label,
        earlier=texts[:-1],
        withdrawn=after.withdrawn.get(item.id, ()),
        amended=mark.amendments[-1] if mark.amendments else None,
        struck=struck,
        starred=mark.starred,
        weights=after.weights.get(item.id, ()),
    )


def _described(body: e.Body) -> tuple[str, str, str, str] | None:  # noqa: PLR0911 - one arm for each kind of writing
    """Kind, text, label and extra of what was written outside the log."""
    match body:
        case e.ErrorRecorded():
            return "error", body.text, "", ""
        case e.ReadingRecorded():
            return "reading", body.value, body.measure, body.moment
        case e.ConfigurationRecorded():
            return "configuration", body.text, body.language, ""
        case e.FixStepRecorded():
            return "fix step", body.text, body.fix, ""
        case e.RecoveryRecorded():
            return "recovery", body.text, body.scope, ""
        case e.CostRecorded():
            return "cost", body.value, body.item, ""
        case e.LessonRecorded():
            return "lesson", body.text, body.side, ""
        case e.SignedOff():
            return "sign-off", body.person, body.role, ""
        case _:
            return None


def _output(body: e.CommandRun) -> Output:
    took = timedelta(milliseconds=min(body.duration_ms, 10**12))
    size = size_words(body.size)
    return Output(body.command, body.output, body.exit_code, took, body.host, body.folder, size, body.sha256, body.cut)


def _file(body: e.FileAttached) -> File:
    return File(body.name, size_words(body.size), body.sha256, body.preview)


def _answer(body: e.ResultKept) -> Answer:
    return Answer(
        body.source,
        body.query,
        moment_of(body.since),
        moment_of(body.until),
        moment_of(body.asked),
        body.url,
        body.partial,
        body.text,
    )
