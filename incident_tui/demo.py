"""A live and a past incident to look around in: a script of who did what when, recorded through the session."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from incident_tui.demo_script import CHECKOUT, LOGIN, Said, Story
from incident_tui.domain.decide import Intent, Refused
from incident_tui.domain.decide.evidence import keep_command
from incident_tui.domain.events import CommandRun
from incident_tui.journal.blobs import BlobStore
from incident_tui.protocols.library import load_builtin
from incident_tui.session import Done, Room, Session
from incident_tui.verbs import Context, read

PAST_DAYS = 19
LIVE_FOR = timedelta(minutes=27, seconds=40)


@dataclass(slots=True)
class Clock:
    """A wall clock that shows what the script says."""

    now: datetime

    def __call__(self) -> datetime:
        return self.now


def create(session: Session) -> Room:
    """Record both incidents, as if it had happened until now; the room of the live one.

    Where the live one is there already, nothing is recorded. Raises NotSaved and JournalError.
    """
    for summary in session.summaries():
        if summary.live and summary.title == CHECKOUT.title:
            return session.enter(summary.incident)
    now = session.now()
    _play(session, LOGIN, now - timedelta(days=PAST_DAYS))
    return _play(session, CHECKOUT, now - LIVE_FOR)


def _play(session: Session, story: Story, began: datetime) -> Room:
    """Record a story that began at `began`, through a session whose clock follows the script."""
    clock = Clock(began + story.declared)
    teller = Session(session.paths, session.config, session.journal, clock)
    teller.actor = story.commander
    declared = teller.declare(story.title, story.severity, load_builtin("emergency"), story.commander, began)
    room = _done(declared).room
    for said in story.lines:
        clock.now = began + said.after
        teller.actor = said.who
        room = _done(teller.perform(room, _intent(teller, room, said))).room
    return room


def _intent(teller: Session, room: Room, said: Said) -> Intent:
    """What a line of the script means: a command with its output, or what the composer takes after a slash."""
    if said.line.startswith("$ "):
        return _command(teller, said)
    context = Context(room.incident, teller.now(), ZoneInfo(teller.zone), said.who)
    meant = read(said.line, context)
    if isinstance(meant, Refused):
        raise ValueError(f"the script of the demo is wrong: {said.line}: {meant}")
    return meant.intent


def _command(teller: Session, said: Said) -> Intent:
    line, _, output = said.line.removeprefix("$ ").partition("\n")
    data = f"{output}\n".encode()
    sha256 = BlobStore(teller.paths.blobs).keep(data)
    ran = CommandRun(line, 0, 412, f"{output}\n", sha256, len(data), host="ops-1", folder="/srv/shop")
    return lambda incident: keep_command(incident, ran)


def _done(outcome: Done | Refused) -> Done:
    if isinstance(outcome, Refused):
        raise ValueError(f"the script of the demo is wrong: {outcome}")
    return outcome
