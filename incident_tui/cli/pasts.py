"""Reading past incidents from Markdown: what would come of it, and then that it is entered."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from incident_tui.cli.console import Stop, Toned, counted
from incident_tui.cli.desk import Desk
from incident_tui.domain.decide import Refused
from incident_tui.domain.events import Event, IncidentDeclared, Json, JsonObject
from incident_tui.domain.scrubbing import scrub
from incident_tui.domain.text import first_line
from incident_tui.journal.codec import to_row
from incident_tui.pasts import Told, building, read
from incident_tui.pasts.document import TooLong, check_length
from incident_tui.session import Session
from incident_tui.times import zone_named

SUFFIXES = (".md", ".markdown", ".mdown", ".mdx", ".mkd", ".rmd", ".txt", ".erb")


def is_document(file: str | None, data: bytes) -> bool:
    """Whether it is Markdown rather than events: by the file's name, else by how it begins."""
    suffix = Path(file).suffix.lower() if file else ""
    if suffix in SUFFIXES:
        return True
    start = data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    return suffix not in (".jsonl", ".json", ".ndjson") and start not in (b"", b"{", b"[")


def document(desk: Desk, arguments: Namespace, data: bytes) -> int:
    """Enter the incidents of a document, or with --dry-run only show them. Raises Stop."""
    zone = zone_named(arguments.zone or desk.config.zone).key
    name = "" if arguments.file in (None, "-") else str(arguments.file)
    try:
        text = data.decode("utf-8", "replace")
        check_length(text)
        incidents = read(_scrubbed(desk, text), name)
    except TooLong as error:
        raise Stop(f"{name or 'the text'} is no post-mortem: {error}") from error
    if arguments.dry_run:
        _shown(desk, incidents, zone, machine=arguments.json)
        return 0
    with desk.session() as session:
        entered = _entered(session, incidents, zone)
    if arguments.json:
        found: list[Json] = [{**as_json(told), "ref": ref, "new": new} for told, ref, new in entered]
        with desk.console.telling():
            desk.console.json({"incidents": found})
        return 0
    for told, ref, new in entered:
        _said(desk, told, ref, zone, new=new)
    return 0


def _scrubbed(desk: Desk, text: str) -> str:
    """The document without secrets: what is read of it is kept in the words that stand there."""
    if desk.keep_secrets:
        return text
    scrubbed = scrub(text)
    desk.console.mention_masked((found.kind for found in scrubbed.found), "; --keep-secrets keeps {}")
    return scrubbed.text


def as_json(told: Told) -> JsonObject:
    """The contract of `import --dry-run --json` for one incident."""
    events: list[Json] = [{"occurred": event.occurred, "text": event.text} for event in told.events]
    return {
        "title": told.title,
        "timezone": told.timezone,
        "events": events,
        "warnings": [str(remark) for remark in told.warnings],
    }


def _entered(session: Session, incidents: tuple[Told, ...], zone: str) -> list[tuple[Told, str, bool]]:
    """Each incident with its reference, and whether it is new; all or none are entered. Raises Stop."""
    known = session.summaries()
    taken = {summary.ref for summary in known}
    entering = building.Entering(session.journal.device, session.actor, session.now(), zone)
    found: list[tuple[Told, str, bool]] = []
    events: list[Event] = []
    for told in incidents:
        here = next((summary.ref for summary in known if building.is_twin(summary.incident, told)), None)
        if here is not None:
            found.append((told, here, False))
            continue
        if not told.events and told.date is None:
            raise Stop(
                "no timeline and no day in it", "its entries must start with a time, such as `- 16:58 UTC - text`"
            )
        made = building.events_of(told, entering, taken)
        if isinstance(made, Refused):
            raise Stop.refused(made)
        declared = made[0].body
        ref = declared.ref if isinstance(declared, IncidentDeclared) else ""
        taken.add(ref)
        events += made
        found.append((told, ref, True))
    session.journal.import_rows(to_row(event) for event in events)
    return found


def _said(desk: Desk, told: Told, ref: str, zone: str, *, new: bool) -> None:
    """The reference, and what the importer must know about it."""
    console = desk.console
    if not new:
        console.done(f"{ref} is here already: {told.title}")
        return
    assumed = "" if told.timezone else f"; times assumed to be {zone}, --zone says otherwise"
    console.done(f"{ref} {told.title} ({counted(len(told.events), 'entry').replace('entrys', 'entries')}{assumed})")
    for remark in told.warnings:
        console.done(f"  {remark}")


def _shown(desk: Desk, incidents: tuple[Told, ...], zone: str, *, machine: bool) -> None:
    """What would be entered, as a person or a machine reads it."""
    if machine:
        desk.console.json({"incidents": [as_json(told) for told in incidents]})
        return
    console = desk.console
    for told in incidents:
        where = told.timezone or f"none stated; {zone} would be assumed"
        console.line(Toned(told.title, "strong"))
        console.line(f"time zone: {where}")
        console.line(f"severity: {f'SEV{told.severity}' if told.severity else 'none stated; SEV3 would be assumed'}")
        rows: list[tuple[str | Toned, ...]] = [
            (
                Toned(f"{event.line}", "muted"),
                f"{'~' if event.approximate else ''}{event.occurred or event.stamp}",
                Toned(event.milestone, "good"),
                first_line(event.text, 120),
            )
            for event in told.events
        ]
        console.columns(rows)
        for remark in told.warnings:
            console.line(Toned("? ", "warn"), str(remark))
        for remark in told.notes:
            console.line(Toned("· ", "muted"), str(remark))
    console.line("nothing was entered")
