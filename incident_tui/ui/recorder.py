"""Carries out what a person wants in one incident, and says how it ended."""

from __future__ import annotations

import asyncio
import signal
import threading
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from incident_tui.domain.decide import Intent, Refused
from incident_tui.domain.events import CommandRun, Event
from incident_tui.domain.incident import Message
from incident_tui.rooms import Room
from incident_tui.session import Done, NotSaved, Session
from incident_tui.times import zone_or_local
from incident_tui.ui.keeping import Keeping, Typed
from incident_tui.ui.writer import Writer

if TYPE_CHECKING:
    from incident_tui.domain.drill import Injection
    from incident_tui.domain.scrubbing.streams import Stream
    from incident_tui.sources.command import Command

COMMAND_LIMIT = timedelta(minutes=30)
REST_SECONDS = 1.0


class Outcome(Struct, frozen=True):
    """How an act ended: the room as it is then, and words where there is something to say."""

    room: Room
    words: str = ""
    recorded: bool = True
    lost: bool = False
    """The disk refused: nothing was recorded, and the text is kept as well as may be."""
    text: str = ""
    """What the disk has not taken."""


class Running(Struct, frozen=True):
    """A command that runs: its line, and how to send it and all that it started a signal."""

    line: str
    send: Callable[[int], None]

    def stop(self) -> None:
        """Ask it to end."""
        self.send(signal.SIGTERM)


class Recorder:
    """Records through the session in the writing thread; one act after the other."""

    def __init__(self, session: Session, writer: Writer) -> None:
        self._session = session
        self._writer = writer
        self._running: Running | None = None
        self._resting: asyncio.TimerHandle | None = None
        self._idle = asyncio.Event()
        self._idle.set()
        self.keeping = Keeping(session)

    async def idle(self) -> None:
        """Wait until no command runs, and what the last one has said is recorded."""
        await self._idle.wait()

    @property
    def running(self) -> Running | None:
        """The command that runs at the moment."""
        return self._running

    async def line(
        self, room: Room, text: str, find: Callable[[str | None], Event | Refused | None], *, keep_secrets: bool = False
    ) -> Outcome:
        """Record what a composer line means; `find` gives the log entry that `/amend` and its like are about."""
        from incident_tui import grammar

        keep = keep_secrets
        now, zone = self._session.now(), zone_or_local(room.incident.zone)
        typed = grammar.read(text, now, zone, room.incident)
        if typed.problem:
            return Outcome(room, typed.problem, recorded=False)
        if typed.kind == "run":
            return await self.run(room, typed.text, typed.step, keep_secrets=keep)
        if typed.kind == "verb":
            from incident_tui.verbs import table as verbs

            session = self._session
            context = verbs.Context(room.incident, now, zone, session.actor, policy=session.policy, find=find)
            meant = verbs.read(typed.text, context, typed.at)
            if isinstance(meant, Refused):
                return Outcome(room, str(meant), recorded=False)
            return await self.record(room, meant.intent, meant.at, text, keep_secrets=keep)
        intent = grammar.intent(typed)
        if isinstance(intent, Refused):
            return Outcome(room, str(intent), recorded=False)
        return await self.record(room, intent, typed.at, text, keep_secrets=keep)

    async def record(
        self, room: Room, intent: Intent, at: datetime | None = None, text: str = "", *, keep_secrets: bool = False
    ) -> Outcome:
        """Record what `intent` decides; `text` is what must not be lost when the disk refuses."""
        return await self._do(
            room, partial(self._session.perform, room, intent, at=at, keep_secrets=keep_secrets), text
        )

    async def arrive(self, room: Room, injection: Injection) -> Outcome:
        """Let something from outside happen in a drill, unless it has happened."""
        from incident_tui import drills

        return await self._do(room, partial(drills.arrive, self._session, room, injection), "")

    async def undo(self, room: Room) -> Outcome:
        """Take back this device's latest act."""
        outcome = await self._do(room, partial(self._session.undo, room), "")
        if not outcome.recorded:
            return outcome
        from incident_tui.domain.decide.log import describe_undone

        return replace(outcome, words=f"taken back: {describe_undone(outcome.room.timeline)}")

    async def message(
        self,
        room: Room,
        read: Message | None,
        audience: str,
        text: str,
        channel: str,
        promise: timedelta | None,
        *,
        keep_secrets: bool = False,
    ) -> Outcome:
        """Keep a message as a draft, or change the one that was `read`, unless others have done so since."""
        from incident_tui.domain.decide import messages

        intent: Intent = partial(
            messages.draft, audience_word=audience, text_word=text, channel=channel, promise=promise
        )
        if read is not None:
            change = partial(messages.edit, word=read.id, text_word=text, channel=channel, promise=promise)
            intent = messages.as_read(change, read)
        return await self.record(room, intent, text=text, keep_secrets=keep_secrets)

    async def _do(self, room: Room, act: Callable[[], Done | Refused], text: str) -> Outcome:
        typed = Typed(room.incident.id, text)

        def acted() -> Done | Refused:
            """In the writing thread, as the screen may be gone by then: its last text is not to be offered again."""
            done = act()
            if isinstance(done, Done):
                self.keeping.recorded(typed)
            return done

        try:
            done = await self._writer.do(acted)
        except NotSaved as problem:
            words = f"{problem} · {self.keeping.keep_unsaved(typed)}" if text else str(problem)
            return Outcome(room, words, recorded=False, lost=True, text=text)
        if isinstance(done, Refused):
            return Outcome(room, str(done), recorded=False)
        self.keeping.known(typed)
        self.rest_soon(done.room)
        if not done.masked:
            return Outcome(done.room)
        from incident_tui.domain.scrubbing import summed_up

        return Outcome(done.room, summed_up(done.masked))

    def rest_soon(self, room: Room) -> None:
        """Have the writer see to the rest once nobody, here or elsewhere, has recorded anything for a while."""
        if self._resting is not None:
            self._resting.cancel()
        self._resting = asyncio.get_running_loop().call_later(REST_SECONDS, self._writer.rest, self._session, room)

    async def run(self, room: Room, line: str, step: str = "", *, keep_secrets: bool = False) -> Outcome:
        """Run a command for the shell and keep its output as evidence, with the step that it is run for."""
        from incident_tui.domain.scrubbing.streams import Stream
        from incident_tui.sources.command import CannotRun, Command

        if self._running is not None:
            return Outcome(room, f"still running: {self._running.line}", recorded=False)
        command = Command(line, limit=COMMAND_LIMIT, apart=True, folder=Path.cwd())
        ended = threading.Event()
        self._running = Running(line, partial(_send, command, ended))
        self._idle.clear()
        try:
            stream = None if keep_secrets else Stream(self._session.own_secrets)
            intent = await self._carried_out(command, ended, step, stream)
            outcome = await self.record(room, intent, text=f"$ {line}", keep_secrets=keep_secrets)
            return _mentioning(outcome, stream.kinds if stream else [])
        except CannotRun as error:
            return Outcome(room, str(error), recorded=False)
        except OSError as error:
            return Outcome(room, f"the output could not be kept: {error.strerror}", recorded=False)
        finally:
            self._running = None
            self._idle.set()

    async def _carried_out(self, command: Command, ended: threading.Event, step: str, stream: Stream | None) -> Intent:
        try:
            return await asyncio.to_thread(_carry_out, command, self._session.paths.blobs, step, stream)
        finally:
            ended.set()


