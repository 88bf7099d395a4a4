"""What commanding asks for beyond the room: the next update as a draft, the end of the incident."""

from __future__ import annotations

import re
from functools import partial

from textual.app import App

from incident_tui.domain import clocks
from incident_tui.domain.closing import open_ends, post_mortem
from incident_tui.domain.decide import command
from incident_tui.domain.incident import AUDIENCES, Incident
from incident_tui.domain.updates import draft_update
from incident_tui.times import show, zone_or_local
from incident_tui.ui.errands.basics import open_message
from incident_tui.ui.errands.resolving import named_issues, resolve
from incident_tui.ui.screens.ask import AskScreen
from incident_tui.ui.screens.closing import ClosingScreen, Wish
from incident_tui.ui.screens.war_room import WarRoom
from incident_tui.ui.screens.write import Written
from incident_tui.ui.text import Line

PLACEHOLDER = re.compile(r", or | (?=[A-Z]{3,}\b|14:05)")


def draft_next_update(app: App[None], room: WarRoom, audience: str) -> None:
    """Open a draft of the next update, filled with what has changed; for whom it is due first, unless one is named."""
    incident, now, policy = room.room.incident, room.session.now(), room.session.policy
    due = clocks.next_update(incident, now, policy)
    named = next((name for name in AUDIENCES if audience and name.startswith(audience.removeprefix("@"))), "")
    audience = named or (due.name if due else AUDIENCES[0])
    text = draft_update(incident, audience, now, zone_or_local(incident.zone))
    cadence = policy.of(incident.severity).cadence(audience)
    open_message(app, room, Written(audience, _channel(incident, audience), text, cadence))


def _channel(incident: Incident, audience: str) -> str:
    """Where the audience was last written to."""
    written = [message for message in incident.messages.values() if message.audience == audience and message.channel]
    return max(written, key=lambda message: message.order).channel if written else ""


def close(app: App[None], room: WarRoom) -> None:
    """Show what is still open, settle it or leave it with a reason, and close."""
    app.clear_notifications()  # the last of them says what is still open, and would cover it
    _go_on_closing(app, room)


def _go_on_closing(app: App[None], room: WarRoom) -> None:
    incident = room.room.incident
    if incident.live:
        app.notify("a live incident is not closed; resolve it first", severity="warning", markup=False)
        return

    def wished(wish: Wish | None) -> None:
        if wish is None:
            return
        if wish.what == "settle":
            _settle(app, room, wish.text)
        elif wish.what == "resolve":
            resolve(app, room, issues[int(wish.text)], partial(_go_on_closing, app, room))
        else:
            intent = partial(command.set_status, word="closed", reason=wish.text)
            room.begin(room.recorder.record(room.room, intent))

    issues = named_issues(room)
    offered = tuple(f"issue {issue.issue} at {issue.host}" for issue in issues)
    heading = f"Close {incident.ref}"
    app.push_screen(ClosingScreen(heading, lambda: open_ends(incident), _about(room, incident), offered), wished)


def _settle(app: App[None], room: WarRoom, how: str) -> None:
    """Complete the command that settles one end, then go on with the others."""

    def completed(line: str | None) -> None:
        if line is None:
            _go_on_closing(app, room)
        else:
            app.run_worker(_carry_out(app, room, line), group="acts")

    hint = f"as in /{how}"
    app.push_screen(AskScreen("Settle it", "The command, as in the composer:", begun(how), hint), completed)


async def _carry_out(app: App[None], room: WarRoom, line: str) -> None:
    room.show(await room.recorder.line(room.room, line, lambda _name: None))
    _go_on_closing(app, room)


def begun(how: str) -> str:
    """The command as far as it is known: what is to be typed is cut off."""
    line = PLACEHOLDER.split(how, maxsplit=1)[0]
    return f"/{line}{' ' * (line != how)}"


def _about(room: WarRoom, incident: Incident) -> tuple[Line, ...]:
    needed = post_mortem(incident)
    if needed is None:
        return ((("no post-mortem is needed by the rule", "muted"),),)
    zone, now = zone_or_local(incident.zone), room.session.now()
    until: Line = ((f", due {show(needed.due, zone, now)}", "warn"),) if needed.due else ()
    return ((("A post-mortem is needed: ", "strong"), (needed.reason, ""), *until),)
