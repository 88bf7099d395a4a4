"""Verbs that read: list, show, search, verify."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from incident_tui.cli.console import Stop, Toned, counted
from incident_tui.cli.desk import Desk
from incident_tui.cli.evidence import missing
from incident_tui.cli.verb import Verb, add_json
from incident_tui.domain.decide import Refused
from incident_tui.domain.encoding import body_to_json, to_json
from incident_tui.domain.events import Event, Json, JsonObject
from incident_tui.domain.incident import SEVERITIES
from incident_tui.domain.lines import line_of
from incident_tui.domain.search import plain
from incident_tui.domain.text import first_line
from incident_tui.journal import JournalError, Summary
from incident_tui.journal.blobs import BlobStore
from incident_tui.journal.verify import Evidence
from incident_tui.times import iso, show, zone_named

SHORT_ID = 6


def listed(desk: Desk, arguments: Namespace) -> int:
    with desk.session(reading=True) as session:
        summaries = session.summaries()
        if arguments.json:
            desk.console.json([{**_fields(to_json(item)), "live": item.live} for item in summaries])
            return 0
        if not summaries:
            desk.console.line("no incidents yet; declare one: incident-tui declare 'what is wrong'")
        zone, now = zone_named(session.zone), session.now()
        rows = [(item, show(item.began_at, zone, now) if item.began_at else "–") for item in summaries]
        desk.console.columns([_row(item, began) for item, began in rows])
    return 0


def _row(item: Summary, began: str) -> tuple[str | Toned, ...]:
    status = Toned(item.status, "bad" if item.live and item.severity == 1 else "warn" if item.live else "muted")
    severity = f"SEV{item.severity} {SEVERITIES.get(item.severity, '')}"
    return item.ref, severity, status, began, item.commander or "no commander", item.title


def shown(desk: Desk, arguments: Namespace) -> int:
    from incident_tui.cli import picture

    with desk.incident(reading=True) as work:
        now, policy = work.session.now(), work.session.policy
        if arguments.json:
            desk.console.json(picture.as_json(work.incident, now, policy))
        else:
            picture.print_incident(work, now, policy)
    return 0


def search(desk: Desk, arguments: Namespace) -> int:
    with desk.session(reading=True) as session:
        incident = ""
        if desk.wanted is not None:
            meant = session.find(desk.wanted, reading=True)
            if isinstance(meant, Refused):
                raise Stop.refused(meant)
            incident = meant.incident
        words = " ".join(arguments.text)
        found = [item.event for item in session.journal.search(plain(words), incident, arguments.limit)]
        refs = {item.incident: item.ref for item in session.summaries()}
        if arguments.json:
            desk.console.json([_event(event, refs) for event in found])
            return 0
        if not found:
            desk.console.line("nothing found")
        zone, now = zone_named(session.zone), session.now()
        rows = [_hit(event, refs.get(event.incident, ""), show(event.at, zone, now)) for event in found]
        desk.console.columns(rows)
    return 0


def _hit(event: Event, ref: str, at: str) -> tuple[str | Toned, ...]:
    line = line_of(event.body)
    kind, text = (line.kind, line.text) if line else (event.body.KIND, "")
    text = text or first_line(str(getattr(event.body, "text", "")), 200)
    return ref, at, Toned(event.id[-SHORT_ID:], "muted"), kind, event.actor, text


def _event(event: Event, refs: dict[str, str]) -> Json:
    kind, body = body_to_json(event.body)
    return {
        "id": event.id,
        "incident": event.incident,
        "ref": refs.get(event.incident, ""),
        "at": iso(event.at),
        "recorded": iso(event.recorded),
        "actor": event.actor,
        "kind": kind,
        "body": body,
    }


def search_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("text", metavar="TEXT", nargs="+", help="words that must all occur; the last may be unfinished")
    parser.add_argument("--limit", metavar="N", type=int, default=50, help="at most so many, the newest (default: 50)")
    add_json(parser)


def verify(desk: Desk, arguments: Namespace) -> int:
    with desk.session(reading=True) as session:
        problems = session.journal.verify()
        elsewhere: list[Evidence] = []
        try:
            ours, elsewhere = missing(session)
            problems += [f"event {item.event}: its evidence {item.sha256} is missing" for item in ours]
        except JournalError as error:
            problems.append(f"the evidence that events name: {error.reason}")
        problems += [f"evidence {name}: changed since" for name in BlobStore(session.paths.blobs).damaged()]
    if arguments.json:
        files: list[Json] = [dict(item._asdict()) for item in elsewhere]
        desk.console.json({"sound": not problems, "problems": list(problems), "evidence_elsewhere": files})
    else:
        _say_verified(desk, problems, len(elsewhere))
    if problems:
        hint = "keep the data folder as it is, and restore from a backup"
        raise Stop(f"{counted(len(problems), 'problem')} found", hint)
    return 0


def _say_verified(desk: Desk, problems: list[str], elsewhere: int) -> None:
    for problem in problems:
        desk.console.line(Toned(problem, "bad"))
    if not problems:
        which = "the evidence that is here" if elsewhere else "the evidence"
        desk.console.line(f"ok: the database, the chains and {which} are whole")
    if elsewhere:
        verb = "is" if elsewhere == 1 else "are"
        desk.console.line(f"{counted(elsewhere, 'evidence file')} of other devices {verb} not here")


def _fields(value: Json) -> JsonObject:
    return value if isinstance(value, dict) else {}


VERBS = {
    "list": Verb("list all incidents", "incident-tui list", listed, add_json, writes=False),
    "show": Verb("show an incident as it stands", "incident-tui show -i k7q", shown, add_json, writes=False),
    "search": Verb(
        "search all logs, or with -i one", "incident-tui search pool timeout", search, search_arguments, writes=False
    ),
    "verify": Verb("check the hash chain and the database", "incident-tui verify", verify, add_json, writes=False),
}
