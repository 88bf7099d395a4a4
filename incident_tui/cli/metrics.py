"""The verb that measures: medians of all incidents, and what they teach."""

from __future__ import annotations

import re
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from incident_tui.cli.console import Console, Stop, Toned, counted
from incident_tui.cli.desk import Desk
from incident_tui.cli.verb import Verb, add_json
from incident_tui.domain.decide import Refused
from incident_tui.domain.decide.command import severity_of
from incident_tui.domain.gist import Gist
from incident_tui.domain.metrics import DEFINITIONS, Group, Measured, measured
from incident_tui.domain.review import Review
from incident_tui.domain.survey import Survey, survey
from incident_tui.session import Session
from incident_tui.times import clock, parse_moment, show, zone_named

Cells = tuple[str | Toned, ...]
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
MONTHS, MOST = 12, 10
TONES = {"missing": "warn", "invalid": "bad"}


def metrics(desk: Desk, arguments: Namespace) -> int:
    """Print what the incidents say. Raises Stop and TimeError for options that mean nothing."""
    from incident_tui.measuring import gather

    with desk.session(reading=True) as session:
        now, zone = session.now(), zone_named(session.zone)
        if desk.wanted is not None:
            return _one(desk, _named(session, desk.wanted), as_json=arguments.json)
        since, until = (_edge(text, now, zone) for text in (arguments.since, arguments.until))
        severity = _severity(arguments.severity)
        calendar = session.policy.calendar
        found = survey(gather(session), now, zone, calendar, since=since, until=until, severity=severity)
    if arguments.json:
        from incident_tui.cli.metrics_json import as_json

        span = {"since": since.isoformat() if since else None, "until": until.isoformat() if until else None}
        desk.console.json({**as_json(found), **span, "severity": severity})
    else:
        _print(desk.console, found, zone)
    return 0


def _edge(text: str | None, now: datetime, zone: ZoneInfo) -> datetime | None:
    """The moment of an option; a day alone is its beginning."""
    if text is None:
        return None
    return parse_moment(f"{text.strip()} 00:00" if DAY.fullmatch(text.strip()) else text, now, zone)


def _severity(word: str | None) -> int | None:
    found = severity_of(word) if word is not None else None
    if isinstance(found, Refused):
        raise Stop.refused(found)
    return found


def _named(session: Session, word: str) -> Measured:
    summary = session.find(word, reading=True)
    if isinstance(summary, Refused):
        raise Stop.refused(summary)
    return measured(Gist.of(session.enter(summary.incident).incident))


def _one(desk: Desk, item: Measured, *, as_json: bool) -> int:
    if as_json:
        from incident_tui.cli.metrics_json import readings_json

        desk.console.json(readings_json(item))
        return 0
    desk.console.line(Toned(f"{item.gist.ref}  {item.gist.title}", "strong"))
    rows: list[Cells] = []
    for definition, reading in zip(DEFINITIONS, item.readings, strict=True):
        value = _time(reading.took) if reading.took is not None else Toned(reading.state, TONES[reading.state])
        rows.append((definition.title, value, reading.why or f"{definition.start} → {definition.end}"))
    desk.console.columns(rows)
    return 0


def _print(console: Console, found: Survey, zone: ZoneInfo) -> None:
    live = f", {found.live} live" if found.live else ""
    console.line(Toned(f"{counted(len(found.incidents), 'incident')}{live}", "strong"))
    if not found.incidents:
        return
    _section(console, "", ("measure", "median", "p90", "valid", "missing", "invalid"), _overall(found.overall))
    heads = ("incidents", *(item.name for item in DEFINITIONS))
    _section(console, "by severity, medians", ("severity", *heads), [_group(item) for item in found.severities])
    services = sorted(found.services, key=lambda item: -item.incidents)[:MOST]
    _section(console, "by service, medians", ("service", *heads), [_group(item) for item in services])
    _section(console, "by month, medians", ("month", *heads), [_group(item) for item in found.months[-MONTHS:]])
    _learned(console, found, zone)
    _review(console, found.week)
    _review(console, found.month)


def _overall(group: Group) -> list[Cells]:
    return [
        (
            definition.title,
            _time(trend.median),
            _time(trend.p90),
            str(trend.valid),
            _number(trend.missing, "warn"),
            _number(trend.invalid, "bad"),
        )
        for definition, trend in zip(DEFINITIONS, group.trends, strict=True)
    ]


