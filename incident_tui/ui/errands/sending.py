"""Sending a message or filing an action item: a look at what goes where, then one act."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from msgspec.structs import replace
from textual.app import App

from incident_tui.channels.channel import Channel, Preview, preview_of
from incident_tui.channels.registry import usable
from incident_tui.domain.anchoring import anchor_line
from incident_tui.domain.decide import Decision, Refused, messages
from incident_tui.domain.decide import delivery as decide
from incident_tui.domain.decide.delivery import Target
from incident_tui.domain.decide.drill import may_leave
from incident_tui.domain.incident import Incident, Message, ordered
from incident_tui.domain.letters import as_shown, letters_for
from incident_tui.domain.permission import refusal
from incident_tui.domain.routing import anchored, misdirected, routes_for
from incident_tui.domain.wording import remarks
from incident_tui.session import Session
from incident_tui.ui.screens.sending import Offer, Sending, SendScreen
from incident_tui.ui.screens.war_room import WarRoom
from incident_tui.ui.views.scene import WAY_WORDS

NONE = "no channel is configured: h marks it as sent by hand, docs/channels says how to configure one"


def send(app: App[None], room: WarRoom, words: str) -> None:
    """Send a message (its label or id, then perhaps names of channels; else the newest draft): shows what goes where,
    and asks.
    """
    incident = room.room.incident
    word, *named = words.split() or [_newest(incident)]
    if not word:
        room.notify("no message waits to be sent; f5 writes one", severity="warning", markup=False)
        return
    message = messages.message_meant(incident, word)
    objection = message if isinstance(message, Refused) else may_leave(incident)
    if isinstance(message, Refused) or objection is not None:
        room.notify(str(objection), severity="warning", markup=False)
        return
    offers, channels = offered(room.session, incident, message, named)
    if not offers:
        room.notify(NONE, severity="warning", markup=False, timeout=10)
        return

    def would(targets: Sequence[Target]) -> Decision:
        return decide.queue_message(room.room.incident, message.id, targets, force=True)

    def preview(target: Target) -> Preview:
        decision = would((target,))
        if isinstance(decision, Refused):
            return Preview(target.channel, str(decision), ())
        *_, (_, letter) = letters_for(room.room.incident, decision, room.session.now(), room.session.actor)
        return preview_of(channels[target.channel], letter)

    def decided(sending: Sending | None) -> None:
        if sending is not None:
            act = partial(
                decide.queue_message,
                word=message.id,
                targets=sending.targets,
                force=sending.force or bool(message.ways),
            )
            shown = as_shown(act, incident, room.session.now(), room.session.actor)
            room.begin(room.recorder.record(room.room, shown))

    offers = with_problems(offers, preview)
    doubt = None if message.ways else messages.unsaid(incident, message.audience, message.text, message.label)
    decision = would([offer.target for offer in offers if offer.open])
    forbidden = (
        None if isinstance(decision, Refused) else refusal(incident, decision, room.session.actor, room.session.policy)
    )
    app.push_screen(
        SendScreen(
            f"Send {message.label} to {message.audience}",
            offers,
            preview,
            refusal=str(forbidden or ""),
            doubt=doubt.reason if doubt else "",
            remarks=tuple(
                ((f"{remark.words}  ", "warn"), (remark.advice, "muted"))
                for remark in remarks(message.text, message.audience, known_secrets=room.session.own_secrets)[:3]
            ),
        ),
        decided,
    )


def _newest(incident: Incident) -> str:
    """The label of the last message that nobody has sent; "" where there is none."""
    waiting = [item.label for item in ordered(incident.messages) if item.state in ("drafted", "approved")]
    return waiting[-1] if waiting else ""


def with_problems(offers: tuple[Offer, ...], preview: Callable[[Target], Preview]) -> tuple[Offer, ...]:
    """The offers, where nothing would go out with why."""

    def problem(offer: Offer) -> str:
        shown = preview(offer.target) if offer.open else None
        return "" if shown is None or shown.parts else next(iter(shown.notes), shown.act)

    return tuple(replace(offer, problem=offer.problem or problem(offer)) for offer in offers)


def offered(
    session: Session, incident: Incident, message: Message, named: Sequence[str]
) -> tuple[tuple[Offer, ...], dict[str, Channel]]:
    """All configured channels, those ticked that the message goes to by its audience, or that are named.

    One that is configured wrongly is told with what is wrong, and holds up no other.
    """
    tables = session.config.channels
    found, wrong = usable(tables)
    routes = [route for _, route in found.values()]
    wanted = named or [name.strip() for name in message.channel.split(",") if name.strip() in tables]
    usual = {route.channel for route in routes_for(routes, message.audience, incident.severity, session.policy)}
    chosen = set(wanted) or usual
    ways = [incident.deliveries[way] for way in message.ways if way in incident.deliveries]
    there = {item.channel: WAY_WORDS.get(item.state, "") for item in ways if item.state != "dropped"}
    line = anchor_line(incident)
    offers = [
        Offer(
            Target(route.channel, route.via, route.follows, line if anchored(route, message.audience) else ""),
            chosen=route.channel in chosen,
            there=route.channel in there,
            problem=misdirected(route, message.audience),
            way=there.get(route.channel, ""),
        )
        for route in routes
    ]
    broken = [Offer(Target(name, ""), chosen=False, problem=str(error)) for name, error in wrong.items()]
    # What it usually goes to stands first.
    return tuple(sorted([*offers, *broken], key=lambda offer: not offer.chosen)), {
        name: channel for name, (channel, _) in found.items()
    }
