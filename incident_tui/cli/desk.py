"""Where a verb works: the session opened for it, the incident it is about, and what is recorded there."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING, BinaryIO

from msgspec import Struct

from incident_tui.cli.console import USAGE, Console, Stop
from incident_tui.config import Config
from incident_tui.domain.decide import Intent, Refused
from incident_tui.domain.dispatch import stale_cards
from incident_tui.domain.incident import Incident
from incident_tui.paths import Paths
from incident_tui.rooms import Room
from incident_tui.session import Done, NotSaved, Session, masked
from incident_tui.times import is_wall_time, parse_moment, show, zone_or_local

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from incident_tui.journal.blobs import BlobStore


MOST_TEXT = 64 * 1024 * 1024
"""Bytes of a text on standard input; what is longer has no end, or is evidence."""


class Work(Struct):
    """One incident at work: `record` moves `room` on, and with `keep_secrets` masks nothing."""

    session: Session
    room: Room
    console: Console
    keep_secrets: bool = False

    @property
    def incident(self) -> Incident:
        return self.room.incident

    @property
    def zone(self) -> ZoneInfo:
        """Where the incident's times are told."""
        return zone_or_local(self.incident.zone)

    @property
    def blobs(self) -> BlobStore:
        from incident_tui.journal.blobs import BlobStore

        return BlobStore(self.session.paths.blobs)

    def moment(self, text: str | None) -> datetime | None:
        """The moment that a person names; raises TimeError."""
        return None if text is None else parse_moment(text, self.session.now(), self.zone)

    def show(self, at: datetime) -> str:
        return show(at, None if is_wall_time(self.incident.zone) else self.zone, self.session.now())

    def record(self, intent: Intent, at: datetime | None = None, text: str = "") -> Done:
        """Record what `intent` decides. Raises Stop when refused, NotSaved; then `text` is kept or said back."""
        try:
            outcome = self.session.perform(self.room, intent, at=at, keep_secrets=self.keep_secrets)
        except NotSaved as error:
            raise self.unsaved(error, text) from error
        return self.took(outcome)

    def took(self, outcome: Done | Refused) -> Done:
        if isinstance(outcome, Refused):
            raise Stop.refused(outcome)
        self.room = outcome.room
        self.mention_masked(outcome.masked)
        return outcome

    def mention_masked(self, kinds: Iterable[str], where: str = "") -> None:
        """Say on stderr which secrets are not recorded, if any."""
        self.console.mention_masked(kinds, f"{where}; --keep-secrets keeps {{}}")

    def said(self, what: str) -> None:
        self.console.done(f"{self.incident.ref}: {what}")

    def unsaved(self, error: NotSaved, text: str) -> NotSaved:
        """The error with where the text is kept; where nothing takes it, who typed it has it back on stderr."""
        if not text.strip():
            return error
        try:
            folder = self.session.spill(text, self.room.incident.id).parent
        except OSError:
            self.console.aside(masked(text, self.session))
            return NotSaved(error.reason, _and(error.hint, "your text is kept nowhere, it stands above"))
        where = f"kept in {folder}" if folder == self.session.paths.spill else f"kept for now in {folder}"
        return NotSaved(error.reason, _and(f"your text is {where}", error.hint))


def _and(hint: str, more: str) -> str:
    return "; ".join(filter(None, (hint, more)))


class Desk(Struct, frozen=True):
    """What every verb gets; `wanted` is the incident named with -i, `keep_secrets` that none is to be masked."""

    paths: Paths
    config: Config
    console: Console
    wanted: str | None = None
    keep_secrets: bool = False

    @contextlib.contextmanager
    def session(self, *, reading: bool = False) -> Iterator[Session]:
        with Session.open(self.paths, self.config, writable=not reading, tell=self.console.ahead) as session:
            yield session

    @contextlib.contextmanager
    def incident(self, *, reading: bool = False) -> Iterator[Work]:
        """The incident that is meant. Raises Stop where it is not clear."""
        with self.session(reading=reading) as session:
            summary = session.find(self.wanted, reading=reading)
            if isinstance(summary, Refused):
                raise Stop.refused(summary)
            work = Work(session, session.enter(summary.incident), self.console, self.keep_secrets)
            before = work.room.seq
            yield work
            if work.room.seq != before and stale_cards(work.incident, session.journal.device):
                self.console.note("its card is brought up to date with the screen, or by `incident-tui outbox retry`")

    @property
    def stdin(self) -> BinaryIO:
        return sys.stdin.buffer

    @property
    def at_keyboard(self) -> bool:
        """Whether standard input is a person at a terminal."""
        return sys.stdin.isatty()

    def read_text(self) -> str:
        """All of standard input; a person at a terminal is told how to end it."""
        if self.at_keyboard:
            self.console.err.write("type the text; ctrl-d on a line of its own ends it\n")
            self.console.err.flush()
        data = self.stdin.read(MOST_TEXT + 1)
        if len(data) > MOST_TEXT:
            raise Stop(f"the text is longer than {MOST_TEXT >> 20} MiB", "keep it as a file: incident-tui attach FILE")
        return data.decode(errors="replace")

    def typed(self, words: list[str], what: str) -> str:
        """The words as one text; with `-`, or none while something is piped in, what stdin holds.

        Raises Stop where there is neither.
        """
        if words == ["-"] or (not words and not self.at_keyboard):
            return self.read_text()
        if not words:
            raise Stop(f"no {what}", "give it as an argument, or on standard input", USAGE)
        return " ".join(words)
