"""Marking an issue as resolved where it is kept: shown with its host, done by an act of its own, and recorded."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from textual.app import App

from incident_tui.domain.decide.drill import may_leave
from incident_tui.domain.text import clean_line
from incident_tui.ui.apart import apart
from incident_tui.ui.screens.consent import ConsentScreen
from incident_tui.ui.screens.war_room import WarRoom
from incident_tui.ui.text import Line

if TYPE_CHECKING:
    from incident_tui.issues import Resolvable

LABEL = 10


def named_issues(room: WarRoom) -> tuple[Resolvable, ...]:
    """The issues that the incident names, as far as a configured source understands them."""
    if not room.session.config.sources:
        return ()
    from incident_tui.issues import resolvable

    incident = room.room.incident
    return resolvable(room.session.config, incident, room.session.journal.events(incident.id))


def resolve(app: App[None], room: WarRoom, issue: Resolvable, then: Callable[[], None]) -> None:
    """Show which issue where, and mark it as resolved after a yes; `then` goes on, whatever was answered."""

    async def act() -> str:
        why_not = await _resolve(room, issue)
        if app.screen is not dialog:
            told = why_not or f"issue {issue.issue} is marked as resolved at {issue.host}"
            app.notify(told, severity="warning" if why_not else "information", markup=False, timeout=10)
        return why_not

    def answered(done: bool | None) -> None:
        if done:
            app.notify(f"issue {issue.issue} is marked as resolved at {issue.host}", markup=False)
        then()

    facts = (
        ("issue", issue.issue),
        ("at", f"{issue.host}, organization {issue.source.organization}"),
        ("named as", clean_line(issue.link)),
    )
    lines: list[Line] = [((f"{name:<{LABEL}}", "muted"), (text, "strong")) for name, text in facts]
    lines.append(((" ", ""),))
    lines.append((("It is set to resolved there for everybody, and recorded here as an action.", "info"),))
    asking = f"asking {issue.host} …"
    dialog = ConsentScreen("Mark the Sentry issue as resolved", tuple(lines), act, asking)
    app.push_screen(dialog, answered)


async def _resolve(room: WarRoom, issue: Resolvable) -> str:
    from incident_tui.sources.sentry import NotResolved

    leaving = may_leave(room.room.incident)
    if leaving is not None:
        return str(leaving)
    outcome = await apart(issue.resolve)
    if isinstance(outcome, NotResolved):
        if outcome.unknown:
            return f"nobody knows whether it is resolved there: {outcome.reason}; asking again does no harm"
        return f"nothing is changed: {outcome.reason}"
    recorded = await room.recorder.record(room.room, issue.told)
    room.show_room(recorded.room)
    return "" if recorded.recorded else f"it is resolved there, but not recorded here: {recorded.words}"
