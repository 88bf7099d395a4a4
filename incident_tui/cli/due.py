"""The verb that says what is due over all incidents."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from incident_tui.cli.console import REFUSED, Toned
from incident_tui.cli.desk import Desk
from incident_tui.cli.verb import Verb, add_json
from incident_tui.domain.dues import Due, dues
from incident_tui.domain.encoding import to_json
from incident_tui.session import Session
from incident_tui.times import clock, show, zone_named

NEVER = datetime.max.replace(tzinfo=UTC)


def due(desk: Desk, arguments: Namespace) -> int:
    """Print it, the most urgent first; the exit code is 1 when something is overdue."""
    with desk.session(reading=True) as session:
        now, zone = session.now(), zone_named(session.zone)
        found = sorted(_found(desk, session, now, zone), key=lambda item: (item.at or NEVER, item.ref, item.kind))
        late = [item for item in found if item.late(now)]
        if arguments.json:
            desk.console.json([{**_fields(item), "late": item in late} for item in found])
        elif not found:
            desk.console.line("nothing is due")
        else:
            desk.console.columns([_row(item, now, zone) for item in found])
    return REFUSED if late else 0


def _found(desk: Desk, session: Session, now: datetime, zone: ZoneInfo) -> list[Due]:
    """Of all incidents, or of the one named with -i."""
    if desk.wanted is not None:
        with desk.incident(reading=True) as work:
            return list(dues(work.incident, now, session.policy, zone))
    rooms = (session.enter(summary.incident) for summary in session.summaries())
    return [item for room in rooms for item in dues(room.incident, now, session.policy, zone)]


def _fields(item: Due) -> dict[str, str | None]:
    at = to_json(item.at)
    return {
        "kind": item.kind,
        "ref": item.ref,
        "text": item.text,
        "at": at if isinstance(at, str) else None,
        "incident": item.incident,
    }


def _row(item: Due, now: datetime, zone: ZoneInfo) -> tuple[str | Toned, ...]:
    if item.at is None:
        return item.ref, item.kind, "–", "", item.text
    left = Toned(f"late {clock(now - item.at)}", "bad") if item.late(now) else f"in {clock(item.at - now)}"
    return item.ref, item.kind, show(item.at, zone, now), left, item.text


def due_arguments(parser: ArgumentParser) -> None:
    add_json(parser)


VERBS = {
    "due": Verb(
        "say what is due in all incidents; exits with 1 when something is late",
        "incident-tui due",
        due,
        due_arguments,
        writes=False,
    )
}
