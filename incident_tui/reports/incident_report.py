"""Documents about an incident: the incident report, and templates of the user's own."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Final

from incident_tui.domain.events import Event
from incident_tui.domain.incident import Incident
from incident_tui.domain.policy import Policy
from incident_tui.reports.entries import Lines
from incident_tui.reports.gathered import History, gather, history_of
from incident_tui.reports.typeset import Wall, environment
from incident_tui.reports.view import Report, prepare, report_of

TEMPLATES: Final[tuple[str, ...]] = ("incident-report",)
SUFFIX: Final = ".md.j2"
DEFAULT_POLICY: Final = Policy()


class UnknownTemplate(LookupError):
    """No document has this name; the message lists those that exist."""

    def __init__(self, name: str) -> None:
        super().__init__(f"no document {name!r}; known: {', '.join(names())}")
        self.name = name


class TemplateFailed(Exception):
    """A template of the user cannot be read or rendered; the message is `file:line: reason`, `line` 0 if unknown."""

    def __init__(self, path: Path, line: int, reason: str) -> None:
        super().__init__(f"{path}:{line}: {reason}" if line else f"{path}: {reason}")
        self.path = path
        self.line = line
        self.reason = reason


def names() -> tuple[str, ...]:
    """The names that `render_document` knows."""
    return TEMPLATES


def render(
    incident: Incident, events: Iterable[Event], policy: Policy = DEFAULT_POLICY, now: datetime | None = None
) -> str:
    """The incident report in Markdown, from the fold of all `events`, which come in the order of their ids.

    The same values give the same bytes: no clock is read. What had not ended runs to `now`, or to the last event.
    """
    return render_document("incident-report", incident, events, policy, now)


def render_document(
    name: str,
    incident: Incident,
    events: Iterable[Event],
    policy: Policy = DEFAULT_POLICY,
    now: datetime | None = None,
) -> str:
    """A document by its name. Raises UnknownTemplate."""
    if name not in TEMPLATES:
        raise UnknownTemplate(name)
    return "".join(stream(incident, history_of(events), policy, now))


def stream(
    incident: Incident, history: History, policy: Policy = DEFAULT_POLICY, now: datetime | None = None
) -> Iterator[str]:
    """The incident report in pieces, the first of which comes when all events have been read.

    However long the log is, few of its events and lines are in memory at a time.
    """
    from jinja2 import PackageLoader

    wall = Wall.of(incident.zone, incident.declared_at)
    ours = environment(PackageLoader("incident_tui.reports", "templates"), wall, trusted=True)
    template = ours.get_template(f"{TEMPLATES[0]}{SUFFIX}")
    lines = Lines(wall)
    told = gather(incident, history, lines.add)
    return template.generate(report=report_of(incident, told, policy, wall, now), lines=lines)


def render_file(
    path: Path,
    incident: Incident,
    events: Iterable[Event],
    policy: Policy = DEFAULT_POLICY,
    now: datetime | None = None,
    more: Callable[[Report], Mapping[str, object]] | None = None,
) -> str:
    """A document from a Jinja2 template of the user's own, sandboxed; it sees `report`, a `view.Report`, and what
    `more` makes of that.

    Text that no filter made goes through `line`; the template may include others of its folder, and ours. Raises
    TemplateFailed, with the file and line that failed.
    """
    from jinja2 import ChoiceLoader, FileSystemLoader, PackageLoader, TemplateNotFound, TemplateSyntaxError

    wall = Wall.of(incident.zone, incident.declared_at)
    report = prepare(incident, events, policy, wall, now)
    ours = PackageLoader("incident_tui.reports", "templates")
    made = environment(ChoiceLoader([FileSystemLoader(path.parent), ours]), wall, trusted=False)
    lines = Lines(wall)
    for item in report.log:
        lines.add(item)
    values = {"report": report, "lines": lines.fixed(), **(more(report) if more else {})}
    try:
        return str(made.get_template(path.name).render(values))
    except TemplateSyntaxError as error:
        where = Path(error.filename) if error.filename else path
        raise TemplateFailed(where, error.lineno, error.message or "cannot be read") from error
    except TemplateNotFound as error:
        raise TemplateFailed(*_place(error, path), f"no template {error.name}") from error
    except Exception as error:  # whatever the template makes of its values
        raise TemplateFailed(*_place(error, path), str(error) or type(error).__name__) from error


def _place(error: Exception, path: Path) -> tuple[Path, int]:
    """The template of its folder that raised, and the line, which Jinja2 puts into the traceback; else 0."""
    frames = traceback.extract_tb(error.__traceback__)
    places = [(Path(frame.filename), frame.lineno or 0) for frame in frames]
    found = [place for place in places if place[0].parent == path.parent]
    return found[-1] if found else (path, 0)
