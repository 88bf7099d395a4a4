"""What is kept of incidents only to be fast: whether it is what their events make, and making it anew from them."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path

from msgspec import json

from incident_tui.domain.encoding import NotReadable, from_json
from incident_tui.domain.events import Event
from incident_tui.domain.evolve import RULES, fold
from incident_tui.domain.gist import Gist
from incident_tui.domain.incident import Incident
from incident_tui.domain.lines import kind_of
from incident_tui.journal import cases, gists, summaries, tags
from incident_tui.journal.connection import open_to_read
from incident_tui.journal.errors import FAILURES, IN_WORDS, JournalError, worded
from incident_tui.journal.verify import Problem
from incident_tui.journal.writing import INCIDENTS, Writing, stored_events, summarise_anew

LINES = "select id, kind from lines where incident = ? order by id"
SUMMARY = f"select {summaries.COLUMNS} from incidents where incident = ?"
CHECKPOINT = "select last, state from checkpoints where incident = ? and rules = ?"
SOME_TIME = datetime.min.replace(tzinfo=UTC)
"""For when it was updated, which is not compared."""
TAGS = "select kind, word from tags where incident = ?"


def make_anew(transaction: Writing) -> int:
    """Make all that is kept of the incidents from their events alone; how many they are. Raises JournalError."""
    found = transaction.forget_all()
    for incident, seq in found:
        transaction.keep_checkpoint(summarise_anew(transaction, incident), seq)
    transaction.index(0)
    return len(found)


def problems(path: Path) -> list[Problem]:
    """What is kept and is not what the events make, which are whole. Raises JournalError.

    The index of words holds no texts that could be compared; what it finds is shown as the events have it.
    """
    try:
        with contextlib.closing(open_to_read(path)) as reader, IN_WORDS:
            (device,) = reader.execute("select coalesce(max(value), '') from meta where key = 'device'").fetchone()
            incidents = [incident for incident, _ in reader.execute(INCIDENTS).fetchall()]
            return [problem for incident in incidents for problem in _of_one(reader, incident, device)]
    except (*FAILURES, JournalError, OSError) as error:
        raise worded(error) from error


def _of_one(reader: sqlite3.Connection, incident: str, device: str) -> list[Problem]:
    reader.execute("begin")  # all as it was at one moment: others may be recording
    try:
        comparison = _Comparison(reader, incident)
        told = comparison.told()
        wrong = [*comparison.wrong, *_wrong(reader, told, device)]
    finally:
        reader.execute("rollback")
    return [
        Problem("kept", f"{told.ref or incident}: its {what} is not what its events make", incident=incident)
        for what in wrong
    ]


class _Comparison:
    """The events of an incident, folded; on the way its kept lines and its kept checkpoint are compared with them."""

    def __init__(self, reader: sqlite3.Connection, incident: str) -> None:
        self._incident = incident
        self._events = (stored.event for stored in stored_events(reader, incident, 0))
        self._lines: Iterator[tuple[str, str]] = reader.execute(LINES, (incident,))
        kept: tuple[str, str] = reader.execute(CHECKPOINT, (incident, RULES)).fetchone() or ("", "")
        self._last, self._state = kept
        self.wrong: list[str] = []

    def told(self) -> Incident:
        """The incident as all its events tell it; then `wrong` names what differs."""
        told = Incident(self._incident)
        as_of_last = Incident(self._incident)
        same_lines = True

        def compared() -> Iterator[Event]:
            nonlocal same_lines
            for event in self._events:
                kind = kind_of(event.body)
                same_lines = same_lines and (not kind or next(self._lines, None) == (event.id, kind))
                yield event

        for early, events in groupby(compared(), lambda event: event.id <= self._last):
            told = fold(events, told)
            as_of_last = told if early else as_of_last
        if not same_lines or next(self._lines, None) is not None:
            self.wrong.append("list of lines")
        with contextlib.suppress(NotReadable, ValueError):  # nobody takes what cannot be read for the incident
            if self._last and from_json(Incident, json.decode(self._state)) != as_of_last:
                self.wrong.append("checkpoint")
        return told


def _wrong(reader: sqlite3.Connection, told: Incident, device: str) -> Iterator[str]:
    row = reader.execute(SUMMARY, (told.id,)).fetchone()
    if row is None or row[:-1] != summaries.summary_values(told, SOME_TIME)[:-1]:
        yield "line in the list"
    kept, expected = set(reader.execute(TAGS, (told.id,))), tags.of(told, device)
    # Of people, older programs have kept others; they stay.
    if not expected <= kept or any(kind != tags.PERSON for kind, _ in kept - expected):
        yield "set of tags"
    gist = gists.kept(reader, told)
    if gist is not None and gist != Gist.of(told):
        yield "gist for the metrics"
    case = cases.kept(reader, told)
    if case is not None and case != cases.texts_of(reader, told):
        yield "case for the search of similar ones"