def _group(group: Group) -> Cells:
    return group.key, str(group.incidents), *(_time(trend.median) for trend in group.trends)


def _learned(console: Console, found: Survey, zone: ZoneInfo) -> None:
    _section(
        console,
        "phases that overrun",
        ("phase", "overran", "median", "worst", "in"),
        [
            (item.phase, f"{item.overran}/{item.worked}", f"+{clock(item.median)}", f"+{clock(item.worst)}", item.ref)
            for item in found.overruns[:MOST]
        ],
    )
    _section(
        console,
        "steps skipped",
        ("step", "skipped", "reasons"),
        [(item.step, f"{item.times}/{item.runs}", "; ".join(item.reasons) or "–") for item in found.skipped[:MOST]],
    )
    promised, command = found.promised, found.command
    console.line()
    broken = Toned(f"{len(promised.broken)} broken", "bad" if promised.broken else "")
    console.line(Toned("promises  ", "strong"), f"{promised.made} made, {promised.kept} kept, ", broken)
    console.columns(
        [
            (item.ref, item.audience, item.message, show(item.due, zone, found.now), f"+{clock(item.over)}")
            for item in promised.broken[:MOST]
        ]
    )
    worst = f", worst {clock(command.worst)} in {command.ref}" if command.incidents else ""
    total = f"{clock(command.total)} in {counted(command.incidents, 'incident')}{worst}"
    console.line(Toned("without commander  ", "strong"), total)
    causes: list[Cells] = [(str(len(item.refs)), item.text, ", ".join(item.refs[:3])) for item in found.causes[:MOST]]
    _section(console, "recurring causes", ("incidents", "cause", "newest in"), causes)
    console.line()
    late = Toned(f"{len(found.tasks.late)} late", "bad" if found.tasks.late else "")
    tasks = found.tasks
    console.line(Toned("action items  ", "strong"), f"{len(tasks.open)} open, ", late, f", {tasks.done} done")
    console.columns(
        [
            (task.ref, task.item.label, Toned("late", "bad") if task.late else "", task.item.due or "–", task.item.text)
            for task in tasks.open[:MOST]
        ]
    )


def _review(console: Console, found: Review) -> None:
    console.line()
    now, before = found.now, found.earlier
    console.line(Toned(f"{found.period.span} {found.period.label}  ", "strong"), _against(now, before))
    resolve, earlier = now.trend("resolve"), before.trend("resolve")
    console.line(f"  time to resolve  {_time(resolve.median)} (before: {_time(earlier.median)})")
    console.line(f"  wins  {counted(len(found.resolved), 'incident')} resolved, {found.actions_done} action items done")
    _lines(console, "top errors", [f"{item.text} ({len(item.refs)})" for item in found.errors])
    _lines(console, "recurring causes", [f"{item.text} ({len(item.refs)})" for item in found.causes])
    _lines(console, "lessons", [f"{item.text} ({item.ref})" for item in found.lessons])
    console.line(Toned(f"  not in the journal: {', '.join(found.unknown)}", "muted"))


def _against(now: Group, before: Group) -> str:
    return f"{counted(now.incidents, 'incident')} (before: {before.incidents})"


def _lines(console: Console, title: str, lines: Sequence[str]) -> None:
    for number, line in enumerate(lines):
        console.line(f"  {title if not number else ' ' * len(title)}  {line}")


def _section(console: Console, title: str, heads: Sequence[str], rows: Sequence[Cells]) -> None:
    if not rows:
        return
    console.line()
    if title:
        console.line(Toned(title, "strong"))
    console.columns([tuple(Toned(head, "muted") for head in heads), *rows])


def _time(duration: timedelta | None) -> str:
    return "–" if duration is None else clock(duration)


def _number(number: int, tone: str) -> str | Toned:
    return Toned(str(number), tone) if number else "–"


def metrics_arguments(parser: ArgumentParser) -> None:
    option = parser.add_argument
    option("--since", metavar="T", help="only incidents that began at T or later: 2026-11-01, 30d ago")
    option("--until", metavar="T", help="only incidents that began before T")
    option("--severity", metavar="S", help="only of this severity: critical, high, medium, low, or 1 to 4")
    add_json(parser)


VERBS = {
    "metrics": Verb(
        "measure all incidents, or with -i one: medians, what overruns, what comes again",
        "incident-tui metrics --since '90d ago' --severity critical",
        metrics,
        metrics_arguments,
        writes=False,
    )
}
