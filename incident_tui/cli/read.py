"""Verbs that read: list, show, search."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from incident_tui.cli.console import USAGE, Stop, Toned
from incident_tui.cli.desk import Desk
from incident_tui.cli.verb import Verb, add_json
from incident_tui.domain.decide import Refused
from incident_tui.domain.encoding import body_to_json, to_json
from incident_tui.domain.events import Json, JsonObject
from incident_tui.domain.incident import SEVERITIES
from incident_tui.domain.lines import line_of
from incident_tui.domain.search import EXAMPLES, parse
from incident_tui.journal import Summary
from incident_tui.journal.search import Found
from incident_tui.times import iso, show, zone_named

SHORT_ID = 6


def listed(desk: Desk, arguments: Namespace) -> int:
    with desk.session(reading=True) as session:
        zone, now = zone_named(session.zone), session.now()
        query = parse(_filters(arguments), now, zone)
        if isinstance(query, Refused):
            raise Stop.refused(query)
        summaries = session.journal.summaries(query)
        if arguments.json:
            desk.console.json([{**_fields(to_json(item)), "live": item.live} for item in summaries])
            return 0
        if not summaries and query.filters:
            desk.console.line(f"no incidents among {', '.join(query.shown)}")
        elif not summaries:
            desk.console.line("no incidents yet; declare one: incident-tui declare 'what is wrong'")
        rows = [(item, show(item.began_at, zone, now) if item.began_at else "–") for item in summaries]
        desk.console.columns([_row(item, began) for item, began in rows])
    return 0


def _row(item: Summary, began: str) -> tuple[str | Toned, ...]:
    status = Toned(item.status, "bad" if item.live and item.severity == 1 else "warn" if item.live else "muted")
    severity = f"SEV{item.severity} {SEVERITIES.get(item.severity, '')}"
    services = f" on {', '.join(item.services)}" if item.services else ""
    drill = "DRILL " if item.drill else ""
    return item.ref, severity, status, began, item.commander or "no commander", f"{drill}{item.title}{services}"


def _filters(arguments: Namespace) -> str:
    """The options as a line of the language of searches."""
    given = {name: getattr(arguments, name) for name in ("service", "severity", "status", "person", "since", "until")}
    return " ".join(f'{name}:"{value}"' for name, value in given.items() if value is not None)


def list_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--service", metavar="NAME", help="only those tagged with this service: its history")
    parser.add_argument("--severity", metavar="S", help="only those of this severity")
    parser.add_argument("--status", metavar="S", help="only those of this status; live for all that are not over")
    parser.add_argument("--person", metavar="NAME", help="only those in which this person took part")
    parser.add_argument("--since", metavar="DAY", help="only those that began then or later")
    parser.add_argument("--until", metavar="DAY", help="only those that began then or earlier")
    add_json(parser)


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
        zone, now = zone_named(session.zone), session.now()
        if arguments.limit < 1:
            raise Stop(f"--limit {arguments.limit} is less than 1", "", USAGE)
        query = parse(" ".join(arguments.text), now, zone)
        if isinstance(query, Refused):
            raise Stop.refused(query)
        found = session.journal.search(query, incident, arguments.limit)
        refs = {item.incident: item.ref for item in session.summaries()}
        if arguments.json:
            desk.console.json([_event(item, refs) for item in found])
            return 0
        if not found:
            desk.console.line("nothing found" + (f" among {', '.join(query.shown)}" if query.shown else ""))
        desk.console.columns(
            [_hit(item, refs, show(item.event.at, zone, now), marked=desk.console.colours) for item in found]
        )
    return 0


def _hit(found: Found, refs: dict[str, str], at: str, *, marked: bool) -> tuple[str | Toned, ...]:
    event = found.event
    line = line_of(event.body)
    kind = line.kind if line else event.body.KIND
    return (
        refs.get(event.incident, ""),
        at,
        Toned(event.id[-SHORT_ID:], "muted"),
        kind,
        event.actor,
        found.snippet.marked() if marked else found.snippet.text,
    )


def _event(found: Found, refs: dict[str, str]) -> Json:
    """The event; `rank` counts from 1, the best, and in `snippet` what was found stands in brackets."""
    event = found.event
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
        "snippet": found.snippet.marked(),
        "rank": found.rank,
    }


def search_arguments(parser: ArgumentParser) -> None:
    words = "words that must all occur, the last may be unfinished; filters choose incidents: "
    parser.add_argument("text", metavar="TEXT", nargs="+", help=words + EXAMPLES)
    parser.add_argument("--limit", metavar="N", type=int, default=50, help="at most so many, the best (default: 50)")
    add_json(parser)


def _fields(value: Json) -> JsonObject:
    return value if isinstance(value, dict) else {}


VERBS = {
    "list": Verb(
        "list incidents, all or those of a service, a person, a time",
        "incident-tui list",
        listed,
        list_arguments,
        writes=False,
    ),
    "show": Verb("show an incident as it stands", "incident-tui show -i k7q", shown, add_json, writes=False),
    "search": Verb(
        "search all logs, or with -i one",
        "incident-tui search pool timeout sev1 since:2026-01",
        search,
        search_arguments,
        writes=False,
    ),
}
