"""What is gathered to be measured: kept gists, live incidents, what an older program left, what nobody may write."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path

import pytest

from incident_tui import measuring
from incident_tui.config import Config
from incident_tui.domain.decide import command
from incident_tui.domain.gist import Gist
from incident_tui.measuring import gather
from incident_tui.paths import Paths
from incident_tui.protocols.library import load_builtin
from incident_tui.session import Done, Session


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    return Paths(tmp_path / "data", tmp_path / "config")


def opened(paths: Paths, *, writable: bool = True) -> Session:
    return Session.open(paths, Config(person="mara", zone="UTC"), writable=writable)


def tell(session: Session, title: str, *, over: bool) -> str:
    done = session.declare(title, 2, load_builtin("emergency"), "mara")
    assert isinstance(done, Done)
    if over:
        done = session.perform(done.room, lambda incident: command.set_status(incident, "resolved"))
        assert isinstance(done, Done)
    return done.room.incident.id


def behind_its_back(paths: Paths, *statements: str) -> None:
    with contextlib.closing(sqlite3.connect(paths.database, isolation_level=None)) as connection:
        for statement in statements:
            connection.execute(statement)


def as_they_stand(session: Session) -> dict[str, Gist]:
    return {item.incident: Gist.of(session.enter(item.incident).incident) for item in session.summaries()}


def test_all_incidents_are_gathered_as_they_stand(paths: Paths) -> None:
    with opened(paths) as session:
        tell(session, "over", over=True)
        tell(session, "live", over=False)

        assert {gist.incident: gist for gist in gather(session)} == as_they_stand(session)
        assert len(list(session.journal.gists())) == 1


def test_what_an_older_program_left_is_made_once_and_kept(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measuring, "FEW", 1)
    monkeypatch.setattr(measuring, "BATCH", 2)
    with opened(paths) as session:
        for number in range(5):
            tell(session, f"old {number}", over=True)
    behind_its_back(paths, "delete from gists")

    with opened(paths, writable=False) as session:
        assert {gist.incident: gist for gist in gather(session)} == as_they_stand(session)
        assert len(list(session.journal.gists())) == 5


def test_a_few_are_made_without_writing(paths: Paths) -> None:
    with opened(paths) as session:
        tell(session, "old", over=True)
    behind_its_back(paths, "delete from gists")

    with opened(paths, writable=False) as session:
        assert len(gather(session)) == 1
        assert list(session.journal.gists()) == []


def test_a_journal_of_an_older_program_is_brought_up_to_date_on_the_way(
    paths: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(measuring, "FEW", 0)
    with opened(paths) as session:
        tell(session, "old", over=True)
    behind_its_back(
        paths,
        "drop table gists",
        "delete from _sqlite_migrations where name = 'gists_of_incidents'",
        "pragma user_version = 1",
    )

    with opened(paths, writable=False) as session:
        assert len(gather(session)) == 1
    with opened(paths, writable=False) as session:
        assert len(list(session.journal.gists())) == 1


def test_a_journal_that_must_not_be_written_is_measured_as_well(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measuring, "FEW", 0)
    with opened(paths) as session:
        tell(session, "from tomorrow", over=True)
    behind_its_back(paths, "delete from gists", "pragma user_version = 99")

    with opened(paths, writable=False) as session:
        assert len(gather(session)) == 1
        assert list(session.journal.gists()) == []