def _scrubbed(pieces: Iterator[bytes], stream: Stream | None) -> Iterator[bytes]:
    """An output without secrets, unless there is no stream that masks them."""
    if stream is None:
        yield from pieces
        return
    yield from (stream.feed(piece) for piece in pieces)
    yield stream.finish()


def _send(command: Command, ended: threading.Event, number: int) -> None:
    """Send a command and all that it started a signal, which wakes what is stopped."""
    if not ended.is_set():
        command.send(number)
        command.send(signal.SIGCONT)


def _mentioning(outcome: Outcome, kinds: list[str]) -> Outcome:
    """With what was masked in the output, if there is nothing else to say."""
    if not kinds or not outcome.recorded:
        return outcome
    from incident_tui.domain.scrubbing import summed_up

    return replace(outcome, words=" · ".join(filter(None, [outcome.words, f"{summed_up(kinds)} in the output"])))


def _carry_out(command: Command, blobs: Path, step: str, stream: Stream | None) -> Intent:
    from incident_tui.domain.decide.evidence import keep_command
    from incident_tui.journal.blobs import Blob
    from incident_tui.sources.command import Excerpt

    excerpt, whole = Excerpt(), Blob(blobs)
    try:
        with command:
            for piece in _scrubbed(command.output(), stream):
                whole.write(piece)
                excerpt.add(piece)
        sha256 = whole.keep() if excerpt.total else ""
    finally:
        whole.drop()
    ended = command.ended
    assert ended is not None, "the output has been read to its end"

    ran = CommandRun(
        command.line,
        ended.exit_code,
        round(ended.duration.total_seconds() * 1000),
        excerpt.text(f"sha256 {sha256}"),
        sha256,
        excerpt.total,
        excerpt.cut,
        command.host,
        str(command.folder),
        step,
    )
    return partial(keep_command, ran=ran)
