"""Filing an action item in an issue tracker: a look at what goes where, then one act."""

from __future__ import annotations

from functools import partial

from textual.app import App

from incident_tui.channels.channel import Preview
from incident_tui.channels.registry import usable
from incident_tui.domain.decide import Refused
from incident_tui.domain.decide.delivery import Target, queue_item
from incident_tui.domain.decide.drill import may_leave
from incident_tui.domain.decide.record import action_item_meant
from incident_tui.domain.incident import ActionItem, Incident
from incident_tui.domain.letters import as_shown, letters_for
from incident_tui.domain.routing import Route
from incident_tui.ui.screens.sending import Offer, Sending, SendScreen
from incident_tui.ui.screens.war_room import WarRoom
from incident_tui.verbs.phrases import word
from incident_tui.verbs.tracking import GROUP, trackers


def track(app: App[None], room: WarRoom, words: str) -> None:
    """File an action item (its label, then perhaps names of trackers): shows what goes where, and asks."""
    label, rest = word(words)
    found, wrong = usable(room.session.config.channels)
    for problem in wrong.values():
        room.notify(str(problem), severity="error", markup=False, timeout=10)
    routes = [route for _, route in found.values()]
    incident = room.room.incident
    item = action_item_meant(incident, label)
    if isinstance(item, Refused):
        room.notify(str(item), severity="warning", markup=False)
        return
    objection = may_leave(incident) or _missing(routes, rest.split())
    if objection is not None:
        room.notify(str(objection), severity="warning", markup=False, timeout=10)
        return

    def preview(target: Target) -> Preview:
        decision = queue_item(room.room.incident, item.id, (target,))
        if isinstance(decision, Refused):
            return Preview(target.channel, str(decision), ())
        ((_, letter),) = letters_for(room.room.incident, decision, room.session.now(), room.session.actor)
        return found[target.channel][0].preview(letter)

    def decided(sending: Sending | None) -> None:
        if sending is not None:
            act = partial(queue_item, word=item.id, targets=sending.targets)
            shown = as_shown(act, incident, room.session.now(), room.session.actor)
            room.begin(room.recorder.record(room.room, shown))

    offers = _offers(incident, item, _trackers(routes), rest.split())
    app.push_screen(SendScreen(f"File {item.label} in an issue tracker", offers, preview), decided)


def _trackers(routes: list[Route]) -> list[Route]:
    return [route for route in routes if route.group == GROUP]


def _missing(routes: list[Route], named: list[str]) -> Refused | None:
    """Why it can be filed nowhere, or not in what is named; which of several is asked on the screen."""
    found = trackers(routes, named or [route.channel for route in _trackers(routes)])
    return found if isinstance(found, Refused) else None


def _offers(incident: Incident, item: ActionItem, routes: list[Route], named: list[str]) -> tuple[Offer, ...]:
    ways = (delivery for delivery in incident.deliveries.values() if delivery.subject == item.id)
    there = {delivery.channel for delivery in ways if delivery.state != "dropped"}
    return tuple(
        Offer(
            Target(route.channel, route.via),
            chosen=route.channel in named or len(routes) == 1,
            there=route.channel in there,
        )
        for route in routes
    )
