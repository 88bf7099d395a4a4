"""Two sessions on one journal, with one clock, and an incident."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from incident_tui.config import Config
from incident_tui.rooms import Room
from incident_tui.session import Session
from tests.faults.appender import paths_below
from tests.session.acts import Wall, done
from tests.strategies import SMALL


@pytest.fixture
def wall() -> Wall:
    return Wall()


@pytest.fixture
def session(home: Path, wall: Wall) -> Iterator[Session]:
    with Session.open(paths_below(home), Config(person="mara", zone="UTC"), wall=wall) as session:
        yield session


@pytest.fixture
def other(wall: Wall, session: Session) -> Iterator[Session]:
    """A second session on the same database."""
    with Session.open(session.paths, Config(person="jonas", zone="UTC"), wall=wall) as other:
        yield other


@pytest.fixture
def room(session: Session) -> Room:
    return done(session.declare("Checkout fails", 2, SMALL)).room
