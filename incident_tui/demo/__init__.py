"""A past and a live incident to look around in, told through the same rules as any other."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from incident_tui import grammar
from incident_tui.demo.live import LIVE
from incident_tui.demo.past import PAST
from incident_tui.demo.script import Line, Script
from incident_tui.domain.decide import Intent, Refused
from incident_tui.domain.decide.evidence import keep_command
from incident_tui.domain.events import CommandRun, Event
from incident_tui.domain.lines import line_of
from incident_tui.journal.blobs import BlobStore
from incident_tui.protocols.library import load_builtin
from incident_tui.rooms import Room
from incident_tui.session import Done, Session
from incident_tui.times import parse_duration, zone_named
from incident_tui.verbs import table as verbs

LIVE_FOR = timedelta(minutes=17, seconds=42)
PAST_DAYS = timedelta(days=10)
PAST_MORNING = time(9, 14)
HOST = "ops-1"


def create(session: Session) -> Room:
    """The room of the live demo incident, which is made unless there is one; so is the past one beside it.

    Nothing is run and nothing is sent. Raises NotSaved.
    """
    now, known = session.now(), session.summaries()
    for summary in known:
        if summary.live and summary.title == LIVE.title:
            return session.enter(summary.incident)
    # Ids follow the order of writing, so what is past is written first.
    if all(summary.title != PAST.title for summary in known):
        day = (now - PAST_DAYS).astimezone(ZoneInfo(session.zone)).date()
        _told(session, PAST, datetime.combine(day, PAST_MORNING, ZoneInfo(session.zone)))
    return _told(session, LIVE, now - LIVE_FOR)


def _told(session: Session, script: Script, detected: datetime) -> Room:
    telling = Telling(session, script, detected)
    for line in script.lines:
        telling.tell(line)
    return telling.room


class Telling:
    """Writes a script into the journal as if each line were typed in its moment by its actor."""

    def __init__(self, session: Session, script: Script, detected: datetime) -> None:
        self._detected = detected
        self._moment = detected + parse_duration(script.after)
        self._session = Session(session.paths, session.config, session.journal, lambda: self._moment)
        self._session.actor = script.actor
        # Who plays a part holds the role for it; whom the user allows what is no matter of the play.
        self._session.policy = replace(self._session.policy, may={})
        self._zone = zone_named(self._session.zone)
        self._blobs = BlobStore(session.paths.blobs)
        protocol = load_builtin("emergency")
        declared = self._session.declare(script.title, script.severity, protocol, detected=detected)
        self.room = _done(declared, script.title).room

    def tell(self, line: Line) -> None:
        """Record one line. Raises ValueError when the rules refuse it, NotSaved when the disk does."""
        self._moment = self._detected + parse_duration(line.after)
        self._session.actor = line.actor
        typed = grammar.read(line.text, self._moment, self._zone, self.room.incident)
        intent, at = self._meant(line, typed)
        if isinstance(intent, Refused):
            raise _refused(line.text, intent)
        self.room = _done(self._session.perform(self.room, intent, at=at), line.text).room

    def _meant(self, line: Line, typed: grammar.Typed) -> tuple[Intent | Refused, datetime | None]:
        if typed.kind == "run":
            return self._ran(line, typed.text), None
        if typed.kind != "verb":
            return grammar.intent(typed), typed.at
        selected = self._selected(line.about) if line.about else None
        context = verbs.Context(self.room.incident, self._moment, self._zone, line.actor, selected)
        meant = verbs.read(typed.text, context, typed.at)
        return (meant, None) if isinstance(meant, Refused) else (meant.intent, meant.at)

    def _ran(self, line: Line, command: str) -> Intent:
        """The command with what it printed, which is kept as the whole output of any command is."""
        printed = line.output.encode()
        sha256 = self._blobs.keep(printed) if printed else ""
        ran = CommandRun(command, line.exit_code, line.took_ms, line.output, sha256, len(printed), host=HOST)
        return lambda incident: keep_command(incident, ran)

    def _selected(self, about: str) -> Event:
        """The newest entry of the log that holds these words."""
        for event in reversed(self.room.timeline.tail()):
            shown = line_of(event.body)
            if shown is not None and about in shown.text:
                return event
        raise _refused(about, Refused("no entry of the log holds these words"))


def _done(done: Done | Refused, text: str) -> Done:
    if isinstance(done, Refused):
        raise _refused(text, done)
    return done


def _refused(text: str, why: Refused) -> ValueError:
    return ValueError(f"the demo cannot say {text!r}: {why}")
