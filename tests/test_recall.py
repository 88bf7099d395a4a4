"""Recalling past incidents: in words, without the incident itself, completing what an older program left."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from incident_tui.config import Config
from incident_tui.domain.decide import Intent, command
from incident_tui.domain.events import EntryLogged
from incident_tui.domain.likeness import Sought
from incident_tui.paths import Paths
from incident_tui.protocols.library import load_builtin
from incident_tui.recall import Told, complete, recall, similar, told
from incident_tui.session import Done, Session
from tests.journal.journals import tampering
from tests.story import START


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    moments = iter(START + timedelta(minutes=10 * number) for number in range(100))
    paths = Paths(tmp_path / "data", tmp_path / "config")
    with Session.open(paths, Config(person="dana", zone="Europe/Berlin"), wall=lambda: next(moments)) as opened:
        yield opened


def outage(session: Session, title: str, *acts: Intent) -> Done:
    done = session.declare(title, 2, load_builtin("emergency"))
    assert isinstance(done, Done)
    for act in acts:
        done = session.perform(done.room, act)
        assert isinstance(done, Done)
    return done


def leak(session: Session) -> Done:
    return outage(
        session,
        "Checkout times out",
        lambda _: (EntryLogged("cause", "the pool leaks"), EntryLogged("finding", "187 idle sessions")),
        lambda incident: command.set_status(incident, "resolved"),
    )


def test_a_past_incident_is_told_in_a_line(session: Session) -> None:
    past = leak(session).room.incident

    (found,) = recall(session, Sought("check", typing=True))

    line = told(found, session)
    assert line == Told(f"{past.ref} 21 Nov", "cause the pool leaks", "; 20 min")
    assert line.line(80) == f"{past.ref} 21 Nov: cause the pool leaks; 20 min"


def test_a_line_that_is_too_long_keeps_what_followed() -> None:
    line = Told("INC-1 12 Oct", "cause " + "x" * 99, "; playbook used pool; 41 min")

    assert line.line(72).startswith("INC-1 12 Oct: cause xxxx")
    assert line.line(72).endswith("…; playbook used pool; 41 min")
    assert len(line.line(72)) == 72
    assert len(line.line(20)) == 20


def test_what_was_found_counts_and_the_incident_itself_does_not(session: Session) -> None:
    past = leak(session)
    again = outage(session, "Orders are slow", lambda _: (EntryLogged("finding", "idle sessions again"),))

    assert [item.case.incident for item in similar(session, again.room.incident)] == [past.room.incident.id]
    assert similar(session, past.room.incident) == ()


def test_cases_of_an_older_program_are_made_when_they_are_first_needed(session: Session) -> None:
    leak(session)
    tampering(session.paths.database, "update cases set edition = 0")

    assert len(recall(session, Sought("checkout"))) == 1
    assert complete(session) == 0


def test_a_journal_that_is_only_read_is_searched_by_what_there_is(session: Session) -> None:
    leak(session)

    with Session.open(session.paths, session.config, writable=False) as reading:
        assert len(recall(reading, Sought("checkout"))) == 1
        assert recall(reading, Sought("the")) == ()
