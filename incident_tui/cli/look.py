"""The verb that asks outside: a pasted link, a source by its name, or how things stand everywhere."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import datetime
from zoneinfo import ZoneInfo

from incident_tui.cli.console import REFUSED, USAGE, Console, Stop, Toned
from incident_tui.cli.desk import Desk, Work
from incident_tui.cli.verb import Verb, add_json
from incident_tui.domain.decide import Refused
from incident_tui.domain.decide.evidence import keep_result
from incident_tui.domain.events import JsonObject
from incident_tui.session import wall_clock
from incident_tui.sources.panel import Panel, Question, Row
from incident_tui.times import iso, show, zone_named

MOST_PAGES = 20


def look(desk: Desk, arguments: Namespace) -> int:
    from incident_tui.sources.together import answers, whole

    if not 1 <= arguments.pages <= MOST_PAGES:
        raise Stop(f"--pages is a number from 1 to {MOST_PAGES}", "", USAGE)
    with _incident(desk, keep=arguments.keep) as work:
        asked = _questions(desk, " ".join(arguments.what), work)
        panels: dict[int, Panel] = {}
        zone = work.zone if work else zone_named(desk.config.zone)
        for number, answer in answers(asked):
            panel = panels[number] = whole(answer, arguments.pages)
            if not arguments.json:
                with desk.console.telling() if arguments.keep else nullcontext():
                    _print(desk.console, panel, zone)
            if arguments.keep and work:
                _keep(work, panel)
    ordered = [panels[number] for number in sorted(panels)]
    if arguments.json:
        desk.console.json({"panels": [_as_json(panel) for panel in ordered]})
    elif not asked:
        desk.console.line("no source is configured; [sources.NAME] in the configuration names one, see docs/sources")
    return 0 if not asked or any(not panel.problem for panel in ordered) else REFUSED


@contextmanager
def _incident(desk: Desk, *, keep: bool) -> Iterator[Work | None]:
    """The incident whose services are asked about; None where there is none and none is needed."""
    if keep or desk.wanted is not None:
        with desk.incident(reading=not keep) as work:
            yield work
        return
    with desk.session(reading=True) as session:
        summary = session.find(None)
        known = None if isinstance(summary, Refused) else Work(session, session.enter(summary.incident), desk.console)
        yield known


def _questions(desk: Desk, text: str, work: Work | None) -> tuple[Question, ...]:
    from incident_tui.sources.registry import questions

    now = work.session.now() if work else wall_clock()
    services = tuple(sorted(work.incident.services)) if work else ()
    found = questions(desk.config, text, now, services)
    if isinstance(found, Refused):
        raise Stop.refused(found)
    return found


def _keep(work: Work, panel: Panel) -> None:
    from incident_tui.sources.together import result_of

    if panel.problem:
        return
    work.record(lambda incident: keep_result(incident, result_of(panel)))
    work.console.note(f"{work.incident.ref}: {panel.title} is kept as evidence")


def _print(console: Console, panel: Panel, zone: ZoneInfo) -> None:
    """One panel, a line for each row, as soon as it is there."""
    asked = show(panel.asked_at, zone, panel.asked_at)
    console.line(Toned(f"{panel.source} · {panel.title}", "strong"), Toned(f"  asked {asked}", "muted"))
    if panel.query:
        console.line("  ", Toned(panel.query, "muted"))
    if panel.problem:
        console.line("  ", Toned(f"no answer: {panel.problem}", "bad"))
    for row in panel.rows:
        _print_row(console, row, zone, panel.asked_at)
    if not panel.rows and not panel.problem:
        console.line("  nothing")
    if panel.partial:
        more = "; --pages shows more" if panel.following else ""
        console.line("  ", Toned(f"partial: {panel.partial}{more}", "warn"))
    if panel.url:
        console.line("  ", Toned(panel.url, "muted"))
    console.out.flush()


def _print_row(console: Console, row: Row, zone: ZoneInfo, now: datetime) -> None:
    at = f"{show(row.at, zone, now)}  " if row.at else ""
    console.line("  ", at, Toned(row.text, row.tone))
    for line in row.more.split("\n"):
        if line:
            console.line("      ", Toned(line, "muted"))


def _as_json(panel: Panel) -> JsonObject:
    return {
        "source": panel.source,
        "title": panel.title,
        "query": panel.query,
        "since": iso(panel.since) if panel.since else None,
        "until": iso(panel.until) if panel.until else None,
        "asked_at": iso(panel.asked_at),
        "url": panel.url,
        "partial": panel.partial,
        "problem": panel.problem,
        "more": panel.following is not None,
        "rows": [
            {"text": row.text, "more": row.more, "tone": row.tone, "at": iso(row.at) if row.at else None}
            for row in panel.rows
        ],
    }


def look_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "what", metavar="LINK|NAME", nargs="*", help="a link, or a source by its name (default: how things stand)"
    )
    parser.add_argument("--keep", action="store_true", help="keep what is answered as evidence of the incident")
    parser.add_argument("--pages", metavar="N", type=int, default=1, help="so many pages of each answer (default: 1)")
    add_json(parser)


VERBS = {
    "look": Verb(
        "ask the configured sources: what is firing, down, new, changed, or about a link",
        "incident-tui look --keep",
        look,
        look_arguments,
        writes=False,
    )
}
