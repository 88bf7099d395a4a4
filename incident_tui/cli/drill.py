"""The verb for practice: a past incident as a drill, and both runs side by side."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from datetime import datetime, timedelta

from incident_tui import drills
from incident_tui.cli.console import USAGE, Console, Stop, Toned
from incident_tui.cli.desk import Desk
from incident_tui.cli.verb import Verb, add_at, add_json
from incident_tui.domain.decide import Refused
from incident_tui.domain.drill import Comparison, Timed
from incident_tui.domain.encoding import to_json
from incident_tui.domain.events import Json, JsonObject
from incident_tui.domain.incident import Incident
from incident_tui.journal import Summary
from incident_tui.session import Session
from incident_tui.times import clock, moment_within, show, zone_or_local

Cells = tuple[str | Toned, ...]


def drill(desk: Desk, arguments: Namespace) -> int:
    """Make a drill, or compare one. Raises Stop and TimeError."""
    words = list(arguments.words)
    comparing = words[:1] == ["compare"]
    wanted = words[1:] if comparing else words
    if len(wanted) > 1:
        raise Stop(f"not understood: {' '.join(wanted[1:])}", "say drill REF, or drill compare REF", USAGE)
    word = wanted[0] if wanted else desk.wanted
    if comparing:
        return _compare(desk, word, as_json=arguments.json)
    if word is None:
        raise Stop("no incident to drill", "name a past one: incident-tui drill k7q", USAGE)
    return _fork(desk, word, arguments)


def _fork(desk: Desk, word: str, arguments: Namespace) -> int:
    with desk.session() as session:
        source = _meant(session, word)
        room = session.enter(source.incident)
        forked = _moment(arguments.at, room.incident) if arguments.at else None
        done = session.fork(source.incident, forked)
        if isinstance(done, Refused):
            raise Stop.refused(done)
        made = done.room.incident
    if arguments.json:
        with desk.console.telling():
            desk.console.json({"ref": made.ref, "incident": made.id, "drill": to_json(made.drill)})
        return 0
    moment = f" at {show(forked, zone_or_local(room.incident.zone), session.now())}" if forked else ""
    desk.console.done(f"{made.ref}: DRILL of {source.ref}{moment}; what came from outside arrives in its war room")
    desk.console.done(f"open it with incident-tui -i {made.ref}")
    return 0


def _moment(text: str, incident: Incident) -> datetime:
    """A moment of the incident: a time of day, or +10m after its declaration. Raises TimeError."""
    span = drills.span(incident)
    return moment_within(text, span, span[1], zone_or_local(incident.zone))


def _compare(desk: Desk, word: str | None, *, as_json: bool) -> int:
    with desk.session(reading=True) as session:
        summary = _meant(session, word) if word is not None else _latest(session)
        incident = session.enter(summary.incident).incident
        found = drills.beside(session, incident)
        if isinstance(found, Refused):
            raise Stop.refused(found)
        sources = {item.incident: item.ref for item in session.summaries()}
    source = sources.get(summary.drill, "")
    if as_json:
        desk.console.json(comparison_json(found, incident, source))
    else:
        _print(desk.console, found, incident, source)
    return 0


def _meant(session: Session, word: str) -> Summary:
    summary = session.find(word, reading=True)
    if isinstance(summary, Refused):
        raise Stop.refused(summary)
    return summary


def _latest(session: Session) -> Summary:
    """The drill that is live, else the latest one."""
    found = [item for item in session.summaries() if item.drill]
    if not found:
        raise Stop("no drill yet", "make one of a past incident: incident-tui drill k7q")
    return found[0]


def comparison_json(found: Comparison, drill: Incident, source: str) -> JsonObject:
    """Times are in seconds since the detection; a difference is negative where the drill was earlier or had less."""
    return {
        "drill": drill.ref,
        "source": source,
        "live": drill.live,
        "forked_seconds": to_json(found.fork),
        "milestones": [_timed(row) for row in found.milestones],
        "steps": [_timed(row) for row in found.steps],
        "counts": [
            {"name": row.name, "theirs": row.theirs, "ours": row.ours, "difference": row.difference}
            for row in found.counts
        ],
    }


def _timed(row: Timed) -> Json:
    return {
        "name": row.name,
        "theirs_seconds": to_json(row.theirs),
        "ours_seconds": to_json(row.ours),
        "difference_seconds": to_json(row.difference),
    }


def _print(console: Console, found: Comparison, drill: Incident, source: str) -> None:
    console.line(Toned(f"DRILL {drill.ref} beside {source}: {drill.title}", "strong"))
    console.line(f"times since the detection; the drill began at {clock(found.fork)}")
    for title, rows in (("milestone", found.milestones), ("step done", found.steps)):
        if rows:
            console.line()
            console.columns([_heads(title), *(_row(row) for row in rows)])
    console.line()
    counts: list[Cells] = [
        (row.name, str(row.theirs), str(row.ours), f"{row.difference:+}" if row.difference else "0")
        for row in found.counts
    ]
    console.columns([_heads("count"), *counts])


def _heads(first: str) -> Cells:
    return tuple(Toned(head, "muted") for head in (first, "then", "drill", "difference"))


def _row(row: Timed) -> Cells:
    if row.difference is None:
        difference: str | Toned = "–"
    else:
        difference = Toned(signed(row.difference), "warn" if row.difference > timedelta() else "good")
    return row.name, _time(row.theirs), _time(row.ours), difference


def _time(time: timedelta | None) -> str:
    return "–" if time is None else signed(time) if time < timedelta() else clock(time)


def signed(time: timedelta) -> str:
    """A difference with its sign; none is 0:00 as the clock says it."""
    if not time:
        return clock(time)
    return f"-{clock(-time)}" if time < timedelta() else f"+{clock(time)}"


def drill_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "words", metavar="REF | compare [REF]", nargs="*", help="the past incident to drill; or the drill to compare"
    )
    add_at(parser, "the moment of the incident at which the drill begins (default: its declaration)")
    add_json(parser)


VERBS = {
    "drill": Verb(
        "practise with a past incident, or compare a drill with it", "incident-tui drill k7q", drill, drill_arguments
    ),
}
