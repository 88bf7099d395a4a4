"""The communications pane: by audience, what was said, what waits, and when the next update is owed."""

from __future__ import annotations

from datetime import timedelta
from functools import lru_cache
from operator import attrgetter
from zoneinfo import ZoneInfo

from incident_tui.domain.delivery import Delivery
from incident_tui.domain.incident import AUDIENCES, Incident, Message
from incident_tui.ui.text import Line
from incident_tui.ui.views.earlier import newest
from incident_tui.ui.views.scene import (
    LEVEL_TONES,
    MOST_KEPT,
    WAY_TONES,
    WAY_WORDS,
    Scene,
    budget_words,
    left_words,
    messages,
    next_update,
    time_in,
    updates,
)
from incident_tui.ui.widgets.board import Row

STATE_TONES = {"drafted": "warn", "approved": "info", "queued": "warn", "sent": "good", "discarded": "muted"}
STATE_WORDS = {"drafted": "draft", "approved": "ready", "queued": "going", "sent": "sent", "discarded": "dropped"}
ROOMY = 42


def communications(scene: Scene, cells: int) -> tuple[Row, ...]:
    """Rows of a pane of `cells` cells; the key of a message is its id."""
    rows: list[Row] = []
    zone, to = scene.zone, {audience: list[Message]() for audience in AUDIENCES}
    for message in messages(scene):
        to.get(message.audience, []).append(message)
    for audience, mine in to.items():
        if rows:
            rows.append(Row(f"gap:{audience}", (), selectable=False))
        head: Line = ((audience.capitalize(), "strong"),)
        rows.append(Row(f"audience:{audience}", head, _due(scene, audience, cells), selectable=False))
        earlier, shown = newest(scene, audience, mine, attrgetter("waiting"))
        rows += earlier
        roomy, expanded = cells >= ROOMY, scene.expanded
        for item in shown:
            rows.append(_message(item, zone, item.id in expanded, roomy))
            if item.ways:
                rows += _ways(scene.incident, item, roomy=roomy)
        if not mine:
            rows.append(Row(f"none:{audience}", (("nothing yet", "muted"),), selectable=False))
    return tuple(rows)


def is_due(scene: Scene) -> bool:
    """Whether some audience is owed an update now."""
    clock = next_update(scene)
    return clock is not None and clock.level == "late"


def _due(scene: Scene, audience: str, cells: int) -> Line:
    owed = next((item for item in updates(scene) if item.audience == audience), None)
    if owed is None or owed.clock.due is None:
        return ()
    tone = LEVEL_TONES[owed.clock.level]
    word = ("promised " if owed.promised else "due ") if cells >= ROOMY else ""
    return ((word, "muted"), (f"{scene.time(owed.clock.due)} ", "muted"), (left_words(owed.clock), tone or ""))


def _ways(incident: Incident, message: Message, *, roomy: bool) -> list[Row]:
    """What of a message has not arrived, a row each; the key is the delivery's id."""
    ways = (incident.deliveries.get(way) for way in message.ways)
    return [_way(way, roomy=roomy) for way in ways if way is not None and way.undelivered]


@lru_cache(MOST_KEPT)
def _way(way: Delivery, *, roomy: bool) -> Row:
    tone = WAY_TONES[way.state]
    line: Line = (
        ("  ↳ " if roomy else "↳ ", "muted"),
        (f"{way.label} ", "muted"),
        (f"{way.channel} ", ""),
        (WAY_WORDS[way.state], tone),
        *(((f"  {way.reason}", "muted"),) if way.reason else ()),
    )
    return Row(way.id, line, wrap=True, indent=14 if roomy else 6)


@lru_cache(MOST_KEPT)
def _message(message: Message, zone: ZoneInfo, unfolded: bool, roomy: bool) -> Row:
    tone = STATE_TONES.get(message.state, "")
    moment = message.sent_at or message.at
    mark = f"{message.mark} " if message.mark else ""
    text, _, more = message.text.partition("\n")
    shown = message.text.replace("\n", " ⏎ ") if unfolded else text + (" …" if more else "")
    word = STATE_WORDS.get(message.state, message.state)
    line: Line = (
        (f"{time_in(zone, moment)} ", "muted"),
        (f"{word:<7} " if roomy else f"{word} ", tone),
        (f"{mark}{shown}", "muted" if message.state == "discarded" else ""),
    )
    if unfolded or message.waiting:
        line = (*line, (_details(message, zone), "muted"))
    return Row(message.id, line, wrap=True, indent=14 if roomy else 6)


def _details(message: Message, zone: ZoneInfo) -> str:
    parts = [message.label]
    if message.channel:
        parts.append(message.channel)
    if message.how:
        parts.append(message.how)
    if message.approved_by:
        parts.append(f"approved by {message.approved_by}")
    if message.promised_at:
        parts.append(f"promised {time_in(zone, message.promised_at)}")
    elif message.promise_seconds and message.waiting:
        parts.append(f"promises {budget_words(timedelta(seconds=message.promise_seconds))}")
    return f"  {' · '.join(parts)}"
