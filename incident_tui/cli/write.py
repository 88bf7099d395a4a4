"""Verbs that declare an incident, and set what it is."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from incident_tui.cli.console import USAGE, Stop
from incident_tui.cli.desk import Desk, Work
from incident_tui.cli.log import SHOWN, recorded
from incident_tui.cli.verb import Verb, add_at
from incident_tui.domain.closing import listed, open_ends
from incident_tui.domain.decide import Decision, Refused
from incident_tui.domain.decide.command import (
    leave_role,
    set_impact,
    set_milestone,
    set_severity,
    set_status,
    severity_of,
    take_role,
)
from incident_tui.domain.events import Event, StatusSet, Undone
from incident_tui.domain.incident import MILESTONES, SEVERITIES, STATUSES, Incident
from incident_tui.domain.lines import line_of
from incident_tui.domain.text import first_line
from incident_tui.times import parse_moment, zone_named

if TYPE_CHECKING:
    from incident_tui.cli.from_alert import Reported
    from incident_tui.cli.from_sentry import Told


def mention_open_ends(work: Work, events: Iterable[Event]) -> None:
    """After a resolution, what is to be settled before the incident is closed."""
    resolved = any(isinstance(event.body, StatusSet) and event.body.status == "resolved" for event in events)
    ends = open_ends(work.incident) if resolved else ()
    if ends:
        work.said(f"still open: {listed(ends)}")


def declare(desk: Desk, arguments: Namespace) -> int:
    from incident_tui.cli.protocols import chosen

    title = " ".join(arguments.title)
    if arguments.from_sentry and arguments.from_alert:
        raise Stop("--from-sentry and --from-alert at once", "choose one of them", USAGE)
    if not title and not (arguments.from_sentry or arguments.from_alert):
        raise Stop("no TITLE", "for example: incident-tui declare 'Checkout fails'", USAGE)
    level = severity_of(arguments.severity or "critical")
    if isinstance(level, Refused):
        raise Stop.refused(level)
    protocol = chosen(desk, arguments.protocol)
    with desk.session() as session:
        detected = None
        if arguments.detected_at is not None:
            detected = parse_moment(arguments.detected_at, session.now(), zone_named(session.zone))
        told = _asked(desk, arguments, session.now())
        if told is not None:
            title, level, detected = told.filled(title, level if arguments.severity else None, detected, session.now())
        done = session.declare(title, level, protocol, arguments.commander, detected)
        if isinstance(done, Refused):
            raise Stop.refused(done)
        desk.console.outcome(done.room.incident.ref)
        desk.console.mention_masked(done.masked, " in the title")
        if told is not None:
            told.record_in(Work(session, done.room, desk.console))
    return 0


def _asked(desk: Desk, arguments: Namespace, now: datetime) -> Told | Reported | None:
    """What alerts or Sentry say, shown. Raises Stop where that is nothing and there is no title to do without."""
    if arguments.from_alert:
        from incident_tui.cli.from_alert import read_alerts

        reported = read_alerts(desk, arguments.from_alert, now)
        desk.console.aside(reported.words(now, zone_named(desk.config.zone)))
        return reported
    if not arguments.from_sentry:
        return None
    from incident_tui.cli.from_sentry import ask_sentry

    told = ask_sentry(desk, arguments.from_sentry, now)
    if told.alert is None and not arguments.title:
        raise Stop(f"nothing is declared: {told.problem}", "give a TITLE to declare without Sentry")
    desk.console.aside(told.words(now, zone_named(desk.config.zone)))
    return told


def declare_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("title", metavar="TITLE", nargs="*", help="what is wrong, in a few words")
    parser.add_argument("--severity", metavar="S", help="critical (the default), high, medium, low")
    parser.add_argument(
        "--protocol", metavar="NAME|FILE", default="emergency", help="the checklist (default: emergency)"
    )
    parser.add_argument("--commander", metavar="N", default="", help="who takes command at once")
    parser.add_argument("--detected-at", metavar="T", help="when it was noticed: 14:05, '10m ago', 2026-11-21T14:05")
    parser.add_argument("--from-sentry", metavar="LINK", help="take title, severity, moment and services from an issue")
    parser.add_argument("--from-alert", metavar="FILE|-", help="take them from alerts: the body of a webhook, as JSON")


def severity(desk: Desk, arguments: Namespace) -> int:
    level = severity_of(arguments.severity)
    if isinstance(level, Refused):
        raise Stop.refused(level)
    with desk.incident() as work:
        work.record(lambda incident: set_severity(incident, level, arguments.reason), text=arguments.reason)
        work.said(f"severity is SEV{level} {SEVERITIES[level]}")
    return 0


def severity_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("severity", metavar="S", help="critical, high, medium, low, or SEV1 to SEV4")
    parser.add_argument("--reason", metavar="R", default="", help="why; needed to lower it")


def status(desk: Desk, arguments: Namespace) -> int:
    reason = " ".join([*arguments.words, *filter(None, [arguments.reason])])
    with desk.incident() as work:
        done = work.record(lambda incident: set_status(incident, arguments.status, reason), text=reason)
        work.said(f"status is {work.incident.status}")
        mention_open_ends(work, done.events)
    return 0


def status_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("status", metavar="S", help=", ".join(STATUSES))
    parser.add_argument("words", metavar="REASON", nargs="*", help="why")
    parser.add_argument("--reason", metavar="R", help="the same as an option")


def milestone(desk: Desk, arguments: Namespace) -> int:
    with desk.incident() as work:
        at = work.moment(arguments.at) or work.session.now()
        done = work.record(lambda incident: set_milestone(incident, arguments.name, at), at)
        work.said(recorded(work, done.events[0]))
    return 0


def milestone_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME", help=", ".join(MILESTONES))
    add_at(parser)


def role(desk: Desk, arguments: Namespace) -> int:
    from incident_tui.verbs.readers import role_and_person

    name, person = arguments.name, " ".join(arguments.person)
    with desk.incident() as work:
        if arguments.leave:
            name = f"{name} {person}".strip()
        elif " " not in name.strip():  # a role of several words may stand there without quotes
            name, person = role_and_person(f"{name} {person}", work.incident)

        def intent(incident: Incident) -> Decision:
            return leave_role(incident, name) if arguments.leave else take_role(incident, name, person)

        done = work.record(intent)
        work.said(recorded(work, done.events[0]))
    return 0


def role_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME", help="ic, deputy, scribe, tech, comms, customer liaison, or any other")
    parser.add_argument("person", metavar="PERSON", nargs="*", help="who takes it, or takes it over")
    parser.add_argument("--leave", action="store_true", help="nobody holds the role any more")


def impact(desk: Desk, arguments: Namespace) -> int:
    value = " ".join(arguments.value)
    with desk.incident() as work:
        done = work.record(lambda incident: set_impact(incident, arguments.key, value), text=value)
        work.said(recorded(work, done.events[0]))
    return 0


def impact_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("key", metavar="KEY", help="users, services, revenue, data, security, or any other")
    parser.add_argument("value", metavar="VALUE", nargs="+", help="how much, which")


def undo(desk: Desk, _arguments: Namespace) -> int:
    with desk.incident() as work:
        done = work.took(work.session.undo(work.room))
        work.said(f"undone: {_undone(work, done.events[0])}")
    return 0


def _undone(work: Work, event: Event) -> str:
    undone = [event.body.event] if isinstance(event.body, Undone) else []
    target = next(iter(work.session.journal.these(undone)), None)
    line = line_of(target.body) if target else None
    if line is None:
        return target.body.KIND.replace(".", " ").replace("_", " ") if target else "the latest act"
    return f"{line.kind}, {first_line(line.text, SHOWN)}"


VERBS = {
    "declare": Verb(
        "start an incident; prints its reference",
        "incident-tui declare 'Checkout fails with 502' --severity critical --commander dana",
        declare,
        declare_arguments,
        writes=False,
    ),
    "severity": Verb(
        "raise or lower the severity",
        "incident-tui severity high --reason 'only one region'",
        severity,
        severity_arguments,
    ),
    "status": Verb("say how far it is", "incident-tui status monitoring", status, status_arguments),
    "milestone": Verb(
        "set or move a milestone", "incident-tui milestone mitigated --at '10m ago'", milestone, milestone_arguments
    ),
    "role": Verb("give a role to somebody", "incident-tui role scribe kim", role, role_arguments),
    "impact": Verb("say what is affected", "incident-tui impact users 'about 1,500'", impact, impact_arguments),
    "undo": Verb("take back the latest act of this machine", "incident-tui undo", undo),
}
