"""The verb of services: tag what is affected, take a tag away, list."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from functools import partial

from incident_tui.cli.console import USAGE, Stop
from incident_tui.cli.desk import Desk
from incident_tui.cli.log import recorded
from incident_tui.cli.verb import Verb, add_at, add_json
from incident_tui.domain.decide import services
from incident_tui.domain.encoding import to_json
from incident_tui.domain.events import Json

RULES = {"add": services.tag, "remove": services.untag}


def service(desk: Desk, arguments: Namespace) -> int:
    act, *names = arguments.words or ["list"]
    if act == "list" and not names:
        return _list(desk, as_json=arguments.json)
    if act not in RULES or not names:
        hint = "for example: incident-tui service add checkout-api orders-db"
        raise Stop("usage: incident-tui service add|remove NAME… or service list", hint, USAGE)
    text = " ".join(names)
    with desk.incident() as work:
        done = work.record(partial(RULES[act], text=text), work.moment(arguments.at), text)
        for event in done.events:
            work.said(recorded(work, event))
    return 0


def _list(desk: Desk, *, as_json: bool) -> int:
    with desk.incident(reading=True) as work:
        tagged = work.incident.services
        if as_json:
            found: list[Json] = [
                {"service": name, "at": to_json(tagged[name].at), "by": tagged[name].by} for name in sorted(tagged)
            ]
            desk.console.json(found)
            return 0
        if not tagged:
            desk.console.line(f"{work.incident.ref}: no services; incident-tui service add NAME")
        desk.console.columns(
            [(name, work.show(tagged[name].at), f"tagged by {tagged[name].by}") for name in sorted(tagged)]
        )
    return 0


def service_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("words", metavar="WORD", nargs="*", help="add NAME… or remove NAME…; list (the default)")
    add_at(parser)
    add_json(parser)


VERBS = {
    "service": Verb("tag what is affected", "incident-tui service add checkout-api", service, service_arguments),
}
