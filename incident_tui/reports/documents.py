"""The documents there are: by name what each is for, what it is made from, and how it is written."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from difflib import get_close_matches
from functools import partial
from itertools import chain
from pathlib import Path
from zoneinfo import ZoneInfo

from msgspec import Struct

from incident_tui.domain.events import Event
from incident_tui.domain.evolve import fold
from incident_tui.domain.gist import Gist
from incident_tui.domain.incident import Incident
from incident_tui.domain.policy import Policy
from incident_tui.domain.text import clean_line
from incident_tui.reports import incident_report, of_many, of_one
from incident_tui.reports.gathered import History, history_of

Rendering = Callable[[Incident, Sequence[Event], Policy, datetime | None], str]
Streaming = Callable[[Incident, History, Policy, datetime | None], Iterator[str]]
RenderingOfMany = Callable[[Sequence[Gist], Policy, datetime, ZoneInfo], str]

OWN_SUFFIX = ".md.j2"
DEFAULT = "incident-report"
DRILL = "> **Drill.** Nothing in this document was real."


class Media(Struct, frozen=True):
    """A format of text: its name and type, the suffix of its files, and the line ends that its readers expect."""

    name: str
    type: str
    suffix: str
    newline: str = "\n"


MARKDOWN = Media("Markdown", "text/markdown", ".md")
CSV = Media("CSV", "text/csv", ".csv", "\r\n")
CALENDAR = Media("iCalendar", "text/calendar", ".ics", "\r\n")


class OfOne(Struct, frozen=True):
    """A document about one incident. `render` takes its fold, the events in the order of their ids, and the moment
    that it speaks of: None is that of the last event, but for a `current` document, which has to be told. A document
    that can be long has a way to `stream` it, too, for which not all events are in memory.

    Rendering raises `incident_report.TemplateFailed` where it is the user's own, and `MissingExtra`.
    """

    name: str
    summary: str
    render: Rendering
    media: Media = MARKDOWN
    current: bool = False
    own: bool = False

    stream: Streaming | None = None

    def write(self, incident: Incident, events: Sequence[Event], policy: Policy, now: datetime | None) -> str:
        """What `render` gives; what is for reading says first when it is about a drill."""
        return "".join(self.pieces(incident, history_of(events), policy, now))

    def pieces(self, incident: Incident, history: History, policy: Policy, now: datetime | None) -> Iterable[str]:
        """What `write` gives, bit by bit; all of the history has been read before the first."""
        if self.stream is not None:
            pieces: Iterable[str] = self.stream(incident, history, policy, now)
        else:
            pieces = (self.render(incident, list(history()), policy, now),)
        return chain((f"{DRILL}\n\n",), pieces) if incident.drill is not None and self.media == MARKDOWN else pieces


class OfMany(Struct, frozen=True):
    """A document about the gists of all incidents, as of the moment that it is told, with days in the zone."""

    name: str
    summary: str
    render: RenderingOfMany
    media: Media = MARKDOWN


Document = OfOne | OfMany


class UnknownDocument(LookupError):
    """No document has this name; the message is one line, and `hint` says what there is."""

    def __init__(self, word: str, names: Sequence[str]) -> None:
        super().__init__(f"no report template “{clean_line(word)[:60]}”")
        near = get_close_matches(word[:60], names, n=2)
        meant = f"did you mean {' or '.join(near)}? " if near else ""
        self.hint = f"{meant}name a file, or one of: {', '.join(names)}"


def documents(folder: Path | None = None) -> Mapping[str, Document]:
    """All documents by name: ours, and those of the user in `folder`, which take the place of ours of the same name."""
    return {document.name: document for document in (*_ours(), *own(folder))}


def as_of(incident: str, events: Iterable[Event], moment: datetime) -> tuple[Incident, list[Event]]:
    """The incident as it was known at a moment: the fold of what had been recorded by then, and these events."""
    known = [event for event in events if event.recorded <= moment]
    return fold(known, Incident(incident)), known


def own(folder: Path | None) -> tuple[OfOne, ...]:
    """The user's templates in a folder, `NAME.md.j2` each; a folder that is not there has none. Raises OSError."""
    if folder is None or not folder.is_dir():
        return ()
    files = sorted(file for file in folder.iterdir() if file.name.endswith(OWN_SUFFIX) and file.is_file())
    return tuple(_of_file(file, file.name.removesuffix(OWN_SUFFIX)) for file in files)


def document_named(word: str, folder: Path | None = None) -> Document:
    """The document that a word means: its name, or the path of a template. Raises UnknownDocument."""
    known = documents(folder)
    if word in known:
        return known[word]
    path = Path(word)
    if not path.is_file():
        raise UnknownDocument(word, tuple(known))
    return _of_file(path, path.name.partition(".")[0])


def _of_file(path: Path, name: str) -> OfOne:
    return OfOne(name, f"your template {clean_line(str(path))}", partial(of_one.own, path), own=True)


def _ours() -> Iterator[Document]:
    yield OfOne(
        DEFAULT,
        "everything that was recorded, with the proof of it",
        incident_report.render,
        stream=incident_report.stream,
    )
    yield OfOne("incident-summary", "the report in short, for the archive of incidents", of_one.summary)
    yield OfOne(
        "postmortem", "the blameless review: five questions, action items with owner and date", of_one.postmortem
    )
    yield OfOne("debugging-session", "notes of the investigation, for the next one who debugs this", of_one.debugging)
    yield OfOne("mistake-record", "what went wrong, how to reproduce it, and how to avoid it", of_one.mistake)
    yield OfOne("handoff", "the brief for the next holder of a role", of_one.handoff, current=True)
    yield OfOne("status-internal", "where we are, for the team", of_one.status_internal, current=True)
    yield OfOne(
        "status-external", "where we are, for customers: nothing from inside", of_one.status_external, current=True
    )
    yield OfOne(
        "executive-brief",
        "where we are, for management: business, decisions, what comes next",
        of_one.brief,
        current=True,
    )
    yield OfOne("timeline", "every line of the record as a table", of_one.timeline)
    yield OfOne("timeline-csv", "every line of the record for a spreadsheet", of_one.timeline_csv, CSV)
    yield OfOne("timeline-mermaid", "the story as a diagram that GitHub draws", of_one.timeline_mermaid)
    yield OfOne(
        "ics", "calendar reminders for the post-mortem and for action items", of_one.reminders, CALENDAR, current=True
    )
    yield OfMany("daily-summary", "the day: uptime, incidents by severity, top errors, action items", of_many.daily)
    yield OfMany(
        "weekly-review", "the week from Monday: top ten errors, patterns, priorities, learnings", of_many.weekly
    )
    yield OfMany("monthly-review", "the month: trends, what recurs, what to improve, wins", of_many.monthly)
