"""The verb of the rotation: who is on call now and next, and the document that hands a turn over."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from datetime import datetime
from zoneinfo import ZoneInfo

from incident_tui.cli.console import USAGE, Stop, Toned
from incident_tui.cli.desk import Desk
from incident_tui.cli.verb import Verb, add_at, add_json
from incident_tui.config import policy_of
from incident_tui.domain.events import Json
from incident_tui.domain.policy import Policy
from incident_tui.domain.text import clean_line
from incident_tui.oncall import Rota, Rotation, Shift
from incident_tui.session import wall_clock
from incident_tui.times import iso, parse_moment, show, zone_named

NEXT = 3
MOST = 100
Cells = tuple[str | Toned, ...]


def oncall(desk: Desk, arguments: Namespace) -> int:
    from incident_tui.oncall.ical import CalendarError

    if arguments.brief and arguments.json:
        raise Stop("--brief is Markdown, --json is not", "leave one of them out", USAGE)
    if not 0 <= arguments.count <= MOST:
        raise Stop(f"--count {arguments.count} is not between 0 and {MOST}", "", USAGE)
    zone, now = zone_named(desk.config.zone), wall_clock()
    at = parse_moment(arguments.at, now, zone) if arguments.at else now
    rotas = _wanted(desk, arguments.rotation)
    try:
        if arguments.brief:
            _print_briefs(desk, rotas, at, zone)
        elif arguments.json:
            policy = policy_of(desk.config)
            found: list[Json] = [_as_json(rota, at, arguments.count, policy) for rota in rotas]
            desk.console.json({"at": iso(at), "zone": zone.key, "rotations": found})
        else:
            _print_rotas(desk, rotas, at, zone, arguments.count)
    except CalendarError as error:
        raise Stop(str(error)) from error
    return 0


def _wanted(desk: Desk, name: str | None) -> tuple[Rota, ...]:
    """All rotations, or the one that is named. Raises Stop."""
    known = desk.config.oncall
    if name is None:
        return known
    found = [rota for rota in known if rota.name.casefold() == name.casefold()]
    if not found:
        names = ", ".join(rota.name for rota in known) or "none"
        raise Stop(f"no rotation “{clean_line(name)[:60]}”", f"known are: {names}")
    return tuple(found)


def _nobody(desk: Desk) -> str:
    return f'write [oncall] with people = ["Ada", "Ben"] into {desk.paths.config_file}'


def _print_rotas(desk: Desk, rotas: tuple[Rota, ...], at: datetime, zone: ZoneInfo, count: int) -> None:
    if not rotas:
        desk.console.line(f"no rotation is configured; {_nobody(desk)}")
    policy = policy_of(desk.config)
    for rota in rotas:
        shift, following = rota.who(at), rota.upcoming(at, count)
        desk.console.line(Toned(rota.name, "strong"), f"  times in {zone.key}")
        rows = [_row("now", shift, f"until {show(shift.until, zone, at)}", policy)] if shift else []
        rows += [
            _row("next", later, f"{show(later.since, zone, at)} to {show(later.until, zone, at)}", policy)
            for later in following
        ]
        if shift is None:
            desk.console.line("  now   ", Toned("nobody is on call", "bad"))
        desk.console.columns(rows)
        if isinstance(rota, Rotation) and rota.hours and not rota.in_hours(at):
            opens, closes = rota.hours
            desk.console.line(f"  outside of {opens:%H:%M} to {closes:%H:%M}: critical alerts only")


def _row(word: str, shift: Shift, when: str, policy: Policy) -> Cells:
    backup = f"backup {_reached(shift.backup, policy)}" if shift.backup else "no backup"
    return f"  {word}", _reached(shift.primary, policy), backup, when


def _reached(person: str, policy: Policy) -> str:
    contact = policy.contact(person)
    return f"{person} ({contact})" if contact else person


def _as_json(rota: Rota, at: datetime, count: int, policy: Policy) -> Json:
    shift = rota.who(at)
    return {
        "name": rota.name,
        "in_hours": rota.in_hours(at) if isinstance(rota, Rotation) else True,
        "now": _shift_json(shift, policy) if shift else None,
        "next": [_shift_json(later, policy) for later in rota.upcoming(at, count)],
    }


def _shift_json(shift: Shift, policy: Policy) -> Json:
    return {
        "primary": shift.primary,
        "primary_contact": policy.contact(shift.primary),
        "backup": shift.backup,
        "backup_contact": policy.contact(shift.backup) if shift.backup else "",
        "since": iso(shift.since),
        "until": iso(shift.until),
    }


def _print_briefs(desk: Desk, rotas: tuple[Rota, ...], at: datetime, zone: ZoneInfo) -> None:
    from incident_tui.reports.oncall_handoff import render

    if not rotas:
        raise Stop("no rotation is configured", _nobody(desk))
    with desk.session(reading=True) as session:
        incidents = [session.enter(summary.incident).incident for summary in session.summaries()]
        for number, rota in enumerate(rotas):
            shift = rota.who(at)
            if shift is None:
                raise Stop(f"nobody is on call in {rota.name} at {show(at, zone, session.now())}", "name another time")
            following = next(iter(rota.upcoming(at, 1)), None)
            document = render(rota.name, shift, following, incidents, session.policy, session.now(), zone)
            desk.console.block(("\n" if number else "") + document)


def oncall_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("rotation", metavar="ROTATION", nargs="?", help="one rotation by its name (default: all)")
    add_at(parser, "who was or will be on call at that time")
    parser.add_argument("--count", metavar="N", type=int, default=NEXT, help=f"so many next shifts (default: {NEXT})")
    parser.add_argument("--brief", action="store_true", help="print the handoff document of that turn, as Markdown")
    add_json(parser)


VERBS = {
    "oncall": Verb(
        "show who is on call now and next, or hand a turn over",
        "incident-tui oncall --at '2026-12-24 09:00'",
        oncall,
        oncall_arguments,
        writes=False,
    )
}
