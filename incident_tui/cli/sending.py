"""The verbs of what leaves: send a message after a look at what goes where, and work what has not arrived."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterable, Sequence
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING

from incident_tui.cli.console import USAGE, Stop, Toned
from incident_tui.cli.desk import Desk, Work
from incident_tui.cli.verb import Verb, add_json
from incident_tui.domain.anchoring import anchor_line
from incident_tui.domain.decide import Decision, Refused, quoted
from incident_tui.domain.decide import delivery as decide
from incident_tui.domain.decide.delivery import Target
from incident_tui.domain.decide.messages import message_meant
from incident_tui.domain.delivery import Delivery
from incident_tui.domain.events import DeliveryQueued, JsonObject
from incident_tui.domain.incident import Incident, Message, ordered

if TYPE_CHECKING:
    from collections.abc import Iterator

    from incident_tui.domain.routing import Route
    from incident_tui.outbox import Outbox

PATIENCE_SECONDS = 20.0
HARMLESS = "\u200b"
"""Takes the effect of a mention, and is seen by nobody."""
TONES = {"sent": "good", "failed": "bad", "unclear": "warn", "queued": "warn", "begun": "", "dropped": "muted"}
WORDS = {
    "sent": "arrived",
    "failed": "did not arrive",
    "unclear": "nobody knows",
    "queued": "waits",
    "begun": "on its way",
    "dropped": "given up",
}


def send(desk: Desk, arguments: Namespace) -> int:
    """Show what goes where, ask, and send a message that is here."""
    with desk.incident() as work:
        message = message_meant(work.incident, arguments.message)
        if isinstance(message, Refused):
            raise Stop.refused(message)
        named = [name.strip() for words in arguments.channel for name in words.split(",") if name.strip()]
        targets = targets_for(desk, work, message.audience, named)
        missing = [target for target in targets if not _there(work.incident, message, target)]

        def intent(incident: Incident) -> Decision:
            return decide.queue_message(incident, message.id, missing or targets, force=arguments.force)

        preview(desk, work, intent)
        if not arguments.yes:
            if not desk.at_keyboard:
                raise Stop("nobody is here to look at it", "add --yes to send it")
            ask(desk, len(missing))
        return carry_out(desk, work, intent)


def outbox(desk: Desk, arguments: Namespace) -> int:
    """What has not arrived; `retry` and `drop` work it."""
    act: str = arguments.act or "list"
    if act == "list":
        return _list(desk, as_json=arguments.json)
    if act == "drop" and not arguments.id:
        raise Stop("usage: incident-tui outbox drop ID [REASON]", "incident-tui outbox shows them", USAGE)
    if not arguments.id:
        return _retry_all(desk)
    with desk.incident() as work:
        delivery = decide.delivery_meant(work.incident, arguments.id)
        if isinstance(delivery, Refused):
            raise Stop.refused(delivery)
        reason = " ".join(arguments.reason)
        if act == "drop":
            now = work.session.now()
            work.record(partial(decide.drop, word=delivery.id, now=now, reason=reason, arrived=arguments.arrived), now)
            work.said(f"{delivery.label} to {delivery.channel} {'has arrived' if arguments.arrived else 'given up'}")
            return 0
        if delivery.device != work.session.journal.device:
            raise Stop(
                f"{delivery.label} was sent on another device", "it goes out from there; outbox drop gives it up"
            )
        if delivery.comes_back or not delivery.waiting:
            work.record(partial(decide.retry, word=delivery.id))
        return deliver(desk, work, lambda item: item.id == delivery.id)


def targets_for(desk: Desk, work: Work, audience: str, named: Sequence[str]) -> list[Target]:
    """The channels by name, else those that the configuration has for the audience. Raises Stop, ConfigError."""
    from incident_tui.domain.routing import anchored, misdirected, routes_for

    routes = routes_of(desk, named)
    if named:
        known = {route.channel: route for route in routes}
        for name in dict.fromkeys(named):
            if name not in known:
                raise Stop(f"no channel {quoted(name)}", f"configured are: {', '.join(known) or 'none'}")
            if wrong := misdirected(known[name], audience):
                raise Stop(f"{name} is {wrong}", "write the message to external, which asks for its approval")
        chosen: Iterable[Route] = [known[name] for name in dict.fromkeys(named)]
    else:
        chosen = routes_for(routes, audience, work.incident.severity, work.session.policy)
    line = anchor_line(work.incident)
    targets = [
        Target(route.channel, route.via, route.follows, line if anchored(route, audience) else "") for route in chosen
    ]
    if targets:
        return targets
    where = f"for {audience} at SEV{work.incident.severity}"
    hint = f'put audiences = ["{audience}"] below [channels.NAME], name one with --channel, or --sent says it is out'
    raise Stop(f"no channel is configured {where}", hint)


def routes_of(desk: Desk, named: Sequence[str] = ()) -> list[Route]:
    """The channels that can be used. Of others it is said why not; raises ConfigError where one is `named`."""
    from incident_tui.channels.registry import usable

    found, wrong = usable(desk.config.channels)
    for name, error in wrong.items():
        if name in named:
            raise error
        desk.console.note(f"nothing goes to {name}: {error}")
    return [route for _, route in found.values()]


def preview(desk: Desk, work: Work, intent: Callable[[Incident], Decision]) -> None:
    """On stderr: for each channel what happens there, and the exact text. Raises Stop where it is refused."""
    from incident_tui.channels.channel import preview_of
    from incident_tui.channels.registry import channel_of
    from incident_tui.domain.letters import letters_for
    from incident_tui.domain.permission import refusal

    decision = intent(work.incident)
    if isinstance(decision, Refused):
        raise Stop.refused(decision)
    forbidden = refusal(work.incident, decision, work.session.actor, work.session.policy)
    if forbidden is not None:
        raise Stop.refused(forbidden)
    for delivery, letter in letters_for(work.incident, decision, work.session.now(), work.session.actor):
        shown = preview_of(channel_of(delivery.channel, desk.config.channels[delivery.channel]), letter)
        lines = [f"to {delivery.channel}, {shown.where}: {shown.act}"]
        for name, text in shown.parts:
            lines += [
                f"  {name if at == 0 else '':<8} │ {line}"
                for at, line in enumerate(text.replace(HARMLESS, "").split("\n"))
            ]
        lines += [f"  cut: {shown.cut}"] if shown.cut else []
        lines += [f"  {note}" for note in shown.notes]
        if delivery.follow:
            lines.append("  its card follows the severity, the status and the commander from now on")
        desk.console.aside("\n".join(lines))


def carry_out(desk: Desk, work: Work, intent: Callable[[Incident], Decision]) -> int:
    """Record that it is to go just as its preview has shown it, and see it on its way."""
    from incident_tui.domain.letters import as_shown

    done = work.record(as_shown(intent, work.incident, work.session.now(), work.session.actor))
    queued = {event.id for event in done.events if isinstance(event.body, DeliveryQueued)}
    return deliver(desk, work, lambda item: item.id in queued)


def deliver(desk: Desk, work: Work, wanted: Callable[[Delivery], bool]) -> int:
    """Send what is wanted, and say how each ended. What still waits goes out with the screen, or by `outbox retry`."""
    with outbox_of(desk) as sending:
        sending.hurry()
        sending.carry(wanted, PATIENCE_SECONDS)
    work.room = work.session.catch_up(work.room)
    mine = [item for item in ordered(work.incident.deliveries) if wanted(item)]
    for item in mine:
        reason = f": {item.reason}" if item.reason else f" {item.url}" if item.url else ""
        work.said(f"{item.label} {about(work.incident, item)} to {item.channel} {WORDS[item.state]}{reason}")
    if any(item.waiting for item in mine):
        desk.console.note("what waits goes out with the next `incident-tui outbox retry`, or while the screen is open")
    if any(item.state in ("failed", "unclear") for item in mine):
        raise Stop("not all of it has arrived", "incident-tui outbox shows what to do")
    return 0


@contextmanager
def outbox_of(desk: Desk) -> Iterator[Outbox]:
    """The outbox with the configured channels and a session of its own. Raises ConfigError, JournalError."""
    from incident_tui.channels.registry import channels_of
    from incident_tui.cli.stopping import stopped_between_transactions
    from incident_tui.outbox import Outbox

    with desk.session() as session, stopped_between_transactions(session.paths.database):
        yield Outbox(session, channels_of(desk.config.channels))


def about(incident: Incident, delivery: Delivery) -> str:
    """What it is: M2, A1, or the card."""
    thing = incident.messages.get(delivery.subject) or incident.action_items.get(delivery.subject)
    return thing.label if thing else "the card"


def _there(incident: Incident, message: Message, target: Target) -> bool:
    ways = (incident.deliveries.get(way) for way in message.ways)
    return any(item is not None and item.channel == target.channel and item.state != "dropped" for item in ways)


def ask(desk: Desk, count: int) -> None:
    """Raises Stop unless the person at the keyboard says yes."""
    desk.console.err.write(f"send it to {count} channel{'' if count == 1 else 's'}? [y/N] ")
    desk.console.err.flush()
    if desk.stdin.readline().strip().lower() not in (b"y", b"yes"):
        raise Stop("nothing is sent", "the message stays here; `incident-tui send` sends it")


def _list(desk: Desk, *, as_json: bool) -> int:
    with outbox_of(desk) as sending:
        found = sending.waiting()
    if as_json:
        desk.console.json([fields(incident, item) for incident, item in found])
        return 0
    if not found:
        desk.console.line("everything has arrived")
    desk.console.columns(
        [
            (
                incident.ref,
                item.label,
                Toned(WORDS[item.state], TONES[item.state]),
                about(incident, item),
                item.channel,
                item.reason,
            )
            for incident, item in found
        ]
    )
    if any(item.state in ("failed", "unclear") for _, item in found):
        desk.console.note("outbox retry ID sends it once more; outbox drop ID gives it up, --arrived says it is there")
    return 0


def fields(incident: Incident, item: Delivery) -> JsonObject:
    return {
        "incident": incident.ref,
        "id": item.label,
        "of": about(incident, item),
        "channel": item.channel,
        "via": item.via,
        "state": item.state,
        "reason": item.reason,
        "queued_at": item.at.isoformat(),
        "text": item.text,
    }


def _retry_all(desk: Desk) -> int:
    """Try all that waits, also where another process sends; what was sent on another device goes out from there."""
    with outbox_of(desk) as sending, desk.session() as session:

        def here(item: Delivery) -> bool:
            return item.waiting and item.device == session.journal.device

        for incident, item in sending.waiting():
            if here(item) and item.comes_back:
                session.perform(session.enter(incident.id), partial(decide.retry, word=item.id))
        sending.carry(here, PATIENCE_SECONDS)
        left = sending.waiting()
        elsewhere = sum(item.device != session.journal.device for _, item in left)
    if elsewhere:
        desk.console.note(f"{elsewhere} sent on another device, from where it goes out")
    if not left:
        desk.console.done("everything has arrived")
        return 0
    raise Stop(f"{len(left)} not arrived", "incident-tui outbox shows what to do")


def send_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("message", metavar="M1", help="a message that is drafted or approved")
    parser.add_argument(
        "--channel", metavar="C", action="append", default=[], help="this channel; more than once, or with commas"
    )
    parser.add_argument("--yes", action="store_true", help="do not ask: what goes where is shown all the same")
    parser.add_argument("--force", action="store_true", help="send it anyway: with a gap, or with nothing new in it")


def outbox_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "act", metavar="retry|drop", nargs="?", choices=("list", "retry", "drop"), help="work one of them"
    )
    parser.add_argument(
        "id", metavar="ID", nargs="?", default="", help="Q1 or M1; retry without one tries all that waits"
    )
    parser.add_argument("reason", metavar="REASON", nargs="*", help="why it is given up")
    parser.add_argument("--arrived", action="store_true", help="drop it, because you have seen that it is there")
    add_json(parser)


VERBS = {
    "send": Verb(
        "send a message to its channels, after a look at what goes where",
        "incident-tui send M1 --channel ops",
        send,
        send_arguments,
    ),
    "outbox": Verb(
        "what has not arrived: show, retry, drop",
        "incident-tui outbox",
        outbox,
        outbox_arguments,
    ),
}
