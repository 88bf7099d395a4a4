"""The verb of action items: add, done, reopen, list, and track: file one in an issue tracker."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from datetime import date, datetime
from functools import partial
from zoneinfo import ZoneInfo

from incident_tui.cli.console import USAGE, Stop, Toned
from incident_tui.cli.desk import Desk, Work
from incident_tui.cli.verb import Verb, add_json
from incident_tui.domain.decide import Decision, Refused
from incident_tui.domain.decide.delivery import queue_item
from incident_tui.domain.decide.record import add_action_item, finish_action_item, reopen_action_item
from incident_tui.domain.encoding import to_json
from incident_tui.domain.events import JsonObject
from incident_tui.domain.incident import PRIORITIES, ActionItem, Incident, ordered
from incident_tui.times import TimeError, parse_duration, quoted


def action(desk: Desk, arguments: Namespace) -> int:
    words = " ".join(arguments.words)
    if arguments.act == "list":
        return _list(desk, as_json=arguments.json)
    if not words.strip():
        raise Stop(f"action {arguments.act} needs {'a text' if arguments.act == 'add' else 'an item'}", "", USAGE)
    with desk.incident() as work:
        if arguments.act == "add":
            return _add(work, arguments, words)
        if arguments.act == "track":
            return _track(desk, work, arguments, words)

        def intent(incident: Incident) -> Decision:
            rule = finish_action_item if arguments.act == "done" else reopen_action_item
            return rule(incident, words)

        before = work.incident.action_items
        work.record(intent)
        changed = [item for item in ordered(work.incident.action_items) if item != before.get(item.id)]
        for item in changed:
            work.said(f"{item.label} {'done' if item.done_at else 'open again'}: {item.text}")
    return 0


def _add(work: Work, arguments: Namespace, text: str) -> int:
    today = work.session.now().astimezone(work.zone).date()
    due = _day(arguments.due, work.session.now(), work.zone)

    def intent(incident: Incident) -> Decision:
        return add_action_item(incident, text, today, arguments.owner, due, arguments.priority)

    done = work.record(intent, text=text)
    item = work.incident.action_items[done.events[0].id]
    owner = item.owner or "nobody yet"
    work.said(f"{item.label} ({item.priority}, {owner}, due {item.due}): {item.text}")
    return 0


def _track(desk: Desk, work: Work, arguments: Namespace, words: str) -> int:
    """Show what goes to which tracker; --send sends it."""
    from incident_tui.cli.sending import carry_out, preview, routes_of
    from incident_tui.verbs.tracking import trackers

    targets = trackers(routes_of(desk, arguments.channel), arguments.channel)
    if isinstance(targets, Refused):
        raise Stop.refused(targets)
    intent = partial(queue_item, word=words, targets=targets)
    preview(desk, work, intent)
    if arguments.send:
        return carry_out(desk, work, intent)
    desk.console.note("nothing is sent; the same with --send sends it")
    return 0


def _day(text: str | None, now: datetime, zone: ZoneInfo) -> date | None:
    """A date, or the day after some time such as 14d. Raises TimeError."""
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        pass
    try:
        return (now + parse_duration(text)).astimezone(zone).date()
    except (TimeError, OverflowError):
        raise TimeError(f"{quoted(text)} is not a day; write 2026-12-01 or 14d") from None


def _list(desk: Desk, *, as_json: bool) -> int:
    with desk.incident(reading=True) as work:
        items = ordered(work.incident.action_items)
        if as_json:
            desk.console.json([{"label": item.label, **_fields(item)} for item in items])
            return 0
        if not items:
            desk.console.line(f"{work.incident.ref}: no action items")
        desk.console.columns([_row(item) for item in items])
    return 0


def _fields(item: ActionItem) -> JsonObject:
    fields = to_json(item)
    return fields if isinstance(fields, dict) else {}


def _row(item: ActionItem) -> tuple[str | Toned, ...]:
    state = Toned("done", "good") if item.done_at else "open"
    return item.label, state, item.priority, item.due or "–", item.owner or "nobody", item.text


def action_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("act", choices=("add", "done", "reopen", "list", "track"), help="what to do")
    parser.add_argument("words", metavar="TEXT|A1", nargs="*", help="the text of a new item; else an item such as A1")
    parser.add_argument("--owner", metavar="N", default="", help="who does it")
    parser.add_argument("--due", metavar="DAY", help="2026-12-01 or 14d (default: 14 days when high, else 30)")
    parser.add_argument("--priority", metavar="P", default="medium", help=", ".join(PRIORITIES))
    parser.add_argument("--channel", metavar="C", action="append", default=[], help="track: in this tracker")
    parser.add_argument("--send", action="store_true", help="track: send it; without it is only shown")
    add_json(parser)


VERBS = {
    "action": Verb(
        "add, finish, list and track action items",
        "incident-tui action add 'Alert on pool use' --owner lee --due 14d --priority high",
        action,
        action_arguments,
    )
}
