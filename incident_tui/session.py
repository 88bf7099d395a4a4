"""The only writer: stamps what was decided, makes it durable, and only then lets the timeline move."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from incident_tui.config import Config, policy_of
from incident_tui.domain.decide import Decision, Intent, Refused, moment_allowed
from incident_tui.domain.events import Body, Event
from incident_tui.domain.evolve import fold
from incident_tui.domain.identity import reference
from incident_tui.domain.incident import Incident
from incident_tui.domain.permission import act_of, refusal
from incident_tui.domain.timeline import BeforeBase, Timeline
from incident_tui.journal import Journal, JournalError, Stored, Summary, Tell, Writing, nobody
from incident_tui.journal.stamping import Telling, to_the_millisecond
from incident_tui.journal.summaries import meant
from incident_tui.journal.words import BATCH
from incident_tui.paths import Paths, why_not_made
from incident_tui.rooms import Room, caught_up, grown, told_into
from incident_tui.times import local_zone, zone_named

if TYPE_CHECKING:
    from incident_tui.domain.drill import Retold
    from incident_tui.domain.policy import Policy
    from incident_tui.domain.protocol import Protocol

Wall = Callable[[], datetime]
CHECKPOINT_EVERY = 125
"""After so many events a checkpoint is kept, so that no more are read and folded when an incident is opened."""
CHECKPOINT_AT_LAST = 200
"""Where that is done at rest, a line does it after so many, which come without a rest at most."""

UNSAVED, UNFINISHED = "unsaved", "unfinished"
"""Why a text is kept beside the journal: it was to be recorded and could not be, or it was still being written."""


class NotSaved(Exception):
    """Nothing was recorded. What was to be recorded is with the caller, who keeps it by `Session.spill`."""

    def __init__(self, reason: str, hint: str = "") -> None:
        super().__init__(f"not saved: {reason}" + (f"; {hint}" if hint else ""))
        self.reason = reason
        self.hint = hint


class Done(Struct, frozen=True):
    """What was recorded, durably, and the room with it; `masked` are the kinds of the secrets that were left out."""

    room: Room
    events: tuple[Event, ...]
    masked: tuple[str, ...] = ()


def masked(text: str, session: Session) -> str:
    """A text as it may lie or stand anywhere: without the secrets that are seen in it."""
    from incident_tui.domain.scrubbing import scrub

    return scrub(text, session.own_secrets).text


def wall_clock() -> datetime:
    return datetime.now(UTC)


class Session:
    """Recording and reading for one person on this machine. `wall` tells the time, and is replaced in tests.

    Secrets are masked in all that is decided here, before it is kept; `own_secrets` are values that always are.
    """

    def __init__(self, paths: Paths, config: Config, journal: Journal, wall: Wall) -> None:
        self.paths = paths
        self.config = config
        self.journal = journal
        self.now = wall
        self.actor = config.person
        self.own_secrets: tuple[str, ...] = _own_secrets(config)
        self._rests = False

    @classmethod
    def open(
        cls, paths: Paths, config: Config, *, writable: bool = True, wall: Wall = wall_clock, tell: Tell = nobody
    ) -> Session:
        """Open the journal, see there. Raises JournalError when it can be neither written nor read."""
        try:
            paths.make()
        except OSError as error:
            reason = f"the data folder cannot be made: {why_not_made(error)}"
            raise JournalError(reason, "check its place and rights") from error
        return cls(paths, config, Journal.open(paths.database, writable=writable, tell=tell), wall)

    @cached_property
    def zone(self) -> str:
        """The IANA name of the zone that days are counted in."""
        return local_zone() if self.config.zone == "local" else self.config.zone

    @cached_property
    def policy(self) -> Policy:
        return policy_of(self.config)

    def summaries(self) -> list[Summary]:
        return self.journal.summaries()

    def find(self, word: str | None, *, reading: bool = False) -> Summary | Refused:
        """The incident that `word` means: any unique part of its reference.

        Left out, it is the one live incident, which is a drill only if no other is live; for reading, the latest one
        when none is live.
        """
        return meant(self.summaries(), word, reading=reading)

    def enter(self, incident: str) -> Room:
        """The room of an incident: its kept checkpoint and what came after."""
        base, seq = self.journal.checkpoint(incident)
        try:
            return grown(Room(Timeline.of(base), seq, base.version), self.journal.stored(incident, seq))
        except BeforeBase:  # between the two reads older events have come from elsewhere
            return grown(Room(Timeline.of(Incident(incident)), 0), self.journal.stored(incident, 0))

    def catch_up(self, room: Room) -> Room:
        """The room with what others have recorded since."""
        try:
            return grown(room, self.journal.stored(room.incident.id, room.seq))
        except BeforeBase:
            return self.enter(room.incident.id)

    def declare(
        self,
        title: str,
        severity: int,
        protocol: Protocol,
        commander: str = "",
        detected: datetime | None = None,
        alongside: tuple[Body, ...] = (),
    ) -> Done | Refused:
        """A new incident with a reference of its own, and all or nothing of what is `alongside`. Raises NotSaved."""
        from incident_tui.domain.decide.command import declare

        now = self.now()
        late = moment_allowed(detected, now) if detected else None
        if late:
            return late
        day = now.astimezone(zone_named(self.zone)).date()

        def intent(_: Incident) -> Decision:
            declared = declare(self._reference(day), title, severity, self.zone, protocol, detected, commander)
            return declared if isinstance(declared, Refused) else (*declared, *alongside)

        return self._record(None, intent, None)

    def fork(self, source: str, at: datetime | None = None) -> Done | Refused:
        """A drill of a past incident (its id) that begins with what was known of it `at` a moment. Raises NotSaved."""
        from incident_tui.domain.decide.drill import fork_moment
        from incident_tui.domain.drill import retold

        now = to_the_millisecond(self.now())
        day = now.astimezone(zone_named(self.zone)).date()
        try:
            with self.journal.writing() as transaction:
                known = list(_events(transaction.stored(source, 0)))
                forked = fork_moment(fold(known, Incident(source)), known, to_the_millisecond(at) if at else None)
                if isinstance(forked, Refused):
                    return forked
                told = retold(known, source, forked, now, self._reference(day))
                return self._retell(transaction, told, now)
        except JournalError as error:
            raise NotSaved(error.reason, error.hint) from error

    def perform(
        self, room: Room, intent: Intent, *, at: datetime | None = None, keep_secrets: bool = False
    ) -> Done | Refused:
        """Decide on the newest state and record the outcome; `at` back-dates it. Raises NotSaved."""
        ahead = moment_allowed(at, self.now()) if at else None
        return ahead or self._record(room, intent, at, keep_secrets=keep_secrets)

    def undo(self, room: Room) -> Done | Refused:
        """Take back this device's latest act. Raises NotSaved."""
        return self._record(room, None, None, keep_secrets=True)

    def rest(self, room: Room) -> None:
        """Do what lines that were recorded in a room leave for when nobody waits. Raises JournalError.

        Who has done so once is taken to do so again.
        """
        self._rests = True
        with self.journal.writing() as transaction:
            transaction.index(BATCH)
        if room.incident.version - room.checkpoint >= CHECKPOINT_EVERY:
            with self.journal.writing() as transaction:
                room = caught_up(transaction, room)
                if room.incident.version - transaction.checkpointed(room.incident) >= CHECKPOINT_EVERY:
                    transaction.keep_checkpoint(room.incident, room.seq)

    def make_headroom(self) -> None:
        """Have room in SQLite's log for lines to come, when nobody waits. Raises JournalError."""
        from incident_tui.journal.backup import sync

        with self.journal.writing() as transaction:
            log = transaction.make_headroom()
        if log is not None:
            with contextlib.suppress(OSError):  # the next line does it, and says where that is impossible
                sync(log)

    def spill(self, text: str, incident: str = "", *, why: str = UNSAVED) -> Path:
        """Keep text that is not recorded in a file of its own, on disk before this returns.

        The name of the file ends with the incident it belongs to and `why` it is there: UNSAVED or UNFINISHED.
        Secrets in it are masked, whatever was wanted: nobody looks after these files.
        Raises OSError where no place takes it, see `shelter`; the text is then only with the caller.
        """
        from incident_tui import shelter

        name = f"{self.now():%Y%m%dT%H%M%S%f}-{os.getpid()}-{os.urandom(2).hex()}.{incident}.{why}.txt"
        return shelter.keep(self.paths, name, masked(text, self))

    def spilled(self, incident: str = "") -> list[tuple[Path, str]]:
        """Texts that were kept, of one incident or of all, oldest first; to be unlinked once they are recorded."""
        from incident_tui import shelter

        files = shelter.kept(self.paths, f"*.{incident}.*.txt" if incident else "*.txt")
        return [(file, file.read_bytes().decode("utf-8", "replace")) for file in files]

    def close(self) -> None:
        self.journal.close()

    def __enter__(self) -> Session:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def _record(
        self, room: Room | None, intent: Intent | None, at: datetime | None, *, keep_secrets: bool = False
    ) -> Done | Refused:
        """One transaction: catch up, decide, mask, stamp, append. Without an intent it undoes the latest act."""
        from incident_tui.domain.scrubbing.bodies import without_secrets

        try:
            with self.journal.writing() as transaction:
                current = caught_up(transaction, room) if room else None
                decision = self._decide(transaction, current, intent)
                if isinstance(decision, Refused):
                    return decision
                # For what is everybody's, the policy, with its working time and its zone, need not be made.
                if current and any(act_of(current.incident, body) for body in decision):
                    refused = refusal(current.incident, decision, self.actor, self.policy)
                    if refused is not None:
                        return refused
                bodies, masked = (decision, ()) if keep_secrets else without_secrets(decision, self.own_secrets)
                return self._append(transaction, current, bodies, at, masked)
        except JournalError as error:
            raise NotSaved(error.reason, error.hint) from error

    def _decide(self, transaction: Writing, room: Room | None, intent: Intent | None) -> Decision:
        if intent is not None:
            return intent(room.incident if room else Incident(""))
        if room is None:
            return Refused("there is nothing to undo")
        from incident_tui.domain.decide.log import undo

        decision = undo(room.timeline, transaction.device)
        if isinstance(decision, Refused) and room.timeline.length < room.incident.version:
            whole = Timeline.of(Incident(room.incident.id), _events(transaction.stored(room.incident.id, 0)))
            return undo(whole, transaction.device)
        return decision

    def _reference(self, day: date) -> str:
        """One that no incident has."""
        import secrets

        taken = {summary.ref for summary in self.summaries()}
        anew = iter(lambda: reference(day, secrets.randbits(15)), "")
        return next(ref for ref in anew if ref not in taken)

    def _append(
        self,
        transaction: Writing,
        room: Room | None,
        bodies: tuple[Body, ...],
        at: datetime | None,
        masked: tuple[str, ...],
    ) -> Done:
        now = self.now()
        before = room.incident if room else None
        events: list[Event] = []
        for body in bodies:
            room, event = told_into(transaction, room, Telling(body, at or now, now, self.actor), now)
            events.append(event)
        return Done(self._settled(transaction, room, now, before), tuple(events), masked)

    def _retell(self, transaction: Writing, told: Iterable[Retold], now: datetime) -> Done:
        """A new incident of what is told; its events name each other by their new ids."""
        from incident_tui.domain.drill import renamed

        room: Room | None = None
        names: dict[str, str] = {}
        events: list[Event] = []
        for item in told:
            telling = Telling(renamed(item.body, names), item.at, item.recorded, item.actor)
            room, event = told_into(transaction, room, telling, now)
            names[item.event] = event.id
            events.append(event)
        return Done(self._settled(transaction, room, now), tuple(events))

    def _settled(self, transaction: Writing, room: Room | None, now: datetime, before: Incident | None = None) -> Room:
        """Keep the views of what was appended to the incident `before`."""
        assert room is not None, "a decision without events is no decision"
        transaction.summarise(room.incident, now, before)
        version, most = room.incident.version, CHECKPOINT_AT_LAST if self._rests else CHECKPOINT_EVERY
        if version - room.checkpoint < most:
            return room
        kept = transaction.checkpointed(room.incident)  # at rest one may have been, since
        if version - kept >= most:
            transaction.keep_checkpoint(room.incident, room.seq)
            kept = version
        return replace(room, checkpoint=kept)


def _own_secrets(config: Config) -> tuple[str, ...]:
    if not (config.channels or config.sources or config.health):
        return ()
    from incident_tui.config.secrets import known_secrets

    return known_secrets(config)


def _events(stored: Iterable[Stored]) -> Iterable[Event]:
    return (item.event for item in stored)
