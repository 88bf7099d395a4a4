"""Verbs about files: attach, report, backup."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path

from incident_tui.cli.console import Stop
from incident_tui.cli.desk import Desk, Work
from incident_tui.cli.output import write_new
from incident_tui.cli.verb import Verb, add_at
from incident_tui.domain.decide.evidence import PREVIEW_LIMIT, keep_file
from incident_tui.domain.events import Event
from incident_tui.domain.evolve import fold
from incident_tui.domain.incident import Incident
from incident_tui.domain.lines import size_words
from incident_tui.domain.policy import Policy
from incident_tui.domain.text import clean_line

CHUNK = 1024 * 1024
REPORT = "incident-report"


def attach(desk: Desk, arguments: Namespace) -> int:
    files = [Path(name) for name in arguments.file]
    for file in files:
        _readable(file)
    with desk.incident() as work:
        for file in files:
            _attach(work, file)
    return 0


def _readable(file: Path) -> None:
    """Look at all files before the first is kept. Raises OSError, Stop."""
    if file.is_dir():
        raise Stop(f"{file} is a folder", "attach the files in it")
    with file.open("rb"):
        return


def _attach(work: Work, file: Path) -> None:
    start = b""
    with file.open("rb") as source, work.blobs.writer() as blob:
        while piece := source.read(CHUNK):
            start = start or piece[: PREVIEW_LIMIT + 4]
            blob.write(piece)
        sha256, size = blob.keep(), blob.size
    work.record(lambda incident: keep_file(incident, file.name, sha256, size, start))
    work.said(f"{clean_line(file.name)} kept as evidence, {size_words(size)}, sha256 {sha256}")


def attach_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", nargs="+", help="a file to keep, under its SHA-256")


def report(desk: Desk, arguments: Namespace) -> int:
    from incident_tui.reports.incident_report import TemplateFailed

    document = _document(arguments.template)
    with desk.incident(reading=True) as work:
        now = work.moment(arguments.at)
        events = list(work.session.journal.events(work.incident.id))
        incident = work.incident
        if now is not None:
            events = [event for event in events if event.recorded <= now]
            incident = fold(events, Incident(incident.id))
        if not events:
            raise Stop(f"nothing was recorded by {work.show(now or work.session.now())}", "name a later time")
        try:
            text = document(incident, events, work.session.policy, now)
        except TemplateFailed as problem:
            raise Stop(str(problem), "mend the template") from problem
    if arguments.output is None:
        desk.console.block(text)
        return 0
    write_new(Path(arguments.output), text.encode(), force=arguments.force)
    desk.console.done(f"{incident.ref}: report written to {arguments.output}")
    return 0


def _document(template: str) -> Callable[[Incident, list[Event], Policy, datetime | None], str]:
    """One of our documents by name, else one made with a template file."""
    from incident_tui.reports.incident_report import names, render_document, render_file

    if template in names():
        return partial(render_document, template)
    path = Path(template)
    if not path.is_file():
        raise Stop(f"no report template “{clean_line(template)}”", f"name a file, or one of: {', '.join(names())}")
    return partial(render_file, path)


def report_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--template",
        metavar="NAME|FILE",
        default=REPORT,
        help=f"the document (default: {REPORT}), or a file with a Jinja2 template",
    )
    add_at(parser, "as it was known at that time")
    parser.add_argument("-o", "--output", metavar="FILE", help="write a new file instead of standard output")
    parser.add_argument("--force", action="store_true", help="replace the file if it exists")


def backup(desk: Desk, arguments: Namespace) -> int:
    with desk.session(reading=True) as session:
        session.journal.backup(Path(arguments.file).absolute())
        blobs = session.paths.blobs
    desk.console.done(f"backup written to {arguments.file}")
    if blobs.is_dir() and any(blobs.iterdir()):
        desk.console.done(f"evidence is beside the database and never changes; copy {blobs} too")
    return 0


def backup_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help="a new file for the copy")


VERBS = {
    "attach": Verb("keep files as evidence", "incident-tui attach heap.txt trace.png", attach, attach_arguments),
    "report": Verb(
        "write the report as Markdown",
        "incident-tui report -i k7q -o checkout.md",
        report,
        report_arguments,
    ),
    "backup": Verb(
        "copy the database consistently while it is in use",
        "incident-tui backup incidents-backup.db",
        backup,
        backup_arguments,
    ),
}
