"""The verb that writes the log: of all verbs the one that must start fastest."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from datetime import datetime

from incident_tui.cli.desk import Desk, Work
from incident_tui.cli.verb import Verb, add_at
from incident_tui.domain.decide import TEXT_LIMIT, Decision
from incident_tui.domain.decide.log import log_entry
from incident_tui.domain.events import Event, MilestoneSet
from incident_tui.domain.incident import ENTRY_KINDS, Incident
from incident_tui.domain.lines import line_of
from incident_tui.domain.text import clean, first_line
from incident_tui.journal import JournalError
from incident_tui.session import NotSaved

SHOWN = 100


def recorded(work: Work, event: Event) -> str:
    """What was recorded, in the words of the log."""
    line = line_of(event.body)
    if line is None:
        return event.body.KIND.replace(".", " ").replace("_", " ")
    if line.kind in ENTRY_KINDS or isinstance(event.body, MilestoneSet):
        what = line.text if line.kind == "milestone" else line.kind
        return f"{what} recorded at {work.show(event.at)}"
    return f"{line.kind} {first_line(line.text, SHOWN)}"


def log(desk: Desk, arguments: Namespace) -> int:
    with desk.incident() as work:
        at = work.moment(arguments.at)
        text = desk.typed(arguments.text, "text")
        if len(clean(text)) > TEXT_LIMIT:
            return _keep_long(work, text, at)
        typed = arguments.text and arguments.text != ["-"]
        pasted = not typed and "\n" in text.strip()
        kind = arguments.kind or ("evidence" if pasted else "finding")
        tags = tuple(tag.removeprefix("#") for tag in arguments.tag)

        def intent(incident: Incident) -> Decision:
            return log_entry(incident, kind, text, tags, arguments.supports, arguments.refutes)

        done = work.record(intent, at, text)
        work.said(recorded(work, done.events[0]))
    return 0


def _keep_long(work: Work, text: str, at: datetime | None) -> int:
    from incident_tui.domain.decide.evidence import keep_file
    from incident_tui.domain.lines import size_words
    from incident_tui.domain.scrubbing import Scrubbed, scrub

    scrubbed = Scrubbed(text, ()) if work.keep_secrets else scrub(clean(text), work.session.own_secrets)
    work.mention_masked(found.kind for found in scrubbed.found)
    data = scrubbed.text.encode(errors="replace")
    try:
        sha256 = work.blobs.keep(data)
    except JournalError as error:
        raise work.unsaved(NotSaved(error.reason, error.hint), text) from error
    work.record(lambda incident: keep_file(incident, "long text", sha256, len(data), data), at, text)
    work.said(f"a text of {size_words(len(data))} is longer than an entry and kept as a file, sha256 {sha256}")
    return 0


def log_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("text", metavar="TEXT", nargs="*", help="the entry; - or nothing reads standard input")
    kinds = ", ".join(ENTRY_KINDS)
    parser.add_argument("--kind", metavar="K", help=f"{kinds} (default: finding; evidence for piped lines)")
    add_at(parser)
    parser.add_argument("--tag", metavar="T", action="append", default=[], help="a tag; may be given several times")
    parser.add_argument("--for", metavar="H1", dest="supports", default="", help="the theory that it supports")
    parser.add_argument("--against", metavar="H1", dest="refutes", default="", help="the theory that it refutes")


VERBS = {
    "log": Verb(
        "add an entry to the investigation log",
        "incident-tui log 'p95 of checkout is 9.8 s' --kind finding --at 14:05 --tag checkout",
        log,
        log_arguments,
    ),
}
