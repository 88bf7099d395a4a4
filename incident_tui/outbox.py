"""What is to go out, and its way there: a view of the events, worked through by one process at a time."""

from __future__ import annotations

import contextlib
import random
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path

from incident_tui.channels.channel import Channel, as_sent
from incident_tui.channels.outcome import Delivered, Failed, Outcome, Unknown
from incident_tui.config.table import ConfigError
from incident_tui.domain.decide import Intent, Refused
from incident_tui.domain.decide import delivery as decide
from incident_tui.domain.delivery import Delivery
from incident_tui.domain.dispatch import next_to_go, stale_cards, undelivered
from incident_tui.domain.incident import Incident
from incident_tui.domain.letters import letter_of
from incident_tui.journal import JournalError
from incident_tui.journal.lock import held
from incident_tui.patience import Patience
from incident_tui.rooms import Room
from incident_tui.session import NotSaved, Session

ACTOR = "outbox"
LOOK_SECONDS = 1.0
ANSWER_SECONDS = 15.0
"""As long as a channel takes at the most."""
LOCK = "outbox.lock"


class NotNow(Exception):
    """It is not to be sent after all: somebody has decided otherwise, or nothing can be recorded."""


class Outbox:
    """Sends what waits, in order for each channel, all channels at once; records each outcome before the next.

    `session` is its own: it is used by one thread at a time, never by the screen. `clock` counts seconds and `chance`
    draws from 0 to 1; both are replaced in tests. Who sets `moved` lets it look at once for what is to go.
    """

    def __init__(
        self,
        session: Session,
        channels: Mapping[str, Channel],
        *,
        clock: Callable[[], float] = time.monotonic,
        chance: Callable[[], float] = random.random,
        moved: threading.Event | None = None,
    ) -> None:
        self._session = session
        self._session.actor = ACTOR
        self._channels = channels
        self._clock = clock
        self._patience = Patience(clock, chance)
        self._rooms: dict[str, Room] = {}
        self._sending: dict[str, threading.Thread] = {}
        self._begun: set[str] = set()
        self._unsaved: dict[str, tuple[str, Delivery, Outcome]] = {}
        self._turn = threading.RLock()
        self._moved = moved or threading.Event()

    def run(self, stop: threading.Event) -> None:
        """Work until `stop`; while another process works, stand by. Raises nothing: what cannot be recorded waits."""
        while not stop.is_set():
            with contextlib.suppress(JournalError, NotSaved), self.alone():
                while not stop.is_set():
                    with contextlib.suppress(JournalError, NotSaved):
                        self.work()
                    self.rest(LOOK_SECONDS)
            stop.wait(LOOK_SECONDS)

    @contextlib.contextmanager
    def alone(self) -> Iterator[None]:
        """Be the one process that sends. Raises JournalError where another one is.

        What had begun when the last one ended may have arrived: that is now said, or it is tried again where trying
        twice does no harm. Others come after us once what is on its way has its answer.
        """
        with held(self._lock, 0):
            self._recover()
            try:
                yield
            finally:
                self.finish(ANSWER_SECONDS)

    def work(self) -> None:
        """Begin all that is due now. Raises JournalError, NotSaved."""
        with self._turn:
            for identifier in list(self._unsaved):
                self._settle(identifier)
            for room in self._open_rooms():
                self._refresh(room)
                for delivery in next_to_go(self._rooms[room.incident.id].incident, self._session.journal.device):
                    self._start(room.incident.id, delivery)

    def finish(self, seconds: float) -> None:
        """Wait for the answers of what is on its way, at most so long."""
        end = time.monotonic() + seconds
        for thread in list(self._sending.values()):
            thread.join(max(0.0, end - time.monotonic()))

    def rest(self, seconds: float) -> None:
        """Wait until something has moved, at most so long."""
        self._moved.wait(min(seconds, self._patience.left(LOOK_SECONDS)))
        self._moved.clear()

    def carry(self, wanted: Callable[[Delivery], bool], seconds: float) -> None:
        """Work until nothing that is `wanted` waits any more, at most so long; or watch the process that works.

        Raises JournalError, NotSaved.
        """
        end = self._clock() + seconds
        while self._clock() < end:
            with contextlib.suppress(JournalError), self.alone():
                self.work()
                while self._clock() < end and self._any_waits(wanted):
                    self.work()
                    self.rest(max(0.0, min(LOOK_SECONDS, end - self._clock())))
            if not self._any_waits(wanted):
                return
            self.rest(LOOK_SECONDS / 10)

    def _any_waits(self, wanted: Callable[[Delivery], bool]) -> bool:
        return any(item.waiting and wanted(item) for _, item in self.waiting())

    def hurry(self) -> None:
        """Try at once what is being left alone, because a person wants it."""
        self._patience.lose()
        self._moved.set()

    def waiting(self) -> list[tuple[Incident, Delivery]]:
        """All that has not arrived, of every incident. Raises JournalError."""
        with self._turn:
            return [(room.incident, item) for room in self._open_rooms() for item in undelivered(room.incident)]

    @property
    def _lock(self) -> Path:
        return self._session.paths.database.with_name(LOCK)

    def _open_rooms(self) -> list[Room]:
        # What is open here may have been ended by somebody else.
        known = [incident for incident, room in self._rooms.items() if self._is_open(room)]
        for incident in dict.fromkeys([*self._session.journal.outbox(), *known]):
            room = self._rooms.get(incident)
            self._rooms[incident] = self._session.catch_up(room) if room else self._session.enter(incident)
        return [room for room in self._rooms.values() if self._is_open(room)]

    def _is_open(self, room: Room) -> bool:
        return bool(undelivered(room.incident)) or self._stale(room)

    def _stale(self, room: Room) -> bool:
        return bool(stale_cards(room.incident, self._session.journal.device))

    def _refresh(self, room: Room) -> None:
        """Bring the cards up to date that somebody had sent."""
        if self._stale(room):
            self._record(room.incident.id, partial(decide.refresh_cards, device=self._session.journal.device))

    def _recover(self) -> None:
        with self._turn:
            for room in self._open_rooms():
                for item in undelivered(room.incident):
                    mine = item.device == self._session.journal.device
                    if item.state == "begun" and mine and item.id not in self._begun:
                        self._record(room.incident.id, self._after_all(item))

    def _after_all(self, delivery: Delivery) -> Intent:
        if self._repeatable(delivery):
            return partial(decide.delayed, identifier=delivery.id, reason="the program ended while it was sent")
        return partial(
            decide.unclear, identifier=delivery.id, reason="the program ended while it was sent; look there first"
        )

    def _repeatable(self, delivery: Delivery) -> bool:
        channel = self._channels.get(delivery.channel)
        return channel is not None and channel.REPEATABLE

    def _start(self, incident: str, delivery: Delivery) -> None:
        if delivery.channel in self._sending or not self._patience.is_due(delivery.id, delivery.wanted_at):
            return
        thread = threading.Thread(target=self._send, args=(incident, delivery), name="sending", daemon=True)
        self._sending[delivery.channel] = thread
        thread.start()

    def _send(self, incident: str, delivery: Delivery) -> None:
        try:
            outcome = self._outcome(incident, delivery)
            # On a full disk the outcome is known here only, and is recorded as soon as there is room.
            self._unsaved[delivery.id] = (incident, delivery, outcome)
            self._settle(delivery.id)
        except (NotNow, JournalError, NotSaved):
            self._patience.put_off(delivery.id)
        finally:
            with self._turn:
                self._sending.pop(delivery.channel, None)
            self._moved.set()

    def _outcome(self, incident: str, delivery: Delivery) -> Outcome:
        channel = self._channels.get(delivery.channel)
        if channel is None:
            return Failed(f"no channel {delivery.channel} can be used; `doctor` says why")

        def begin() -> None:
            device = self._session.journal.device
            if isinstance(
                self._record(incident, partial(decide.begin, identifier=delivery.id, device=device)), Refused
            ):
                raise NotNow
            self._begun.add(delivery.id)

        try:
            with self._turn:
                letter = letter_of(self._rooms[incident].incident, delivery, self._session.now())
            return channel.send(as_sent(channel, letter), begin)
        except (NotNow, JournalError, NotSaved):
            raise
        except ConfigError as error:
            return Failed(str(error))
        except Exception as error:  # a fault in one channel stops no other, and is told  # noqa: BLE001
            reason = f"the channel broke: {type(error).__name__}"
            return Unknown(reason) if delivery.id in self._begun else Failed(reason)

    def _settle(self, identifier: str) -> None:
        """Record an outcome, once: the thread that has it and the one that looks for the unsaved may both come here."""
        with self._turn:
            incident, delivery, outcome = self._unsaved.get(identifier, ("", None, None))
            if delivery is None or outcome is None:
                return
            self._record(incident, self._told(delivery, outcome))
            del self._unsaved[identifier]
            self._begun.discard(identifier)
            match outcome:
                case Failed(_, True, after):
                    self._patience.put_off(delivery.id, after)
                case Unknown() if self._repeatable(delivery):
                    self._patience.put_off(delivery.id)
                case _:
                    self._patience.settle(identifier)

    def _told(self, delivery: Delivery, outcome: Outcome) -> Intent:
        identifier = delivery.id
        match outcome:
            case Delivered(receipt, url, note):
                return partial(decide.done, identifier=identifier, receipt=receipt, url=url, note=note)
            case Failed(reason, True):
                return partial(decide.delayed, identifier=identifier, reason=reason)
            case Failed(reason):
                return partial(decide.failed, identifier=identifier, reason=reason)
            case Unknown(reason) if self._repeatable(delivery):
                return partial(decide.delayed, identifier=identifier, reason=reason)
            case Unknown(reason):
                return partial(decide.unclear, identifier=identifier, reason=reason)

    def _record(self, incident: str, intent: Intent) -> Refused | None:
        """Raises NotSaved, JournalError."""
        with self._turn:
            done = self._session.perform(self._rooms[incident], intent)
            if isinstance(done, Refused):
                return done
            self._rooms[incident] = done.room
            return None
