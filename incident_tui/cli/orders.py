"""The verb of orders: give one, said back, more time, done, cancelled, list."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from datetime import datetime

from incident_tui.cli.console import USAGE, Stop, Toned
from incident_tui.cli.desk import Desk, Work
from incident_tui.cli.log import recorded
from incident_tui.cli.verb import Verb, add_at, add_json
from incident_tui.domain.decide import Decision, Refused, orders
from incident_tui.domain.events import OrderGiven
from incident_tui.domain.incident import Incident
from incident_tui.domain.teamwork import Order
from incident_tui.times import clock
from incident_tui.verbs.phrases import boxed

USAGES = {
    "understood": "order understood ID",
    "done": "order done ID RESULT",
    "cancel": "order cancel ID [REASON]",
    "extend": "order extend ID BOX [REASON]",
}
GIVE = "order PERSON BOX TEXT"

SAMPLE = "lee 10m 'count idle connections'"
SAMPLES = {"understood": "understood O1", "extend": "extend O1 5m", "done": "done O1 '61 idle'", "cancel": "cancel O1"}


def order(desk: Desk, arguments: Namespace) -> int:
    words: list[str] = arguments.words
    if words == ["list"]:
        return _list(desk, as_json=arguments.json)
    decide = _read(words)
    with desk.incident() as work:
        at = work.moment(arguments.at)
        done = work.record(lambda incident: decide(incident, at or work.session.now()), at, " ".join(words))
        for event in done.events:
            work.said(_given(work, event.id) if isinstance(event.body, OrderGiven) else recorded(work, event))
    return 0


def _read(words: list[str]) -> Callable[[Incident, datetime], Decision]:
    """What the words ask for, to be decided at a moment. Raises Stop where one is missing."""
    act, *rest = words or [""]
    needed = {"extend": 2}.get(act, 1) if act in USAGES else 2
    if len(rest) < needed:
        hint = f"for example: incident-tui order {SAMPLES.get(act, SAMPLE)}"
        raise Stop(f"usage: incident-tui {USAGES.get(act, GIVE)}", hint, USAGE)
    meant, text = rest[0], " ".join(rest[1:])
    match act:
        case "understood":
            return lambda incident, _now: orders.understood(incident, meant)
        case "done":
            return lambda incident, _now: orders.finish(incident, meant, text)
        case "cancel":
            return lambda incident, _now: orders.cancel(incident, meant, text)
    box = boxed(rest[1] if act == "extend" else meant)
    if isinstance(box, Refused):
        raise Stop.refused(box)
    if act == "extend":
        return lambda incident, now: orders.extend(incident, meant, box, now, " ".join(rest[2:]))
    return lambda incident, _now: orders.give(incident, act, box, text)


def _given(work: Work, identifier: str) -> str:
    given = work.incident.orders[identifier]
    return f"{given.label} {given.person} until {work.show(given.due)}: {given.text}"


def _list(desk: Desk, *, as_json: bool) -> int:
    from incident_tui.cli import picture

    with desk.incident(reading=True) as work:
        now = work.session.now()
        found = picture.orders_by_time_left(work.incident)
        if as_json:
            desk.console.json([picture.order_fields(item, now) for item in found])
            return 0
        if not found:
            desk.console.line(f"{work.incident.ref}: no orders")
        desk.console.columns([order_row(item, now) for item in found])
    return 0


def order_row(item: Order, now: datetime) -> tuple[str | Toned, ...]:
    """Label, state, time left of an open order, person, text with its result."""
    state = Toned("late", "bad") if item.open and item.late(now) else Toned(item.state, "" if item.open else "muted")
    left = clock(item.due - now) if item.open else ""
    return item.label, state, left, item.person, f"{item.text}: {item.result}" if item.result else item.text


def order_arguments(parser: ArgumentParser) -> None:
    acts = ", ".join(USAGES)
    parser.add_argument(
        "words",
        metavar="WORD",
        nargs="*",
        help=f"PERSON BOX TEXT gives an order; {acts} with an ID (O1, or a part of its text) change one; list",
    )
    add_at(parser)
    add_json(parser)


VERBS = {
    "order": Verb(
        "give a task to a person, with a time box",
        "incident-tui order lee 10m 'count idle connections'",
        order,
        order_arguments,
    )
}
