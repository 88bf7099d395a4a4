"""The verb that writes documents: about one incident or all, as of any moment, as text, HTML or PDF."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Iterable
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from incident_tui.cli.console import USAGE, Stop, Toned
from incident_tui.cli.desk import Desk, Work
from incident_tui.cli.output import write_new
from incident_tui.cli.verb import Verb, add_at
from incident_tui.domain.evolve import fold
from incident_tui.domain.gist import Gist
from incident_tui.domain.incident import Incident
from incident_tui.domain.text import clean
from incident_tui.measuring import gather
from incident_tui.session import Session
from incident_tui.times import parse_moment, show, zone_named

if TYPE_CHECKING:
    from incident_tui.reports.documents import Document, OfMany, OfOne

DEFAULT = "incident-report"
FORMATS = ("text", "html", "pdf")


def report(desk: Desk, arguments: Namespace) -> int:
    """Write the document, or with --list say which there are."""
    from incident_tui.reports.documents import OfOne, UnknownDocument, document_named

    if arguments.list:
        return _list(desk)
    try:
        document = document_named(arguments.template, desk.paths.templates)
    except UnknownDocument as problem:
        raise Stop(str(problem), problem.hint) from problem
    wanted = _format(arguments)
    if wanted != "text" and document.media.suffix != ".md":
        raise Stop(f"{document.name} is {document.media.name}", "only Markdown documents become HTML or PDF", USAGE)
    if isinstance(document, OfOne):
        title, pieces = _of_one(desk, arguments, document)
    else:
        title, pieces = _of_many(desk, arguments, document)
    _put_out(desk, arguments, title, _encoded(document, wanted, title, pieces))
    return 0


def _of_one(desk: Desk, arguments: Namespace, document: OfOne) -> tuple[str, Iterable[str]]:
    """The reference of the incident, and the document about it."""
    with desk.incident(reading=True) as work:
        return work.incident.ref, _about_one(work, document, _moment(work.session, arguments.at, work.zone))


def _moment(session: Session, text: str | None, zone: ZoneInfo) -> datetime | None:
    """The moment that is named: what will be known later is nobody's to report. Raises TimeError, Stop."""
    if text is None:
        return None
    now = session.now()
    moment = parse_moment(text, now, zone)
    if moment > now:
        raise Stop(f"{show(moment, zone, now)} lies in the future", "give a moment that has been")
    return moment


def about_one(work: Work, document: OfOne) -> str:
    """The document about the incident, as of now. Raises Stop."""
    return "".join(_about_one(work, document, None))


def _about_one(work: Work, document: OfOne, moment: datetime | None) -> Iterable[str]:
    """The document about the incident in pieces, as of a moment in the past or now. Raises Stop, before the first."""
    from incident_tui.reports.extras import MissingExtra
    from incident_tui.reports.gathered import History, recorded_by
    from incident_tui.reports.incident_report import TemplateFailed

    incident = work.incident
    # Read more than once: what others record meanwhile is in none of it.
    history: History = partial(work.session.journal.events, incident.id, upto=work.room.seq)
    if moment is not None:
        history = recorded_by(history, moment)
        incident = fold(history(), Incident(incident.id))
    if not incident.version:
        raise Stop(f"nothing was recorded by {work.show(moment or work.session.now())}", "name a later time")
    now = moment or (work.session.now() if document.current else None)
    try:
        return document.pieces(incident, history, work.session.policy, now)
    except TemplateFailed as problem:
        raise Stop(str(problem), "mend the template") from problem
    except MissingExtra as problem:
        raise Stop(str(problem)) from problem


def _of_many(desk: Desk, arguments: Namespace, document: OfMany) -> tuple[str, Iterable[str]]:
    """The name of the document, and the document about all incidents."""
    if desk.wanted is not None:
        raise Stop(f"{document.name} is about all incidents", "leave out -i", USAGE)
    with desk.session(reading=True) as session:
        zone, now = zone_named(session.zone), session.now()
        moment = _moment(session, arguments.at, zone)
        gists = _known_by(session, moment)
        if moment is not None and not gists:
            raise Stop(f"nothing was recorded by {show(moment, zone, now)}", "name a later time")
        return document.name, (document.render(gists, session.policy, moment or now, zone),)


def _known_by(session: Session, moment: datetime | None) -> list[Gist]:
    """All incidents as they stand, or as they were known at a moment; those not declared by then are left out."""
    from incident_tui.reports.documents import as_of

    if moment is None:
        return gather(session)
    names = [summary.incident for summary in session.summaries()]
    found = (as_of(name, session.journal.events(name), moment)[0] for name in names)
    return [Gist.of(incident) for incident in found if incident.version]


def _list(desk: Desk) -> int:
    from incident_tui.reports.documents import OfOne, documents

    rows: list[tuple[str | Toned, ...]] = []
    for document in documents(desk.paths.templates).values():
        about = "one incident" if isinstance(document, OfOne) else "all incidents"
        rows.append((Toned(document.name, "strong"), about, document.media.name, document.summary))
    desk.console.columns(rows)
    return 0


def _format(arguments: Namespace) -> str:
    """What is asked for, else what the name of the file says."""
    if arguments.format is not None:
        return str(arguments.format)
    suffix = Path(arguments.output).suffix.lower() if arguments.output else ""
    return suffix[1:] if suffix in (".html", ".pdf") else "text"


def _encoded(document: Document, wanted: str, title: str, pieces: Iterable[str]) -> Iterable[str] | bytes:
    from incident_tui.reports.extras import MissingExtra
    from incident_tui.reports.pages import html_of, pdf_of

    if wanted == "text":
        return (clean(piece).replace("\n", document.media.newline) for piece in pieces)
    page = html_of(clean("".join(pieces)), f"{title} {document.name}" if title != document.name else title)
    try:
        return pdf_of(page) if wanted == "pdf" else (page,)
    except MissingExtra as problem:
        raise Stop(str(problem)) from problem


def _put_out(desk: Desk, arguments: Namespace, title: str, written: Iterable[str] | bytes) -> None:
    """Into a new file, else on standard output."""
    if arguments.output is not None:
        pieces = (written,) if isinstance(written, bytes) else (piece.encode() for piece in written)
        write_new(Path(arguments.output), pieces, force=arguments.force)
        desk.console.done(f"{title}: report written to {arguments.output}")
    elif isinstance(written, bytes):
        desk.console.binary(written)
    else:
        desk.console.out.writelines(written)


def report_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--template",
        metavar="NAME|FILE",
        default=DEFAULT,
        help=f"the document (default: {DEFAULT}), or a file with a Jinja2 template",
    )
    parser.add_argument("--list", action="store_true", help="say which documents there are, your own among them")
    add_at(parser, "as it was known at that time")
    parser.add_argument("--format", choices=FORMATS, help="default: by the name of the file, else text")
    parser.add_argument("-o", "--output", metavar="FILE", help="write a new file instead of standard output")
    parser.add_argument("--force", action="store_true", help="replace the file if it exists")


VERBS = {
    "report": Verb(
        "write a document: the report, a post-mortem, a status update, a review and more",
        "incident-tui report -i k7q --template postmortem -o checkout.md",
        report,
        report_arguments,
    ),
}
